"""Deliveries that wait for a person's decision: one for each source, until decided or replaced.

Each function runs inside a transaction that its caller opened, and who calls one that gives a seal
(name and value, for ``meta``) writes it there.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from registry.ledger import rows, statements
from registry.ledger.cursor import cursor_of
from registry.ledger.errors import LedgerError
from registry.ledger.hashing import hash_of, hash_of_rows
from registry.ledger.packing import packed, unpacked
from registry.ledger.schema import held
from registry.ledger.statements import SLUG
from registry.ledger.types import Draft, Held, HeldHarvest, Kind, Outcome, Refusal
from vocab.records import record_from_body


def follow(
    connection: sa.Connection, slug: str, harvest_id: int, outcome: Outcome
) -> dict[str, str]:
    """Let the kept delivery of a source follow a harvest that keeps none; give the seal it needs.

    A committed harvest moved the state that the delivery was compared with, so it goes; a
    discarding one leaves it with the mark, so that the same delivery is known when it comes again.
    """
    if outcome is Outcome.COMMITTED:
        return drop(connection, slug)
    if outcome is Outcome.DISCARDED:
        return _mark(connection, slug, harvest_id)
    return {}


def drop(connection: sa.Connection, slug: str) -> dict[str, str]:
    """Forget what was kept of a source; give the seal of all that is kept if that moved it."""
    dropped = connection.execute(statements.DROP_HELD, {SLUG: slug}).rowcount
    return _seal(connection) if dropped else {}


def _mark(connection: sa.Connection, slug: str, harvest_id: int) -> dict[str, str]:
    found = connection.execute(statements.HELD, {SLUG: slug}).first()
    if found is None:
        raise LedgerError(
            "source {slug}: no delivery is kept, so there is none to discard", slug=slug
        )
    row = dict(found._mapping) | {"discarded": harvest_id}
    row["row_hash"] = row_hash(row)
    connection.execute(sa.update(held).where(held.c.source == slug), row)
    return _seal(connection)


def store(
    connection: sa.Connection, slug: str, harvest_id: int, delivery: Held, outcome: Outcome
) -> dict[str, str]:
    """Keep a delivery in the place of the source's earlier one; give the seal of all then.

    A committed harvest keeps what it undid, as discarded by itself.
    """
    text = rows.dump(_written(delivery))
    row: dict[str, Any] = {
        "source": slug,
        "harvest": harvest_id,
        "digest": held_digest(delivery),
        "discarded": harvest_id if outcome is Outcome.COMMITTED else None,
        "body": packed(text),
        "row_hash": "",
    }
    row["row_hash"] = row_hash(row)
    connection.execute(statements.DROP_HELD, {SLUG: slug})
    connection.execute(sa.insert(held), row)
    return _seal(connection)


def held_digest(delivery: Held) -> str:
    """Return what distinguishes a delivery from another: what it would change, not its findings.

    What it would mark as missing counts as deleted: that is where it leads.
    """
    deletions = (Draft(Kind.DELETE, subject, None) for subject in delivery.missing)
    drafts = sorted((*delivery.drafts, *deletions), key=lambda draft: draft.subject)
    return hash_of(
        *(f"{d.kind} {d.subject} {'' if d.record is None else d.record.content_hash}"
          for d in drafts),
        *(f"refuse {r.subject} {hashlib.sha256(r.body.encode()).hexdigest()}"
          for r in delivery.refusals),
        *(f"release {subject}" for subject in delivery.released),
    )  # fmt: skip


def row_hash(row: Mapping[str, Any]) -> str:
    """Return the hash of a kept delivery's columns."""
    body = hashlib.sha256(row["body"]).hexdigest()
    return hash_of(row["source"], row["harvest"], row["digest"], row["discarded"], body)


def held_of(row: sa.Row[Any]) -> HeldHarvest:
    """Read a kept delivery."""
    content = json.loads(unpacked(row.body))
    return HeldHarvest(row.source, row.harvest, row.digest, row.discarded, _read(content))


def _written(delivery: Held) -> dict[str, Any]:
    return {
        "drafts": [
            [d.kind.value, d.subject, "" if d.record is None else d.record.body]
            for d in delivery.drafts
        ],
        "refusals": [[r.subject, r.body, list(r.findings), r.stale] for r in delivery.refusals],
        "released": list(delivery.released),
        "cursor": delivery.cursor and delivery.cursor.to_json(),
        "base": dict(delivery.base),
        "missing": list(delivery.missing),
        "undone": list(delivery.undone),
        "undone_by": delivery.undone_by,
    }


def _read(content: Mapping[str, Any]) -> Held:
    return Held(
        drafts=tuple(
            Draft(Kind(kind), subject, record_from_body(subject, body) if body else None)
            for kind, subject, body in content["drafts"]
        ),
        refusals=tuple(
            Refusal(subject, body, tuple(findings), stale)
            for subject, body, findings, stale in content["refusals"]
        ),
        released=tuple(content["released"]),
        cursor=None if content["cursor"] is None else cursor_of(content["cursor"]),
        base=content["base"],
        missing=tuple(content.get("missing", ())),  # kept before there were any marks
        undone=tuple((subject, end) for subject, end in content.get("undone", ())),
        undone_by=content.get("undone_by"),
    )


def _seal(connection: sa.Connection) -> dict[str, str]:
    sealed = connection.execute(statements.SEALS_OF_HELD)
    return {"held_hash": hash_of_rows((row[0], row[1]) for row in sealed)}
