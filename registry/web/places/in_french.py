"""French prepositions before names of places: « dans le Rhône », « à La Réunion », « au Havre ».

A French catalogue needs them where English says "in" and "from". Usage for départements and
régions follows the Commission d'enrichissement and the names of their councils.
"""

import re
from functools import cache

from registry.find.areas import Area
from vocab.bodies import body
from vocab.lands import land, lands_by_name
from vocab.territory import departements

_ELIDED = re.compile("[AEIOUYÀÂÉÈÊËÎÏÔÖÙÛÜŒÆ]|H(?:[yé]|e[nr])")
"""How names begin before which one says « d’ »: Annecy, Hyères, Hénin-Beaumont, not Houilles."""
_CONTRACTED = (
    ("Les ", "aux ", "des "),
    ("Le ", "au ", "du "),
    ("Île-", "à l’Île-", "de l’Île-"),
)
_OF_IN = (
    ("dans les ", "des "), ("aux ", "des "), ("dans le ", "du "), ("sur le ", "du "),
    ("au ", "du "),
    ("dans la ", "de la "), ("sur la ", "de la "), ("dans l’", "de l’"), ("dans l'", "de l’"),
    ("sur l’", "de l’"), ("sur l'", "de l’"),
)  # fmt: skip
"""How « in » begins, and « of » before the same name."""
_DEPARTEMENTS = {
    "en ": "07 09 12 16 17 19 21 23 24 28 2A 2B 31 33 35 37 38 43 44 47 48 49 52 53 54 57 70 71 73"
    " 74 76 77 82 85 87 91 93 971 972 973 987 988",
    "dans le ": "14 15 18 25 29 30 32 39 41 45 46 56 59 62 63 67 68 69 81 83 84 90 94 95",
    "dans la ": "26 42 50 51 55 58 72 80 86",
    "dans les ": "04 05 06 08 13 22 40 64 65 66 78 79 88 92 984",
    "dans l’": "01 02 03 10 11 27 34 36 60 61 89",
    "à ": "75 974 975 976 977 978 986",
    "sur l’": "989",
}
_REGION_OF_ISLE = "Île-de-France"
"""A région without an article, unlike the communes whose names begin so."""
_REGIONS = {
    "en ": "01 02 03 11 24 27 28 53 75 76 84 93 94 987 988",
    "dans le ": "44",
    "dans les ": "32 52 984",
    "à ": "04 06 975 977 978 986",
    "sur l’": "989",
}


def _by_code(table: dict[str, str]) -> dict[str, str]:
    return {code: before for before, codes in table.items() for code in codes.split()}


_BEFORE = {"departement": _by_code(_DEPARTEMENTS), "region": _by_code(_REGIONS)}


def in_place(area: Area, name: str) -> str:
    """Return « in » and a name, as French says it.

    Args:
        area: the area.
        name: how it is called, which begins with its official name.

    >>> from registry.find.places import locate
    >>> [in_place(a, a.name) for t in ("69", "Le Havre", "974") for a in locate(t).areas]
    ['dans le Rhône', 'au Havre', 'à La Réunion']
    """
    found = land(area.code) or body(area.code) if area.kind == "land" else None
    if found:
        return found.french
    if before := _BEFORE.get(area.kind, {}).get(area.code):
        return before + name
    return _contracted(name, 1) or f"à {name}"


def of_place(name: str) -> str:
    """Return « de » and the name of an area, as French says it.

    >>> [of_place(one) for one in ("Le Havre", "Annecy", "L'île de Ré", "Vercors", "Var")]
    ['du Havre', 'd’Annecy', 'de l’île de Ré', 'du Vercors', 'du Var']
    """
    if name == _REGION_OF_ISLE:
        return f"d’{name}"
    joined = _contracted(name, 2) or _of_what_is_in(_said_in().get(name, ""))
    if joined:
        return joined
    return f"d’{name}" if _ELIDED.match(name) else f"de {name}"


def _of_what_is_in(said: str) -> str:
    """Return « de » before a name of which « in » is known: « dans le Var » makes « du Var »."""
    for before, of in _OF_IN:
        if said.startswith(before):
            return of + said.removeprefix(before)
    return ""


@cache
def _said_in() -> dict[str, str]:
    """How French says to be in a land or a département, by its name.

    Communes of such names are called with their département behind: « Vienne (Isère) ».
    """
    lands = {one.name: one.french for one in lands_by_name().values()}
    found = {one.name: _BEFORE["departement"].get(one.code, "") for one in departements()}
    return {name: before + name for name, before in found.items() if before} | lands


def _contracted(name: str, form: int) -> str:
    found = next((one for one in _CONTRACTED if name.startswith(one[0])), None)
    return found[form] + name.removeprefix(found[0]) if found else ""
