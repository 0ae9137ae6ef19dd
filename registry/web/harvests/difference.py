"""What each harvest changed, would change, or found wrong, record by record: pages and files.

Spreadsheets for people (semicolons, byte order mark, formulas disarmed); an RDF Patch, a SHACL
report and JSON for machines.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from flask import (
    Blueprint,
    Response,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.formats.csv_dialects import EXCEL, csv_lines
from registry.history.changes import changed_by, count_of
from registry.history.difference import PATCH_TYPE, RecordDifference, patch
from registry.ledger.report import Report
from registry.ledger.types import Harvest, Outcome
from registry.names import CHANGES
from registry.state.judged import rules_fingerprint
from registry.web.answer.exports import Export, send_export
from registry.web.harvests.finding_words import record_words, rows_of, statements_of
from registry.web.harvests.findings import findings_of, newer_than
from registry.web.harvests.listing import harvest_or_404
from registry.web.harvests.rules import SEVERITY_NAMES, good_value, reason_of
from registry.web.site.difference_words import (
    Said,
    difference_name,
    difference_words,
    rows_words,
)
from registry.web.site.i18n import gettext as _
from registry.web.site.iri_words import local_name
from registry.web.site.language import current_lang
from registry.web.site.node import absolute_link, current_node
from shapes.findings import Finding
from shapes.harvest_rules import harvest_rules
from shapes.report import turtle
from shapes.rules import rule as rule_of
from shapes.verdicts import shown
from vocab.messages import fingerprint

blueprint = Blueprint("difference", __name__)
files = Blueprint("harvest_files", __name__)

PER_PAGE = 50
_SEPARATOR = " | "
_NAMES_KEPT = 1_024


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
        differences=[
            difference_words(one)
            for one in changed_by(ledger, harvest, (number - 1) * PER_PAGE, PER_PAGE)
        ],
        total=total,
        number=number,
        pages=pages,
    )


@blueprint.get("/moissons/<int:harvest_id>/differences.csv")
def as_csv(harvest_id: int) -> Response:
    """Return one line per property that differs, for spreadsheets."""
    rows = spreadsheet(changed_by(current_node().ledger, harvest_or_404(harvest_id)))
    return _kept(rows, "text/csv; charset=utf-8", f"differences-{harvest_id}.csv")


@blueprint.get("/moissons/<int:harvest_id>/differences.rdfp")
def as_patch(harvest_id: int) -> Response:
    """Return the changes as an RDF Patch."""
    differences = changed_by(current_node().ledger, harvest_or_404(harvest_id))
    name = absolute_link(url_for("difference.as_patch", harvest_id=harvest_id))
    body = (text.encode() for text in patch(name, differences))
    return _kept(body, PATCH_TYPE, f"differences-{harvest_id}.rdfp")


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
    """Write differences for spreadsheets, in the language of the request that asks now.

    Words first, as pages say them; then what the data says: IRIs and values as they are stated.
    """
    head = [
        *(_("change"), _("record"), _("node"), _("property"), _("before"), _("after")),
        *(_("name"), _("property, in the data"), _("before, in the data"), _("after, in the data")),
    ]
    lang = current_lang()
    kinds = {kind: name.message(lang) for kind, name in CHANGES.items()}
    # Words are looked up as the answer streams.
    return stream_with_context(
        _table(head, (list(_rows(one, kinds[one.kind])) for one in differences))
    )


def _rows(difference: RecordDifference, kind: str) -> Iterator[tuple[str, ...]]:
    name = difference_name(difference).text
    for field, words in rows_words(difference):
        yield (
            *(kind, difference.subject, field.node, words.label, _said(words.before)),
            *(_said(words.after), name, field.property_iri),
            *(_SEPARATOR.join(field.before), _SEPARATOR.join(field.after)),
        )


def _said(values: Iterable[Said]) -> str:
    return _SEPARATOR.join(value.text for value in values)


def _table(head: list[str], parts: Iterable[Iterable[Sequence[str]]]) -> Iterator[bytes]:
    yield EXCEL.start + csv_lines([head], EXCEL)
    for rows in parts:
        yield csv_lines(rows, EXCEL)


@files.get("/moissons/<int:harvest_id>.csv", endpoint="as_csv")
def findings_as_csv(harvest_id: int) -> Response:
    """Return one line per record and fault; ``?regle=CODE`` keeps one rule."""
    harvest, lang = harvest_or_404(harvest_id), current_lang()
    found, name_of = _findings(harvest), _names(harvest)
    sheet_rows = rows_of(Report(harvest.report))
    names = {severity: str(name) for severity, name in SEVERITY_NAMES.items()}
    pages = absolute_link(url_for("rules.catalogue"))
    head = [
        *(_("rule"), _("severity"), _("record"), _("property"), _("value")),
        *(_("finding and remedy"), _("why"), _("a value that will do"), _("documentation")),
        *(_("name"), _("line of the sheet")),
    ]
    rows = _table(
        head,
        (
            [
                [
                    *_row(item, lang, names[item.severity], pages),
                    name_of(item.record),
                    str(sheet_rows.get(local_name(item.record), "")),
                ]
            ]
            for item in found
        ),
    )
    return _kept(rows, "text/csv; charset=utf-8", f"moisson-{harvest_id}.csv")


@files.get("/moissons/<int:harvest_id>.ttl", endpoint="as_turtle")
def findings_as_turtle(harvest_id: int) -> Response:
    """Return the findings as a ``sh:ValidationReport`` (SHACL, section 3.6)."""
    found = _findings(harvest_or_404(harvest_id))
    body = (part.encode() for part in turtle(found))
    return _kept(body, "text/turtle; charset=utf-8", f"moisson-{harvest_id}.ttl")


@files.get("/moissons/<int:harvest_id>/constats.json", endpoint="as_json")
def findings_as_json(harvest_id: int) -> Response:
    """Return the findings as one JSON list, in every language; ``?regle=CODE`` keeps one rule."""
    found = _findings(harvest_or_404(harvest_id))
    return _kept(_json(found), "application/json", f"constats-{harvest_id}.json")


def _kept(body: Iterable[bytes], content_type: str, name: str) -> Response:
    """Send a file about a harvest; it is written once for all who ask until anything changes.

    To write one judges every record of the harvest again: seconds of work.
    """
    node, rule = current_node(), request.args.get("regle", "")
    is_known = not rule or rule_of(rule) or rule in harvest_rules()
    state = (
        *(node.ledger.mark(), node.index.state(), rules_fingerprint(), fingerprint()),
        *(current_lang(), absolute_link(request.path), rule),
    )
    return send_export(Export(name, content_type, state if is_known else None), lambda: body)


def _json(found: Iterable[Finding]) -> Iterator[bytes]:
    separator = "[\n"
    for item in found:
        yield (separator + json.dumps(item.fields(), ensure_ascii=False)).encode()
        separator = ",\n"
    yield b"\n]\n" if separator == ",\n" else b"[]\n"


def _findings(harvest: Harvest) -> Iterator[Finding]:
    """The findings, of one rule if asked; the request is read now, the rest as it streams."""
    ledger, wanted = current_node().ledger, request.args.get("regle", "")
    found = findings_of(ledger, harvest, latest=newer_than(ledger, harvest) is None)
    return (finding for finding in found if not wanted or finding.code == wanted)


def _names(harvest: Harvest) -> Callable[[str], str]:
    """What finds the name of a record by its IRI; the request is read now, the rest as it streams.

    The index knows the live ones, the quarantine what was kept out.
    """
    node = current_node()
    kept_out = {
        item.subject: record_words(item.subject, lines=statements_of(item)).name.text
        for item in node.ledger.refusals(harvest.source)
    }

    @lru_cache(maxsize=_NAMES_KEPT)  # findings come record by record
    def name_of(iri: str) -> str:
        known = node.index.resource(iri)
        return (known.title if known else "") or kept_out.get(iri, "")

    return name_of


def _row(found: Finding, lang: str, severity: str, pages: str) -> list[str]:
    return [
        found.code,
        severity,
        found.record,
        found.path,
        # One that the harvester shortened is no term any more.
        (shown(found.value) or found.value) if found.value else "",
        found.message(lang),
        reason_of(found.code, lang),
        good_value(found.code),
        f"{pages}/{found.code}",
    ]
