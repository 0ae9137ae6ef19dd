"""Half days said to be closed: "fermé le mercredi après-midi", where it can mean one thing only."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from harvester.clean.hours.cursor import NOON, NotUnderstood
from harvester.clean.hours.week import Block, Span

HALVES = frozenset(("morning", "afternoon"))
_LATE_MORNING, _ONE, _TWO = NOON - 30, NOON + 60, NOON + 120


@dataclass(frozen=True, slots=True)
class Half:
    """A half day said to be closed.

    Attributes:
        days: of which days.
        period: ``morning`` or ``afternoon``.
        own: whether it stands among the hours of these very days: "lundi fermé le matin, 14h-18h".
    """

    days: frozenset[int]
    period: str
    own: bool


def without_halves(
    blocks: list[Block], halves: list[Half], stated_days: Iterable[frozenset[int]]
) -> list[Block]:
    """Return the blocks without the half days that are closed.

    Args:
        blocks: what holds of each day.
        halves: what is closed.
        stated_days: the days of each statement. One about a day alone has left out what is closed.

    Raises:
        NotUnderstood: a span lies in both halves or at midday; a day has hours in its closed half
            though they were stated for it alone, or has none there though other days may.
    """
    alone = set(stated_days)
    for half in halves:
        if half.own or half.days in alone:
            _check(blocks, half)
        else:
            blocks = _cut(blocks, half)
    return blocks


def _check(blocks: list[Block], half: Half) -> None:
    for day in half.days:
        spans = [span for one in blocks if _has(one, day) for span in one.spans]
        if not spans or not all(_clear_of(span, half.period) for span in spans):
            raise NotUnderstood


def _clear_of(span: Span, period: str) -> bool:
    if period == "morning":
        return span.start >= NOON
    return span.start < _LATE_MORNING and span.end <= _ONE


def _cut(blocks: list[Block], half: Half) -> list[Block]:
    (day,) = half.days
    found: list[Block] = []
    closed = 0
    for block in blocks:
        if not _has(block, day):
            found.append(block)
            continue
        if block.weeks or any(nth for _, nth in block.days):
            raise NotUnderstood
        left = tuple(span for span in block.spans if _half_of(span) != half.period)
        closed += len(block.spans) - len(left)
        if not left:
            raise NotUnderstood  # open at times that are not stated, or closed all day?
        others = tuple(pair for pair in block.days if pair[0] != day)
        found += [replace(block, days=others)] if others else []
        found.append(replace(block, days=((day, ()),), spans=left))
    if closed != 1:
        raise NotUnderstood  # the afternoon, and an evening as well?
    return found


def _has(block: Block, day: int) -> bool:
    return any(day == number for number, _ in block.days)


def _half_of(span: Span) -> str:
    if span.start >= _LATE_MORNING and span.end <= _TWO:
        raise NotUnderstood  # "12h-14h" is neither
    if span.start >= NOON:
        return "afternoon"
    if span.end > _TWO:
        raise NotUnderstood
    return "morning"
