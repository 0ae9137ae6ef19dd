"""Opening hours in OpenStreetMap's language that follow its grammar, yet cannot be meant.

The grammar lets a range run past midnight: ``14:00-14:00`` is a day and a night, ``17:00-12:00``
nineteen hours. In the files of producers both are slips: an afternoon that was never filled in,
two times that changed places. https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
"""

import re

_MINUTE = "[0-5][0-9]"
_DASH = " *- *"
_HOUR = "0?([0-9]|1[0-9]|2[0-4])"
_BEFORE = '^(?:(?:[^"]|"[^"]*")*?[^0-9:"])?'  # outside remarks in quotes, not inside a number


def _hours(first: int, last: int) -> str:
    """Give a pattern of the hours from one to another, with or without a leading zero."""
    return "|".join(f"0?{hour}" if hour < 10 else str(hour) for hour in range(first, last + 1))


def _latest_night(start: int) -> int:
    """Give the latest hour at which an evening that begins then may end, 0 for midnight sharp."""
    return 0 if start < 13 else 3 if start < 16 else 6


def _backwards(start: int) -> str:
    """Give a pattern of the ranges from one hour to an earlier one that no evening explains."""
    first = _latest_night(start) + 1
    ends = [f"(?:{_hours(first, start - 1)}):{_MINUTE}"] if first < start else []
    if first == 1:
        ends.append("0?0:(?:0[1-9]|[1-5][0-9])")
    return f"(?:{_hours(start, start)}):{_MINUTE}{_DASH}(?:{'|'.join(ends)})"


def _within_one_hour() -> list[str]:
    """Give patterns of ranges that end in the hour of their beginning, no later than they begin."""
    tens = "|".join(f"[{ten + 1}-5][0-9]{_DASH}0?\\1:{ten}[0-9]" for ten in range(5))
    units = "|".join(f"{unit}{_DASH}0?\\2:\\3[0-{unit - 1}]" for unit in range(1, 10))
    return [
        f"{_HOUR}:(?:{tens})",
        f"{_HOUR}:([0-5])(?:{units})",
        f"{_HOUR}:({_MINUTE}){_DASH}0?\\4:\\5",
    ]


DOUBTFUL_RANGE = (
    _BEFORE
    + f"(?:{'|'.join([*_within_one_hour(), *(_backwards(start) for start in range(1, 25))])})"
    + "([^0-9]|$)"
)
"""Pattern, for XPath and Python alike, of hours with a range that is empty or runs backwards."""

_DOUBTFUL = re.compile(DOUBTFUL_RANGE)


def has_doubtful_range(hours: str) -> bool:
    """Do hours hold an empty range, or one that runs backwards through the day?

    An evening may end in the night: until 03:59 if it begins after 13:00, until 06:59 after 16:00.

    >>> [has_doubtful_range(f"Fr {times}") for times in ("14:00-14:00", "17:00-12:00")]
    [True, True]
    >>> [has_doubtful_range(f"Fr {times}") for times in ("18:00-02:00", "09:00-00:00")]
    [False, False]
    """
    return _DOUBTFUL.search(hours) is not None
