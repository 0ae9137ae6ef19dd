"""French communes, départements and régions: the official geographic code (COG) 2026, looked up.

The tables live in ``vocab/data`` (origin and licence: ``vocab/data/SOURCES.md``) and are read on
first use: about a tenth of a second for the communes. Former communes (delegated and associated)
and the arrondissements of Paris, Lyon and Marseille are there too, with the commune they belong to.
"""

import csv
import gzip
import io
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from vocab.text import name_key

CURRENT = "commune-actuelle"
ARRONDISSEMENT = "arrondissement-municipal"
_CITY_OF = {"13": "13055", "69": "69123", "75": "75056"}  # the source leaves their parent empty
_CODES_BEFORE = {"97123": "97701", "97127": "97801"}
"""Communes of Guadeloupe until 2007, and their codes as collectivities since."""


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune, a former commune or a municipal arrondissement.

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
    """

    code: str
    name: str
    kind: str
    parent: str
    postcodes: tuple[str, ...]
    departement: str
    region: str
    epci: str


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


def commune(code: str) -> Commune | None:
    """Return the commune of an INSEE code; a current commune wins over a former one.

    The codes of Saint-Barthélemy and Saint-Martin before 2007 give the collectivity of today.
    """
    return _communes().get(code)


def communes_named(name: str) -> tuple[Commune, ...]:
    """Return every commune, former commune or arrondissement of that name, current ones first."""
    return _by_name().get(name_key(name), ())


def communes_of_postcode(postcode: str) -> tuple[Commune, ...]:
    """Return the current communes that a postcode serves, in the order of the table."""
    return _by_postcode().get(postcode, ())


def is_elsewhere(name: str, postcode: str) -> bool:
    """Return whether all communes of a name lie in other départements than a postcode's.

    Not when the postcode serves a commune whose name holds it: Bourg 01000 is Bourg-en-Bresse, cut.
    """
    homonyms, code = communes_named(name), departement_of_postcode(postcode)
    if not homonyms or not code or any(one.departement == code for one in homonyms):
        return False
    cut = f" {name_key(name)} "
    return not any(cut in f" {name_key(one.name)} " for one in communes_of_postcode(postcode))


def arrondissement_of_postcode(postcode: str) -> Commune | None:
    """Return the arrondissement of Paris, Lyon or Marseille that a postcode means, if any."""
    return _arrondissements().get(postcode)


def of_other_arrondissement(postcode: str, found: Commune) -> bool:
    """Return whether a postcode is that of another arrondissement of the same city.

    >>> of_other_arrondissement("75011", commune("75112"))
    True
    """
    district = arrondissement_of_postcode(postcode)
    if district is None or found.kind != ARRONDISSEMENT:
        return False
    return district.code != found.code and district.parent == found.parent


def departement(code: str) -> Departement | None:
    """Return the département of a code such as ``01``, ``2A`` or ``988``."""
    return _departements().get(code)


def departements() -> tuple[Departement, ...]:
    """Return all départements and overseas territories, in the order of the table."""
    return tuple(_departements().values())


def region(code: str) -> Region | None:
    """Return the région of an INSEE code."""
    return next((d.region for d in departements() if d.region.code == code), None)


def departement_of_commune(code: str) -> str | None:
    """Return the code of the département of an INSEE commune code, even one that is not in use."""
    known = _communes().get(code)
    if known is not None:
        return known.departement
    prefix = code[:3] if code.startswith(("97", "98")) else code[:2]
    return prefix if len(code) == 5 and prefix in _departements() else None


@lru_cache(maxsize=8192)
def departement_of_postcode(postcode: str) -> str | None:
    """Return the code of the département of a postcode, by the communes that it serves.

    A postcode that no commune has (CEDEX, boxes) takes the département of its neighbours: those
    that share its first three digits, then its first two. A postcode that serves communes of
    several départements takes the one it is named after, and None when it is named after none.
    """
    if not re.fullmatch(r"\d{5}", postcode):
        return None
    served = {found.departement for found in communes_of_postcode(postcode)}
    if len(served) == 1:
        return served.pop()
    if served:
        return postcode[:2] if postcode[:2] in served else None
    near = _departements_of_prefix().get(postcode[:3], frozenset())
    if len(near) == 1:
        return next(iter(near))
    prefix = postcode[:3] if postcode.startswith(("97", "98")) else postcode[:2]
    return prefix if prefix in _departements() else None


def departement_of(code: str) -> str | None:
    """Return the département of an INSEE code or a postcode, when one does not know which it is.

    A few overseas codes are both (97133 is the INSEE code of Vieux-Fort and the postcode of
    Saint-Barthélemy): the INSEE reading wins. Use the precise function when the kind is known.
    """
    if code in _communes() or code[:2] in ("2A", "2B"):
        return departement_of_commune(code)
    return departement_of_postcode(code)


def _read(name: str) -> bytes:
    return resources.files("vocab").joinpath("data", name).read_bytes()


@lru_cache(maxsize=1)
def _table() -> tuple[Commune, ...]:
    rows = csv.reader(io.StringIO(gzip.decompress(_read("communes.csv.gz")).decode()))
    next(rows)
    lines = list(rows)
    packed_of = {line[0]: line[4] for line in lines if line[2] == CURRENT}
    found = []
    for code, name, kind, written_parent, packed, in_departement, in_region, epci in lines:
        parent = _CITY_OF.get(in_departement, "") if kind == ARRONDISSEMENT else written_parent
        postcodes = packed or packed_of.get(parent, "")
        codes = tuple(postcodes.split("|")) if postcodes else ()
        found.append(Commune(code, name, kind, parent, codes, in_departement, in_region, epci))
    return tuple(found)


@lru_cache(maxsize=1)
def _communes() -> dict[str, Commune]:
    found: dict[str, Commune] = {}
    for one in _table():
        if one.kind == CURRENT or one.code not in found:
            found[one.code] = one
    return found | {old: found[code] for old, code in _CODES_BEFORE.items()}


@lru_cache(maxsize=1)
def _by_name() -> dict[str, tuple[Commune, ...]]:
    found: dict[str, list[Commune]] = defaultdict(list)
    for one in sorted(_table(), key=lambda each: each.kind != CURRENT):
        found[name_key(one.name)].append(one)
    return {name: tuple(each) for name, each in found.items()}


@lru_cache(maxsize=1)
def _by_postcode() -> dict[str, tuple[Commune, ...]]:
    found: dict[str, list[Commune]] = defaultdict(list)
    for one in _table():
        if one.kind == CURRENT:
            for postcode in one.postcodes:
                found[postcode].append(one)
    return {postcode: tuple(each) for postcode, each in found.items()}


@lru_cache(maxsize=1)
def _arrondissements() -> dict[str, Commune]:
    districts = [one for one in _table() if one.kind == ARRONDISSEMENT]
    return {postcode: one for one in districts for postcode in one.postcodes}


@lru_cache(maxsize=1)
def _departements_of_prefix() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for postcode, served in _by_postcode().items():
        found[postcode[:3]].update(one.departement for one in served)
    return {prefix: frozenset(codes) for prefix, codes in found.items()}


@lru_cache(maxsize=1)
def _departements() -> dict[str, Departement]:
    rows = csv.reader(io.StringIO(_read("departements.csv").decode()))
    next(rows)
    found = {}
    for code, name, region_code, region_name, *corners in rows:
        box = Box(*(float(degree) for degree in corners)) if corners[0] else None
        found[code] = Departement(code, name, Region(region_code, region_name), box)
    return found
