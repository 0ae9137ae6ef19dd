"""Whether two rows of different files are one place: a cautious rule, for the sample only.

Two rows are one place when they lie in one commune and

* have the same name and lie near each other: 100 metres, as one organisation may have two offices
  in a street; a kilometre for a library; any distance for a France services house, whose name its
  commune has once; or
* have similar names (what one says, the town and words such as *espace* or *municipale* apart, the
  other says too) and lie within 100 metres, or have the same address within a kilometre; or
* say the same but for the town and such words, and one of them does not say where it is.

A library and a France services house under one roof are two places, and so are a bus and the house
it starts from. What the rule does not see stays two places: a place too many is mended more easily
than two that became one.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from harvester.clean.commune import town_named, town_of_postcode
from vocab.territory import ARRONDISSEMENT, CURRENT, Commune
from vocab.text import name_key, words

T = TypeVar("T")

NEAR_M = 100
SAME_M = 1_000
_METRES_A_DEGREE = 111_195
_HOUSE, _LIBRARY = "france-services", "bibliotheque"
_KINDS = frozenset({_HOUSE, _LIBRARY})
_TRAVELS = frozenset({"bus", "mediabus", "mobile", "itinerant", "itinerante"})
_SAYS_NOTHING = {
    "a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "sur", "sous",
    "espace", "espaces", "maison", "maisons", "municipal", "municipale", "communal", "communale",
    "communautaire", "intercommunal", "intercommunale",
}  # fmt: skip
_LIBRARIES = frozenset({"mediatheque", "mediatheques", "bibliotheque", "bibliotheques"})


@dataclass(frozen=True, slots=True)
class Spot:
    """What of a row tells which place it is.

    Attributes:
        commune: INSEE code of the city; the postcode where the town is not in the official code.
        name: the name, folded.
        says: its words without those that any name has; kinds of places under one word each.
        address: number and street, folded.
        position: latitude and longitude in degrees, WGS 84; None when unknown.
    """

    commune: str
    name: str
    says: frozenset[str]
    address: str
    position: tuple[float, float] | None


def spot_of(row: Mapping[str, str]) -> Spot:
    """Return what tells which place a row is.

    Args:
        row: under the columns of the national standard.
    """
    name, town = row.get("nom", ""), row.get("commune", "")
    found = _commune(town, row.get("code_postal", ""), row.get("code_insee", ""))
    code = _city(found) if found else row.get("code_postal", "")
    here = {*words(town), *(words(found.name) if found else ())}
    says = frozenset(_says(words(name)) - here)
    return Spot(code, name_key(name), says, name_key(row.get("adresse", "")), _position(row))


def is_same(one: Spot, other: Spot) -> bool:
    """Whether two rows are one place, by the rule of this module."""
    if one.commune != other.commune:
        return False
    metres = distance_m(one, other)
    is_named_so = one.name == other.name
    if metres is None or (is_named_so and _HOUSE in one.says):
        return is_named_so or (one.says == other.says and bool(one.says))
    if is_named_so and _LIBRARY in one.says:
        return metres <= SAME_M
    if is_named_so and metres <= NEAR_M:
        return True
    is_addressed_so = one.address == other.address and bool(one.address)
    return metres <= (SAME_M if is_addressed_so else NEAR_M) and _similar(one.says, other.says)


def distance_m(one: Spot, other: Spot) -> float | None:
    """Return the metres between two places, exact enough within a town; None when one is unknown.

    >>> south = Spot("75056", "", frozenset(), "", (48.8530, 2.3499))
    >>> round(distance_m(south, Spot("75056", "", frozenset(), "", (48.8539, 2.3499))))
    100
    """
    if one.position is None or other.position is None:
        return None
    (south, west), (north, east) = one.position, other.position
    across = (east - west) * math.cos(math.radians(south))
    return math.hypot(north - south, across) * _METRES_A_DEGREE


class Known(Generic[T]):
    """Places that are there already, each with what its finder wants to know of it."""

    def __init__(self, rows: Iterable[tuple[Mapping[str, str], T]] = ()) -> None:
        """Take rows under the columns of the national standard, each with its answer."""
        self._by_commune: dict[str, list[tuple[Spot, T]]] = defaultdict(list)
        for row, what in rows:
            self.add(row, what)

    def add(self, row: Mapping[str, str], what: T) -> None:
        """Add a place."""
        spot = spot_of(row)
        self._by_commune[spot.commune].append((spot, what))

    def find(self, row: Mapping[str, str]) -> T | None:
        """Return what is known of the same place, of several the nearest of the same name."""
        spot = spot_of(row)
        found = [pair for pair in self._by_commune[spot.commune] if is_same(spot, pair[0])]
        if not found:
            return None
        return min(found, key=lambda p: (p[0].name != spot.name, distance_m(p[0], spot) or 0))[1]


def _says(written: list[str]) -> set[str]:
    said = {_LIBRARY if word in _LIBRARIES else word for word in written} - _SAYS_NOTHING
    if "france" in said and said & {"services", "service"}:
        said = said - {"france", "services", "service"} | {_HOUSE}
    return said


def _similar(one: frozenset[str], other: frozenset[str]) -> bool:
    kinds = one & _KINDS, other & _KINDS
    if all(kinds) and not (kinds[0] & kinds[1]):
        return False
    if bool(one & _TRAVELS) != bool(other & _TRAVELS):
        return False
    return bool(one and other) and (one <= other or other <= one)


def _commune(town: str, postcode: str, insee: str) -> Commune | None:
    found = town_named(town, postcode, insee)
    return found.commune if found and found.commune else town_of_postcode(postcode)


def _city(found: Commune) -> str:
    whole = found.kind == CURRENT or not found.parent
    return found.code if whole and found.kind != ARRONDISSEMENT else found.parent


def _position(row: Mapping[str, str]) -> tuple[float, float] | None:
    try:
        return float(row["latitude"]), float(row["longitude"])
    except (KeyError, ValueError):
        return None
