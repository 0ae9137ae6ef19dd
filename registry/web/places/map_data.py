"""What the map beside the results asks for when it moves: other places of the answer, the ground.

Both are of a frame (``cadre``) at a zoom, and so of some kilobytes wherever one looks.
"""

from collections.abc import Iterator
from dataclasses import replace

from flask import Blueprint, Response, jsonify, request

from registry.find.answer import Finder
from registry.search.query import PlaceView, Query
from registry.web.dress.pages import typeset_words
from registry.web.places import ground
from registry.web.places.clusters import Box, Cluster, clusters
from registry.web.places.opening import Badge, badge_in
from registry.web.places.topojson import Ring
from registry.web.places.view_query import parse_asked, parse_frame
from registry.web.site import clock
from registry.web.site.i18n import gettext as _
from registry.web.site.labels import short_address
from registry.web.site.node import current_node, page_url
from registry.web.site.unused import refuse_unused
from vocab.phones import as_dialled

blueprint = Blueprint("map", __name__)

MAX_PLACES = 150
"""Places that are named one by one; more than a screen holds."""
MAX_CLUSTERS = 600
"""Circles and places that stand alone, together."""
_FINE_FROM_ZOOM, _FINEST_FROM_ZOOM = 6.5, 10


@blueprint.get("/carte.json")
def points() -> Response:
    """Return the places of a view that its page of the list does not show, gathered for a frame.

    ``places`` stand alone; each of ``clusters`` is ``[latitude, longitude, count, west, south,
    east, north]``; ``total`` counts all that have coordinates in the frame.
    """
    asked, (box, zoom) = parse_asked(request.args, clock.now()), parse_frame(request.args)
    refuse_unused()
    query = Finder(current_node().index).resolve(asked).query
    found = _gathered(list(_others(query, box)), zoom)
    alone = [one.rowids[0] for one in found if len(one.rowids) == 1][:MAX_PLACES]
    named = set(alone)
    gathered = [one for one in found if not named.issuperset(one.rowids)]
    places = current_node().index.places_at(alone)
    return _for_programs(
        total=sum(len(one.rowids) for one in found),
        clusters=[_cluster(one) for one in gathered],
        places=[_place(place, badge_in(query, place, asked.now)) for place in places],
    )


@blueprint.get("/carte/fond.json")
def ground_below() -> Response:
    """Return outlines and names in a frame.

    A ring is ``[latitude, longitude, step north, step east, …]`` in whole parts of a degree, of
    which ``scale`` tells how many there are: half the bytes of pairs of decimal numbers.
    """
    box, zoom = parse_frame(request.args)
    refuse_unused()
    scale = 10 ** (2 if zoom < _FINE_FROM_ZOOM else 3 if zoom < _FINEST_FROM_ZOOM else 4)
    return _for_programs(
        scale=scale,
        land=[_steps(ring, scale) for ring in ground.land(box, zoom)],
        abroad=[_steps(ring, scale) for ring in ground.abroad(box, zoom)],
        names=ground.names(box, zoom),
    )


def _for_programs(**content: object) -> Response:
    response = jsonify(**content)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _gathered(others: list[tuple[float, float, int]], zoom: float) -> list[Cluster]:
    """The clusters of a zoom, or of the nearest one above at which they are not too many."""
    found = clusters(others, zoom)
    while len(found) > MAX_CLUSTERS:
        zoom -= 1
        found = clusters(others, zoom)
    return found


def _others(query: Query, box: Box) -> Iterator[tuple[float, float, int]]:
    """Latitude, longitude and rowid of what is answered in a box, without the page of the list."""
    common = _common(query.bbox, box)
    if common is None:
        return
    index = current_node().index
    listed = {place.rowid for place in index.search(query).places}
    for point in index.points(replace(query, bbox=common)):
        if point[2] not in listed:
            yield point


def _common(one: Box | None, other: Box) -> Box | None:
    """The part that two boxes share; None when there is none."""
    if one is None:
        return other
    west, south = max(one[0], other[0]), max(one[1], other[1])
    east, north = min(one[2], other[2]), min(one[3], other[3])
    return (west, south, east, north) if west <= east and south <= north else None


def _cluster(found: Cluster) -> list[float]:
    where = (round(found.latitude, 5), round(found.longitude, 5))
    return [*where, len(found.rowids), *found.box]


def _place(place: PlaceView, badge: Badge) -> dict[str, object]:
    return {
        "at": (place.latitude, place.longitude),
        "name": typeset_words(place.name or _("Place without a name")),
        "page": page_url(place.pole, place.path),
        "address": typeset_words(_address(place)),
        "state": badge.kind,
        "words": typeset_words(str(badge.words)),
        "example": _("Example, invented place") if place.is_example else "",
        "phone": place.phone,
        "phone_words": as_dialled(place.phone) if place.phone else "",
    }


def _address(place: PlaceView) -> str:
    """The address; and that nobody knows more exactly where it is, where that is so."""
    rough = _("Position: centre of the commune.") if place.is_at_centre else ""
    return " · ".join(filter(None, (short_address(place), rough)))


def _steps(ring: Ring, scale: int) -> list[int]:
    points = [(round(latitude * scale), round(longitude * scale)) for longitude, latitude in ring]
    steps = [value - before for one, last in zip(points[1:], points, strict=False)
             for value, before in zip(one, last, strict=True)]  # fmt: skip
    return [*points[0], *steps]
