"""When a source was last read whole, nothing of it taken on its word that it had not changed.

A server may say "not modified" of bytes that did change: a file put back with its older date, an
``ETag`` kept by a cache. So a source is read unconditionally from time to time
(docs/decisions/0032-how-often-a-source-is-read-whole.md). The moment is kept in ``Source.cursor``.
"""

from datetime import datetime, timedelta

from registry.ledger.cursor import Cursor

USUAL_DAYS = 7


def is_due(cursor: Cursor, now: datetime, days: float) -> bool:
    """Whether a source has to be read whole at this harvest.

    A moment that lies in the future, for the clock went back, is worth nothing.

    Args:
        cursor: of the source.
        now: moment of the visit.
        days: longest time between two such visits.
    """
    last = cursor.full_read
    return last is None or not timedelta() <= now - last < timedelta(days=days)
