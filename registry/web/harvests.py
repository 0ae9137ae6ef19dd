"""The harvests: what was tried, what came in, what was refused and why, how to mend it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.ledger.types import Change, Harvest, Refusal
from registry.search import Resource
from registry.web.labels import pole_title
from registry.web.language import current_lang
from registry.web.links import page_url
from registry.web.node import current_node

blueprint = Blueprint("harvests", __name__)

_LISTED = 100
_SHOWN_CHANGES = 200
_SHOWN_REFUSALS = 200


@dataclass(frozen=True, slots=True)
class Reason:
    """One finding of a refused record, for people."""

    code: str
    severity: str
    path: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A refused record with its reasons; ``stale`` when an older version stays published."""

    subject: str
    stale: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A change of a harvest with what names it and where it shows."""

    kind: str
    subject: str
    title: str
    page: str


@dataclass(frozen=True, slots=True)
class Line:
    """A measure of the report, with a name for people."""

    name: str
    value: str


@blueprint.get("/moissons")
def listing() -> ResponseReturnValue:
    """List the latest harvests."""
    node = current_node()
    harvests = node.ledger.harvests(None, _LISTED)
    sources = {source.slug: source for source in node.ledger.sources()}
    return render_template("harvests.html", harvests=harvests, sources=sources)


@blueprint.get("/moissons/<int:harvest_id>")
def report(harvest_id: int) -> ResponseReturnValue:
    """Show one harvest."""
    harvest = _harvest(harvest_id)
    source = current_node().ledger.source(harvest.source)
    changes = _changes(harvest)
    refused = _refused(harvest)
    return render_template(
        "harvest.html",
        harvest=harvest,
        source=source,
        pole=pole_title(source.pole) if source else "",
        counted=Counter(change.kind.value for change in changes),
        changes=[_change_line(change) for change in islice(changes, _SHOWN_CHANGES)],
        change_count=len(changes),
        refused=refused[:_SHOWN_REFUSALS],
        refused_count=len(refused),
        rules=Counter(reason.code for item in refused for reason in item.reasons),
        lines=list(_lines(harvest.report)),
    )


@blueprint.get("/moissons/<int:harvest_id>.json")
def report_json(harvest_id: int) -> ResponseReturnValue:
    """Give one harvest to machines: the report as the ledger keeps it."""
    harvest = _harvest(harvest_id)
    return jsonify(
        id=harvest.id,
        source=harvest.source,
        outcome=harvest.outcome.value,
        started=harvest.started.isoformat(),
        ended=harvest.ended.isoformat(),
        first_seq=harvest.first_seq,
        last_seq=harvest.last_seq,
        report=harvest.report,
        quarantine=[
            {"subject": item.subject, "stale": item.stale, "findings": list(item.findings)}
            for item in current_node().ledger.refusals(harvest.source)
        ],
    )


def _harvest(harvest_id: int) -> Harvest:
    harvest = current_node().ledger.harvest(harvest_id) if harvest_id < 2**63 else None
    if harvest is None:
        raise NotFound
    return harvest


def _changes(harvest: Harvest) -> list[Change]:
    if harvest.first_seq is None or harvest.last_seq is None:
        return []
    return list(current_node().ledger.changes(harvest.first_seq - 1, harvest.last_seq))


def _change_line(change: Change) -> ChangeLine:
    resource: Resource | None = current_node().index.resource(change.subject)
    title = resource.title if resource and resource.title else change.subject
    page = page_url(resource.pole, resource.path) if resource else ""
    return ChangeLine(change.kind.value, change.subject, title, page)


def _refused(harvest: Harvest) -> list[Refused]:
    """The quarantine of the harvest's source, which its latest harvest left."""
    latest = current_node().ledger.harvests(harvest.source, 1)
    if not latest or latest[0].id != harvest.id:
        return []
    return [_refusal(item) for item in current_node().ledger.refusals(harvest.source)]


def _refusal(refusal: Refusal) -> Refused:
    return Refused(refusal.subject, refusal.stale, tuple(map(_reason, refusal.findings)))


def _reason(finding: dict[str, Any]) -> Reason:
    return Reason(
        code=str(finding.get("code", "")),
        severity=str(finding.get("severity", "")),
        path=str(finding.get("path", "")),
        value=str(finding.get("value") or ""),
        message=str(finding.get(f"message_{current_lang()}") or finding.get("message_fr") or ""),
    )


def _lines(report: dict[str, Any], prefix: str = "") -> Iterator[Line]:
    """Flatten the report: nested names joined by a point, long lists counted."""
    for name, value in report.items():
        path = f"{prefix}{name}"
        if isinstance(value, dict):
            yield from _lines(value, f"{path}.")
        elif isinstance(value, list):
            yield from _list_lines(path, value)
        elif value not in (None, ""):
            yield Line(path, str(value))


def _list_lines(path: str, values: list[Any]) -> Iterator[Line]:
    if all(isinstance(value, str | int | float) for value in values):
        yield Line(path, ", ".join(map(str, values[:20])))
        return
    for number, value in enumerate(values[:50], start=1):
        if isinstance(value, dict):
            yield from _lines(value, f"{path}.{number}.")
