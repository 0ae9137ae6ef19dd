"""The form by which anybody proposes a correction of a place, without account, cookie or puzzle."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Gone, NotFound

from registry.accounts.types import Access
from registry.search.facts import PlaceFacts, facts_of
from registry.search.query import Resource
from registry.tickets.types import Field, FullError, Proposal
from registry.tickets.values import present
from registry.web.access.declared import access
from registry.web.answer.origin import check_same_origin
from registry.web.corrections.mails import mail_new_author
from registry.web.corrections.notifying import notify_pole
from registry.web.corrections.reading import TRAP, Draft, about_of, read
from registry.web.corrections.tries import count_try
from registry.web.corrections.ways import way_to
from registry.web.corrections.words import FIELDS, RIGHT, present_words
from registry.web.errors import error_page
from registry.web.site import clock
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import sentence_of
from registry.web.site.labels import pole_name
from registry.web.site.language import current_lang
from registry.web.site.node import current_node, page_url
from vocab.records import Record

blueprint = Blueprint("corrections", __name__)


@blueprint.before_request
def refuse_where_none_are_taken() -> None:
    """Have no such page where the settings say so."""
    if not current_node().config.corrections_enabled:
        raise NotFound


@blueprint.after_request
def keep_none(response: Response) -> Response:
    """Have nobody keep what somebody typed."""
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/pole/<slug>/<path:path>/corriger")
def form(slug: str, path: str) -> ResponseReturnValue:
    """Show the form; ``?quoi=WORD`` chooses what is wrong."""
    resource, record = _place(slug, path)
    return _shown(resource, record, Draft(about_of(request.args.get("quoi", ""))))


@blueprint.post("/pole/<slug>/<path:path>/corriger")
@access(Access.PUBLIC)
def propose(slug: str, path: str) -> ResponseReturnValue:
    """Keep a proposal, and send on to the page that follows it."""
    check_same_origin()
    resource, record = _place(slug, path)
    config = current_node().config
    draft = read(request.form, asks_mail=bool(config.mail_host))
    if draft.about is None or not draft.is_good:
        return _shown(resource, record, draft), 422
    try:
        count_try()
        token = _keep(resource, record, draft, draft.about)
    except FullError as error:
        return error_page(429, _("Too many corrections"), f"{sentence_of(error)}.", "")
    return redirect(url_for("correction.page", token=token, fait="envoye"), 303)


def _keep(resource: Resource, record: Record, draft: Draft, about: Field) -> str:
    tickets, now = current_node().tickets, clock.now().timestamp()
    said = present(record, about)
    proposal = Proposal(
        resource.iri,
        resource.pole,
        about,
        said,
        draft.value,
        draft.evidence,
        draft.mail,
        record.content_hash,
    )
    token, number = tickets.propose(proposal, now)
    ticket = tickets.of_pole(resource.pole, number, now)
    if ticket.count == 1:
        notify_pole(ticket)
    mail_new_author(ticket, draft.mail, token)
    return token


def _place(slug: str, path: str) -> tuple[Resource, Record]:
    node = current_node()
    resource = node.index.by_path(slug, path)
    if resource is None or resource.kind != "Place":
        raise NotFound
    if resource.gone:
        raise Gone
    record = node.ledger.record(resource.iri)
    if record is None:
        raise NotFound
    return resource, record


def _shown(resource: Resource, record: Record, draft: Draft) -> str:
    facts = facts_of(record, current_lang())
    return render_template(
        "correct.html",
        facts=facts,
        place_page=page_url(resource.pole, resource.path),
        action=f"{page_url(resource.pole, resource.path)}/corriger",
        pole=pole_name(resource.pole),
        draft=draft,
        choices=[_choice(facts, each) for each in Field],
        way=way_to(resource.pole, resource.iri),
        asks_mail=bool(current_node().config.mail_host),
        trap=TRAP,
    )


def _choice(facts: PlaceFacts, about: Field) -> tuple[Field, str, str, str]:
    """A field, its name, how its right value is asked for, what the record says of it."""
    return about, str(FIELDS[about]), str(RIGHT[about]), present_words(facts, about)
