"""The place at the end of what a person needs: "imprimer un CV à Draguignan".

Only exact names count here, since any word can look like a village. Common words that are also
names (Ligné, Cher, Tours) count for towns, or after what is said before places alone.
"""

from collections.abc import Sequence
from dataclasses import replace

from registry.find.abroad import is_abroad
from registry.find.areas import HERE, Area, Located
from registry.find.gazetteer import ARTICLES, is_ordinary, without_article
from registry.find.mistakes import mistyped
from registry.find.needs import is_our_word
from registry.find.places import exactly
from registry.find.postal import without_cedex
from registry.find.prepositions import ALONE, AT, CONTRACTED, IN, LINKS, NEAR, how_far, is_here
from registry.find.sounds import sound
from vocab.text import name_key

Words = Sequence[str]
ENDS_NO_PHRASE = frozenset({"die", "y", "ars", "oust"})
"""Common words that are names of places where they stand last: Die, Y, Ars, Oust."""
_INFINITIVES = ("er", "ir", "re")
_MOST_WORDS = 12
_LONGEST_TEXT = 40
_TOWN = 10_000
_VILLAGE = 1_000
"""Inhabitants from which a common word is a place by itself; after "à"."""
_SHORTEST = 2
"""Letters of the shortest name that is taken without a preposition."""
_NUMBERED = frozenset({"windows", "android", "ios", "iphone", "ipad", "office", "word", "version"})
"""What two figures number that are no département."""
_LONGEST_NUMBER = 4
"""Characters of the longest number that needs a preposition to be a place: 9-3, 13e, 13eme not."""
_ENGLISH_AT = ("in", "at")
_SHORTEST_VERB = 4
_LEAST_MISTAKEN = 5
_LEAST_LETTERS = 4
"""Letters of the shortest mistyped name; of one that sounds as it is said: « a lile »."""
_MOST_MISTAKEN_WORDS = 3
_CITY = 50_000
"""Inhabitants from which a mistyped name is a place without a preposition: « wifi tulouz »."""


def locate_tail(need: Words) -> tuple[int, Located] | None:
    """Return the place at the end of a phrase, and how many words before it say the need.

    Args:
        need: words, folded as ``vocab.text.words`` does; times were taken out.

    Returns:
        None when the phrase ends with no place, or is nothing but a place without a preposition.
    """
    if len(need) > _LONGEST_TEXT:
        return None
    first = max(0, len(need) - _MOST_WORDS)
    for start in range(first, len(need)):
        if need[start] in LINKS:
            continue
        if need[start - 1 : start] and (far := _distance(need[:start])):
            found = _place(need[start:], NEAR[0], need[start - 1])
            if found:
                said = " ".join(need[start - far : start - 1])
                return _without_links(need[: start - far]), replace(found, unused=said)
        before = _preposition(need[:start])
        rest = _without_links(need[: start - len(before)])
        if rest or before in ALONE:
            found = _place(need[start:], before, need[start - 1] if start else "")
            if found:
                return rest, found
    return None


def _preposition(words: Words) -> tuple[str, ...]:
    for before in (*NEAR, *AT, *IN):
        if tuple(words[-len(before) :]) == before:
            return before
    return ()


def _distance(words: Words) -> int:
    """Return how many words last say how far from what follows: « à 10 minutes de »."""
    return next((n for n in (4, 3) if len(words) >= n and how_far(words[-n:]) == n), 0)


def _without_links(words: Words) -> int:
    count = len(words)
    while count and words[count - 1] in LINKS:
        count -= 1
    return count


def _place(tail: Words, before: tuple[str, ...], previous: str) -> Located | None:
    if is_here(tail):
        return HERE if before in NEAR else None
    plain = without_cedex(tail)
    if not plain:
        return None
    for typed in ((CONTRACTED.get(previous, ""), *plain), plain):
        found = exactly(typed) if typed[0] else None
        if found and _is_meant(typed, found, before, previous):
            return found
    key = " ".join(plain)
    if is_abroad(key) and (before in (*NEAR, *AT) or previous in _ENGLISH_AT):
        return Located((), abroad=key.title())
    mistaken = _mistaken_town(plain, before, previous)
    return replace(mistaken, corrected=key) if mistaken else None


def _is_meant(tail: Words, found: Located, before: tuple[str, ...], previous: str) -> bool:
    """Whether a tail that may be a place is one, by what stands before it."""
    key = " ".join(tail)
    if len(tail) == 1 and key.isascii() and key.isdigit():
        return len(key) != 4 and (len(key) > 2 or _numbers_a_departement(before, previous))
    if before in NEAR:
        return True
    if key[0].isdecimal() and (len(tail) == 1 or key.replace(" ", "").isdecimal()):
        return before in IN or before in AT or len(key) > _LONGEST_NUMBER
    if not is_ordinary(key) or key in ENDS_NO_PHRASE:
        return len(key) >= _SHORTEST or key in ENDS_NO_PHRASE or before in AT
    if (
        not before
        and previous not in LINKS
        and key == name_key(found.areas[0].name) == "la reunion"
    ):
        return True
    return _is_meant_by_a_common_word(key, found.areas[0], found.former, before)


def _is_meant_by_a_common_word(key: str, area: Area, former: str, before: tuple[str, ...]) -> bool:
    whole = name_key(area.name) == key
    if area.kind in ("departement", "region", "land"):
        return before in IN or (before in AT and whole)
    people = 0 if former else area.population
    if before in AT and key == without_article(key) and not _is_infinitive(key):
        return people >= _VILLAGE
    return people >= _TOWN and whole


def _is_infinitive(word: str) -> bool:
    return len(word) >= _SHORTEST_VERB and word.endswith(_INFINITIVES)


def _numbers_a_departement(before: tuple[str, ...], previous: str) -> bool:
    if before:
        return before in IN or before in NEAR
    return previous not in _NUMBERED and len(previous) > 2 and not previous.isdigit()


def _mistaken_town(tail: Words, before: tuple[str, ...], previous: str) -> Located | None:
    """Forgive a mistake in a name after what is said before places, else in that of a town."""
    if before in NEAR:
        return mistyped(tail)
    if before not in ((), ("a",), ("in",)) or previous in LINKS or any(map(is_our_word, tail)):
        return None
    if len(tail) > _MOST_MISTAKEN_WORDS:
        return None
    key = " ".join(tail)
    if tail[0] in ARTICLES or _is_infinitive(tail[0]) or len(key) < _LEAST_LETTERS:
        return None
    found = mistyped(tail)
    if found and len(key) < _LEAST_MISTAKEN and not (before and _sounds_like_it(key, found)):
        return None
    if found is None or found.former or found.areas[0].kind != "commune":
        return None
    return found if found.areas[0].population >= (_TOWN if before else _CITY) else None


def _sounds_like_it(key: str, found: Located) -> bool:
    return any(sound(name_key(area.name)) == sound(key) for area in found.areas)
