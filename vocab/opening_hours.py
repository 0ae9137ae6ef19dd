"""Opening hours in OpenStreetMap's language that follow its grammar, yet cannot be meant.

The grammar lets a range run past midnight: ``14:00-14:00`` is a day and a night, ``17:00-12:00``
nineteen hours, ``03:30-12:30`` begins in the night. In the files of producers all three are
typing errors: an afternoon that was never filled in, two swapped times, 03:30 for 08:30.
https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
"""

import re

FIRST_HOUR = 5
"""Nothing opens from 00:01 to this hour; at 00:00 an evening may go on, or a whole day begin."""

_NAMES_DAYS = re.compile(
    r"\b(?:mo|tu|we|th|fr|sa|su|ph|sh|24/7|off|closed|unknown)\b|\"", re.IGNORECASE
)
_REMARK = re.compile(r'"[^"]*"')
_RANGE = re.compile(r"(?<![\d:])(\d{1,2}):([0-5]\d) *- *(\d{1,2}):([0-5]\d)(?!\d)")


def has_doubtful_range(hours: str) -> bool:
    """Do hours hold an empty range, one that runs backwards, or one that begins in the night?

    An evening may end in the night: until 03:59 if it begins after 13:00, until 06:59 after 16:00.
    ``MED-P054`` says the same in SHACL.

    >>> doubtful = ("14:00-14:00", "17:00-12:00", "03:30-12:30")
    >>> [has_doubtful_range(f"Fr {times}") for times in doubtful]
    [True, True, True]
    >>> [has_doubtful_range(f"Fr {times}") for times in ("18:00-02:00", "09:00-00:00")]
    [False, False]
    """
    ranges = _RANGE.findall(_REMARK.sub("", hours))
    return any(_doubtful(*(int(number) for number in one)) for one in ranges)


def names_no_day(hours: str) -> bool:
    """Do hours name no day at all, and say nothing in words?

    By the grammar ``08:00-17:00`` holds on every day, Sundays too. Producers write it for the days
    on which one usually opens: on which of them, nobody can tell.

    >>> [names_no_day(hours) for hours in ("08:00-17:00", "Mo-Fr 08:00-17:00", "24/7", "")]
    [True, False, False, True]
    """
    return not _NAMES_DAYS.search(hours)


def _doubtful(hour: int, minute: int, last_hour: int, last_minute: int) -> bool:
    start, end = hour * 60 + minute, last_hour * 60 + last_minute
    if 0 < start < FIRST_HOUR * 60:
        return True
    if start != end == 0:
        return False  # until midnight
    return end <= start and (last_hour >= hour or last_hour > latest_night(hour))


def latest_night(hour: int) -> int:
    """Return the latest hour at which an evening that begins in an hour may end, -1 if none."""
    return -1 if hour < 13 else 3 if hour < 16 else 6
