"""A place inside what is typed as a need: « imprimer à Nantes », « wifi lyon 3e »."""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.find.addresses import address_in
from registry.find.areas import Located
from registry.find.gazetteer import is_ordinary
from registry.find.homonyms import TOWN, named
from registry.find.needs import EXACT, MISTYPED, Match, find_needs, says_nothing
from registry.find.places import exactly
from registry.find.prepositions import AT, IN, NEAR
from registry.find.streets import begins_street, is_of_street
from registry.find.tails import ENDS_NO_PHRASE, locate_tail
from registry.find.words import Span
from vocab.needs import lexicon
from vocab.text import name_key

_SOMETHING = "aide"
"""A word that is no place: a tail has to follow one."""
_FORM = 4
"""Digits of the number of a form rather than of a postcode: 2042."""
_MOST_OFFERED = 4
_VILLAGE = 1_000
"""Inhabitants from which a word that says nothing is offered as a place."""
_OF = ("de", "du", "des", "d")
_PLACED = (*NEAR, *AT, *IN, ("at",), ("sur",))
"""What stands before a place within a phrase."""
_GOES_ON = frozenset(
    {"pour", "avec", "car", "parce", "et", "qui", "afin", "mais", "si", "ou", "for", "with", "and",
     "because", "who", "but", "so", "to"}
)  # fmt: skip
"""With these a phrase goes on after its place."""
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
    needs = find_needs(words)
    if alone and (whole := _whole(words, needs)):
        return whole  # not taken apart: Bourg-en-Bresse is no Bourg near La Bresse
    return (
        _at_the_end(words, needs, alone=alone)
        or _at_the_start(words, needs)
        or _in_the_midst(words, needs)
    )


def _in_the_midst(words: Sequence[str], needs: Sequence[Match]) -> Found | None:
    """Find the last place after « à », « près de »…, whatever follows: « à Lille pour une classe ».

    Before words that go on with the phrase, as « pour », a common word is a place as well.
    """
    for first in range(len(words) - 2, -1, -1):
        before = next((one for one in _PLACED if tuple(words[first:][: len(one)]) == one), ())
        at = first + len(before)
        for count in range(min(_LONGEST_HEAD, len(words) - at), 0, -1) if before else ():
            found = locate_tail((_SOMETHING, *words[first : at + count]))
            span = Span(first, at + count)
            if found and found[0] == 1 and not _is_need(span, words, needs):
                after = words[span.last] if span.last < len(words) else ""
                name = words[at : at + count]
                if after in _GOES_ON or _is_named(found[1], name, is_near=before in NEAR):
                    return Found(found[1], span)
    return None


def _is_named(located: Located, name: Sequence[str], *, is_near: bool) -> bool:
    """Whether words can only be the name of a place: no mistake, no number, no common word.

    Args:
        located: what they name.
        name: the words.
        is_near: whether « près de » or the like, which a place follows, stands before them.
    """
    key = " ".join(name)
    return not (located.corrected or key.isdecimal()) and (is_near or not is_ordinary(key))


def _whole(words: Sequence[str], needs: Sequence[Match]) -> Found | None:
    """Return the place that all words together name, unless they are rather a need or a noun."""
    span, key = Span(0, len(words)), " ".join(words)
    if (key.isdecimal() and len(key) == _FORM) or _is_need(span, words, needs):
        return None
    found = exactly(words)
    if found is None or (_is_common(key) and not _is_town(found, key)):
        return None
    return Found(found, span)


def _is_town(found: Located, key: str) -> bool:
    """Whether a large place bears just that name: Orange, but not « ville » for Ville-d'Avray."""
    return found.areas[0].kind == "land" or any(
        one.population >= TOWN and name_key(one.name) == key for one in found.areas
    )


def perhaps(words: Sequence[str]) -> Found | None:
    """Return the place that the last words may name, or all of them, where another is likelier.

    « Contes » is a town, and « atelier contes » a workshop: one can only offer the town.

    Args:
        words: folded words, empty where a time stands.
    """
    needs = find_needs(words)
    for first in range(max(0, len(words) - _MOST_OFFERED), len(words)):
        span = Span(first, len(words))
        tail, before = words[first:], words[first - 1] if first else _SOMETHING
        if not all(tail) or (before in lexicon().fillers and before not in _OF):
            continue
        if first and _is_need(span, words, needs):
            continue
        found = named(tail)
        if found and (found.areas[0].population >= _VILLAGE or not all(map(says_nothing, tail))):
            return Found(found, span)
    return None


def _is_common(key: str) -> bool:
    """Whether a name is rather a word: « jardin », « site »."""
    common = is_ordinary(key) or all(map(says_nothing, key.split()))
    return common and key not in ENDS_NO_PHRASE


def _at_the_end(words: Sequence[str], needs: Sequence[Match], *, alone: bool) -> Found | None:
    """Find the longest tail that is a place and no need, as 13001 in « impôts 13001 ».

    What follows it may be a need, or say nothing: « à Toulon merci », « à Grenoble pas cher ».
    """
    explained = {n for one in needs if one.sureness == EXACT for n in one.span.indices()}
    for end in range(len(words), max(0, len(words) - _MOST_AFTER), -1):
        found = _ending_at(words[:end], needs, alone=alone and end == len(words))
        if found and not (end < len(words) and _is_silent(found, words)):
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
            start = Found(found[1], Span(0, count))
            return None if _is_silent(start, words) else start
    return None


def _is_silent(found: Found, words: Sequence[str]) -> bool:
    """Whether a village is rather a word that says nothing: "die" in German, « il y a »."""
    said = (says_nothing(words[index]) for index in found.span.indices())
    return all(said) and all(area.population < TOWN for area in found.located.areas)


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
