"""Corrections and mailboxes in a backup of the node, a row a line (decision 0086).

Mailboxes, nodes above and which poles want no mail come back from any backup: they hold no word of
a visitor. Corrections come back from a young one only, and what is due by then is erased before
anybody reads it: a backup must not keep longer what the node promised to erase.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from registry.settings.config import Config
from registry.tickets.database import Database, VisitorsDataError
from registry.tickets.schema import (
    SCHEMA_VERSION,
    mailbox,
    meta,
    metadata,
    silence,
    ticket,
    upstream,
)
from registry.tickets.store import KEPT, KEPT_CLOSED_S, Tickets

_WITHOUT_WORDS = (mailbox, upstream, silence)
_WITH_WORDS = tuple(t for t in metadata.sorted_tables if t not in {meta, *_WITHOUT_WORDS})
"""In an order in which no row comes before what it names."""


@dataclass(frozen=True, slots=True)
class Restored:
    """How much came back.

    Attributes:
        mailboxes: mailboxes, whose addresses go on.
        corrections: corrections that are kept.
        left_out: corrections of the backup that are not: it is too old, or they were due.
    """

    mailboxes: int
    corrections: int
    left_out: int


def lines(config: Config, now: float, *, with_words: bool = True) -> Iterator[bytes]:
    """Stream what visitors sent and the mailboxes; nothing where there is none.

    Args:
        config: settings of the node.
        now: the moment.
        with_words: corrections as well; else only what holds no word of a visitor.
    """
    with closing(Database(config, KEPT)) as database:
        if not database.is_there():
            return
        yield json.dumps({"schema": SCHEMA_VERSION, "made": now}).encode() + b"\n"
        with database.reading() as connection, connection.begin():
            for table in (*_WITHOUT_WORDS, *(_WITH_WORDS if with_words else ())):
                for row in connection.execute(sa.select(table)).all():
                    kept = {"table": table.name, "row": dict(row._mapping)}
                    yield json.dumps(kept).encode() + b"\n"


def restore(config: Config, kept: Iterable[bytes], now: float) -> Restored:
    """Fill an empty database of what visitors sent from a backup; erase at once what is due.

    Raises:
        VisitorsDataError: the lines are none of such a backup, or there is something already.
    """
    try:
        waiting = iter(kept)
        head = json.loads(next(waiting))
        if head["schema"] != SCHEMA_VERSION:
            raise _unreadable("schema")
        rows = [json.loads(line) for line in waiting]
        is_young = now - float(head["made"]) < KEPT_CLOSED_S
        with closing(Database(config, KEPT)) as database:
            _refill(database, rows, _WITHOUT_WORDS + (_WITH_WORDS if is_young else ()))
    except (ValueError, KeyError, TypeError, StopIteration, sa.exc.SQLAlchemyError) as error:
        raise _unreadable(type(error).__name__) from error
    return _erased(config, rows, now)


def _refill(database: Database, rows: list[dict[str, Any]], wanted: Iterable[sa.Table]) -> None:
    with database.writing() as connection:
        for table in wanted:
            if connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one():
                raise VisitorsDataError(
                    "there are corrections or mailboxes already: restore into an empty data folder "
                    "or database"
                )
            mine = [
                {column.name: one["row"][column.name] for column in table.c}
                for one in rows
                if one["table"] == table.name
            ]
            if mine:
                connection.execute(sa.insert(table), mine)


def _erased(config: Config, rows: list[dict[str, Any]], now: float) -> Restored:
    """Erase what is due, before anything of it is shown or sent."""
    with closing(Tickets(config)) as tickets:
        tickets.erase(now)
    with closing(Database(config, KEPT)) as database, database.reading() as connection:
        left = connection.execute(sa.select(sa.func.count()).select_from(ticket)).scalar_one()
    had = sum(one["table"] == ticket.name for one in rows)
    return Restored(sum(one["table"] == mailbox.name for one in rows), left, had - left)


def _unreadable(reason: str) -> VisitorsDataError:
    return VisitorsDataError(
        "the corrections and mailboxes of the backup cannot be read ({reason}): renew the "
        "mailboxes (maillage source mailbox renew)",
        reason=reason,
    )
