"""Which hours a remark such as "hors vacances scolaires" speaks of, where that is certain."""

from dataclasses import dataclass

from harvester.clean.hours.cursor import CLOCK, PERIODS, STRONG, NotUnderstood
from harvester.clean.hours.statements import Statement

_BESIDE = CLOCK | PERIODS
_SEPARATORS = STRONG | {"comma", "and", "end"}


@dataclass(frozen=True, slots=True)
class Remark:
    """Words that say when hours do not hold.

    Attributes:
        kinds: ``PH`` (public holidays), ``SH`` (school holidays).
        position: how many statements stand before it.
        before: kind of the word before it; ``after``: of the word after it.
        bracketed: whether it stands in brackets.
        own_sentence: whether it is a sentence of its own: "fermé les jours fériés".
        paragraphed: whether the text has lines or semicolons, so that a full stop parts less.
    """

    kinds: frozenset[str]
    position: int
    before: str
    after: str
    bracketed: bool
    own_sentence: bool
    paragraphed: bool


def closures(remarks: list[Remark], statements: list[Statement]) -> list[frozenset[str]]:
    """Return for each statement when its hours do not hold.

    Raises:
        NotUnderstood: a remark may speak of one statement or of several.
    """
    held = [frozenset[str]() for _ in statements]
    for remark in remarks:
        for place in _places(remark, statements):
            held[place] |= remark.kinds
    return held


def _places(remark: Remark, statements: list[Statement]) -> range:
    """Return the places of the statements that a remark speaks of."""
    everything = range(len(statements))
    if remark.position == 0:
        certain = len(statements) == 1 or _heads(remark, statements)
    elif _of_one_half(remark, statements[remark.position - 1]):
        certain = False
    elif len(statements) == 1 or _closes(remark, statements):
        certain = True
    elif _of_the_one_before(remark, statements):
        return range(remark.position - 1, remark.position)
    else:
        certain = False
    if not certain:
        raise NotUnderstood
    return everything


def _heads(remark: Remark, statements: list[Statement]) -> bool:
    """Is it the heading of all that follows?"""
    if remark.own_sentence:
        return remark.after in STRONG | {"comma"}
    return remark.after == "colon" and statements[0].paragraph == statements[-1].paragraph


def _of_one_half(remark: Remark, statement: Statement) -> bool:
    """May it speak of the afternoon alone: "9h-12h et 14h-17h en période scolaire"?"""
    adjacent = remark.before in CLOCK and not remark.bracketed and "SH" in remark.kinds
    return adjacent and len(statement.block.spans) > 1


def _closes(remark: Remark, statements: list[Statement]) -> bool:
    """Is it a last sentence about the whole place?"""
    separate = remark.before in ("break", "line") or (
        remark.before == "stop" and not remark.paragraphed
    )
    return remark.own_sentence and separate and remark.position == len(statements)


def _of_the_one_before(remark: Remark, statements: list[Statement]) -> bool:
    """Does it stand right after a statement, with nothing beside that it could speak of too?"""
    here = statements[remark.position - 1]
    beside = [one for one in statements if one.paragraph == here.paragraph]
    last = remark.position == len(statements)
    alone = len(beside) == 1 and (remark.bracketed or not last)
    first = beside[0] is here and not last
    return remark.before in _BESIDE and remark.after in _SEPARATORS and (alone or first)
