"""Sets of places as bit masks: the algebra behind facets, whose counts are then population counts.

A mask is a Python integer whose bit ``n`` stands for the place with rowid ``n``. A snapshot holds
the masks of one state of the index and never changes; 20,000 places weigh about 1 MB.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from registry.search.hours import is_open


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The places of one state of the index.

    Attributes:
        applied: ledger sequence that the state reflects.
        everything: all places.
        facets: facet -> value -> places that have it.
        terms: (facet, value) -> IRI that labels the value.
        by_name: rowids in the order of names.
        by_date: rowids, latest ``modified`` first.
        schedules: (hours, département) -> places that share that schedule.
    """

    applied: int
    everything: int
    facets: dict[str, dict[str, int]]
    terms: dict[tuple[str, str], str]
    by_name: tuple[int, ...]
    by_date: tuple[int, ...]
    schedules: dict[tuple[str, str], int]


def mask_of(rowids: Iterable[int], size: int) -> int:
    """Give the mask of some rowids, all below ``size``; linear in both."""
    bits = bytearray(size // 8 + 1)
    for rowid in rowids:
        bits[rowid >> 3] |= 1 << (rowid & 7)
    return int.from_bytes(bits, "little")


def ordered(mask: int, order: Iterable[int]) -> Iterator[int]:
    """Give the rowids of a mask in the given order."""
    bits = mask.to_bytes(mask.bit_length() // 8 + 1, "little")
    size = len(bits)
    for rowid in order:
        byte = rowid >> 3
        if byte < size and bits[byte] >> (rowid & 7) & 1:
            yield rowid


def read_snapshot(db: sqlite3.Connection, applied: int) -> Snapshot:
    """Read the masks out of the tables."""
    rows = db.execute("SELECT id, hours, departement FROM place ORDER BY sort_key, id").fetchall()
    by_name = tuple(row[0] for row in rows)
    size = max(by_name, default=0) + 1
    schedules: dict[tuple[str, str], list[int]] = {}
    for rowid, hours, departement in rows:
        if hours:
            schedules.setdefault((hours, departement), []).append(rowid)
    dates = db.execute("SELECT id FROM place ORDER BY modified DESC, sort_key, id")
    return Snapshot(
        applied=applied,
        everything=mask_of(by_name, size),
        facets=_facet_masks(db, size),
        terms={(f, v): iri for f, v, iri in db.execute("SELECT facet, value, iri FROM facet_term")},
        by_name=by_name,
        by_date=tuple(row[0] for row in dates),
        schedules={key: mask_of(ids, size) for key, ids in schedules.items()},
    )


def open_mask(snapshot: Snapshot, among: int, moment: datetime) -> int:
    """Give the places of ``among`` that are open at an aware moment by their own clock."""
    found = 0
    for (hours, departement), mask in snapshot.schedules.items():
        if mask & among and is_open(hours, departement, moment):
            found |= mask
    return found & among


def _facet_masks(db: sqlite3.Connection, size: int) -> dict[str, dict[str, int]]:
    bits: dict[tuple[str, str], bytearray] = {}
    for rowid, facet, value in db.execute("SELECT place, facet, value FROM facet"):
        held = bits.get((facet, value))
        if held is None:
            held = bits[facet, value] = bytearray(size // 8 + 1)
        held[rowid >> 3] |= 1 << (rowid & 7)
    found: dict[str, dict[str, int]] = {}
    for (facet, value), held in bits.items():
        found.setdefault(facet, {})[value] = int.from_bytes(held, "little")
    return found
