"""The page of whoever proposed a correction, by the link they kept: state, answer, withdrawal."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.accounts.types import Access
from registry.tickets.types import State, TicketError
from registry.tickets.values import clean
from registry.web.access.declared import access
from registry.web.answer.origin import check_same_origin
from registry.web.corrections.notifying import notify_answer, notify_withdrawal
from registry.web.corrections.words import NEXT, shown
from registry.web.errors import error_page
from registry.web.site import clock
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import lazy_gettext, sentence_of
from registry.web.site.labels import pole_name
from registry.web.site.node import absolute, current_node
from vocab.errors import UsageError

blueprint = Blueprint("correction", __name__, url_prefix="/correction")
_NOTICES = {
    "envoye": lazy_gettext(
        "Your message is sent. Keep the address of this page: it alone leads here."
    ),
    "repondu": lazy_gettext("Your answer is sent."),
}


def secret_page(response: Response) -> Response:
    """Have an address that opens something kept by nobody and told to no other site."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def nothing_there(error: UsageError, code: int = 404) -> Response:
    """Return the page of a link that opens nothing, or of an answer that will not do."""
    title = _("This link opens nothing") if code == 404 else _("This will not do yet.")
    return error_page(code, title, f"{sentence_of(error)}.", "")


blueprint.after_request(secret_page)


@blueprint.before_request
def refuse_where_none_are_taken() -> None:
    """Have no such page where the settings say so."""
    if not current_node().config.corrections_enabled:
        raise NotFound


@blueprint.get("/<token>")
def page(token: str) -> ResponseReturnValue:
    """Show what became of a correction."""
    try:
        ticket = current_node().tickets.by_token(token, clock.now().timestamp())
    except TicketError as error:
        return nothing_there(error)
    return render_template(
        "correction.html",
        item=shown(ticket),
        pole=pole_name(ticket.pole),
        next=NEXT.get(ticket.state),
        is_asked=ticket.state is State.ASKED,
        address=absolute(url_for(".page", token=token).removeprefix(request.script_root)),
        token=token,
        notice=_NOTICES.get(request.args.get("fait", "")),
    )


@blueprint.post("/<token>")
@access(Access.PUBLIC)
def act(token: str) -> ResponseReturnValue:
    """Answer the pole's question, or withdraw the correction."""
    check_same_origin()
    tickets, now = current_node().tickets, clock.now().timestamp()
    try:
        ticket = tickets.by_token(token, now)
    except TicketError as error:
        return nothing_there(error)
    if request.form.get("geste") == "retirer":
        tickets.withdraw(token, now)
        if ticket.count == 1:
            notify_withdrawal(ticket)
        return render_template("correction_withdrawn.html", item=shown(ticket))
    words = clean(request.form.get("mots", ""))
    try:
        tickets.reply(token, words, now)
    except TicketError as error:
        return nothing_there(error, 422)
    notify_answer(tickets.by_token(token, now), words)
    return redirect(url_for(".page", token=token, fait="repondu"), 303)
