"""Public and school holidays by département: what ``PH`` and ``SH`` of opening hours refer to.

Dates come from the library ``holidays``. What it does not know is not guessed: the answer is then
None. School zones are those of the Code de l'éducation (arrêté fixing the school calendar): Corsica
and the overseas territories have calendars of their own, which the library does not have.
"""

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays.countries.france import France

_SCHOOL_ZONES = {
    "A": "01 03 07 15 16 17 19 21 23 24 25 26 33 38 39 40 42 43 47 58 63 64 69 70 71 73 74 79 86"
    " 87 89 90",
    "B": "02 04 05 06 08 10 13 14 18 22 27 28 29 35 36 37 41 44 45 49 50 51 52 53 54 55 56 57 59 60"
    " 61 62 67 68 72 76 80 83 84 85 88",
    "C": "09 11 12 30 31 32 34 46 48 65 66 75 77 78 81 82 91 92 93 94 95",
}
_ZONE_OF = {code: zone for zone, codes in _SCHOOL_ZONES.items() for code in codes.split()}
_SCHOOL_KNOWN = date(2018, 1, 1), date(2028, 7, 4)
"""From the first whole year of the library to the start of the last summer that an arrêté fixes."""

_SUBDIVISIONS = {
    "57": "57", "67": "6AE", "68": "6AE", "971": "971", "972": "972", "973": "973", "974": "974",
    "975": "PM", "976": "976", "977": "BL", "978": "MF", "986": "WF", "987": "PF", "988": "NC",
}  # fmt: skip
_NATIONAL = ""
_GOOD_FRIDAY = "Vendredi saint"


@lru_cache(maxsize=4096)
def is_public_holiday(day: date, departement: str) -> bool | None:
    """Return whether a day is a public holiday in a département (INSEE code); None if unknown.

    Good Friday is one in those communes of Alsace and Moselle only that have a Protestant church
    (Code du travail, L3134-13), so it is unknown there; without a département, so is a day that
    only some have.
    """
    if departement:
        name = _public(_SUBDIVISIONS.get(departement, _NATIONAL), day.year).get(day)
        return None if name == _GOOD_FRIDAY else name is not None
    if day in _public(_NATIONAL, day.year):
        return True
    somewhere = any(day in _public(one, day.year) for one in set(_SUBDIVISIONS.values()))
    return None if somewhere else False


@lru_cache(maxsize=4096)
def is_school_holiday(day: date, departement: str) -> bool | None:
    """Return whether pupils of a département (INSEE code) are on holiday; None if unknown."""
    zone = _ZONE_OF.get(departement)
    first, last = _SCHOOL_KNOWN
    if zone is None or not first <= day <= last:
        return None
    return day in _school(zone, day.year)


@lru_cache(maxsize=64)
def _public(subdivision: str, year: int) -> "France":
    from holidays.countries.france import France  # a fifth of a second, for those who need it

    return France(subdiv=subdivision or None, years=year, language="fr")


@lru_cache(maxsize=64)
def _school(zone: str, year: int) -> "France":
    from holidays.constants import SCHOOL
    from holidays.countries.france import France

    return France(subdiv=f"Zone {zone}", years=year, categories=(SCHOOL,))
