"""From rows to values and back."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from registry.ledger.cursor import cursor_of
from registry.ledger.errors import LedgerError
from registry.ledger.hashing import hash_of
from registry.ledger.options import options_of
from registry.ledger.packing import packed, unpacked
from registry.ledger.report import Report
from registry.ledger.schema import GENERATION
from registry.ledger.types import Change, Harvest, Kind, Outcome, Refusal, Source, Version
from vocab.records import Record, record_from_body
from vocab.redaction import public

_NO_OPTIONS = "{}"

Row = sa.Row[Any]


def dump(value: object) -> str:
    """Write a JSON-ready value as stored: compact, keys sorted."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def sealed(generation: str) -> str:
    """Write a generation as stored: with its own hash, so that an alteration shows."""
    return f"{generation} {hash_of(GENERATION, generation)}"


def moment(time: datetime) -> str:
    """Write a moment as stored.

    Raises:
        LedgerError: the moment has no time zone.
    """
    if time.tzinfo is None:
        raise LedgerError(
            "the moment {time} has no time zone: pass it in UTC", time=time.isoformat()
        )
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def source_row(source: Source, *, removed: bool = False) -> dict[str, Any]:
    """Return the columns of a source, hash included."""
    row: dict[str, Any] = {
        "slug": source.slug,
        "pole": source.pole,
        "title": source.title,
        "url": source.url,
        "kind": source.kind,
        "namespaces": dump(list(source.namespaces)),
        "allow_private": source.allow_private,
        "every_s": source.every_s,
        "cursor": dump(source.cursor.to_json()),
        "removed": removed,
        "options": dump(source.options.to_json()),
    }
    return row | {"row_hash": source_hash(row)}


def source_hash(row: Mapping[str, Any]) -> str:
    """Return the hash of a source's columns.

    Empty options leave no trace in it: a source written before there were any keeps its seal.
    """
    options = () if row["options"] == _NO_OPTIONS else (row["options"],)
    return hash_of(
        row["slug"], row["pole"], row["title"], row["url"], row["kind"], row["namespaces"],
        bool(row["allow_private"]), row["every_s"], row["cursor"], bool(row["removed"]), *options,
    )  # fmt: skip


def source_of(row: Row) -> Source:
    """Read a source."""
    return Source(
        slug=row.slug,
        pole=row.pole,
        title=row.title,
        url=row.url,
        kind=row.kind,
        namespaces=tuple(json.loads(row.namespaces)),
        allow_private=bool(row.allow_private),
        every_s=row.every_s,
        cursor=cursor_of(json.loads(row.cursor)),
        options=options_of(json.loads(row.options)),
    )


def harvest_hash(previous: str, row: Mapping[str, Any]) -> str:
    """Return the entry hash of a harvest's columns, chained to the previous harvest's."""
    return hash_of(
        previous, row["id"], row["source"], row["outcome"], row["started"], row["ended"],
        row["first_seq"], row["last_seq"], row["report"], row["quarantine_hash"],
    )  # fmt: skip


def harvest_of(row: Row) -> Harvest:
    """Read a harvest."""
    return Harvest(
        id=row.id,
        source=row.source,
        outcome=Outcome(row.outcome),
        started=datetime.fromisoformat(row.started),
        ended=datetime.fromisoformat(row.ended),
        first_seq=row.first_seq,
        last_seq=row.last_seq,
        report=Report(json.loads(public(row.report))),  # earlier versions wrote addresses whole
    )


def change_hash(row: Mapping[str, Any]) -> str:
    """Return the entry hash of a change's columns; the body enters by its content hash."""
    return hash_of(
        row["previous_hash"], row["seq"], row["subject"], row["source"], row["harvest"],
        row["kind"], row["time"], row["content_hash"],
    )  # fmt: skip


def change_of(row: Row) -> Change:
    """Read a change."""
    # Column by column, each asked for by its name, takes as long as unpacking the body.
    seq, subject, source, harvest, kind, time, content_hash, body, previous, entry = tuple(row)
    return Change(
        seq=seq,
        subject=subject,
        source=source,
        harvest=harvest,
        kind=Kind(kind),
        time=datetime.fromisoformat(time),
        content_hash=content_hash,
        body=unpacked(body),
        previous_hash=previous,
        entry_hash=entry,
    )


def version_of(row: Row) -> Version:
    """Read when a subject changed, without what it became."""
    return Version(row.harvest, Kind(row.kind), datetime.fromisoformat(row.time))


def record_of(row: Row) -> Record:
    """Read the record that a change left."""
    return record_from_body(row.subject, unpacked(row.body))


def refusal_row(source: str, harvest: int, refusal: Refusal) -> dict[str, Any]:
    """Return the columns of a quarantined record, hash included."""
    row: dict[str, Any] = {
        "source": source,
        "subject": refusal.subject,
        "harvest": harvest,
        "body": packed(refusal.body),
        "findings": dump(list(refusal.findings)),
    }
    return row | {"row_hash": refusal_hash(row, refusal.body)}


def refusal_hash(row: Mapping[str, Any], body: str) -> str:
    """Return the hash of a quarantined record's columns."""
    return hash_of(row["source"], row["subject"], row["harvest"], row["findings"], body)


def refusal_of(row: Row) -> Refusal:
    """Read a refusal; the row says whether an older version is live (``live_seq``)."""
    return Refusal(
        subject=row.subject,
        body=unpacked(row.body),
        findings=tuple(json.loads(public(row.findings))),
        stale=row.live_seq is not None,
    )
