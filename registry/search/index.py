"""The search index: a projection of the ledger in one SQLite file, thrown away and rebuilt at will.

It alone knows the SQL of the index. The sequence that it applied is written in the same
transaction as the data, so a crash never leaves it between two states.
"""

import math
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from registry.ledger.types import Source
from registry.search import lookup
from registry.search.changelog import ChangeLog
from registry.search.compare import ledger_differences
from registry.search.connections import Connections
from registry.search.masks import Snapshot, mask_of, open_mask, ordered, read_snapshot
from registry.search.query import (
    FACETS,
    DepartmentCount,
    FacetValue,
    Page,
    PlaceView,
    PoleSummary,
    Query,
    Resource,
)
from registry.search.schema import DDL, SHORTCUTS, TABLES, VERSION
from registry.search.words import match_expression
from registry.search.writer import whole_harvests, write_changes
from vocab.defect import Defect
from vocab.errors import MaillageError

_PORTION = 50_000
"""Changes after which a transaction ends with their harvest: what SQLite keeps beside the file
until then stays small, however much there is to catch up with."""


class SearchIndexError(MaillageError):
    """The file of the index cannot be used: names it and says how to rebuild it."""


class SearchIndex:
    """Text, facets with counts, boxes, nearest and "open now" over the places of a ledger.

    Safe to share between threads: each has its own connection.

    Attributes:
        name: the projection's name for people.
    """

    name = "index"

    def __init__(self, path: Path) -> None:
        """Open the index at ``path``; an older or missing file starts empty.

        Raises:
            SearchIndexError: the file is not one of ours or is damaged.
        """
        self.path = path
        self._connections = Connections(path)
        self._db = self._connections.reader
        self._snapshot: Snapshot | None = None
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            if self._version() != VERSION:
                self.reset()
        except sqlite3.DatabaseError as error:
            raise SearchIndexError(
                f"the search index {path} cannot be opened ({error}): "
                "delete this file, then run `maillage rebuild`",
                f"l'index de recherche {path} ne s'ouvre pas ({error}) : "
                "supprimez ce fichier, puis lancez `maillage rebuild`",
            ) from error

    def close(self) -> None:
        """Close every connection that threads opened."""
        self._connections.close()

    # -- following the ledger

    def applied(self) -> int:
        """Last ledger sequence that the index reflects."""
        row = self._db().execute("SELECT value FROM meta WHERE key = 'applied'").fetchone()
        return int(row[0])

    def apply(self, ledger: ChangeLog, upto: int) -> None:
        """Bring the index to sequence ``upto``, in transactions that never part a harvest."""
        sources = {source.slug: source for source in ledger.sources(cursors=False)}
        while self._applied_more(ledger, sources, upto):
            pass

    def _applied_more(self, ledger: ChangeLog, sources: Mapping[str, Source], upto: int) -> bool:
        """Apply one portion of what is missing; say whether any was."""
        with self._connections.writing() as db:
            (value,) = db.execute("SELECT value FROM meta WHERE key = 'applied'").fetchone()
            after = int(value)
            if upto <= after:
                return False
            portion = whole_harvests(ledger.changes(after=after, upto=upto), _PORTION)
            reached = write_changes(db, portion, sources)
            if reached == upto:
                for statement in SHORTCUTS:
                    db.execute(statement)
            db.execute("UPDATE meta SET value = ? WHERE key = 'applied'", (str(reached),))
        return True

    def reset(self) -> None:
        """Empty the index: it then reflects sequence 0."""
        with self._connections.writing() as db:
            for table in reversed(TABLES):
                db.execute(f"DROP TABLE IF EXISTS {table}")
            for statement in filter(str.strip, DDL.split(";")):
                db.execute(statement)
            db.executemany(
                "INSERT INTO meta VALUES (?, ?)", [("version", VERSION), ("applied", "0")]
            )

    def differences(self, ledger: ChangeLog) -> list[Defect]:
        """Say where the index differs from the ledger's live records; empty when it equals it."""
        return ledger_differences(self._db(), ledger)

    # -- searching

    def search(self, query: Query) -> Page:
        """Give one page of the places that match."""
        snapshot = self._current()
        mask = self._selection(snapshot, query)
        ids, distances = self._ordered_ids(snapshot, query, mask)
        total = len(ids)
        pages = max(1, math.ceil(total / query.size))
        page = min(max(1, query.page), pages)
        chosen = ids[(page - 1) * query.size : page * query.size]
        places = lookup.places(self._db(), chosen, distances)
        return Page(total, page, pages, tuple(places))

    def rowids(self, query: Query) -> list[int]:
        """Give the rowids of every match, in the order of :meth:`search`; for exports."""
        snapshot = self._current()
        return self._ordered_ids(snapshot, query, self._selection(snapshot, query))[0]

    def iris(self, query: Query) -> Iterator[str]:
        """Give the IRI of every match, in the order of :meth:`search`; for exports."""
        return lookup.iris(self._db(), self.rowids(query))

    def facets(self, query: Query) -> dict[str, tuple[FacetValue, ...]]:
        """Count the values of each facet, most frequent first.

        The counts of a facet ignore what is chosen in that same facet, so that they tell how many
        places each further value would add.
        """
        snapshot = self._current()
        base = self._base_mask(snapshot, query)
        chosen = {facet: _union(snapshot, facet, values) for facet, values in query.filters.items()}
        found = {}
        for facet in FACETS:
            mask = base
            for other, narrowed in chosen.items():
                if other != facet:
                    mask &= narrowed
            selected = query.filters.get(facet, ())
            counted = _counted(snapshot, facet, mask, frozenset(selected))
            if counted:
                found[facet] = counted
        return found

    def terms(self) -> Mapping[tuple[str, str], str]:
        """Give (facet, value) -> IRI that labels the value, for every value in use."""
        return self._current().terms

    def points(self, query: Query) -> list[tuple[float, float, int, int]]:
        """Give latitude, longitude, family number and rowid of every match that has coordinates."""
        snapshot = self._current()
        mask = self._selection(snapshot, query)
        rows = (
            self._db()
            .execute(
                "SELECT id, latitude, longitude, family FROM place"
                " WHERE latitude NOT NULL AND longitude NOT NULL ORDER BY id"
            )
            .fetchall()
        )
        by_id = {row[0]: row for row in rows}
        kept = (by_id[rowid] for rowid in ordered(mask, by_id))
        return [(round(lat, 5), round(lon, 5), family, rowid) for rowid, lat, lon, family in kept]

    # -- looking up

    def place(self, iri: str) -> PlaceView | None:
        """Give the place with this IRI."""
        return lookup.place(self._db(), "iri", iri)

    def place_at(self, rowid: int) -> PlaceView | None:
        """Give the place with this rowid (as :meth:`points` names it)."""
        return lookup.place(self._db(), "id", rowid)

    def by_path(self, pole: str, path: str) -> Resource | None:
        """Give the record, live or gone, whose page is ``/pole/{pole}/{path}``."""
        return lookup.resource_at(self._db(), pole, path)

    def resource(self, iri: str) -> Resource | None:
        """Give where the page of a record is, whatever its class."""
        return lookup.resource(self._db(), iri)

    def resources(self, kind: str | None = None, pole: str | None = None) -> Iterator[Resource]:
        """Give the live records of a kind (``Place``, ``Organization``, …) or of all."""
        return lookup.resources(self._db(), kind, pole)

    def counts(self) -> dict[str, int]:
        """Count the live records of each kind."""
        return lookup.counts(self._db())

    def poles(self) -> tuple[PoleSummary, ...]:
        """Give every pole that has records, by slug."""
        return lookup.poles(self._db())

    def fresh(self, pole: str, now: datetime, days: int) -> int:
        """Count the places of a pole that say they changed in the last ``days``."""
        since = (now - timedelta(days=days)).date().isoformat()
        return lookup.fresh(self._db(), pole, since)

    def by_departement(self) -> tuple[DepartmentCount, ...]:
        """Count the places of each département, by code."""
        masks = self._current().facets.get("departement", {})
        return tuple(
            DepartmentCount(code, mask.bit_count()) for code, mask in sorted(masks.items())
        )

    # -- inside

    def _selection(self, snapshot: Snapshot, query: Query) -> int:
        mask = self._base_mask(snapshot, query)
        for facet, values in query.filters.items():
            mask &= _union(snapshot, facet, values)
        return mask

    def _base_mask(self, snapshot: Snapshot, query: Query) -> int:
        """All that narrows but the facets."""
        mask = snapshot.everything
        if query.locality:
            mask &= self._mask(snapshot, lookup.ids_of_locality(self._db(), query.locality))
        if query.bbox:
            mask &= self._mask(snapshot, lookup.ids_in_box(self._db(), query.bbox))
        if query.near:
            near = lookup.distances(self._db(), query.near, query.radius_km)
            mask &= self._mask(snapshot, list(near))
        if query.text:
            mask &= self._mask(snapshot, self._ranked_by_text(query.text))
        if query.open_at:
            mask = open_mask(snapshot, mask, query.open_at)
        return mask

    def _mask(self, snapshot: Snapshot, ids: list[int]) -> int:
        return mask_of(ids, max(ids, default=0) + 1) & snapshot.everything

    def _ranked_by_text(self, text: str) -> list[int]:
        expression = match_expression(text)
        return lookup.ids_matching(self._db(), expression) if expression else []

    def _ordered_ids(
        self, snapshot: Snapshot, query: Query, mask: int
    ) -> tuple[list[int], dict[int, float]]:
        distances: dict[int, float] = {}
        if query.near:
            distances = lookup.distances(self._db(), query.near, query.radius_km)
        order = self._asked_order(snapshot, query.sort)
        if order is None and query.near:
            order = sorted(distances, key=lambda rowid: distances[rowid])
        elif order is None and query.text:
            order = self._ranked_by_text(query.text)
        return list(ordered(mask, snapshot.by_name if order is None else order)), distances

    def _asked_order(self, snapshot: Snapshot, sort: str) -> Sequence[int] | None:
        orders: dict[str, Sequence[int]] = {
            "nom": snapshot.by_name, "maj": snapshot.by_date, "ancien": snapshot.by_date[::-1],
        }  # fmt: skip
        return orders.get(sort)

    def _current(self) -> Snapshot:
        applied = self.applied()
        snapshot = self._snapshot
        if snapshot is None or snapshot.applied != applied:
            with self._connections.reading() as db:
                (value,) = db.execute("SELECT value FROM meta WHERE key = 'applied'").fetchone()
                snapshot = self._snapshot = read_snapshot(db, int(value))
        return snapshot

    def _version(self) -> str | None:
        db = self._db()
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
            return None
        row = db.execute("SELECT value FROM meta WHERE key = 'version'").fetchone()
        return str(row[0]) if row else None


def _union(snapshot: Snapshot, facet: str, values: tuple[str, ...]) -> int:
    masks = snapshot.facets.get(facet, {})
    mask = 0
    for value in values:
        mask |= masks.get(value, 0)
    return mask


def _counted(
    snapshot: Snapshot, facet: str, mask: int, selected: frozenset[str]
) -> tuple[FacetValue, ...]:
    found = [
        FacetValue(value, snapshot.terms[facet, value], (held & mask).bit_count())
        for value, held in snapshot.facets.get(facet, {}).items()
        if held & mask or value in selected
    ]
    return tuple(sorted(found, key=lambda item: (-item.count, item.value)))
