"""The corrections that a pole got, for those who edit it; those that wait for the operator."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.accounts.types import Access
from registry.tickets.types import Ticket, TicketError
from registry.web.access.declared import access
from registry.web.access.judge import actor
from registry.web.accounts.notices import notice
from registry.web.accounts.space import line_of
from registry.web.corrections import acting
from registry.web.corrections.author_page import nothing_there
from registry.web.corrections.ways import Way, way_to
from registry.web.corrections.words import REASONS, shown
from registry.web.site import clock
from registry.web.site.labels import pole_name
from registry.web.site.node import absolute, current_node
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
        form_of_place=_form_of_place(slug, ticket.place),
        notice=notice(),
    )


@blueprint.post("/espace/pole/<slug>/corrections/<number>")
@access(Access.EDITOR)
def answer(slug: str, number: str) -> ResponseReturnValue:
    """Accept, decline or ask."""
    ticket = _ticket(slug, number)
    try:
        acting.act(ticket, request.form, actor().number)
    except TicketError as error:
        return nothing_there(error, 422)
    return redirect(url_for(".page", slug=slug, number=number, fait="correction"), 303)


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
    """What waits at poles that nobody told: those without screens here, by mail or at all."""
    tickets = current_node().tickets.listed(clock.now().timestamp(), limit=500)
    ways = {slug: way_to(slug) for slug in {ticket.pole for ticket in tickets}}
    return [
        ticket
        for ticket in tickets
        if ticket.is_waiting and ways[ticket.pole] is not Way.DESK and not ticket.mailed
    ]


def _ticket(slug: str, number: str) -> Ticket:
    try:
        return current_node().tickets.of_pole(slug, number, clock.now().timestamp())
    except TicketError as error:
        raise NotFound from error


def _form_of_place(slug: str, iri: str) -> str:
    """The address of the pole's own form for the place; empty where it is not written here."""
    written = written_source_of(slug)
    local = written.local_id(iri) if written else ""
    return url_for("place_form.page", slug=slug, local=local) if local else ""
