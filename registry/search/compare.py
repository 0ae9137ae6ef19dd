"""Compares the whole index with the ledger, row by row, as `maillage verify` asks."""

import sqlite3
from collections.abc import Iterator

from registry.search.changelog import ChangeLog
from registry.search.rows import PLACE_COLUMNS, PlaceRows, place_rows
from registry.search.stored import stored_place
from vocab.defect import Defect
from vocab.records import Record

MAX_DIFFERENCES = 100


def ledger_differences(db: sqlite3.Connection, ledger: ChangeLog) -> list[Defect]:
    """Say, in one sentence each, where the index is not what the ledger's live records make.

    Stops after ``MAX_DIFFERENCES``: past that, the remedy is to rebuild.
    """
    found: list[Defect] = []
    for difference in _differences(db, ledger):
        found.append(difference)
        if len(found) == MAX_DIFFERENCES:
            found.append(
                Defect(
                    "more differences follow: run `maillage rebuild`",
                    "d'autres différences suivent : lancez `maillage rebuild`",
                )
            )
            break
    return found


def _differences(db: sqlite3.Connection, ledger: ChangeLog) -> Iterator[Defect]:
    sources = {source.slug: source for source in ledger.sources(cursors=False)}
    held = dict(db.execute("SELECT iri, content_hash FROM resource WHERE gone = 0").fetchall())
    places = 0
    for owner, record in ledger.stated():
        content_hash = held.pop(record.iri, None)
        if content_hash is None:
            yield Defect(
                f"{record.iri}: in the ledger, missing from the index",
                f"{record.iri} : dans le registre, absent de l'index",
            )
        elif content_hash != record.content_hash:
            yield Defect(
                f"{record.iri}: the index holds version {content_hash}, not the ledger's",
                f"{record.iri} : l'index a la version {content_hash}, pas celle du registre",
            )
        rows = place_rows(record, sources[owner])
        if rows is not None:
            places += 1
            yield from _place_differences(db, record, rows)
    yield from (
        Defect(
            f"{iri}: in the index, not live in the ledger",
            f"{iri} : dans l'index, pas en vigueur dans le registre",
        )
        for iri in held
    )
    yield from _count_differences(db, places)


def _place_differences(db: sqlite3.Connection, record: Record, rows: PlaceRows) -> Iterator[Defect]:
    stored = stored_place(db, record.iri)
    if stored is None:
        yield Defect(
            f"{record.iri}: not among the places of the index",
            f"{record.iri} : pas parmi les lieux de l'index",
        )
        return
    if stored.columns != rows.columns:
        pairs = zip(PLACE_COLUMNS, stored.columns, rows.columns, strict=True)
        wrong = [name for name, a, b in pairs if a != b]
        yield _unlike(record, ", ".join(wrong), ", ".join(wrong))
    if stored.texts != rows.texts:
        yield _unlike(record, "its words", "ses mots")
    if stored.facets != rows.pairs:
        yield _unlike(record, "its facets", "ses facettes")


def _unlike(record: Record, what: str, quoi: str) -> Defect:
    return Defect(
        f"{record.iri}: {what} differ from the ledger's record",
        f"{record.iri} : {quoi} : différents de la fiche du registre",
    )


def _count_differences(db: sqlite3.Connection, places: int) -> Iterator[Defect]:
    located = db.execute(
        "SELECT count(*) FROM place WHERE latitude NOT NULL AND longitude NOT NULL"
    ).fetchone()[0]
    expected = {"place": places, "place_text": places, "place_box": located}
    for table, wanted in expected.items():
        (count,) = db.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 (fixed names)
        if count != wanted:
            yield Defect(
                f"{table}: {count} rows instead of {wanted}",
                f"{table} : {count} lignes au lieu de {wanted}",
            )
