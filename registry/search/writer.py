"""Puts changes of the ledger into the tables of the index, inside the caller's transaction."""

import sqlite3
from collections.abc import Iterable, Mapping

from registry.ledger.types import Change, Kind, Source
from registry.search.rows import PLACE_COLUMNS, PlaceRows, place_rows, resource_row
from vocab.records import Record

_PUT_RESOURCE = "INSERT OR REPLACE INTO resource VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_MARK_GONE = "UPDATE resource SET gone = 1, source = ?, time = ?, content_hash = ? WHERE iri = ?"
_COLUMNS = ", ".join(PLACE_COLUMNS)
_PUT_PLACE = (
    f"INSERT INTO place ({_COLUMNS}) VALUES ({', '.join('?' * len(PLACE_COLUMNS))})"  # noqa: S608 (fixed column names)
    f" ON CONFLICT (iri) DO UPDATE SET"
    f" {', '.join(f'{name} = excluded.{name}' for name in PLACE_COLUMNS[1:])} RETURNING id"
)
_LATITUDE, _LONGITUDE = PLACE_COLUMNS.index("latitude"), PLACE_COLUMNS.index("longitude")


def write_changes(
    db: sqlite3.Connection, changes: Iterable[Change], sources: Mapping[str, Source]
) -> None:
    """Apply changes in order.

    What a source stated that is no longer in force is left out: its records are all deleted
    further on in the log.
    """
    for change in changes:
        if change.record is None:
            _mark_gone(db, change)
        elif change.source in sources:
            _put(db, change, change.record, sources[change.source])


def _put(db: sqlite3.Connection, change: Change, record: Record, source: Source) -> None:
    rows = place_rows(record, source)
    db.execute(_PUT_RESOURCE, resource_row(change, record, source, rows))
    if rows is not None:
        _put_place(db, rows, is_new=change.kind is Kind.CREATE)
    elif change.kind is not Kind.CREATE:
        _remove_place(db, change.subject)


def _mark_gone(db: sqlite3.Connection, change: Change) -> None:
    moment = change.time.isoformat()
    db.execute(_MARK_GONE, (change.source, moment, change.content_hash, change.subject))
    _remove_place(db, change.subject)


def _put_place(db: sqlite3.Connection, rows: PlaceRows, *, is_new: bool) -> None:
    (rowid,) = db.execute(_PUT_PLACE, rows.columns).fetchone()
    if not is_new:
        _clear_satellites(db, rowid)
    latitude, longitude = rows.columns[_LATITUDE], rows.columns[_LONGITUDE]
    if latitude is not None and longitude is not None:
        db.execute(
            "INSERT INTO place_box VALUES (?, ?, ?, ?, ?)",
            (rowid, latitude, latitude, longitude, longitude),
        )
    db.execute(
        "INSERT INTO place_text (rowid, name, locality, body) VALUES (?, ?, ?, ?)",
        (rowid, *rows.texts),
    )
    db.executemany(
        "INSERT INTO facet VALUES (?, ?, ?)",
        [(rowid, facet, value) for facet, value, _ in rows.facets],
    )
    db.executemany("INSERT OR IGNORE INTO facet_term VALUES (?, ?, ?)", rows.facets)


def _remove_place(db: sqlite3.Connection, iri: str) -> None:
    found = db.execute("DELETE FROM place WHERE iri = ? RETURNING id", (iri,)).fetchone()
    if found is not None:
        _clear_satellites(db, found[0])


def _clear_satellites(db: sqlite3.Connection, rowid: int) -> None:
    db.execute("DELETE FROM place_box WHERE id = ?", (rowid,))
    db.execute("DELETE FROM place_text WHERE rowid = ?", (rowid,))
    db.execute("DELETE FROM facet WHERE place = ?", (rowid,))
