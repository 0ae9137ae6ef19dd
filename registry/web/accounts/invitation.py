"""An invitation accepted: its link is good once, for seven days."""

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.accounts.errors import AccountsError, PasswordError
from registry.accounts.types import Access, Account
from registry.web.access.declared import access
from registry.web.accounts.forms import Accepted
from registry.web.accounts.leaving import current_provider
from registry.web.accounts.refusals import refusal
from registry.web.answer.security_log import noted
from registry.web.errors import error_page
from registry.web.site import clock
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import sentence_of
from registry.web.site.labels import pole_name
from registry.web.site.node import current_node

blueprint = Blueprint("invitation", __name__)


@blueprint.after_request
def hide_token(response: Response) -> Response:
    """Let no other page learn the address of this one."""
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@blueprint.get("/invitation/<token>")
@access(Access.ENTRY)
def page(token: str) -> ResponseReturnValue:
    """Show what is offered, and the form to accept it."""
    return shown(token, Accepted(formdata=None))


@blueprint.post("/invitation/<token>")
@access(Access.ENTRY)
def accept(token: str) -> ResponseReturnValue:
    """Make the account."""
    form = Accepted()
    if not form.validate():
        return shown(token, form, 422)
    now = clock.now().timestamp()
    try:
        made = current_node().accounts.accept(
            token, form.login.data, form.name.data, form.password.data, now
        )
    except PasswordError as error:
        form.refuse(form.password, error)
    except AccountsError as error:
        form.refuse(None, error)
    else:
        return redirect(url_for("sign_in.page", fait="compte", suite=_first_page(made)), 303)
    return shown(token, form, 422)


def _first_page(made: Account) -> str | None:
    """Where signing in leads first: to the one pole that there is to edit."""
    poles = made.roles.poles
    if made.roles.is_operator or len(poles) != 1:
        return None
    return url_for("space.pole", slug=min(poles))


def shown(token: str, form: Accepted, code: int = 200) -> ResponseReturnValue:
    """Show what is offered, and the form."""
    try:
        offered = current_node().accounts.links.invitation(token, clock.now().timestamp())
    except AccountsError as error:
        return dead_link(error)
    poles = [pole_name(slug) for slug in sorted(offered.roles.poles)]
    page = render_template(
        "invitation.html",
        form=form,
        offered=offered,
        poles=poles,
        token=token,
        provider=current_provider(),
        refusal=refusal(),
    )
    return page, code


def dead_link(error: AccountsError) -> Response:
    """Return the page of a link that opens nothing any more."""
    noted("refused, a link that opens nothing")
    return error_page(404, _("This link opens nothing"), f"{sentence_of(error)}.", "")
