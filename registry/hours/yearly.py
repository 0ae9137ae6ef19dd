"""A place that closes every year on the same days: the last rule of its OpenStreetMap hours.

``Aug off`` or ``Dec 24-Jan 02 off`` stands after the rules of the week, so it holds over them;
where no other hours are known, ``unknown`` stands before it.
"""

from registry.hours.reading import period_of
from registry.hours.schedule import Period

_UNKNOWN = "unknown"
_OFF = frozenset({"off", "closed"})


def yearly_of(hours: str) -> tuple[str, Period | None]:
    """Return hours without the yearly closure that ends them, and when that is; None where none."""
    rest, _mark, rule = hours.rpartition(";")
    split = period_of(rule.strip())
    if not rest or split is None or split[0].kind != "dates" or split[1] not in _OFF:
        return hours, None
    kept = "" if rest.strip() == _UNKNOWN else rest.strip()
    return kept, split[0]


def closed_yearly(hours: str, period: Period | None) -> str:
    """Return hours with a yearly closure after them."""
    if period is None:
        return hours
    return f"{hours.strip().rstrip(';') or _UNKNOWN}; {period.selector}off"
