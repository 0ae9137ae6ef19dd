"""One's own second factor: turned on by a first code, recovery codes shown once, turned off.

The password is asked for before a secret is shown, and with a code before anything is taken away:
a browser that was left open changes nothing.
"""

from datetime import UTC, datetime

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from registry.accounts import one_time_codes
from registry.accounts.errors import AccountsError
from registry.accounts.types import Access
from registry.web.access.declared import access
from registry.web.access.judge import actor
from registry.web.accounts.confirming import is_confirmed
from registry.web.accounts.forms import BothFactors, OneTimeCode, PresentPassword
from registry.web.accounts.owner_notices import OwnerNotice, notify_owner
from registry.web.accounts.second_step import wrong_code
from registry.web.answer.security_log import noted
from registry.web.dress.qr import drawn_once
from registry.web.site import clock
from registry.web.site.node import current_node
from registry.web.site.notices import notice

blueprint = Blueprint("second_factor", __name__, url_prefix="/espace/compte/double-verification")


@blueprint.after_request
def hide_secret(response: Response) -> Response:
    """Let no other page learn that somebody was here."""
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@blueprint.get("")
@access(Access.SETTING_UP)
def page() -> ResponseReturnValue:
    """Show whether it is on, and what to do next."""
    return _shown()


@blueprint.post("")
@access(Access.SETTING_UP)
def offer() -> ResponseReturnValue:
    """Make a secret, once the password was typed again."""
    form, me = PresentPassword(), actor()
    if not is_confirmed(form):
        return _shown(password=form), 422
    try:
        current_node().accounts.second_factors.offer(me.number, me.session, _now())
    except AccountsError as error:
        form.refuse(None, error)
        return _shown(password=form), 422
    return redirect(url_for(".page"), 303)


@blueprint.post("/code")
@access(Access.SETTING_UP)
def enable() -> ResponseReturnValue:
    """Turn it on by a first code, and show the recovery codes."""
    form, me = OneTimeCode(), actor()
    if not form.validate():
        return _shown(code=form), 422
    factors = current_node().accounts.second_factors
    try:
        given = factors.enable(me.number, me.session, form.code.data, _now())
    except AccountsError as error:
        form.refuse(None, error)
        return _shown(code=form), 422
    if not given:
        noted("one-time code refused", me.number)
        form.code.errors = [wrong_code()]
        return _shown(code=form), 422
    noted("second factor turned on", me.number)
    notify_owner(me.account, OwnerNotice.ON)
    return _given(given)


@blueprint.post("/codes")
@access(Access.SIGNED_IN)
def renew() -> ResponseReturnValue:
    """Give other recovery codes."""
    form, me = BothFactors(), actor()
    if not is_confirmed(form):
        return _shown(both=form), 422
    try:
        given = current_node().accounts.second_factors.renew_codes(me.number)
    except AccountsError as error:
        form.refuse(None, error)
        return _shown(both=form), 422
    noted("recovery codes renewed", me.number)
    notify_owner(me.account, OwnerNotice.RENEWED)
    return _given(given)


@blueprint.post("/retirer")
@access(Access.SIGNED_IN)
def disable() -> ResponseReturnValue:
    """Turn it off; sessions elsewhere end."""
    form, me = BothFactors(), actor()
    if not is_confirmed(form):
        return _shown(both=form), 422
    current_node().accounts.second_factors.disable(me.number, me.session)
    noted("second factor turned off", me.number)
    notify_owner(me.account, OwnerNotice.OFF)
    return redirect(url_for(".page", fait="sans-code"), 303)


def _given(codes: list[str]) -> str:
    """Show recovery codes, which nobody sees again."""
    return render_template("recovery_codes.html", actor=actor(), codes=codes)


def _shown(
    password: PresentPassword | None = None,
    code: OneTimeCode | None = None,
    both: BothFactors | None = None,
) -> str:
    me, factors = actor(), current_node().accounts.second_factors
    state, secret = factors.state(me.number), factors.offered(me.number, me.session, _now())
    return render_template(
        "second_factor.html",
        actor=me,
        since=datetime.fromtimestamp(state.since, UTC) if state.since else None,
        codes_left=state.codes_left,
        secret=one_time_codes.in_groups(secret),
        qr=_drawn(secret) if secret else "",
        password_form=password or PresentPassword(formdata=None),
        form=code or OneTimeCode(formdata=None),
        both_form=both or BothFactors(formdata=None),
        notice=notice(),
    )


def _drawn(secret: str) -> Markup:
    title = current_node().config.title
    return drawn_once(one_time_codes.address_of(secret, actor().account.login, title))


def _now() -> float:
    return clock.now().timestamp()
