"""Compares the whole index with the ledger, row by row, as `maillage verify` asks."""

import sqlite3
from collections.abc import Iterator

from registry.search.rows import PLACE_COLUMNS, PlaceRows, names_of, place_rows
from registry.search.writer import ChangeLog, stored_place
from vocab.messages import Message
from vocab.records import Record

MAX_DIFFERENCES = 100
_RESOURCES = """
    SELECT iri, content_hash, pole, path, source, kind, title FROM resource WHERE gone = 0
"""
# A box is as exact as 32 bits are: a ten-thousandth of a degree is ten times that.
_IN_ITS_BOX = """
    SELECT 1 FROM place LEFT JOIN place_box USING (id) WHERE place.id = ? AND (
        latitude IS NULL OR longitude IS NULL OR (
            latitude BETWEEN south AND north AND longitude BETWEEN west AND east
            AND north - south < 1e-4 AND east - west < 1e-4))
"""


def damages(db: sqlite3.Connection) -> list[Message]:
    """Say, in one sentence each, where SQLite finds the file or its search tables damaged."""
    found = [
        text
        for (message,) in db.execute("PRAGMA integrity_check(100)")
        for text in message.split("\n")
    ]
    found += [message for (message,) in db.execute("SELECT rtreecheck('place_box')")]
    try:
        db.execute("INSERT INTO place_text(place_text, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        found.append(f"place_text: {error}")
    return [
        Message(
            "the index finds itself damaged ({text}): delete its file, then run `maillage rebuild`",
            text=text,
        )
        for text in found
        if text != "ok"
    ]


def ledger_differences(db: sqlite3.Connection, ledger: ChangeLog) -> list[Message]:
    """Say, in one sentence each, where the index is not what the ledger's live records make.

    Stops after ``MAX_DIFFERENCES``: past that, the remedy is to rebuild.
    """
    found: list[Message] = []
    for difference in _differences(db, ledger):
        found.append(difference)
        if len(found) == MAX_DIFFERENCES:
            found.append(Message("more differences follow: run `maillage rebuild`"))
            break
    return found


def _differences(db: sqlite3.Connection, ledger: ChangeLog) -> Iterator[Message]:
    sources = {source.slug: source for source in ledger.sources(cursors=False)}
    held = {row[0]: row[1:] for row in db.execute(_RESOURCES)}
    terms = {row[:2]: row[2] for row in db.execute("SELECT facet, value, iri FROM facet_term")}
    places = 0
    for owner, record in ledger.stated():
        content_hash, *named = held.pop(record.iri, (None,))
        if content_hash is None:
            yield Message("{iri}: in the ledger, missing from the index", iri=record.iri)
        elif content_hash != record.content_hash:
            yield Message(
                "{iri}: the index holds version {content_hash}, not the ledger's",
                iri=record.iri,
                content_hash=content_hash,
            )
        rows = place_rows(record, sources[owner])
        if content_hash is not None and (*named,) != names_of(record, sources[owner], rows):
            yield _unlike(record, Message("its names or its page"))
        if rows is not None:
            places += 1
            yield from _place_differences(db, record, rows)
            if any(terms.get((facet, value)) != iri for facet, value, iri in rows.facets):
                yield _unlike(record, Message("IRIs of its facets"))
    yield from (Message("{iri}: in the index, not live in the ledger", iri=iri) for iri in held)
    yield from _count_differences(db, places)


def _place_differences(
    db: sqlite3.Connection, record: Record, rows: PlaceRows
) -> Iterator[Message]:
    stored = stored_place(db, record.iri)
    if stored is None:
        yield Message("{iri}: not among the places of the index", iri=record.iri)
        return
    if stored.columns != rows.columns:
        pairs = zip(PLACE_COLUMNS, stored.columns, rows.columns, strict=True)
        wrong = [name for name, a, b in pairs if a != b]
        yield _unlike(record, ", ".join(wrong))
    if stored.texts != rows.texts:
        yield _unlike(record, Message("its words"))
    if not db.execute(_IN_ITS_BOX, (stored.rowid,)).fetchone():
        yield _unlike(record, Message("its box on the map"))
    if stored.facets != rows.pairs:
        yield _unlike(record, Message("its facets"))


def _unlike(record: Record, what: str) -> Message:
    return Message("{iri}: {what} differ from the ledger's record", iri=record.iri, what=what)


def _count_differences(db: sqlite3.Connection, places: int) -> Iterator[Message]:
    located = db.execute(
        "SELECT count(*) FROM place WHERE latitude NOT NULL AND longitude NOT NULL"
    ).fetchone()[0]
    expected = {"place": places, "place_text": places, "place_box": located}
    for table, wanted in expected.items():
        (count,) = db.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 (fixed names)
        if count != wanted:
            yield Message(
                "{table}: {count} rows instead of {wanted}", table=table, count=count, wanted=wanted
            )
