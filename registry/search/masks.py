"""Sets of places as bit masks: the algebra behind facets, whose counts are then population counts.

A mask is a Python integer whose bit ``n`` is the place with rowid ``n``. A snapshot holds
the masks of one state of the index and never changes; 20,000 places weigh about 1 MB.
"""

import re
import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from registry.bounded_cache import BoundedCache

_MAX_BYTES = 64_000_000
_SET = re.compile(rb"[^\0]")
_BITS = tuple(tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256))
_FEW = 4_096
_FEW_SHARE = 8
_IN_NAME, _IN_LOCALITY = 1, 0  # the powers of two that a word counts for
_T = TypeVar("_T")


State = tuple[int, int]
"""Which state of the file is read: the ledger sequence applied, and SQLite's count of changes of
the schema, as an index made again from nothing gives places other rowids."""


class Order:
    """An order of all places: their ``rowids``, first to last."""

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
        cache: masks of words, towns and areas, as far as they were asked for: what answers are made
            of, as visitors put a few thousand words and towns together in millions of ways.
    """

    state: State
    everything: int
    facets: dict[str, dict[str, int]]
    terms: dict[tuple[str, str], str]
    by_name: Order
    by_date: Order
    schedules: dict[tuple[str, str], int]
    cache: BoundedCache = field(default_factory=lambda: BoundedCache(_MAX_BYTES))


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


def having(snapshot: Snapshot, values: Iterable[tuple[str, str]]) -> int:
    """Return the places that have at least one of some (facet, value) pairs."""
    found = 0
    for facet, value in values:
        found |= snapshot.facets.get(facet, {}).get(value, 0)
    return found


def schedules_among(snapshot: Snapshot, among: int) -> Iterator[tuple[tuple[str, str], int]]:
    """Walk the schedules that places of a mask have, each with those places.

    Those of départements in which no place of the mask lies are not looked at one by one.
    """
    areas = snapshot.facets.get("departement", {})
    elsewhere = {code for code, mask in areas.items() if not mask & among}
    for schedule, mask in snapshot.schedules.items():
        if schedule[1] not in elsewhere and (held := mask & among):
            yield schedule, held


def judged(
    snapshot: Snapshot, among: int, opens: Callable[[str, str], bool | None]
) -> tuple[int, int]:
    """Return the places of a mask that are open, and those that are closed; the others do not say.

    Args:
        snapshot: what holds their schedules.
        among: the mask.
        opens: says it of opening hours and a département; None: it is not known.
    """
    opened = closed = 0
    for schedule, held in schedules_among(snapshot, among):
        if (state := opens(*schedule)) is not None:
            opened, closed = (opened | held, closed) if state else (opened, closed | held)
    return opened, closed


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


def tiers(among: int, words: Iterable[tuple[int, int]]) -> Iterator[int]:
    """Split a mask into places that are equally relevant, the most relevant first.

    A word weighs most in the name, then in the address. All places of an answer hold every word,
    so the rarity of a word does not rank them.

    Args:
        among: the places that hold all words.
        words: for each word, the places that have it in the name, and in the locality.

    >>> [bin(tier) for tier in tiers(0b111, [(0b100, 0b010)])]
    ['0b100', '0b10', '0b1']
    """
    planes: list[int] = []
    for name, locality in words:
        _add(planes, name & among, _IN_NAME)
        _add(planes, locality & among & ~name, _IN_LOCALITY)
    return _split(among, planes)


def _add(planes: list[int], mask: int, power: int) -> None:
    """Add a power of two to the scores of some places; plane ``n`` holds bit ``n`` of each."""
    while mask:
        planes += [0] * (power + 1 - len(planes))
        mask, planes[power] = planes[power] & mask, planes[power] ^ mask
        power += 1


def _split(mask: int, planes: list[int]) -> Iterator[int]:
    if not mask:
        return
    if not planes:
        yield mask
        return
    *lower, top = planes
    yield from _split(mask & top, lower)
    yield from _split(mask & ~top, lower)
