"""Names of parts of France that no official table has: ``vocab/lands.toml``, looked up."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from vocab.territory import Commune, Departement, Region, commune, departement, region
from vocab.text import name_key


@dataclass(frozen=True, slots=True)
class Land:
    """A former région, a province, or another group of départements or communes.

    Attributes:
        code: its folded name, its words joined by hyphens: ``franche-comte``.
        name: as it is shown.
        french: how French says to be in it: ``en Franche-Comté``.
        departements: codes of the départements that it is made of, if it is.
        epci: SIREN of the intercommunal bodies whose communes it is, if it is made of such.
        communes: INSEE codes of its communes or arrondissements, if those are listed.
    """

    code: str
    name: str
    french: str
    departements: tuple[str, ...]
    epci: tuple[str, ...]
    communes: tuple[str, ...]


@lru_cache(maxsize=1)
def lands_by_name() -> Mapping[str, Land]:
    """Return the lands by the ``name_key`` of each of their names, of homonyms the first."""
    return {key: found[0] for key, found in _read()[0].items()}


def lands_called(key: str) -> tuple[Land, ...]:
    """Return the lands of a folded name: Grande-Terre is one in Guadeloupe, another in Mayotte."""
    return _read()[0].get(key, ())


def land(code: str) -> Land | None:
    """Return the land of a code."""
    return next(iter(lands_called(code.replace("-", " "))), None)


def other_names() -> Mapping[str, Commune | Departement | Region]:
    """Return the communes, départements and régions of another name, by its ``name_key``.

    Those in which a quarter lies are there by the names of the quarter too.
    """
    return _read()[1]


def quarters() -> Mapping[str, str]:
    """Return the names of quarters and the like by their ``name_key``."""
    return _read()[2]


def quarters_beside_communes(key: str) -> tuple[Commune, ...]:
    """Return the communes of quarters of a folded name that other communes bear: Belleville."""
    return _homonyms().get(key, ())


@lru_cache(maxsize=1)
def _homonyms() -> dict[str, tuple[Commune, ...]]:
    found: dict[str, tuple[Commune, ...]] = {}
    for entry in _document()["homonym"]:
        for key in _keys(entry):
            town = _meant(entry)
            if isinstance(town, Commune):
                found[key] = (*found.get(key, ()), town)
    return found


@lru_cache(maxsize=1)
def _document() -> dict[str, Any]:
    text = resources.files("vocab").joinpath("lands.toml").read_text("utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=1)
def _read() -> tuple[
    dict[str, tuple[Land, ...]], dict[str, Commune | Departement | Region], dict[str, str]
]:
    document = _document()
    lands: dict[str, tuple[Land, ...]] = {}
    for entry in document["land"]:
        for key in _keys(entry):
            lands[key] = (*lands.get(key, ()), _land(entry))
    others = {
        name_key(name): _meant(entry)
        for entry in (*document["alias"], *document["quarter"])
        for name in entry["names"]
    }
    parts = {name_key(name): name for entry in document["quarter"] for name in entry["names"]}
    return lands, others, parts


def _keys(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """The folded names of an entry, once each: « Lubéron » is « Luberon »."""
    return tuple(dict.fromkeys(map(name_key, entry["names"])))


def _land(entry: Mapping[str, Any]) -> Land:
    name = entry["names"][0]
    inside = tuple(entry.get("departements", ()))
    code = name_key(name).replace(" ", "-")
    listed = tuple(entry.get("communes", ()))
    bodies = entry.get("epci", ())
    bodies = (bodies,) if isinstance(bodies, str) else tuple(bodies)
    return Land(code, name, entry["in"], inside, bodies, listed)


def _meant(entry: Mapping[str, Any]) -> Commune | Departement | Region:
    found = (
        commune(entry.get("commune", ""))
        or departement(entry.get("departement", ""))
        or region(entry.get("region", ""))
    )
    if found is None:
        raise ValueError(f"No table has what {entry['names'][0]!r} stands for")
    return found
