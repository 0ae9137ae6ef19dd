"""A week of opening hours as values, and how OpenStreetMap writes it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
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
    """

    days: tuple[tuple[int, tuple[int, ...]], ...]
    spans: tuple[Span, ...]
    weeks: str = ""
    comment: str = ""


_Key = tuple[str, str, tuple[Span, ...], tuple[int, ...]]
_Slot = tuple[int, str, tuple[int, ...]]


def render(blocks: Sequence[Block], closed_on: Iterable[str] = ()) -> str | None:
    """Give the ``opening_hours`` text of blocks, grouped by days with the same times.

    Args:
        blocks: the blocks; two blocks of the same day are united.
        closed_on: ``PH`` (public holidays), ``SH`` (school holidays).

    Returns:
        None when they contradict or overlap each other, or when there is nothing to say.
    """
    slots = _united(blocks)
    if not slots or _contradicts(slots):
        return None
    if all(slots.get((day, "", ())) == ((Span(0, MIDNIGHT),), "") for day in range(7)):
        return "24/7"
    groups: dict[_Key, list[int]] = defaultdict(list)
    for (day, weeks, nth), (spans, comment) in sorted(slots.items()):
        groups[weeks, comment, spans, nth].append(day)
    rules = [_rule(key, days) for key, days in groups.items()]
    return "; ".join([*rules, *(f"{kind} off" for kind in dict.fromkeys(closed_on))])


def _united(blocks: Sequence[Block]) -> dict[_Slot, tuple[tuple[Span, ...], str]]:
    spans: dict[_Slot, set[Span]] = defaultdict(set)
    comments: dict[_Slot, set[str]] = defaultdict(set)
    for block in blocks:
        for day, nth in block.days:
            spans[day, block.weeks, nth].update(block.spans)
            comments[day, block.weeks, nth].add(block.comment)
    if any(len(said) > 1 for said in comments.values()):
        return {}
    return {slot: (tuple(sorted(times)), min(comments[slot])) for slot, times in spans.items()}


def _contradicts(slots: dict[_Slot, tuple[tuple[Span, ...], str]]) -> bool:
    """A later rule replaces an earlier one on the same day: kinds of weeks may not be mixed."""
    kinds: dict[int, set[str]] = defaultdict(set)
    for (day, weeks, nth), (spans, _) in slots.items():
        kinds[day].add(weeks or ("nth" if nth else "every"))
        if any(one.end > other.start for one, other in pairwise(spans)):
            return True
    return any(len(found) > 1 and found != {EVEN, ODD} for found in kinds.values()) or _repeats(
        slots
    )


def _repeats(slots: dict[_Slot, tuple[tuple[Span, ...], str]]) -> bool:
    """Is one day of the month named by two slots (first, then first and third)?"""
    seen: set[tuple[int, str, int]] = set()
    for day, weeks, nth in slots:
        for number in nth:
            if (day, weeks, number) in seen:
                return True
            seen.add((day, weeks, number))
    return False


def _rule(key: _Key, days: list[int]) -> str:
    weeks, comment, spans, nth = key
    chosen = f"[{','.join(str(number) for number in nth)}]" if nth else ""
    named = ",".join(f"{DAYS[day]}{chosen}" for day in days) if nth else _day_list(days)
    times = ",".join(str(span) for span in spans)
    parts = (weeks, named, times, f'"{comment}"' if comment else "")
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
