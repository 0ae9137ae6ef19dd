"""The second factor of accounts: turned on, asked for, lost; each change is an act of the trail.

The secret of the application stands in the database of accounts in the clear, since codes are
worked out from it. Recovery codes are kept by argon2id, as passwords are.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from registry.accounts import one_time_codes as codes
from registry.accounts.database import Database
from registry.accounts.errors import AccountsError
from registry.accounts.passwords import Passwords
from registry.accounts.pending import forget_pending
from registry.accounts.schema import recovery_code, second_factor, second_factor_offer
from registry.accounts.sessions import Sessions
from registry.ledger.ledger import Ledger

OFFER_S = 900.0
"""How long a secret that was shown waits for its first code, in seconds."""
_OWNER = "by its owner"


@dataclass(frozen=True, slots=True)
class State:
    """What an account has of it.

    Attributes:
        since: when it was turned on, in seconds of the epoch; 0 where it is off.
        codes_left: how many recovery codes were not used.
    """

    since: float = 0.0
    codes_left: int = 0


class SecondFactors:
    """The second factors of all accounts."""

    def __init__(
        self, database: Database, ledger: Ledger, passwords: Passwords, sessions: Sessions
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._passwords = passwords
        self._sessions = sessions

    def state(self, number: str) -> State:
        """Return what an account has."""
        made = sa.select(second_factor.c.made).where(second_factor.c.account == number)
        with self._database.reading() as connection:
            since = connection.execute(made).scalar() or 0.0
            return State(since, len(_kept(connection, number)))

    # Turning it on

    def offer(self, number: str, session: str, now: float) -> None:
        """Make a secret to be shown in a session; one made before is void.

        Raises:
            AccountsError: it is on already.
        """
        row = {"account": number, "secret": codes.new_secret(), "session": session, "made": now}
        own = second_factor_offer.c.account == number
        with self._database.writing() as connection:
            _check_off(connection, number)
            connection.execute(sa.delete(second_factor_offer).where(own))
            connection.execute(sa.insert(second_factor_offer), row)

    def offered(self, number: str, session: str, now: float) -> str:
        """Return the secret that waits for its first code in a session; empty where none does."""
        with self._database.reading() as connection:
            return _offered(connection, number, session, now)

    def enable(self, number: str, session: str, typed: str, now: float) -> list[str]:
        """Turn it on by a first code; the other sessions of the account end.

        Args:
            number: of the account.
            session: name of the one in which the secret was shown.
            typed: the code.
            now: the moment, in seconds of the epoch.

        Returns:
            Ten recovery codes, which nobody sees again; none where the code is wrong.

        Raises:
            AccountsError: no secret waits in this session, or it is on already.
        """
        secret = self.offered(number, session, now)
        if not secret:
            raise _nothing_offered()
        step = codes.step_of(secret, typed, now)
        if step is None:
            return []
        given, hashed = self._new_codes()
        own = (second_factor_offer.c.account == number) & (second_factor_offer.c.secret == secret)
        with self._database.writing() as connection:
            if not connection.execute(sa.delete(second_factor_offer).where(own)).rowcount:
                raise _nothing_offered()  # another request was faster
            _check_off(connection, number)
            row = {"account": number, "secret": secret, "made": now, "last_step": step}
            connection.execute(sa.insert(second_factor), row)
            _keep(connection, number, hashed)
            self._sessions.end_others(connection, number, session)
            self._ledger.record_act("second-factor.enabled", _OWNER, number, number)
        return given

    # Asking for it

    def takes(self, number: str, typed: str, now: float) -> bool:
        """Whether a code of the application is right; it is used up with that.

        Args:
            number: of the account.
            typed: as it was.
            now: the moment, in seconds of the epoch.
        """
        query = sa.select(second_factor.c.secret).where(second_factor.c.account == number)
        with self._database.writing() as connection:
            secret = connection.execute(query).scalar()
            step = codes.step_of(secret, typed, now) if secret else None
            if step is None:
                return False
            last = second_factor.c.last_step
            # A last step that is still to come was written by a clock that ran ahead.
            is_new = (last < step) | (last > int(now // codes.STEP_S) + codes.DRIFT)
            used = sa.update(second_factor).where(second_factor.c.account == number, is_new)
            return connection.execute(used, {"last_step": step}).rowcount > 0

    def takes_recovery(self, number: str, typed: str) -> bool:
        """Whether a recovery code is right; it is deleted with that, which the trail says."""
        if not codes.is_recovery_code(typed):
            return False
        with self._database.reading() as connection:
            kept = _kept(connection, number)
        found = [one for one in kept if self._passwords.is_right(one, codes.normal(typed))]
        if not found:
            return False
        own = (recovery_code.c.account == number) & recovery_code.c.code_hash.in_(found)
        with self._database.writing() as connection:
            if not connection.execute(sa.delete(recovery_code).where(own)).rowcount:
                return False  # another request was faster
            self._ledger.record_act("second-factor.recovery-code-used", _OWNER, number, number)
        return True

    # Changing it

    def renew_codes(self, number: str) -> list[str]:
        """Give ten other recovery codes; those of before are void.

        Raises:
            AccountsError: it is off.
        """
        given, hashed = self._new_codes()
        with self._database.writing() as connection:
            if not is_on(connection, number):
                raise AccountsError("two-step verification is off: turn it on first")
            _keep(connection, number, hashed)
            self._ledger.record_act("second-factor.codes-renewed", _OWNER, number, number)
        return given

    def disable(self, number: str, session: str) -> None:
        """Turn it off, by its owner; the other sessions of the account end."""
        with self._database.writing() as connection:
            if _forget(connection, number):
                self._sessions.end_others(connection, number, session)
                self._ledger.record_act("second-factor.disabled", _OWNER, number, number)

    def reset(self, number: str, by: str, why: str) -> None:
        """Turn it off for somebody who lost telephone and codes; the account's sessions end.

        Args:
            number: of the account.
            by: number of who does it.
            why: for the audit trail.

        Raises:
            AccountsError: it is off.
        """
        with self._database.writing() as connection:
            if not _forget(connection, number):
                raise AccountsError("two-step verification is off: there is nothing to remove")
            self._sessions.end_all(connection, number)
            self._ledger.record_act("second-factor.reset", why, by, number)

    def _new_codes(self) -> tuple[list[str], list[str]]:
        """Return recovery codes, and what is kept of them; hashing takes a while."""
        given = codes.new_recovery_codes()
        return given, [self._passwords.hash(codes.normal(one)) for one in given]


def is_on(connection: sa.Connection, number: str) -> bool:
    """Whether an account has a second factor."""
    query = sa.select(second_factor.c.account).where(second_factor.c.account == number)
    return connection.execute(query).first() is not None


def line_of(connection: sa.Connection, number: str) -> dict[str, Any]:
    """Return the second factor of an account for a backup; empty where it has none."""
    query = sa.select(second_factor).where(second_factor.c.account == number)
    row = connection.execute(query).mappings().first()
    return dict(row) | {"recovery_codes": _kept(connection, number)} if row else {}


def restore_line(connection: sa.Connection, line: dict[str, Any]) -> None:
    """Write down what :func:`line_of` gave."""
    if line:
        row = {column.name: line[column.name] for column in second_factor.c}
        connection.execute(sa.insert(second_factor), row)
        _keep(connection, line["account"], line["recovery_codes"])


def _nothing_offered() -> AccountsError:
    return AccountsError("the secret was shown too long ago, or elsewhere: begin again")


def _check_off(connection: sa.Connection, number: str) -> None:
    if is_on(connection, number):
        raise AccountsError("two-step verification is on already: turn it off first")


def _offered(connection: sa.Connection, number: str, session: str, now: float) -> str:
    offer = second_factor_offer.c
    query = sa.select(offer.secret).where(
        offer.account == number, offer.session == session, offer.made.between(now - OFFER_S, now)
    )
    return connection.execute(query).scalar() or ""


def _kept(connection: sa.Connection, number: str) -> list[str]:
    query = sa.select(recovery_code.c.code_hash).where(recovery_code.c.account == number)
    return sorted(connection.execute(query).scalars())


def _keep(connection: sa.Connection, number: str, hashed: list[str]) -> None:
    """Keep recovery codes in the place of those of before."""
    connection.execute(sa.delete(recovery_code).where(recovery_code.c.account == number))
    rows = [{"account": number, "code_hash": one} for one in hashed]
    if rows:
        connection.execute(sa.insert(recovery_code), rows)


def _forget(connection: sa.Connection, number: str) -> bool:
    """Delete all of a second factor; give whether there was one."""
    forget_pending(connection, number)
    for table in (recovery_code, second_factor_offer):
        connection.execute(sa.delete(table).where(table.c.account == number))
    own = second_factor.c.account == number
    return connection.execute(sa.delete(second_factor).where(own)).rowcount > 0
