"""Who is signed in: sessions kept on the node, known to a browser by a random id of 256 bits.

Two hours without a request end a session, twelve hours end any. The id is replaced every quarter of
an hour; the old one is taken for ten seconds more, for requests that were under way. An old id that
comes later is in somebody else's hands, or the new one is: the session ends.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from registry.accounts.database import Database
from registry.accounts.schema import account, session
from vocab.ages import age_s

IDLE_S = 2 * 3_600.0
LONGEST_S = 12 * 3_600.0
RENEWED_S = 15 * 60.0
GRACE_S = 10.0
MOST = 10
"""Sessions of an account at once; one more ends the oldest."""
_SEEN_S = 60.0
"""How exactly the last request is known, in seconds: not every request writes."""
_CLOCKS_S = 300.0
"""How far the clock may have run ahead when a session was written."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}\Z")
_LONGEST_BROWSER = 200


@dataclass(frozen=True, slots=True)
class Found:
    """A session that an id opens.

    Attributes:
        account: number of its account.
        name: of the session; stays while ids change.
        csrf: what the tokens of its forms are bound to.
        renewed: the id to give to the browser instead; empty to go on with the one it has.
        id_token: by which a provider of identities signed it in; empty where a password did.
    """

    account: str
    name: str
    csrf: str
    renewed: str = ""
    id_token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Shown:
    """A session as its owner sees it; moments in seconds of the epoch."""

    name: str
    browser: str
    started: float
    seen: float


def digest(token: str) -> str:
    """Return what is kept of a random token."""
    return hashlib.sha256(token.encode()).hexdigest()


class Sessions:
    """The sessions of all accounts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, number: str, browser: str, now: float, id_token: str = "") -> str:
        """Sign an account in; give the id for the browser.

        Args:
            number: of the account.
            browser: what it calls itself.
            now: the moment, in seconds of the epoch.
            id_token: by which a provider of identities did; empty where a password did.
        """
        token = secrets.token_urlsafe(32)
        row = {
            "id_hash": digest(token),
            "account": number,
            "name": secrets.token_hex(8),
            "csrf": secrets.token_hex(16),
            "started": now,
            "seen": now,
            "made": now,
            "replaced": 0.0,
            "browser": _shown_browser(browser),
            "id_token": id_token,
        }
        with self._database.writing() as connection:
            self._tidy(connection, number, now)
            connection.execute(sa.insert(session), row)
        return token

    def find(self, token: str, now: float) -> Found | None:
        """Return the session that an id opens, or None; renew its id when it is old."""
        if not TOKEN.match(token):
            return None
        query = (
            sa.select(session, account.c.disabled)
            .join(account, account.c.number == session.c.account)
            .where(session.c.id_hash == digest(token))
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        if row.disabled or _is_over(row, now):
            self.end(row.name)
            return None
        found = Found(row.account, row.name, row.csrf, id_token=row.id_token)
        if row.replaced:
            return found
        if (age_s(row.made, now) or 0.0) > RENEWED_S:
            return replace(found, renewed=self._renewed(row, now))
        if (age_s(row.seen, now) or 0.0) > _SEEN_S:
            same = sa.update(session).where(session.c.id_hash == row.id_hash)
            with self._database.writing() as connection:
                connection.execute(same, {"seen": now})
        return found

    def end(self, name: str, number: str | None = None) -> None:
        """End a session by its name; only if it is of an account, where one is given."""
        ended = sa.delete(session).where(session.c.name == name)
        if number is not None:
            ended = ended.where(session.c.account == number)
        with self._database.writing() as connection:
            connection.execute(ended)

    def end_all(self, connection: sa.Connection, number: str) -> None:
        """End all sessions of an account, in the transaction of the caller."""
        connection.execute(sa.delete(session).where(session.c.account == number))

    def end_others(self, connection: sa.Connection, number: str, name: str) -> None:
        """End the sessions of an account but one, which gets another id with its next request."""
        others = (session.c.account == number) & (session.c.name != name)
        connection.execute(sa.delete(session).where(others))
        self.renew(connection, number)

    def renew(self, connection: sa.Connection, number: str) -> None:
        """Have all sessions of an account get another id with their next request."""
        old = sa.update(session).where(session.c.account == number, session.c.replaced == 0.0)
        connection.execute(old, {"made": 0.0})

    def of(self, number: str, now: float) -> list[Shown]:
        """Return the sessions of an account, the one used last first."""
        query = sa.select(session).where(session.c.account == number, session.c.replaced == 0.0)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(session.c.seen.desc())).all()
        return [
            Shown(row.name, row.browser, row.started, row.seen)
            for row in rows
            if not _is_over(row, now)
        ]

    def _renewed(self, row: sa.Row[Any], now: float) -> str:
        """Replace an id; empty where a request at the same time was faster."""
        token = secrets.token_urlsafe(32)
        own = (session.c.id_hash == row.id_hash) & (session.c.replaced == 0.0)
        values = {column.name: row._mapping[column.name] for column in session.c}
        values |= {"id_hash": digest(token), "made": now, "seen": now}
        with self._database.writing() as connection:
            taken = connection.execute(sa.update(session).where(own).values(replaced=now))
            if not taken.rowcount:
                return ""
            connection.execute(sa.insert(session), values)
        return token

    def _tidy(self, connection: sa.Connection, number: str, now: float) -> None:
        """Remove what is over, and the oldest sessions of an account that has too many."""
        rows = connection.execute(sa.select(session).order_by(session.c.seen.desc())).all()
        over = {row.name for row in rows if not row.replaced and _is_over(row, now)}
        own = [row.name for row in rows if row.account == number and not row.replaced]
        over |= {name for name in own if name not in over and own.index(name) >= MOST - 1}
        for name in sorted(over):
            connection.execute(sa.delete(session).where(session.c.name == name))


def _is_over(row: sa.Row[Any], now: float) -> bool:
    if max(row.started, row.seen, row.replaced) > now + _CLOCKS_S:
        return True  # nobody knows how old it is
    if row.replaced and now - row.replaced > GRACE_S:
        return True
    return bool(now - row.seen > IDLE_S or now - row.started > LONGEST_S)


def _shown_browser(browser: str) -> str:
    return "".join(c if c.isprintable() else " " for c in browser[:_LONGEST_BROWSER])
