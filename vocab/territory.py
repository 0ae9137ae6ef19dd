"""French communes, départements and régions: the official geographic code (COG) 2026, looked up.

The tables live in ``vocab/data`` (origin and licence: ``vocab/data/SOURCES.md``) and are read on
first use: about a tenth of a second for the communes. Former communes (delegated and associated)
and the arrondissements of Paris, Lyon and Marseille are there too, with the commune they belong to.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from vocab.territory_tables import (
    ARRONDISSEMENT,
    CURRENT,
    Box,
    Commune,
    Departement,
    Point,
    Region,
    commune_table,
    departement_table,
)
from vocab.text import name_key

__all__ = ["ARRONDISSEMENT", "CURRENT", "Box", "Commune", "Departement", "Point", "Region"]

APPROXIMATE = frozenset({"postal", "epci", "chef-lieu"})
"""Kinds of points that are not of the commune itself but of those around it, or that nobody but
their writer has checked."""
_CODES_BEFORE = {"97123": "97701", "97127": "97801"}
"""Communes of Guadeloupe until 2007, and their codes as collectivities since."""


def commune(code: str) -> Commune | None:
    """Return the commune of an INSEE code; a current commune wins over a former one.

    The codes of Saint-Barthélemy and Saint-Martin before 2007 give the collectivity of today.
    """
    return _communes().get(code)


def communes_named(name: str) -> tuple[Commune, ...]:
    """Return every commune, former commune or arrondissement of that name, current ones first."""
    return _by_name().get(name_key(name), ())


def communes_by_name() -> Mapping[str, tuple[Commune, ...]]:
    """Return what ``communes_named`` looks up: all communes by the ``name_key`` of their name."""
    return _by_name()


def postcodes() -> Collection[str]:
    """Return the postcodes of all communes."""
    return _by_postcode().keys()


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


def is_of_another_commune(postcode: str, name: str) -> bool:
    """Return whether a postcode serves other communes of a département than those of a name.

    One of both is wrong. What is no postcode of a commune (CEDEX, boxes) and what no table knows
    as a commune of this département (a quarter, :func:`is_elsewhere`) are not judged, nor a name
    that holds that of a commune served, or is held by it: Lyon 8e, Bourg.

    >>> is_of_another_commune("69008", "Bron"), is_of_another_commune("69008", "Lyon 8e")
    (True, False)
    """
    served, code = communes_of_postcode(postcode), departement_of_postcode(postcode)
    near = [one for one in communes_named(name) if one.departement == code]
    if not near or not served or any(postcode in one.postcodes for one in near):
        return False
    key = f" {name_key(name)} "
    known = (f" {name_key(one.name)} " for one in served)
    return not any(one in key or key in one for one in known)


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


def point_of(found: Commune) -> tuple[Point, str] | None:
    """Return a point of a commune and its kind, or None.

    The kind is that of ``Commune.point_kind``, or one of ``APPROXIMATE``, some kilometres off: the
    middle of the other communes of its postcodes, or else of its intercommunal body. A former
    commune has the point of the one it is in. None only where nobody lives.
    """
    if found.point:
        return found.point, found.point_kind
    parent = _communes().get(found.parent)
    if parent and parent != found:
        return point_of(parent)
    served = (one.point for each in found.postcodes for one in communes_of_postcode(each))
    if postal := _middle(served):
        return postal, "postal"
    body = _middle(one.point for one in communes_of_epci(found.epci))
    return (body, "epci") if body else None


def _middle(points: Iterable[Point | None]) -> Point | None:
    known = [point for point in points if point]
    if not known:
        return None
    latitudes, longitudes = (sorted(degrees) for degrees in zip(*known, strict=True))
    middle = len(known) // 2  # without `statistics`, which every command would wait for
    return latitudes[middle], longitudes[middle]


def centre_point(code: str) -> Point | None:
    """Return a point of a commune, whatever its kind, by its INSEE code, or None."""
    found = commune(code)
    known = point_of(found) if found else None
    return known[0] if known else None


def centre_of(code: str) -> tuple[str, str] | None:
    """Return the latitude and the longitude of :func:`centre_point` as texts, or None."""
    found = centre_point(code)
    return (str(found[0]), str(found[1])) if found else None


def parts_of(code: str) -> tuple[Commune, ...]:
    """Return the former communes and the arrondissements that lie in a current commune."""
    return _parts().get(code, ())


def current_communes() -> tuple[Commune, ...]:
    """Return all communes of today, in the order of the table."""
    return tuple(one for one in commune_table() if one.kind == CURRENT)


def communes_of_epci(siren: str) -> tuple[Commune, ...]:
    """Return the communes of an intercommunal body, by its SIREN."""
    return _of_epci().get(siren, ())


def departement(code: str) -> Departement | None:
    """Return the département of a code such as ``01``, ``2A`` or ``988``."""
    return departement_table().get(code)


def departements() -> tuple[Departement, ...]:
    """Return all départements and overseas territories, in the order of the table."""
    return tuple(departement_table().values())


def region(code: str) -> Region | None:
    """Return the région of an INSEE code."""
    return next((d.region for d in departements() if d.region.code == code), None)


def departement_of_commune(code: str) -> str | None:
    """Return the code of the département of an INSEE commune code, even one that is not in use."""
    known = _communes().get(code)
    if known is not None:
        return known.departement
    prefix = code[:3] if code.startswith(("97", "98")) else code[:2]
    return prefix if len(code) == 5 and prefix in departement_table() else None


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
    return prefix if prefix in departement_table() else None


def departement_of(code: str) -> str | None:
    """Return the département of an INSEE code or a postcode, when one does not know which it is.

    A few overseas codes are both (97133 is the INSEE code of Vieux-Fort and the postcode of
    Saint-Barthélemy): the INSEE reading wins. Use the precise function when the kind is known.
    """
    if code in _communes() or code[:2] in ("2A", "2B"):
        return departement_of_commune(code)
    return departement_of_postcode(code)


@lru_cache(maxsize=1)
def _communes() -> dict[str, Commune]:
    found: dict[str, Commune] = {}
    for one in commune_table():
        if one.kind == CURRENT or one.code not in found:
            found[one.code] = one
    return found | {old: found[code] for old, code in _CODES_BEFORE.items()}


@lru_cache(maxsize=1)
def _by_name() -> dict[str, tuple[Commune, ...]]:
    found: dict[str, list[Commune]] = defaultdict(list)
    for one in sorted(commune_table(), key=lambda each: each.kind != CURRENT):
        found[name_key(one.name)].append(one)
    return {name: tuple(each) for name, each in found.items()}


@lru_cache(maxsize=1)
def _by_postcode() -> dict[str, tuple[Commune, ...]]:
    found: dict[str, list[Commune]] = defaultdict(list)
    for one in commune_table():
        if one.kind == CURRENT:
            for postcode in one.postcodes:
                found[postcode].append(one)
    return {postcode: tuple(each) for postcode, each in found.items()}


@lru_cache(maxsize=1)
def _of_epci() -> dict[str, tuple[Commune, ...]]:
    found: dict[str, list[Commune]] = defaultdict(list)
    for one in commune_table():
        if one.kind == CURRENT and one.epci:
            found[one.epci].append(one)
    return {siren: tuple(each) for siren, each in found.items()}


@lru_cache(maxsize=1)
def _parts() -> dict[str, tuple[Commune, ...]]:
    found: dict[str, list[Commune]] = defaultdict(list)
    for one in commune_table():
        if one.kind != CURRENT:
            found[one.parent].append(one)
    return {code: tuple(each) for code, each in found.items()}


@lru_cache(maxsize=1)
def _arrondissements() -> dict[str, Commune]:
    districts = [one for one in commune_table() if one.kind == ARRONDISSEMENT]
    return {postcode: one for one in districts for postcode in one.postcodes}


@lru_cache(maxsize=1)
def _departements_of_prefix() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for postcode, served in _by_postcode().items():
        found[postcode[:3]].update(one.departement for one in served)
    return {prefix: frozenset(codes) for prefix, codes in found.items()}
