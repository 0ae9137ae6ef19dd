"""The tables of the index, and how changes of the ledger get there, in a caller's transaction."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, Protocol
from zlib import crc32

from registry.ledger.types import Change, Kind, Source
from registry.search.query import FACETS
from registry.search.rows import DOUBTFUL, PLACE_COLUMNS, PlaceRows, place_rows, resource_row
from vocab.records import Record


class ChangeLog(Protocol):
    """The part of the ledger that a read model follows."""

    def changes(self, after: int = 0, upto: int | None = None) -> Iterator[Change]:
        """Return the changes after a sequence, in order."""

    def sources(self, *, cursors: bool = True) -> Iterable[Source]:
        """Return the sources in force, with or without their cursors."""

    def stated(
        self, source_slug: str | None = None, upto: int | None = None
    ) -> Iterator[tuple[str, Record]]:
        """Return (source slug, record) of the live records, in subject order."""


VERSION = f"10.{crc32(','.join(FACETS).encode()):08x}"
"""Raised with any change of the tables: old files are rebuilt. Other facets change them as well."""

TABLES = ("meta", "resource", "place", "place_box", "place_text", "facet", "facet_term")

DDL = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE resource (
    iri TEXT PRIMARY KEY, pole TEXT NOT NULL, path TEXT NOT NULL, source TEXT NOT NULL,
    kind TEXT NOT NULL, title TEXT NOT NULL, gone INTEGER NOT NULL, time TEXT NOT NULL,
    content_hash TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE place (
    id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, pole TEXT NOT NULL, path TEXT NOT NULL,
    name TEXT NOT NULL, sort_key TEXT NOT NULL, street TEXT NOT NULL, postcode TEXT NOT NULL,
    commune TEXT NOT NULL, commune_key TEXT NOT NULL, insee TEXT NOT NULL,
    departement TEXT NOT NULL, latitude REAL, longitude REAL,
    hours TEXT NOT NULL, modified TEXT NOT NULL, summary TEXT NOT NULL,
    phone TEXT NOT NULL, commune_latitude REAL, commune_longitude REAL
);
CREATE VIRTUAL TABLE place_box USING rtree (id, south, north, west, east);
CREATE VIRTUAL TABLE place_text USING fts5 (
    name, locality, body, tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TABLE facet (
    place INTEGER NOT NULL, facet TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (place, facet, value)
) WITHOUT ROWID;
CREATE TABLE facet_term (
    facet TEXT NOT NULL, value TEXT NOT NULL, iri TEXT NOT NULL, PRIMARY KEY (facet, value)
) WITHOUT ROWID;
"""

INDEXES = (
    "CREATE INDEX IF NOT EXISTS resource_page ON resource (pole, path)",
    "CREATE INDEX IF NOT EXISTS place_sort ON place (sort_key)",
    "CREATE INDEX IF NOT EXISTS place_postcode ON place (postcode)",
    "CREATE INDEX IF NOT EXISTS place_phone ON place (phone)",
    "CREATE INDEX IF NOT EXISTS place_insee ON place (insee)",
    "CREATE INDEX IF NOT EXISTS place_commune ON place (commune_key)",
    f"CREATE INDEX IF NOT EXISTS place_doubtful ON place (id) WHERE {DOUBTFUL}",
    "CREATE INDEX IF NOT EXISTS resource_pole ON resource (pole, path, title)"
    " WHERE kind = 'Pole' AND gone = 0",
)
"""Made once the tables are filled for the first time: a tree sorted at once costs a tenth of one
that grows row by row, and does not have to be written again and again when it outgrows memory."""


_PUT_RESOURCE = "INSERT OR REPLACE INTO resource VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_MARK_DELETED = "UPDATE resource SET gone = 1, source = ?, time = ?, content_hash = ? WHERE iri = ?"
_NEW_PLACE = (
    f"INSERT INTO place ({', '.join(PLACE_COLUMNS)})"  # noqa: S608 (fixed column names)
    f" VALUES ({', '.join('?' * len(PLACE_COLUMNS))})"
)
_CHANGE_RESOURCE = (
    "UPDATE resource SET source = ?4, kind = ?5, title = ?6, gone = ?7, time = ?8,"
    " content_hash = ?9 WHERE iri = ?1 AND pole = ?2 AND path = ?3"
)
_PLACE = f"SELECT id, {', '.join(PLACE_COLUMNS)} FROM place WHERE iri = ?"  # noqa: S608 (fixed names)
_TEXTS = "SELECT name, locality, body FROM place_text WHERE rowid = ?"
_FACETS = "SELECT facet, value FROM facet WHERE place = ?"
_LATITUDE, _LONGITUDE = PLACE_COLUMNS.index("latitude"), PLACE_COLUMNS.index("longitude")
_Columns = tuple[object, ...]


def whole_harvests(changes: Iterable[Change], least: int) -> Iterator[Change]:
    """Return the first ``least`` changes, and the others of the harvest that these end in."""
    harvest = None
    for count, change in enumerate(changes):
        if count >= least and change.harvest != harvest:
            return
        harvest = change.harvest
        yield change


def write_changes(
    db: sqlite3.Connection, changes: Iterable[Change], sources: Mapping[str, Source]
) -> int:
    """Apply changes in order; give the sequence of the last.

    What a source stated that is no longer in force is left out: its records are all deleted
    further on in the log.

    Raises:
        ValueError: there are no changes.
    """
    writer, last = _Writer(db), None
    for last in changes:
        record = last.record
        if record is None:
            writer.mark_deleted(last)
        elif last.source in sources:
            writer.put(last, record, sources[last.source])
    if last is None:
        raise ValueError("no changes were given")
    return last.seq


class _Writer:
    """Writes changes into the tables, and remembers which labels it wrote already."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._labelled: set[tuple[str, str, str]] = set()

    def put(self, change: Change, record: Record, source: Source) -> None:
        """Write a record that was created or changed."""
        rows = place_rows(record, source)
        self._put_resource(resource_row(change, record, source, rows), change.kind)
        if rows is None:
            if change.kind is not Kind.CREATE:
                self._remove_place(change.subject)
        elif change.kind is Kind.CREATE or not self._changed(rows):
            self._add_place(rows)

    def mark_deleted(self, change: Change) -> None:
        """Write that a record was deleted."""
        moment = change.time.isoformat()
        self._db.execute(
            _MARK_DELETED, (change.source, moment, change.content_hash, change.subject)
        )
        self._remove_place(change.subject)

    def _put_resource(self, row: _Columns, kind: Kind) -> None:
        if kind is Kind.CREATE or not self._db.execute(_CHANGE_RESOURCE, row).rowcount:
            self._db.execute(_PUT_RESOURCE, row)

    def _add_place(self, rows: PlaceRows) -> None:
        # Not an upsert that returns the row: SQLite takes ten times as long over it.
        rowid = self._db.execute(_NEW_PLACE, rows.columns).lastrowid
        self._put_box(rowid, rows.columns)
        self._put_text(rowid, rows.texts)
        self._put_facets(rowid, rows.pairs)
        self._label(rows.facets)

    def _changed(self, rows: PlaceRows) -> bool:
        """Write what differs from the row of a place; say whether it has one.

        Each tree of the file that does not change is a page less to be written.
        """
        stored = stored_place(self._db, str(rows.columns[0]))
        if stored is None:
            return False
        rowid = stored.rowid
        self._change_columns(rowid, stored.columns, rows.columns)
        if _position(stored.columns) != _position(rows.columns):
            self._db.execute("DELETE FROM place_box WHERE id = ?", (rowid,))
            self._put_box(rowid, rows.columns)
        if stored.texts != rows.texts:
            self._db.execute("DELETE FROM place_text WHERE rowid = ?", (rowid,))
            self._put_text(rowid, rows.texts)
        if stored.facets != rows.pairs:
            self._change_facets(rowid, stored.facets, rows.pairs)
            self._label(rows.facets)
        return True

    def _change_columns(self, rowid: int, old: _Columns, new: _Columns) -> None:
        differ = [n for n, was, is_ in zip(PLACE_COLUMNS, old, new, strict=True) if was != is_]
        if differ:
            values = dict(zip(PLACE_COLUMNS, new, strict=True))
            assigned = ", ".join(f"{name} = ?" for name in differ)
            self._db.execute(
                f"UPDATE place SET {assigned} WHERE id = ?",  # noqa: S608 (fixed column names)
                (*(values[name] for name in differ), rowid),
            )

    def _change_facets(
        self, rowid: int, old: set[tuple[str, str]], new: set[tuple[str, str]]
    ) -> None:
        self._db.executemany(
            "DELETE FROM facet WHERE place = ? AND facet = ? AND value = ?",
            [(rowid, *pair) for pair in sorted(old - new)],
        )
        self._put_facets(rowid, new - old)

    def _put_box(self, rowid: int | None, columns: _Columns) -> None:
        latitude, longitude = _position(columns)
        if latitude is not None and longitude is not None:
            box = (rowid, latitude, latitude, longitude, longitude)
            self._db.execute("INSERT INTO place_box VALUES (?, ?, ?, ?, ?)", box)

    def _put_text(self, rowid: int | None, texts: tuple[str, str, str]) -> None:
        insert = "INSERT INTO place_text (rowid, name, locality, body) VALUES (?, ?, ?, ?)"
        self._db.execute(insert, (rowid, *texts))

    def _put_facets(self, rowid: int | None, pairs: set[tuple[str, str]]) -> None:
        rows = [(rowid, *pair) for pair in sorted(pairs)]
        self._db.executemany("INSERT INTO facet VALUES (?, ?, ?)", rows)

    def _label(self, facets: Iterable[tuple[str, str, str]]) -> None:
        new_terms = [facet for facet in facets if facet not in self._labelled]
        if new_terms:
            self._db.executemany("INSERT OR IGNORE INTO facet_term VALUES (?, ?, ?)", new_terms)
            self._labelled.update(new_terms)

    def _remove_place(self, iri: str) -> None:
        find = "DELETE FROM place WHERE iri = ? RETURNING id"
        found = self._db.execute(find, (iri,)).fetchone()
        if found is not None:
            self._db.execute("DELETE FROM place_box WHERE id = ?", found)
            self._db.execute("DELETE FROM place_text WHERE rowid = ?", found)
            self._db.execute("DELETE FROM facet WHERE place = ?", found)


def _position(columns: _Columns) -> tuple[object, object]:
    return columns[_LATITUDE], columns[_LONGITUDE]


class _Stored(NamedTuple):
    """The rows of a place as they are now: its rowid, columns, texts, and facet values."""

    rowid: int
    columns: tuple[object, ...]
    texts: tuple[str, str, str] | None
    facets: set[tuple[str, str]]


def stored_place(db: sqlite3.Connection, iri: str) -> _Stored | None:
    """Return the rows of the place with an IRI; None when the index has none."""
    row = db.execute(_PLACE, (iri,)).fetchone()
    if row is None:
        return None
    rowid = row[:1]
    texts = db.execute(_TEXTS, rowid).fetchone()
    return _Stored(row[0], tuple(row[1:]), texts, set(db.execute(_FACETS, rowid).fetchall()))
