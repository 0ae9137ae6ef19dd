"""Hours that a web page states in schema.org's words, as OpenStreetMap writes them, or as text.

``openingHours`` are texts; ``openingHoursSpecification`` and ``specialOpeningHoursSpecification``
are nodes of days, times and dates: dates bound the hours in time, special ones replace the others.
https://schema.org/openingHoursSpecification

Either all that a page says is translated, or its own values are handed on as one text, which
cleaning keeps with a warning.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from harvester.clean.hours.cursor import NotUnderstood
from harvester.clean.hours.parse import french_week
from harvester.clean.hours.week import Block, Span, render
from harvester.sources.catalogue import Facts
from harvester.sources.schema_specification import (
    ALL_DAYS,
    HOLIDAYS,
    Period,
    Specification,
    in_english,
    local_name,
    name_of,
    needed,
    specification,
    values_of,
)
from vocab.namespaces import RDF

MAX_SPECIFICATIONS = 200  # a year of exceptions; more is no timetable
_ENGLISH_DAY = re.compile(r"\b(?:Mo|Tu|Th|Fr|Su)\b")
_WE = re.compile(r"\bWe\b")
_USUAL, _SPECIAL = "openingHoursSpecification", "specialOpeningHoursSpecification"


def hours_of(facts: Facts, node: str) -> str:
    """Return the hours of a place: in OpenStreetMap's language, or as a text that says all values.

    Args:
        facts: what the page states, by subject.
        node: the place.
    """
    texts = sorted(values_of(facts, node, "openingHours"))
    usual = values_of(facts, node, _USUAL)
    texts += [part for part in usual if part not in facts]
    parts = [(part, False) for part in usual if part in facts]
    parts += [(part, True) for part in values_of(facts, node, _SPECIAL)]
    if not parts and len(texts) < 2:
        return texts[0] if texts else ""
    try:
        return _translated(facts, texts, parts)
    except NotUnderstood:
        return _as_text(facts, texts, parts)


def _translated(facts: Facts, texts: list[str], parts: list[tuple[str, bool]]) -> str:
    """Write all in one; raises :class:`NotUnderstood`."""
    if len(parts) + len(texts) > MAX_SPECIFICATIONS:
        raise NotUnderstood
    english = in_english(facts, [part for part, _ in parts])
    specifications = [specification(facts, part, special, english) for part, special in parts]
    written = _written(specifications) if specifications else ""
    if not texts:
        return written
    listed = _listed(texts)
    usual = [one for one in specifications if not one.period.special]
    if usual and (written != listed or len(usual) < len(specifications)):
        raise NotUnderstood  # texts and specifications say different things
    return written if usual else "; ".join(filter(None, (listed, written)))


def _listed(texts: list[str]) -> str:
    """Unite texts: "Mo 09:00-12:00" and "Mo 14:00-17:00" both hold, which ``;`` would not say."""
    if any(_ENGLISH_DAY.search(text) for text in texts):
        texts = [_WE.sub("Wed", text) for text in texts]
    weeks = [needed(french_week(text)) for text in texts]
    blocks = [block for found, _ in weeks for block in found]
    opened = {day for block in blocks for day, _ in block.days}
    if any(opened & closed for _, closed in weeks):
        raise NotUnderstood  # "Fermé le mercredi" beside "lundi au vendredi 9h-17h"
    return needed(render(blocks))


def _written(specifications: list[Specification]) -> str:
    periods: dict[Period, list[Specification]] = defaultdict(list)
    for one in specifications:
        periods[one.period].append(one)
    _check(periods)
    rules = [
        rule for period in sorted(periods, key=_order) for rule in _rules(period, periods[period])
    ]
    if rules == ["Mo-Su 00:00-24:00"]:
        return "24/7"
    return "; ".join(rules)


def _order(period: Period) -> tuple[bool, bool, date]:
    """Rules that stand later replace those before: first what always holds, last the exceptions."""
    return period.special, period.first is not None, period.first or date.min


def _check(periods: dict[Period, list[Specification]]) -> None:
    """Refuse periods of which it is not certain which one holds on some day."""
    dated = [period for period in periods if period.first]
    for number, one in enumerate(dated):
        if any(one.special == other.special and one.meets(other) for other in dated[number + 1 :]):
            raise NotUnderstood
    always = {day for one in periods.get(Period(), ()) for day in one.days}
    for period in dated:
        restated = {day for one in periods[period] for day in one.days}
        if not period.special and not always <= restated:
            raise NotUnderstood  # is Saturday, which is not named for the summer, closed then?


def _rules(period: Period, specifications: list[Specification]) -> Iterator[str]:
    """Yield the rules of one period."""
    spans: dict[int, set[Span | None]] = defaultdict(set)
    for one in specifications:
        for day in one.days:
            spans[day].add(one.span)
    if any(None in found and len(found) > 1 for found in spans.values()):
        raise NotUnderstood  # open and closed
    prefix = f"{period} " if period.first else ""
    closed = frozenset(day for day, found in spans.items() if None in found)
    if prefix and closed >= ALL_DAYS:
        yield f"{period} off"
        return
    week = {day: tuple(sorted(one for one in found if one)) for day, found in spans.items()}
    opened = {day: times for day, times in week.items() if times}
    for rule in _of_days({day: times for day, times in opened.items() if day != HOLIDAYS}):
        yield f"{prefix}{rule.removeprefix('Mo-Su ')}" if prefix else rule
    named = closed - {HOLIDAYS} if prefix or not opened else frozenset[int]()
    if named:
        yield f"{prefix}{_day_names(named)} off"
    if HOLIDAYS in spans:
        times = ",".join(map(str, opened.get(HOLIDAYS, ())))
        yield f"{prefix}PH {times or 'off'}"


def _of_days(week: dict[int, tuple[Span, ...]]) -> list[str]:
    if not week:
        return []
    blocks = [Block(((day, ()),), _closing(times)) for day, times in week.items()]
    rules = needed(render(blocks))
    return ["Mo-Su 00:00-24:00"] if rules == "24/7" else rules.split("; ")


def _closing(times: tuple[Span, ...]) -> tuple[Span, ...]:
    """Check that a night follows no other hours of its day."""
    if any(one.end <= one.start for one in times[:-1]):
        raise NotUnderstood
    return times


def _day_names(days: frozenset[int]) -> str:
    rule = needed(render([Block(tuple((day, ()) for day in days), (Span(0, 1),))]))
    return rule.rpartition(" ")[0]


def _as_text(facts: Facts, texts: list[str], parts: list[tuple[str, bool]]) -> str:
    """Say all values as they are; the names of the terms keep it from being read as hours."""
    specifications = [f"openingHours {text}" for text in texts]
    for part, special in parts:
        values = [
            f"{local_name(path)} {name_of(facts, value)}"
            for path, value in sorted(facts.get(part, ()))
            if path != f"{RDF}type"
        ]
        specifications.append(f"{_SPECIAL if special else _USUAL} {', '.join(values) or part}")
    return "; ".join(sorted(specifications))
