"""What the search index answers to the blocks of a query, written where they stood.

Each block becomes a subquery of VALUES (SPARQL 1.1 Query, section 10): the same for every store,
and a plan that begins with the places found. A bare VALUES of some thousand rows makes Oxigraph
scan all places for each of them.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Protocol

from registry.blocks.reading import Block, read_blocks, without_blocks
from registry.find.answer import Asked, Finder
from registry.search.geometry import HALF_ROUND_KM
from registry.search.index import SearchIndex
from registry.search.query import Query
from registry.store.errors import (
    QueryRefusedError,
    QueryTooLargeError,
    QueryUnavailableError,
    StoreError,
)
from registry.store.queries import Insertion
from vocab.ntriples import is_valid_iri

MOST_PLACES = 10_000
"""Places that one block gives at most."""
_SHOWN = 8
_WAIT_S, _STEP_S = 2.0, 0.05

Row = tuple[str, dict[str, str]]
"""The IRI of a place, and local names of properties to values as the query language writes them."""


class Shown(Protocol):
    """A triple store, of which only its state is asked."""

    def shows(self) -> int | None:
        """Return the last change that readers can see; None when there is nothing for them."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A query without its blocks: as it is checked, and what is put where they stood.

    Attributes:
        query: its text, spaces in the place of each block.
        insertions: what the store reads there besides.
    """

    query: str
    insertions: tuple[Insertion, ...]


def resolve(query: str, index: SearchIndex, now: datetime) -> Resolved:
    """Have the index answer the blocks of a query.

    Args:
        query: text of a SPARQL query.
        index: knows the places.
        now: the moment of asking (aware), for words such as « ce soir ».

    Raises:
        QueryRefusedError: a block is wrong, or its words mean several things.
        QueryTooLargeError: a block gives more than ``MOST_PLACES`` places.
    """
    blocks = read_blocks(query)
    insertions = tuple(
        Insertion(block.start, _subquery(block, _rows(block, index, now))) for block in blocks
    )
    return Resolved(without_blocks(query, blocks), insertions)


def head_of_both(index: SearchIndex, store: Shown) -> int:
    """Return the last change that index and store both show, waiting a moment for the later one.

    Raises:
        QueryUnavailableError: one of them is behind for longer, or the store does not answer.
    """
    deadline = time.monotonic() + _WAIT_S
    while (head := index.applied()) != _shown(store):
        if time.monotonic() > deadline:
            raise QueryUnavailableError(
                "the search index and the triple store do not show the same state yet: ask again "
                "in a few seconds"
            )
        time.sleep(_STEP_S)
    return head


def _shown(store: Shown) -> int | None:
    try:
        return store.shows()
    except StoreError as error:
        raise QueryUnavailableError("the triple store cannot be reached: try later") from error


def _rows(block: Block, index: SearchIndex, now: datetime) -> list[Row]:
    answers: dict[str, Callable[[Block, SearchIndex, datetime], Iterable[Row]]] = {
        "around": _around,
        "nearest": _nearest,
        "box": _box,
        "search": _search,
    }
    found = answers[block.kind.name](block, index, now)
    rows = list(islice((row for row in found if is_valid_iri(row[0])), MOST_PLACES + 1))
    if len(rows) > MOST_PLACES:
        raise QueryTooLargeError(
            "line {line}: the block SERVICE med:{name} gives more than {most} places: narrow it",
            line=block.line,
            name=block.kind.name,
            most=MOST_PLACES,
        )
    return rows


def _around(block: Block, index: SearchIndex, _now: datetime) -> Iterator[Row]:
    radius_km = block.number("radiusKm", HALF_ROUND_KM)
    return _with_distance(index.within(block.point("center"), radius_km))


def _nearest(block: Block, index: SearchIndex, _now: datetime) -> Iterator[Row]:
    count = block.whole_number("count", MOST_PLACES)
    has_limit = "radiusKm" in block.texts
    most_km = block.number("radiusKm", HALF_ROUND_KM) if has_limit else HALF_ROUND_KM
    return _with_distance(index.nearest_to(block.point("center"), count, most_km))


def _box(block: Block, index: SearchIndex, _now: datetime) -> Iterator[Row]:
    (south, west), (north, east) = block.point("southWest"), block.point("northEast")
    if south > north:
        raise QueryRefusedError(
            "line {line}: med:southWest lies north of med:northEast", line=block.line
        )
    return ((iri, {}) for iri in index.in_box((west, south, east, north)))


def _with_distance(found: Iterable[tuple[str, float]]) -> Iterator[Row]:
    return ((iri, {"distanceKm": f"{km:.3f}"}) for iri, km in found)


def _search(block: Block, index: SearchIndex, now: datetime) -> Iterator[Row]:
    """The places that state what was asked for, as the list of the site orders them."""
    most = MOST_PLACES + 1
    if "count" in block.texts:
        most = block.whole_number("count", MOST_PLACES)
    asked = Asked(block.texts["words"], block.texts.get("where", ""), Query(), now)
    found = Finder(index).resolve(asked)
    if found.must_choose:
        names = ", ".join(f"{one.name} ({one.code})" for one in found.must_choose[:_SHOWN])
        raise QueryRefusedError(
            "line {line}: several places bear that name: {names}; say in med:where which one, by "
            "its code",
            line=block.line,
            names=names,
        )
    if found.is_place_unknown:
        raise QueryRefusedError(
            "line {line}: the place that the block SERVICE med:search names is not known: write "
            "its commune, postcode or département in med:where",
            line=block.line,
        )
    for rank, (iri, km) in enumerate(islice(index.ordered(found.declared), most), 1):
        distance = {} if km is None else {"distanceKm": f"{km:.3f}"}
        yield iri, {"rank": str(rank), **distance}


def _subquery(block: Block, rows: Iterable[Row]) -> str:
    """Write what a block gives as a group that only binds its variables."""
    names = tuple(block.variables)
    variables = " ".join(f"?{name}" for name in (block.place, *block.variables.values()))
    lines = " ".join(
        f"(<{iri}> {' '.join(given.get(name, 'UNDEF') for name in names)})" for iri, given in rows
    )
    return f"{{ SELECT {variables} WHERE {{ VALUES ({variables}) {{ {lines} }} }} }}"
