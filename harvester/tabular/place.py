"""Cells under the names of the table become a place, whoever wrote them: a sheet or a form."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harvester.clean.row import clean_row
from harvester.clean.types import Note, Values
from harvester.tabular.further import clean_further, parts
from harvester.tabular.standard import FORMER, KNOWN
from vocab.mapping import PoleIdentity, place_record
from vocab.records import Record
from vocab.schemes import former, scheme

_FORMER_LISTS = frozenset(name for name in FORMER if scheme(f"v0-1-{name.replace('_', '-')}"))


@dataclass(frozen=True, slots=True)
class Made:
    """A place out of cells, and what became of each value.

    Attributes:
        record: the place; None when it was refused.
        notes: what was repaired, doubted or lost.
        refusals: why the cells are no place; empty when they are one.
    """

    record: Record | None
    notes: tuple[Note, ...] = ()
    refusals: tuple[Note, ...] = ()


def made_place(local_id: str, cells: Mapping[str, str], pole: PoleIdentity) -> Made:
    """Clean cells and make a place of them.

    Args:
        local_id: the pole's own identifier of the place.
        cells: raw text by field of the national standard or name of a further column.
        pole: whose place it is.

    Raises:
        PublishedError: the id is empty.
    """
    national = {name: text for name, text in cells.items() if name in KNOWN}
    cleaned = clean_row({**national, "id": local_id})
    if cleaned.refusals:
        return Made(None, cleaned.notes, cleaned.refusals)
    further, notes = clean_further(cells)
    kept: Values = {
        "opening_hours_text": cleaned.verbatim_hours or "",
        "former_values": tuple(_former_values(cells)),
    }
    record = place_record(cleaned.values | further | kept, pole)
    return Made(record, (*cleaned.notes, *notes))


def _former_values(cells: Mapping[str, str]) -> Iterator[str]:
    """Return the v0.1.1 values as stated, so that migrating them loses nothing."""
    for name in _FORMER_LISTS & cells.keys():
        for part in parts(cells[name]):
            value = former(name, part)
            if value:
                yield value.iri
