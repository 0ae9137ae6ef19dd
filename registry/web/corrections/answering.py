"""The page by which a pole without accounts answers a correction: its link is good once."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.accounts.types import Access
from registry.tickets.types import TicketError
from registry.web.access.declared import access
from registry.web.answer.origin import check_same_origin
from registry.web.corrections.acting import BY_LINK, Answered, act, check
from registry.web.corrections.author_page import nothing_there, secret_page
from registry.web.corrections.words import REASONS, shown
from registry.web.site import clock
from registry.web.site.labels import pole_name
from registry.web.site.node import current_node

blueprint = Blueprint("correction_answer", __name__, url_prefix="/reponse")
blueprint.after_request(secret_page)


@blueprint.before_request
def refuse_where_none_are_taken() -> None:
    """Have no such page where the settings say so."""
    if not current_node().config.corrections_enabled:
        raise NotFound


@blueprint.get("/<token>")
def page(token: str) -> ResponseReturnValue:
    """Show a correction and what can be answered: reading uses nothing up."""
    return _answered(token, None)


@blueprint.post("/<token>")
@access(Access.PUBLIC)
def answer(token: str) -> ResponseReturnValue:
    """Answer a correction, and use the link up."""
    check_same_origin()
    try:
        return _answered(token, check(request.form))
    except TicketError as error:
        return nothing_there(error, 422)


def _answered(token: str, answered: Answered | None) -> ResponseReturnValue:
    tickets, now = current_node().tickets, clock.now().timestamp()
    try:
        ticket = tickets.by_link(token, now)
    except TicketError as error:
        return nothing_there(error)
    if answered is not None:
        act(ticket, answered, BY_LINK)
        tickets.use_link(token, now)
        ticket = tickets.of_pole(ticket.pole, ticket.number, now)
    return render_template(
        "correction_answer.html",
        item=shown(ticket),
        pole=pole_name(ticket.pole),
        reasons=REASONS,
        is_done=answered is not None,
        action=url_for(".answer", token=token),
    )
