"""Which commune a name, a postcode and an INSEE code mean together: lookups, never guesses."""

import re
from dataclasses import dataclass
from functools import lru_cache

from vocab.territory import (
    ARRONDISSEMENT,
    CURRENT,
    Commune,
    arrondissement_of_postcode,
    commune,
    communes_named,
    communes_of_postcode,
    departement_of_postcode,
)
from vocab.text import name_key

_DISTRICT = re.compile(
    r"(paris|lyon|marseille)\W*0?(\d{1,2})\s*(?:er?|[èe]me)?(?:\s+arr(?:ondissement|dt)?s?)?\.?",
    re.IGNORECASE,
)
_ARTICLE_LAST = re.compile(r"(.+?)\s*\((l[ea]s?|l')\)", re.IGNORECASE)
_CEDEX = re.compile(r"\bcedex\b.*$", re.IGNORECASE | re.DOTALL)
_PARTS = re.compile(r"\s*[,;\n]\s*|\s+[-–]\s+")
_SUR = re.compile(r"\b(?:sur|sous)\b")
_ENOUGH_LETTERS = 8
_NO_NAME = {"saint", "sainte", "le", "la", "les", "l", "s"}
"""Words that alone name nothing."""
_DAMAGED = re.compile(r"[^\w\s'’.,()/-]|\ufffd")


@dataclass(frozen=True, slots=True)
class Town:
    """What a written name turned out to be.

    Attributes:
        name: official name to publish.
        commune: the commune, former commune or arrondissement; None when several have the name.
    """

    name: str
    commune: Commune | None


def current_code(found: Commune) -> str:
    """Return the INSEE code to publish: that of the current commune for a former one."""
    return found.code if found.kind in (CURRENT, ARRONDISSEMENT) else found.parent


def same_town(one: Commune, other: Commune) -> bool:
    """Are both the same commune, one a part of the other, or parts of one?"""
    return bool({one.code, one.parent} & {other.code, other.parent} - {""})


@lru_cache(maxsize=16384)
def town_named(written: str, postcode: str, insee: str) -> Town | None:
    """Return the town of a written name, with the help of its codes when several have it.

    Returns:
        None when the official code knows no such name there.
    """
    district = _DISTRICT.fullmatch(written)
    if district:
        return _district(district[1], int(district[2]))
    article = _ARTICLE_LAST.fullmatch(written)
    name = f"{article[2]} {article[1]}" if article else written
    ways = (
        communes_named(name),
        _with_damaged_letters(name, postcode),
        _with_article(name, postcode),
        _with_name_cut(name, postcode, insee),
    )
    found = (_choose(named, postcode, insee) for named in ways if named)
    return next((town for town in found if town), None)


def _district(city: str, number: int) -> Town | None:
    town = communes_named(city)[0]
    postcode = f"{town.departement}{number:03d}"
    found = arrondissement_of_postcode(postcode)
    return Town(town.name, found) if found else None


def _choose(named: tuple[Commune, ...], postcode: str, insee: str) -> Town | None:
    known = commune(insee) if insee else None
    tests = (
        lambda one: known is not None and same_town(one, known),
        lambda one: postcode in one.postcodes,
        lambda one: bool(postcode) and one.departement == departement_of_postcode(postcode),
        lambda one: not postcode and known is None,
    )
    for test in tests:
        chosen = [one for one in named if test(one)]
        if chosen:
            return _one_of(chosen, postcode)
    return None


def _one_of(chosen: list[Commune], postcode: str) -> Town:
    current = [one for one in chosen if one.kind == CURRENT] or chosen
    if len({current_code(one) for one in current}) > 1:
        return Town(current[0].name, None)
    town = current[0]
    return Town(town.name, _precise(town, postcode))


def _precise(town: Commune, postcode: str) -> Commune:
    district = arrondissement_of_postcode(postcode)
    return district if district and district.parent == town.code else town


def _with_damaged_letters(name: str, postcode: str) -> tuple[Commune, ...]:
    """The one commune of the postcode whose name fits where a letter was damaged."""
    if not _DAMAGED.search(name):
        return ()
    sound = [name_key(part).replace(" ", "") for part in _DAMAGED.split(name)]
    pattern = "[a-z]{0,2}".join(sound)
    served = communes_of_postcode(postcode)
    fits = [one for one in served if re.fullmatch(pattern, name_key(one.name).replace(" ", ""))]
    return tuple(fits) if len(fits) == 1 else ()


def _with_article(name: str, postcode: str) -> tuple[Commune, ...]:
    """The commune of the postcode that has the name with its article (Prêcheur, Le Prêcheur)."""
    names = {name_key(f"{article} {name}") for article in ("le", "la", "les", "l")}
    return tuple(one for one in communes_of_postcode(postcode) if name_key(one.name) in names)


def _with_name_cut(name: str, postcode: str, insee: str) -> tuple[Commune, ...]:
    """The one commune of the postcode whose name begins or ends so (Vitry, Chalon s/ Saône)."""
    written, known = _short_sur(name), commune(insee) if insee else None
    if not set(written.split()) - _NO_NAME:
        return ()
    fits = [one for one in communes_of_postcode(postcode) if _is_part(written, one)]
    if known:
        fits = [one for one in fits if same_town(one, known)]
    return tuple(fits) if len(fits) == 1 else ()


def _is_part(written: str, one: Commune) -> bool:
    full = _short_sur(one.name)
    cut_in_a_word = len(written) >= _ENOUGH_LETTERS and full.startswith(written)
    return cut_in_a_word or f" {full} ".startswith(f" {written} ") or full.endswith(f" {written}")


def _short_sur(name: str) -> str:
    """Return a folded name in which *sur* and *sous* are as short as people write them."""
    return _SUR.sub("s", name_key(name))


def town_of_postcode(postcode: str) -> Commune | None:
    """Return the commune that a postcode means when it serves only one."""
    district = arrondissement_of_postcode(postcode)
    if district:
        return district
    served = communes_of_postcode(postcode)
    return served[0] if len(served) == 1 else None


def town_in_address(address: str, postcode: str) -> Commune | None:
    """Return the commune of the postcode that is the last part of an address.

    A part stands between commas, dashes or line breaks: "Route de Montaigu" is not in Montaigu.
    """
    last = name_key(_PARTS.split(_CEDEX.sub("", address).rstrip(" ,-\n"))[-1])
    ends = [one for one in communes_of_postcode(postcode) if name_key(one.name) == last]
    return ends[0] if len(ends) == 1 else None


def name_of(found: Commune) -> str:
    """Return the name to publish: the city's for one of its arrondissements."""
    city = commune(found.parent) if found.kind == ARRONDISSEMENT else None
    return city.name if city else found.name
