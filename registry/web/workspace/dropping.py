"""Many places at once: a spreadsheet is dropped, its verdict read, compared, published."""

from dataclasses import dataclass, replace

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound, RequestEntityTooLarge

from registry.accounts.types import Access
from registry.state.drops import Drop, DropsFullError, new_mark
from registry.state.sheet_words import Remembered
from registry.web.access.declared import access
from registry.web.access.judge import actor
from registry.web.answer.uploads import DROP_PATH, MB
from registry.web.checks.page import plain_name, too_large_words
from registry.web.checks.verdict import SEEN, Verdict, field_title, said
from registry.web.errors import error_page, logged
from registry.web.harvests.difference import PER_PAGE, pages_of
from registry.web.site import clock
from registry.web.site.difference_words import difference_words, record_name
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import sentence_of
from registry.web.site.labels import pole_name
from registry.web.site.node import current_node
from registry.web.site.notices import notice
from registry.web.workspace.addresses import address_service
from registry.web.workspace.desk import MovedError
from registry.web.workspace.editing import LONGEST_REASON, reason_of
from registry.web.workspace.places import WrittenSource, written_source_or_404
from registry.web.workspace.remedies import column_choices, meanings_of, sections, with_remedies
from registry.web.workspace.sheet_positions import Proposals, proposals
from registry.web.workspace.sheets import Comparison, compared, enter, published, sheet_of, slot
from vocab.errors import MaillageError

blueprint = Blueprint("sheet_drop", __name__)

_ENDINGS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}
_ABSENT_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Dropped:
    """The file that somebody has dropped for a pole."""

    written: WrittenSource
    drop: Drop
    data: bytes

    @property
    def slug(self) -> str:
        """The pole."""
        return self.written.source.pole

    def compared(self) -> Comparison:
        """Have it judged, and compare it with what is published."""
        release = slot()
        try:
            return compared(self.written, sheet_of(self.written, self.drop, self.data))
        finally:
            release()

    def keep(self, drop: Drop) -> "Dropped":
        """Keep what was said of it."""
        current_node().state.drops.change(actor().number, self.slug, drop)
        return replace(self, drop=drop)

    def erase(self) -> None:
        """Forget it."""
        current_node().state.drops.erase(actor().number, self.slug)


@blueprint.get(DROP_PATH)
@access(Access.EDITOR)
def page(slug: str) -> ResponseReturnValue:
    """Show the form, and what was dropped before and waits."""
    return _form(written_source_or_404(slug))


@blueprint.post(DROP_PATH)
@access(Access.EDITOR)
def drop(slug: str) -> ResponseReturnValue:
    """Keep a file until it is published, and go on to its verdict."""
    written, upload = written_source_or_404(slug), request.files.get("fichier")
    most = current_node().config.checked_mb * MB
    data = upload.stream.read(most + 1) if upload else b""
    name = plain_name(upload.filename or "") if upload else ""
    if not name and not data:
        said = _("No file was sent. Choose one, then press the button again.")
        return _form(written, said), 400
    if len(data) > most:
        raise RequestEntityTooLarge
    new = Drop(new_mark(), name, clock.now().timestamp())
    try:
        current_node().state.drops.put(actor().number, slug, new, data)
    except DropsFullError as error:
        return _form(written, sentence_of(error)), 503
    return redirect(url_for(".verdict", slug=slug), 303)


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> Response:
    """Say how much is read, also of what the server refused unread."""
    title = _("The file was not checked")
    return error_page(413, title, too_large_words(), "", logged(413, error))


@blueprint.get("/espace/pole/<slug>/deposer/verdict")
@access(Access.EDITOR)
def verdict(slug: str) -> ResponseReturnValue:
    """Show what can be published, and what is to be mended."""
    dropped = _dropped(slug)
    if dropped is None:
        return _gone(slug)
    return _verdict(dropped, dropped.compared())


@blueprint.post("/espace/pole/<slug>/deposer/verdict")
@access(Access.EDITOR)
def remedy(slug: str) -> ResponseReturnValue:
    """Keep what was mended, and read the file again, or go on to the difference."""
    dropped, form = _dropped(slug), request.form
    if dropped is None or form.get("marque") != dropped.drop.mark:
        return _gone(slug)
    if form.get("faire") == "oublier":
        dropped.erase()
        return redirect(url_for(".page", slug=slug, fait="oublie"), 303)
    if form.get("faire") == "tel-quel":
        dropped.keep(replace(dropped.drop, cells=(), chosen={}, is_centred=False))
        return redirect(url_for(".verdict", slug=slug), 303)
    dropped.keep(with_remedies(dropped.drop, form))
    target = ".compare" if form.get("faire") == "comparer" else ".verdict"
    return redirect(url_for(target, slug=slug), 303)


@blueprint.post("/espace/pole/<slug>/deposer/adresses")
@access(Access.EDITOR)
def locate(slug: str) -> ResponseReturnValue:
    """Keep what was mended, and show the positions that a service proposes for rows without any."""
    service, dropped, form = address_service(), _dropped(slug), request.form
    if service is None:
        raise NotFound
    if dropped is None or form.get("marque") != dropped.drop.mark:
        return _gone(slug)
    dropped = dropped.keep(with_remedies(dropped.drop, form))
    found = dropped.compared()
    return _verdict(dropped, found, proposed=proposals(service, found.document))


@blueprint.get("/espace/pole/<slug>/deposer/comparer")
@access(Access.EDITOR)
def compare(slug: str) -> ResponseReturnValue:
    """Show what differs from what is published; ``?page=N`` from 1."""
    dropped = _dropped(slug)
    if dropped is None:
        return _gone(slug)
    return _compared(dropped, dropped.compared())


@blueprint.post("/espace/pole/<slug>/deposer/comparer")
@access(Access.EDITOR)
def publish(slug: str) -> ResponseReturnValue:
    """Publish the places of the file, all or none."""
    dropped, form = _dropped(slug), request.form
    if dropped is None or form.get("marque") != dropped.drop.mark:
        return _gone(slug)
    found, reason = dropped.compared(), reason_of(form)
    if problem := _problem(found, reason):
        return _compared(dropped, found, problem, 422)
    if form.get("vu") != found.mark:
        return _compared(dropped, found, _moved(), 409)
    places = found.batch(withdraws=form.get("retirer") == "oui")
    if not places:
        return _compared(dropped, found, _("Nothing differs: there is nothing to publish."))
    try:
        harvest = enter(dropped.written, found, places, reason, "sheet.published")
    except MovedError:
        return _compared(dropped, dropped.compared(), _moved(), 409)
    except MaillageError as error:
        return _compared(dropped, found, sentence_of(error), 409)
    current_node().state.sheet_words.remember(
        slug, Remembered(dropped.drop.chosen, meanings_of(found.document))
    )
    dropped.erase()
    return redirect(url_for("sheet_done.done", slug=slug, harvest_id=harvest), 303)


@blueprint.get("/espace/pole/<slug>/deposer/fichier")
@access(Access.EDITOR)
def file(slug: str) -> ResponseReturnValue:
    """Give the file back with its ids, and what was mended."""
    dropped = _dropped(slug)
    if dropped is None:
        return _gone(slug)
    written, release = dropped.written, slot()
    try:
        sheet = sheet_of(written, dropped.drop, dropped.data)
        made = written.desk.rewritten(sheet, written.pole, published(written))
    finally:
        release()
    if not isinstance(made, bytes):
        return _verdict(dropped, dropped.compared(), said(made["error"]), 422)
    stem, _dot, ending = dropped.drop.name.rpartition(".")
    response = Response(made, content_type=_ENDINGS.get(ending.lower(), "application/octet-stream"))
    name = f"{stem or dropped.drop.name}-ids.{ending}" if stem else f"{dropped.drop.name}-ids"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _problem(found: Comparison, reason: str) -> str:
    """Return why nothing can be published as asked; empty where it can."""
    if found.rows_refused and request.form.get("faire") != "publier-les-autres":
        return _("Some rows are refused: mend them, or publish the others without them.")
    if not reason:
        return _("Say why, in {most} characters at most.", most=LONGEST_REASON)
    return ""


def _dropped(slug: str) -> Dropped | None:
    written = written_source_or_404(slug)
    found = current_node().state.drops.get(actor().number, slug, clock.now().timestamp())
    return Dropped(written, *found) if found else None


def _gone(slug: str) -> ResponseReturnValue:
    return redirect(url_for(".page", slug=slug, fait="perime"), 303)


def _form(written: WrittenSource, error: str = "", name: str = "") -> str:
    slug = written.source.pole
    found = current_node().state.drops.get(actor().number, slug, clock.now().timestamp())
    return _page(
        "sheet_form.html",
        slug,
        error=error,
        name=name,
        waiting=found[0] if found else None,
        is_open=bool(current_node().config.checked_mb),
        limit_mb=current_node().config.checked_mb,
        notice=notice(),
    )


def _verdict(
    dropped: Dropped,
    found: Comparison,
    problem: str = "",
    code: int = 200,
    proposed: Proposals | None = None,
) -> ResponseReturnValue:
    document = found.document
    if document["kind"] == "unreadable":
        dropped.erase()
        return _form(dropped.written, said(document["error"]), dropped.drop.name), 422
    verdict = Verdict(document) if document["kind"] == "table" else None
    page = _page(
        "sheet_verdict.html",
        dropped.slug,
        drop=dropped.drop,
        found=found,
        document=document,
        verdict=verdict,
        sections=sections(verdict) if verdict else [],
        seen_groups=SEEN,
        column_choices=column_choices(),
        field_title=field_title,
        problem=problem,
        proposed=proposed,
        has_addresses=address_service() is not None,
    )
    return page, code


def _compared(
    dropped: Dropped, found: Comparison, problem: str = "", code: int = 200
) -> ResponseReturnValue:
    if found.document["kind"] != "table":
        return _verdict(dropped, found)
    total, number = len(found.moving), request.args.get("page", 1, type=int)
    pages = pages_of(total, number)
    absent = found.absent
    names = [record_name(i, found.before[i].lines) for i in absent[:_ABSENT_SHOWN]]
    page = _page(
        "sheet_compare.html",
        dropped.slug,
        drop=dropped.drop,
        found=found,
        differences=[difference_words(one) for one in found.differences(number, PER_PAGE)],
        total=total,
        number=number,
        pages=pages,
        absent=names,
        absent_count=len(absent),
        withdraws=request.form.get("retirer") == "oui",
        reason=reason_of(request.form) or _("update from a spreadsheet"),
        most=LONGEST_REASON,
        problem=problem,
    )
    return page, code


def _moved() -> str:
    return _(
        "A place has changed since you saw this page: nothing was written over. This is the "
        "difference as it is now."
    )


def _page(template: str, slug: str, **values: object) -> str:
    return render_template(template, actor=actor(), slug=slug, pole_name=pole_name(slug), **values)
