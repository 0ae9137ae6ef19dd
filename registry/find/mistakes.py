"""Names with a typing mistake: taken for a place when that is nearly sure, else only offered.

A wrong guess sends people to the other end of the country. So a village is never guessed from a
short name, nor a place whose name begins with another letter or that has a rival of its size.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from registry.find.areas import Area, Located
from registry.find.gazetteer import communes_called, keys_that_begin, mistaken, without_article
from registry.find.homonyms import TOWN, named, settled
from registry.find.sounds import towns_that_sound
from registry.find.suggestions import suggest
from vocab.territory import CURRENT
from vocab.text import name_key, words

Words = Sequence[str]
_RARER = 100
"""How many times more inhabitants make up for one more mistake: with a hundred, 94 % of towns with
one wrong letter are found; 86 % where inhabitants alone count."""
_RIVAL = 10
"""A place is meant if the next one weighs so many times less."""
_LONG_ENOUGH = 8
"""Letters of the shortest name of a former commune in which a mistake is forgiven."""
_UNMISTAKABLE = 10
"""Letters of a name that is so long that one wrong letter leaves no doubt, even of a village."""
_SHORTEST_BEGINNING = 5
_COMMON = {"saint", "sainte"}
_MOST_TYPED = 60


@dataclass(frozen=True, slots=True)
class _Guess:
    """What may have been meant: how likely, by how many mistakes, and the folded name."""

    weight: float
    mistakes: int
    key: str
    found: Located


def mistyped(typed: Words) -> Located | None:
    """Return what a mistyped name means where that is nearly sure, else None.

    Args:
        typed: folded words that are no name.
    """
    key = " ".join(typed)
    guesses = _guesses(key)
    if guesses and _is_sure(key, guesses):
        return guesses[0].found
    return _unfinished(key)


def nearly(text: str, limit: int) -> tuple[Area, ...]:
    """Return places whose names are like what was typed, the likeliest first.

    Args:
        text: what was typed, that is no place.
        limit: how many at most.
    """
    key = name_key(text[:_MOST_TYPED])
    guessed = [area for guess in _alike_enough(key) for area in guess.found.areas]
    each = (area for word in words(text)[:4] if word != key for area in _alike(word))
    begun = (area for area in suggest(key, limit) if _initial(name_key(area.name)) == _initial(key))
    areas = {(area.kind, area.code): area for area in (*guessed, *begun, *each)}
    return tuple(areas.values())[:limit]


def _initial(key: str) -> str:
    return without_article(key)[:1]


def _alike_enough(key: str) -> Iterator[_Guess]:
    """What may be offered: who knows a name knows its first letter, or makes one mistake alone."""
    return (one for one in _guesses(key) if one.mistakes < 2 or one.key[0] == key[0])


def _alike(word: str) -> Iterator[Area]:
    for guess in _alike_enough(word):
        if guess.found.areas[0].population >= TOWN:
            yield from guess.found.areas


@lru_cache(maxsize=4_096)
def _guesses(key: str) -> tuple[_Guess, ...]:
    """Return what a name may be, by its letters or its sound, the likeliest first."""
    likely: dict[str, int] = {name_key(one.name): 1 for one in towns_that_sound(key)}
    for other, mistakes in mistaken(key):
        likely[other] = min(mistakes, likely.get(other, mistakes))
    found = [
        _Guess(located.areas[0].population / _RARER**mistakes, mistakes, other, located)
        for other, mistakes in likely.items()
        if (located := named(other.split())) and (not located.former or len(other) >= _LONG_ENOUGH)
    ]
    return tuple(sorted(found, key=lambda guess: (-guess.weight, guess.key)))


def _is_sure(key: str, guesses: Sequence[_Guess]) -> bool:
    best = guesses[0]
    meant = best.found.areas[0]
    if best.mistakes == 1 and len(key) >= _UNMISTAKABLE and len(guesses) == 1:
        return True
    rivals = [guess for guess in guesses[1:] if guess.found.areas[0] != meant]
    return (
        meant.population >= TOWN
        and best.key[0] == key[0]
        and all(rival.weight * _RIVAL <= best.weight for rival in rivals)
    )


def _unfinished(key: str) -> Located | None:
    """Read the first letters of a town: « marseil », « saint germain en l »."""
    if len(key) < _SHORTEST_BEGINNING or set(key.split()) <= _COMMON:
        return None
    communes = {one.code: one for each in keys_that_begin(key) for one in communes_called(each)}
    begun = [
        one
        for one in communes.values()
        if one.kind == CURRENT and name_key(one.name).startswith(key)
    ]
    found = settled(sorted(begun, key=lambda one: (-one.population, one.code)))
    is_town = found is not None and not found.ask and found.areas[0].population >= TOWN
    return found if is_town else None
