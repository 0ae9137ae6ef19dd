"""One place in its form: what is typed is judged, shown as a difference, then published.

Nothing is kept between two requests: what was typed travels in the forms until it is published.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from registry.accounts.types import Access
from registry.history.difference import difference
from registry.search.facts import facts_of
from registry.web.access.declared import access
from registry.web.access.judge import actor
from registry.web.site import clock
from registry.web.site.difference_words import FieldWords, fields_words
from registry.web.site.i18n import gettext as _
from registry.web.site.labels import pole_name, safe_href
from registry.web.site.language import current_lang
from registry.web.site.node import current_node, sources_of, url_of_iri
from registry.web.workspace.desk import Entry, MovedError, Proposed
from registry.web.workspace.fields import FIELD_NAMES, HOURS, Typed, typed_from, typed_of
from registry.web.workspace.form import place_form
from registry.web.workspace.moved import meanwhile
from registry.web.workspace.notices import notice
from registry.web.workspace.places import WrittenSource, written_source_of, written_source_or_404
from vocab.errors import MaillageError
from vocab.mapping import place_iri
from vocab.records import Record
from vocab.slugs import MOST, VALID
from vocab.territory import commune, point_of

blueprint = Blueprint("place_form", __name__)

_DATE = "date_maj"
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Draft:
    """A place being written.

    Attributes:
        written: where it is written.
        local_id: the pole's identifier; empty for a new place whose name is not known yet.
        before: the place as it is published; None for a new one.
        seen: content hash of the version that the person saw; empty for a new one.
    """

    written: WrittenSource
    local_id: str
    before: Record | None
    seen: str

    @property
    def iri(self) -> str:
        """IRI of the place; empty while it has no identifier."""
        return self.written.iri(self.local_id) if self.local_id else ""

    @property
    def cells(self) -> dict[str, str]:
        """What the place says as it is published."""
        return self.written.desk.cells(self.before) if self.before else {}

    @property
    def has_moved(self) -> bool:
        """Whether the place is no longer what the person saw."""
        return self.seen != (self.before.content_hash if self.before else "")


@blueprint.get("/espace/pole/<slug>/nouveau-lieu")
@access(Access.EDITOR)
def new(slug: str) -> ResponseReturnValue:
    """Show an empty form."""
    return _shown(Draft(written_source_or_404(slug), "", None, ""), Typed({}))


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
        return _shown(Draft(written, "", None, ""), typed, code=409, problem=said)
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
    return _shown(draft, typed_from(draft.cells, current_lang()))


@blueprint.post("/espace/pole/<slug>/lieux/<path:local>")
@access(Access.EDITOR)
def change(slug: str, local: str) -> ResponseReturnValue:
    """Judge what was typed, or publish it (``faire=publier``), or go on typing (``reprendre``)."""
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
        return _shown(draft, typed)
    judged = _judged(draft, typed)
    if judged.is_refused or typed.wrong:
        return _shown(draft, typed, judged, code=422)
    if draft.before is not None and judged.record == draft.before:
        said = _("Nothing differs from what is published: there is nothing to publish.")
        return _shown(draft, typed, judged, problem=said)
    return _reviewed(draft, typed, judged)


def _judged(draft: Draft, typed: Typed) -> Proposed:
    """Judge what was typed; a place that changes is dated of today, unless another day is typed."""
    cells, desk = typed.asked(draft.cells), draft.written.desk
    pole = draft.written.pole
    judged = desk.propose(draft.local_id, cells, pole, draft.before)
    if typed.is_centred and judged.record is not None:
        cells |= _centre(desk.cells(judged.record))
        judged = desk.propose(draft.local_id, cells, pole, draft.before)
    same_day = cells.get(_DATE, "") == draft.cells.get(_DATE, "")
    if judged.record == draft.before or not same_day:
        return judged
    today = cells | {_DATE: clock.now().date().isoformat()}
    return desk.propose(draft.local_id, today, pole, draft.before)


def _centre(cells: Mapping[str, str]) -> dict[str, str]:
    """Return the position of the centre of a place's commune; nothing where none is known."""
    found = commune(cells.get("code_insee", ""))
    known = point_of(found) if found else None
    if known is None:
        return {}
    latitude, longitude = known[0]
    return {"latitude": str(latitude), "longitude": str(longitude)}


def _published(draft: Draft, typed: Typed) -> ResponseReturnValue:
    judged = _judged(draft, typed)
    reason = reason_of(request.form)
    if judged.record is None or judged.is_refused or typed.wrong:
        return _shown(draft, typed, judged, code=422)
    if not reason:
        said = _("Say why, in {most} characters at most.", most=LONGEST_REASON)
        return _reviewed(draft, typed, judged, problem=said, code=422)
    try:
        enter(draft.written, Entry(draft.iri, judged.record, draft.seen, actor().number, reason))
    except MovedError:
        now = draft.written.record(draft.local_id)
        return _moved(replace(draft, before=now), typed)
    except MaillageError as error:
        said = error.message(current_lang())
        return _reviewed(draft, typed, judged, problem=said[:1].upper() + said[1:], code=409)
    slug = draft.written.source.pole
    return redirect(url_for(".page", slug=slug, local=draft.local_id, fait="publie"), 303)


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


def _shown(
    draft: Draft,
    typed: Typed,
    judged: Proposed | None = None,
    problem: str = "",
    code: int = 200,
) -> ResponseReturnValue:
    record = judged.record if judged and judged.record else draft.before
    hours = draft.written.desk.cells(record).get(HOURS, "") if record else ""
    form = place_form(typed, judged, hours, draft.iri)
    return _page("place_form.html", draft, code, form=form, problem=problem, notice=notice())


def _reviewed(
    draft: Draft, typed: Typed, judged: Proposed, problem: str = "", code: int = 200
) -> ResponseReturnValue:
    hours = draft.written.desk.cells(judged.record).get(HOURS, "") if judged.record else ""
    form = place_form(typed, judged, hours, draft.iri)
    return _page(
        "place_review.html",
        draft,
        code,
        form=form,
        problem=problem,
        changes=_changes(draft.iri, draft.before, judged.record),
        sent=_sent(),
        is_centred=typed.is_centred,
        reason=reason_of(request.form) or (_("update") if draft.before else _("new place")),
        most=LONGEST_REASON,
    )


def _moved(draft: Draft, typed: Typed) -> ResponseReturnValue:
    """Show what somebody else published meanwhile beside what was typed; nothing is lost."""
    found = meanwhile(draft.written, draft.iri, draft.seen, draft.before, typed)
    code = 409
    if draft.before is None:
        return _page("place_moved.html", draft, code, found=found, sent=_sent(), mine=())
    merged = replace(draft, seen=draft.before.content_hash)
    judged = _judged(merged, found.typed)
    return _page(
        "place_moved.html",
        merged,
        code,
        found=found,
        mine=_changes(draft.iri, draft.before, judged.record),
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
        **values,
    )
    return page, code


def _usual_reason(draft: Draft) -> str:
    return _("update") if draft.before else _("new place")


def _changes(iri: str, before: Record | None, after: Record | None) -> tuple[FieldWords, ...]:
    return fields_words(difference(iri, before, after)) if after else ()


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
