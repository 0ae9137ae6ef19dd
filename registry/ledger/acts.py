"""The audit trail: what was done, when, why, by whom and about what; each act chained to the last.

Of persons it holds account numbers only, which mean nothing outside the database of accounts.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from registry.ledger.errors import LedgerError
from registry.ledger.hashing import GENESIS, hash_of
from registry.ledger.rows import moment
from registry.ledger.schema import act, meta
from vocab.messages import Message

COMMAND = "command"
"""Who acts where nobody signed in: whoever may run ``maillage`` on the machine of the node."""
_WHAT = re.compile(r"[a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*\Z")
_BY = re.compile(r"[a-z0-9-]{1,40}\Z")
_LONGEST_WHAT, _LONGEST_WHY, _LONGEST_ABOUT = 40, 2_000, 2_000
_LAST = sa.select(act.c.id, act.c.entry_hash).order_by(act.c.id.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class Act:
    """One entry of the audit trail.

    Attributes:
        id: its number, from 1 without gap.
        time: when it was written down, UTC.
        what: family and deed, such as ``account.disabled``.
        why: the reason, in the words of who acted, or what the program knows of it.
        by: number of the account that acted, or :data:`COMMAND`.
        about: number of an account, IRI of a record, short name of a pole; empty for the node.
    """

    id: int
    time: datetime
    what: str
    why: str
    by: str
    about: str


def write(
    connection: sa.Connection, what: str, why: str, by: str, about: str, now: datetime
) -> Act:
    """Write an act down, in the transaction of the caller.

    Raises:
        LedgerError: a part has no sense or is too long; nothing is written.
    """
    _check(what, why, by, about)
    last = connection.execute(_LAST).first()
    row: dict[str, Any] = {
        "id": (last.id if last else 0) + 1,
        "time": moment(now),
        "what": what,
        "why": why,
        "by_whom": by,
        "about": about,
    }
    row["entry_hash"] = _hash(last.entry_hash if last else GENESIS, row)
    connection.execute(sa.insert(act), row)
    sealed = sa.update(meta).where(meta.c.key == "act_hash")
    connection.execute(sealed, {"value": row["entry_hash"]})
    return Act(row["id"], now, what, why, by, about)


def _check(what: str, why: str, by: str, about: str) -> None:
    if not _WHAT.match(what) or len(what) > _LONGEST_WHAT:
        raise LedgerError(
            "act {what!r}: write family and deed in lower case, such as account.disabled", what=what
        )
    if not _BY.match(by):
        raise LedgerError("act {what}: {by!r} is no account number", what=what, by=by)
    if not why.strip() or len(why) > _LONGEST_WHY or "\0" in why:
        raise LedgerError(
            "act {what}: give a reason of {most} characters at most", what=what, most=_LONGEST_WHY
        )
    if len(about) > _LONGEST_ABOUT or "\0" in about:
        raise LedgerError(
            "act {what}: what it is about has {most} characters at most",
            what=what,
            most=_LONGEST_ABOUT,
        )


def read(
    connection: sa.Connection, limit: int, about: str | None = None, by: str | None = None
) -> list[Act]:
    """Return the latest acts, newest first; only those about something, or by somebody."""
    query = sa.select(act).order_by(act.c.id.desc()).limit(limit)
    if about is not None:
        query = query.where(act.c.about == about)
    if by is not None:
        query = query.where(act.c.by_whom == by)
    return [
        Act(row.id, datetime.fromisoformat(row.time), row.what, row.why, row.by_whom, row.about)
        for row in connection.execute(query)
    ]


def broken(rows: Iterator[Mapping[str, Any]], marks: Mapping[str, str]) -> Iterator[Message]:
    """Return a sentence for each place where the trail contradicts itself.

    Args:
        rows: the acts in the order of their numbers.
        marks: what the ledger sealed.
    """
    previous, expected = GENESIS, 1
    for row in rows:
        if row["id"] != expected:
            yield Message(
                "act {expected}: missing (found {id} in its place)", expected=expected, id=row["id"]
            )
        if _hash(previous, row) != row["entry_hash"]:
            yield Message(
                "act {id}: its row or the one before it was altered (hash differs)", id=row["id"]
            )
        previous, expected = row["entry_hash"], row["id"] + 1
    if previous != marks.get("act_hash"):
        yield Message("act: the last act is not the one that was sealed")


def _hash(previous: str, row: Mapping[str, Any]) -> str:
    parts = ("id", "time", "what", "why", "by_whom", "about")
    return hash_of(previous, *(row[part] for part in parts))
