"""The session of a request, kept on the node: a cookie holds a random id and nothing else.

Nothing is read before a page asks who acts: public pages neither read a cookie nor set one. Who is
not signed in and opens a form gets a random value instead (``p.…``), which binds the form to the
browser.
"""

import re
import secrets
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Flask, Request, Response, g, session
from flask.sessions import SessionInterface, SessionMixin

from registry.accounts.sessions import Found
from registry.accounts.store import Accounts
from registry.accounts.types import Account, Actor, must_set_up
from registry.settings.accounts import SecondFactor
from registry.settings.config import Config
from registry.web.site import clock

CSRF = "csrf_token"
"""The only key of a session: what Flask-WTF binds its tokens to."""
_SIGNED, _UNSIGNED = "s.", "p."
_RANDOM = re.compile(r"p\.[A-Za-z0-9_-]{43}\Z")


class Visit(dict[str, Any], SessionMixin):
    """What Flask calls the session; its content is worked out when it is first asked for."""

    def __init__(
        self, accounts: Accounts, request: Request, cookie: str, whom: str = SecondFactor.OPTIONAL
    ) -> None:
        super().__init__()
        self._whom = whom
        self._accounts = accounts
        self._request = request
        self._cookie = cookie
        self._found: Found | None = None
        self._actor: Actor | None = None
        self._random = ""
        self.is_read = False
        self.outgoing: str | None = None

    @property
    def actor(self) -> Actor | None:
        """Who acts; None for whoever is not signed in."""
        self._read()
        return self._actor

    @property
    def id_token(self) -> str:
        """By which a provider of identities signed this session in; empty where a password did."""
        self._read()
        return self._found.id_token if self._found else ""

    def sign_in(self, account: Account, id_token: str = "") -> None:
        """Begin a session with an id that nobody knew before; the one of before ends."""
        self.sign_out()
        now = clock.now().timestamp()
        browser = self._request.headers.get("User-Agent", "")
        token = self._accounts.sessions.begin(account.number, browser, now, id_token)
        self._find(token, now)
        self.outgoing = _SIGNED + token

    def sign_out(self) -> None:
        """End the session of this browser."""
        self._read()
        if self._found is not None:
            self._accounts.sessions.end(self._found.name)
        self._found = self._actor = None
        self._random = ""
        self.outgoing = ""
        g.pop(CSRF, None)  # a page of this very answer is bound to what comes next

    def _read(self) -> None:
        if self.is_read:
            return
        self.is_read = True
        value = self._request.cookies.get(self._cookie, "")
        if value.startswith(_SIGNED):
            self._find(value.removeprefix(_SIGNED), clock.now().timestamp())
            if self._found is None:
                self.outgoing = ""  # over: the browser may forget it
            elif self._found.renewed:
                self.outgoing = _SIGNED + self._found.renewed
        elif _RANDOM.match(value):
            self._random = value

    def _find(self, token: str, now: float) -> None:
        self._found = self._accounts.sessions.find(token, now)
        account = self._accounts.by_number(self._found.account) if self._found else None
        self._actor = None
        if account and self._found:
            must = not self._found.id_token and must_set_up(account, self._whom)
            self._actor = Actor(account, self._found.name, must)

    def _csrf(self) -> str:
        self._read()
        if self._found is not None:
            return self._found.csrf
        if not self._random:
            self._random = self.outgoing = _UNSIGNED + secrets.token_urlsafe(32)
        return self._random

    def __contains__(self, key: object) -> bool:
        return key == CSRF

    def __getitem__(self, key: str) -> Any:
        if key != CSRF:
            raise KeyError(key)
        return self._csrf()


class NodeSessions(SessionInterface):
    """Gives each request its :class:`Visit`, and the browser its cookie."""

    def __init__(self, accounts: Accounts, config: Config) -> None:
        self._accounts = accounts
        self._whom = config.accounts_second_factor
        self._is_secure = urlsplit(config.base_url).scheme == "https"
        # Browsers take a cookie of such a name only over https, from this host, for all paths.
        self.cookie = "__Host-maillage" if self._is_secure else "maillage-session"

    def open_session(self, app: Flask, request: Request) -> Visit:
        """Return the session of a request; reads nothing yet."""
        return Visit(self._accounts, request, self.cookie, self._whom)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Give the browser what it needs, where a page asked who acts."""
        visit = cast("Visit", session)
        if not visit.is_read:
            return
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("Cookie")
        if visit.outgoing is None:
            return
        response.set_cookie(
            self.cookie,
            visit.outgoing,
            max_age=None if visit.outgoing else 0,
            path="/",
            secure=self._is_secure,
            httponly=True,
            samesite="Lax",
        )


def current_visit() -> Visit:
    """Return the session of the request; only where accounts are enabled."""
    return cast("Visit", session)


def current_actor() -> Actor | None:
    """Return who acts in the request; None for whoever is not signed in.

    Call it from views that declare who may use them: on a public page it would read a cookie.
    """
    return current_visit().actor
