"""What a place said, for its editors: an earlier version put back, the place closed for good."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.accounts.types import Access
from registry.history.difference import difference
from registry.history.versions import RecordVersion, version_numbered, versions_of
from registry.search.facts import facts_of
from registry.web.access.declared import access
from registry.web.access.judge import actor
from registry.web.site.difference_words import FieldWords, fields_words
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import sentence_of
from registry.web.site.labels import pole_name
from registry.web.site.language import current_lang
from registry.web.site.node import current_node
from registry.web.site.notices import notice
from registry.web.workspace.desk import Entry
from registry.web.workspace.editing import enter, reason_of
from registry.web.workspace.places import WrittenSource, written_source_or_404
from registry.web.workspace.replacing import not_replaced, replaced, successors
from vocab.errors import MaillageError
from vocab.records import Record

blueprint = Blueprint("place_past", __name__)

PER_PAGE = 20
_MOST_DIGITS = 15


@dataclass(frozen=True, slots=True)
class PastVersion:
    """A version: what changed in words, and whether it can be put back."""

    version: RecordVersion
    changes: tuple[FieldWords, ...]
    can_return: bool


@blueprint.get("/espace/pole/<slug>/historique/<path:local>")
@access(Access.EDITOR)
def history(slug: str, local: str) -> ResponseReturnValue:
    """Show the versions, the latest first; ``?page=N`` from 1, ``?version=N`` to put one back."""
    written = _used_or_404(slug, local)
    if asked := request.args.get("version", ""):
        return _asked(written, local, _numbered(written.iri(local), asked))
    ledger, iri, number = (
        current_node().ledger,
        written.iri(local),
        request.args.get("page", 1, int),
    )
    total = ledger.count_of_changes(iri)
    if not 1 <= number <= max(1, -(-total // PER_PAGE)):
        raise NotFound
    now = written.record(local)
    found = versions_of(ledger, iri, PER_PAGE, (number - 1) * PER_PAGE)
    return _page(
        "place_history.html",
        written,
        local,
        versions=[_shown(one, now) for one in found],
        number=number,
        pages=-(-total // PER_PAGE),
        notice=notice(),
    )


@blueprint.post("/espace/pole/<slug>/historique/<path:local>")
@access(Access.EDITOR)
def put_back(slug: str, local: str) -> ResponseReturnValue:
    """Publish an earlier version again, as a new one."""
    written = _used_or_404(slug, local)
    found = _numbered(written.iri(local), request.form.get("version", ""))
    record = found.change.record
    if record is not None:
        record = not_replaced(record)
    if problem := _entered(written, local, record, "place.restored"):
        return _asked(written, local, found, problem)
    return redirect(url_for("place_form.page", slug=slug, local=local, fait="remis"), 303)


@blueprint.get("/espace/pole/<slug>/fermeture/<path:local>")
@access(Access.EDITOR)
def closing(slug: str, local: str) -> ResponseReturnValue:
    """Ask once more before a place is closed."""
    written, record = _open_or_404(slug, local)
    return _closing(written, local, record)


@blueprint.post("/espace/pole/<slug>/fermeture/<path:local>")
@access(Access.EDITOR)
def close(slug: str, local: str) -> ResponseReturnValue:
    """Withdraw a place; one that moved into another says so first, in a version of its own."""
    written, record = _open_or_404(slug, local)
    problem = _("Tick the box: a place is closed for good.")
    if request.form.get("certain") == "oui":
        problem = _closed(written, local, record)
    if problem:
        return _closing(written, local, record, problem), 422
    return redirect(url_for("place_past.history", slug=slug, local=local, fait="ferme"), 303)


def _closed(written: WrittenSource, local: str, record: Record) -> str:
    """Withdraw a place; return why it cannot be, empty when it was."""
    if not (into := request.form.get("remplace", "")):
        return _entered(written, local, None, "place.closed")
    if into not in {other for other, _place in successors(written, record)}:
        return _("Choose the place that it moved into among those of the list.")
    moved = replaced(record, written.iri(into))
    if problem := _entered(written, local, moved, "place.replaced"):
        return problem
    return _entered(written, local, None, "place.closed", moved.content_hash)


def _closing(written: WrittenSource, local: str, record: Record, problem: str = "") -> str:
    return _page(
        "place_closing.html",
        written,
        local,
        problem=problem,
        successors=successors(written, record),
        chosen=request.form.get("remplace", ""),
    )


def _open_or_404(slug: str, local: str) -> tuple[WrittenSource, Record]:
    written = _used_or_404(slug, local)
    record = written.record(local)
    if record is None:
        raise NotFound
    return written, record


def _entered(
    written: WrittenSource, local: str, record: Record | None, what: str, seen: str = ""
) -> str:
    """Enter a place; return why it cannot be, empty when it was."""
    reason = reason_of(request.form)
    if not reason:
        return _("Say why, in a few words.")
    seen = seen or request.form.get("vu", "")
    try:
        enter(written, Entry(written.iri(local), record, seen, actor().number, reason), what)
    except MaillageError as error:
        return sentence_of(error)
    return ""


def _asked(
    written: WrittenSource, local: str, found: RecordVersion, problem: str = ""
) -> ResponseReturnValue:
    """Show what putting a version back would change."""
    now = written.record(local)
    changes = fields_words(difference(written.iri(local), now, found.change.record))
    page = _page(
        "place_return.html", written, local, version=found, changes=changes, problem=problem
    )
    return page, 422 if problem else 200


def _shown(found: RecordVersion, now: Record | None) -> PastVersion:
    change, record = found.change, found.change.record
    changes: tuple[FieldWords, ...] = ()
    if record is not None and found.before is not None:
        changes = fields_words(difference(change.subject, found.before, record))
    return PastVersion(found, changes, record is not None and record != now)


def _numbered(iri: str, text: str) -> RecordVersion:
    """Return a version that said something, by its number.

    Raises:
        NotFound: there is none of that number.
    """
    is_number = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    found = version_numbered(current_node().ledger, iri, int(text)) if is_number else None
    if found is None or found.change.record is None:
        raise NotFound
    return found


def _used_or_404(slug: str, local: str) -> WrittenSource:
    written = written_source_or_404(slug)
    if not written.is_used(local):
        raise NotFound
    return written


def _last_said(iri: str) -> Record | None:
    """Return what a place that is closed said last."""
    (last,) = versions_of(current_node().ledger, iri, 1) or (None,)
    return last.before if last else None


def _page(template: str, written: WrittenSource, local: str, **values: object) -> str:
    record = written.record(local)
    slug = written.source.pole
    named = record or _last_said(written.iri(local))
    name = facts_of(named, current_lang()).name if named else ""
    return render_template(
        template,
        actor=actor(),
        slug=slug,
        pole_name=pole_name(slug),
        place_name=name or local,
        local=local,
        seen=record.content_hash if record else "",
        is_open=record is not None,
        reason=reason_of(request.form),
        **values,
    )
