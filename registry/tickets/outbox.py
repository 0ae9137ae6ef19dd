"""What goes out and is tried again: answers to nodes above, pointers to inboxes, mails."""

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from registry.tickets.database import Database
from registry.tickets.schema import outbox

_MINUTE_S, _HOUR_S, _DAY_S = 60.0, 3_600.0, 86_400.0
WAITS_S = (
    *(_MINUTE_S, 5 * _MINUTE_S, 30 * _MINUTE_S, 2 * _HOUR_S, 6 * _HOUR_S, _DAY_S),
    *(_DAY_S,) * 7,
)
"""Seconds after each try that did not succeed; after the last one it is given up."""
KEPT_S = 30 * _DAY_S
"""How long it is known that something was delivered or given up, in seconds."""
_LATER = frozenset({0, 408, 425, 429})
"""Codes after which trying again may help, beside 3xx and 5xx; 0 is no answer at all."""


class Sort(StrEnum):
    """What goes out."""

    ANSWER = "answer"
    POINTER = "pointer"
    MAIL = "mail"
    REMINDER = "reminder"
    DESK = "desk"


class SendState(StrEnum):
    """What became of it."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"


@dataclass(frozen=True, slots=True)
class Sending:
    """One thing that goes out. Moments are seconds of the epoch, 0 for never.

    Attributes:
        address: of an answer, the upstream's; of a pointer, the source's slug; of a mail, the pole.
        number: of the ticket; empty for what is passed on.
        body: JSON; of a mail to editors, whom it is for; empty once it is over, and of other mails.
        due: when it is tried next.
        code: HTTP status of the last try; 0 where no answer came.
        location: where the last answer pointed to.
    """

    id: int
    sort: Sort
    address: str
    number: str
    body: str
    state: SendState
    made: float
    due: float
    tries: int
    tried: float
    code: int
    location: str


class Outbox:
    """What a node sends; safe among threads and processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(
        self, sort: Sort, address: str, number: str, body: str, now: float, tries: int = 0
    ) -> None:
        """Have something sent at the next occasion, or in time when it was tried already."""
        with self._database.writing() as connection:
            put(connection, sort, address, number, body, now, tries)

    def due(self, sort: Sort, now: float, limit: int = 100) -> list[Sending]:
        """Return what is to be tried now, the longest due first."""
        waits = (outbox.c.state == SendState.WAITING) & (outbox.c.due <= now)
        query = sa.select(outbox).where(waits, outbox.c.sort == sort)
        return self._read(query.order_by(outbox.c.due, outbox.c.id).limit(limit))

    def of_ticket(self, number: str) -> list[Sending]:
        """Return what went out about a ticket, the oldest first."""
        return self._read(sa.select(outbox).where(outbox.c.number == number).order_by(outbox.c.id))

    def all(self) -> list[Sending]:
        """Return everything, the oldest first."""
        return self._read(sa.select(outbox).order_by(outbox.c.id))

    def tried(
        self, sent: Sending, code: int, now: float, *, location: str = "", wait_s: float = 0.0
    ) -> SendState:
        """Write down what a try gave: delivered, to be tried again, or given up.

        Args:
            sent: what was tried.
            code: HTTP status; 0 where no answer came.
            now: the moment.
            location: where the answer pointed to.
            wait_s: how long the other asked to wait, a day at most.
        """
        state, after_s = _state_after(sent.tries, code)
        values = {"tries": sent.tries + 1, "tried": now, "code": code, "state": state}
        values |= {"location": location[:2_048], "due": now + max(after_s, min(wait_s, _DAY_S))}
        values |= {"body": ""} if state is not SendState.WAITING else {}
        mine = outbox.c.id == sent.id
        with self._database.writing() as connection:
            if state is SendState.DELIVERED and not sent.number:  # passed on: nothing of it stays
                connection.execute(sa.delete(outbox).where(mine))
            else:
                connection.execute(sa.update(outbox).where(mine).values(**values))
        if state is not SendState.WAITING:
            self._database.forget()
        return state

    def drop(self, sent: Sending) -> None:
        """Forget what nobody has to send any more."""
        with self._database.writing() as connection:
            connection.execute(sa.delete(outbox).where(outbox.c.id == sent.id))

    def _read(self, query: sa.Select[tuple[object, ...]]) -> list[Sending]:
        if not self._database.is_there():
            return []
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return [Sending(**(dict(row) | _typed(row["sort"], row["state"]))) for row in rows]


def put(
    connection: sa.Connection,
    sort: Sort,
    address: str,
    number: str,
    body: str,
    now: float,
    tries: int = 0,
) -> None:
    """Have something sent, in the caller's transaction, as :meth:`Outbox.put`."""
    due = now + WAITS_S[tries - 1] if tries else now
    row = {"sort": sort, "address": address, "number": number, "body": body}
    row |= {"state": SendState.WAITING, "location": ""}
    times = {"made": now, "due": due, "tried": now if tries else 0.0, "tries": tries, "code": 0}
    connection.execute(sa.insert(outbox), row | times)


def put_pointer(connection: sa.Connection, slug: str, correction: str, now: float) -> None:
    """Have the node of a source told, once, that something waits in its mailbox."""
    waits = (outbox.c.sort == Sort.POINTER) & (outbox.c.state == SendState.WAITING)
    same = sa.select(outbox.c.id).where(waits, outbox.c.address == slug)
    if connection.execute(same).first() is None:
        put(connection, Sort.POINTER, slug, "", correction, now)


def erase(connection: sa.Connection, now: float) -> None:
    """Erase what is over since long, in the caller's transaction."""
    is_over = outbox.c.state != SendState.WAITING
    connection.execute(sa.delete(outbox).where(is_over, outbox.c.tried <= now - KEPT_S))


def _typed(sort: str, state: str) -> dict[str, object]:
    return {"sort": Sort(sort), "state": SendState(state)}


def _state_after(tries: int, code: int) -> tuple[SendState, float]:
    """Return what a try leads to, and seconds until the next."""
    if 200 <= code < 300:
        return SendState.DELIVERED, 0.0
    is_final = 400 <= code < 500 and code not in _LATER
    if is_final or tries >= len(WAITS_S):
        return SendState.UNDELIVERED, 0.0
    return SendState.WAITING, WAITS_S[tries]
