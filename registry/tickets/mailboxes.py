"""Mailboxes: what waits for the node of a source until that node asks for it.

A mailbox has an address with 256 random bits, of which the hash is kept. Each notice has a name
that nobody can guess: asking with it acknowledges the notice and those before, which are erased. An
answer comes back with a seal, made of the mailbox's key, so that nothing is kept of what was passed
on, and so that nobody answers what was not put into his own mailbox.
"""

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from registry.accounts.sessions import TOKEN, digest
from registry.tickets import outbox
from registry.tickets.database import Database
from registry.tickets.notices import LONGEST_SEAL, MOST_NOTICES, Notice
from registry.tickets.schema import mailbox, notice, ticket
from registry.tickets.types import TicketError

MOST_WAITING = 20_000
"""Notices that wait in all mailboxes together."""
_NAME_BYTES = 16


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a seal says of the way that an answer goes on.

    Attributes:
        upstream: short name of the node above; empty where the correction was made here.
        seal: the one of that node; empty where the correction was made here.
    """

    upstream: str = ""
    seal: str = ""


class Mailboxes:
    """The mailboxes of a node; safe among threads and processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def renew(self, slug: str, now: float) -> str:
        """Give a source a mailbox, or its mailbox another address; give the token, shown once."""
        token = secrets.token_urlsafe(32)
        with self._database.writing() as connection:
            mine = mailbox.c.slug == slug
            changed = sa.update(mailbox).where(mine).values(token_hash=digest(token), made=now)
            if not connection.execute(changed).rowcount:
                row = {"slug": slug, "token_hash": digest(token), "made": now}
                connection.execute(sa.insert(mailbox), row | {"key": secrets.token_hex(32)})
        return token

    def remove(self, slug: str) -> bool:
        """Take a mailbox away with what waits in it; give whether there was one."""
        if not self._database.is_there():
            return False
        with self._database.writing() as connection:
            connection.execute(sa.delete(notice).where(notice.c.mailbox == slug))
            return connection.execute(sa.delete(mailbox).where(mailbox.c.slug == slug)).rowcount > 0

    def has(self, slug: str | None) -> bool:
        """Whether a source has a mailbox."""
        return slug is not None and slug in self.slugs()

    def slugs(self) -> frozenset[str]:
        """Return the sources that have one."""
        if not self._database.is_there():
            return frozenset()
        with self._database.reading() as connection:
            return frozenset(connection.execute(sa.select(mailbox.c.slug)).scalars())

    def open(self, slug: str, token: str) -> None:
        """Check an address.

        Raises:
            TicketError: it opens nothing.
        """
        if TOKEN.match(token) and self._database.is_there():
            query = sa.select(mailbox.c.slug).where(mailbox.c.token_hash == digest(token))
            with self._database.reading() as connection:
                if connection.execute(query).scalar() == slug:
                    return
        raise TicketError("no mailbox has this address: it is incomplete, or was renewed")

    # What waits

    def put(self, slug: str, what: Notice, way: Sealed, number: str, now: float) -> bool:
        """Put a notice into a mailbox, sealed; give whether there was room.

        Args:
            slug: of the source.
            what: the notice; its seal is replaced.
            way: the node above and its seal, of a notice that is passed on.
            number: of the ticket; empty for what is passed on.
            now: the moment.
        """
        with self._database.writing() as connection:
            key = _key_of(connection, slug)
            waiting = sa.select(sa.func.count()).select_from(notice)
            if not key or connection.execute(waiting).scalar_one() >= MOST_WAITING:
                return False
            seal = _sealed(key, what.object, way)
            if len(seal) > LONGEST_SEAL:
                return False
            body = json.dumps(what.to_json() | {"med:seal": seal}, ensure_ascii=False)
            row = {"name": secrets.token_hex(_NAME_BYTES), "mailbox": slug, "number": number}
            connection.execute(sa.insert(notice), row | {"body": body, "made": now})
            outbox.put_pointer(connection, slug, what.object, now)
        return True

    def take(self, slug: str, cursor: str, now: float) -> tuple[list[str], str]:
        """Acknowledge by a cursor, and return what waits after it, with the next cursor.

        A cursor that names nothing, because it was used or never given, acknowledges nothing.
        """
        mine = notice.c.mailbox == slug
        query = sa.select(notice).where(mine).order_by(notice.c.seq).limit(MOST_NOTICES)
        with self._database.writing() as connection:
            named = sa.select(notice.c.seq).where(mine, notice.c.name == cursor)
            upto = connection.execute(named).scalar() if cursor else None
            if upto is not None:
                done = mine & (notice.c.seq <= upto)
                numbers = sa.select(notice.c.number).where(done)
                handed = sa.update(ticket).where(ticket.c.number.in_(numbers))
                connection.execute(handed.values(mailed=now))
                connection.execute(sa.delete(notice).where(done))
            rows = connection.execute(query).all()
        if upto is not None:
            self._database.forget()
        return [row.body for row in rows], rows[-1].name if rows else ""

    def withdraw(self, number: str) -> None:
        """Erase what waits of a ticket."""
        if self._database.is_there():
            with self._database.writing() as connection:
                connection.execute(sa.delete(notice).where(notice.c.number == number))
            self._database.forget()

    def way_back(self, slug: str, correction: str, seal: str) -> Sealed:
        """Return where an answer goes on, by the seal that came with it.

        Raises:
            TicketError: this correction was never put into this mailbox.
        """
        _mac, *rest = seal.split(".", 2)
        way = Sealed(*rest)
        with self._database.reading() as connection:
            key = _key_of(connection, slug)
        if not key or not hmac.compare_digest(_sealed(key, correction, way), seal):
            raise TicketError("this correction was not put into this mailbox")
        return way


def _key_of(connection: sa.Connection, slug: str) -> str:
    """Return what the seals of a mailbox are made with; empty where there is none."""
    query = sa.select(mailbox.c.key).where(mailbox.c.slug == slug)
    return str(connection.execute(query).scalar() or "")


def _sealed(key: str, correction: str, way: Sealed) -> str:
    """Return a seal: ``MAC``, or ``MAC.UPSTREAM.SEAL`` for what is passed on."""
    said = "\n".join((correction, way.upstream, way.seal))
    mac = hmac.new(key.encode(), said.encode(), hashlib.sha256).hexdigest()[:32]
    return ".".join(filter(None, (mac, way.upstream, way.seal)))
