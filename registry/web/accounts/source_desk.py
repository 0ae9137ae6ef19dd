"""Sources, for operators: registered on trial, tried, put in service, paused, removed.

A request downloads nothing but the look at an address that an operator has typed, through the
harvester's own door; a dry run is written down as a wish, as any visitor's is.
"""

import time
from typing import cast

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from wtforms import Field, SelectField, StringField, TextAreaField, ValidationError

from registry.accounts.types import Access
from registry.ledger.options import Status
from registry.ledger.types import Outcome, Source
from registry.sources.lifecycle import next_statuses, with_status
from registry.state.trials import State
from registry.web.access.declared import access
from registry.web.access.judge import actor
from registry.web.accounts.forms import NodeForm, Reason, required
from registry.web.accounts.source_registrar import (
    KINDS,
    SOURCE_REGISTRAR,
    Asked,
    SourceRegistrar,
)
from registry.web.harvests.trials import OBSTACLE_NAMES
from registry.web.network.poles import state_of
from registry.web.site import clock
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import lazy_gettext, sentence_of
from registry.web.site.node import current_node
from registry.web.site.notices import notice
from vocab.errors import MaillageError, UsageError

blueprint = Blueprint("source_desk", __name__, url_prefix="/administration/sources")
MOST_REMOVED = 10_000
"""Records that a request deletes; more are for the command, which may take its time."""
_MOST_NAMESPACES = 20
KIND_NAMES = {
    "": lazy_gettext("Look at the address and find out"),
    "feed": lazy_gettext("An event stream (LDES), as Maillage publishes it"),
    "dump": lazy_gettext("A document with all records, as linked data"),
    "dcat": lazy_gettext("A catalogue (DCAT), which says where the data is"),
    "table": lazy_gettext("A table of places: CSV, workbook, JSON"),
    "sitemap": lazy_gettext("A sitemap, whose pages describe places"),
    "sparql": lazy_gettext("A SPARQL endpoint"),
}
_WAYS = {
    Status.ACTIVE: lazy_gettext("Put it in service"),
    Status.PREVIEW: lazy_gettext("Put it on trial: nothing more of it enters"),
    Status.PROPOSED: lazy_gettext("Keep it for a later decision"),
    Status.PAUSED: lazy_gettext("Pause it: its records stay as they are"),
    Status.ENDED: lazy_gettext("End it: its records stay as last stated"),
}


def _few(_form: object, field: Field) -> None:
    if len((field.data or "").split()) > _MOST_NAMESPACES:
        raise ValidationError(_("This is too long."))


def _one_of(form: NodeForm, field: SelectField) -> None:
    """Refuse what is not in the list: the library would say so in English."""
    if (field.data or "") not in [value for value, _words in field.choices]:
        raise ValidationError(_("Choose one of the list."))


class NewSource(Reason):
    """A source to register."""

    url = StringField(lazy_gettext("Address of what the pole publishes"), [required])
    kind = SelectField(lazy_gettext("What it is"), [_one_of], validate_choice=False)
    title = StringField(lazy_gettext("Name shown to people"))
    slug = StringField(lazy_gettext("Short name, in all its addresses"))
    namespaces = TextAreaField(lazy_gettext("How the addresses of its records begin"), [_few])

    def __init__(self, *args: object, **values: object) -> None:
        super().__init__(*args, **values)
        self.kind.choices = [(kind, KIND_NAMES[kind]) for kind in ("", *KINDS)]


class Standing(Reason):
    """What becomes of a source."""

    status = SelectField(lazy_gettext("What becomes of it"), [_one_of], validate_choice=False)


@blueprint.get("")
@access(Access.OPERATOR)
def listing() -> ResponseReturnValue:
    """Show the sources, and the form to register another; ``?adresse=&titre=&nom=`` fill it in."""
    form = NewSource(formdata=None)
    form.url.data, form.title.data, form.slug.data = (
        request.args.get(name, "")[:500] for name in ("adresse", "titre", "nom")
    )
    return _listed(form)


@blueprint.post("")
@access(Access.OPERATOR)
def add() -> ResponseReturnValue:
    """Register a source on trial, and ask for its dry run."""
    form = NewSource()
    if not form.validate():
        return _listed(form), 422
    words = {name: (form[name].data or "").strip() for name in ("url", "kind", "title", "slug")}
    asked = Asked(**words, namespaces=tuple((form.namespaces.data or "").split()))
    try:
        made = _registrar().register(asked)
    except MaillageError as error:
        form.refuse(None, error)
        return _listed(form), 422
    _record("source.registered", form.why.data, made.slug)
    current_node().state.trials.ask(made.slug, time.time())
    if made.warnings:  # shown at once: nothing keeps them
        said = [sentence_of(UsageError(one.template, **one.values)) for one in made.warnings]
        return _shown(_source(made.slug), warnings=said)
    return redirect(url_for(".page", slug=made.slug, fait="source"), 303)


@blueprint.get("/<slug>")
@access(Access.OPERATOR)
def page(slug: str) -> ResponseReturnValue:
    """Show a source, and what an operator may do with it."""
    return _shown(_source(slug))


@blueprint.post("/<slug>/etat")
@access(Access.OPERATOR)
def set_status(slug: str) -> ResponseReturnValue:
    """Put a source in service, pause it, end it."""
    source = _source(slug)
    form = _standing(source)
    if not form.validate():
        return _shown(source, form), 422
    status = Status(form.status.data)
    if status is Status.ACTIVE and not _is_known(source):
        form.status.errors = [_("Nobody has seen yet what a harvest would bring: try it first.")]
        return _shown(source, form), 422
    try:
        current_node().ledger.put_source(with_status(source, status, clock.now()))
    except MaillageError as error:
        form.refuse(None, error)
        return _shown(source, form), 422
    _record(f"source.{status}", form.why.data, slug)
    return redirect(url_for(".page", slug=slug, fait="etat"), 303)


@blueprint.post("/<slug>/retrait")
@access(Access.OPERATOR)
def remove(slug: str) -> ResponseReturnValue:
    """Remove a source and its records; history stays."""
    source, form = _source(slug), Reason()
    if not form.validate():
        return _shown(source, removal=form), 422
    try:
        _check_removable(source)
        _registrar().remove(slug)
    except MaillageError as error:
        form.refuse(None, error)
        return _shown(source, removal=form), 422
    current_node().tickets.mailboxes.remove(slug)
    _record("source.removed", form.why.data, slug)
    return redirect(url_for(".listing", fait="enlevee"), 303)


@blueprint.post("/<slug>/boite")
@access(Access.OPERATOR)
def mailbox(slug: str) -> ResponseReturnValue:
    """Give a source a mailbox, or its mailbox another address, shown once; or take it away."""
    source, form, node = _source(slug), Reason(), current_node()
    if not node.config.corrections_enabled:
        raise NotFound
    if not form.validate():
        return _shown(source, boxing=form), 422
    if request.form.get("faire") == "retirer":
        node.tickets.mailboxes.remove(slug)
        _record("mailbox.removed", form.why.data, slug)
        return redirect(url_for(".page", slug=slug, fait="boite"), 303)
    token = node.tickets.mailboxes.renew(slug, clock.now().timestamp())
    _record("mailbox.given", form.why.data, slug)
    return _shown(source, given=f"{node.config.base_url}avis/{slug}/{token}")


def _check_removable(source: Source) -> None:
    count = current_node().ledger.count(source.slug)
    if count > MOST_REMOVED:
        raise UsageError(
            "this source has {count} records, more than {most}: remove it on the machine of the "
            "directory, with maillage source remove {slug}",
            count=count,
            most=MOST_REMOVED,
            slug=source.slug,
        )


def _is_known(source: Source) -> bool:
    """Whether somebody could see what a harvest brings: one was made, or tried, or cannot be."""
    node = current_node()
    if next(iter(node.ledger.harvests(source.slug, 1)), None):
        return True
    if node.state.trials.obstacle(source):
        return True
    trial = node.state.trials.get(source.slug)
    return trial is not None and trial.harvest.outcome is not Outcome.FAILED


def _standing(source: Source, formdata: object = None) -> Standing:
    form = Standing() if request.method == "POST" and formdata is None else Standing(formdata=None)
    reached = next_statuses(source)
    form.status.choices = [(str(one), words) for one, words in _WAYS.items() if one in reached]
    return form


def _source(slug: str) -> Source:
    """Return a source that is fetched: files and hosted poles are no matter of this page.

    Raises:
        NotFound: there is none.
    """
    source = current_node().ledger.source(slug)
    if source is None or source.kind == "file":
        raise NotFound
    return source


def _registrar() -> SourceRegistrar:
    found = cast("SourceRegistrar | None", current_app.extensions.get(SOURCE_REGISTRAR))
    if found is None:  # an application that only reads
        raise NotFound
    return found


def _record(what: str, why: str | None, about: str) -> None:
    current_node().ledger.record_act(what, (why or "").strip(), actor().number, about, clock.now())


def _listed(form: NewSource) -> str:
    node = current_node()
    fetched = [one for one in node.ledger.sources() if one.kind != "file"]
    return render_template(
        "source_list.html",
        actor=actor(),
        form=form,
        items=[state_of(one, 0) for one in fetched],
        announced=node.state.inbox.proposals(),
        kind_names=KIND_NAMES,
        may_add=current_app.extensions.get(SOURCE_REGISTRAR) is not None,
        notice=notice(),
    )


def _shown(
    source: Source,
    form: Standing | None = None,
    removal: Reason | None = None,
    boxing: Reason | None = None,
    given: str = "",
    warnings: list[str] | None = None,
) -> str:
    node = current_node()
    trials = node.state.trials
    form = form or _standing(source, "empty")
    removal, boxing = removal or Reason(formdata=None), boxing or Reason(formdata=None)
    # Three forms of one page ask why: what is wrong with one is told beside that one.
    form.why.id, removal.why.id, boxing.why.id = "why-status", "why-remove", "why-box"
    obstacle = trials.obstacle(source)
    return render_template(
        "source_page.html",
        actor=actor(),
        source=source,
        item=state_of(source, node.ledger.count(source.slug)),
        count=node.ledger.count(source.slug),
        kind_names=KIND_NAMES,
        obstacle=OBSTACLE_NAMES[obstacle] if obstacle else "",
        trial=None if obstacle else trials.get(source.slug),
        is_tried=trials.state(source.slug) in {State.ASKED, State.RUNNING},
        is_known=_is_known(source),
        form=form,
        removal=removal,
        boxing=boxing,
        has_mailbox=node.tickets.mailboxes.has(source.slug),
        given=given,
        warnings=warnings or [],
        most=MOST_REMOVED,
        now=clock.now(),
        notice=notice(),
    )
