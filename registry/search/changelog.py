"""What the index needs of a ledger, and nothing more."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from registry.ledger.types import Change, Source
from vocab.records import Record


class ChangeLog(Protocol):
    """The part of the ledger that a read model follows."""

    def changes(self, after: int = 0, upto: int | None = None) -> Iterator[Change]:
        """Return the changes after a sequence, in order."""

    def sources(self, *, cursors: bool = True) -> Iterable[Source]:
        """Return the sources in force, with or without their cursors."""

    def stated(
        self, source_slug: str | None = None, upto: int | None = None
    ) -> Iterator[tuple[str, Record]]:
        """Return (source slug, record) of the live records, in subject order."""
