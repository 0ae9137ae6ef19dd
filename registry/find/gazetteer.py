"""The names of communes, départements and régions, looked up however they are typed.

Keys are folded names (``vocab.text.name_key``). Everything is read on first use, in less than half
a second, and stays.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import resources

from vocab.bodies import bodies_by_name
from vocab.lands import Land, lands_by_name, lands_called, other_names, quarters
from vocab.territory import (
    ARRONDISSEMENT,
    CURRENT,
    Commune,
    Departement,
    Region,
    commune,
    communes_by_name,
    current_communes,
    departements,
)
from vocab.text import name_key

ARTICLES = frozenset({"le", "la", "les", "l"})
_SMALL_WORDS = frozenset(
    {"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "lez",
     "sous", "sur"}
)  # fmt: skip
"""Words that join the parts of a name."""
_SAINTS = frozenset({"saint", "sainte"})
_SHORTEST_MISTAKEN = 4
"""Letters of the shortest name in which a mistake is forgiven."""
_TWO_MISTAKES_FROM = 8


def without_article(key: str) -> str:
    """Return a folded name without the article before it.

    >>> without_article("le havre"), without_article("lens")
    ('havre', 'lens')
    """
    first, _, rest = key.partition(" ")
    return rest if rest and first in ARTICLES else key


def communes_called(key: str) -> tuple[Commune, ...]:
    """Return the communes of a folded name, the most populated first.

    Current ones, else arrondissements and the communes in which former ones of that name now are;
    an article may be missing, or be too much.
    """
    return _bearing(key) or _with_article(key) or _bearing(without_article(key))


def _with_article(key: str) -> tuple[Commune, ...]:
    return by_population(one for full in _full_names().get(key, ()) for one in _bearing(full))


def _bearing(key: str) -> tuple[Commune, ...]:
    abroad = other_names().get(key)  # as it is called in another language
    if isinstance(abroad, Commune):
        return (abroad,)
    named = communes_by_name().get(key, ())
    current = [one for one in named if one.kind == CURRENT]
    if current:
        return by_population(current)
    codes = [one.code if one.kind == ARRONDISSEMENT else one.parent for one in named]
    codes += _absorbed().get(key, ())
    return by_population(found for code in dict.fromkeys(codes) if (found := commune(code)))


def with_article(key: str) -> tuple[Commune, ...]:
    """Return the communes whose name is this one with an article before it: Luc, Le Luc."""
    longer = _full_names().get(key, ())
    return by_population(one for each in longer for one in communes_called(each))


def by_population(communes: Iterable[Commune]) -> tuple[Commune, ...]:
    """Return communes without repetition, the most populated first."""
    once = {one.code: one for one in communes}
    return tuple(sorted(once.values(), key=lambda one: (-one.population, one.code)))


def former_name(key: str) -> str:
    """Return the name as it is written when only former communes or a quarter bear it."""
    by_name = communes_by_name()
    for full in (key, *_full_names().get(key, ()), without_article(key)):
        if key not in by_name and full in quarters():
            return quarters()[full]
    named = [one for full in (key, *_full_names().get(key, ())) for one in by_name.get(full, ())]
    if any(one.kind in (CURRENT, ARRONDISSEMENT) for one in named):
        return ""
    if named:
        return named[0].name
    codes = _absorbed().get(key, ())
    names = [name for code in codes if (one := commune(code)) for name in one.former_names]
    return next((name for name in names if name_key(name) == key), "")


def departement_called(key: str) -> Departement | None:
    """Return the département of a folded name or of a code, an article being as one likes."""
    return _departements().get(key) or _departements().get(without_article(key))


def region_called(key: str) -> Region | None:
    """Return the région of a folded name, an article being as one likes."""
    return _regions().get(key) or _regions().get(without_article(key))


def lands_named(key: str) -> tuple[Land, ...]:
    """Return the lands of a folded name that no code has, an article being as one likes.

    A commune that has the article in its name goes first: La Bresse is a town, Bresse a land.
    """
    if exact := lands_called(key):
        return exact
    is_commune = any(one.kind == CURRENT for one in communes_by_name().get(key, ()))
    return () if is_commune else lands_called(without_article(key))


def bodies_named(key: str) -> tuple[Land, ...]:
    """Return the intercommunal bodies of a folded name, an article being as one likes.

    A common word alone is none: « le Sud ».
    """
    bare = without_article(key)
    if " " not in bare and is_ordinary(bare):
        return ()
    return bodies_by_name().get(key) or bodies_by_name().get(bare, ())


@cache
def _departements() -> dict[str, Departement]:
    found = {one.code.lower(): one for one in departements()}
    for one in departements():
        key = name_key(one.name)
        found |= {key: one, without_article(key): one}
    return found | {k: one for k, one in other_names().items() if isinstance(one, Departement)}


@cache
def _regions() -> dict[str, Region]:
    found: dict[str, Region] = {}
    for one in departements():
        key = name_key(one.region.name)
        found |= {key: one.region, without_article(key): one.region}
    return found | {key: one for key, one in other_names().items() if isinstance(one, Region)}


def called_briefly(key: str) -> tuple[Commune | Departement | Region, ...]:
    """Return what has this name but for small words: Pays de Loire, Bourg Bresse, Aix Provence."""
    brief = _brief(key)
    found = _brief_names().get(brief, ()) if " " in brief else ()
    return tuple(one for one in found if _leaves_out(key.split(), name_key(one.name).split()))


def _leaves_out(typed: list[str], full: list[str]) -> bool:
    """Whether nothing was typed that the name has not, in its order."""
    rest = iter(full)
    return all(word in rest for word in typed)


def ending_so(key: str) -> tuple[Commune, ...]:
    """Return the communes of a double name that ends so, as Octeville in Cherbourg-Octeville."""
    return by_population(one for full in _ends().get(key, ()) for one in communes_called(full))


def _brief(key: str) -> str:
    return " ".join(word for word in key.split() if word not in _SMALL_WORDS)


@cache
def _brief_names() -> dict[str, tuple[Commune | Departement | Region, ...]]:
    found: dict[str, dict[Commune | Departement | Region, None]] = defaultdict(dict)
    lands = {one.region for one in departements()} | set(departements())
    for one in (*sorted(lands, key=lambda land: land.code), *current_communes()):
        key = name_key(one.name)
        if _brief(key) != key:
            found[_brief(key)][one] = None
    return {key: tuple(some) for key, some in found.items()}


@cache
def _ends() -> dict[str, list[str]]:
    """Return the names of two parts by their second, which goes on with no small word."""
    found: dict[str, list[str]] = defaultdict(list)
    for full in (*communes_by_name(), *_absorbed()):
        first, _, second = full.partition(" ")
        begins = second.partition(" ")[0]
        is_joined = begins in ARTICLES or begins not in _SMALL_WORDS
        if is_joined and first not in _SMALL_WORDS | _SAINTS and len(second) >= _SHORTEST_MISTAKEN:
            found[second].append(full)
    return found


@cache
def is_ordinary(key: str) -> bool:
    """Return whether a folded name, apart from its article, is a common word, as Ligné is."""
    return without_article(key) in _ordinary_names()


@cache
def _ordinary_names() -> frozenset[str]:
    read = resources.files("vocab").joinpath("data", "ordinary_names.txt").read_text("utf-8")
    return frozenset(read.split())


@cache
def _absorbed() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for one in current_communes():
        for name in one.former_names:
            found[name_key(name)].append(one.code)
    return found


@cache
def _full_names() -> dict[str, list[str]]:
    """Return the names that have an article, by what they are without it."""
    found: dict[str, list[str]] = defaultdict(list)
    for key in (*communes_by_name(), *_absorbed(), *other_names()):
        bare = without_article(key)
        if bare != key:
            found[bare].append(key)
    return found


@cache
def keys() -> list[str]:
    """Return all folded names, with and without their article, sorted."""
    return sorted(
        {
            *communes_by_name(),
            *_absorbed(),
            *_full_names(),
            *_departements(),
            *_regions(),
            *lands_by_name(),
        }
    )


def keys_that_begin(start: str) -> Iterator[str]:
    """Walk the folded names that begin so, in their order."""
    every = keys()
    for number in range(bisect_left(every, start), len(every)):
        if not every[number].startswith(start):
            return
        yield every[number]


def mistaken(typed: str, length: int | None = None) -> list[tuple[str, int]]:
    """Return the names that may have been meant by a mistyped one, with the number of mistakes.

    A mistake is a letter too much, missing, changed or exchanged with its neighbour: one in names
    of fewer than eight letters, two in others.

    Args:
        typed: a folded name.
        length: compare only that many letters from the beginning of names.
    """
    letters = len(typed)
    if letters < _SHORTEST_MISTAKEN:
        return []
    from rapidfuzz.distance import OSA  # most commands never get here

    allowed = 1 if letters < _TWO_MISTAKES_FROM else 2
    if length is None:
        near = range(letters - allowed, letters + allowed + 1)
        among: Iterable[str] = (key for size in near for key in _by_length().get(size, ()))
    else:
        among = keys()
    measure: Callable[..., int] = OSA.distance
    found = []
    for key in among:
        distance = measure(typed, key[:length], score_cutoff=allowed)
        if distance <= allowed:
            found.append((key, distance))
    return found


@cache
def _by_length() -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for key in keys():
        if len(key) >= _SHORTEST_MISTAKEN:
            found[len(key)].append(key)
    return found
