"""The harvests that run now: who waits, what is being done, how far, for how long still."""

import time
from dataclasses import asdict

from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue

from registry.names import STAGES
from registry.state import QUEUE, Run
from registry.web.site.i18n import duration, lazy
from registry.web.site.node import current_node

blueprint = Blueprint("running", __name__)


@blueprint.get("/moissons/en-cours")
def listing() -> ResponseReturnValue:
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
        time_left=_time_left,
    )


@blueprint.get("/moissons/en-cours.json")
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
    values = asdict(run) | computed
    del values["cancelled_by"]  # a person of this machine
    return values | {"cancelled": bool(run.cancelled_by)}


def _time_left(run: Run) -> str:
    return "" if run.left_s is None else duration(run.left_s, "second")
