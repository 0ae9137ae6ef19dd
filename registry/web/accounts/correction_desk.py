"""The corrections that a pole got, for those who edit it; those that wait for the operator."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.accounts.types import Access
from registry.tickets.outbox import Sort
from registry.tickets.store import DAY_S
from registry.tickets.types import State, Ticket, TicketError
from registry.web.access.declared import access
from registry.web.access.judge import actor
from registry.web.accounts.space import line_of
from registry.web.corrections import acting
from registry.web.corrections.author_page import nothing_there
from registry.web.corrections.desk_mails import readers_of
from registry.web.corrections.ways import Way, mailbox_of, way_to
from registry.web.corrections.words import REASONS, SEND_STATES, shown
from registry.web.site import clock
from registry.web.site.labels import pole_name
from registry.web.site.node import absolute, current_node
from registry.web.site.notices import notice
from registry.web.workspace.places import written_source_of

blueprint = Blueprint("correction_desk", __name__)


@blueprint.before_request
def refuse_where_none_are_taken() -> None:
    """Have no such page where the settings say so."""
    if not current_node().config.corrections_enabled:
        raise NotFound


@blueprint.get("/espace/pole/<slug>/corrections")
@access(Access.EDITOR)
def listing(slug: str) -> ResponseReturnValue:
    """Show what a pole got: what waits first, the oldest first."""
    if not line_of(slug).is_known:
        raise NotFound
    now = clock.now().timestamp()
    tickets = current_node().tickets
    return render_template(
        "corrections.html",
        actor=actor(),
        slug=slug,
        pole=pole_name(slug),
        counts=tickets.counts(slug, now),
        items=[shown(ticket) for ticket in tickets.listed(now, pole=slug)],
        readers=readers_of(slug) if current_node().config.mail_host else None,
        notice=notice(),
    )


@blueprint.get("/espace/pole/<slug>/corrections/<number>")
@access(Access.EDITOR)
def page(slug: str, number: str) -> ResponseReturnValue:
    """Show one: what the record says beside what is proposed."""
    ticket = _ticket(slug, number)
    return render_template(
        "correction_desk.html",
        actor=actor(),
        slug=slug,
        pole=pole_name(slug),
        item=shown(ticket),
        reasons=REASONS,
        form_of_place=_form_of_place(ticket),
        origins=[urlsplit(each).netloc for each in current_node().tickets.origins(number)],
        answers_sent=_answers_sent(number),
        notice=notice(),
    )


@blueprint.post("/espace/pole/<slug>/corrections/<number>")
@access(Access.EDITOR)
def answer(slug: str, number: str) -> ResponseReturnValue:
    """Accept, decline or ask; who accepts goes on in the place's form, where it is written here."""
    ticket = _ticket(slug, number)
    try:
        acting.act(ticket, acting.check(request.form), actor().number)
    except TicketError as error:
        return nothing_there(error, 422)
    is_accepted = _ticket(slug, number).state is State.ACCEPTED
    form = _form_of_place(ticket) if is_accepted else ""
    return redirect(form or url_for(".page", slug=slug, number=number, fait="correction"), 303)


@blueprint.post("/espace/pole/<slug>/corrections/courriels")
@access(Access.EDITOR)
def mails(slug: str) -> ResponseReturnValue:
    """Have the editors of a pole told by mail of what arrives, or no more."""
    is_silent = request.form.get("courriels") != "oui"
    current_node().tickets.set_silent(slug, clock.now().timestamp(), is_silent=is_silent)
    return redirect(url_for(".listing", slug=slug, fait="courriels"), 303)


@blueprint.get("/administration/corrections")
@access(Access.OPERATOR)
def waiting() -> ResponseReturnValue:
    """Show the operator what reaches no pole by itself."""
    return _operator_page(None, "")


@blueprint.post("/administration/corrections/<number>/lien")
@access(Access.OPERATOR)
def give_link(number: str) -> ResponseReturnValue:
    """Give the operator, once, a link by which the pole answers, to hand over with the words."""
    found = next((each for each in _undelivered() if each.number == number), None)
    if found is None:
        raise NotFound
    now = clock.now()
    token = current_node().tickets.give_link(number, now.timestamp())
    why = f"{number}: given to the operator"
    current_node().ledger.record_act("correction.link-given", why, actor().number, found.place, now)
    return _operator_page(found, absolute(url_for("correction_answer.page", token=token)))


def _operator_page(given_for: Ticket | None, given: str) -> str:
    found = _undelivered()
    return render_template(
        "corrections_operator.html",
        actor=actor(),
        items=[(shown(ticket), pole_name(ticket.pole)) for ticket in found],
        total=current_node().tickets.counts(None, clock.now().timestamp()),
        given_for=given_for,
        given=given,
    )


def _undelivered() -> list[Ticket]:
    """What waits at poles that nobody told: those without screens here, by mail or at all.

    A pole whose node asks for it by itself has a day for that.
    """
    now = clock.now().timestamp()
    waiting = [
        ticket
        for ticket in current_node().tickets.listed(now, limit=500)
        if ticket.is_waiting and not ticket.mailed
    ]
    boxed = {each.number for each in waiting if mailbox_of(each.place)}
    ways = {each.pole: way_to(each.pole, "") for each in waiting if each.number not in boxed}
    return [
        ticket
        for ticket in waiting
        if (ticket.made < now - DAY_S if ticket.number in boxed else ways[ticket.pole] != Way.DESK)
    ]


def _ticket(slug: str, number: str) -> Ticket:
    try:
        return current_node().tickets.of_pole(slug, number, clock.now().timestamp())
    except TicketError as error:
        raise NotFound from error


def _answers_sent(number: str) -> list[tuple[str, str]]:
    """The node above and how far the answer to it came, of each answer."""
    sent = current_node().tickets.outbox.of_ticket(number)
    return [
        (urlsplit(each.address).netloc, str(SEND_STATES[each.state]))
        for each in sent
        if each.sort is Sort.ANSWER
    ]


def _form_of_place(ticket: Ticket) -> str:
    """The pole's own form for the place, with what is proposed; empty where it is elsewhere."""
    slug = ticket.pole
    written = written_source_of(slug)
    local = written.local_id(ticket.place) if written else ""
    if not local:
        return ""
    return url_for("place_form.page", slug=slug, local=local, correction=ticket.number)
