"""What is said of a form while somebody fills it in: the same as on saving, before it is sent."""

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.accounts.types import Access
from registry.web.access.declared import access
from registry.web.places.services import look_of
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import lazy_gettext, ngettext
from registry.web.workspace.draft import Draft, judged_of
from registry.web.workspace.fields import typed_of
from registry.web.workspace.form import PlaceForm, form_of
from registry.web.workspace.places import WrittenSource, written_source_or_404
from registry.web.workspace.preview import preview_of

blueprint = Blueprint("place_verdict", __name__)

_MOVED = lazy_gettext(
    "Somebody else has published this place since you opened it: “See the difference” shows both."
)


@blueprint.post("/espace/pole/<slug>/verdict")
@access(Access.EDITOR)
def verdict(slug: str) -> ResponseReturnValue:
    """Judge a form as it stands; ``lieu`` is the place, empty for a new one. Nothing is written.

    It costs what "See the difference" costs, and a form is as long as that one may be.

    Returns:
        JSON: ``said`` and ``cells``, field -> what is said of it, where something is (``html``,
        ``wrong``); ``hours``, what the public reads of them; ``parts``, how far each part is;
        ``preview``, its card; ``centre``, latitude and longitude of its commune; ``changes``, how
        many values differ, in words; ``moved``, that somebody else published meanwhile. What is
        said comes as HTML.
    """
    draft, typed = draft_of(written_source_or_404(slug)), typed_of(request.form)
    judged = judged_of(draft, typed)
    form, preview = form_of(draft, typed, judged), preview_of(draft, judged)
    return jsonify(
        said=_said(form),
        cells={
            cell.name: {"html": _part("cell_error", cell), "wrong": True}
            for cell in form.hours.wrong
        },
        hours=_part("hours_read", form),
        parts={part.key: _part("part_state", part) for part in form.parts},
        preview=_part("preview", preview),
        centre=preview.centre if preview else None,
        changes=_changes(len(typed.changed(draft.cells)), is_wrong=bool(form.errors)),
        moved=str(_MOVED) if draft.has_moved else "",
    )


def draft_of(written: WrittenSource) -> Draft:
    """Return the place that the form is about; a new one under the identifier that it would get.

    Raises:
        NotFound: nothing is called so, or it is closed.
    """
    local = request.values.get("lieu", "")
    if not local:
        return Draft(written, written.new_id(request.form.get("nom", "").strip()), None, "")
    record = written.record(local)
    if record is None:
        raise NotFound
    return Draft(written, local, record, request.form.get("vu", ""))


def _said(form: PlaceForm) -> dict[str, object]:
    fields = (one for part in form.parts for one in part.fields if one.said)
    return {one.name: {"html": _part("sayings", one), "wrong": one.is_wrong} for one in fields}


def _part(name: str, it: object) -> str:
    return render_template("parts/verdict_part.html", part=name, it=it, look_of=look_of).strip()


def _changes(count: int, *, is_wrong: bool) -> str:
    if is_wrong and not count:
        return _("What you typed cannot be published like this: see what is marked.")
    if not count:
        return _("Nothing differs from what is published.")
    return ngettext(
        "{count} change is not published yet.",
        "{count} changes are not published yet.",
        count,
        count=count,
    )
