"""What the harvests of a source remember of it, and how the ledger writes that down: JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

MAX_WAIT_S = 7 * 86_400
"""Longest pause between two visits that a source may ask for, in seconds.

Without the limit, one wrong figure at a source would silence it for years.
"""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What a source declares about time; 0 where it declares nothing.

    Attributes:
        polling_s: seconds that it asks to leave between two visits (LDES 1.0, polling interval).
        update_s: seconds between two updates of its data (DCAT 3, ``dct:accrualPeriodicity``).
    """

    polling_s: int = 0
    update_s: int = 0

    @property
    def interval_s(self) -> int:
        """Seconds between two visits that are enough for what it declares, at most a week."""
        return min(max(self.polling_s, self.update_s), MAX_WAIT_S)


@dataclass(frozen=True, slots=True)
class Cursor:
    """What the harvests of a source remember; it moves in the transaction of a harvest.

    Attributes:
        reader: what its reader wants to know at the next visit, JSON-ready, and whatever a version
            of this program kept that we do not know.
        missing: the records that it no longer lists -> since when.
        declared: what it declares about time.
        full_read: when it was last read whole, nothing of it taken on its word; None if unknown.
    """

    reader: dict[str, Any] = field(default_factory=dict)
    missing: Mapping[str, datetime] = field(default_factory=dict)
    declared: Rhythm = Rhythm()
    full_read: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """Return what :func:`cursor_of` reads; what says nothing is left out."""
        declared = {name: seconds for name, seconds in asdict(self.declared).items() if seconds}
        own: dict[str, Any] = {
            "missing": {iri: _written(since) for iri, since in self.missing.items()},
            "declared": declared,
            "read_whole": self.full_read and _written(self.full_read, "seconds"),
        }
        return self.reader | {name: value for name, value in own.items() if value}


def cursor_of(kept: Mapping[str, Any]) -> Cursor:
    """Read a cursor."""
    reader = dict(kept)
    missing, declared = reader.pop("missing", {}), reader.pop("declared", {})
    read = reader.pop("read_whole", None)
    return Cursor(
        reader,
        {iri: datetime.fromisoformat(since) for iri, since in missing.items()},
        Rhythm(min(declared.get("polling_s", 0), MAX_WAIT_S), declared.get("update_s", 0)),
        datetime.fromisoformat(read) if isinstance(read, str) else None,
    )


def _written(moment: datetime, precision: str = "microseconds") -> str:
    return moment.astimezone(UTC).isoformat(timespec=precision)
