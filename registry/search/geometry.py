"""Where places say they are: circles, boxes and what is nearest, for queries over the data.

Here the position that a place states is what counts; where it contradicts its commune, the site
sends nobody there (:mod:`registry.search.positions`), but who queries the data gets the data.
"""

import math
import sqlite3
from collections.abc import Iterator
from operator import itemgetter

from registry.search.positions import EARTH_KM, distance_from
from vocab.territory import Point

Box = tuple[float, float, float, float]
"""West, south, east, north, in WGS 84 degrees; the west of one across the date line is larger."""
HALF_ROUND_KM = math.pi * EARTH_KM
"""No place is further from another."""
_FIRST_KM, _WIDER = 2.0, 3.0
"""The circle in which the nearest are looked for first, and by how much the next one is wider."""
_MARGIN = 1e-4
"""Degrees by which the tree of boxes is asked for more: it rounds what it keeps to 32 bits."""


def places_within(
    db: sqlite3.Connection, centre: Point, radius_km: float
) -> list[tuple[str, float]]:
    """Return the IRIs of the places within a circle with their kilometres, the nearest first.

    Args:
        db: the index.
        centre: latitude and longitude, WGS 84 degrees.
        radius_km: on the sphere of the mean radius of the Earth.
    """
    kilometres = distance_from(centre)
    found = (
        (iri, kilometres(latitude, longitude))
        for box in boxes_around(centre, radius_km)
        for iri, latitude, longitude in _in_tree(db, box)
    )
    return sorted((one for one in found if one[1] <= radius_km), key=itemgetter(1, 0))


def nearest_places(
    db: sqlite3.Connection, centre: Point, count: int, most_km: float = HALF_ROUND_KM
) -> list[tuple[str, float]]:
    """Return the places nearest to a point, as :func:`places_within`; fewer if there are no more.

    Args:
        db: the index.
        centre: latitude and longitude, WGS 84 degrees.
        count: how many.
        most_km: how far at most.
    """
    radius_km = min(_FIRST_KM, most_km)
    while True:
        found = places_within(db, centre, radius_km)
        if len(found) >= count or radius_km >= most_km:
            return found[:count]
        radius_km = min(radius_km * _WIDER, most_km)


def places_in_box(db: sqlite3.Connection, box: Box) -> list[str]:
    """Return the IRIs of the places in a box, its borders included, in their order."""
    west, south, east, north = box
    spans = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    return sorted(
        iri
        for left, right in spans
        for iri, latitude, longitude in _in_tree(db, (left, south, right, north))
        if left <= longitude <= right and south <= latitude <= north
    )


def boxes_around(centre: Point, radius_km: float) -> Iterator[Box]:
    """Return one box that holds a circle, or two where it reaches across the date line."""
    latitude, longitude = centre
    up = math.degrees(radius_km / EARTH_KM)
    south, north = latitude - up, latitude + up
    if south <= -90 or north >= 90:  # a pole lies in it
        yield -180.0, max(-90.0, south), 180.0, min(90.0, north)
        return
    # The meridians that touch the circle: asin(sin r / cos φ).
    touching = math.sin(math.radians(up)) / math.cos(math.radians(latitude))
    aside = math.degrees(math.asin(min(1.0, touching)))
    west, east = longitude - aside, longitude + aside
    yield max(-180.0, west), south, min(180.0, east), north
    if west < -180:
        yield west + 360, south, 180.0, north
    if east > 180:
        yield -180.0, south, east - 360, north


def _in_tree(db: sqlite3.Connection, box: Box) -> list[tuple[str, float, float]]:
    """Return IRI, latitude and longitude of what lies in a box, and some on its border."""
    west, south, east, north = box
    return db.execute(
        "SELECT place.iri, place.latitude, place.longitude FROM place_box"
        " JOIN place ON place.id = place_box.id"
        " WHERE west >= ? AND south >= ? AND east <= ? AND north <= ?",
        (west - _MARGIN, south - _MARGIN, east + _MARGIN, north + _MARGIN),
    ).fetchall()
