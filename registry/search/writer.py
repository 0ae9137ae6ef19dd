"""Puts changes of the ledger into the tables of the index, inside the caller's transaction."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping

from registry.ledger.types import Change, Kind, Source
from registry.search.rows import PLACE_COLUMNS, PlaceRows, place_rows, resource_row
from vocab.records import Record

_PUT_RESOURCE = "INSERT OR REPLACE INTO resource VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_MARK_GONE = "UPDATE resource SET gone = 1, source = ?, time = ?, content_hash = ? WHERE iri = ?"
_NEW_PLACE = (
    f"INSERT INTO place ({', '.join(PLACE_COLUMNS)})"  # noqa: S608 (fixed column names)
    f" VALUES ({', '.join('?' * len(PLACE_COLUMNS))})"
)
_CHANGE_PLACE = (
    f"UPDATE place SET {', '.join(f'{name} = ?' for name in PLACE_COLUMNS)}"  # noqa: S608 (same)
    " WHERE id = ?"
)
_LATITUDE, _LONGITUDE = PLACE_COLUMNS.index("latitude"), PLACE_COLUMNS.index("longitude")


def whole_harvests(changes: Iterable[Change], least: int) -> Iterator[Change]:
    """Give the first ``least`` changes, and the others of the harvest that these end in."""
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
            writer.mark_gone(last)
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
        self._db.execute(_PUT_RESOURCE, resource_row(change, record, source, rows))
        if rows is not None:
            self._put_place(rows, is_new=change.kind is Kind.CREATE)
        elif change.kind is not Kind.CREATE:
            self._remove_place(change.subject)

    def mark_gone(self, change: Change) -> None:
        """Write that a record was deleted."""
        moment = change.time.isoformat()
        self._db.execute(_MARK_GONE, (change.source, moment, change.content_hash, change.subject))
        self._remove_place(change.subject)

    def _put_place(self, rows: PlaceRows, *, is_new: bool) -> None:
        rowid = self._row_of(rows, is_new=is_new)
        latitude, longitude = rows.columns[_LATITUDE], rows.columns[_LONGITUDE]
        if latitude is not None and longitude is not None:
            self._db.execute(
                "INSERT INTO place_box VALUES (?, ?, ?, ?, ?)",
                (rowid, latitude, latitude, longitude, longitude),
            )
        self._db.execute(
            "INSERT INTO place_text (rowid, name, locality, body) VALUES (?, ?, ?, ?)",
            (rowid, *rows.texts),
        )
        self._db.executemany(
            "INSERT INTO facet VALUES (?, ?, ?)",
            [(rowid, facet, value) for facet, value, _ in rows.facets],
        )
        self._label(rows.facets)

    def _row_of(self, rows: PlaceRows, *, is_new: bool) -> int | None:
        """Write the place's columns; give its row, cleared of what hung from it."""
        if not is_new:
            find = "SELECT id FROM place WHERE iri = ?"
            found = self._db.execute(find, rows.columns[:1]).fetchone()
            if found is not None:
                self._db.execute(_CHANGE_PLACE, (*rows.columns, found[0]))
                self._clear_satellites(found[0])
                return int(found[0])
        # Not an upsert that returns the row: SQLite takes ten times as long over it.
        return self._db.execute(_NEW_PLACE, rows.columns).lastrowid

    def _label(self, facets: Iterable[tuple[str, str, str]]) -> None:
        news = [facet for facet in facets if facet not in self._labelled]
        if news:
            self._db.executemany("INSERT OR IGNORE INTO facet_term VALUES (?, ?, ?)", news)
            self._labelled.update(news)

    def _remove_place(self, iri: str) -> None:
        find = "DELETE FROM place WHERE iri = ? RETURNING id"
        found = self._db.execute(find, (iri,)).fetchone()
        if found is not None:
            self._clear_satellites(found[0])

    def _clear_satellites(self, rowid: int) -> None:
        self._db.execute("DELETE FROM place_box WHERE id = ?", (rowid,))
        self._db.execute("DELETE FROM place_text WHERE rowid = ?", (rowid,))
        self._db.execute("DELETE FROM facet WHERE place = ?", (rowid,))
