"""Requests to join, for operators: read, accepted with a pole and an invitation, declined."""

import shlex
from datetime import UTC, datetime
from typing import cast

from flask import Blueprint, Response, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from wtforms import SelectField, StringField, TextAreaField

from registry.accounts.types import Access, Roles
from registry.joining.store import LONGEST_REPLY
from registry.joining.types import Answer, JoiningError, Request, State
from registry.settings.config import Pole
from registry.sources.hosted import hosted_root
from registry.web.access.declared import access
from registry.web.access.judge import actor
from registry.web.accounts.forms import NodeForm, Reason, required
from registry.web.accounts.inviting import NOTHING, Given, invite_by
from registry.web.joining.mails import mail_declined
from registry.web.joining.registrar import REGISTRAR, Registrar
from registry.web.joining.words import REASONS, STATES
from registry.web.site import clock
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import lazy_gettext
from registry.web.site.node import current_node, sources_of
from registry.web.site.notices import notice
from vocab.errors import MaillageError, UsageError

blueprint = Blueprint("joining_desk", __name__, url_prefix="/administration/demandes")


class Accepted(Reason):
    """A request that is accepted."""

    name = StringField(lazy_gettext("Name shown to people"), [required])
    slug = StringField(lazy_gettext("Short name, in all its addresses"), [required])


class Declined(NodeForm):
    """A request that is declined."""

    reason = SelectField(lazy_gettext("Reason"))
    reply = TextAreaField(lazy_gettext("Words for who asks (optional)"))

    def __init__(self, *args: object, **values: object) -> None:
        super().__init__(*args, **values)
        self.reason.choices = [(str(value), words) for value, words in REASONS.items()]


@blueprint.before_request
def refuse_where_none_are_taken() -> None:
    """Have no such page where the settings say so."""
    if not current_node().config.takes_requests:
        raise NotFound


@blueprint.after_request
def hide_links(response: Response) -> Response:
    """Let no other page learn the addresses of these."""
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@blueprint.get("")
@access(Access.OPERATOR)
def listing() -> ResponseReturnValue:
    """Show the requests: what waits first, the oldest first."""
    items = current_node().requests.listed(clock.now().timestamp())
    return render_template(
        "requests.html",
        actor=actor(),
        items=[(item, STATES[item.state], _moment(item.made)) for item in items],
        waiting=sum(1 for item in items if item.is_waiting),
        notice=notice(),
    )


@blueprint.get("/<number>")
@access(Access.OPERATOR)
def page(number: str) -> ResponseReturnValue:
    """Show one, and what can be answered."""
    return _shown(_request(number))


@blueprint.post("/<number>/accepter")
@access(Access.OPERATOR)
def accept(number: str) -> ResponseReturnValue:
    """Host the pole, where it has no server, and invite who asked to edit it."""
    found, form = _request(number), Accepted()
    if not form.validate():
        return _shown(found, form), 422
    slug, why = form.slug.data.strip(), form.why.data.strip()
    answer, now = Answer(State.ACCEPTED, pole=slug), clock.now()
    try:
        with current_node().requests.answering(number, answer, now.timestamp()):
            _make_pole(found, slug, form.name.data, why)
    except MaillageError as error:
        form.refuse(form.slug if isinstance(error, UsageError) else None, error)
        return _shown(found, form), 422
    _record("request.accepted", why, slug)
    given = invite_by(actor(), found.asked.mail, Roles(poles=frozenset({slug})), why)
    return _shown(_request(number), given=given)


@blueprint.post("/<number>/refuser")
@access(Access.OPERATOR)
def decline(number: str) -> ResponseReturnValue:
    """Decline, for a reason of the list."""
    found, form = _request(number), Declined()
    if not form.validate():
        return _shown(found, declined=form), 422
    answer = Answer(State.DECLINED, form.reason.data, (form.reply.data or "").strip())
    try:
        with current_node().requests.answering(number, answer, clock.now().timestamp()):
            _record("request.declined", f"{number}: {answer.reason}", number)
    except JoiningError as error:
        form.refuse(form.reply, error)
        return _shown(found, declined=form), 422
    mail_declined(_request(number))
    return redirect(url_for(".listing", fait="demande"), 303)


def _make_pole(found: Request, slug: str, name: str, why: str) -> None:
    """Host the pole of a request; one with a server must be read already.

    Raises:
        MaillageError: it cannot be.
    """
    if found.asked.feed:
        if not sources_of(slug):
            raise JoiningError(
                "no source of this directory speaks for a pole {slug!r} yet: register it first, "
                "by the way above",
                slug=slug[:80],
            )
        return
    pole = Pole(" ".join(name.split()), homepage=found.asked.homepage)
    _registrar().host(slug, pole, actor().number, why)
    _record("pole.hosted", why, slug)


def _record(what: str, why: str, about: str) -> None:
    current_node().ledger.record_act(what, why, actor().number, about, clock.now())


def _registrar() -> Registrar:
    found = cast("Registrar | None", current_app.extensions.get(REGISTRAR))
    if found is None:  # an application that only reads
        raise NotFound
    return found


def _request(number: str) -> Request:
    try:
        return current_node().requests.by_number(number, clock.now().timestamp())
    except JoiningError as error:
        raise NotFound from error


def _shown(
    found: Request,
    form: Accepted | None = None,
    declined: Declined | None = None,
    given: Given = NOTHING,
) -> str:
    accepted = form or Accepted(formdata=None)
    slug = (form.slug.data if form else "") or _registrar().free_name(found.asked.name)
    if form is None:
        accepted.name.data, accepted.slug.data = found.asked.name, slug
        accepted.why.data = _("asked to join")
    return render_template(
        "request.html",
        actor=actor(),
        item=found,
        made=_moment(found.made),
        state=STATES[found.state],
        form=accepted,
        declined=declined or Declined(formdata=None),
        root=hosted_root(current_node().config, slug),
        command=_command(found, slug) if found.asked.feed else "",
        longest_reply=LONGEST_REPLY,
        given=given.link,
        sent_to=given.sent_to,
        not_sent=given.not_sent,
    )


def _command(found: Request, slug: str) -> str:
    """The command that registers what a pole publishes; what strangers typed is one word each."""
    words = ("maillage", "source", "add", found.asked.feed, "--slug", slug)
    return shlex.join((*words, "--title", found.asked.name))


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
