"""Opening hours as a week of two openings a day, read from and written as OpenStreetMap hours."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time

from registry.hours_words import closing_hour, hour

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
OPENINGS = ("1", "2")
HOLIDAYS = "hours-PH"
"""Name of the box for public holidays."""
_MOST = 60
_DAY_MINUTES = 24 * 60
_CLOCK = r"(\d{1,2})\s*(?:(?:h(?:eures?|rs?)?|:|\.)\s*([0-5]\d)?)?"
_TYPED = re.compile(rf"(?:de\s+|from\s+)?{_CLOCK}\s*(?:-|–|—|/|à|a|to)\s*{_CLOCK}", re.IGNORECASE)
_RULE = re.compile(r"(?:(?P<days>[A-Z][A-Za-z ,-]*?):?\s+)?(?P<times>off|closed|[\d:,\s-]+)")
_SPAN = re.compile(r"(\d{1,2}):([0-5]\d)\s*-\s*(\d{1,2}):([0-5]\d)")

Span = tuple[int, int]
"""Minutes of the day at which a place opens and closes."""


def cell_name(day: str, opening: str) -> str:
    """Return the name of the field of an opening."""
    return f"hours-{day}-{opening}"


NAMES = (*(cell_name(day, opening) for day in DAYS for opening in OPENINGS), HOLIDAYS)
"""The fields of a week."""


@dataclass(frozen=True, slots=True)
class Week:
    """Hours that fit the grid: openings of each day, and whether public holidays are off."""

    days: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    is_off_on_holidays: bool = False

    def cells(self, lang: str) -> dict[str, str]:
        """Return what stands in the fields, as people of a language write it."""
        found = {
            cell_name(day, opening): _said(span, lang)
            for day, spans in self.days.items()
            for opening, span in zip(OPENINGS, spans, strict=False)
        }
        return found | ({HOLIDAYS: "y"} if self.is_off_on_holidays else {})

    @property
    def hours(self) -> str:
        """OpenStreetMap hours; days with the same openings share a rule."""
        by_spans: dict[tuple[Span, ...], list[str]] = {}
        for day in DAYS:
            if spans := self.days.get(day):
                by_spans.setdefault(spans, []).append(day)
        rules = [
            f"{_runs(days)} {','.join(map(_written, spans))}" for spans, days in by_spans.items()
        ]
        return "; ".join([*rules, "PH off"] if rules and self.is_off_on_holidays else rules)


def typed_week(cells: Mapping[str, str]) -> tuple[Week, dict[str, str]]:
    """Read a week as people type it: ``9h-12h``, ``14 h – 18 h 30``, ``9:00 to 12:00``.

    Args:
        cells: text by name of field.

    Returns:
        What was read, and the fields that cannot be with what is wrong: ``form`` or ``order``.
    """
    days: dict[str, tuple[Span, ...]] = {}
    wrong: dict[str, str] = {}
    for day in DAYS:
        spans: list[Span] = []
        for name in (cell_name(day, opening) for opening in OPENINGS):
            text = cells.get(name, "").strip()
            if not text:
                continue
            span = _typed(text)
            if span is None or span[0] >= span[1] or (spans and span[0] < spans[-1][1]):
                wrong[name] = "order" if span else "form"
            else:
                spans.append(span)
        if spans:
            days[day] = tuple(spans)
    return Week(days, bool(cells.get(HOLIDAYS))), wrong


def week_of(hours: str) -> Week | None:
    """Return OpenStreetMap hours as a week; None for what a week of two openings cannot show."""
    days: dict[str, tuple[Span, ...]] = {}
    is_off_on_holidays = False
    for text in filter(None, map(str.strip, hours.split(";"))):
        rule = _RULE.fullmatch(text)
        if rule is None:
            return None
        is_off = rule["times"] in {"off", "closed"}
        if rule["days"] == "PH" and is_off:
            is_off_on_holidays = True
            continue
        named = _named_days(rule["days"])
        spans = () if is_off else _spans(rule["times"])
        if named is None or spans is None:
            return None
        days |= dict.fromkeys(named, spans)
    days = {day: spans for day, spans in days.items() if spans}
    return Week(days, is_off_on_holidays) if days else None


def _typed(text: str) -> Span | None:
    found = _TYPED.fullmatch(" ".join(text.split())) if len(text) <= _MOST else None
    if found is None:
        return None
    opens, closes = (int(h) * 60 + int(m or 0) for h, m in (found.group(1, 2), found.group(3, 4)))
    closes = closes or _DAY_MINUTES
    return (opens, closes) if max(opens, closes) <= _DAY_MINUTES else None


def _named_days(text: str | None) -> list[str] | None:
    if text is None:
        return list(DAYS)
    found: list[str] = []
    for item in text.split(","):
        first, _dash, last = (part.strip() for part in item.partition("-"))
        if first not in DAYS or (last or first) not in DAYS:
            return None
        start, end = DAYS.index(first), DAYS.index(last or first)
        if end < start:
            return None
        found += DAYS[start : end + 1]
    return found


def _spans(text: str) -> tuple[Span, ...] | None:
    found: list[Span] = []
    for part in text.split(","):
        clock = _SPAN.fullmatch(part.strip())
        if clock is None:
            return None
        h1, m1, h2, m2 = map(int, clock.groups())
        opens, closes = h1 * 60 + m1, h2 * 60 + m2
        if not (found[-1][1] if found else 0) <= opens < closes <= _DAY_MINUTES:
            return None
        found.append((opens, closes))
    return tuple(found) if len(found) <= len(OPENINGS) else None


def _said(span: Span, lang: str) -> str:
    opens, closes = (time(minutes // 60 % 24, minutes % 60) for minutes in span)
    return f"{hour(opens, lang)} – {closing_hour(closes, lang)}"


def _written(span: Span) -> str:
    return "-".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in span)


def _runs(days: list[str]) -> str:
    """Return days as OpenStreetMap names them: ``Mo-We,Fr``."""
    runs: list[list[str]] = []
    for day in days:
        if runs and DAYS.index(day) == DAYS.index(runs[-1][-1]) + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 2 else ",".join(run) for run in runs)
