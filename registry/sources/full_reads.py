"""When a source was last read whole, nothing of it taken on its word that it had not changed.

A server may say "not modified" of bytes that did change: a file put back with its older date, an
``ETag`` kept by a cache. So a source is read unconditionally from time to time
(docs/decisions/0032-how-often-a-source-is-read-whole.md). The moment is kept in ``Source.cursor``;
only this module reads or writes it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

USUAL_DAYS = 7
_KEY = "read_whole"


def read_whole(cursor: Mapping[str, Any]) -> datetime | None:
    """Return when a source was last read whole; None when nobody knows."""
    kept = cursor.get(_KEY)
    return datetime.fromisoformat(kept) if isinstance(kept, str) else None


def is_due(cursor: Mapping[str, Any], now: datetime, days: float) -> bool:
    """Whether a source has to be read whole at this visit.

    A moment that lies in the future, for the clock went back, is worth nothing.

    Args:
        cursor: of the source.
        now: moment of the visit.
        days: longest time between two such visits.
    """
    last = read_whole(cursor)
    return last is None or not timedelta() <= now - last < timedelta(days=days)


def without_reading(cursor: Mapping[str, Any]) -> dict[str, Any]:
    """Return a cursor without the moment."""
    return {name: value for name, value in cursor.items() if name != _KEY}


def with_reading(cursor: Mapping[str, Any], moment: datetime | None) -> dict[str, Any]:
    """Return a cursor with this moment instead of any other; with none, if None."""
    bare = without_reading(cursor)
    if moment is None:
        return bare
    return {**bare, _KEY: moment.astimezone(UTC).isoformat(timespec="seconds")}
