"""National exports that say more of a place, joined with what the sample holds already.

Three exports of the national map of 6 February 2025, in the standard's form half way between v0.1
and v1. A row that is a place of the sample, by the number that France services gives its houses
or by :mod:`samples.matching`, is joined with it: the place keeps its id and all that its own file
says, the export fills what that leaves empty. The others are places of their own. Left out are
values that the copies at hand mask, texts in which somebody may be named, and rows that bear the
name of a person.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from harvester.tabular.standard import MULTIPLE
from samples.masking import Row, without_masked
from samples.matching import Known
from samples.territory import pole_of
from vocab.properties import FIELDS
from vocab.territory import departement_of_postcode

EXPORTS = {
    "hub-du-sud": ("hub-du-sud_2025-02-06_migration-partielle-v1.json", ""),
    "charente": ("charente_2025-02-06_migration-partielle-v1.json", ""),
    "nouvelle-caledonie": ("nouvelle-caledonie_2025-02-06_migration-partielle-v1.json", "nc-"),
}
"""Name of the source -> file, and what makes its ids unique beside those of other files."""

_MAY_NAME_SOMEBODY = frozenset({"presentation_resume", "presentation_detail"})
_PERSONS = frozenset({"Axelle Benaich", "FANNY VERDOLLIN", "Valerie AMMIRATI"})
_CALEDONIAN_MOBILE = re.compile(r"\+687[789]\d{5}")
_HOUSE = re.compile(r"\bfrance-services-(\d+)")
_NO_PIVOT = re.compile(r"0*")
_NEW_NAME = {each.old: each.name for each in FIELDS if each.old}
_IDENTITY = {
    "id", "nom", "commune", "code_postal", "code_insee", "adresse", "complement_adresse",
    "latitude", "longitude",
}  # fmt: skip
"""Where and what a place is: only its own file says so."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place that the sample holds: its pole, its file, and what it says in national columns."""

    pole: str
    dataset: str
    cells: Row


@dataclass(slots=True)
class Joined:
    """What came of the rows of the exports.

    Attributes:
        rows: (pole, export) -> rows of its file, those that were joined with a place among them.
        moved: (pole, file, id) of each place that is now in the file of an export.
        matched: export -> rows that are a place of another file.
        repeated: export -> rows that are a place of an earlier row of the exports.
        apart: export -> rows that are places of their own.
    """

    rows: dict[tuple[str, str], list[Row]] = field(default_factory=dict)
    moved: set[tuple[str, str, str]] = field(default_factory=set)
    matched: dict[str, int] = field(default_factory=dict)
    repeated: dict[str, int] = field(default_factory=dict)
    apart: dict[str, int] = field(default_factory=dict)


def read_export(folder: Path, export: str) -> list[Row]:
    """Read one export, without what is not to be published again."""
    name, prefix = EXPORTS[export]
    rows = json.loads((folder / name).read_text(encoding="utf-8"))
    return [
        _publishable({key: str(value) for key, value in row.items()}, prefix)
        for row in rows
        if row["nom"] not in _PERSONS
    ]


def join_exports(exports: dict[str, list[Row]], places: Iterable[Place]) -> Joined:
    """Join the rows of exports with the places that the sample holds.

    Args:
        exports: rows by export, as :func:`read_export` gives them.
        places: what the poles' other files hold.
    """
    places = list(places)
    done, held = Joined(), Known((place.cells, place) for place in places)
    numbered = {place.cells["id"]: place for place in places}
    own: Known[Row] = Known()
    for export, rows in exports.items():
        done.matched[export] = done.repeated[export] = done.apart[export] = 0
        for row in rows:
            if (place := numbered.get(_house(row["id"])) or held.find(row)) is not None:
                done.matched[export] += 1
                _join(done, export, place, row)
            elif (seen := own.find(row)) is not None:
                done.repeated[export] += 1
                _add(seen, row)
            else:
                done.apart[export] += 1
                pole = pole_of(departement_of_postcode(row["code_postal"]) or "")
                done.rows.setdefault((pole, export), []).append(row)
                own.add(row, row)
    return done


def _house(id_: str) -> str:
    """Return the id of a France services house in its own list; empty for other places."""
    found = _HOUSE.search(id_)
    return f"fs-{found[1]}" if found else ""


def _publishable(row: Row, prefix: str) -> Row:
    kept = {key: value for key, value in row.items() if key not in _MAY_NAME_SOMEBODY}
    cleared = without_masked(kept)
    if _CALEDONIAN_MOBILE.fullmatch(cleared.get("telephone", "")):
        cleared["telephone"] = ""
    filled = {key: value for key, value in cleared.items() if value.strip("|")}
    return filled | {"id": f"{prefix}{row['id']}"}


def _join(done: Joined, export: str, place: Place, row: Row) -> None:
    """Let a row fill a place, which moves into the file of the first export that knows it."""
    key = (place.pole, place.dataset, place.cells["id"])
    if key not in done.moved:
        done.moved.add(key)
        done.rows.setdefault((place.pole, export), []).append(place.cells)
    _add(place.cells, row)


def _add(place: Row, row: Row) -> None:
    """Fill what a place leaves empty; lists are united, the later date and both sources stay."""
    for name, value in row.items():
        known = place.get(name, "") or place.get(_NEW_NAME.get(name, name), "")
        if name in _IDENTITY or (name == "pivot" and not _NO_PIVOT.fullmatch(known)):
            continue
        if name == "date_maj":
            place[name] = max(known, value)
        elif name == "source":
            place[name] = ", ".join(dict.fromkeys([*known.split(", "), value]))
        elif name in MULTIPLE:
            mine = filter(None, place.get(name, "").split("|"))
            place[name] = "|".join(dict.fromkeys([*mine, *value.split("|")]))
        elif not known or name == "pivot":
            place[name] = value
