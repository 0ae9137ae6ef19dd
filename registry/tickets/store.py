"""The tickets of a node: proposed, answered, closed, erased.

Bounds are counted here over all processes; how often one network address may propose is counted
where addresses are known (:mod:`registry.web.corrections.tries`), and no address is kept here.
"""

import secrets
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from registry.accounts.sessions import TOKEN, digest
from registry.settings.config import Config
from registry.tickets import outbox
from registry.tickets.database import Database, Kept
from registry.tickets.mailboxes import Mailboxes
from registry.tickets.notices import Answer
from registry.tickets.outbox import Outbox, Sort
from registry.tickets.published import Published
from registry.tickets.schema import (
    SCHEMA_VERSION,
    STEPS,
    author,
    author_link,
    link,
    meta,
    metadata,
    notice,
    origin,
    published,
    silence,
    ticket,
)
from registry.tickets.schema import outbox as outbox_table
from registry.tickets.types import (
    WAITING,
    Counts,
    Field,
    FullError,
    Origin,
    Proposal,
    Reason,
    State,
    Ticket,
    TicketError,
)
from registry.tickets.upstreams import Upstreams
from registry.tickets.values import LONGEST_WORDS, commitment, sameness

KEPT = Kept("tickets.sqlite", metadata, meta, SCHEMA_VERSION, STEPS)
DAY_S = 86_400.0
KEPT_CLOSED_S = 30 * DAY_S
"""How long a ticket is kept after its answer, in seconds."""
EXPIRES_S = 335 * DAY_S
"""When a ticket without answer is closed: with what it is kept after that, a year in all."""
OLD_S = 30 * DAY_S
SALT_BYTES = 32
"""Of the salt of a public fingerprint: 256 bits, so that no value can be tried out."""
LINK_S = 30 * DAY_S
"""How long a pole's link is good, in seconds."""
MOST_OF_PLACE, MOST_OF_TICKET, MOST = 10, 50, 20_000
"""Tickets of a place that wait, authors of a ticket, and tickets that wait in all."""
_IS_WAITING = ticket.c.state.in_(WAITING)


class Tickets:
    """The tickets of a node; safe among threads and processes.

    Attributes:
        mailboxes: what waits for the nodes of sources.
        upstreams: the nodes above, which are asked.
        outbox: what goes out, and is tried again.
    """

    def __init__(self, config: Config) -> None:
        self._database = Database(config, KEPT)
        self.mailboxes = Mailboxes(self._database)
        self.upstreams = Upstreams(self._database)
        self.outbox = Outbox(self._database)

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def propose(
        self, proposal: Proposal, now: float, come_from: Origin | None = None
    ) -> tuple[str, str]:
        """Keep a proposal; give the token of its author, shown once, and the ticket's number.

        Args:
            proposal: what is proposed.
            now: the moment.
            come_from: the node above where it was written; its token then opens no page.

        Raises:
            FullError: no more is taken.
        """
        same = sameness(proposal)
        token = come_from.token if come_from else secrets.token_urlsafe(32)
        with self._database.writing() as connection:
            _erase(connection, now)
            found = connection.execute(sa.select(ticket).where(ticket.c.same == same)).first()
            if found is None:
                number = _insert(connection, proposal, same, now)
            else:
                number = found.number
                _check_room_for_one_more(found)
                more = sa.update(ticket).where(ticket.c.number == number)
                connection.execute(more.values(times=ticket.c.times + 1))
            row: dict[str, Any] = {"token_hash": digest(token), "number": number, "made": now}
            row |= {"evidence": proposal.evidence, "mail": proposal.mail, "answer": ""}
            connection.execute(sa.insert(author), row)
            if come_from is None and proposal.version:
                _publish(connection, number, proposal.version)
            if come_from:
                known = {"token_hash": digest(token), "number": number}
                connection.execute(sa.insert(origin), known | come_from.to_row())
        return token, number

    # What is read

    def by_token(self, token: str, now: float) -> Ticket:
        """Return the ticket that an author's link opens.

        Raises:
            TicketError: there is none, or it was erased.
        """
        if not TOKEN.match(token):
            raise gone()
        return self.by_author(token, now)

    def by_author(self, token: str, now: float) -> Ticket:
        """Return the ticket of an author, who may be one of a node above (:class:`Origin`).

        Raises:
            TicketError: there is none, or it was erased.
        """
        return self._one(self._author(token)[1], now)

    def origins(self, number: str) -> list[str]:
        """Return the nodes above where a ticket was written too, each once."""
        query = sa.select(origin.c.upstream).where(origin.c.number == number).distinct()
        with self._database.reading() as connection:
            return sorted(connection.execute(query).scalars())

    def by_link(self, token: str, now: float) -> Ticket:
        """Return the ticket that a pole's link answers.

        Raises:
            TicketError: the link is used or expired, or the ticket answered.
        """
        if not TOKEN.match(token):
            raise gone()
        number = self._number(link, token, link.c.expires >= now)
        found = self._one(number, now)
        if not found.is_waiting:
            raise gone()
        return found

    def of_pole(self, pole: str, number: str, now: float) -> Ticket:
        """Return a ticket of a pole by its number.

        Raises:
            TicketError: it has none with this number.
        """
        found = self._one(number, now)
        if found.pole != pole:
            raise gone()
        return found

    def by_number(self, number: str, now: float) -> Ticket:
        """Return a ticket by its number, which is no proof of anything.

        Raises:
            TicketError: there is none with this number.
        """
        return self._one(number, now)

    def listed(self, now: float, *, pole: str | None = None, limit: int = 500) -> list[Ticket]:
        """Return tickets, those that wait first, each kind the oldest first."""
        query = sa.select(ticket).where(*_kept(now))
        if pole is not None:
            query = query.where(ticket.c.pole == pole)
        waits = sa.case((_IS_WAITING, 0), else_=1)
        return self._read(query.order_by(waits, ticket.c.made, ticket.c.number).limit(limit))

    def waiting(self, now: float) -> Iterator[tuple[Ticket, str, str]]:
        """Return what a harvest may close, each with its salt and its fingerprint."""
        if not self._database.is_there():
            return
        may_close = ticket.c.state.in_((*WAITING, State.ACCEPTED))
        query = sa.select(ticket).where(may_close, *_kept(now)).order_by(ticket.c.place)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        for row in rows:
            yield _ticket(row), row.salt, row.commitment

    def published(self, pole: str | None, now: float) -> list[Published]:
        """Return the tickets of a pole, or of all, that somebody proposed here; in a random order.

        What a node above handed on is that node's to tell of.
        """
        if not self._database.is_there():
            return []
        from_above = sa.select(origin.c.token_hash)
        here = sa.select(author.c.number).where(author.c.token_hash.not_in(from_above))
        query = sa.select(ticket, published.c.salt.label("public_salt"), published.c.version).join(
            published, published.c.number == ticket.c.number
        )
        mine = query.where(ticket.c.number.in_(here), *_kept(now)).order_by(ticket.c.number)
        if pole is not None:
            mine = mine.where(ticket.c.pole == pole)
        with self._database.reading() as connection:
            rows = connection.execute(mine).all()
        return [Published(_ticket(row), row.public_salt, row.version) for row in rows]

    def salt(self, number: str) -> str:
        """Return the salt of the public fingerprint of a ticket; empty where it has none."""
        query = sa.select(published.c.salt).where(published.c.number == number)
        with self._database.reading() as connection:
            return str(connection.execute(query).scalar() or "")

    def counts(self, pole: str | None, now: float) -> Counts:
        """Return how many tickets of a pole wait, or of all poles, and how many for long."""
        if not self._database.is_there():
            return Counts()
        is_old = sa.case((ticket.c.made < now - OLD_S, 1), else_=0)
        query = sa.select(sa.func.count(), sa.func.sum(is_old)).where(_IS_WAITING, *_kept(now))
        if pole is not None:
            query = query.where(ticket.c.pole == pole)
        with self._database.reading() as connection:
            total, old = connection.execute(query).one()
        return Counts(int(total), int(old or 0))

    def readers(self, number: str) -> list[tuple[str, str]]:
        """Return whom an answer is mailed to: each address once, with a new link for its author."""
        query = sa.select(author.c.mail, author.c.token_hash).where(author.c.number == number)
        with self._database.writing() as connection:
            rows = connection.execute(query.where(author.c.mail != "").order_by(author.c.made))
            found = {row.mail: row.token_hash for row in rows}
            links = [(mail, found[mail], secrets.token_urlsafe(32)) for mail in sorted(found)]
            for _mail, hashed, token in links:
                row = {"token_hash": digest(token), "author": hashed, "number": number}
                connection.execute(sa.insert(author_link), row)
        return [(mail, token) for mail, _hashed, token in links]

    def is_silent(self, pole: str) -> bool:
        """Whether the editors of a pole want no mail when a correction arrives."""
        if not self._database.is_there():
            return False
        with self._database.reading() as connection:
            query = sa.select(silence.c.pole).where(silence.c.pole == pole)
            return connection.execute(query).first() is not None

    def set_silent(self, pole: str, now: float, *, is_silent: bool) -> None:
        """Have the editors of a pole told by mail of corrections that arrive, or no more."""
        with self._database.writing() as connection:
            connection.execute(sa.delete(silence).where(silence.c.pole == pole))
            if is_silent:
                connection.execute(sa.insert(silence), {"pole": pole, "since": now})

    # What changes a ticket

    def answer(
        self, number: str, state: State, now: float, *, reason: str = "", reply: str = ""
    ) -> None:
        """Write down what the pole answers.

        Raises:
            TicketError: it was answered meanwhile, or the answer makes no sense.
        """
        if state is State.DECLINED and reason not in list(Reason):
            raise TicketError("a correction is declined for one of the reasons of the list")
        if state is State.ASKED and not reply.strip():
            raise TicketError("a question has words: write what you would like to know")
        values: dict[str, Any] = {"state": state, "reason": reason, "reply": reply, "changed": now}
        if state is not State.ASKED:
            values |= {"closed": now, "same": number}
        with self._database.writing() as connection:
            _change(connection, number, _IS_WAITING, values)
            for known in connection.execute(sa.select(origin).where(origin.c.number == number)):
                said = Answer(known.object, known.reply, state, reason, reply)
                body = said.to_text()
                outbox.put(connection, Sort.ANSWER, known.upstream, number, body, now)

    def close_by_harvest(self, number: str, state: State, now: float) -> None:
        """Close a ticket whose field, or whose place, a harvest changed."""
        values = {"state": state, "changed": now, "closed": now, "same": number}
        may_close = ticket.c.state.in_((*WAITING, State.ACCEPTED))
        with self._database.writing() as connection:
            _change(connection, number, may_close, values)

    def reply(self, token: str, words: str, now: float) -> None:
        """Keep what an author answers to the pole's question.

        Args:
            token: as :meth:`by_author` takes it.
            words: the answer.
            now: the moment.

        Raises:
            TicketError: the link opens nothing, nothing was asked, or the words are none or too
                many.
        """
        if not words or len(words) > LONGEST_WORDS:
            raise TicketError("an answer has words, {most} characters at most", most=LONGEST_WORDS)
        found = self.by_author(token, now)
        if found.state is not State.ASKED:
            raise TicketError("the pole asks nothing any more: this correction was answered")
        mine = sa.update(author).where(author.c.token_hash == self._author(token)[0])
        with self._database.writing() as connection:
            connection.execute(mine.values(answer=words))
            again = sa.update(ticket).where(ticket.c.number == found.number)
            connection.execute(again.values(state=State.OPEN, changed=now))

    def withdraw(self, token: str, now: float) -> None:
        """Erase what one author said, and the ticket when nobody else proposed the same.

        Args:
            token: as :meth:`by_author` takes it.
            now: the moment.

        Raises:
            TicketError: the link opens nothing.
        """
        found, hashed = self.by_author(token, now), self._author(token)[0]
        with self._database.writing() as connection:
            connection.execute(sa.delete(author_link).where(author_link.c.author == hashed))
            for table in (origin, author):
                connection.execute(sa.delete(table).where(table.c.token_hash == hashed))
            one_less = sa.update(ticket).where(ticket.c.number == found.number)
            connection.execute(one_less.values(times=ticket.c.times - 1))
            rest = sa.select(sa.func.count()).where(author.c.number == found.number)
            if not connection.execute(rest).scalar_one():
                _delete(connection, sa.select(ticket.c.number).where(_is(found.number)))
        self._database.forget()

    def give_link(self, number: str, now: float) -> str:
        """Return a token by which the pole answers once; one given before is void."""
        token = secrets.token_urlsafe(32)
        row = {"token_hash": digest(token), "number": number, "expires": now + LINK_S}
        with self._database.writing() as connection:
            connection.execute(sa.delete(link).where(link.c.number == number))
            connection.execute(sa.insert(link), row)
        return token

    def use_link(self, token: str, now: float) -> bool:
        """Use a pole's link up; give whether it was still good."""
        good = (link.c.token_hash == digest(token)) & (link.c.expires >= now)
        with self._database.writing() as connection:
            return connection.execute(sa.delete(link).where(good)).rowcount > 0

    def mark_mailed(self, number: str, now: float) -> None:
        """Write down that the pole's contact got it."""
        with self._database.writing() as connection:
            connection.execute(sa.update(ticket).where(_is(number)).values(mailed=now))

    def move(self, place: str, new: str, pole: str) -> None:
        """Have the tickets of a place follow it to another IRI, of a pole that goes on."""
        moving = sa.update(ticket).where(ticket.c.place == place)
        with self._database.writing() as connection:
            connection.execute(moving.values(place=new, pole=pole))

    def erase(self, now: float) -> None:
        """Close what nobody answered, erase what is over."""
        if self._database.is_there():
            with self._database.writing() as connection:
                _erase(connection, now)
            self._database.forget()

    def _number(self, table: sa.Table, token: str, *where: sa.ColumnElement[bool]) -> str:
        if not self._database.is_there():
            raise gone()
        query = sa.select(table.c.number).where(table.c.token_hash == digest(token), *where)
        with self._database.reading() as connection:
            found = connection.execute(query).scalar()
        if found is None:
            raise gone()
        return str(found)

    def _author(self, token: str) -> tuple[str, str]:
        """Return what stands for the author whom a link is for, and the number of the ticket."""
        if not self._database.is_there():
            raise gone()
        own = sa.select(author.c.token_hash, author.c.number)
        mailed = sa.select(author_link.c.author, author_link.c.number)
        with self._database.reading() as connection:
            found = (
                connection.execute(own.where(author.c.token_hash == digest(token))).first()
                or connection.execute(
                    mailed.where(author_link.c.token_hash == digest(token))
                ).first()
            )
        if found is None:
            raise gone()
        return str(found[0]), str(found[1])

    def _one(self, number: str, now: float) -> Ticket:
        found = self._read(sa.select(ticket).where(_is(number), *_kept(now)))
        if not found:
            raise gone()
        return found[0]

    def _read(self, query: sa.Select[Any]) -> list[Ticket]:
        if not self._database.is_there():
            return []
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
            numbers = [row.number for row in rows]
            said = _said(connection, numbers)
        return [_ticket(row, said.get(row.number, ())) for row in rows]


def gone() -> TicketError:
    """Return what is said of a link, or a number, that opens nothing."""
    return TicketError(
        "no correction is kept under this address: it was withdrawn, or erased thirty days after "
        "its answer, or the link was used or is incomplete"
    )


def _change(
    connection: sa.Connection, number: str, where: sa.ColumnElement[bool], values: dict[str, Any]
) -> None:
    changing = sa.update(ticket).where(_is(number), where).values(**values)
    if not connection.execute(changing).rowcount:
        raise TicketError("this correction was answered or withdrawn meanwhile")


def _is(number: str) -> sa.ColumnElement[bool]:
    return ticket.c.number == number


def _kept(now: float) -> tuple[sa.ColumnElement[bool], ...]:
    """What is not over, whenever it is erased."""
    in_time = (ticket.c.closed == 0) | (ticket.c.closed > now - KEPT_CLOSED_S)
    return in_time, ticket.c.made > now - EXPIRES_S - KEPT_CLOSED_S


def _insert(connection: sa.Connection, proposal: Proposal, same: str, now: float) -> str:
    waiting = sa.select(sa.func.count()).select_from(ticket).where(_IS_WAITING)
    of_place = waiting.where(ticket.c.place == proposal.place)
    if connection.execute(of_place).scalar_one() >= MOST_OF_PLACE:
        raise FullError(
            "{count} corrections of this place wait for their answer already: the pole has to "
            "answer them first. Write to the pole itself",
            count=MOST_OF_PLACE,
        )
    if connection.execute(waiting).scalar_one() >= MOST:
        raise FullError(
            "too many corrections wait in this directory: none is taken for now. Write to the "
            "pole itself"
        )
    number, salt = secrets.token_hex(5), secrets.token_hex(16)
    row: dict[str, Any] = {
        "number": number,
        "same": same,
        "place": proposal.place,
        "pole": proposal.pole,
    }
    row |= {"about": proposal.about, "value": proposal.value, "salt": salt}
    row |= {"commitment": commitment(salt, proposal.about, proposal.present)}
    times = {"made": now, "changed": now, "closed": 0.0, "mailed": 0.0}
    rest = {"state": State.OPEN, "reason": "", "reply": "", "times": 1}
    connection.execute(sa.insert(ticket), row | times | rest)
    return number


def _publish(connection: sa.Connection, number: str, version: str) -> None:
    """Have a ticket be public data, once."""
    known = sa.select(published.c.number).where(published.c.number == number)
    if connection.execute(known).first() is None:
        row = {"number": number, "salt": secrets.token_hex(SALT_BYTES), "version": version}
        connection.execute(sa.insert(published), row)


def _check_room_for_one_more(found: sa.Row[Any]) -> None:
    if found.times >= MOST_OF_TICKET:
        raise FullError(
            "{count} people proposed the same already: the pole knows. Nothing more was kept",
            count=MOST_OF_TICKET,
        )


def _erase(connection: sa.Connection, now: float) -> None:
    late = sa.update(ticket).where(_IS_WAITING, ticket.c.made <= now - EXPIRES_S)
    expired = {"state": State.EXPIRED, "closed": now, "changed": now, "same": ticket.c.number}
    connection.execute(late.values(**expired))
    in_time, is_young = _kept(now)
    _delete(connection, sa.select(ticket.c.number).where(~(in_time & is_young)))
    connection.execute(sa.delete(link).where(link.c.expires < now))
    is_old = notice.c.made <= now - KEPT_CLOSED_S
    connection.execute(sa.delete(notice).where(is_old, notice.c.number == ""))
    outbox.erase(connection, now)


def _delete(connection: sa.Connection, numbers: sa.Select[Any]) -> None:
    for table in (origin, author_link, author, published, link, notice, outbox_table, ticket):
        connection.execute(sa.delete(table).where(table.c.number.in_(numbers)))


def _said(
    connection: sa.Connection, numbers: Iterable[str]
) -> dict[str, tuple[tuple[str, str], ...]]:
    query = sa.select(author).where(author.c.number.in_(list(numbers))).order_by(author.c.made)
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for row in connection.execute(query):
        found[row.number] = (*found.get(row.number, ()), (row.evidence, row.answer))
    return found


def _ticket(row: sa.Row[Any], said: tuple[tuple[str, str], ...] = ()) -> Ticket:
    return Ticket(
        number=row.number,
        place=row.place,
        pole=row.pole,
        about=Field(row.about),
        value=row.value,
        state=State(row.state),
        reason=row.reason,
        reply=row.reply,
        count=row.times,
        made=row.made,
        changed=row.changed,
        closed=row.closed,
        mailed=row.mailed,
        evidence=tuple(evidence for evidence, _answer in said if evidence),
        answers=tuple(answer for _evidence, answer in said if answer),
    )
