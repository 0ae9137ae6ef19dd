"""Signing in and out."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.accounts.types import Access
from registry.web.access.declared import access
from registry.web.access.judge import actor
from registry.web.access.visit import current_actor, current_visit
from registry.web.accounts.carrying import CARRIED, Carried, opened, received, resumed_after
from registry.web.accounts.forms import SignIn
from registry.web.accounts.leaving import current_provider, leave_to_sign_out
from registry.web.accounts.refusals import refusal
from registry.web.accounts.second_step import ask_for_code, signed_in
from registry.web.answer.security_log import noted
from registry.web.answer.uploads import is_upload
from registry.web.network.overview import knitted_poles
from registry.web.site import clock
from registry.web.site.i18n import gettext as _
from registry.web.site.language import root_prefix
from registry.web.site.node import current_node
from registry.web.site.notices import notice

blueprint = Blueprint("sign_in", __name__)
_LONGEST_PATH = 2_000


@blueprint.get("/connexion")
@access(Access.ENTRY)
def page() -> ResponseReturnValue:
    """Show the form; who is signed in is led on."""
    where = own_path(request.args.get("suite", ""))
    if current_actor() is not None:
        return redirect(where or url_for("space.home"), 303)
    form = SignIn(formdata=None)
    form.suite.data = where
    return _shown(form)


@blueprint.post("/connexion")
@access(Access.ENTRY)
def sign_in() -> ResponseReturnValue:
    """Sign somebody in, or say that login and password do not go together, whichever is wrong."""
    form = SignIn()
    if not form.validate():
        return _shown(form), 422
    now = clock.now().timestamp()
    accounts = current_node().accounts
    account = accounts.authenticate(form.login.data, form.password.data, now)
    if account is None:
        noted("sign-in refused")
        form.form_errors.append(_("This login and this password do not go together."))
        return _shown(form), 422
    where, carried = own_path(form.suite.data or ""), form.porte.data or ""
    if account.has_second_factor:
        return ask_for_code(account, where, carried)
    return signed_in(account, where, carried)


@blueprint.post("/connexion/reprise")
@access(Access.ENTRY)
def resume() -> ResponseReturnValue:
    """Go on with what was typed, for who has signed in by another way or in another tab."""
    found, me = opened(request.form.get(CARRIED, "")), current_actor()
    if found is None:
        return redirect(url_for("space.home" if me else ".page"), 303)
    if me is None:
        return _after_the_session(SignIn(formdata=None), found)
    return resumed_after(found, me.number)


def signed_out(is_read: bool) -> ResponseReturnValue:
    """Answer a form that came when nobody was signed in any more: sign in, and go on with it.

    Args:
        is_read: whether what was typed may be looked at; a file is refused unread.
    """
    form, found = SignIn(formdata=None), received() if is_read else None
    if found is None:
        here = request.script_root + request.full_path.rstrip("?")
        form.suite.data = own_path(here if is_upload(request.path) else "")
    return _after_the_session(form, found)


def _after_the_session(form: SignIn, found: Carried | None) -> ResponseReturnValue:
    form.porte.data = found.sealed() if found else ""
    return _shown(form, is_over=True), 403


@blueprint.post("/deconnexion")
@access(Access.SETTING_UP)
def sign_out() -> ResponseReturnValue:
    """End the session of this browser, then the one at the provider that began it."""
    noted("signed out", actor().number)
    id_token = current_visit().id_token
    current_visit().sign_out()
    return _forgetting(leave_to_sign_out(id_token) or _goodbye())


def left() -> ResponseReturnValue:
    """End the session of this browser, and have it forget what the site left with it."""
    current_visit().sign_out()
    return _forgetting(_goodbye())


def _goodbye() -> ResponseReturnValue:
    return redirect(url_for("sign_in.page", fait="au-revoir"), 303)


def _forgetting(answer: ResponseReturnValue) -> Response:
    response = make_response(answer)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _shown(form: SignIn, *, is_over: bool = False) -> str:
    return render_template(
        "sign_in.html",
        form=form,
        is_over=is_over,
        carries=bool(form.porte.data),
        notice=notice(),
        refusal=refusal(),
        provider=current_provider(),
        drawing=knitted_poles(),
        sends_mail=_sends_mail(),
    )


def _sends_mail() -> bool:
    return bool(current_node().config.mail_host)


def own_path(address: str) -> str:
    """Return an address that leads to a page of this site, as a path; else nothing.

    Browsers read two slashes, a backslash and control characters as the way to another host.
    """
    if not address.isprintable() or "\\" in address or len(address) > _LONGEST_PATH:
        return ""
    is_ours = address.startswith(f"{root_prefix()}/") and not address.startswith("//")
    return address if is_ours else ""
