"""The ledger's transactions. Each function runs inside one that its caller opened."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from registry.ledger import held, rows, statements
from registry.ledger.cursor import Cursor
from registry.ledger.errors import LedgerError, TakenError
from registry.ledger.hashing import GENESIS, body_hash, hash_of_rows
from registry.ledger.packing import packed
from registry.ledger.report import Report
from registry.ledger.rows import dump, moment
from registry.ledger.schema import SCHEMA_VERSION, meta, quarantine, source, state
from registry.ledger.statements import NAME, NUMBER, SLUG, SUBJECT, SUBJECTS
from registry.ledger.types import Draft, Harvest, HarvestResult, Kind, Outcome, Source
from vocab.messages import Message
from vocab.records import Record

_PAGE = 500
_EMPTY = Record("", ())


def stamp(connection: sa.Connection) -> None:
    """Write the schema version and the empty chains' heads into a new ledger."""
    if connection.execute(sa.select(meta.c.key).limit(1)).first() is None:
        heads = {"head_seq": "0"}
        heads |= dict.fromkeys(("head_hash", "harvest_hash", "act_hash"), GENESIS)
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
            _put_meta(connection, held.drop(connection, entry.slug))
        _update_source(connection, row)
    _put_meta(connection, _seal_of_sources(connection))


def remove_source(connection: sa.Connection, slug: str, now: datetime) -> Harvest:
    """Delete what a source holds and take it out of force."""
    entry = rows.source_of(_source(connection, slug))
    held = sa.select(state.c.subject).where(state.c.source == slug).order_by(state.c.subject)
    drafts = tuple(Draft(Kind.DELETE, s, None) for s in connection.execute(held).scalars())
    refused = sa.select(quarantine.c.subject).where(quarantine.c.source == slug)
    result = HarvestResult(
        outcome=Outcome.COMMITTED,
        started=now,
        drafts=drafts,
        released=tuple(connection.execute(refused).scalars()),
        cursor=Cursor(),
        report={"removed": True, "deleted": len(drafts)},
    )
    entry_of_removal = commit(connection, slug, result, now)
    row = rows.source_row(entry, removed=True) | {"cursor": "{}"}
    row["row_hash"] = rows.source_hash(row)
    _update_source(connection, row)
    _put_meta(connection, _seal_of_sources(connection))
    return entry_of_removal


def commit(connection: sa.Connection, slug: str, result: HarvestResult, now: datetime) -> Harvest:
    """Write a harvest: its row, its changes, the state, the quarantine, the cursor."""
    entry = _source(connection, slug)
    if result.drafts and result.outcome is not Outcome.COMMITTED:
        raise LedgerError(
            "source {slug}: a harvest that ended {outcome} cannot carry {count} changes; only a "
            "committed one can",
            slug=slug,
            outcome=result.outcome,
            count=len(result.drafts),
        )
    last, head = _last(connection, statements.LAST_HARVEST)
    seq, previous = _last(connection, statements.LAST_CHANGE)
    row = _entry(last + 1, slug, result, now, seq)
    connection.execute(statements.HARVEST, row)
    heads: dict[str, str] = {}
    if result.drafts:
        log = _chained(row, result.drafts, previous)
        heads |= _write_state_and_log(connection, slug, log)
    _write_quarantine(connection, slug, row["id"], result)
    heads |= _seal_harvest(connection, row, head)
    if result.held is not None:
        heads |= held.store(connection, slug, row["id"], result.held, result.outcome)
    elif not result.nothing_came:
        heads |= held.follow(connection, slug, row["id"], result.outcome)
    if result.cursor is not None:
        heads |= _move_cursor(connection, entry, result.cursor)
    _put_meta(connection, heads)
    return Harvest(
        row["id"], slug, result.outcome, result.started, now,
        row["first_seq"], row["last_seq"], Report(result.report),
    )  # fmt: skip


def _entry(
    number: int, slug: str, result: HarvestResult, now: datetime, seq: int
) -> dict[str, Any]:
    """Return the row of a harvest, not sealed yet, whose changes come after change ``seq``."""
    count = len(result.drafts)
    return {
        "id": number,
        "source": slug,
        "outcome": result.outcome.value,
        "started": moment(result.started),
        "ended": moment(now),
        "first_seq": seq + 1 if count else None,
        "last_seq": seq + count if count else None,
        "report": dump(result.report),
        "quarantine_hash": "",
        "entry_hash": "",
    }


def _source(connection: sa.Connection, slug: str) -> rows.Row:
    row = connection.execute(statements.SOURCE, {SLUG: slug}).first()
    if row is None:
        raise LedgerError(
            "no source is called {slug!r}: register it first (maillage source add)", slug=slug
        )
    return row


def _last(connection: sa.Connection, query: sa.Select[int, str]) -> tuple[int, str]:
    """Return the number and the hash of the last entry of a chain."""
    found = connection.execute(query).first()
    return (0, GENESIS) if found is None else (found[0], found[1])


def _write_state_and_log(
    connection: sa.Connection, slug: str, log: list[dict[str, Any]]
) -> dict[str, str]:
    """Return the head of the chain of changes."""
    before = _live(connection, slug, [row["subject"] for row in log])
    after = _replay(slug, log, before)
    connection.execute(statements.CHANGE, log)
    _write_state(connection, slug, before, after)
    return {"head_seq": str(log[-1]["seq"]), "head_hash": log[-1]["entry_hash"]}


def _chained(
    entry: Mapping[str, Any], drafts: Iterable[Draft], previous: str
) -> list[dict[str, Any]]:
    """Return the rows of a harvest's changes, each chained to the one before it."""
    log: list[dict[str, Any]] = []
    for seq, draft in enumerate(drafts, entry["first_seq"]):
        body = _record_of(draft).body
        row: dict[str, Any] = {
            "seq": seq,
            "subject": draft.subject,
            "source": entry["source"],
            "harvest": entry["id"],
            "kind": draft.kind.value,
            "time": entry["ended"],
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
            "draft {kind} of {subject}: a creation or an update carries the subject's own "
            "triples, a deletion carries none",
            kind=draft.kind,
            subject=draft.subject,
        )
    return record


def _live(connection: sa.Connection, slug: str, subjects: list[str]) -> set[str]:
    """Return which subjects are live; refuse those that another source holds."""
    live: set[str] = set()
    for start in range(0, len(subjects), _PAGE):
        page = subjects[start : start + _PAGE]
        for row in connection.execute(statements.HOLDERS, {SUBJECTS: page}):
            if row.source != slug:
                raise TakenError(
                    "{subject} is held by the source {source}: {slug} may not change it",
                    subject=row.subject,
                    source=row.source,
                    slug=slug,
                )
            live.add(row.subject)
    return live


def _replay(
    slug: str, log: list[dict[str, Any]], before: set[str]
) -> dict[str, dict[str, Any] | None]:
    """Return the last state of each subject; refuse a change that does not follow from the last."""
    after: dict[str, dict[str, Any] | None] = {}
    for row in log:
        subject = row["subject"]
        is_live = after[subject] is not None if subject in after else subject in before
        if is_live is (row["kind"] == Kind.CREATE):
            live = Message("already") if is_live else Message("not")
            raise LedgerError(
                "source {slug}: {kind} of {subject}, which is {live} live: compare again",
                slug=slug,
                kind=row["kind"],
                subject=subject,
                live=live,
            )
        after[subject] = None if row["kind"] == Kind.DELETE else row
    return after


def _write_state(
    connection: sa.Connection,
    slug: str,
    before: set[str],
    after: dict[str, dict[str, Any] | None],
) -> None:
    replaced = [{SUBJECT: subject} for subject in after if subject in before]
    if replaced:
        connection.execute(statements.NO_LONGER_LIVE, replaced)
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
        connection.execute(statements.LIVE, live)


def _write_quarantine(
    connection: sa.Connection, slug: str, harvest_id: int, result: HarvestResult
) -> None:
    refused = {refusal.subject: refusal for refusal in result.refusals}
    leaving = {*result.released, *(draft.subject for draft in result.drafts), *refused}
    if leaving:
        connection.execute(
            statements.NO_LONGER_REFUSED,
            [{SLUG: slug, SUBJECT: subject} for subject in sorted(leaving)],
        )
    if refused:
        connection.execute(
            statements.REFUSED,
            [rows.refusal_row(slug, harvest_id, refusal) for refusal in refused.values()],
        )


def _seal_harvest(connection: sa.Connection, row: dict[str, Any], previous: str) -> dict[str, str]:
    """Chain a harvest to the one before it; give the head of their chain."""
    refused = connection.execute(statements.SEALS_OF_REFUSALS, {SLUG: row["source"]})
    row["quarantine_hash"] = hash_of_rows((r[0], r[1]) for r in refused)
    row["entry_hash"] = rows.harvest_hash(previous, row)
    seal = {name: row[name] for name in ("quarantine_hash", "entry_hash")}
    connection.execute(statements.SEAL_HARVEST, seal | {NUMBER: row["id"]})
    return {"harvest_hash": row["entry_hash"]}


def _move_cursor(connection: sa.Connection, found: rows.Row, cursor: Cursor) -> dict[str, str]:
    """Write a source's cursor when it moved; give the seal of the sources then."""
    written = dump(cursor.to_json())
    if written == found.cursor:
        return {}
    row = dict(found._mapping) | {"cursor": written}
    row["row_hash"] = rows.source_hash(row)
    _update_source(connection, row)
    return _seal_of_sources(connection)


def _update_source(connection: sa.Connection, row: dict[str, Any]) -> None:
    """Write a source's row, its key left out: setting it makes SQLite search every child table."""
    values = {name: value for name, value in row.items() if name != "slug"}
    connection.execute(statements.CHANGE_SOURCE, values | {SLUG: row["slug"]})


def _seal_of_sources(connection: sa.Connection) -> dict[str, str]:
    sealed = connection.execute(statements.SEALS_OF_SOURCES)
    return {"sources_hash": hash_of_rows((row[0], row[1]) for row in sealed)}


def _put_meta(connection: sa.Connection, values: Mapping[str, str]) -> None:
    if values:
        parameters = [{NAME: key, "value": value} for key, value in values.items()]
        connection.execute(statements.PUT_META, parameters)
