"""What strangers announced: sources that may have changed, and addresses that nobody knows yet.

The web server writes it, the schedule and the command line read it, in whatever processes and on
whatever machines they run. Nothing here enters the ledger, and nothing is downloaded because of it
but a visit that the source's own registration allows.
"""

import hashlib
from collections.abc import Collection
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from registry.state.database import Database, is_younger, metadata

GAP_S = 600.0
"""Least time between two visits of a source that notices ask for, in seconds (decision 0033)."""
MAX_PROPOSALS = 200
_notices = sa.Table(
    "notice",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("is_due", sa.Boolean, nullable=False),
    sa.Column("taken", sa.Double, nullable=False),
)
_proposals = sa.Table(
    "proposal",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("said", sa.Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """An address that somebody announced and no source has.

    Attributes:
        name: short name of the proposal, from its address.
        said: moment of the first notice, ISO 8601.
    """

    name: str
    url: str
    said: str


class Inbox:
    """The notices of one node; safe among threads, processes and machines.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def mark_due(self, slug: str) -> None:
        """Note that a source says that it changed; many notices are one."""
        row = {"source": slug, "is_due": True, "taken": 0.0}
        self._database.write(self._database.upsert(_notices, row, {"is_due": True}))

    def take_due(self, now_s: float, among: Collection[str] | None = None) -> tuple[str, ...]:
        """Return the sources to visit now, each at most once per :data:`GAP_S`, whoever asks.

        Args:
            now_s: seconds since 1970. Those visited too lately wait; a visit in the future was
                noted by a clock that ran ahead, and keeps nothing waiting.
            among: sources that can be visited now: the others wait; None for all.
        """
        source, taken = _notices.c.source, _notices.c.taken
        is_ready = _notices.c.is_due & ~is_younger(taken, GAP_S, now_s)
        named = sa.true() if among is None else source.in_(among)
        taking = sa.update(_notices).where(is_ready, named).values(is_due=False, taken=now_s)
        found = self._database.run(lambda each: each.scalars(taking.returning(source)).all())
        return tuple(sorted(found))

    def propose(self, url: str, said: str) -> Proposal | None:
        """Keep an unknown address for the operator; None when too many wait already."""
        waiting = self.proposals()
        proposal = Proposal(name_of(url), url, said)
        known = next((each for each in waiting if each.name == proposal.name), None)
        if known is not None or len(waiting) >= MAX_PROPOSALS:
            return known
        self._database.write(self._database.upsert(_proposals, asdict(proposal), {"url": url}))
        return proposal

    def proposal(self, name: str) -> Proposal | None:
        """Return a proposal by its name."""
        return next((each for each in self.proposals() if each.name == name), None)

    def proposals(self) -> tuple[Proposal, ...]:
        """Return the addresses that wait for the operator, the first announced first."""
        query = sa.select(_proposals).order_by(_proposals.c.said, _proposals.c.name)
        return tuple(Proposal(**row._mapping) for row in self._database.read(query))

    def dismiss(self, url: str) -> bool:
        """Forget a proposal: it became a source, or nobody wants it.

        Returns:
            Whether it was there.
        """
        mine = _proposals.c.name == name_of(url)
        return self._database.write(sa.delete(_proposals).where(mine)) > 0


def upstream_key(url: str) -> str:
    """Return the name under which a node above is due: of no source's form."""
    return f"upstream {url}"


def name_of(url: str) -> str:
    """Return the name of a proposal."""
    return hashlib.sha256(url.encode()).hexdigest()[:16]
