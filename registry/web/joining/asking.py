"""The form by which an organisation asks to join the network, without account or cookie."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from limits import parse_many
from werkzeug.exceptions import NotFound

from registry.accounts.types import Access
from registry.joining.types import FullError
from registry.web.access.declared import access
from registry.web.answer.origin import check_same_origin
from registry.web.answer.tries import is_too_often
from registry.web.errors import error_page
from registry.web.joining.mails import mail_operators
from registry.web.joining.reading import LONGEST, NAMES, TRAP, Draft, read
from registry.web.site import clock
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import sentence_of
from registry.web.site.node import current_node

blueprint = Blueprint("joining", __name__)
LIMITS = parse_many("4 per hour; 10 per day")
"""How many requests of one network address are taken."""


@blueprint.before_request
def refuse_where_none_are_taken() -> None:
    """Have no such page where the settings say so."""
    if not current_node().config.takes_requests:
        raise NotFound


@blueprint.after_request
def keep_none(response: Response) -> Response:
    """Have nobody keep what somebody typed."""
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/rejoindre")
def form() -> ResponseReturnValue:
    """Show the form."""
    return _shown(Draft())


@blueprint.post("/rejoindre")
@access(Access.PUBLIC)
def ask() -> ResponseReturnValue:
    """Keep a request, and send on to the page that follows it."""
    check_same_origin()
    draft = read(request.form)
    if draft.errors:
        return _shown(draft), 422
    try:
        _count_try()
        token, kept, is_new = current_node().requests.ask(draft.asked, clock.now().timestamp())
    except FullError as error:
        return error_page(429, _("Too many requests"), sentence_of(error), "")
    if is_new:
        mail_operators(kept)
    return redirect(url_for("joining_request.page", token=token, fait="envoyee"), 303)


def _count_try() -> None:
    if is_too_often("joining", LIMITS):
        raise FullError(
            "{hour} requests an hour and {day} a day are taken from one network address: go on "
            "later",
            hour=LIMITS[0].amount,
            day=LIMITS[1].amount,
        )


def _shown(draft: Draft) -> str:
    return render_template("join.html", draft=draft, names=NAMES, longest=LONGEST, trap=TRAP)
