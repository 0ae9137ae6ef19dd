"""The versions of one record, the latest first, each with what the record said before it."""

from dataclasses import dataclass

from registry.ledger.ledger import Ledger
from registry.ledger.types import Change
from vocab.records import Record


@dataclass(frozen=True, slots=True)
class RecordVersion:
    """What a record became at a moment, or that it was withdrawn then.

    Attributes:
        number: from 1, the oldest; it never changes, for the log only grows.
        change: what the ledger says of it.
        before: what the record said last before; None where it had said nothing yet.
        is_back: the record had been withdrawn, and came back.
    """

    number: int
    change: Change
    before: Record | None
    is_back: bool


def versions_of(ledger: Ledger, subject: str, count: int, skip: int = 0) -> list[RecordVersion]:
    """Return so many versions of a record, the latest first, after passing over ``skip``."""
    latest = ledger.count_of_changes(subject) - skip
    changes = ledger.changes_of(subject, count + 2, skip)  # before a return stands a withdrawal
    return [
        _version(latest - place, change, changes[place + 1 : place + 3])
        for place, change in enumerate(changes[:count])
    ]


def version_numbered(ledger: Ledger, subject: str, number: int) -> RecordVersion | None:
    """Return one version of a record, or None when it has no such version."""
    count = ledger.count_of_changes(subject)
    if not 1 <= number <= count:
        return None
    return versions_of(ledger, subject, 1, count - number)[0]


def _version(number: int, change: Change, earlier: list[Change]) -> RecordVersion:
    said = (one.record for one in earlier)
    before = next((record for record in said if record is not None), None)
    is_back = change.record is not None and bool(earlier) and earlier[0].record is None
    return RecordVersion(number, change, before, is_back)
