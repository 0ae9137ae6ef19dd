"""The accounts of a node: made, changed, signed in to; each change stands in the audit trail.

A change and its act are one: where the act cannot be written, nothing changes.
"""

import re
import secrets
import time
from datetime import UTC, datetime
from typing import Any, Self

import sqlalchemy as sa

from registry.accounts import identities, passwords
from registry.accounts.authorizations import Authorizations
from registry.accounts.database import Database
from registry.accounts.errors import AccountsError
from registry.accounts.links import Invitation, Links, hash_of
from registry.accounts.passwords import Passwords
from registry.accounts.pending import PendingSignIns, forget_pending
from registry.accounts.schema import account, failure, link, pole, session
from registry.accounts.second_factors import SecondFactors, is_on
from registry.accounts.sessions import Sessions
from registry.accounts.types import Account, Identity, Roles
from registry.ledger.ledger import Ledger
from registry.settings.config import Config
from vocab.slugs import VALID

LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9._-]{1,38})[a-z0-9]\Z")
_MAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,188}[A-Za-z0-9])\Z"
)
_LONGEST_NAME = 80
_BY_HOUR = "%Y-%m-%dT%H"


class Accounts:
    """The accounts of a node; safe among threads and processes.

    Attributes:
        sessions: who is signed in.
        links: invitations and recoveries.
        authorizations: requests to a provider of identities that wait for its answer.
        pending: sign-ins that wait for a one-time code.
        second_factors: one-time codes and recovery codes.
    """

    def __init__(self, database: Database, ledger: Ledger, kept: Passwords | None = None) -> None:
        self.database = database
        self.sessions = Sessions(database)
        self.links = Links(database)
        self.authorizations = Authorizations(database)
        self.pending = PendingSignIns(database)
        self._ledger = ledger
        self._passwords = kept or Passwords()
        self.second_factors = SecondFactors(database, ledger, self._passwords, self.sessions)

    @classmethod
    def open(cls, config: Config, ledger: Ledger, *, create: bool = False) -> Self:
        """Open the accounts of a node; arguments and errors as of :meth:`Database.open`."""
        return cls(Database.open(config, create=create), ledger)

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()

    # Who there is

    def all(self) -> list[Account]:
        """Return the accounts by login."""
        return self._found(sa.select(account).order_by(account.c.login))

    def by_number(self, number: str) -> Account | None:
        """Return an account by its number, or None."""
        return next(iter(self._found(sa.select(account).where(account.c.number == number))), None)

    def by_login(self, login: str) -> Account | None:
        """Return an account by what its owner types, or None."""
        query = sa.select(account).where(account.c.login == login.strip().lower())
        return next(iter(self._found(query)), None)

    def login_of(self, typed: str) -> str:
        """Return the login that somebody means, by itself or by the account's mail address.

        An address that several accounts have names none of them. What names no account is given
        back as a login has it.
        """
        name = typed.strip().lower()
        if "@" not in name:
            return name
        mine = sa.select(account.c.login).where(sa.func.lower(account.c.mail) == name)
        with self.database.reading() as connection:
            found = connection.execute(mine.limit(2)).scalars().all()
        return str(found[0]) if len(found) == 1 else name

    def _found(self, query: sa.Select[Any]) -> list[Account]:
        with self.database.reading() as connection:
            rows = connection.execute(query).all()
            return [account_of(connection, row) for row in rows]

    # Changes

    def add(
        self, login: str, name: str, mail: str, roles: Roles, password: str, by: str, why: str
    ) -> Account:
        """Make an account.

        Args:
            login: what its owner types, in any case; small letters, digits, ``. _ -``.
            name: of a person or a team.
            mail: address, or empty.
            roles: what it may do.
            password: empty where a link will be given.
            by: number of who makes it.
            why: for the audit trail.

        Raises:
            AccountsError: a part has no sense, or the login is taken.
            PasswordError: the password would be guessed.
        """
        login, name, mail = checked(login, name, mail, roles)
        if password:
            passwords.check(password, login, name, mail, *roles.poles)
        row = _new_row(login, name, mail, roles, self._passwords.hash(password) if password else "")
        with self.database.writing() as connection:
            self._insert(connection, row, roles, by, why)
        return self._present(row["number"])

    def accept(self, token: str, login: str, name: str, password: str, now: float) -> Account:
        """Make the account that an invitation offers; the invitation is used up with it.

        Raises:
            AccountsError: as of :meth:`add`, or the invitation is used, expired or unknown.
        """
        hashed = hash_of(token)
        offered = self.links.invitation_of_hash(hashed, now)
        login, name, mail = checked(login, name, offered.mail, offered.roles)
        passwords.check(password, login, name, mail, *offered.roles.poles)
        row = _new_row(login, name, mail, offered.roles, self._passwords.hash(password))
        with self.database.writing() as connection:
            self._accept(connection, hashed, row, offered, now)
        return self._present(row["number"])

    def check_acceptable(self, token: str, login: str, name: str, now: float) -> str:
        """Return what is kept of an invitation's token, where an account could be made by it.

        Raises:
            AccountsError: as of :meth:`accept`.
        """
        hashed = hash_of(token)
        offered = self.links.invitation_of_hash(hashed, now)
        login, _name, _mail = checked(login, name, offered.mail, offered.roles)
        with self.database.reading() as connection:
            _check_free(connection, login)
        return hashed

    def accept_identity(
        self, hashed: str, login: str, name: str, found: Identity, now: float
    ) -> Account:
        """Make the account that an invitation offers, opened by an identity, without password.

        Args:
            hashed: what is kept of the invitation's token.
            login: chosen.
            name: likewise.
            found: who accepts, as a provider says it.
            now: the moment, in seconds of the epoch.

        Raises:
            AccountsError: as of :meth:`accept`.
            AlreadyBoundError: the identity opens an account already.
        """
        offered = self.links.invitation_of_hash(hashed, now)
        login, name, mail = checked(login, name, offered.mail, offered.roles)
        row = _new_row(login, name, mail, offered.roles, "")
        with self.database.writing() as connection:
            self._accept(connection, hashed, row, offered, now)
            identities.bind(connection, row["number"], found, now)
            why = f"invitation {offered.number} accepted"
            self._ledger.record_act("identity.bound", why, row["number"], row["number"])
        return self._present(row["number"])

    def _accept(
        self,
        connection: sa.Connection,
        hashed: str,
        row: dict[str, Any],
        offered: Invitation,
        now: float,
    ) -> None:
        self.links.use(connection, hashed, now)
        why = f"invitation {offered.number} accepted"
        self._insert(connection, row, offered.roles, row["number"], why)

    def bind(self, number: str, found: Identity, now: float) -> None:
        """Have an identity open an account as well; its sessions get other ids.

        Raises:
            AlreadyBoundError: it opens one already, or the account has another of this provider.
        """
        with self.database.writing() as connection:
            _row(connection, number)
            identities.bind(connection, number, found, now)
            self.sessions.renew(connection, number)
            self._ledger.record_act("identity.bound", "by its owner", number, number)

    def unbind(self, number: str, issuer: str) -> None:
        """Have a provider's word open an account no longer; sessions that it began end.

        Raises:
            AccountsError: nothing else would open the account.
        """
        with self.database.writing() as connection:
            if not _row(connection, number).password:
                raise AccountsError(
                    "this account has no password yet, and could not be opened any more: ask who "
                    "operates the node for a link to choose one first"
                )
            if not identities.unbind(connection, number, issuer):
                return
            begun = (session.c.account == number) & (session.c.id_token != "")
            connection.execute(sa.delete(session).where(begun))
            self._ledger.record_act("identity.unbound", "by its owner", number, number)

    def set_roles(self, number: str, roles: Roles, by: str, why: str) -> None:
        """Give an account other roles; its sessions get other ids.

        Raises:
            AccountsError: a pole has no short name, or nobody would operate the node.
        """
        _check_roles(roles)
        with self.database.writing() as connection:
            before = account_of(connection, _row(connection, number))
            if before.roles == roles:
                return
            if before.roles.is_operator and not roles.is_operator:
                _check_not_last(connection, number)
            changed = sa.update(account).where(account.c.number == number)
            connection.execute(changed, {"is_operator": roles.is_operator})
            connection.execute(sa.delete(pole).where(pole.c.account == number))
            insert_poles(connection, number, roles)
            self.sessions.renew(connection, number)
            for what, role in _differences(before.roles, roles):
                self._ledger.record_act(what, f"{role}: {why}", by, number)

    def set_disabled(self, number: str, *, disabled: bool, by: str, why: str) -> None:
        """Disable an account, which ends its sessions and links, or enable it again.

        Raises:
            AccountsError: nobody would operate the node.
        """
        with self.database.writing() as connection:
            before = account_of(connection, _row(connection, number))
            if bool(before.disabled) is disabled:
                return
            if disabled and before.roles.is_operator:
                _check_not_last(connection, number)
            changed = sa.update(account).where(account.c.number == number)
            connection.execute(changed, {"disabled": time.time() if disabled else 0.0})
            if disabled:
                self.sessions.end_all(connection, number)
                forget_pending(connection, number)
                connection.execute(sa.delete(link).where(link.c.account == number))
            what = "account.disabled" if disabled else "account.enabled"
            self._ledger.record_act(what, why, by, number)

    def set_password(self, number: str, password: str, by: str, why: str) -> None:
        """Give an account another password; its sessions end, and links to recover it.

        Raises:
            PasswordError: it would be guessed.
        """
        kept = self._kept(self._present(number), password)
        with self.database.writing() as connection:
            self._change_password(connection, number, kept, by, why)

    def recover(self, token: str, password: str, now: float) -> Account:
        """Give another password to the account that a link names; the link is used up with it.

        Raises:
            AccountsError: as of :meth:`set_password`, or the link is used, expired or unknown.
        """
        hashed = hash_of(token)
        number = self.links.recovery(token, now)
        found = self._present(number)
        if found.disabled:
            raise AccountsError("this account is disabled: ask who operates the node")
        kept = self._kept(found, password)
        with self.database.writing() as connection:
            self.links.use(connection, hashed, now)
            self._change_password(connection, number, kept, number, "by a recovery link")
        return found

    def end_sessions(self, number: str, by: str, why: str) -> None:
        """Sign an account out everywhere."""
        with self.database.writing() as connection:
            self.sessions.end_all(connection, number)
            forget_pending(connection, number)
            self._ledger.record_act("account.signed-out", why, by, number)

    def record(self, what: str, why: str, by: str, about: str) -> None:
        """Write down what changes no account: an invitation, a link that was given."""
        self._ledger.record_act(what, why, by, about)

    def _insert(
        self, connection: sa.Connection, row: dict[str, Any], roles: Roles, by: str, why: str
    ) -> None:
        _check_free(connection, row["login"])
        connection.execute(sa.insert(account), row)
        insert_poles(connection, row["number"], roles)
        self._ledger.record_act("account.made", why, by, row["number"])
        for what, role in _differences(Roles(), roles):
            self._ledger.record_act(what, f"{role}: {why}", by, row["number"])

    def _kept(self, found: Account, password: str) -> str:
        passwords.check(password, found.login, found.name, found.mail, *found.roles.poles)
        return self._passwords.hash(password)

    def _change_password(
        self, connection: sa.Connection, number: str, kept: str, by: str, why: str
    ) -> None:
        changed = sa.update(account).where(account.c.number == number)
        connection.execute(changed, {"password": kept})
        self.sessions.end_all(connection, number)
        forget_pending(connection, number)
        connection.execute(sa.delete(link).where(link.c.account == number))
        self._ledger.record_act("account.password-changed", why, by, number)

    def _present(self, number: str) -> Account:
        found = self.by_number(number)
        if found is None:
            raise _unknown(number)
        return found

    # Signing in

    def authenticate(self, login: str, password: str, now: float) -> Account | None:
        """Return the account that a login and a password open, or None.

        The same work is done whether there is such an account or not. What fails is counted.
        """
        query = sa.select(account).where(account.c.login == self.login_of(login)[:60])
        with self.database.reading() as connection:
            row = connection.execute(query).first()
        kept = row.password if row and not row.disabled else ""
        if not self._passwords.is_right(kept, password) or row is None:
            self.count_failure(now)
            return None
        if self._passwords.is_outdated(kept):
            self._keep_anew(row.number, kept, password)
        return self._present(row.number)

    def has_password(self, number: str, password: str) -> bool:
        """Whether a password is an account's: asked of who is signed in already."""
        with self.database.reading() as connection:
            kept = _row(connection, number).password
        return self._passwords.is_right(kept, password)

    def _keep_anew(self, number: str, kept: str, password: str) -> None:
        """Keep the same password with today's costs."""
        again = self._passwords.hash(password)
        same = sa.update(account).where(account.c.number == number, account.c.password == kept)
        with self.database.writing() as connection:
            connection.execute(same, {"password": again})

    def identified(self, found: Identity, now: float) -> Account | None:
        """Return the account that an identity opens, or None, which is counted."""
        with self.database.reading() as connection:
            number = identities.account_bound_to(connection, found)
        opened = self.by_number(number) if number else None
        if opened is None or opened.disabled:
            self.count_failure(now)
            return None
        return opened

    def count_failure(self, now: float) -> None:
        """Count a sign-in that failed; those of past hours go to the audit trail, as a number."""
        hour = datetime.fromtimestamp(now, UTC).strftime(_BY_HOUR)
        with self.database.writing() as connection:
            same = failure.c.hour == hour
            more = sa.update(failure).where(same).values(failures=failure.c.failures + 1)
            if not connection.execute(more).rowcount:
                connection.execute(sa.insert(failure), {"hour": hour, "failures": 1})
            past = failure.c.hour != hour
            for row in connection.execute(sa.select(failure).where(past)).all():
                why = f"{row.failures} in the hour {row.hour} UTC"
                self._ledger.record_act("sign-in.failed", why, "nobody", "")
            connection.execute(sa.delete(failure).where(past))


def new_number() -> str:
    """Return a number that says nothing of who has it."""
    return secrets.token_hex(8)


def checked(login: str, name: str, mail: str, roles: Roles) -> tuple[str, str, str]:
    """Return what an account is made of as it is kept.

    Raises:
        AccountsError: a part has no sense.
    """
    login, name, mail = login.strip().lower(), " ".join(name.split()), mail.strip()
    if not LOGIN.match(login):
        raise AccountsError(
            "login {login!r}: take 3 to 40 small letters without accents, digits, '.', '_' or '-'",
            login=login[:60],
        )
    if not (0 < len(name) <= _LONGEST_NAME and name.isprintable()):
        raise AccountsError("name: give 1 to {most} characters", most=_LONGEST_NAME)
    if mail:
        check_mail(mail)
    _check_roles(roles)
    return login, name, mail


def check_mail(mail: str) -> None:
    """Refuse what is no single mail address in ASCII.

    Raises:
        AccountsError: it is none.
    """
    # The library of mails reads "=?…?=" (RFC 2047) in addresses too: it could hold another one.
    if not _MAIL.match(mail) or ".." in mail or "=?" in mail:
        raise AccountsError("{mail!r} is no mail address: give one, in ASCII", mail=mail[:60])


def _check_roles(roles: Roles) -> None:
    for slug in sorted(roles.poles):
        if not VALID.match(slug):
            raise AccountsError("{slug!r} is no short name of a pole", slug=slug[:60])


def _new_row(login: str, name: str, mail: str, roles: Roles, kept: str) -> dict[str, Any]:
    return {
        "number": new_number(),
        "login": login,
        "name": name,
        "mail": mail,
        "password": kept,
        "is_operator": roles.is_operator,
        "made": time.time(),
        "disabled": 0.0,
    }


def insert_poles(connection: sa.Connection, number: str, roles: Roles) -> None:
    """Write down the poles that an account edits."""
    for slug in sorted(roles.poles):
        connection.execute(sa.insert(pole), {"account": number, "pole": slug})


def _row(connection: sa.Connection, number: str) -> sa.Row[Any]:
    row = connection.execute(sa.select(account).where(account.c.number == number)).first()
    if row is None:
        raise _unknown(number)
    return row


def _check_free(connection: sa.Connection, login: str) -> None:
    taken = sa.select(account.c.number).where(account.c.login == login)
    if connection.execute(taken).first():
        raise AccountsError("the login {login!r} is taken: choose another", login=login)


def _unknown(number: str) -> AccountsError:
    return AccountsError("no account has the number {number!r}", number=number[:60])


def account_of(connection: sa.Connection, row: sa.Row[Any]) -> Account:
    """Return the account of a row, with its poles."""
    query = sa.select(pole.c.pole).where(pole.c.account == row.number)
    poles = frozenset(connection.execute(query).scalars())
    return Account(
        row.number, row.login, row.name, row.mail, Roles(row.is_operator, poles),
        row.made, row.disabled, bool(row.password), identities.issuers_of(connection, row.number),
        is_on(connection, row.number),
    )  # fmt: skip


def _check_not_last(connection: sa.Connection, number: str) -> None:
    """Refuse to take the last operator away: nobody could give the role back but by command."""
    others = sa.select(account.c.number).where(
        account.c.is_operator, account.c.disabled == 0.0, account.c.number != number
    )
    if not connection.execute(others).first():
        raise AccountsError("this is the last operator: give the role to another account first")


def _differences(before: Roles, after: Roles) -> list[tuple[str, str]]:
    """Return what was given and taken, as kinds of acts with the name of the role."""

    def names(roles: Roles) -> set[str]:
        poles = {f"editor of {slug}" for slug in roles.poles}
        return poles | ({"operator"} if roles.is_operator else set())

    given = sorted(names(after) - names(before))
    taken = sorted(names(before) - names(after))
    return [("role.given", one) for one in given] + [("role.taken", one) for one in taken]
