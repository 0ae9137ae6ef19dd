"""The fields of a place that is closed for a while."""

from collections.abc import Mapping
from datetime import date

from registry.hours.closure import Closure
from registry.web.site import clock

STATE, CLOSED = "state", "closed"
"""Name of the choice whether a place is open, and its value for a closure."""
FIRST, LAST, WHY = "closed-from", "closed-to", "closed-why"
CLOSURE_NAMES = (STATE, FIRST, LAST, WHY)
"""The fields of a closure."""
_LONGEST_WORDS = 100


def closure_cells(closure: Closure | None) -> dict[str, str]:
    """Return what stands in the fields."""
    if closure is None:
        return {}
    last = closure.last.isoformat() if closure.last else ""
    return {STATE: CLOSED, FIRST: closure.first.isoformat(), LAST: last, WHY: closure.words}


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
