"""The harvests: what was tried, came in, was refused and why, how to correct it; those that run."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import islice

from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.ledger.report import Report
from registry.ledger.types import Change, Harvest, Kind, Refusal
from registry.names import STAGES
from registry.state import QUEUE, Run
from registry.web.harvests.finding_words import (
    FindingWords,
    RecordWords,
    refusal_words,
    rows_of,
)
from registry.web.harvests.findings import newer_than
from registry.web.harvests.report import ShownReport
from registry.web.site.i18n import duration, lazy
from registry.web.site.labels import pole_name
from registry.web.site.node import current_node, page_url

blueprint = Blueprint("harvests", __name__)
running = Blueprint("running", __name__)

_LISTED = 100
_SHOWN_CHANGES = 200
_SHOWN_REFUSALS = 200
_MAX_ID = 2**63


@dataclass(frozen=True, slots=True)
class Refused:
    """A record in quarantine with its reasons; ``stale`` when an older version stays published."""

    record: RecordWords
    stale: bool
    reasons: tuple[FindingWords, ...]


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A change of a harvest with what names it and where it shows."""

    kind: str
    title: str
    page: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much a held harvest would create, change, delete, and mark as missing."""

    created: int
    changed: int
    deleted: int
    missing: int


@blueprint.get("/moissons")
def listing() -> ResponseReturnValue:
    """List the latest harvests."""
    return render_template("harvests.html", harvests=current_node().ledger.harvests(None, _LISTED))


@blueprint.get("/moissons/<int:harvest_id>")
def report(harvest_id: int) -> ResponseReturnValue:
    """Show one harvest."""
    ledger = current_node().ledger
    harvest = harvest_or_404(harvest_id)
    source = ledger.source(harvest.source)
    changes = _changes(harvest)
    refused, rows = _quarantine(harvest), rows_of(Report(harvest.report))
    return render_template(
        "harvest.html",
        harvest=harvest,
        source=source,
        pole=pole_name(source.pole) if source else "",
        report=ShownReport(harvest.report, refused),
        counted=Counter(change.kind.value for change in changes),
        changes=[_change_line(change) for change in islice(changes, _SHOWN_CHANGES)],
        change_count=len(changes),
        waiting=_waiting(harvest),
        refused=[_refused(item, rows) for item in refused[:_SHOWN_REFUSALS]],
        refused_count=len(refused),
        newer=newer_than(ledger, harvest),
    )


@blueprint.get("/moissons/<int:harvest_id>.json")
def report_json(harvest_id: int) -> ResponseReturnValue:
    """Return one harvest to machines: the report as the ledger keeps it."""
    harvest = harvest_or_404(harvest_id)
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


def harvest_or_404(harvest_id: int) -> Harvest:
    """Return a harvest.

    Raises:
        NotFound: there is none of that number.
    """
    harvest = current_node().ledger.harvest(harvest_id) if harvest_id < _MAX_ID else None
    if harvest is None:
        raise NotFound
    return harvest


def _waiting(harvest: Harvest) -> Waiting | None:
    """What the harvest would do, as long as nobody has decided."""
    kept = current_node().ledger.held(harvest.source)
    if kept is None or kept.harvest != harvest.id or kept.discarded:
        return None
    kinds = [draft.kind for draft in kept.held.drafts]
    created, changed, deleted = map(kinds.count, (Kind.CREATE, Kind.UPDATE, Kind.DELETE))
    return Waiting(created, changed, deleted, len(kept.held.missing))


def _changes(harvest: Harvest) -> list[Change]:
    if harvest.first_seq is None or harvest.last_seq is None:
        return []
    return list(current_node().ledger.changes(harvest.first_seq - 1, harvest.last_seq))


def _change_line(change: Change) -> ChangeLine:
    resource = current_node().index.resource(change.subject)
    title = resource.title if resource and resource.title else change.subject
    page = page_url(resource.pole, resource.path) if resource else ""
    return ChangeLine(change.kind.value, title, page)


def _quarantine(harvest: Harvest) -> list[Refusal]:
    """The source's quarantine, on the report of its latest harvest: the others are history."""
    ledger = current_node().ledger
    if newer_than(ledger, harvest) is not None:
        return []
    return list(ledger.refusals(harvest.source))


def _refused(refusal: Refusal, rows: Mapping[str, int]) -> Refused:
    record, reasons = refusal_words(refusal, rows)
    return Refused(record, refusal.stale, reasons)


@running.get("/moissons/en-cours", endpoint="listing")
def running_listing() -> ResponseReturnValue:
    """Show the harvests that wait or run; the page asks itself again."""
    now = time.time()
    return render_template(
        "running.html",
        runs=current_node().state.board.running(),
        titles={
            source.slug: source.title for source in current_node().ledger.sources(cursors=False)
        },
        stage_names=lazy(STAGES),
        is_stuck=lambda run: is_stuck(run, now),
        time_left=lambda run: "" if run.left_s is None else duration(run.left_s, "second"),
    )


@running.get("/moissons/en-cours.json")
def listing_json() -> ResponseReturnValue:
    """Return the harvests that wait or run to machines; times in seconds."""
    now = time.time()
    return jsonify(running=[_as_json(run, now) for run in current_node().state.board.running()])


def run_of(slug: str) -> Run | None:
    """Return the harvest or dry run of a source that waits or runs now."""
    return next((run for run in current_node().state.board.running() if run.source == slug), None)


def is_stuck(run: Run, now: float) -> bool:
    """Whether a harvest that left the queue has given no sign of life for too long."""
    return run.stage != QUEUE and run.silent_s(now) > current_node().config.stuck_after_s


def _as_json(run: Run, now: float) -> dict[str, object]:
    computed = {
        "rate": round(run.rate, 1),
        "left_s": None if run.left_s is None else round(run.left_s, 1),
        "silent_s": round(run.silent_s(now), 1),
        "stuck": is_stuck(run, now),
    }
    values = asdict(run) | computed | {"cancelled": bool(run.cancelled_by)}
    del values["cancelled_by"]  # a person of this machine
    return values
