"""The fields of opening hours in a form: weeks as people type them, each with when it holds."""

import re
from collections.abc import Mapping
from datetime import date, time

from registry.hours.schedule import (
    ALWAYS,
    DAY_MINUTES,
    DAYS,
    MOST_OPENINGS,
    RANKS,
    Block,
    Days,
    Period,
    Schedule,
    Span,
    YearDay,
)
from registry.hours_words import closing_hour, hour

OPENINGS = tuple(str(number + 1) for number in range(MOST_OPENINGS))
BLOCKS = ("hours", "hours2", "hours3", "hours4")
"""Names of the weeks that a form has room for; the first is the usual one unless it says else."""
HOLIDAYS, SCHOOL = "hours-PH", "hours-SH"
"""Names of the boxes for public and for school holidays."""
_OFF = {HOLIDAYS: "PH", SCHOOL: "SH"}
_DATES = ("from-day", "from-month", "to-day", "to-month")
_LEAP_YEAR = 2024
_MOST = 60
_CLOCK = r"(\d{1,2})\s*(?:(?:h(?:eures?|rs?)?|:|\.)\s*([0-5]\d)?)?"
_TIMES = rf"(?:de\s+|from\s+)?{_CLOCK}\s*(?:-|–|—|/|à|a|to)\s*{_CLOCK}"
_TYPED = re.compile(_TIMES, re.IGNORECASE)
_TWO = re.compile(
    rf"(?P<one>{_TIMES})\s*(?:/|,|;|&|\+|\bet\b|\bpuis\b|\band\b)\s*(?P<other>{_TIMES})",
    re.IGNORECASE,
)


def cell_name(day: str, opening: str, block: str = BLOCKS[0]) -> str:
    """Return the name of the field of an opening."""
    return f"{block}-{day}-{opening}"


def when_name(block: str) -> str:
    """Return the name of the choice of when a week holds."""
    return f"{block}-when"


def date_names(block: str) -> tuple[str, ...]:
    """Return the names of the day and the month on which dates begin, and on which they end."""
    return tuple(f"{block}-{part}" for part in _DATES)


_OPENINGS = tuple(
    cell_name(day, opening, block) for block in BLOCKS for day in DAYS for opening in OPENINGS
)
_PERIODS = tuple(name for block in BLOCKS for name in (when_name(block), *date_names(block)))
NAMES = (*_OPENINGS, *_PERIODS, *_OFF)
"""The fields of opening hours."""


def schedule_cells(schedule: Schedule, lang: str) -> dict[str, str] | None:
    """Return what stands in the fields, as people of a language write it; None without room."""
    if len(schedule.blocks) > len(BLOCKS):
        return None
    found: dict[str, str] = {}
    for name, block in zip(BLOCKS, schedule.blocks, strict=False):
        period = block.period
        if name != BLOCKS[0] or period != ALWAYS:
            found[when_name(name)] = period.kind
        if period.kind == "dates":
            ends = (*period.first[::-1], *period.last[::-1])
            found |= dict(zip(date_names(name), map(str, ends), strict=True))
        found |= {
            cell_name(day, opening, name): _said(span, lang)
            for day, spans in block.days.items()
            for opening, span in zip(OPENINGS, spans, strict=False)
        }
    return found | {name: "y" for name, holidays in _OFF.items() if holidays in schedule.off}


def names_hours(cells: Mapping[str, str]) -> bool:
    """Whether an opening or a further week is filled in, readable or not."""
    further = (when_name(block) for block in BLOCKS[1:])
    return any(cells.get(name) for name in (*_OPENINGS, *further))


def typed_schedule(cells: Mapping[str, str]) -> tuple[Schedule, dict[str, str]]:
    """Read weeks as people type them: ``9h-12h``, ``14 h – 18 h 30``, ``9:00 to 12:00``.

    Args:
        cells: text by name of field.

    Returns:
        What was read, and the fields that cannot be with what is wrong: ``form`` or ``order`` of an
        opening; of when a week holds ``when`` (not chosen), ``date`` (there is none such),
        ``overlap`` (of two weeks of the same days) or ``alone`` (no other week opens).
    """
    blocks: list[Block] = []
    wrong: dict[str, str] = {}
    for name in BLOCKS:
        days, unread = _typed_days(name, cells)
        wrong |= unread
        kind = cells.get(when_name(name), "")
        if not kind and name == BLOCKS[0]:
            kind = ALWAYS.kind
        is_filled = bool(days) or bool(unread)
        period = _typed_period(name, kind, cells)
        if period is None and (kind or is_filled):
            wrong[when_name(name)] = "date" if kind == "dates" else "when"
        if period is None or not (is_filled or period != ALWAYS):
            continue
        if any(period.meets(block.period) for block in blocks):
            wrong[when_name(name)] = "overlap"
        blocks.append(Block(period, days))
    if blocks and not any(block.days for block in blocks) and not wrong:
        wrong[when_name(BLOCKS[0])] = "alone"
    if wrong:
        return Schedule(), wrong
    off = frozenset(holidays for name, holidays in _OFF.items() if cells.get(name))
    ranked = sorted(blocks, key=lambda block: block.period.rank)
    return Schedule(tuple(ranked), off if blocks else frozenset()), {}


def _typed_days(block: str, cells: Mapping[str, str]) -> tuple[Days, dict[str, str]]:
    days: dict[str, tuple[Span, ...]] = {}
    wrong: dict[str, str] = {}
    for day in DAYS:
        spans: list[Span] = []
        names = [cell_name(day, opening, block) for opening in OPENINGS]
        for name, text in zip(
            names, _parted([cells.get(n, "").strip() for n in names]), strict=True
        ):
            if not text:
                continue
            span = _typed(text)
            if span is None or span[0] >= span[1] or (spans and span[0] < spans[-1][1]):
                wrong[name] = "order" if span else "form"
            else:
                spans.append(span)
        if spans:
            days[day] = tuple(spans)
    return days, wrong


def _parted(texts: list[str]) -> list[str]:
    """Return the openings of a day, those of one field in theirs: ``9h-12h / 14h-18h``."""
    first, *others = (" ".join(text.split()) for text in texts)
    found = _TWO.fullmatch(first) if len(first) <= _MOST and not any(others) else None
    return [found["one"], found["other"], *others[1:]] if found else texts


def _typed_period(block: str, kind: str, cells: Mapping[str, str]) -> Period | None:
    if kind != "dates":
        return Period(kind) if kind in RANKS else None
    first_day, first_month, last_day, last_month = (cells.get(n, "") for n in date_names(block))
    first, last = year_day(first_day, first_month), year_day(last_day, last_month)
    return Period(kind, first, last) if first and last else None


def year_day(day: str, month: str) -> YearDay | None:
    """Return a day of the year from the fields of its day and its month; None for none."""
    try:
        found = date(_LEAP_YEAR, int(month), int(day))
    except ValueError:
        return None
    return found.month, found.day


def _typed(text: str) -> Span | None:
    found = _TYPED.fullmatch(" ".join(text.split())) if len(text) <= _MOST else None
    if found is None:
        return None
    opens, closes = (int(h) * 60 + int(m or 0) for h, m in (found.group(1, 2), found.group(3, 4)))
    closes = closes or DAY_MINUTES
    return (opens, closes) if max(opens, closes) <= DAY_MINUTES else None


def _said(span: Span, lang: str) -> str:
    opens, closes = (time(minutes // 60 % 24, minutes % 60) for minutes in span)
    return f"{hour(opens, lang)} – {closing_hour(closes, lang)}"
