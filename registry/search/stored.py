"""What the index holds of one place: read by whoever changes it, and by whoever compares it."""

import sqlite3
from typing import NamedTuple

from registry.search.rows import PLACE_COLUMNS

_PLACE = f"SELECT id, {', '.join(PLACE_COLUMNS)} FROM place WHERE iri = ?"  # noqa: S608 (fixed names)
_TEXTS = "SELECT name, locality, body FROM place_text WHERE rowid = ?"
_FACETS = "SELECT facet, value FROM facet WHERE place = ?"


class Stored(NamedTuple):
    """The rows of a place as they are now: its rowid, columns, texts, and facet values."""

    rowid: int
    columns: tuple[object, ...]
    texts: tuple[str, str, str] | None
    facets: set[tuple[str, str]]


def stored_place(db: sqlite3.Connection, iri: str) -> Stored | None:
    """Return the rows of the place with an IRI; None when the index has none."""
    row = db.execute(_PLACE, (iri,)).fetchone()
    if row is None:
        return None
    rowid = row[:1]
    texts = db.execute(_TEXTS, rowid).fetchone()
    return Stored(row[0], tuple(row[1:]), texts, set(db.execute(_FACETS, rowid).fetchall()))
