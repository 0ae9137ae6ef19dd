"""A place inside what is typed as a need: « imprimer à Nantes », « wifi lyon 3e »."""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.find.addresses import address_in, begins_street, is_of_street
from registry.find.areas import Located
from registry.find.homonyms import named
from registry.find.needs import EXACT, MISTYPED, Match, find_needs, says_nothing
from registry.find.tails import locate_tail
from registry.find.words import Span

_SOMETHING = "aide"
"""A word that is no place: a tail has to follow one."""
_LONGEST_HEAD = 5
_MOST_TAILS = 4
_MOST_AFTER = 16
"""Words after a place that are passed over."""


@dataclass(frozen=True, slots=True)
class Found:
    """A place and the words that name it, with the preposition before them."""

    located: Located
    span: Span


def place_within(words: Sequence[str], *, alone: bool) -> Found | None:
    """Return the place that some of the words name.

    Args:
        words: folded words of a need, or those beside its times.
        alone: whether nothing else was typed; then some words must remain beside the place.
    """
    if address := address_in(words):
        return Found(address[1], address[0])
    if alone and len(words) > 1 and named(words):
        return None  # a whole name is not taken apart: Bourg-en-Bresse is no Bourg near La Bresse
    needs = find_needs(words)
    return _at_the_end(words, needs, alone=alone) or _at_the_start(words, needs)


def _at_the_end(words: Sequence[str], needs: Sequence[Match], *, alone: bool) -> Found | None:
    """Find the longest tail that is a place and no need, as 13001 in « impôts 13001 ».

    What follows it may be a need, or say nothing: « à Toulon merci », « à Grenoble pas cher ».
    """
    explained = {n for one in needs if one.sureness == EXACT for n in one.span.indices()}
    for end in range(len(words), max(0, len(words) - _MOST_AFTER), -1):
        found = _ending_at(words[:end], needs, alone=alone and end == len(words))
        if found:
            return found
        if end - 1 not in explained and not says_nothing(words[end - 1]):
            return None
    return None


def _ending_at(words: Sequence[str], needs: Sequence[Match], *, alone: bool) -> Found | None:
    start, before = 0, () if alone else (_SOMETHING,)
    for _ in range(_MOST_TAILS):
        found = locate_tail((*before, *words[start:]))
        if found is None:
            return None
        span = Span(start + max(found[0] - len(before), 0), len(words))
        is_other = _is_landmark(span, words, found[1]) or is_of_street(words[: span.first])
        if not is_other and not _is_need(span, words, needs):
            return Found(found[1], span)
        start, before = span.first + 1, (_SOMETHING,)
    return None


def _at_the_start(words: Sequence[str], needs: Sequence[Match]) -> Found | None:
    if begins_street(words, 0):
        return None  # 12 is no département in « 12 rue de Paris »
    for count in range(min(_LONGEST_HEAD, len(words) - 1), 0, -1):
        found = locate_tail((_SOMETHING, *words[:count]))
        if found and found[0] == 1 and not _is_need(Span(0, count), words, needs):
            return Found(found[1], Span(0, count))
    return None


def _is_landmark(span: Span, words: Sequence[str], located: Located) -> bool:
    """Whether a mistyped place is a common word: « près de la gare » is not at La Garde."""
    said = (says_nothing(words[index]) for index in span.indices())
    return bool(located.corrected) and all(said)


def _is_need(span: Span, words: Sequence[str], needs: Sequence[Match]) -> bool:
    """Whether words that may be a place are rather a need: « pas cher », « cours », « à lire »."""
    length = sum(not says_nothing(words[index]) for index in span.indices())
    return length > 0 and any(
        match.sureness < MISTYPED
        and not set(match.span.indices()).isdisjoint(span.indices())
        and match.length >= (length if match.sureness == EXACT else length + 1)
        for match in needs
    )
