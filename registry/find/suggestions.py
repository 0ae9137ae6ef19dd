"""Places to choose from while somebody types."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache
from heapq import nlargest
from itertools import islice
from typing import NamedTuple

from registry.find.areas import (
    Area,
    area_of_commune,
    area_of_departement,
    area_of_land,
    area_of_postcode,
    area_of_region,
)
from registry.find.gazetteer import mistaken, without_article
from vocab.lands import Land, lands_by_name, other_names
from vocab.territory import (
    ARRONDISSEMENT,
    CURRENT,
    Commune,
    Departement,
    Region,
    arrondissement_of_postcode,
    communes_by_name,
    communes_of_postcode,
    current_communes,
    departement,
    departements,
    postcodes,
)
from vocab.text import name_key

_SHORTEST = 2
_LONGEST = 60
"""Characters from which, and up to which, one suggests."""


_KINDS: tuple[type, ...] = (Commune, Departement, Region, Land)
_Means = Commune | Departement | Region | Land


class _Name(NamedTuple):
    key: str
    population: int
    means: _Means


def suggest(prefix: str, limit: int) -> tuple[Area, ...]:
    """Return places that begin with what was typed so far, the most populated first.

    Args:
        prefix: the beginning of a name, a postcode or a number of département; mistakes are
            forgiven only when nothing begins so.
        limit: how many at most.

    Returns:
        Communes, arrondissements, départements, régions and postcodes; none for a single letter.
        A commune that a former one is now in comes after all others.
    """
    typed = name_key(prefix[:_LONGEST])
    if len(typed) < _SHORTEST or limit < 1:
        return ()
    if typed[0].isdigit():
        numbered = {(area.kind, area.code): area for area in _numbered(typed.replace(" ", ""))}
        return tuple(nlargest(limit, numbered.values(), key=lambda area: area.population))
    found = _most_populated(_begin(typed), limit)
    found = found or _most_populated(_begin(without_article(typed)), limit)
    if found:
        return found
    near = dict.fromkeys(key[: len(typed)] for key, _ in mistaken(typed, len(typed)))
    return _most_populated((name for start in near for name in _begin(start)), limit)


def _most_populated(names: Iterable[_Name], limit: int) -> tuple[Area, ...]:
    ranked = sorted(names, key=lambda name: (-name.population, _KINDS.index(type(name.means))))
    once = dict.fromkeys(name.means for name in ranked)
    areas: dict[tuple[str, int], Area] = {}
    for area in map(_area, islice(once, 3 * limit)):
        # Paris is a département too, La Réunion a région: the same people under the same name.
        areas.setdefault((area.name, area.population), area)
    return tuple(islice(areas.values(), limit))


def _area(means: _Means) -> Area:
    if isinstance(means, Commune):
        return area_of_commune(means)
    if isinstance(means, Land):
        return area_of_land(means)
    return area_of_departement(means) if isinstance(means, Departement) else area_of_region(means)


def _numbered(digits: str) -> Iterator[Area]:
    land = departement(digits.upper())
    if land:
        yield area_of_departement(land)
    for postcode in postcodes():
        if postcode.startswith(digits):
            district = arrondissement_of_postcode(postcode)
            served = (district,) if district else communes_of_postcode(postcode)
            yield area_of_postcode(postcode, served)


def _begin(start: str) -> Iterator[_Name]:
    names = _names()
    for number in range(bisect_left(names, start, key=lambda name: name.key), len(names)):
        if not names[number].key.startswith(start):
            return
        yield names[number]


@cache
def _names() -> list[_Name]:
    """Return every name with and without its article, sorted."""
    found = [*_territories()]
    for key, communes in communes_by_name().items():
        for one in communes:
            today = one.kind in (CURRENT, ARRONDISSEMENT)
            found.append(_Name(key, one.population if today else 0, one))
    for one in current_communes():
        found += [_Name(name_key(name), 0, one) for name in one.former_names]
    # Marsella, and quarters overseas that have addresses of their own.
    found += [_Name(key, 0, one) for key, one in other_names().items() if isinstance(one, Commune)]
    for key, population, means in tuple(found):
        bare = without_article(key)
        if bare != key:
            found.append(_Name(bare, population, means))
    return sorted(found, key=lambda name: name.key)


def _territories() -> Iterator[_Name]:
    for land in departements():
        yield _Name(name_key(land.name), area_of_departement(land).population, land)
    for country in {land.region for land in departements()}:
        yield _Name(name_key(country.name), area_of_region(country).population, country)
    for key, found in lands_by_name().items():
        yield _Name(key, area_of_land(found).population, found)
