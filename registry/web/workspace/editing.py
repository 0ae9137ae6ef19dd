"""One place in its form: what is typed is judged, shown as a difference, then published.

Nothing is kept between two requests: what was typed travels in the forms until it is published.
"""

from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from registry.accounts.types import Access
from registry.history.difference import difference
from registry.search.facts import facts_of
from registry.web.access.declared import access
from registry.web.access.judge import actor
from registry.web.answer.tiles import ground_of
from registry.web.places.services import look_of
from registry.web.site.difference_words import fields_words
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import sentence_of
from registry.web.site.labels import pole_name, safe_href
from registry.web.site.language import current_lang
from registry.web.site.node import current_node, sources_of, url_of_iri
from registry.web.site.notices import notice
from registry.web.workspace.addresses import PositionSaid, address_service
from registry.web.workspace.desk import Entry, MovedError, Proposed
from registry.web.workspace.draft import Draft, changes_of, judged_of
from registry.web.workspace.fields import FIELD_NAMES, Typed, typed_from, typed_of
from registry.web.workspace.form import form_of
from registry.web.workspace.known_already import known_already
from registry.web.workspace.moved import meanwhile
from registry.web.workspace.places import WrittenSource, written_source_of, written_source_or_404
from registry.web.workspace.preview import preview_of
from registry.web.workspace.proposed_change import proposed_change
from registry.web.workspace.worklist import worklist_of
from vocab.errors import MaillageError
from vocab.mapping import place_iri
from vocab.records import Record
from vocab.slugs import MOST, VALID

blueprint = Blueprint("place_form", __name__)

LONGEST_REASON = 500
_SPELT = frozenset({"telephone", "courriels", "site_web", "code_postal", "pivot"})
"""Fields whose repairs are another spelling of the same."""


@blueprint.get("/espace/pole/<slug>/nouveau-lieu")
@access(Access.EDITOR)
def new(slug: str) -> ResponseReturnValue:
    """Show an empty form."""
    return form_page(Draft(written_source_or_404(slug), "", None, ""), Typed({}))


@blueprint.post("/espace/pole/<slug>/nouveau-lieu")
@access(Access.EDITOR)
def add(slug: str) -> ResponseReturnValue:
    """Judge a new place, or publish it under the identifier that was made of its name."""
    written, typed = written_source_or_404(slug), typed_of(request.form)
    asked = request.form.get("identifiant", "")
    is_id = bool(VALID.match(asked)) and len(asked) <= MOST
    if request.form.get("faire") == "publier" and is_id:
        if not written.is_used(asked):
            return _published(Draft(written, asked, None, ""), typed)
        said = _("A place of this name was added a moment ago: see whether it is yours.")
        return form_page(Draft(written, "", None, ""), typed, code=409, problem=said)
    local_id = written.new_id(typed.cells.get("nom", ""))
    return _step(Draft(written, local_id, None, ""), typed)


@blueprint.get("/espace/pole/<slug>/lieux/<path:local>")
@access(Access.EDITOR)
def page(slug: str, local: str) -> ResponseReturnValue:
    """Show a place in its form; one that is read from elsewhere, with where it is changed."""
    written = written_source_of(slug)
    record = written.record(local) if written else None
    if written is None or record is None:
        return _elsewhere(slug, local, written)
    draft = Draft(written, local, record, record.content_hash)
    typed = typed_from(draft.cells, current_lang())
    if found := proposed_change(slug, draft.iri, typed):
        typed, problem = found
        return form_page(draft, typed, judged_of(draft, typed), problem)
    return form_page(draft, typed)


@blueprint.post("/espace/pole/<slug>/lieux/<path:local>")
@access(Access.EDITOR)
def change(slug: str, local: str) -> ResponseReturnValue:
    """Do what ``faire`` says: by default judge what was typed and show the difference.

    ``direct`` publishes at once what there is nothing to say of, ``publier`` with the reason that
    the page of the difference asks for; ``reprendre`` goes on typing.
    """
    written = written_source_or_404(slug)
    if not written.is_used(local):
        raise NotFound
    draft = Draft(written, local, written.record(local), request.form.get("vu", ""))
    typed = typed_of(request.form)
    if draft.has_moved:
        return _moved(draft, typed)
    if request.form.get("faire") == "publier":
        return _published(draft, typed)
    return _step(draft, typed)


def _step(draft: Draft, typed: Typed) -> ResponseReturnValue:
    """Go on typing, or see the verdict and the difference."""
    if request.form.get("faire") == "reprendre":
        return form_page(draft, typed)
    judged = judged_of(draft, typed)
    if judged.record is None or judged.is_refused or typed.wrong:
        return form_page(draft, typed, judged, code=422)
    is_direct = request.form.get("faire") == "direct"
    if draft.before is not None and judged.record == draft.before:
        if is_direct and worklist_of(draft):
            return _onward(draft, "")
        said = _("Nothing differs from what is published: there is nothing to publish.")
        return form_page(draft, typed, judged, problem=said)
    if is_direct and draft.before is not None and not _needs_a_look(draft, typed, judged):
        return _entered(draft, typed, judged, judged.record, _usual_reason(draft))
    return _reviewed(draft, typed, judged)


def _needs_a_look(draft: Draft, typed: Typed, judged: Proposed) -> bool:
    """Whether something else would be published than what was typed, or it is doubted.

    Not for a repair that stood beside its field already: ``lu`` names the fields, as the script of
    the form tells. Nor for one of the spelling of a number or an address: what it means is what was
    typed.
    """
    changed = typed.changed(draft.cells)
    expected = {*request.form.get("lu", "").split(","), *_SPELT}
    return typed.is_centred or any(
        remark.field in changed and (remark.level != "repair" or remark.field not in expected)
        for remark in judged.remarks
    )


def _published(draft: Draft, typed: Typed) -> ResponseReturnValue:
    judged = judged_of(draft, typed)
    reason = reason_of(request.form)
    if judged.record is None or judged.is_refused or typed.wrong:
        return form_page(draft, typed, judged, code=422)
    if not reason:
        said = _("Say why, in {most} characters at most.", most=LONGEST_REASON)
        return _reviewed(draft, typed, judged, problem=said, code=422)
    return _entered(draft, typed, judged, judged.record, reason)


def _entered(
    draft: Draft, typed: Typed, judged: Proposed, record: Record, reason: str
) -> ResponseReturnValue:
    """Enter a place, then show it, or the next one of the list that is worked through."""
    onward = _onward(draft, "publie")
    try:
        enter(draft.written, Entry(draft.iri, record, draft.seen, actor().number, reason))
    except MovedError:
        now = draft.written.record(draft.local_id)
        return _moved(replace(draft, before=now), typed)
    except MaillageError as error:
        return _reviewed(draft, typed, judged, problem=sentence_of(error), code=409)
    return onward


def _onward(draft: Draft, done: str) -> ResponseReturnValue:
    """Go to the next place of the list, back to the list after the last, or to the place itself."""
    slug, worklist = draft.written.source.pole, worklist_of(draft)
    fait: dict[str, Any] = {"fait": done} if done else {}
    if worklist is None:
        return redirect(url_for(".page", slug=slug, local=draft.local_id, **fait), 303)
    if not worklist.next:
        listed = worklist.where | fait
        return redirect(url_for("pole_places.listing", slug=slug, **listed), 303)
    values = worklist.here | ({"fait": f"{done}-suivant"} if done else {})
    return redirect(url_for(".page", slug=slug, local=worklist.next, **values), 303)


def _usual_reason(draft: Draft) -> str:
    return _("update") if draft.before else _("new place")


def reason_of(form: MultiDict[str, str]) -> str:
    """Return the reason that was given, on one line; empty when it is none or too long."""
    reason = " ".join(form.get("pourquoi", "").replace("\0", " ").split())
    return reason if len(reason) <= LONGEST_REASON else ""


def enter(written: WrittenSource, entry: Entry, what: str = "") -> None:
    """Enter a place and write the act down.

    Args:
        written: where it is written.
        entry: the place.
        what: the act; by default that it was added or edited.

    Raises:
        MovedError: the place is no longer what the person saw.
        MaillageError: it cannot be entered.
    """
    written.desk.enter(written.source.slug, entry)
    done = what or ("place.edited" if entry.seen else "place.added")
    current_node().ledger.record_act(done, entry.reason, entry.by, entry.iri)


def form_page(
    draft: Draft,
    typed: Typed,
    judged: Proposed | None = None,
    problem: str = "",
    code: int = 200,
    position: PositionSaid | None = None,
) -> ResponseReturnValue:
    """Show the form of a place.

    Args:
        draft: the place that is written.
        typed: what stands in the form.
        judged: what is said of that; None before it was sent.
        problem: why nothing was done, in a sentence.
        code: HTTP status.
        position: what became of a search for the position of the address.
    """
    return _page(
        "place_form.html",
        draft,
        code,
        form=form_of(draft, typed, judged),
        preview=preview_of(draft, judged),
        problem=problem,
        position=position,
        has_addresses=address_service() is not None,
        notice=notice(),
    )


def _reviewed(
    draft: Draft, typed: Typed, judged: Proposed, problem: str = "", code: int = 200
) -> ResponseReturnValue:
    return _page(
        "place_review.html",
        draft,
        code,
        form=form_of(draft, typed, judged),
        preview=preview_of(draft, judged),
        problem=problem,
        changes=changes_of(draft.iri, draft.before, judged.record),
        known_already=known_already(draft, judged.record),
        sent=_sent(),
        held_up=request.form.get("faire") == "direct",
        is_centred=typed.is_centred,
        reason=reason_of(request.form) or _usual_reason(draft),
        most=LONGEST_REASON,
    )


def _moved(draft: Draft, typed: Typed) -> ResponseReturnValue:
    """Show what somebody else published meanwhile beside what was typed; nothing is lost."""
    found = meanwhile(draft.written, draft.iri, draft.seen, draft.before, typed)
    code = 409
    if draft.before is None:
        return _page("place_moved.html", draft, code, found=found, sent=_sent(), mine=())
    merged = replace(draft, seen=draft.before.content_hash)
    judged = judged_of(merged, found.typed)
    return _page(
        "place_moved.html",
        merged,
        code,
        found=found,
        mine=changes_of(draft.iri, draft.before, judged.record),
        sent=found.sent,
    )


def _page(template: str, draft: Draft, code: int, **values: object) -> ResponseReturnValue:
    slug = draft.written.source.pole
    name = facts_of(draft.before, current_lang()).name if draft.before else ""
    page = render_template(
        template,
        actor=actor(),
        slug=slug,
        pole_name=pole_name(slug),
        place_name=name or draft.local_id,
        draft=draft,
        public=url_of_iri(draft.iri) if draft.iri else None,
        worklist=worklist_of(draft),
        look_of=look_of,
        map_tiles=lambda: ground_of(current_node().config),
        **values,
    )
    return page, code


def _sent() -> list[tuple[str, str]]:
    """Return what was typed, name by name, to travel on."""
    return [pair for pair in request.form.items(multi=True) if pair[0] in FIELD_NAMES]


def _elsewhere(slug: str, local: str, written: WrittenSource | None) -> ResponseReturnValue:
    """Show a place that is not written here, or no more."""
    if written is not None and written.is_used(local):
        return redirect(url_for("place_past.history", slug=slug, local=local), 303)
    ledger = current_node().ledger
    for source in sources_of(slug):
        for namespace in source.namespaces:
            record = ledger.record(place_iri(namespace, local))
            if record is not None and ledger.owner(record.iri) == source.slug:
                return render_template(
                    "place_elsewhere.html",
                    actor=actor(),
                    slug=slug,
                    pole_name=pole_name(slug),
                    place_name=facts_of(record, current_lang()).name or local,
                    source=source,
                    where=safe_href(source.url),
                    public=url_of_iri(record.iri),
                    said=fields_words(difference(record.iri, None, record)),
                )
    raise NotFound
