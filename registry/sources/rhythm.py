"""What a source declares about time: how often its data changes, how seldom it may be visited.

What the last harvest read of it is kept in ``Source.cursor`` whoever the reader is: sealed by the
ledger, and moved in the very transaction of the harvest. Only this module reads or writes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MAX_WAIT_S = 7 * 86_400
"""Longest pause between two visits that a source may ask for, in seconds.

Without the limit, one wrong figure at a source would silence it for years.
"""
_KEY = "declared"
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


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What a source declares; 0 where it declares nothing.

    Attributes:
        polling_s: seconds that it asks to leave between two visits (LDES 1.0, polling interval).
        update_s: seconds between two updates of its data (DCAT 3, ``dct:accrualPeriodicity``).
    """

    polling_s: int = 0
    update_s: int = 0

    @property
    def visit_s(self) -> int:
        """Seconds between two visits that are enough for what it declares, at most a week."""
        return min(max(self.polling_s, self.update_s), MAX_WAIT_S)


def seconds_of(iri: str) -> int:
    """Give the seconds between two updates that a frequency of the EU table means, or 0.

    >>> seconds_of("http://publications.europa.eu/resource/authority/frequency/WEEKLY")
    604800
    """
    table, _, code = iri.partition("://")[2].rpartition("/")
    return _SECONDS.get(code, 0) if f"{table}/" == _TABLE else 0


def rhythm_of(cursor: Mapping[str, Any]) -> Rhythm:
    """Give what the last harvest read."""
    kept = cursor.get(_KEY, {})
    polling_s = min(kept.get("polling_s", 0), MAX_WAIT_S)
    return Rhythm(polling_s, kept.get("update_s", 0))


def without_rhythm(cursor: Mapping[str, Any]) -> dict[str, Any]:
    """Give a cursor without what the source declared."""
    return {name: value for name, value in cursor.items() if name != _KEY}


def with_rhythm(cursor: Mapping[str, Any], rhythm: Rhythm) -> dict[str, Any]:
    """Give a cursor with this declaration instead of any other."""
    bare = without_rhythm(cursor)
    declared = {"polling_s": rhythm.polling_s, "update_s": rhythm.update_s}
    told = {name: seconds for name, seconds in declared.items() if seconds}
    return {**bare, _KEY: told} if told else bare
