"""The changes of one source as a log of their own: what the feed of a hosted pole is made of."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from registry.ledger.ledger import Ledger
from registry.ledger.types import Change
from vocab.records import Record


@dataclass(frozen=True, slots=True)
class SourceLog:
    """The part of a ledger that one source wrote, numbered from 1 without holes.

    Each change keeps the entry hash that it has in the ledger.
    """

    ledger: Ledger
    source: str

    def head(self) -> int:
        """Return how many changes the source made."""
        return self.ledger.count_of_changes_by(self.source)

    def changes(self, after: int = 0, upto: int | None = None) -> Iterator[Change]:
        """Stream the changes of the source with ``after < number <= upto``."""
        most = None if upto is None else max(0, upto - after)
        found = self.ledger.changes_by(self.source, after, most)
        for number, change in enumerate(found, after + 1):
            yield replace(change, seq=number)

    def records(self, source_slug: str | None = None, upto: int | None = None) -> Iterator[Record]:
        """Stream the records of the source that live after so many of its changes."""
        if upto is None or upto == self.head():
            return self.ledger.records(self.source)
        last = next(self.ledger.changes_by(self.source, upto - 1, 1), None) if upto else None
        return self.ledger.records(self.source, upto=last.seq if last else 0)
