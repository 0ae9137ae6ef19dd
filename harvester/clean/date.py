"""Dates of update: ISO days out of the ways in which people and spreadsheets write them.

A date needs a day: a month alone is noted as a loss, never the first of January 1970.
"""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from harvester.clean.tracked_text import TrackedText
from harvester.clean.types import Cell

FIRST_YEAR, LAST_YEAR = 1990, 2100
_CLOCK = (
    r"(?:[T ](?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?"
    r"\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?)?"
)
_ISO = re.compile(rf"(?P<y>\d{{4}})([-/.])(?P<m>\d{{1,2}})\2(?P<d>\d{{1,2}}){_CLOCK}")
_FRENCH = re.compile(rf"(?P<d>\d{{1,2}})([-/.])(?P<m>\d{{1,2}})\2(?P<y>\d{{4}}){_CLOCK}")
_SERIAL = re.compile(r"(\d{5})(?:[.,]\d{1,12})?")
_DAY_ZERO = date(1899, 12, 30)
"""Spreadsheets count days from here (OpenDocument 1.3 part 4, 4.11.7; Excel's 1900 system)."""
_1904 = 1462
"""Days between the two counts (ECMA-376 part 1, 18.17.4.1)."""
_SHORT_YEAR = re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d{2}")
_STAMP = re.compile(r"(\d{10})(?:\.0|\d{3})?")
_COMPACT = re.compile(r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})")
_WRITTEN = re.compile(r"(?P<d>\d{1,2})(?:er)?[ -](?P<m>[a-zéûA-ZÉÛ]{3,9})\.?[ -](?P<y>\d{4})")
_MONTH_ONLY = re.compile(r"[A-Za-zéûÉÛ]{3,9}\.?[ -]\d{2,4}|\d{1,2}/\d{4}|\d{4}-\d{1,2}|\d{4}")
_MONTHS = (
    "jan",
    "f[eé]v",
    "mar",
    "avr",
    "mai",
    "juin",
    "juil",
    "ao[uû]",
    "sep",
    "oct",
    "nov",
    "d[eé]c",
)


@lru_cache(maxsize=8192)
def clean_date(column: str, text: str) -> Cell:
    """Return the ISO day (``2023-05-18``) that a text means, or nothing and the reason."""
    tracked = TrackedText(column, text)
    if not text:
        return tracked.cell()
    found = _day_of(text)
    if found is None:
        tracked.drop(_reason(text))
    elif found.year == 1970 or found == date(1969, 12, 31):  # the same instant, west of Greenwich
        tracked.drop("date-placeholder")
    elif not FIRST_YEAR <= found.year <= LAST_YEAR:
        tracked.drop("date-impossible")
    else:
        is_serial = _SERIAL.fullmatch(text) is not None
        tracked.change(found.isoformat(), "date-from-serial" if is_serial else "date-to-iso")
    return tracked.cell()


def serial_of_1900(text: str) -> str:
    """Return a number of days counted from 1904 as one counted from 1900; other texts as they are.

    >>> serial_of_1900("44623"), serial_of_1900("2026-03-05")
    ('46085', '2026-03-05')
    """
    return str(int(text[:5]) + _1904) if _SERIAL.fullmatch(text) else text


def _reason(text: str) -> str:
    if _MONTH_ONLY.fullmatch(text):
        return "date-without-day"
    if _SHORT_YEAR.fullmatch(text):
        return "date-year-cut"
    looks_like_one = any(form.fullmatch(text) for form in (_ISO, _FRENCH, _COMPACT, _WRITTEN))
    return "date-impossible" if looks_like_one else "date-unreadable"


def _day_of(text: str) -> date | None:
    for form in (_ISO, _FRENCH, _COMPACT):
        if found := form.fullmatch(text):
            return _day(found["y"], found["m"], found["d"])
    if found := _SERIAL.fullmatch(text):
        return _DAY_ZERO + timedelta(days=int(found[1]))
    if found := _STAMP.fullmatch(text):
        return datetime.fromtimestamp(int(found[1]), UTC).date()
    if found := _WRITTEN.fullmatch(text):
        return _day(found["y"], str(_month(found["m"])), found["d"])
    return None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _month(name: str) -> int:
    for number, start in enumerate(_MONTHS, 1):
        if re.match(start, name, re.IGNORECASE):
            return number
    return 0
