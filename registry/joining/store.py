"""The requests to join a node's network: asked, answered, erased.

Bounds are counted here over all processes; how often one network address may ask is counted where
addresses are known (:mod:`registry.web.joining.asking`), and no address is kept here.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from typing import Any

import sqlalchemy as sa

from registry.accounts.sessions import TOKEN, digest
from registry.joining.schema import SCHEMA_VERSION, link, meta, metadata, request
from registry.joining.types import Answer, Asked, FullError, JoiningError, Reason, Request, State
from registry.settings.config import Config
from registry.tickets.database import Database, Kept

KEPT = Kept("requests.sqlite", metadata, meta, SCHEMA_VERSION)
DAY_S = 86_400.0
KEPT_CLOSED_S = 30 * DAY_S
"""How long a request is kept after its answer, in seconds."""
LONGEST_S = 365 * DAY_S
"""How long a request without answer is kept, in seconds."""
MOST_OF_MAIL, MOST_LINKS, MOST = 3, 10, 300
"""Requests that wait of one mail address, links to one, and requests that wait in all."""
LONGEST_REPLY = 1_000
_ASKED = tuple(field.name for field in fields(Asked))


class Requests:
    """The requests of a node; safe among threads and processes."""

    def __init__(self, config: Config) -> None:
        self._database = Database(config, KEPT)

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def ask(self, asked: Asked, now: float) -> tuple[str, Request, bool]:
        """Keep a request; one that says the very same is one.

        Returns:
            The token of who asked, shown once; the request; whether it is new.

        Raises:
            FullError: no more is taken.
        """
        token, same = secrets.token_urlsafe(32), _sameness(asked)
        with self._database.writing() as connection:
            _erase(connection, now)
            row = connection.execute(sa.select(request).where(request.c.same == same)).first()
            is_new = row is None
            if row is None:
                row = _insert(connection, asked, same, now)
            else:
                _check_room_for_a_link(connection, row.number)
            connection.execute(sa.insert(link), {"token_hash": digest(token), "number": row.number})
        return token, _request(row), is_new

    # What is read

    def by_token(self, token: str, now: float) -> Request:
        """Return the request that a link follows.

        Raises:
            JoiningError: there is none, or it was erased.
        """
        if not TOKEN.match(token):
            raise _gone()
        here = sa.select(link.c.number).where(link.c.token_hash == digest(token))
        return self._one(request.c.number.in_(here), now)

    def by_number(self, number: str, now: float) -> Request:
        """Return a request by its number.

        Raises:
            JoiningError: there is none, or it was erased.
        """
        return self._one(request.c.number == number, now)

    def listed(self, now: float) -> list[Request]:
        """Return the requests, those that wait first, each kind the oldest first."""
        if not self._database.is_there():
            return []
        waits = sa.case((request.c.state == State.WAITING, 0), else_=1)
        query = sa.select(request).where(_kept(now)).order_by(waits, request.c.made)
        with self._database.reading() as connection:
            return [_request(row) for row in connection.execute(query)]

    def waiting(self, now: float) -> int:
        """Return how many requests wait."""
        return sum(1 for each in self.listed(now) if each.is_waiting)

    # What changes a request

    @contextmanager
    def answering(self, number: str, answer: Answer, now: float) -> Iterator[None]:
        """Write an answer down with what the block does: both, or neither where it raises.

        Raises:
            JoiningError: it was answered or withdrawn meanwhile, or the answer makes no sense.
        """
        if answer.state is State.DECLINED and answer.reason not in list(Reason):
            raise JoiningError("a request is declined for one of the reasons of the list")
        if len(answer.reply) > LONGEST_REPLY:
            raise JoiningError("the words have {most} characters at most", most=LONGEST_REPLY)
        values = asdict(answer) | {"closed": now, "same": number}
        here = (request.c.number == number) & (request.c.state == State.WAITING) & _kept(now)
        if not self._database.is_there():
            raise _gone()
        with self._database.writing() as connection:
            if not connection.execute(sa.update(request).where(here).values(**values)).rowcount:
                raise JoiningError("this request was answered or withdrawn meanwhile")
            yield

    def withdraw(self, token: str, now: float) -> None:
        """Erase a request, or, where others asked the very same, one's link to it.

        Raises:
            JoiningError: the link opens nothing.
        """
        found = self.by_token(token, now)
        with self._database.writing() as connection:
            connection.execute(sa.delete(link).where(link.c.token_hash == digest(token)))
            if not _links(connection, found.number):
                _delete(connection, request.c.number == found.number)
        self._database.forget()

    def erase(self, now: float) -> None:
        """Erase what is over."""
        if self._database.is_there():
            with self._database.writing() as connection:
                _erase(connection, now)
            self._database.forget()

    def _one(self, where: sa.ColumnElement[bool], now: float) -> Request:
        if not self._database.is_there():
            raise _gone()
        with self._database.reading() as connection:
            row = connection.execute(sa.select(request).where(where, _kept(now))).first()
        if row is None:
            raise _gone()
        return _request(row)


def _gone() -> JoiningError:
    return JoiningError(
        "no request is kept under this address: it was withdrawn, or erased thirty days after its "
        "answer, or the link is incomplete"
    )


def _sameness(asked: Asked) -> str:
    """Return what two requests share that say the very same: a link shows what its owner typed."""
    said = {name: " ".join(text.casefold().split()) for name, text in asdict(asked).items()}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _kept(now: float) -> sa.ColumnElement[bool]:
    """What is not over, whenever it is erased."""
    in_time = (request.c.closed == 0) | (request.c.closed > now - KEPT_CLOSED_S)
    return in_time & (request.c.made > now - LONGEST_S)


def _insert(connection: sa.Connection, asked: Asked, same: str, now: float) -> sa.Row[Any]:
    waiting = sa.select(sa.func.count()).where(request.c.state == State.WAITING)
    of_mail = waiting.where(request.c.mail == asked.mail)
    if connection.execute(of_mail).scalar_one() >= MOST_OF_MAIL:
        raise FullError(
            "{count} requests of this mail address wait for their answer already: those who keep "
            "this directory answer them first",
            count=MOST_OF_MAIL,
        )
    if connection.execute(waiting).scalar_one() >= MOST:
        raise FullError("too many requests wait in this directory: none is taken for now")
    row: dict[str, Any] = asdict(asked) | {"number": secrets.token_hex(5), "same": same}
    row |= {"state": State.WAITING, "reason": "", "reply": "", "pole": ""}
    row |= {"made": now, "closed": 0.0}
    inserting = sa.insert(request).values(**row).returning(request)
    return connection.execute(inserting).one()


def _check_room_for_a_link(connection: sa.Connection, number: str) -> None:
    if _links(connection, number) >= MOST_LINKS:
        raise FullError("this very request was sent {count} times: it waits", count=MOST_LINKS)


def _links(connection: sa.Connection, number: str) -> int:
    query = sa.select(sa.func.count()).where(link.c.number == number)
    return int(connection.execute(query).scalar_one())


def _erase(connection: sa.Connection, now: float) -> None:
    _delete(connection, ~_kept(now))


def _delete(connection: sa.Connection, where: sa.ColumnElement[bool]) -> None:
    numbers = sa.select(request.c.number).where(where)
    connection.execute(sa.delete(link).where(link.c.number.in_(numbers)))
    connection.execute(sa.delete(request).where(where))


def _request(row: sa.Row[Any]) -> Request:
    return Request(
        number=row.number,
        asked=Asked(**{name: getattr(row, name) for name in _ASKED}),
        state=State(row.state),
        reason=row.reason,
        reply=row.reply,
        pole=row.pole,
        made=row.made,
        closed=row.closed,
    )
