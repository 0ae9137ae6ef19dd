"""OpenStreetMap hours read into what a form can show; what it cannot is left as it is written."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from registry.hours.schedule import (
    ALWAYS,
    DAY_MINUTES,
    DAYS,
    LONGEST_MONTHS,
    MONTHS,
    MOST_OPENINGS,
    OFF,
    Block,
    Period,
    Schedule,
    Span,
    YearDay,
)

_MONTH = f"(?:{'|'.join(MONTHS)})"
_PERIOD = re.compile(
    rf"(?:(?P<weeks>week 0?[12]-5[23]/2)\s+|(?P<first>{_MONTH}(?: \d\d?)?)"
    rf"(?:\s*-\s*(?P<last>{_MONTH}(?: \d\d?)?|\d\d?))?(?:\s+|:\s*))?(?P<rest>.*)",
    re.DOTALL,
)
_RULE = re.compile(r"(?:(?P<days>[A-Z][A-Za-z ,-]*?):?\s+)?(?P<times>off|closed|\d[\d:,\s-]*)")
_SPAN = re.compile(r"(\d{1,2}):([0-5]\d)\s*-\s*(\d{1,2}):([0-5]\d)")
_LONGEST = 2_000
"""Characters: no week needs more."""
_OFF_RULE = re.compile(r"(PH|SH)(?:\s*,\s*(PH|SH))?\s+(?:off|closed)")


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a rule says: openings of some days in a period; none close them."""

    period: Period
    days: tuple[str, ...]
    spans: tuple[Span, ...]


def schedule_of(hours: str) -> Schedule | None:
    """Return OpenStreetMap hours as weeks of periods; None for what those cannot show."""
    if len(hours) > _LONGEST:
        return None
    rules: list[_Rule] = []
    off: set[str] = set()
    for text in filter(None, map(str.strip, hours.split(";"))):
        if found := _OFF_RULE.fullmatch(text):
            off |= {name for name in found.groups() if name in OFF}
            continue
        rule = _rule(text)
        # A rule of a period after "closed on holidays" would open on them.
        if rule is None or (off and rule.period != ALWAYS):
            return None
        rules.append(rule)
    blocks = _blocks(rules)
    return Schedule(blocks, frozenset(off)) if blocks else None


def _blocks(rules: Iterable[_Rule]) -> tuple[Block, ...] | None:
    """Gather rules by period; None where which of two holds would take more than their order."""
    said: dict[Period, dict[str, tuple[Span, ...]]] = {}
    for rule in rules:
        others = [period for period in said if period != rule.period]
        if any(one.rank > rule.period.rank or one.meets(rule.period) for one in others):
            return None
        said.setdefault(rule.period, {}).update(dict.fromkeys(rule.days, rule.spans))
    blocks: list[Block] = []
    for period, days in said.items():
        unsaid = [day for day in DAYS if day not in days]
        usual = said.get(ALWAYS, {})
        weeks = [said[one] for one in said if one.rank == 1 and period.rank > 1]
        if any(
            week.get(day, ()) != usual.get(day, ())
            for week in weeks
            for day in unsaid
            if day in week
        ):
            return None
        whole = {day: days.get(day, usual.get(day, ())) for day in DAYS}
        blocks.append(Block(period, {day: spans for day, spans in whole.items() if spans}))
    is_open = any(block.days for block in blocks)
    kept = [block for block in blocks if block.days or block.period != ALWAYS]
    return tuple(sorted(kept, key=lambda block: block.period.rank)) if is_open else None


def _rule(text: str) -> _Rule | None:
    split = period_of(text)
    found = _RULE.fullmatch(split[1]) if split else None
    if split is None or found is None:
        return None
    days = _named_days(found["days"])
    spans = () if found["times"] in {"off", "closed"} else _spans(found["times"])
    return None if days is None or spans is None else _Rule(split[0], days, spans)


def period_of(rule: str) -> tuple[Period, str] | None:
    """Return when a rule holds and what follows that; None for a period that is none of ours."""
    found = _PERIOD.fullmatch(rule)
    period = _period(found) if found else None
    return (period, found["rest"]) if found and period else None


def _period(found: re.Match[str]) -> Period | None:
    if found["weeks"]:
        start, end = (int(number) for number in re.findall(r"\d\d?", found["weeks"])[:2])
        if start == 1:
            return Period("odd")
        return Period("even") if end in {52, 53} else None
    if not found["first"]:
        return ALWAYS
    first, last = found["first"], found["last"] or found["first"]
    if last.isdigit():
        last = f"{first.split(' ')[0]} {last}"
    if (" " in first) != (" " in last):
        return None
    start_day, end_day = _year_day(first, is_last=False), _year_day(last, is_last=True)
    return Period("dates", start_day, end_day) if start_day and end_day else None


def _year_day(text: str, *, is_last: bool) -> YearDay | None:
    name, _space, number = text.partition(" ")
    month = MONTHS.index(name) + 1
    longest = LONGEST_MONTHS[month - 1]
    day = int(number) if number else longest if is_last else 1
    return (month, day) if 1 <= day <= longest else None


def _named_days(text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return DAYS
    found: list[str] = []
    for item in text.split(","):
        first, _dash, last = (part.strip() for part in item.partition("-"))
        if first not in DAYS or (last or first) not in DAYS:
            return None
        start, end = DAYS.index(first), DAYS.index(last or first)
        if end < start:
            return None
        found += DAYS[start : end + 1]
    return tuple(found)


def _spans(text: str) -> tuple[Span, ...] | None:
    found: list[Span] = []
    for part in text.split(","):
        clock = _SPAN.fullmatch(part.strip())
        if clock is None:
            return None
        h1, m1, h2, m2 = map(int, clock.groups())
        opens, closes = h1 * 60 + m1, h2 * 60 + m2
        if not (found[-1][1] if found else 0) <= opens < closes <= DAY_MINUTES:
            return None
        found.append((opens, closes))
    return tuple(found) if len(found) <= MOST_OPENINGS else None
