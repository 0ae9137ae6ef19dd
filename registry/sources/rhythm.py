"""How often data changes by the frequencies of the European Union, and when it is read whole.

A server may say "not modified" of bytes that did change: a file put back with its older date, an
``ETag`` kept by a cache. So a source is read unconditionally from time to time
(docs/decisions/0032-how-often-a-source-is-read-whole.md).
"""

from datetime import datetime, timedelta

from registry.ledger.cursor import Cursor

USUAL_DAYS = 7
"""Longest time between two such visits."""
_TABLE = "publications.europa.eu/resource/authority/frequency/"
_DAY_S = 86_400
_YEAR_S = 365 * _DAY_S
# Seconds between two updates, by code of the table of frequencies of the European Union
# (http://publications.europa.eu/resource/authority/frequency). Codes that promise no interval
# (continuous, irregular, as needed, unknown…) are absent.
_SECONDS = {
    "1MIN": 60, "5MIN": 300, "10MIN": 600, "15MIN": 900, "30MIN": 1_800,
    "HOURLY": 3_600, "BIHOURLY": 7_200, "TRIHOURLY": 10_800, "12HRS": 43_200,
    "DAILY_2": 43_200, "DAILY": _DAY_S,
    "WEEKLY_3": 7 * _DAY_S // 3, "WEEKLY_2": 7 * _DAY_S // 2, "WEEKLY": 7 * _DAY_S,
    "BIWEEKLY": 14 * _DAY_S,
    "MONTHLY_3": 10 * _DAY_S, "MONTHLY_2": 15 * _DAY_S, "MONTHLY": 30 * _DAY_S,
    "BIMONTHLY": 61 * _DAY_S, "QUARTERLY": 91 * _DAY_S,
    "ANNUAL_3": _YEAR_S // 3, "ANNUAL_2": _YEAR_S // 2, "ANNUAL": _YEAR_S,
    "BIENNIAL": 2 * _YEAR_S, "TRIENNIAL": 3 * _YEAR_S, "QUADRENNIAL": 4 * _YEAR_S,
    "QUINQUENNIAL": 5 * _YEAR_S, "DECENNIAL": 10 * _YEAR_S, "BIDECENNIAL": 20 * _YEAR_S,
    "TRIDECENNIAL": 30 * _YEAR_S,
}  # fmt: skip


def seconds_of(iri: str) -> int:
    """Return the seconds between two updates that a frequency of the EU table means, or 0.

    >>> seconds_of("http://publications.europa.eu/resource/authority/frequency/WEEKLY")
    604800
    """
    table, _, code = iri.partition("://")[2].rpartition("/")
    return _SECONDS.get(code, 0) if f"{table}/" == _TABLE else 0


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
