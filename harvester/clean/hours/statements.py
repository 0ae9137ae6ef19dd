"""Several statements about the hours of one day: added, replaced, or not to be decided."""

from dataclasses import dataclass, replace

from harvester.clean.hours.cursor import NotUnderstood
from harvester.clean.hours.week import Block, Span


@dataclass(frozen=True, slots=True)
class Statement:
    """One block as it was said.

    Attributes:
        block: what it says.
        inner: days that only a range names; ``dashed``: those of a range written with a dash.
        half: whether it names a part of the day: "mardi après-midi 14h-17h".
        paragraph: which paragraph it stands in; a semicolon or a new line begins another.
        english: whether it is in OpenStreetMap's words.
    """

    block: Block
    inner: frozenset[int] = frozenset()
    dashed: frozenset[int] = frozenset()
    half: bool = False
    paragraph: int = 0
    english: bool = False

    @property
    def days(self) -> frozenset[int]:
        """Numbers of the days that it speaks of."""
        return frozenset(day for day, _ in self.block.days)


def settled(statements: list[Statement], closed: set[int]) -> list[Block]:
    """Return the blocks that hold once all was said.

    Args:
        statements: in the order of the text.
        closed: days that the text says to be closed.

    Raises:
        NotUnderstood: two statements about one day may mean different things, or one of them is
            of a day said to be closed and of no other.
    """
    found: list[Statement] = []
    for later in statements:
        found = [_before(earlier, later) for earlier in found]
        found = [one for one in found if one.block.days] + [later]
    return [_without(one.block, closed) for one in found]


def _without(block: Block, days: set[int] | frozenset[int]) -> Block:
    left = tuple(pair for pair in block.days if pair[0] not in days)
    if not left:
        raise NotUnderstood
    return replace(block, days=left)


def _before(earlier: Statement, later: Statement) -> Statement:
    """Return what holds of a statement once a later one was made."""
    shared = earlier.days & later.days
    one, other = earlier.block, later.block
    if not shared or one.weeks != other.weeks or _nth(one) != _nth(other):
        return earlier
    if one.spans == other.spans or earlier.days == later.days:
        return earlier  # what contradicts itself here is refused when it is rendered
    if _replaces(earlier, later):
        left = tuple(pair for pair in one.days if pair[0] not in shared)
        return replace(earlier, block=replace(one, days=left))
    if _adds(earlier, later, shared):
        return earlier
    raise NotUnderstood


def _nth(block: Block) -> set[tuple[int, ...]]:
    return {nth for _, nth in block.days}


def _replaces(earlier: Statement, later: Statement) -> bool:
    """Does the later, narrower statement replace the hours of its days?

    "Lundi au vendredi 9h-12h et 14h-17h, vendredi 9h-12h" does: it has the same times or fewer.
    So does one that touches all of the earlier times. A day of a range that is stated again
    leaves it uncertain whether the range was one, except in OpenStreetMap's words.
    """
    shared = earlier.days & later.days
    stated_separately = bool(shared & earlier.inner) and not (
        later.english and later.paragraph > earlier.paragraph
    )
    if stated_separately or not later.days < earlier.days:
        return False
    one, other = earlier.block.spans, later.block.spans
    fewer = set(other) < set(one)
    return fewer or all(any(_touch(span, new) for new in other) for span in one)


def _adds(earlier: Statement, later: Statement, shared: frozenset[int]) -> bool:
    """Is it more hours of the same days: "lundi au vendredi 9h-12h, mardi après-midi 14h-17h"?"""
    disjoint = not any(_touch(a, b) for a in earlier.block.spans for b in later.block.spans)
    return disjoint and later.half and not shared & (earlier.dashed | later.dashed)


def _touch(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
