"""Sign-ins that wait for a one-time code: the right password was typed, and no session exists.

Each is known by what the forms of that browser are bound to, a random value made when the password
was right. It lasts five minutes, opens the page that asks for the code and nothing else, and ends
when it is used, or with the password that it was typed for.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from registry.accounts.database import Database
from registry.accounts.schema import account, pending_sign_in
from registry.accounts.sessions import digest

WAITING_S = 300.0
"""How long a code is waited for, in seconds."""
_CLOCKS_S = 60.0
"""How far the clock of another machine of the node may run ahead."""


@dataclass(frozen=True, slots=True)
class PendingSignIn:
    """One of them.

    Attributes:
        number: of the account.
        login: of the account.
        path: of the page that was asked for; empty where none was.
    """

    number: str
    login: str
    path: str


class PendingSignIns:
    """The sign-ins that wait."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, browser: str, number: str, path: str, now: float) -> None:
        """Wait for the code of an account.

        Args:
            browser: what forms of this browser are bound to, from now on and not before.
            number: of the account.
            path: of the page to lead to afterwards.
            now: the moment, in seconds of the epoch.
        """
        row = {"browser_hash": digest(browser), "account": number, "path": path, "made": now}
        with self._database.writing() as connection:
            connection.execute(sa.delete(pending_sign_in).where(sa.not_(_waits(now))))
            connection.execute(sa.insert(pending_sign_in), row)

    def find(self, browser: str, now: float) -> PendingSignIn | None:
        """Return what waits in a browser, or None."""
        query = (
            sa.select(pending_sign_in.c.account, pending_sign_in.c.path, account.c.login)
            .join(account, account.c.number == pending_sign_in.c.account)
            .where(_same(browser, now), account.c.disabled == 0.0)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return PendingSignIn(row.account, row.login, row.path) if row else None

    def take(self, browser: str, now: float) -> bool:
        """End what waits in a browser; give whether it still waited: one request alone has it."""
        with self._database.writing() as connection:
            gone = connection.execute(sa.delete(pending_sign_in).where(_same(browser, now)))
            return gone.rowcount > 0


def forget_pending(connection: sa.Connection, number: str) -> None:
    """Have no code of an account waited for any more, in the transaction of the caller."""
    connection.execute(sa.delete(pending_sign_in).where(pending_sign_in.c.account == number))


def _same(browser: str, now: float) -> sa.ColumnElement[bool]:
    return (pending_sign_in.c.browser_hash == digest(browser)) & _waits(now)


def _waits(now: float) -> sa.ColumnElement[bool]:
    return pending_sign_in.c.made.between(now - WAITING_S, now + _CLOCKS_S)
