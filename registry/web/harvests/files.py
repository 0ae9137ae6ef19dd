"""The findings of a harvest as files: a spreadsheet for the owner, a SHACL report for machines."""

import json
from collections.abc import Iterable, Iterator, Mapping

from flask import Blueprint, Response, request, url_for

from registry.formats.csv_dialects import EXCEL, csv_lines
from registry.ledger.types import Harvest
from registry.web.answer.exports import download
from registry.web.harvests.findings import findings_of, newer_than
from registry.web.harvests.listing import harvest_or_404
from registry.web.harvests.rules import SEVERITY_NAMES, good_value, reason_of
from registry.web.site.i18n import gettext as _
from registry.web.site.language import current_lang
from registry.web.site.node import absolute_link, current_node
from shapes.findings import Finding, Severity
from shapes.report import turtle
from shapes.verdicts import shown

blueprint = Blueprint("harvest_files", __name__)


@blueprint.get("/moissons/<int:harvest_id>.csv")
def as_csv(harvest_id: int) -> Response:
    """Return one line per record and fault; ``?regle=CODE`` keeps one rule.

    A file for spreadsheets: semicolons, byte order mark, formulas disarmed.
    """
    found = _findings(harvest_or_404(harvest_id))
    names = {severity: str(name) for severity, name in SEVERITY_NAMES.items()}
    rows = _rows(
        list(_head()), names, found, current_lang(), absolute_link(url_for("rules.catalogue"))
    )
    return download(rows, "text/csv; charset=utf-8", f"moisson-{harvest_id}.csv")


@blueprint.get("/moissons/<int:harvest_id>.ttl")
def as_turtle(harvest_id: int) -> Response:
    """Return the findings as a ``sh:ValidationReport`` (SHACL, section 3.6)."""
    found = _findings(harvest_or_404(harvest_id))
    body = (part.encode() for part in turtle(found))
    return download(body, "text/turtle; charset=utf-8", f"moisson-{harvest_id}.ttl")


@blueprint.get("/moissons/<int:harvest_id>/constats.json")
def as_json(harvest_id: int) -> Response:
    """Return the findings as one JSON list, in both languages; ``?regle=CODE`` keeps one rule."""
    found = _findings(harvest_or_404(harvest_id))
    return download(_json(found), "application/json", f"constats-{harvest_id}.json")


def _json(found: Iterable[Finding]) -> Iterator[bytes]:
    separator = "[\n"
    for item in found:
        yield (separator + json.dumps(item._asdict(), ensure_ascii=False)).encode()
        separator = ",\n"
    yield b"\n]\n" if separator == ",\n" else b"[]\n"


def _findings(harvest: Harvest) -> Iterator[Finding]:
    """The findings, of one rule if asked; the request is read now, the rest as it streams."""
    ledger, wanted = current_node().ledger, request.args.get("regle", "")
    found = findings_of(ledger, harvest, latest=newer_than(ledger, harvest) is None)
    return (finding for finding in found if not wanted or finding.code == wanted)


def _head() -> Iterator[str]:
    yield from (_("rule"), _("severity"), _("record"), _("property"), _("value"))
    yield from (_("finding and remedy"), _("why"), _("a value that will do"), _("documentation"))


def _rows(
    head: list[str], names: Mapping[Severity, str], found: Iterable[Finding], lang: str, pages: str
) -> Iterator[bytes]:
    yield EXCEL.start + csv_lines([head], EXCEL)
    for item in found:
        row = _row(item, lang, names[item.severity], f"{pages}/{item.code}")
        yield csv_lines([row], EXCEL)


def _row(found: Finding, lang: str, severity: str, page: str) -> list[str]:
    return [
        found.code,
        severity,
        found.record,
        found.path,
        _value(found.value),
        found.message(lang),
        reason_of(found.code, lang),
        good_value(found.code),
        page,
    ]


def _value(value: str | None) -> str:
    """The value as a person reads it; one that the harvester shortened is no term any more."""
    return (shown(value) or value) if value else ""
