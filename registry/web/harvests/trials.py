"""Dry runs from the web: a visitor asks, the schedule tries, the page shows what would change.

A request downloads nothing: it writes a wish down, which the schedule looks at.
"""

import time
from itertools import islice

from flask import (
    Blueprint,
    Response,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound, TooManyRequests

from registry.accounts.types import Access
from registry.history.difference import PATCH_TYPE, patch
from registry.ledger.types import Source
from registry.names import STAGES
from registry.state.trials import Obstacle, State, Trial, Trials
from registry.web.access.declared import access
from registry.web.answer.admission import TRIALS, wait_s
from registry.web.answer.exports import download
from registry.web.answer.origin import check_same_origin
from registry.web.harvests.difference import PER_PAGE, pages_of, spreadsheet
from registry.web.harvests.listing import run_of
from registry.web.harvests.report import ShownReport
from registry.web.site.difference_words import difference_words
from registry.web.site.i18n import lazy, lazy_gettext
from registry.web.site.node import absolute_link, current_node

blueprint = Blueprint("trials", __name__)

OBSTACLE_NAMES = {
    Obstacle.OFF: lazy_gettext("This registry does no dry runs for its visitors."),
    Obstacle.FILE: lazy_gettext(
        "This source is a file of the registry: there is nothing to go and read."
    ),
    Obstacle.ASLEEP: lazy_gettext("This source is paused or ended: nobody visits it."),
    Obstacle.CREDENTIALS: lazy_gettext(
        "This source asks for a password: it can only be tried on the machine of the registry."
    ),
    Obstacle.PRIVATE: lazy_gettext(
        "This source is on a private network: it can only be tried on the machine of the registry."
    ),
}
_SHOWN = 20
_FORGOTTEN_S = 120  # the schedule looks every half minute
_PENDING = frozenset({State.ASKED, State.RUNNING})


@blueprint.post("/moissons/essais/<slug>")
@access(Access.PUBLIC)
def ask(slug: str) -> ResponseReturnValue:
    """Ask for a dry run of a source, then show how far it is."""
    check_same_origin()
    if left_s := wait_s(TRIALS):
        raise TooManyRequests(retry_after=left_s)
    source = _source_or_404(slug)
    if _trials().obstacle(source) is None:
        _trials().ask(slug, time.time())
    return redirect(url_for(".page", slug=slug), 303)


@blueprint.get("/moissons/essais/<slug>")
def page(slug: str) -> ResponseReturnValue:
    """Show how far the dry run of a source is, then its report and its first differences."""
    source = _source_or_404(slug)
    trials, trial = _trials(), _trial(source)
    state = trials.state(slug)
    return render_template(
        "trial.html",
        source=source,
        obstacle=trials.obstacle(source),
        obstacle_names=OBSTACLE_NAMES,
        state=state,
        pending=state in _PENDING and trials.obstacle(source) is None,
        run=run_of(slug),
        stage_names=lazy(STAGES),
        wait_s=trials.wait_s(slug, time.time()),
        forgotten=trials.waited_s(slug, time.time()) > _FORGOTTEN_S,
        trial=trial,
        report=ShownReport(trial.harvest.report if trial else {}),
        differences=[difference_words(one) for one in islice(trials.differences(slug), _SHOWN)]
        if trial
        else [],
        shown=_SHOWN,
    )


@blueprint.get("/moissons/essais/<slug>.json")
def as_json(slug: str) -> ResponseReturnValue:
    """Return the latest dry run of a source to machines."""
    source = _source_or_404(slug)
    trial = _trial_or_404(source)
    harvest = trial.harvest
    return jsonify(
        source=slug,
        state=_trials().state(slug),
        outcome=harvest.outcome,
        started=harvest.started.isoformat(),
        ended=harvest.ended.isoformat(),
        changes=trial.total,
        newly_missing=trial.missing,
        report=harvest.report,
    )


@blueprint.get("/moissons/essais/<slug>/differences")
def differences(slug: str) -> ResponseReturnValue:
    """Show what a harvest would have changed, property by property; ``?page=N`` from 1."""
    source = _source_or_404(slug)
    trial, number = _trial_or_404(source), request.args.get("page", 1, type=int)
    pages = pages_of(trial.kept, number)
    return render_template(
        "trial_difference.html",
        source=source,
        trial=trial,
        differences=[
            difference_words(one)
            for one in _trials().differences(slug, (number - 1) * PER_PAGE, PER_PAGE)
        ],
        number=number,
        pages=pages,
    )


@blueprint.get("/moissons/essais/<slug>/differences.csv")
def as_csv(slug: str) -> Response:
    """Return one line per property that would differ, for spreadsheets."""
    _trial_or_404(_source_or_404(slug))
    rows = spreadsheet(_trials().differences(slug))
    return download(rows, "text/csv; charset=utf-8", f"essai-{slug}.csv")


@blueprint.get("/moissons/essais/<slug>/differences.rdfp")
def as_patch(slug: str) -> Response:
    """Return the changes that a harvest would have made as an RDF Patch."""
    _trial_or_404(_source_or_404(slug))
    name = absolute_link(url_for(".as_patch", slug=slug))
    body = (text.encode() for text in patch(name, _trials().differences(slug)))
    return download(body, PATCH_TYPE, f"essai-{slug}.rdfp")


def _source_or_404(slug: str) -> Source:
    source = current_node().ledger.source(slug)
    if source is None:
        raise NotFound
    return source


def _trial(source: Source) -> Trial | None:
    """The latest result, unless the source may not be tried any more."""
    return None if _trials().obstacle(source) else _trials().get(source.slug)


def _trial_or_404(source: Source) -> Trial:
    trial = _trial(source)
    if trial is None:
        raise NotFound
    return trial


def _trials() -> Trials:
    return current_node().state.trials
