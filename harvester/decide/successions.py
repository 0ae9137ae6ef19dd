"""Successions that one side states alone: they change nothing, and whoever reads them is told."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from harvester import rules
from harvester.delivery import Arrival
from registry.sources.succession import Records, Side, confirmed, stated_by
from shapes.findings import Finding
from vocab.records import Record


@dataclass(frozen=True, slots=True)
class _With:
    """Records as they are with what has just come."""

    records: Records
    news: dict[str, Record]

    def record(self, subject: str) -> Record | None:
        return self.news.get(subject) or self.records.record(subject)


def doubts(news: Iterable[Arrival], records: Records) -> Iterator[Finding]:
    """Return one finding for each succession that came and that the other side does not state.

    Args:
        news: what came, readable.
        records: what is known, such as a ledger.
    """
    came = {a.subject: a.record() for a in news if a.subject.endswith(tuple(Side))}
    known = _With(records, came)
    for subject in came:
        side = Side.NEW if subject.endswith(Side.NEW) else Side.FORMER
        stated = stated_by(known, subject.removesuffix(side), side)
        if stated is not None and not confirmed(known, stated):
            details = {"former": stated.former, "new": stated.new}
            yield rules.finding(subject, "MED-H023", subject=subject, **details)
