"""A place that is closed for a while: the last rule of its OpenStreetMap hours.

``2026 Nov 30-2027 Mar 15 off "travaux"`` stands after all other rules, so it holds over them; where
no other hours are known, ``unknown`` stands before it.
"""

import re
from dataclasses import dataclass
from datetime import date

from registry.hours.schedule import MONTHS

_MONTH = f"(?:{'|'.join(MONTHS)})"
_RULE = re.compile(
    rf"(?P<first>\d{{4}} {_MONTH} \d\d?)"
    rf"(?: ?- ?(?P<last>(?:\d{{4}} )?{_MONTH} \d\d?)|(?P<open>\+))?"
    r' (?:off|closed)(?: ?"(?P<words>[^"]*)")?'
)
_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Closure:
    """When a place is closed, by its own calendar.

    Attributes:
        first: the first day.
        last: the last day; None when nobody knows yet.
        words: why, for the public.
    """

    first: date
    last: date | None
    words: str = ""

    @property
    def rule(self) -> str:
        """The rule of OpenStreetMap hours."""
        end = f"-{_named(self.last)}" if self.last else "+"
        dates = _named(self.first) + ("" if self.last == self.first else end)
        return f'{dates} off "{self.words}"' if self.words else f"{dates} off"


def closure_of(hours: str) -> tuple[str, Closure | None]:
    """Return hours without the closure that ends them, and that closure; None where none does."""
    rest, _mark, rule = hours.rpartition(";")
    found = _RULE.fullmatch(rule.strip())
    if found is None:
        return hours, None
    start, end = found["first"], found["last"] or found["first"]
    first = dated(start)
    last = dated(end if end[0].isdigit() else f"{start[:4]} {end}")
    if first is None or last is None or last < first:  # left as it is written
        return hours, None
    kept = "" if rest.strip() == _UNKNOWN else rest.strip()
    return kept, Closure(first, None if found["open"] else last, found["words"] or "")


def closed(hours: str, closure: Closure | None) -> str:
    """Return hours with a closure after them."""
    if closure is None:
        return hours
    return f"{hours.strip().rstrip(';') or _UNKNOWN}; {closure.rule}"


def _named(day: date) -> str:
    return f"{day.year:04} {MONTHS[day.month - 1]} {day.day:02}"


def dated(text: str) -> date | None:
    """Return a date as OpenStreetMap hours write it, ``2026 Nov 30``; None for one that is none."""
    year, month, day = text.split(" ")
    try:
        return date(int(year), MONTHS.index(month) + 1, int(day))
    except ValueError:
        return None
