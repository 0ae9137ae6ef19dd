"""The shipped tables of French territory, and what one of their lines is.

Origin, licence and form of the tables: ``vocab/data/SOURCES.md``. ``vocab/territory.py`` looks
things up in them.
"""

import csv
import io
import lzma
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

CURRENT = "commune-actuelle"
ARRONDISSEMENT = "arrondissement-municipal"
_CITY_OF = {"13": "13055", "69": "69123", "75": "75056"}  # the source leaves their parent empty

Point = tuple[float, float]
"""Latitude and longitude, in decimal degrees, WGS 84."""


class Commune(NamedTuple):
    """A commune, a former commune or a municipal arrondissement.

    A named tuple: making 37,590 of them takes half the time of frozen dataclasses.

    Attributes:
        code: INSEE code, five characters (``2A004``, ``97209``).
        name: official name, with its accents and hyphens.
        kind: ``commune-actuelle``, ``commune-deleguee``, ``commune-associee`` or
            ``arrondissement-municipal``.
        parent: INSEE code of the commune it belongs to; empty for a current commune.
        postcodes: its postcodes; those of its parent when it has none of its own.
        departement: code of its département (or overseas territory).
        region: code of its région.
        epci: SIREN of its intercommunal body; empty when it has none.
        population: inhabitants, by the last census; 0 when it is not counted apart.
        point: where it is, in decimal degrees to a thousandth; None when no source says: take
            ``point_of``.
        point_kind: ``lieux`` for the middle of places listed there, ``geonames`` for the centre
            that GeoNames gives, ``chef-lieu`` for the village of the town hall; empty without one.
        former_names: names of communes that it absorbed and that have no code any more.
    """

    code: str
    name: str
    kind: str
    parent: str
    postcodes: tuple[str, ...]
    departement: str
    region: str
    epci: str
    population: int
    point: Point | None
    point_kind: str
    former_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """A région, by its INSEE code (``84``), or an overseas territory by its own code."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Box:
    """A box in decimal degrees, WGS 84."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, latitude: float, longitude: float, margin: float = 0.0) -> bool:
        """Is the point inside, or nearer than ``margin`` degrees to the box?"""
        return (
            self.south - margin <= latitude <= self.north + margin
            and self.west - margin <= longitude <= self.east + margin
        )


@dataclass(frozen=True, slots=True)
class Departement:
    """A département or an overseas territory; ``box`` is None for the scattered southern lands."""

    code: str
    name: str
    region: Region
    box: Box | None


def _read(name: str) -> bytes:
    return resources.files("vocab").joinpath("data", name).read_bytes()


def _pages() -> list[list[str]]:
    """Return the columns of the table of communes, in its order, without their names."""
    text = lzma.decompress(_read("communes.xz")).decode()
    return [page.split("\n")[1:] for page in text.split("\f\n")]


@lru_cache(maxsize=1)
def commune_table() -> tuple[Commune, ...]:
    """Return every line of the table of communes, in its order."""
    pages = _pages()
    packed_of = {
        code: packed for code, kind, packed in zip(pages[0], pages[2], pages[4], strict=True)
        if kind == CURRENT
    }  # fmt: skip
    found = []
    for line in zip(*pages, strict=True):
        code, name, kind, written_parent, packed, in_departement, in_region, epci, *more = line
        parent = _CITY_OF.get(in_departement, "") if kind == ARRONDISSEMENT else written_parent
        codes = _split(packed or packed_of.get(parent, ""))
        people, latitude, longitude, origin, former = more
        point = (float(latitude), float(longitude)) if origin else None
        found.append(
            Commune(
                code, name, kind, parent, codes, in_departement, in_region, epci,
                int(people or 0), point, origin, _split(former),
            )
        )  # fmt: skip
    return tuple(found)


@cache
def _split(packed: str) -> tuple[str, ...]:
    return tuple(packed.split("|")) if packed else ()


@lru_cache(maxsize=1)
def departement_table() -> dict[str, Departement]:
    """Return départements and overseas territories by code, in the order of the table."""
    rows = csv.reader(io.StringIO(_read("departements.csv").decode()))
    next(rows)
    found = {}
    for code, name, region_code, region_name, *corners in rows:
        box = Box(*(float(degree) for degree in corners)) if corners[0] else None
        found[code] = Departement(code, name, Region(region_code, region_name), box)
    return found
