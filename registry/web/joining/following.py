"""The page of who asked to join, by the link they kept: state, answer, withdrawal."""

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.accounts.types import Access
from registry.joining.types import JoiningError, Reason, State
from registry.web.access.declared import access
from registry.web.answer.origin import check_same_origin
from registry.web.corrections.author_page import nothing_there, secret_page
from registry.web.joining.words import REASONS, STATES
from registry.web.site import clock
from registry.web.site.node import absolute, current_node

blueprint = Blueprint("joining_request", __name__, url_prefix="/rejoindre/suivi")
blueprint.after_request(secret_page)


@blueprint.before_request
def refuse_where_none_are_taken() -> None:
    """Have no such page where the settings say so."""
    if not current_node().config.takes_requests:
        raise NotFound


@blueprint.get("/<token>")
def page(token: str) -> ResponseReturnValue:
    """Show what became of a request."""
    try:
        found = current_node().requests.by_token(token, clock.now().timestamp())
    except JoiningError as error:
        return nothing_there(error)
    return render_template(
        "join_request.html",
        item=found,
        is_sent=request.args.get("fait") == "envoyee",
        state=STATES[found.state],
        reason=str(REASONS[Reason(found.reason)]) if found.reason else "",
        is_accepted=found.state is State.ACCEPTED,
        made=datetime.fromtimestamp(found.made, UTC),
        address=absolute(url_for(".page", token=token).removeprefix(request.script_root)),
        token=token,
        sends_mail=bool(current_node().config.mail_host),
    )


@blueprint.post("/<token>")
@access(Access.PUBLIC)
def withdraw(token: str) -> ResponseReturnValue:
    """Withdraw and erase a request."""
    check_same_origin()
    try:
        current_node().requests.withdraw(token, clock.now().timestamp())
    except JoiningError as error:
        return nothing_there(error)
    return redirect(url_for(".withdrawn"), 303)


@blueprint.get("/retiree")
def withdrawn() -> ResponseReturnValue:
    """Say that it is done."""
    return render_template("join_withdrawn.html")
