"""Which published place a row without its id is: never a guess, and never one place twice.

The same name in the same commune, told from others by street and telephone; where several rows and
several places are alike in all of that, the id that the row would be given anew decides.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from vocab.order import SEPARATOR
from vocab.text import words

Values = Mapping[str, str]
_Name = TypeVar("_Name")
_KEYS = (
    ("nom", "where", "adresse", "telephone"),
    ("nom", "where", "adresse"),
    ("nom", "where", "telephone"),
    ("nom", "where"),
)
"""What two must have in common, the strictest first."""


def matched(
    rows: Mapping[int, Values], places: Mapping[str, Values], would_be: Mapping[int, str]
) -> dict[int, str]:
    """Return number of a row -> local id of the place that it is.

    Args:
        rows: those whose id is not known, with what they say, cleaned.
        places: local id -> what the place says; those that no row names by its id.
        would_be: the id that a row would be given if nothing was published.
    """
    open_rows, open_places = dict(rows), dict(places)
    found: dict[int, str] = {}
    for key in _KEYS:
        for row, local_id in _pairs(key, open_rows, open_places):
            found[row] = local_id
            del open_rows[row], open_places[local_id]
    for row in [*open_rows]:
        local_id = would_be.get(row, "")
        place = open_places.get(local_id)
        if place is not None and _key(_KEYS[-1], place) == _key(_KEYS[-1], open_rows[row]):
            found[row] = local_id
            del open_rows[row], open_places[local_id]
    return found


def _pairs(
    key: Iterable[str], rows: Mapping[int, Values], places: Mapping[str, Values]
) -> list[tuple[int, str]]:
    """Return the rows and places that have a key in common which no other has."""
    by_row, by_place = _alone(key, rows.items()), _alone(key, places.items())
    return [(by_row[one], by_place[one]) for one in by_row if one in by_place]


def _alone(
    key: Iterable[str], items: Iterable[tuple[_Name, Values]]
) -> dict[tuple[str, ...], _Name]:
    found: dict[tuple[str, ...], list[_Name]] = defaultdict(list)
    for name, values in items:
        if all(parts := _key(key, values)):
            found[parts].append(name)
    return {parts: names[0] for parts, names in found.items() if len(names) == 1}


def _key(key: Iterable[str], values: Values) -> tuple[str, ...]:
    return tuple(_parts(key, values))


def _parts(key: Iterable[str], values: Values) -> Iterator[str]:
    for name in key:
        if name == "where":
            said = values.get("code_insee") or values.get("commune") or values.get("code_postal")
            yield " ".join(words(said or ""))
        elif name == "telephone":
            yield SEPARATOR.join(sorted(values.get(name, "").split(SEPARATOR)))
        else:
            yield " ".join(words(values.get(name, "")))
