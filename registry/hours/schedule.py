"""Opening hours as a form can show them: weeks of two openings a day, each with when it holds.

A week of a period stands in place of the weeks before it for as long as the period lasts: the
season in place of the usual week, not beside it. Written as OpenStreetMap hours, where a later
rule replaces an earlier one on its days:
https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
DAY_MINUTES = 24 * 60
MOST_OPENINGS = 2
OFF = ("PH", "SH")
"""Public and school holidays, on which a place may be closed."""
RANKS = {"always": 0, "odd": 1, "even": 1, "dates": 2}
"""Kinds of periods; those of a higher rank stand in place of the lower."""
_WEEKS = {"odd": "week 01-53/2 ", "even": "week 02-52/2 "}
_LEAP_YEAR = 2024

Span = tuple[int, int]
"""Minutes of the day at which a place opens and closes."""
YearDay = tuple[int, int]
"""A month and a day of it, of any year."""
Days = Mapping[str, tuple[Span, ...]]


@dataclass(frozen=True, slots=True)
class Period:
    """When a week holds.

    Attributes:
        kind: ``always``, ``odd`` or ``even`` for weeks by their number (ISO), or ``dates``.
        first: the day of the year on which dates begin.
        last: the day on which they end; before ``first``, they run over the new year.
    """

    kind: str = "always"
    first: YearDay = (1, 1)
    last: YearDay = (12, 31)

    @property
    def rank(self) -> int:
        """Which periods it stands in place of: those of a lower rank."""
        return RANKS[self.kind]

    @property
    def selector(self) -> str:
        """What OpenStreetMap hours say before the days of such a week."""
        if self.kind != "dates":
            return _WEEKS.get(self.kind, "")
        (month, day), (last_month, last_day) = self.first, self.last
        if day == 1 and last_day == LONGEST_MONTHS[last_month - 1]:
            ends = MONTHS[month - 1], MONTHS[last_month - 1]
            return f"{ends[0]} " if month == last_month else f"{ends[0]}-{ends[1]} "
        start, end = (f"{MONTHS[m - 1]} {d:02}" for m, d in (self.first, self.last))
        return f"{start} " if start == end else f"{start}-{end} "

    def meets(self, other: "Period") -> bool:
        """Whether both hold on some day, and neither stands in place of the other."""
        if self.rank != other.rank:
            return False
        if self.kind != "dates":
            return self.kind == other.kind
        return bool(self._days() & other._days())

    def _days(self) -> frozenset[date]:
        first, last = (date(_LEAP_YEAR, *one) for one in (self.first, self.last))
        year = (date(_LEAP_YEAR, 1, 1) + timedelta(days=n) for n in range(366))
        if first <= last:
            return frozenset(day for day in year if first <= day <= last)
        return frozenset(day for day in year if day >= first or day <= last)


ALWAYS = Period()


@dataclass(frozen=True, slots=True)
class Block:
    """The week of a period: openings by day; a day without any is closed."""

    period: Period
    days: Days


@dataclass(frozen=True, slots=True)
class Schedule:
    """Hours that fit the form.

    Attributes:
        blocks: by rank of their periods, of which no two meet; one of them opens at least.
        off: the holidays on which the place is closed, of :data:`OFF`.
    """

    blocks: tuple[Block, ...] = ()
    off: frozenset[str] = frozenset()

    @property
    def hours(self) -> str:
        """OpenStreetMap hours; days with the same openings share a rule."""
        rules: list[str] = []
        for number, block in enumerate(self.blocks):
            rules += _rules(block, self.blocks[:number])
        return "; ".join([*rules, *(f"{name} off" for name in OFF if name in self.off)])


def _rules(block: Block, before: Iterable[Block]) -> Iterable[str]:
    """Yield the rules of a week: its openings, then the days that it closes."""
    selector = block.period.selector
    if not block.days:
        yield f"{selector}off"
        return
    by_spans: dict[tuple[Span, ...], list[str]] = {}
    for day in DAYS:
        if spans := block.days.get(day):
            by_spans.setdefault(spans, []).append(day)
    for spans, days in by_spans.items():
        yield f"{selector}{_runs(days)} {','.join(map(_written, spans))}"
    opened = {day for one in before if one.period.rank < block.period.rank for day in one.days}
    if closed := [day for day in DAYS if day in opened and day not in block.days]:
        yield f"{selector}{_runs(closed)} off"


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
