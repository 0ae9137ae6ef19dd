"""The ledger's transactions. Each function runs inside one that its caller opened."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from registry.ledger import held, rows
from registry.ledger.errors import LedgerError
from registry.ledger.hashing import GENESIS, body_hash, hash_of_rows
from registry.ledger.packing import packed
from registry.ledger.rows import dump, moment
from registry.ledger.schema import (
    SCHEMA_VERSION,
    change,
    harvest,
    meta,
    quarantine,
    source,
    state,
)
from registry.ledger.types import Draft, Harvest, HarvestResult, Kind, Outcome, Source
from vocab.records import Record

_PAGE = 500
_EMPTY = Record("", ())


def stamp(connection: sa.Connection) -> None:
    """Write the schema version and the empty chains' heads into a new ledger."""
    if connection.execute(sa.select(meta.c.key).limit(1)).first() is None:
        heads = {"head_seq": "0", "head_hash": GENESIS, "harvest_hash": GENESIS}
        heads["sources_hash"] = heads["held_hash"] = hash_of_rows([])
        values = {"schema": str(SCHEMA_VERSION)} | heads
        connection.execute(
            sa.insert(meta), [{"key": key, "value": value} for key, value in values.items()]
        )


def put_source(connection: sa.Connection, entry: Source) -> None:
    """Insert or change a source."""
    found = connection.execute(sa.select(source).where(source.c.slug == entry.slug)).first()
    row = rows.source_row(entry)
    if found is None:
        connection.execute(sa.insert(source), row)
    else:
        if found.url == entry.url and not found.removed:
            row["cursor"] = found.cursor
            row["row_hash"] = rows.source_hash(row)
        else:
            held.drop(connection, entry.slug)
        _update_source(connection, row)
    _seal_sources(connection)


def remove_source(connection: sa.Connection, slug: str, now: datetime) -> Harvest:
    """Delete what a source holds and take it out of force."""
    entry = _source(connection, slug)
    held = sa.select(state.c.subject).where(state.c.source == slug).order_by(state.c.subject)
    drafts = tuple(Draft(Kind.DELETE, s, None) for s in connection.execute(held).scalars())
    refused = sa.select(quarantine.c.subject).where(quarantine.c.source == slug)
    result = HarvestResult(
        outcome=Outcome.COMMITTED,
        started=now,
        drafts=drafts,
        released=tuple(connection.execute(refused).scalars()),
        cursor={},
        report={"removed": True, "deleted": len(drafts)},
    )
    entry_of_removal = commit(connection, slug, result, now)
    row = rows.source_row(entry, removed=True) | {"cursor": "{}"}
    row["row_hash"] = rows.source_hash(row)
    _update_source(connection, row)
    _seal_sources(connection)
    return entry_of_removal


def commit(connection: sa.Connection, slug: str, result: HarvestResult, now: datetime) -> Harvest:
    """Write a harvest: its row, its changes, the state, the quarantine, the cursor."""
    entry = _source(connection, slug)
    if result.drafts and result.outcome is not Outcome.COMMITTED:
        raise LedgerError(
            f"source {slug}: a harvest that ended {result.outcome} cannot carry "
            f"{len(result.drafts)} changes; only a committed one can",
            f"source {slug} : une moisson qui finit par {result.outcome} ne peut pas porter "
            f"{len(result.drafts)} changements ; seule une moisson enregistrée le peut",
        )
    harvest_id = (connection.execute(sa.select(sa.func.max(harvest.c.id))).scalar() or 0) + 1
    first, last = _reserve(connection, len(result.drafts))
    row: dict[str, Any] = {
        "id": harvest_id,
        "source": slug,
        "outcome": result.outcome.value,
        "started": moment(result.started),
        "ended": moment(now),
        "first_seq": first,
        "last_seq": last,
        "report": dump(result.report),
        "quarantine_hash": "",
        "entry_hash": "",
    }
    connection.execute(sa.insert(harvest), row)
    if first is not None:
        _write_state_and_log(connection, slug, harvest_id, result.drafts, first, row["ended"])
    _write_quarantine(connection, slug, harvest_id, result)
    _seal_harvest(connection, row)
    if result.held is not None:
        held.keep(connection, slug, harvest_id, result.held, result.outcome)
    elif not result.nothing_came:
        held.follow(connection, slug, harvest_id, result.outcome)
    if result.cursor is not None and result.cursor != entry.cursor:
        _move_cursor(connection, slug, result.cursor)
    return Harvest(
        harvest_id, slug, result.outcome, result.started, now, first, last, result.report
    )


def _source(connection: sa.Connection, slug: str) -> Source:
    query = sa.select(source).where(source.c.slug == slug, source.c.removed.is_(False))
    row = connection.execute(query).first()
    if row is None:
        raise LedgerError(
            f"no source is called {slug!r}: register it first (maillage source add)",
            f"aucune source ne s'appelle « {slug} » : enregistrez-la d'abord (maillage source add)",
        )
    return rows.source_of(row)


def _reserve(connection: sa.Connection, count: int) -> tuple[int | None, int | None]:
    head = connection.execute(sa.select(sa.func.max(change.c.seq))).scalar() or 0
    return (head + 1, head + count) if count else (None, None)


def _write_state_and_log(
    connection: sa.Connection,
    slug: str,
    harvest_id: int,
    drafts: Iterable[Draft],
    first: int,
    time: str,
) -> None:
    log = _chained(connection, slug, harvest_id, drafts, first, time)
    before = _live_seqs(connection, slug, [row["subject"] for row in log])
    after = _replay(slug, log, before)
    connection.execute(sa.insert(change), log)
    _write_state(connection, slug, before, after)
    _put_meta(connection, "head_seq", str(log[-1]["seq"]))
    _put_meta(connection, "head_hash", log[-1]["entry_hash"])


def _chained(
    connection: sa.Connection,
    slug: str,
    harvest_id: int,
    drafts: Iterable[Draft],
    first: int,
    time: str,
) -> list[dict[str, Any]]:
    previous = connection.execute(
        sa.select(change.c.entry_hash).where(change.c.seq == first - 1)
    ).scalar()
    previous = previous or GENESIS
    log: list[dict[str, Any]] = []
    for seq, draft in enumerate(drafts, first):
        body = _record_of(draft).body
        row: dict[str, Any] = {
            "seq": seq,
            "subject": draft.subject,
            "source": slug,
            "harvest": harvest_id,
            "kind": draft.kind.value,
            "time": time,
            "content_hash": body_hash(body.encode()),
            "body": packed(body),
            "previous_hash": previous,
        }
        previous = row["entry_hash"] = rows.change_hash(row)
        log.append(row)
    return log


def _record_of(draft: Draft) -> Record:
    record = _EMPTY if draft.record is None else draft.record
    whole = draft.record is not None and draft.record.iri == draft.subject and bool(record.lines)
    if whole is (draft.kind is Kind.DELETE):
        raise LedgerError(
            f"draft {draft.kind} of {draft.subject}: a creation or an update carries the "
            "subject's own triples, a deletion carries none",
            f"changement {draft.kind} de {draft.subject} : une création ou une modification porte "
            "les triplets de la fiche elle-même, une suppression n'en porte aucun",
        )
    return record


def _live_seqs(connection: sa.Connection, slug: str, subjects: list[str]) -> set[str]:
    """Give which subjects are live; refuse those that another source holds."""
    live: set[str] = set()
    for start in range(0, len(subjects), _PAGE):
        page = subjects[start : start + _PAGE]
        query = sa.select(state.c.subject, state.c.source).where(state.c.subject.in_(page))
        for row in connection.execute(query):
            if row.source != slug:
                raise LedgerError(
                    f"{row.subject} is held by the source {row.source}: {slug} may not change it",
                    f"{row.subject} est tenu par la source {row.source} : {slug} ne peut pas le "
                    "changer",
                )
            live.add(row.subject)
    return live


def _replay(
    slug: str, log: list[dict[str, Any]], before: set[str]
) -> dict[str, dict[str, Any] | None]:
    """Give the last state of each subject; refuse a change that does not follow from the last."""
    after: dict[str, dict[str, Any] | None] = {}
    for row in log:
        subject = row["subject"]
        is_live = after[subject] is not None if subject in after else subject in before
        if is_live is (row["kind"] == Kind.CREATE):
            live, vive = ("already", "déjà") if is_live else ("not", "non")
            raise LedgerError(
                f"source {slug}: {row['kind']} of {subject}, which is {live} live: compare again",
                f"source {slug} : {row['kind']} de {subject}, fiche {vive} publiée. "
                "Comparez de nouveau",
            )
        after[subject] = None if row["kind"] == Kind.DELETE else row
    return after


def _write_state(
    connection: sa.Connection,
    slug: str,
    before: set[str],
    after: dict[str, dict[str, Any] | None],
) -> None:
    gone = [{"key": subject} for subject in after if subject in before]
    if gone:
        connection.execute(sa.delete(state).where(state.c.subject == sa.bindparam("key")), gone)
    live = [
        {
            "subject": subject,
            "source": slug,
            "seq": row["seq"],
            "content_hash": row["content_hash"],
        }
        for subject, row in after.items()
        if row is not None
    ]
    if live:
        connection.execute(sa.insert(state), live)


def _write_quarantine(
    connection: sa.Connection, slug: str, harvest_id: int, result: HarvestResult
) -> None:
    refused = {refusal.subject: refusal for refusal in result.refusals}
    leaving = {*result.released, *(draft.subject for draft in result.drafts), *refused}
    if leaving:
        connection.execute(
            sa.delete(quarantine).where(
                quarantine.c.source == slug, quarantine.c.subject == sa.bindparam("key")
            ),
            [{"key": subject} for subject in sorted(leaving)],
        )
    if refused:
        connection.execute(
            sa.insert(quarantine),
            [rows.refusal_row(slug, harvest_id, refusal) for refusal in refused.values()],
        )


def _seal_harvest(connection: sa.Connection, row: dict[str, Any]) -> None:
    previous = connection.execute(
        sa.select(harvest.c.entry_hash).where(harvest.c.id == row["id"] - 1)
    ).scalar()
    refused = sa.select(quarantine.c.subject, quarantine.c.row_hash).where(
        quarantine.c.source == row["source"]
    )
    row["quarantine_hash"] = hash_of_rows((r[0], r[1]) for r in connection.execute(refused))
    row["entry_hash"] = rows.harvest_hash(previous or GENESIS, row)
    seal = {name: row[name] for name in ("quarantine_hash", "entry_hash")}
    connection.execute(sa.update(harvest).where(harvest.c.id == row["id"]), seal)
    _put_meta(connection, "harvest_hash", row["entry_hash"])


def _move_cursor(connection: sa.Connection, slug: str, cursor: dict[str, Any]) -> None:
    found = connection.execute(sa.select(source).where(source.c.slug == slug)).one()
    row = dict(found._mapping) | {"cursor": dump(cursor)}
    row["row_hash"] = rows.source_hash(row)
    _update_source(connection, row)
    _seal_sources(connection)


def _update_source(connection: sa.Connection, row: dict[str, Any]) -> None:
    """Write a source's row, its key left out: setting it makes SQLite search every child table."""
    values = {name: value for name, value in row.items() if name != "slug"}
    connection.execute(sa.update(source).where(source.c.slug == row["slug"]), values)


def _seal_sources(connection: sa.Connection) -> None:
    query = sa.select(source.c.slug, source.c.row_hash)
    sealed = hash_of_rows((row[0], row[1]) for row in connection.execute(query))
    _put_meta(connection, "sources_hash", sealed)


def _put_meta(connection: sa.Connection, key: str, value: str) -> None:
    connection.execute(sa.update(meta).where(meta.c.key == key), {"value": value})
