"""A spreadsheet to fill in: a column for each field, lists to choose from, explanations."""

from collections.abc import Iterator

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from registry.accounts.types import Access
from registry.formats.xlsx import Sheet, workbook
from registry.web.access.declared import access
from registry.web.site.i18n import gettext as _
from registry.web.site.language import current_lang
from registry.web.workspace.places import written_source_or_404
from registry.web.workspace.sheets import published
from vocab.properties import FIELDS, FURTHER, Property
from vocab.schemes import concepts
from vocab.slugs import slug_of
from vocab.text import capitalised

blueprint = Blueprint("sheet_template", __name__)

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NARROW, _WIDE, _PROSE = 18, 32, 60
_COLUMNS = tuple(
    one for one in (*FIELDS, *FURTHER) if (one.standard or one.column) and not one.derived
)
_YES_NO = ("oui", "non")


@blueprint.get("/espace/pole/<slug>/modele.xlsx")
@access(Access.EDITOR)
def template(slug: str) -> ResponseReturnValue:
    """Give the template; ``?rempli=oui`` with the places of the pole in it."""
    written = written_source_or_404(slug)
    rows: list[list[str]] = []
    if request.args.get("rempli") == "oui":
        for local_id, record in published(written).items():
            cells = written.desk.cells(record) | {"id": local_id}
            rows.append([cells.get(one.name, "") for one in _COLUMNS])
    response = Response(_workbook(rows), content_type=_TYPE)
    name = f"{slug_of(f'lieux {slug}', 'lieux', 60)}.xlsx"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _workbook(rows: list[list[str]]) -> bytes:
    places, help_, lists = _("Places"), _("Help"), _("Lists")
    listed = [(one, _values(one)) for one in _COLUMNS]
    listed = [(one, values) for one, values in listed if values]
    choices = {
        _COLUMNS.index(one): (lists, number, len(values))
        for number, (one, values) in enumerate(listed)
    }
    longest = max(len(values) for _one, values in listed)
    table = [[one.name for one, _values in listed]]
    table += [
        [values[n] if n < len(values) else "" for _one, values in listed] for n in range(longest)
    ]
    widths = [_WIDE if one.kind in {"text", "concept", "hours"} else _NARROW for one in _COLUMNS]
    names = [one.name for one in _COLUMNS]
    return workbook(
        [
            Sheet(places, [names, *rows], widths, choices),
            Sheet(help_, [*_help()], [_WIDE, _WIDE, _PROSE, _WIDE, _PROSE], is_prose=True),
            Sheet(lists, table, [_WIDE] * len(listed)),
        ]
    )


def _values(prop: Property) -> tuple[str, ...]:
    if prop.kind == "boolean":
        return _YES_NO
    if prop.kind != "concept":
        return ()
    return tuple(one.notation for one in concepts(prop.scheme or "") if not one.replaced_by)


def _help() -> Iterator[list[str]]:
    lang = current_lang()
    yield [_("Column"), _("Name"), _("What to write"), _("For instance"), _("Remarks")]
    for one in _COLUMNS:
        remarks = [_("Needed.")] if one.required else []
        if one.name == "id":
            remarks = [_("Leave it empty for a new place; never change one that is there.")]
        if _values(one):
            remarks.append(_("Choose in the list."))
        if one.is_several():
            remarks.append(_("Several values are parted by |."))
        title = one.title(lang)
        yield [
            one.name, capitalised(title), one.definition(lang), one.example,
            " ".join(remarks),
        ]  # fmt: skip
