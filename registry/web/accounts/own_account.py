"""One's own account: the password, and where one is signed in."""

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.accounts.errors import AccountsError
from registry.accounts.sessions import Shown
from registry.accounts.types import Access
from registry.web.access.declared import access
from registry.web.access.judge import actor
from registry.web.access.visit import current_visit
from registry.web.accounts.confirming import confirming_form
from registry.web.accounts.forms import ChangedPassword, Plain, PresentPassword
from registry.web.accounts.leaving import current_provider
from registry.web.accounts.refusals import refusal
from registry.web.accounts.sign_in import left
from registry.web.site import clock
from registry.web.site.i18n import gettext as _
from registry.web.site.node import current_node
from registry.web.site.notices import notice

blueprint = Blueprint("own_account", __name__, url_prefix="/espace/compte")


@blueprint.get("")
@access(Access.SIGNED_IN)
def page() -> ResponseReturnValue:
    """Show the account."""
    return shown()


@blueprint.post("/mot-de-passe")
@access(Access.SIGNED_IN)
def change() -> ResponseReturnValue:
    """Change the password; sessions elsewhere end, this one goes on under another id."""
    form = ChangedPassword()
    if not form.validate():
        return shown(form), 422
    me, accounts = actor(), current_node().accounts
    if not accounts.has_password(me.number, form.current.data):
        form.current.errors = [_("This is not your present password.")]
        return shown(form), 422
    try:
        accounts.set_password(me.number, form.password.data, me.number, "by its owner")
    except AccountsError as error:
        form.refuse(form.password, error)
        return shown(form), 422
    current_visit().sign_in(me.account)
    return redirect(url_for(".page", fait="change"), 303)


@blueprint.post("/sessions")
@access(Access.SIGNED_IN)
def end() -> ResponseReturnValue:
    """End one session by its name, or all of them with this one."""
    me, accounts = actor(), current_node().accounts
    if name := request.form.get("session", ""):
        accounts.sessions.end(name, me.number)
        return redirect(url_for(".page", fait="session"), 303)
    accounts.end_sessions(me.number, me.number, "everywhere, by its owner")
    return left()


def shown(form: ChangedPassword | None = None, identity: PresentPassword | None = None) -> str:
    """Show the account, with what was typed into one of its forms."""
    now = clock.now().timestamp()
    sessions = current_node().accounts.sessions.of(actor().number, now)
    return render_template(
        "own_account.html",
        actor=actor(),
        form=form or ChangedPassword(formdata=None),
        provider=current_provider(),
        identity_form=identity or confirming_form(is_sent=False),
        refusal=refusal(),
        plain=Plain(formdata=None),
        sessions=[(item, item.name == actor().session, _moment(item)) for item in sessions],
        notice=notice(),
    )


def _moment(session: Shown) -> datetime:
    return datetime.fromtimestamp(session.seen, UTC)
