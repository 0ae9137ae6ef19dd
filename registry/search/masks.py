"""Sets of places as bit masks: the algebra behind facets, whose counts are then population counts.

A mask is a Python integer whose bit ``n`` is the place with rowid ``n``. A snapshot holds
the masks of one state of the index and never changes; 20,000 places weigh about 1 MB.
"""

import re
import sqlite3
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from registry.search.bounded_cache import BoundedCache
from registry.search.hours import is_open

_SET = re.compile(rb"[^\0]")
_BITS = tuple(tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256))
_FEW = 4_096
_FEW_SHARE = 8

State = tuple[int, int]
"""Which state of the file is read: the ledger sequence applied, and SQLite's count of changes of
the schema, as an index made again from nothing gives places other rowids."""


class Order:
    """An order of all places.

    Attributes:
        rowids: every place, first to last.
    """

    def __init__(self, rowids: Iterable[int]) -> None:
        """Remember the order, and where in it each place stands."""
        self.rowids = array("q", rowids)
        self._ranks = array("q", bytes(8 * (max(self.rowids, default=0) + 1)))
        for rank, rowid in enumerate(self.rowids):
            self._ranks[rowid] = rank

    def of(self, mask: int) -> Iterator[int]:
        """Return the places of a mask in this order: few are sorted, many are filtered."""
        count = mask.bit_count()
        if count <= _FEW and count * _FEW_SHARE <= len(self.rowids):
            return iter(sorted(members(mask), key=self._ranks.__getitem__))
        return ordered(mask, self.rowids)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The places of one state of the index.

    Attributes:
        state: the state that it reflects.
        everything: all places.
        facets: facet -> value -> places that have it.
        terms: (facet, value) -> IRI that labels the value.
        by_name: places in the order of names.
        by_date: places, latest ``modified`` first.
        schedules: (hours, département) -> places that share that schedule.
        cache: masks of words, towns and areas, as far as they were asked for.
    """

    state: State
    everything: int
    facets: dict[str, dict[str, int]]
    terms: dict[tuple[str, str], str]
    by_name: Order
    by_date: Order
    schedules: dict[tuple[str, str], int]
    cache: BoundedCache = field(default_factory=BoundedCache)


def state_of(db: sqlite3.Connection) -> State:
    """Read which state the index is in."""
    (applied,) = db.execute("SELECT value FROM meta WHERE key = 'applied'").fetchone()
    (schema,) = db.execute("PRAGMA schema_version").fetchone()
    return int(applied), int(schema)


def mask_of(rowids: Iterable[int], size: int) -> int:
    """Return the mask of some rowids, all below ``size``; linear in both."""
    bits = bytearray(size // 8 + 1)
    for rowid in rowids:
        bits[rowid >> 3] |= 1 << (rowid & 7)
    return int.from_bytes(bits, "little")


def members(mask: int) -> list[int]:
    """Return the rowids of a mask, least first."""
    bits = mask.to_bytes(mask.bit_length() // 8 + 1, "little")
    return [
        (start << 3) + bit
        for found in _SET.finditer(bits)
        for start in (found.start(),)
        for bit in _BITS[bits[start]]
    ]


def ordered(mask: int, order: Iterable[int]) -> Iterator[int]:
    """Return the rowids of a mask in the given order."""
    bits = mask.to_bytes(mask.bit_length() // 8 + 1, "little")
    size = len(bits)
    for rowid in order:
        byte = rowid >> 3
        if byte < size and bits[byte] >> (rowid & 7) & 1:
            yield rowid


def read_snapshot(db: sqlite3.Connection) -> Snapshot:
    """Read the masks out of the tables, in a transaction of the caller."""
    # Row by row: a million of them would take hundreds of megabytes.
    by_name = Order(row[0] for row in db.execute("SELECT id FROM place ORDER BY sort_key, id"))
    size = max(by_name.rowids, default=0) + 1
    schedules: dict[tuple[str, str], array[int]] = {}
    rows = db.execute("SELECT id, hours, departement FROM place WHERE hours <> ''")
    for rowid, hours, departement in rows:
        schedules.setdefault((hours, departement), array("q")).append(rowid)
    dates = db.execute("SELECT id FROM place ORDER BY modified DESC, sort_key, id")
    return Snapshot(
        state=state_of(db),
        everything=mask_of(by_name.rowids, size),
        facets=_facet_masks(db, size),
        terms={(f, v): iri for f, v, iri in db.execute("SELECT facet, value, iri FROM facet_term")},
        by_name=by_name,
        by_date=Order(row[0] for row in dates),
        schedules={key: mask_of(ids, size) for key, ids in schedules.items()},
    )


def open_mask(snapshot: Snapshot, among: int, moment: datetime) -> int:
    """Return the places of ``among`` that are open at an aware moment by their own clock."""
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
