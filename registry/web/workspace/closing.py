"""The fields of a place that is closed for a while, or every year on the same days."""

from collections.abc import Mapping
from datetime import date

from registry.hours.closure import Closure
from registry.hours.schedule import Period
from registry.web.site import clock
from registry.web.workspace.hours_grid import year_day

STATE, CLOSED = "state", "closed"
"""Name of the choice whether a place is open, and its value for a closure."""
FIRST, LAST, WHY = "closed-from", "closed-to", "closed-why"
YEARLY = ("yearly-from-day", "yearly-from-month", "yearly-to-day", "yearly-to-month")
"""Day and month on which a closure of every year begins, and on which it ends."""
CLOSURE_NAMES = (STATE, FIRST, LAST, WHY, *YEARLY)
"""The fields of a closure."""
_LONGEST_WORDS = 100


def closure_cells(closure: Closure | None) -> dict[str, str]:
    """Return what stands in the fields."""
    if closure is None:
        return {}
    last = closure.last.isoformat() if closure.last else ""
    return {STATE: CLOSED, FIRST: closure.first.isoformat(), LAST: last, WHY: closure.words}


def yearly_cells(period: Period | None) -> dict[str, str]:
    """Return what stands in the fields of a closure of every year."""
    if period is None:
        return {}
    ends = (*period.first[::-1], *period.last[::-1])
    return dict(zip(YEARLY, map(str, ends), strict=True))


def typed_yearly(cells: Mapping[str, str]) -> tuple[Period | None, dict[str, str]]:
    """Read the closure of every year; what cannot be read comes as the first field, ``date``."""
    first_day, first_month, last_day, last_month = (cells.get(name, "") for name in YEARLY)
    if not (first_day or first_month or last_day or last_month):
        return None, {}
    first, last = year_day(first_day, first_month), year_day(last_day, last_month)
    if first is None or last is None:
        return None, {YEARLY[0]: "date"}
    return Period("dates", first, last), {}


def typed_closure(cells: Mapping[str, str]) -> tuple[Closure | None, dict[str, str]]:
    """Read the closure that stands in a form; without a first day it begins today.

    Args:
        cells: text by name of field.

    Returns:
        The closure, and the fields that cannot be read with what is wrong: ``date`` or ``order``.
    """
    if cells.get(STATE) != CLOSED:
        return None, {}
    wrong: dict[str, str] = {}
    days: dict[str, date | None] = {FIRST: clock.now().date(), LAST: None}
    for name in days:
        if text := cells.get(name, ""):
            try:
                days[name] = date.fromisoformat(text)
            except ValueError:
                wrong[name] = "date"
    first, last = days[FIRST], days[LAST]
    if wrong or first is None:
        return None, wrong
    if last and last < first:
        return None, {LAST: "order"}
    # A quote would end the words, a semicolon the rule.
    words = " ".join(cells.get(WHY, "").replace('"', "'").replace(";", ",").split())
    return Closure(first, last, words[:_LONGEST_WORDS]), {}
