"""The network at a glance: its poles, the part of France that each holds, the agreement."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from registry.ledger.types import Harvest, Outcome
from registry.search.query import PoleSummary, Query
from registry.settings.config import Pole
from registry.sources.health import EXAMINED_HARVESTS, health_of
from registry.web.network.poles import identity_of, moved_pole
from registry.web.places.stitches import Cell, Drawing, knitted, located_places
from registry.web.site import clock
from registry.web.site.labels import pole_name
from registry.web.site.node import current_node, sources_of

blueprint = Blueprint("network", __name__)

YARNS = 5
"""Colours of the drawing: those of the agreement's five poles; a sixth takes the first again."""
_GOOD = (Outcome.COMMITTED, Outcome.UNCHANGED)


@dataclass(frozen=True, slots=True)
class PoleLine:
    """A pole of the list.

    Attributes:
        slug: its name in addresses.
        title: its name for people.
        yarn: number of its colour.
        places: how many it publishes.
        departements: how many it publishes places in.
        identity: what it says of itself.
        read: when a source of its was last read without fault; None for never.
        is_late: whether a source of its is late, or failed lately.
    """

    slug: str
    title: str
    yarn: int
    places: int
    departements: int
    identity: Pole
    read: datetime | None
    is_late: bool


@blueprint.get("/reseau")
def overview() -> ResponseReturnValue:
    """Show who keeps the directory, and the agreement behind it."""
    lines = _lines()
    drawing = _knitted({line.slug: line.yarn for line in lines})
    return render_template("network.html", poles=lines, drawing=drawing, now=clock.now())


def knitted_poles() -> Drawing:
    """Return France, each département in the colour of the pole with most places there."""
    return _knitted({summary.slug: yarn for yarn, summary in _yarns()})


def _yarns() -> list[tuple[int, PoleSummary]]:
    """The poles with their colours, the largest first."""
    here = (each for each in current_node().index.poles() if not moved_pole(each.slug))
    summaries = sorted(here, key=lambda summary: -summary.places)
    return [(number % YARNS, summary) for number, summary in enumerate(summaries)]


def _lines() -> list[PoleLine]:
    return [_line(yarn, summary, len(_departements(summary.slug))) for yarn, summary in _yarns()]


def _knitted(yarns: Mapping[str, int]) -> Drawing:
    owners: dict[str, tuple[int, int]] = {}
    for slug, yarn in yarns.items():
        for code, count in _departements(slug).items():
            owners[code] = max(owners.get(code, (0, 0)), (count, yarn))
    located = located_places()

    def class_of(cell: Cell, code: str) -> str:
        if code not in owners:
            return "shade-0"
        return f"yarn-{owners[code][1]}" + ("" if located[cell] else " pale")

    return knitted(class_of)


def _departements(slug: str) -> dict[str, int]:
    """Code of a département -> the places that a pole has there."""
    facet = current_node().index.facets(Query(filters={"pole": (slug,)})).get("departement", ())
    return {item.value: item.count for item in facet}


def _line(yarn: int, summary: PoleSummary, departements: int) -> PoleLine:
    ledger = current_node().ledger
    read: list[datetime] = []
    is_late = False
    for source in sources_of(summary.slug):
        harvests = ledger.harvests(source.slug, EXAMINED_HARVESTS)
        read += _good(harvests)[:1]
        health = health_of(source, harvests, clock.now(), ledger.last_changed(source.slug))
        is_late = is_late or health.late or bool(health.failures)
    return PoleLine(
        summary.slug,
        pole_name(summary.slug),
        yarn,
        summary.places,
        departements,
        identity_of(summary.slug),
        max(read, default=None),
        is_late,
    )


def _good(harvests: Iterable[Harvest]) -> list[datetime]:
    """When the harvests that succeeded ended, as they are listed."""
    return [harvest.ended for harvest in harvests if harvest.outcome in _GOOD]
