"""One value of many places at once: chosen in their list, compared, published as one."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from registry.accounts.types import Access
from registry.web.access.declared import access
from registry.web.access.judge import actor
from registry.web.harvests.difference import PER_PAGE, pages_of
from registry.web.site.difference_words import difference_words, record_name
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import lazy_gettext, number, sentence_of
from registry.web.site.labels import pole_name
from registry.web.site.language import current_lang
from registry.web.site.node import current_node
from registry.web.workspace.desk import MovedError
from registry.web.workspace.editing import LONGEST_REASON, reason_of
from registry.web.workspace.fields import COLUMNS, Typed, typed_of
from registry.web.workspace.filtering import PlaceFilter, asked_places
from registry.web.workspace.form import field_of
from registry.web.workspace.places import WrittenSource, written_source_or_404
from registry.web.workspace.sheets import Comparison, enter
from vocab.errors import MaillageError
from vocab.order import SEPARATOR
from vocab.records import Record

blueprint = Blueprint("place_batch", __name__)

MOST = 2_000
"""Places that are changed at once."""
_OWN = frozenset({"nom", "pivot", "date_maj"})
"""What each place has for itself, beside where it is."""
_BY_NAME = {
    one.name: one for one in COLUMNS if one.prop.node != "geometry" and one.prop.form != "place"
    and one.name not in _OWN
}  # fmt: skip
ADD, REMOVE, SET, CLEAR = "ajouter", "retirer", "mettre", "vider"
_WORDS = {
    ADD: lazy_gettext("Add it to what they say"),
    REMOVE: lazy_gettext("Take it away where they say it"),
    SET: lazy_gettext("Put it in the place of what they say"),
    CLEAR: lazy_gettext("Take away whatever they say"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to become of one field of many places.

    Attributes:
        wanted: which places.
        name: of the field; empty while none is chosen.
        deed: what to do; empty while nothing is.
        value: to add, remove or set.
        typed: what stands in the form.
    """

    wanted: PlaceFilter
    name: str
    deed: str
    value: str
    typed: Typed

    @property
    def deeds(self) -> list[tuple[str, str]]:
        """What can be done with the field."""
        several = self.name and _BY_NAME[self.name].widget in {"several", "lines"}
        keys = (ADD, REMOVE, SET, CLEAR) if several else (SET, CLEAR)
        return [(key, str(_WORDS[key])) for key in keys]

    @property
    def is_whole(self) -> bool:
        """Whether it says what to do."""
        known = {key for key, _words in self.deeds}
        return bool(self.name) and self.deed in known and bool(self.value or self.deed == CLEAR)

    def applied(self, cells: Mapping[str, str]) -> dict[str, str]:
        """Return the cells of a place, changed."""
        before = cells.get(self.name, "")
        parts, asked = _parts(before), _parts(self.value)
        after = {
            ADD: SEPARATOR.join(dict.fromkeys([*parts, *asked])),
            REMOVE: SEPARATOR.join(part for part in parts if part not in asked),
            SET: self.value,
        }.get(self.deed, "")
        kept = {name: text for name, text in cells.items() if name != self.name}
        return kept | ({self.name: after} if after else {})


@blueprint.get("/espace/pole/<slug>/lot")
@access(Access.EDITOR)
def page(slug: str) -> ResponseReturnValue:
    """Choose the field (``champ``), then what to do with it, for the places of a list."""
    written_source_or_404(slug)
    return _form(_asked(slug, MultiDict()))


@blueprint.post("/espace/pole/<slug>/lot")
@access(Access.EDITOR)
def change(slug: str) -> ResponseReturnValue:
    """Show the difference, or publish it (``faire=publier``, ``faire=publier-les-autres``)."""
    written, asked = written_source_or_404(slug), _asked(slug, request.form)
    if request.form.get("faire") == "reprendre":
        return _form(asked)
    if not asked.is_whole:
        said = _("Say what to do, and give a value unless all is to be taken away.")
        return _form(asked, said), 422
    found = _compared(written, asked)
    if found is None:
        said = _("{most} places are changed at once at most: narrow the list.", most=number(MOST))
        return _form(asked, said), 422
    if request.form.get("faire") in {"publier", "publier-les-autres"}:
        return _published(written, asked, found)
    return _reviewed(asked, found)


def _published(written: WrittenSource, asked: Asked, found: Comparison) -> ResponseReturnValue:
    reason = reason_of(request.form)
    if found.refused and request.form.get("faire") != "publier-les-autres":
        return _reviewed(asked, found, _("Some places are refused so: leave them out."), 422)
    if not reason:
        said = _("Say why, in {most} characters at most.", most=LONGEST_REASON)
        return _reviewed(asked, found, said, 422)
    places = found.batch(withdraws=False)
    if request.form.get("vu") != found.mark or not places:
        return _reviewed(asked, found, _moved(), 409)
    try:
        harvest = enter(written, found, places, reason, "places.edited")
    except MovedError:
        return _reviewed(asked, _compared(written, asked) or found, _moved(), 409)
    except MaillageError as error:
        return _reviewed(asked, found, sentence_of(error), 409)
    return redirect(url_for("sheet_done.done", slug=written.source.pole, harvest_id=harvest), 303)


def _asked(slug: str, form: MultiDict[str, str]) -> Asked:
    name = request.args.get("champ", "")
    name = name if name in _BY_NAME else ""
    typed = typed_of(form)
    return Asked(asked_places(slug), name, form.get("quoi", ""), typed.cells.get(name, ""), typed)


def _compared(written: WrittenSource, asked: Asked) -> Comparison | None:
    """Judge the places as they would be; None where they are too many."""
    before: dict[str, Record] = {}
    after: dict[str, Record] = {}
    refused: set[str] = set()
    for place in asked.wanted.places():
        local_id = written.local_id(place.iri)
        record = written.record(local_id) if local_id else None
        if record is None:
            continue
        if len(before) == MOST:
            return None
        before[record.iri] = record
        cells = written.desk.cells(record)
        judged = written.proposed(local_id, asked.applied(cells), record)
        if judged.record is None or judged.is_refused:
            refused.add(record.iri)
        else:
            after[record.iri] = judged.record
    document = {"kind": "table", "counts": {"refused_rows": len(refused)}}
    return Comparison(document, before, after, frozenset(refused), frozenset(refused))


def _parts(text: str) -> list[str]:
    return [part for part in map(str.strip, text.split(SEPARATOR)) if part]


def _moved() -> str:
    return _(
        "The places have changed since you saw this page, or nothing differs any more. This is "
        "the difference as it is now."
    )


def _form(asked: Asked, problem: str = "") -> str:
    return _page(
        "batch_form.html",
        asked,
        field=field_of(asked.name, asked.typed),
        names=[
            (one.name, one.prop.title(current_lang())) for one in _BY_NAME.values() if not one.share
        ],
        problem=problem,
    )


def _reviewed(
    asked: Asked, found: Comparison, problem: str = "", code: int = 200
) -> ResponseReturnValue:
    total, page = len(found.moving), request.form.get("page", 1, type=int)
    field = field_of(asked.name, asked.typed)
    return _page(
        "batch_review.html",
        asked,
        found=found,
        field=field,
        differences=[difference_words(one) for one in found.differences(page, PER_PAGE)],
        total=total,
        number=page,
        pages=pages_of(total, page),
        refused=[record_name(iri, found.before[iri].lines) for iri in sorted(found.refused)],
        deed=str(_WORDS[asked.deed]),
        sent=_sent(),
        reason=reason_of(request.form) or _("the same change for several places"),
        most=LONGEST_REASON,
        problem=problem,
    ), code


def _sent() -> list[tuple[str, str]]:
    """Return what was chosen, to travel on."""
    name = request.args.get("champ", "")
    return [pair for pair in request.form.items(multi=True) if pair[0] in {"quoi", name}]


def _page(template: str, asked: Asked, **values: object) -> str:
    slug = asked.wanted.slug
    return render_template(
        template,
        actor=actor(),
        slug=slug,
        pole_name=pole_name(slug),
        asked=asked,
        count=current_node().index.search(asked.wanted.query()).total,
        **values,
    )
