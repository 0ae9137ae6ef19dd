"""The little that publishing asks of a ledger."""

from collections.abc import Iterator
from typing import Protocol

from registry.ledger.types import Change
from vocab.records import Record


class ChangeLog(Protocol):
    """An append-only log of changes and the state it leads to; ``Ledger`` is one."""

    def head(self) -> int:
        """Sequence number of the last change; 0 when there is none."""
        ...

    def changes(self, after: int = 0, upto: int | None = None) -> Iterator[Change]:
        """Changes with ``after < seq <= upto``, in sequence order."""
        ...

    def records(self, source_slug: str | None = None, upto: int | None = None) -> Iterator[Record]:
        """Records of one source, or of all, live after change ``upto``, in subject order."""
        ...


def entry_hash(log: ChangeLog, seq: int) -> str:
    """Return the ledger's hash of one change; the empty string where there is none."""
    return next((change.entry_hash for change in log.changes(seq - 1, seq)), "") if seq else ""
