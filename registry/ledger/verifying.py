"""Proof that the ledger is what was written: chains, hashes, and the state that follows."""

from collections.abc import Iterator, Mapping
from sqlite3 import Error as SqliteError
from typing import Any

import sqlalchemy as sa

from registry.ledger import acts, dialect, rows
from registry.ledger import held as deliveries
from registry.ledger.hashing import GENESIS, body_hash, hash_of_rows
from registry.ledger.packing import DamagedError, unpacked
from registry.ledger.schema import (
    GENERATION,
    SCHEMA_VERSION,
    act,
    change,
    harvest,
    held,
    meta,
    quarantine,
    source,
    state,
)
from vocab.messages import Message

_PAGE = 500

_Span = tuple[str, int | None, int | None, str]
"""Source, first and last change, and end of a harvest."""
Live = dict[str, tuple[str, int, str]]
"""Subject to (source, seq, content hash): what the ``state`` table must hold."""


def broken_places(connection: sa.Connection) -> Iterator[Message]:
    """Return a sentence for each place where the ledger contradicts itself."""
    marks: dict[str, str] = {}
    spans: dict[int, _Span] = {}
    live: Live = {}
    checks: tuple[tuple[str, Iterator[Message]], ...] = (
        ("file", _broken_pages(connection)),
        ("meta", _read_marks(connection, marks)),
        ("source", _broken_sources(connection, marks)),
        ("harvest", _broken_harvests(connection, marks, spans)),
        ("change", _broken_log(connection, marks, spans, live)),
        ("state", _broken_state(connection, live)),
        ("quarantine", _broken_quarantine(connection)),
        ("held", _broken_held(connection, marks)),
        ("act", acts.broken(_stream(connection, sa.select(act).order_by(act.c.id)), marks)),
    )
    for name, defects in checks:
        yield from _until_unreadable(name, defects)


def _until_unreadable(name: str, defects: Iterator[Message]) -> Iterator[Message]:
    """Return the defects of a check; that it cannot read further is one, and the next goes on."""
    try:
        yield from defects
    except (sa.exc.SQLAlchemyError, SqliteError, ValueError, TypeError, KeyError) as error:
        reason = " ".join(str(getattr(error, "orig", None) or error).split())
        yield Message(
            "{name}: cannot be read on ({reason}): restore the last backup (maillage restore)",
            name=name,
            reason=reason,
        )


def _broken_pages(connection: sa.Connection) -> Iterator[Message]:
    for reason in dialect.integrity(connection):
        yield Message("file: the database finds itself damaged ({reason})", reason=reason)


def _read_marks(connection: sa.Connection, marks: dict[str, str]) -> Iterator[Message]:
    for row in connection.execute(sa.select(meta)):
        marks[row.key] = row.value
    yield from ()


def _altered(what: Message) -> Message:
    return Message("{what}: its row was altered (hash differs)", what=what)


def _stream(connection: sa.Connection, query: sa.Select[Any]) -> Iterator[Mapping[str, Any]]:
    found = connection.execution_options(yield_per=_PAGE).execute(query)
    return (dict(row._mapping) for row in found)


def _broken_sources(connection: sa.Connection, marks: Mapping[str, str]) -> Iterator[Message]:
    if marks.get("schema") != str(SCHEMA_VERSION):
        yield Message(
            "meta: schema is {schema!r}, expected {schema_version}",
            schema=marks.get("schema"),
            schema_version=SCHEMA_VERSION,
        )
    generation = marks.get(GENERATION)
    if generation is not None and generation != rows.sealed(generation.partition(" ")[0]):
        yield _altered(Message("meta {generation}", generation=GENERATION))
    sealed = []
    for row in _stream(connection, sa.select(source)):
        if rows.source_hash(row) != row["row_hash"]:
            yield _altered(Message("source {slug}", slug=row["slug"]))
        sealed.append((row["slug"], row["row_hash"]))
    if hash_of_rows(sealed) != marks.get("sources_hash"):
        yield Message("source: the set of sources is not the one that was sealed")


def _broken_harvests(
    connection: sa.Connection,
    marks: Mapping[str, str],
    spans: dict[int, _Span],
) -> Iterator[Message]:
    previous, expected = GENESIS, 1
    for row in _stream(connection, sa.select(harvest).order_by(harvest.c.id)):
        if row["id"] != expected:
            yield Message(
                "harvest {expected}: missing (found {id} in its place)",
                expected=expected,
                id=row["id"],
            )
        if rows.harvest_hash(previous, row) != row["entry_hash"]:
            yield Message(
                "harvest {id}: its row or the one before it was altered (hash differs)",
                id=row["id"],
            )
        spans[row["id"]] = (row["source"], row["first_seq"], row["last_seq"], row["ended"])
        previous, expected = row["entry_hash"], row["id"] + 1
    if previous != marks.get("harvest_hash"):
        yield Message("harvest: the last harvest is not the one that was sealed")


def _broken_log(
    connection: sa.Connection,
    marks: Mapping[str, str],
    spans: Mapping[int, _Span],
    live: Live,
) -> Iterator[Message]:
    previous, expected = GENESIS, 1
    for row in _stream(connection, sa.select(change).order_by(change.c.seq)):
        if row["seq"] != expected:
            yield Message(
                "change {expected}: missing (found {seq} in its place)",
                expected=expected,
                seq=row["seq"],
            )
        yield from _broken_change(row, previous, spans)
        if row["kind"] == "delete":
            live.pop(row["subject"], None)
        else:
            live[row["subject"]] = (row["source"], row["seq"], row["content_hash"])
        previous, expected = row["entry_hash"], row["seq"] + 1
    if previous != marks.get("head_hash") or str(expected - 1) != marks.get("head_seq"):
        yield Message(
            "change: the log ends at {expected}, it was sealed at {head_seq} with another hash",
            expected=expected - 1,
            head_seq=marks.get("head_seq"),
        )


def _broken_change(
    row: Mapping[str, Any],
    previous: str,
    spans: Mapping[int, _Span],
) -> Iterator[Message]:
    seq = row["seq"]
    if row["previous_hash"] != previous:
        yield Message(
            "change {seq}: does not follow the entry before it (previous hash differs)", seq=seq
        )
    if rows.change_hash(row) != row["entry_hash"]:
        yield Message(
            "change {seq} of {subject}: its row was altered (entry hash differs)",
            seq=seq,
            subject=row["subject"],
        )
    if _body_hash(row["body"]) != row["content_hash"]:
        yield Message(
            "change {seq} of {subject}: its body was altered (content hash differs)",
            seq=seq,
            subject=row["subject"],
        )
    slug, first, last, ended = spans.get(row["harvest"], ("", None, None, ""))
    in_harvest = first is not None and last is not None and first <= seq <= last
    if not in_harvest or slug != row["source"] or ended != row["time"]:
        yield Message(
            "change {seq}: harvest {harvest} does not account for it",
            seq=seq,
            harvest=row["harvest"],
        )


def _body_hash(body: bytes) -> str:
    try:
        return body_hash(unpacked(body).encode())
    except DamagedError:
        return "damaged"


def _broken_state(connection: sa.Connection, live: Live) -> Iterator[Message]:
    for row in _stream(connection, sa.select(state).order_by(state.c.subject)):
        held = (row["source"], row["seq"], row["content_hash"])
        if live.pop(row["subject"], None) != held:
            yield Message(
                "state of {subject}: differs from what the log says", subject=row["subject"]
            )
    for subject in sorted(live):
        yield Message("state of {subject}: missing, the log says that it is live", subject=subject)


def _broken_quarantine(connection: sa.Connection) -> Iterator[Message]:
    found: dict[str, list[tuple[str, str]]] = {}
    for row in _stream(connection, sa.select(quarantine)):
        if not _is_intact(row):
            yield _altered(Message("quarantine of {subject}", subject=row["subject"]))
        found.setdefault(row["source"], []).append((row["subject"], row["row_hash"]))
    last = sa.select(sa.func.max(harvest.c.id)).group_by(harvest.c.source)
    for row in _stream(connection, sa.select(harvest).where(harvest.c.id.in_(last))):
        if hash_of_rows(found.pop(row["source"], [])) != row["quarantine_hash"]:
            yield Message(
                "quarantine of source {source}: not as its last harvest left it",
                source=row["source"],
            )
    for slug in sorted(found):
        yield Message("quarantine of source {slug}: no harvest put it there", slug=slug)


def _broken_held(connection: sa.Connection, marks: Mapping[str, str]) -> Iterator[Message]:
    sealed = []
    for row in _stream(connection, sa.select(held)):
        if deliveries.row_hash(row) != row["row_hash"]:
            yield _altered(Message("held delivery of source {source}", source=row["source"]))
        sealed.append((row["source"], row["row_hash"]))
    if hash_of_rows(sealed) != marks.get("held_hash"):
        yield Message("held: the set of held deliveries is not the one that was sealed")


def _is_intact(row: Mapping[str, Any]) -> bool:
    try:
        return bool(rows.refusal_hash(row, unpacked(row["body"])) == row["row_hash"])
    except DamagedError:
        return False
