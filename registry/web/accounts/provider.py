"""Signing in by a provider of identities, and accepting an invitation by it.

Only where the settings name one. Who comes back with an identity that opens no account is told so:
no account is ever made of it, and none is looked for by name or mail address.
"""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.accounts.authorizations import Authorization, Purpose
from registry.accounts.errors import AccountsError, AlreadyBoundError
from registry.accounts.types import Access
from registry.identity.errors import ProviderError, Trouble
from registry.identity.types import Identified
from registry.web.access.declared import access
from registry.web.access.visit import current_actor, current_visit
from registry.web.accounts import invitation
from registry.web.accounts.forms import Accepted
from registry.web.accounts.leaving import (
    ANSWER_PATH,
    SIGNED_OUT_PATH,
    browser_secret,
    leave,
    log_refusal,
    provider_or_404,
)
from registry.web.accounts.refusals import ALREADY_BOUND, NOT_MADE
from registry.web.accounts.sign_in import own_path
from registry.web.site import clock
from registry.web.site.labels import contact_link
from registry.web.site.language import prefix_of, root_prefix
from registry.web.site.node import current_node
from vocab.messages import DEFAULT, languages

blueprint = Blueprint("provider", __name__)
_ANSWER = ("state", "code", "iss", "error", "error_description")


@blueprint.after_request
def hide_answer(response: Response) -> Response:
    """Let no other page learn the address of these: it may hold a code, or the token of a link."""
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/connexion/fournisseur")
@access(Access.ENTRY)
def begin() -> ResponseReturnValue:
    """Lead somebody to the provider to sign in."""
    path = own_path(request.form.get("suite", ""))
    return leave(Purpose.SIGN_IN, url_for("sign_in.page"), path=path)


@blueprint.post("/invitation/<token>/fournisseur")
@access(Access.ENTRY)
def accept(token: str) -> ResponseReturnValue:
    """Lead somebody who is invited to the provider, in the place of choosing a password."""
    form = Accepted()
    if not all([form.login.validate(form), form.name.validate(form)]):
        return invitation.shown(token, form, 422)
    login, name = form.login.data, form.name.data
    now = clock.now().timestamp()
    try:
        hashed = current_node().accounts.check_acceptable(token, login, name, now)
    except AccountsError as error:
        form.refuse(None, error)
        return invitation.shown(token, form, 422)
    page = url_for("invitation.page", token=token)
    return leave(Purpose.ACCEPT, page, link_hash=hashed, login=login, name=name)


@blueprint.get(f"/{ANSWER_PATH}")
@access(Access.ENTRY)
def answer() -> ResponseReturnValue:
    """Do what was begun, with the identity that the provider says."""
    provider, now = provider_or_404(), clock.now().timestamp()
    given = _given()
    waiting = current_node().accounts.authorizations
    asked = waiting.take(given.get("state", ""), browser_secret(), now)
    if asked is None:
        return redirect(url_for("sign_in.page", refus=Trouble.EXPIRED), 303)
    try:
        identified = provider.identify(given, asked.nonce, asked.verifier, now)
    except ProviderError as error:
        log_refusal(error)
        if error.trouble is Trouble.UNTRUSTED:
            current_node().accounts.count_failure(now)
        return _refused(asked, error.trouble)
    return _DONE[asked.purpose](asked, identified, now)


@blueprint.get("/connexion/fournisseur/inconnue")
@access(Access.ENTRY)
def unknown() -> ResponseReturnValue:
    """Say that an identity opens no account, and what to do."""
    contact = current_node().config.contact
    return render_template(
        "unknown_identity.html",
        label=provider_or_404().label,
        operator=contact_link(contact),
        contact=contact,
    )


@blueprint.get(f"/{SIGNED_OUT_PATH}")
@access(Access.ENTRY)
def signed_out() -> ResponseReturnValue:
    """Say that one is signed out, in the language where it was asked for."""
    lang = request.args.get("state", "").partition(".")[0]
    known = lang if lang in languages() else DEFAULT
    return redirect(_page(known, "sign_in.page", fait="au-revoir"), 303)


def _given() -> dict[str, str]:
    """Return the parameters of an answer; one that comes twice is none (RFC 6749, 3.1)."""
    found = {name: request.args.getlist(name) for name in _ANSWER}
    return {name: values[0] for name, values in found.items() if len(values) == 1}


def _sign_in(asked: Authorization, identified: Identified, now: float) -> ResponseReturnValue:
    account = current_node().accounts.identified(identified.identity, now)
    if account is None:
        return redirect(_page(asked.lang, "provider.unknown"), 303)
    current_visit().sign_in(account, identified.id_token)
    return redirect(asked.path or _page(asked.lang, "space.home"), 303)


def _accept(asked: Authorization, identified: Identified, now: float) -> ResponseReturnValue:
    accounts = current_node().accounts
    try:
        made = accounts.accept_identity(
            asked.link_hash, asked.login, asked.name, identified.identity, now
        )
    except AlreadyBoundError:
        return _refused(asked, ALREADY_BOUND)
    except AccountsError:
        return _refused(asked, NOT_MADE)
    current_visit().sign_in(made, identified.id_token)
    return redirect(_page(asked.lang, "space.home"), 303)


def _bind(asked: Authorization, identified: Identified, now: float) -> ResponseReturnValue:
    me = current_actor()
    if me is None or me.number != asked.account:  # signed out or another one in, meanwhile
        return _refused(asked, Trouble.EXPIRED)
    try:
        current_node().accounts.bind(me.number, identified.identity, now)
    except AlreadyBoundError:
        return _refused(asked, ALREADY_BOUND)
    return redirect(_page(asked.lang, "own_account.page", fait="lie"), 303)


_DONE = {Purpose.SIGN_IN: _sign_in, Purpose.ACCEPT: _accept, Purpose.BIND: _bind}


def _refused(asked: Authorization, why: str) -> ResponseReturnValue:
    """Say on a page that it did not come about."""
    is_own = asked.purpose is Purpose.BIND and current_actor() is not None
    where = "own_account.page" if is_own else "sign_in.page"
    return redirect(_page(asked.lang, where, refus=why), 303)


def _page(lang: str, endpoint: str, **values: Any) -> str:
    """Return the path of a page in a language."""
    path = url_for(endpoint, **values).removeprefix(request.script_root)
    return f"{root_prefix()}{prefix_of(lang)}{path}"
