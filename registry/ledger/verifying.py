"""Proof that the ledger is what was written: chains, hashes, and the state that follows."""

from collections.abc import Iterator, Mapping
from sqlite3 import Error as SqliteError
from typing import Any

import sqlalchemy as sa

from registry.ledger import dialect, rows
from registry.ledger import held as deliveries
from registry.ledger.hashing import GENESIS, body_hash, hash_of_rows
from registry.ledger.packing import DamagedError, unpacked
from registry.ledger.schema import (
    GENERATION,
    SCHEMA_VERSION,
    change,
    harvest,
    held,
    meta,
    quarantine,
    source,
    state,
)
from vocab.defect import Defect

_PAGE = 500

Live = dict[str, tuple[str, int, str]]
"""Subject to (source, seq, content hash): what the ``state`` table must hold."""


def broken_places(connection: sa.Connection) -> Iterator[Defect]:
    """Give a sentence for each place where the ledger contradicts itself."""
    marks: dict[str, str] = {}
    spans: dict[int, tuple[str, int | None, int | None, str]] = {}
    live: Live = {}
    parts: tuple[tuple[str, Iterator[Defect]], ...] = (
        ("file", _broken_pages(connection)),
        ("meta", _read_marks(connection, marks)),
        ("source", _broken_sources(connection, marks)),
        ("harvest", _broken_harvests(connection, marks, spans)),
        ("change", _broken_log(connection, marks, spans, live)),
        ("state", _broken_state(connection, live)),
        ("quarantine", _broken_quarantine(connection)),
        ("held", _broken_held(connection, marks)),
    )
    for name, part in parts:
        yield from _as_far_as_it_goes(name, part)


def _as_far_as_it_goes(name: str, part: Iterator[Defect]) -> Iterator[Defect]:
    """Give the defects of a part; that it cannot be read on is one, and the next part goes on."""
    try:
        yield from part
    except (sa.exc.SQLAlchemyError, SqliteError, ValueError, TypeError, KeyError) as error:
        reason = " ".join(str(getattr(error, "orig", None) or error).split())
        yield Defect(
            f"{name}: cannot be read on ({reason}): restore the last backup (maillage restore)",
            f"{name} : illisible à partir d'ici ({reason}) : restaurez la dernière sauvegarde "
            "(maillage restore)",
        )


def _broken_pages(connection: sa.Connection) -> Iterator[Defect]:
    for told in dialect.integrity(connection):
        yield Defect(
            f"file: the database finds itself damaged ({told})",
            f"fichier : la base se trouve elle-même abîmée ({told})",
        )


def _read_marks(connection: sa.Connection, marks: dict[str, str]) -> Iterator[Defect]:
    for row in connection.execute(sa.select(meta)):
        marks[row.key] = row.value
    yield from ()


def _altered(what: str, quoi: str) -> Defect:
    return Defect(
        f"{what}: its row was altered (hash differs)",
        f"{quoi} : sa ligne a été modifiée (empreinte différente)",
    )


def _stream(connection: sa.Connection, query: sa.Select[Any]) -> Iterator[Mapping[str, Any]]:
    found = connection.execution_options(yield_per=_PAGE).execute(query)
    return (dict(row._mapping) for row in found)


def _broken_sources(connection: sa.Connection, marks: Mapping[str, str]) -> Iterator[Defect]:
    if marks.get("schema") != str(SCHEMA_VERSION):
        yield Defect(
            f"meta: schema is {marks.get('schema')!r}, expected {SCHEMA_VERSION}",
            f"meta : le schéma est {marks.get('schema')!r}, attendu {SCHEMA_VERSION}",
        )
    generation = marks.get(GENERATION)
    if generation is not None and generation != rows.sealed(generation.partition(" ")[0]):
        yield _altered(f"meta {GENERATION}", f"meta {GENERATION}")
    sealed = []
    for row in _stream(connection, sa.select(source)):
        if rows.source_hash(row) != row["row_hash"]:
            yield _altered(f"source {row['slug']}", f"source {row['slug']}")
        sealed.append((row["slug"], row["row_hash"]))
    if hash_of_rows(sealed) != marks.get("sources_hash"):
        yield Defect(
            "source: the set of sources is not the one that was sealed",
            "source : l'ensemble des sources n'est pas celui qui a été scellé",
        )


def _broken_harvests(
    connection: sa.Connection,
    marks: Mapping[str, str],
    spans: dict[int, tuple[str, int | None, int | None, str]],
) -> Iterator[Defect]:
    previous, expected = GENESIS, 1
    for row in _stream(connection, sa.select(harvest).order_by(harvest.c.id)):
        if row["id"] != expected:
            yield Defect(
                f"harvest {expected}: missing (found {row['id']} in its place)",
                f"moisson {expected} : absente (à sa place : {row['id']})",
            )
        if rows.harvest_hash(previous, row) != row["entry_hash"]:
            yield Defect(
                f"harvest {row['id']}: its row or the one before it was altered (hash differs)",
                f"moisson {row['id']} : sa ligne ou la précédente a été modifiée (empreinte)",
            )
        spans[row["id"]] = (row["source"], row["first_seq"], row["last_seq"], row["ended"])
        previous, expected = row["entry_hash"], row["id"] + 1
    if previous != marks.get("harvest_hash"):
        yield Defect(
            "harvest: the last harvest is not the one that was sealed",
            "moisson : la dernière moisson n'est pas celle qui a été scellée",
        )


def _broken_log(
    connection: sa.Connection,
    marks: Mapping[str, str],
    spans: Mapping[int, tuple[str, int | None, int | None, str]],
    live: Live,
) -> Iterator[Defect]:
    previous, expected = GENESIS, 1
    for row in _stream(connection, sa.select(change).order_by(change.c.seq)):
        if row["seq"] != expected:
            yield Defect(
                f"change {expected}: missing (found {row['seq']} in its place)",
                f"changement {expected} : absent (à sa place : {row['seq']})",
            )
        yield from _broken_change(row, previous, spans)
        if row["kind"] == "delete":
            live.pop(row["subject"], None)
        else:
            live[row["subject"]] = (row["source"], row["seq"], row["content_hash"])
        previous, expected = row["entry_hash"], row["seq"] + 1
    if previous != marks.get("head_hash") or str(expected - 1) != marks.get("head_seq"):
        yield Defect(
            f"change: the log ends at {expected - 1}, "
            f"it was sealed at {marks.get('head_seq')} with another hash",
            f"changement : le journal finit à {expected - 1}, "
            f"il a été scellé à {marks.get('head_seq')} avec une autre empreinte",
        )


def _broken_change(
    row: Mapping[str, Any],
    previous: str,
    spans: Mapping[int, tuple[str, int | None, int | None, str]],
) -> Iterator[Defect]:
    seq = row["seq"]
    if row["previous_hash"] != previous:
        yield Defect(
            f"change {seq}: does not follow the entry before it (previous hash differs)",
            f"changement {seq} : ne suit pas l'entrée d'avant (empreinte précédente différente)",
        )
    if rows.change_hash(row) != row["entry_hash"]:
        yield Defect(
            f"change {seq} of {row['subject']}: its row was altered (entry hash differs)",
            f"changement {seq} de {row['subject']} : ligne modifiée (empreinte d'entrée)",
        )
    if _body_hash(row["body"]) != row["content_hash"]:
        yield Defect(
            f"change {seq} of {row['subject']}: its body was altered (content hash differs)",
            f"changement {seq} de {row['subject']} : contenu modifié (empreinte différente)",
        )
    slug, first, last, ended = spans.get(row["harvest"], ("", None, None, ""))
    within = first is not None and last is not None and first <= seq <= last
    if not within or slug != row["source"] or ended != row["time"]:
        yield Defect(
            f"change {seq}: harvest {row['harvest']} does not account for it",
            f"changement {seq} : la moisson {row['harvest']} n'en rend pas compte",
        )


def _body_hash(body: bytes) -> str:
    try:
        return body_hash(unpacked(body).encode())
    except DamagedError:
        return "damaged"


def _broken_state(connection: sa.Connection, live: Live) -> Iterator[Defect]:
    for row in _stream(connection, sa.select(state).order_by(state.c.subject)):
        held = (row["source"], row["seq"], row["content_hash"])
        if live.pop(row["subject"], None) != held:
            yield Defect(
                f"state of {row['subject']}: differs from what the log says",
                f"état de {row['subject']} : différent de ce que dit le journal",
            )
    for subject in sorted(live):
        yield Defect(
            f"state of {subject}: missing, the log says that it is live",
            f"état de {subject} : absent, alors que le journal le dit en vigueur",
        )


def _broken_quarantine(connection: sa.Connection) -> Iterator[Defect]:
    found: dict[str, list[tuple[str, str]]] = {}
    for row in _stream(connection, sa.select(quarantine)):
        if not _is_whole(row):
            yield _altered(f"quarantine of {row['subject']}", f"quarantaine de {row['subject']}")
        found.setdefault(row["source"], []).append((row["subject"], row["row_hash"]))
    last = sa.select(sa.func.max(harvest.c.id)).group_by(harvest.c.source)
    for row in _stream(connection, sa.select(harvest).where(harvest.c.id.in_(last))):
        if hash_of_rows(found.pop(row["source"], [])) != row["quarantine_hash"]:
            yield Defect(
                f"quarantine of source {row['source']}: not as its last harvest left it",
                f"quarantaine de la source {row['source']} : pas celle de sa dernière moisson",
            )
    for slug in sorted(found):
        yield Defect(
            f"quarantine of source {slug}: no harvest put it there",
            f"quarantaine de la source {slug} : aucune moisson ne l'y a mise",
        )


def _broken_held(connection: sa.Connection, marks: Mapping[str, str]) -> Iterator[Defect]:
    sealed = []
    for row in _stream(connection, sa.select(held)):
        if deliveries.row_hash(row) != row["row_hash"]:
            yield _altered(
                f"held delivery of source {row['source']}",
                f"livraison retenue de la source {row['source']}",
            )
        sealed.append((row["source"], row["row_hash"]))
    if hash_of_rows(sealed) != marks.get("held_hash"):
        yield Defect(
            "held: the set of held deliveries is not the one that was sealed",
            "retenues : l'ensemble des livraisons retenues n'est pas celui qui a été scellé",
        )


def _is_whole(row: Mapping[str, Any]) -> bool:
    try:
        return bool(rows.refusal_hash(row, unpacked(row["body"])) == row["row_hash"])
    except DamagedError:
        return False
