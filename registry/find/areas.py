"""Areas: the values that a typed place stands for."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from statistics import fmean
from typing import Literal

from vocab.lands import Land, land
from vocab.territory import (
    APPROXIMATE,
    ARRONDISSEMENT,
    Commune,
    Departement,
    Point,
    Region,
    commune,
    communes_of_epci,
    current_communes,
    departements,
    parts_of,
    point_of,
)

_ONE_CAN_CROSS = 100_000
"""Inhabitants of an intercommunal body that is too large to start from its centre."""
AreaKind = Literal["commune", "arrondissement", "departement", "region", "land", "postcode"]


@dataclass(frozen=True, slots=True)
class Area:
    """A part of France that a search can be about.

    Attributes:
        kind: what it is.
        code: INSEE code; the postcode of a postcode; of a land, its code in ``vocab.lands``.
        name: official name, with its accents and hyphens; the postcode of a postcode.
        departement: code of its département or overseas territory; empty for what may hold many.
        point: latitude and longitude of its centre, in decimal degrees, WGS 84; None for a
            département, a région, a large land, and communes where nobody lives.
        exact: whether the point is that of the place; else it is some kilometres off.
        population: inhabitants.
        communes: INSEE codes of the current communes inside, the most populated first, each with
            those of its former communes and arrondissements; empty for what is made of
            départements.
    """

    kind: AreaKind
    code: str
    name: str
    departement: str
    point: Point | None
    exact: bool
    population: int
    communes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Located:
    """What a typed place was understood as.

    Attributes:
        areas: what it means: one; several, the most populated first, when one must ask; none
            when it is where the person is, or abroad.
        others: homonyms to offer, the most populated first.
        ask: whether the person must choose among the areas.
        corrected: what was typed, when a typing mistake was forgiven, else empty.
        former: the name that was typed, when it is that of a part of the place: a former commune, a
            quarter; else empty.
        here: whether it is where the person is: only the browser knows, and asks.
        abroad: what was typed, when it is outside France, else empty.
        unused: what was typed beside the name and says nothing to a search: a street, a quarter.
    """

    areas: tuple[Area, ...]
    others: tuple[Area, ...] = ()
    ask: bool = False
    corrected: str = ""
    former: str = ""
    here: bool = False
    abroad: str = ""
    unused: str = ""


HERE = Located((), here=True)


def area_of_commune(found: Commune) -> Area:
    """Return the area of a current commune or an arrondissement; of a former commune, its own."""
    district = found.kind == ARRONDISSEMENT
    current = found if district or not found.parent else commune(found.parent) or found
    placed = point_of(current)
    return Area(
        "arrondissement" if district else "commune",
        current.code,
        current.name,
        current.departement,
        placed[0] if placed else None,
        placed is not None and placed[1] not in APPROXIMATE,
        current.population,
        _with_parts(current),
    )


def area_of_departement(found: Departement) -> Area:
    """Return the area of a département or an overseas territory."""
    people = _populations()[found.code]
    return Area("departement", found.code, found.name, found.code, None, False, people, ())


def area_of_region(found: Region) -> Area:
    """Return the area of a région."""
    people = _populations()[f"R{found.code}"]
    return Area("region", found.code, found.name, "", None, False, people, ())


@cache
def area_of_land(found: Land) -> Area:
    """Return the area of a land: its départements, or its communes."""
    inside = [one for siren in found.epci for one in communes_of_epci(siren)]
    inside += [one for code in found.communes if (one := commune(code))]
    largest = sorted(inside, key=lambda one: (-one.population, one.code))
    codes = tuple(code for one in largest for code in _with_parts(one))
    people = sum(_populations()[code] for code in found.departements)
    people += sum(one.population for one in inside)
    is_small = bool(found.communes or (found.epci and people < _ONE_CAN_CROSS))
    point, exact = _centre(largest) if is_small else (None, False)
    return Area("land", found.code, found.name, "", point, exact, people, codes)


def departements_in(area: Area) -> tuple[str, ...]:
    """Return the codes of the départements that an area is made of; none for communes."""
    if area.kind == "departement":
        return (area.code,)
    if area.kind == "region":
        return tuple(one.code for one in departements() if one.region.code == area.code)
    found = land(area.code) if area.kind == "land" else None
    return found.departements if found else ()


def area_of_postcode(postcode: str, served: Sequence[Commune]) -> Area:
    """Return the area of a postcode, which is its commune where it serves one only.

    Args:
        postcode: five digits.
        served: its communes, at least one.
    """
    if len(served) == 1:
        return area_of_commune(served[0])
    largest = sorted(served, key=lambda one: (-one.population, one.code))
    codes = (code for one in largest for code in _with_parts(one))
    people = sum(one.population for one in served)
    point, exact = _centre(largest)
    return Area(
        "postcode", postcode, postcode, largest[0].departement, point, exact, people, tuple(codes)
    )


def _centre(served: Sequence[Commune]) -> tuple[Point | None, bool]:
    """Return the middle of communes, by their inhabitants."""
    placed = [(one, found) for one in served if (found := point_of(one))]
    sure = [(one, found) for one, found in placed if found[1] not in APPROXIMATE]
    chosen = sure or placed
    if not chosen:
        return None, False
    weights = [max(one.population, 1) for one, _ in chosen]
    latitude = fmean((found[0][0] for _, found in chosen), weights)
    longitude = fmean((found[0][1] for _, found in chosen), weights)
    return (round(latitude, 3), round(longitude, 3)), bool(sure)


def _with_parts(found: Commune) -> tuple[str, ...]:
    return tuple(dict.fromkeys((found.code, *(part.code for part in parts_of(found.code)))))


@cache
def _populations() -> Counter[str]:
    people: Counter[str] = Counter()
    for one in current_communes():
        people[one.departement] += one.population
        people[f"R{one.region}"] += one.population
    return people
