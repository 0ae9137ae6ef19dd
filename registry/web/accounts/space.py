"""Who one is, what one may do, and the way to what the directory shows of one's poles."""

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.accounts.types import Access
from registry.ledger.types import Harvest
from registry.sources.hosted import KIND
from registry.tickets.types import Counts
from registry.web.access.declared import access
from registry.web.access.judge import actor
from registry.web.accounts.pole_settings import is_hosted_here
from registry.web.network.curve import curve_of, scores_of
from registry.web.network.measures import cache
from registry.web.network.poles import SourceState, latest_harvests, state_of
from registry.web.site import clock
from registry.web.site.labels import pole_name, site_of
from registry.web.site.node import current_node, sources_of
from registry.web.site.notices import notice
from registry.web.workspace.places import moves_to, source_here, written_source_of
from registry.web.workspace.tasks import share_with_hours, tasks

blueprint = Blueprint("space", __name__)

_READINGS = 24


@dataclass(frozen=True, slots=True)
class PoleLine:
    """A pole that one edits.

    Attributes:
        slug: its name in addresses.
        title: its name for people.
        places: how many places the directory shows of it.
        refused: how many of its records were refused.
        is_known: whether the directory has a source or a place of it.
        corrections: what waits for its answer.
    """

    slug: str
    title: str
    places: int
    refused: int
    is_known: bool
    corrections: Counts


@dataclass(frozen=True, slots=True)
class Feed:
    """How a source that is read from elsewhere goes: its state, its latest readings in order."""

    state: SourceState
    readings: tuple[Harvest, ...]


@blueprint.get("/espace")
@access(Access.SIGNED_IN)
def home() -> ResponseReturnValue:
    """Show who acts, and the poles that they edit."""
    poles = [line_of(slug) for slug in sorted(actor().account.roles.poles)]
    waiting = current_node().requests.waiting(clock.now().timestamp())
    return render_template(
        "space.html", actor=actor(), poles=poles, requests=waiting, notice=notice()
    )


@blueprint.get("/espace/pole/<slug>")
@access(Access.EDITOR)
def pole(slug: str) -> ResponseReturnValue:
    """Show what the directory knows of a pole, to those who edit it."""
    line = line_of(slug)
    if not line.is_known:
        raise NotFound
    sources, ledger = sources_of(slug), current_node().ledger
    own, is_written = source_here(slug), written_source_of(slug) is not None
    return render_template(
        "space_pole.html",
        actor=actor(),
        pole=line,
        tasks=tasks(slug, line.places, line.refused, line.corrections, is_written=is_written),
        with_hours=share_with_hours(slug, line.places),
        is_written_here=is_written,
        is_hosted_here=is_hosted_here(slug),
        moves_to=site_of(moves_to(own)) if own else "",
        harvests=latest_harvests(sources, 5),
        feeds=[
            Feed(state_of(one, line.places), tuple(ledger.harvests(one.slug, _READINGS)[::-1]))
            for one in sources
            if one.kind != KIND
        ],
        curve=curve_of(scores_of(cache().known(one.slug, line.places) for one in sources)),
    )


def line_of(slug: str) -> PoleLine:
    """Return what is said of a pole in one line."""
    node = current_node()
    sources = sources_of(slug)
    summary = next((item for item in node.index.poles() if item.slug == slug), None)
    refused = sum(1 for source in sources for _ in node.ledger.refusals(source.slug))
    places = summary.places if summary else 0
    waiting = node.tickets.counts(slug, clock.now().timestamp())
    return PoleLine(slug, pole_name(slug), places, refused, bool(sources or summary), waiting)
