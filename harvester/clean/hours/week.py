"""A week of opening hours as values, and how OpenStreetMap writes it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MIDNIGHT = 24 * 60
EVEN, ODD = "week 2-52/2", "week 1-53/2"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Opening and closing time, in minutes after midnight."""

    start: int
    end: int

    def __str__(self) -> str:
        return f"{_clock(self.start)}-{_clock(self.end)}"


@dataclass(frozen=True, slots=True)
class Block:
    """Days that share opening times.

    Attributes:
        days: pairs of a day (0 is Monday) and which ones of the month it means: () for every one,
            (1, 3) for the first and third, (-1,) for the last.
        spans: opening times, in order.
        weeks: "", :data:`EVEN` or :data:`ODD`.
        comment: what a visitor must know, without quotes.
        closed_on: when these hours do not hold: ``PH`` (public holidays), ``SH`` (school holidays).
    """

    days: tuple[tuple[int, tuple[int, ...]], ...]
    spans: tuple[Span, ...]
    weeks: str = ""
    comment: str = ""
    closed_on: frozenset[str] = frozenset()


_Slot = tuple[int, str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class _DayHours:
    """What is said of one day: its times, the remark, and when they do not hold."""

    spans: tuple[Span, ...]
    comment: str
    closed_on: frozenset[str]


_Key = tuple[_DayHours, str, tuple[int, ...]]


def render(blocks: Sequence[Block]) -> str | None:
    """Return the ``opening_hours`` text of blocks, grouped by days with the same times.

    A rule that stands later replaces those before it on its days: hours that do not hold in
    holidays come first, then ``SH off``, then the hours that do hold there.
    https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification

    Args:
        blocks: the blocks; two blocks of the same day are united.

    Returns:
        None when they contradict or overlap each other, when there is nothing to say, or when
        one day is closed in one kind of holidays and another day in another kind.
    """
    slots = _united(blocks)
    if not slots or _contradicts(slots):
        return None
    if all(slots.get((day, "", ())) == _ALWAYS for day in range(7)):
        return "24/7"
    groups: dict[_Key, list[int]] = defaultdict(list)
    for (day, weeks, nth), hours in sorted(slots.items(), key=lambda slot: slot[0]):
        groups[hours, weeks, nth].append(day)
    closures = sorted({hours.closed_on for hours, _, _ in groups}, key=len, reverse=True)
    if any(not later < one for one, later in pairwise(closures)):
        return None
    rules: list[str] = []
    for closed_on, later in zip(closures, [*closures[1:], frozenset[str]()], strict=True):
        rules += [_rule(key, days) for key, days in groups.items() if key[0].closed_on == closed_on]
        rules += [f"{kind} off" for kind in sorted(closed_on - later)]
    return "; ".join(rules)


_ALWAYS = _DayHours((Span(0, MIDNIGHT),), "", frozenset())


def _united(blocks: Sequence[Block]) -> dict[_Slot, _DayHours]:
    spans: dict[_Slot, set[Span]] = defaultdict(set)
    remarks: dict[_Slot, set[tuple[str, frozenset[str]]]] = defaultdict(set)
    for block in blocks:
        for day, nth in block.days:
            spans[day, block.weeks, nth].update(block.spans)
            remarks[day, block.weeks, nth].add((block.comment, block.closed_on))
    if any(len(hours) > 1 for hours in remarks.values()):
        return {}
    return {
        slot: _DayHours(tuple(sorted(times)), *remarks[slot].pop()) for slot, times in spans.items()
    }


def _contradicts(slots: dict[_Slot, _DayHours]) -> bool:
    """A later rule replaces an earlier one on the same day: kinds of weeks may not be mixed."""
    kinds: dict[int, set[str]] = defaultdict(set)
    for (day, weeks, nth), hours in slots.items():
        kinds[day].add(weeks or ("nth" if nth else "every"))
        if any(one.end > other.start for one, other in pairwise(hours.spans)):
            return True
    return any(len(found) > 1 and found != {EVEN, ODD} for found in kinds.values()) or _repeats(
        slots
    )


def _repeats(slots: dict[_Slot, _DayHours]) -> bool:
    """Is one day of the month named by two slots (first, then first and third)?"""
    seen: set[tuple[int, str, int]] = set()
    for day, weeks, nth in slots:
        for number in nth:
            if (day, weeks, number) in seen:
                return True
            seen.add((day, weeks, number))
    return False


def _rule(key: _Key, days: list[int]) -> str:
    hours, weeks, nth = key
    chosen = f"[{','.join(str(number) for number in nth)}]" if nth else ""
    named = ",".join(f"{DAYS[day]}{chosen}" for day in days) if nth else _day_list(days)
    times = ",".join(str(span) for span in hours.spans)
    parts = (weeks, named, times, f'"{hours.comment}"' if hours.comment else "")
    return " ".join(part for part in parts if part)


def _day_list(days: list[int]) -> str:
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(_run(run) for run in runs)


def _run(run: list[int]) -> str:
    if len(run) < 3:
        return ",".join(DAYS[day] for day in run)
    return f"{DAYS[run[0]]}-{DAYS[run[-1]]}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
