"""Links that open an account once: invitations to make one, and recoveries of a password.

A link has 256 random bits, of which the hash is kept. It is deleted when it is used.
"""

import json
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from registry.accounts.database import Database
from registry.accounts.errors import AccountsError
from registry.accounts.schema import link
from registry.accounts.sessions import TOKEN, digest
from registry.accounts.types import Roles

INVITATION_S = 7 * 86_400.0
RECOVERY_S = 86_400.0
"""How long a link that an operator gives is good for, in seconds."""
MAILED_RECOVERY_S = 1_800.0


class Kind(StrEnum):
    """What a link opens."""

    INVITATION = "invitation"
    RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class Invitation:
    """What an invitation offers.

    Attributes:
        number: of the invitation, for lists and the audit trail.
        mail: the address that was invited.
        roles: what the account will be able to do.
        expires: when it is no longer good, in seconds of the epoch.
    """

    number: str
    mail: str
    roles: Roles
    expires: float


class Links:
    """The links that were given and not used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def invite(self, mail: str, roles: Roles, by: str, now: float) -> tuple[str, Invitation]:
        """Make an invitation; give its token, which is shown once, and what it offers."""
        token, number = secrets.token_urlsafe(32), secrets.token_hex(8)
        expires = now + INVITATION_S
        row = _row(token, Kind.INVITATION, by, now, expires)
        row |= {"number": number, "mail": mail, "is_operator": roles.is_operator}
        row["poles"] = json.dumps(sorted(roles.poles))
        with self._database.writing() as connection:
            connection.execute(sa.delete(link).where(link.c.expires < now))
            connection.execute(sa.insert(link), row)
        return token, Invitation(number, mail, roles, expires)

    def recover(self, account: str, by: str, now: float, lasting_s: float = RECOVERY_S) -> str:
        """Make a link that gives an account another password; one made before is void."""
        token = secrets.token_urlsafe(32)
        row = _row(token, Kind.RECOVERY, by, now, now + lasting_s) | {"account": account}
        with self._database.writing() as connection:
            connection.execute(sa.delete(link).where(link.c.account == account))
            connection.execute(sa.insert(link), row)
        return token

    def invitation(self, token: str, now: float) -> Invitation:
        """Return what an invitation offers.

        Raises:
            AccountsError: it is used, expired, withdrawn or was never made.
        """
        return self.invitation_of_hash(hash_of(token), now)

    def invitation_of_hash(self, hashed: str, now: float) -> Invitation:
        """Return what an invitation offers, by what is kept of its token.

        Raises:
            AccountsError: as :meth:`invitation`.
        """
        return _invitation_of(self._found(hashed, Kind.INVITATION, now))

    def recovery(self, token: str, now: float) -> str:
        """Return the number of the account whose password a link may set.

        Raises:
            AccountsError: it is used, expired, replaced or was never made.
        """
        return str(self._found(hash_of(token), Kind.RECOVERY, now).account)

    def invitations(self, now: float) -> list[Invitation]:
        """Return the invitations that nobody has accepted yet, the latest first."""
        query = sa.select(link).where(link.c.kind == Kind.INVITATION, link.c.expires >= now)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(link.c.made.desc())).all()
        return list(map(_invitation_of, rows))

    def withdraw(self, number: str) -> bool:
        """Take an invitation back; give whether there was one."""
        gone = sa.delete(link).where(link.c.number == number, link.c.kind == Kind.INVITATION)
        with self._database.writing() as connection:
            return connection.execute(gone).rowcount > 0

    def use(self, connection: sa.Connection, hashed: str, now: float) -> None:
        """Use a link up, by what is kept of its token, in the transaction of the caller.

        Raises:
            AccountsError: somebody was faster.
        """
        same = (link.c.token_hash == hashed) & (link.c.expires >= now)
        if not connection.execute(sa.delete(link).where(same)).rowcount:
            raise _gone()

    def _found(self, hashed: str, kind: Kind, now: float) -> sa.Row[Any]:
        query = sa.select(link).where(link.c.token_hash == hashed, link.c.kind == kind)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        if row is None or not row.made <= now <= row.expires:
            raise _gone()
        return row


def hash_of(token: str) -> str:
    """Return what is kept of the token of a link.

    Raises:
        AccountsError: it never was one.
    """
    if not TOKEN.match(token):
        raise _gone()
    return digest(token)


def _row(token: str, kind: Kind, by: str, now: float, expires: float) -> dict[str, Any]:
    return {
        "token_hash": digest(token),
        "number": "",
        "kind": kind.value,
        "account": "",
        "mail": "",
        "is_operator": False,
        "poles": "[]",
        "by_whom": by,
        "made": now,
        "expires": expires,
    }


def _invitation_of(row: sa.Row[Any]) -> Invitation:
    roles = Roles(row.is_operator, frozenset(json.loads(row.poles)))
    return Invitation(row.number, row.mail, roles, row.expires)


def _gone() -> AccountsError:
    return AccountsError(
        "this link is used, expired or replaced by another: ask who operates the node for a new one"
    )
