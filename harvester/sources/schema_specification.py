"""One ``OpeningHoursSpecification`` of a web page: days, the times that they are open, and dates.

A day whose hours are 00:00–00:00, or that has none, is closed. What is not understood to the last
value is not understood at all. https://schema.org/OpeningHoursSpecification
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from harvester.clean.hours.cursor import Cursor, NotUnderstood, at_night
from harvester.clean.hours.week import MIDNIGHT, Span
from harvester.clean.hours.words import words_of
from harvester.sources.catalogue import Facts
from vocab.namespaces import RDF, SCHEMA
from vocab.opening_hours import latest_night

ALL_DAYS = frozenset(range(7))
HOLIDAYS = -1
"""The number of public holidays among the days."""

OLD = "http://schema.org/"
"""The namespace that pages of older days use for the same terms."""
_READ = frozenset(("dayOfWeek", "opens", "closes", "validFrom", "validThrough"))
_NAME = re.compile(r"(?:https?://.*[/#]|[a-z]+:(?=[A-Z]))?([^/#]+)")
_PUBLIC_HOLIDAYS = re.compile(r"public ?holidays?|jours? fériés?", re.IGNORECASE)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?:[+-]\d\d:\d\d)?)?")
_SECONDS = re.compile(r"(\d{1,2}:\d\d):00")
_ENGLISH_ONLY = frozenset(("Mo", "Tu", "Th", "Fr", "Su"))
_FRENCH_ONLY = frozenset(("Lu", "Ma", "Me", "Je", "Ve", "Di"))
_LAST_SECOND = "23:59:59"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Dates from first to last, both included; without dates: always. ``special`` overrides."""

    special: bool = False
    first: date | None = None
    last: date | None = None

    def __str__(self) -> str:
        if self.first is None:
            return ""
        if self.first == self.last:
            return _day(self.first)
        return f"{_day(self.first)}-{_day(self.last)}" if self.last else f"{_day(self.first)}+"

    def meets(self, other: "Period") -> bool:
        """Do both hold on some date?"""
        mine, others = self.last or date.max, other.last or date.max
        return (self.first or date.min) <= others and (other.first or date.min) <= mine


@dataclass(frozen=True, slots=True)
class Specification:
    """One specification: days, the span that they are open (None: closed), and when it holds."""

    days: frozenset[int]
    span: Span | None
    period: Period


def in_english(facts: Facts, parts: list[str]) -> bool:
    """Are the days of a place in English? Raises :class:`NotUnderstood` if in French as well.

    "Di" beside "Mo" is a Tuesday in German, where French has a Sunday.
    """
    names = {name_of(facts, day) for one in parts for day in values_of(facts, one, "dayOfWeek")}
    english = not _ENGLISH_ONLY.isdisjoint(names)
    if english and not _FRENCH_ONLY.isdisjoint(names):
        raise NotUnderstood
    return english


def specification(facts: Facts, part: str, special: bool, english: bool) -> Specification:
    """Read one specification; raises :class:`NotUnderstood`.

    Args:
        facts: what the page states.
        part: the specification.
        special: whether it replaces the usual hours.
        english: whether days are in English, so that "We" is one.
    """
    if any(
        local_name(path) not in _READ for path, _ in facts.get(part, ()) if path != f"{RDF}type"
    ):
        raise NotUnderstood  # "description": "sur rendez-vous" is a part of what it says
    named = [name_of(facts, value) for value in values_of(facts, part, "dayOfWeek")]
    days = frozenset(day for name in named for day in _days(name, english))
    period = _period(facts, part, special)
    if not days and period.first is None:
        raise NotUnderstood
    return Specification(days or ALL_DAYS, _span(facts, part), period)


def _days(plain: str, english: bool) -> frozenset[int]:
    """Read the name of a day in French or English; "We" is one among other days in English."""
    if plain == "We" and english:
        return frozenset((2,))
    if _PUBLIC_HOLIDAYS.fullmatch(plain):
        return frozenset((HOLIDAYS,))
    cursor = Cursor(needed(words_of(plain)))
    days = cursor.read_days()
    ordinal = any(nth for _, nth in days.days)
    if cursor.at < len(cursor.words) or ordinal or days.between:
        raise NotUnderstood
    return days.numbers


def _span(facts: Facts, part: str) -> Span | None:
    """Read the opening times; None when closed."""
    opens, closes = values_of(facts, part, "opens"), values_of(facts, part, "closes")
    if not opens and not closes:
        return None
    start, end = _minutes(_only(opens)), _minutes(_only(closes))
    if start == end == 0:
        return None
    span = Span(start, end or MIDNIGHT)
    night = span.end < span.start and span.end // 60 <= latest_night(span.start // 60)
    if (span.start >= span.end and not night) or at_night(span):
        raise NotUnderstood  # "02:00" to "05:00" is likely meant by the clock of the afternoon
    return span


def _minutes(text: str) -> int:
    """Read a time of day; a zone or seconds that OpenStreetMap cannot say are not understood."""
    if text == _LAST_SECOND:
        return MIDNIGHT
    exact = _SECONDS.fullmatch(text)
    words = words_of(exact[1] if exact else text)
    if not words or len(words) != 1 or words[0].kind != "time":
        raise NotUnderstood
    return words[0].minutes


def _period(facts: Facts, part: str, special: bool) -> Period:
    since, until = values_of(facts, part, "validFrom"), values_of(facts, part, "validThrough")
    first = _date(_only(since), "00:00") if since else None
    last = _date(_only(until), "23:59") if until else None
    if ((special or last) and not first) or (first and last and last < first):
        raise NotUnderstood
    return Period(special, first, last)


def _date(text: str, edge: str) -> date:
    """Read a date, or a moment at the edge of one."""
    found = _DATE.fullmatch(text)
    if found is None or (found[2] or edge) != edge:
        raise NotUnderstood
    try:
        return date.fromisoformat(found[1])
    except ValueError as error:
        raise NotUnderstood from error


def _day(day: date) -> str:
    return f"{day.year} {_MONTHS[day.month - 1]} {day.day:02d}"


def _only(values: list[str]) -> str:
    if len(values) != 1:
        raise NotUnderstood
    return values[0]


def needed(found: _T | None) -> _T:
    """Return what was found; raises :class:`NotUnderstood` for None."""
    if found is None:
        raise NotUnderstood
    return found


def local_name(path: str) -> str:
    """Return a term of schema.org, in either of its namespaces, without the namespace."""
    return path.removeprefix(SCHEMA).removeprefix(OLD)


def values_of(facts: Facts, node: str, name: str) -> list[str]:
    """Return the values of a term of schema.org, each once, without blanks around."""
    found = (value.strip() for path, value in facts.get(node, ()) if local_name(path) == name)
    return list(dict.fromkeys(filter(None, found)))


def name_of(facts: Facts, value: str) -> str:
    """Return the name of what a value refers to, without the address of its vocabulary."""
    found = _NAME.fullmatch((values_of(facts, value, "name") or [value])[0])
    return found[1] if found else value
