"""Requests to a provider of identities that wait for its answer: ten minutes, once, one browser."""

from dataclasses import dataclass, field
from enum import StrEnum

import sqlalchemy as sa

from registry.accounts.database import Database
from registry.accounts.schema import authorization
from registry.accounts.sessions import digest

WAITING_S = 600.0
"""How long one may take at the provider, in seconds."""
_MOST = 2_000
"""Requests that wait at once; one more ends the oldest."""


class Purpose(StrEnum):
    """What the answer is for."""

    SIGN_IN = "sign-in"
    ACCEPT = "accept"
    BIND = "bind"


@dataclass(frozen=True, slots=True)
class Authorization:
    """A request, and what is to be done once it is answered.

    Attributes:
        nonce: comes back in the ``id_token``.
        verifier: goes to the provider with the code.
        purpose: what for.
        lang: language of the page that it began on.
        path: where to lead afterwards; empty for one's own space.
        account: number of the account that is to be bound.
        link_hash: of the invitation that is accepted.
        login: chosen by whoever accepts it.
        name: likewise.
    """

    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    purpose: Purpose
    lang: str
    path: str = ""
    account: str = ""
    link_hash: str = ""
    login: str = ""
    name: str = ""


class Authorizations:
    """The requests that wait."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, asked: Authorization, state: str, browser: str, now: float) -> None:
        """Keep a request.

        Args:
            asked: the request.
            state: comes back with the answer.
            browser: what forms of this browser are bound to; another browser's answer is none.
            now: the moment, in seconds of the epoch.
        """
        row = {name: getattr(asked, name) for name in Authorization.__slots__}
        row |= {"purpose": asked.purpose.value, "expires": now + WAITING_S}
        row |= {"state_hash": digest(state), "browser_hash": digest(browser)}
        oldest = sa.select(authorization.c.state_hash).order_by(authorization.c.expires.desc())
        with self._database.writing() as connection:
            connection.execute(sa.delete(authorization).where(authorization.c.expires < now))
            too_many = connection.execute(oldest.offset(_MOST - 1)).scalars().all()
            many = authorization.c.state_hash.in_(too_many)
            connection.execute(sa.delete(authorization).where(many))
            connection.execute(sa.insert(authorization), row)

    def take(self, state: str, browser: str, now: float) -> Authorization | None:
        """Return the request that an answer belongs to, once; None where there is none."""
        same = (authorization.c.state_hash == digest(state)) & (
            authorization.c.browser_hash == digest(browser)
        )
        with self._database.writing() as connection:
            row = connection.execute(sa.select(authorization).where(same)).mappings().first()
            if row is None:
                return None
            gone = connection.execute(sa.delete(authorization).where(same)).rowcount
        if not gone or not row["expires"] - WAITING_S <= now <= row["expires"]:
            return None
        values = {name: row[name] for name in Authorization.__slots__}
        return Authorization(**values | {"purpose": Purpose(row["purpose"])})
