"""Names that several places bear: which one is meant, and which are offered."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from registry.find.areas import (
    Area,
    Located,
    area_of_commune,
    area_of_departement,
    area_of_land,
    area_of_region,
)
from registry.find.gazetteer import (
    by_population,
    communes_called,
    departement_called,
    ending_so,
    former_name,
    keys_that_begin,
    lands_named,
    region_called,
    with_article,
)
from vocab.lands import Land, quarters_beside_communes
from vocab.territory import Commune
from vocab.text import name_key

Words = Sequence[str]
TOWN = 10_000
"""Inhabitants from which a commune is offered before others."""
_DOMINANT = 10
"""A commune with that many times the inhabitants of its next homonym is meant by their name."""
_LARGER = 3
"""A town with that many times the inhabitants may be meant by a part of its name."""
_HAMLET, _VILLAGE, _MUCH_LARGER = 1_000, 2_000, 5
"""Inhabitants below which a commune is rarely meant by a beginning that others share, of those
others, and how many times more they have."""
_SHORTEST_BEGINNING = 3
_MOST_BEGINNINGS = 20
_COMMON = {"saint", "sainte", "le", "la", "les", "l"}
"""Words that alone are not the beginning of a name."""


def settled(communes: Sequence[Commune], former: str = "") -> Located | None:
    """Return which of several homonyms is meant, or that one must ask.

    Args:
        communes: the most populated first.
        former: the name they were found by, when it is no longer theirs.
    """
    areas = tuple(area_of_commune(one) for one in communes)
    if not areas:
        return None
    largest, *rest = areas
    if rest and largest.population < _DOMINANT * rest[0].population:
        return asking(areas, former)
    return Located((largest,), tuple(rest), former=former)


def asking(areas: tuple[Area, ...], former: str = "") -> Located:
    """Return that one must choose: among the towns, if there are several, else among all."""
    towns = tuple(one for one in areas if one.population >= TOWN)
    chosen = towns if len(towns) > 1 else areas
    return Located(chosen, areas[len(chosen) :], ask=True, former=former)


def named(typed: Words) -> Located | None:
    """Return the département, the région or the communes of a name."""
    key = " ".join(typed)
    communes = communes_called(key)
    homonyms = tuple(area_of_commune(one) for one in communes)
    land = land_named(key)
    # Paris is a département too: the commune, which has a centre, is meant.
    if land and not (homonyms and homonyms[0].population == land.areas[0].population):
        return replace(land, others=homonyms)
    return _and_quarters(_and_longer(settled(communes, former_name(key)), key), key)


def land_named(key: str) -> Located | None:
    """Return the département, else the région, else the former région or the like, of a name."""
    if inside := departement_called(key):
        return Located((area_of_departement(inside),))
    if country := region_called(key):
        return Located((area_of_region(country),))
    return of_lands(lands_named(key))


def of_lands(lands: Sequence[Land]) -> Located | None:
    """Return the land that is meant, or that one must choose among several of a name."""
    areas = sorted(map(area_of_land, lands), key=lambda area: (-area.population, area.code))
    return Located(tuple(areas), ask=len(areas) > 1) if areas else None


def _and_longer(found: Located | None, key: str) -> Located | None:
    """Add towns whose names begin so, or have an article more, larger than what is named."""
    if found is None or found.areas[0].kind != "commune":
        return found
    known = (*found.areas, *found.others)
    people = 0 if found.former else known[0].population
    longer = (*with_article(key), *beginning(key.split()))
    more = tuple(area for area in map(area_of_commune, longer) if area not in known)
    towns = tuple(one for one in more if one.population >= max(TOWN, _LARGER * people))
    if not towns and people < _HAMLET:  # Montfort: rather Montfort-sur-Meu than a hamlet
        least = max(_VILLAGE, _MUCH_LARGER * people)
        towns = tuple(one for one in more if one.population >= least)
    ended = (one for one in ending_so(key) if found.former and one.population >= _VILLAGE)
    towns += tuple(area for area in map(area_of_commune, ended) if area not in (*towns, *known))
    if not towns:
        return found
    # Who writes « Aix » rather means Aix-en-Provence than a village: one asks.
    asked = asking((*towns, *known), found.former)
    smaller = (one for one in more if one.population >= _VILLAGE and one not in towns)
    return replace(asked, others=(*asked.others, *smaller))


def _and_quarters(found: Located | None, key: str) -> Located | None:
    """Ask also of a quarter that is as known as the communes of its name: Belleville."""
    quarters = tuple(map(area_of_commune, quarters_beside_communes(key)))
    if found is None or not quarters:
        return found
    asked = asking((*quarters, *found.areas), found.former)
    return replace(asked, others=(*asked.others, *found.others))


def beginning(typed: Words) -> tuple[Commune, ...]:
    """Return the largest communes of today whose names begin so."""
    key = " ".join(typed)
    found = by_population(one for each in keys_longer_than(key) for one in communes_called(each))
    return tuple(one for one in found if key in name_key(one.name))[:_MOST_BEGINNINGS]


def begun_formerly(typed: Words) -> Located | None:
    """Return the commune in which a former one is whose name begins so: Hellemmes-Lille."""
    for key in keys_longer_than(" ".join(typed)):
        if former := former_name(key):
            return settled(communes_called(key), former)
    return None


def keys_longer_than(key: str) -> Iterator[str]:
    """Return the names that go on after these words; none after an article or Saint alone."""
    common = len(key) < _SHORTEST_BEGINNING or set(key.split()) <= _COMMON
    return iter(()) if common else keys_that_begin(f"{key} ")
