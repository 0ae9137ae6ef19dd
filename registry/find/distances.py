"""How far people are ready to go, in words: « à moins de 10 km de Foix », "within 5 km"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from registry.find.words import Span, extent, words_of

Words = Sequence[str]
_UNITS = {"km": 1.0, "kms": 1.0, "kilometre": 1.0, "kilometres": 1.0, "kilometer": 1.0,
          "kilometers": 1.0, "m": 0.001, "metres": 0.001, "meters": 0.001}  # fmt: skip
"""Kilometres of each."""
_TOGETHER = re.compile(r"(\d{1,4})(km|kms|m)", re.ASCII)
_NUMBER = re.compile(r"\d{1,4}(?:\.\d{1,2})?", re.ASCII)
_BEFORE = tuple(
    tuple(phrase.split())
    for phrase in (
        "dans un rayon de", "dans un perimetre de", "dans les", "a moins de", "moins de", "a max",
        "maximum", "max", "jusqu a", "a environ", "environ", "a", "within", "less than", "up to",
        "not more than", "at",
    )
)  # fmt: skip
_AFTER = tuple(
    tuple(phrase.split())
    for phrase in (
        "a la ronde autour de", "a la ronde", "alentour", "maximum autour de", "maximum", "max",
        "au plus", "autour de", "autour du", "autour d", "autour des", "autour", "around",
        "away from", "away", "de", "du", "des", "d", "from", "of",
    )
)  # fmt: skip
_LEAST_KM, _MOST_KM = 0.1, 200.0
_SHORTEST_M = 100
"""Metres are rarely said below; « 2 m » is the height of a person."""


@dataclass(frozen=True, slots=True)
class Distance:
    """Words that say a distance.

    Attributes:
        km: kilometres.
        span: the words, with those that lead to a place after them.
        leads: whether a place follows them: « 5 km de ».
    """

    km: float
    span: Span
    leads: bool


def distance_in(words: Words) -> Distance | None:
    """Return the first distance that folded words speak of.

    >>> found = distance_in("caf a moins de 10 km de foix".split())
    >>> found.km, found.span, found.leads
    (10.0, Span(first=1, last=7), True)
    """
    for at in range(len(words)):
        measured = _measured(words, at)
        if measured:
            km, last = measured
            first = at - _length(_BEFORE, words[:at], ends=True)
            after = _length(_AFTER, words[last:])
            leads = last + after < len(words) and after > 0
            return Distance(km, Span(first, last + after), leads)
    return None


def _measured(words: Words, at: int) -> tuple[float, int] | None:
    """Return the kilometres that a word begins to say, and the index after them."""
    together = _TOGETHER.fullmatch(words[at])
    if together:
        number, unit, last = *together.groups(), at + 1
    elif _NUMBER.fullmatch(words[at]) and words[at + 1 : at + 2]:
        number, unit, last = words[at], words[at + 1], at + 2
    else:
        return None
    in_metres = _UNITS.get(unit, 1.0) < 1
    if unit not in _UNITS or (in_metres and float(number) < _SHORTEST_M):
        return None
    km = float(number) * _UNITS[unit]
    return (km, last) if _LEAST_KM <= km <= _MOST_KM else None


def _length(phrases: Sequence[tuple[str, ...]], words: Words, *, ends: bool = False) -> int:
    """Return how many words the phrase has that some words begin, or end, with."""
    for phrase in phrases:
        count = len(phrase)
        if tuple(words[-count:] if ends else words[:count]) == phrase:
            return count
    return 0


def distance_beside_place(text: str) -> tuple[float, str] | None:
    """Return the kilometres that stand before or after a typed place, and the place.

    Args:
        text: what was typed as a place.

    >>> distance_beside_place("à 20 km de Quimper"), distance_beside_place("Quimper")
    ((20.0, 'Quimper'), None)
    """
    typed = words_of(text)
    found = distance_in([word.folded for word in typed])
    if found is None:
        return None
    start, end = extent(typed, found.span)
    before, after = text[:start].strip(" ,;"), text[end:].strip(" ,;'’")
    return None if before and after else (found.km, before or after)
