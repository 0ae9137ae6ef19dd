"""What the index needs of a ledger, and nothing more."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from registry.ledger.types import Change, Source
from vocab.records import Record


class ChangeLog(Protocol):
    """The part of the ledger that a read model follows."""

    def changes(self, after: int = 0, upto: int | None = None) -> Iterator[Change]:
        """Give the changes after a sequence, in order."""

    def sources(self) -> Iterable[Source]:
        """Give all sources."""

    def records(self, source_slug: str | None = None) -> Iterator[Record]:
        """Give the live records, in subject order."""

    def owner(self, subject: str) -> str | None:
        """Give the slug of the source that holds a record."""
