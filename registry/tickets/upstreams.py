"""The nodes above: whose mailbox is asked for corrections, how far, and what went wrong.

An upstream is no source: nothing enters the ledger through it. The address of the mailbox opens it,
so it stands in the environment, and here only the name of its variable.
"""

import hashlib
from dataclasses import dataclass

import sqlalchemy as sa

from registry.tickets.database import Database
from registry.tickets.schema import outbox, upstream


@dataclass(frozen=True, slots=True)
class Upstream:
    """A node above.

    Attributes:
        url: address of its pages.
        namespace: prefix of what it states itself.
        variable: name of the variable that holds the address of the mailbox.
        allow_private: it lives on this machine or network.
        cursor: with which to ask next.
        etag: of the last answer.
        asked: when it was last asked, in seconds of the epoch; 0 for never.
        fault: why that did not succeed; empty where it did.
    """

    url: str
    namespace: str
    variable: str
    allow_private: bool = False
    cursor: str = ""
    etag: str = ""
    asked: float = 0.0
    fault: str = ""

    @property
    def name(self) -> str:
        """Its short name in seals: tells which one, and nothing to those who do not know it."""
        return hashlib.sha256(self.url.encode()).hexdigest()[:8]


class Upstreams:
    """The nodes above this one; safe among threads and processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[Upstream, ...]:
        """Return them, sorted by address."""
        if not self._database.is_there():
            return ()
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(upstream).order_by(upstream.c.url)).all()
        return tuple(Upstream(**row._mapping) for row in rows)

    def by_url(self, url: str) -> Upstream | None:
        """Return the one of an address."""
        return next((each for each in self.all() if each.url == url), None)

    def by_name(self, name: str) -> Upstream | None:
        """Return the one that a seal names."""
        return next((each for each in self.all() if each.name == name), None)

    def of(self, iri: str) -> Upstream | None:
        """Return the one whose namespace an IRI lies in."""
        return next((each for each in self.all() if iri.startswith(each.namespace)), None)

    def add(self, added: Upstream) -> None:
        """Register one, or register it anew; what was asked so far stays."""
        values = {"namespace": added.namespace, "variable": added.variable}
        with self._database.writing() as connection:
            mine = upstream.c.url == added.url
            known = sa.update(upstream).where(mine)
            changed = known.values(allow_private=added.allow_private, **values)
            if not connection.execute(changed).rowcount:
                row = {name: getattr(added, name) for name in upstream.c.keys()}  # noqa: SIM118
                connection.execute(sa.insert(upstream), row)

    def remove(self, url: str) -> bool:
        """Forget one, and what was to be sent to it; give whether it was there."""
        with self._database.writing() as connection:
            connection.execute(sa.delete(outbox).where(outbox.c.address == url))
            return connection.execute(sa.delete(upstream).where(upstream.c.url == url)).rowcount > 0

    def note(self, url: str, now: float, *, fault: str = "", **changes: str) -> None:
        """Write down that one was asked: the new ``cursor`` and ``etag``, or what went wrong."""
        with self._database.writing() as connection:
            mine = sa.update(upstream).where(upstream.c.url == url)
            connection.execute(mine.values(asked=now, fault=fault, **changes))
