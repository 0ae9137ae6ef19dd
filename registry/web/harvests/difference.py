"""What each harvest changed or would change, record by record: a page, a spreadsheet, a patch."""

from collections.abc import Iterable, Iterator

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.formats.csv_dialects import EXCEL, csv_lines
from registry.history.changes import changed_by, count_of
from registry.history.difference import PATCH_TYPE, Field, RecordDifference, patch
from registry.ledger.types import Outcome
from registry.names import CHANGES
from registry.web.answer.exports import download
from registry.web.harvests.listing import harvest_or_404
from registry.web.site.i18n import gettext as _
from registry.web.site.language import current_lang
from registry.web.site.node import absolute_link, current_node
from vocab.labels import property_label

blueprint = Blueprint("difference", __name__)

PER_PAGE = 50


@blueprint.get("/moissons/<int:harvest_id>/differences")
def page(harvest_id: int) -> ResponseReturnValue:
    """Show the changes of a harvest, property by property; ``?page=N`` from 1."""
    harvest = harvest_or_404(harvest_id)
    ledger, number = current_node().ledger, request.args.get("page", 1, type=int)
    total = count_of(ledger, harvest)
    pages = pages_of(total, number)
    return render_template(
        "difference.html",
        harvest=harvest,
        would=harvest.outcome is Outcome.HELD,
        differences=list(changed_by(ledger, harvest, (number - 1) * PER_PAGE, PER_PAGE)),
        total=total,
        number=number,
        pages=pages,
        property_label=property_label,
    )


@blueprint.get("/moissons/<int:harvest_id>/differences.csv")
def as_csv(harvest_id: int) -> Response:
    """Return one line per property that differs, for spreadsheets."""
    rows = spreadsheet(changed_by(current_node().ledger, harvest_or_404(harvest_id)))
    return download(rows, "text/csv; charset=utf-8", f"differences-{harvest_id}.csv")


@blueprint.get("/moissons/<int:harvest_id>/differences.rdfp")
def as_patch(harvest_id: int) -> Response:
    """Return the changes as an RDF Patch."""
    differences = changed_by(current_node().ledger, harvest_or_404(harvest_id))
    name = absolute_link(url_for("difference.as_patch", harvest_id=harvest_id))
    body = (text.encode() for text in patch(name, differences))
    return download(body, PATCH_TYPE, f"differences-{harvest_id}.rdfp")


def pages_of(total: int, number: int) -> int:
    """Return how many pages so many differences take.

    Raises:
        NotFound: the page asked for is none of them.
    """
    pages = max(1, -(-total // PER_PAGE))
    if not 1 <= number <= pages:
        raise NotFound
    return pages


def spreadsheet(differences: Iterable[RecordDifference]) -> Iterator[bytes]:
    """Write differences for spreadsheets, in the language of the request that asks now."""
    head = [_("change"), _("record"), _("node"), _("property"), _("before"), _("after")]
    return _rows(head, differences, current_lang())


def _rows(head: list[str], differences: Iterable[RecordDifference], lang: str) -> Iterator[bytes]:
    yield EXCEL.start + csv_lines([head], EXCEL)
    for one in differences:
        kind = CHANGES[one.kind].message(lang)
        yield csv_lines(((kind, one.subject, *_cells(field, lang)) for field in one.fields), EXCEL)


def _cells(field: Field, lang: str) -> tuple[str, ...]:
    name = property_label(field.property_iri, lang)
    return (field.node, name, " | ".join(field.before), " | ".join(field.after))
