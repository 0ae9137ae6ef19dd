"""How often one may try to sign in, to recover a password, to invite: counted for the whole node.

Five tries of an account from one address, then a minute; ten in ten minutes, then their rest;
twenty in an hour, then its rest. Tries from all addresses together have a higher bound, of which
an address from where the account was signed in to lately has its own: strangers who try cannot lock
the owner out.
"""

from collections.abc import Callable, Mapping
from math import ceil
from typing import Any, cast

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter, RateLimitExceeded
from limits import parse_many
from limits.errors import StorageError

from registry.accounts.limits import SCHEME, StateStorage
from registry.state.database import Database
from registry.web.access.judge import actor
from registry.web.accounts.waiting import waiting_here
from registry.web.answer.admission import RETRY_AFTER_S, asking_address, hashed
from registry.web.answer.security_log import noted
from registry.web.errors import error_page
from registry.web.site.i18n import duration
from registry.web.site.i18n import gettext as _
from registry.web.site.node import current_node

_LIMITER = "maillage-limiter"
FIRST_STEP, SECOND_STEP = "sign_in.sign_in", "second_step.check"
"""Where the password is typed, and where the code: counted by the account that waits for it."""
_KNOWN_S = 30 * 86_400
"""How long an address is known from where an account was signed in to, in seconds."""


def _login() -> str:
    if request.endpoint == SECOND_STEP:  # a login in its form would be whatever the sender likes
        waiting = waiting_here()
        return waiting.login if waiting else ""
    # One count for an account, whether its login was typed or its mail address.
    return current_node().accounts.login_of(request.form.get("login", "")[:250])[:100]


def account_here() -> str:
    """What is tried from here: an account, whether there is one or not, and an address."""
    return _here(_login())


def account_anywhere() -> str:
    """What is tried from anywhere; an address that is known has a count of its own."""
    here = account_here()
    return f"known-{here}" if _storage().get(_known(here)) else "account-" + hashed(_login())


def account_named() -> str:
    """The account that a link is asked for."""
    return "named-" + hashed(_login())


def who_acts() -> str:
    """The account that acts."""
    return f"actor-{actor().number}"


def _here(login: str) -> str:
    return "here-" + hashed(login, asking_address())


def _known(here: str) -> str:
    return f"known/{here}"


_Limit = tuple[Callable[[], str], str]
LIMITS: dict[str, tuple[_Limit, ...]] = {
    FIRST_STEP: (
        (asking_address, "30 per minute; 200 per hour"),
        (account_here, "5 per minute; 10 per 10 minute; 20 per hour"),
        (account_anywhere, "100 per hour"),
    ),
    SECOND_STEP: (
        (asking_address, "30 per minute; 200 per hour"),
        (account_here, "5 per minute; 10 per 10 minute; 20 per hour"),
        (account_anywhere, "20 per hour; 50 per day"),
    ),
    "second_factor.offer": ((who_acts, "5 per minute; 20 per hour"),),
    "second_factor.enable": ((who_acts, "5 per minute; 20 per hour"),),
    "second_factor.renew": ((who_acts, "5 per minute; 20 per hour"),),
    "second_factor.disable": ((who_acts, "5 per minute; 20 per hour"),),
    "people.reset_second_factor": ((who_acts, "10 per minute; 60 per hour"),),
    "recovery.ask": ((asking_address, "5 per minute; 20 per hour"), (account_named, "3 per hour")),
    "recovery.choose": ((asking_address, "10 per minute; 60 per hour"),),
    "invitation.accept": ((asking_address, "10 per minute; 60 per hour"),),
    "own_account.change": ((who_acts, "5 per minute; 20 per hour"),),
    "people.invite": ((who_acts, "10 per minute; 60 per hour"),),
    "joining_desk.accept": ((who_acts, "10 per minute; 60 per hour"),),
    "source_desk.add": ((who_acts, "10 per minute; 60 per hour"),),
    "people.recover": ((who_acts, "10 per minute; 60 per hour"),),
    "place_position.propose": ((who_acts, "20 per minute; 300 per hour"),),
    "sheet_drop.locate": ((who_acts, "5 per minute; 60 per hour"),),
    "place_verdict.verdict": ((who_acts, "100 per minute; 3000 per hour"),),
}
"""Endpoint -> whom it counts, and how often that one may send its form."""
PROVIDER_LIMITS: dict[str, tuple[_Limit, ...]] = {
    "provider.begin": ((asking_address, "30 per minute; 200 per hour"),),
    "provider.answer": ((asking_address, "30 per minute; 200 per hour"),),
    "provider.accept": ((asking_address, "10 per minute; 60 per hour"),),
    "own_identity.bind": ((who_acts, "5 per minute; 20 per hour"),),
    "own_identity.unbind": ((who_acts, "5 per minute; 20 per hour"),),
}
"""Those of a node with a provider of identities."""


def install_tries(
    app: Flask, database: Database, limited: Mapping[str, tuple[_Limit, ...]] = LIMITS
) -> None:
    """Have forms counted, over all processes of the node."""
    limiter = Limiter(
        asking_address,
        app=app,
        storage_uri=f"{SCHEME}://",
        storage_options=cast("dict[str, str | int]", {"database": database}),
        strategy="fixed-window",
    )
    app.extensions[_LIMITER] = limiter
    for endpoint, limits in limited.items():
        view: Any = app.view_functions[endpoint]
        for whom, how_often in limits:
            view = limiter.limit(how_often, key_func=whom)(view)
        app.view_functions[endpoint] = view
    app.register_error_handler(RateLimitExceeded, _too_many)
    app.register_error_handler(StorageError, _not_counted)


def signed_in_here(login: str) -> None:
    """Forget the tries of who has signed in, of both steps, and know the address for a while."""
    here = _here(login)
    for endpoint in (FIRST_STEP, SECOND_STEP):
        for whom, how_often in LIMITS[endpoint]:
            if whom is account_here:
                for limit in parse_many(how_often):
                    _limiter().limiter.clear(limit, here, endpoint)
    _storage().clear(_known(here))
    _storage().incr(_known(here), _KNOWN_S)


def _limiter() -> Limiter:
    return cast("Limiter", current_app.extensions[_LIMITER])


def _storage() -> StateStorage:
    return cast("StateStorage", _limiter().storage)


def _too_many(_error: RateLimitExceeded) -> ResponseReturnValue:
    noted("refused, too many tries")
    waits = [each.window.reset_time for each in _limiter().current_limits if each.breached]
    wait_s = max(1, ceil(max(waits, default=0) - _storage().now_s()))
    response = error_page(
        429,
        _("Too many tries"),
        _("Wait {time}, then try again.", time=duration(wait_s, "second")),
        _("If the password is forgotten, who operates this directory can give you a link."),
    )
    response.headers["Retry-After"] = str(wait_s)
    return response


def _not_counted(_error: StorageError) -> ResponseReturnValue:
    response = error_page(
        503,
        _("Service unavailable for a moment"),
        _("The directory is busy or being brought up to date. Try again in a moment."),
        "",
    )
    response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response
