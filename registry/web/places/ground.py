"""What lies under the places of a map: outlines and names of communes, as far as a frame reaches.

Clipped to the frame and as fine as its zoom shows, so that it weighs some kilobytes where the
outlines of all France weigh seventy.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from heapq import merge
from math import floor

from registry.web.places.clusters import Box
from registry.web.places.topojson import Point, Ring, arc_rings, arcs_of, joined, topology
from vocab.territory import current_communes

MAX_NAMES = 250
_LEAST_INHABITANTS = ((9.0, 20_000), (10.0, 5_000), (11.0, 1_000))
"""Below a zoom, the inhabitants from which on a commune is named; from the last zoom on, all."""
_FINEST_ZOOM = 11
"""The outlines are no finer than this zoom shows."""
_TOLERANCE_PX = 1.0
_SMALLEST_PX = 2.0
_WORLD_PX = 256
_AXES = ((0, 0), (1, 1), (0, 2), (1, 3))
"""(axis of a point, side of a box): west, south, east, north."""

Name = tuple[float, float, str, int]


def land(box: Box, zoom: float) -> list[Ring]:
    """Return the départements in a box, as rings of (longitude, latitude) cut at its sides."""
    return _clipped("france_ne", "departements", box, zoom)


def abroad(box: Box, zoom: float) -> list[Ring]:
    """Return the neighbouring countries in a box, as rings of (longitude, latitude)."""
    return _clipped("voisins", "pays", box, zoom)


def names(box: Box, zoom: float) -> list[Name]:
    """Return (latitude, longitude, name, inhabitants) of communes in a box, most populated first.

    The further in, the smaller (:data:`_LEAST_INHABITANTS`); at most :data:`MAX_NAMES`. A commune
    whose place is only guessed from its postcode, some kilometres off, has no name on a map.
    """
    least = next((most for below, most in _LEAST_INHABITANTS if zoom < below), 0)
    west, south, east, north = box
    found: list[Name] = []
    for one in merge(*_squares(box), key=_by_population):
        latitude, longitude, _name, inhabitants = one
        if inhabitants < least or len(found) == MAX_NAMES:
            break
        if south <= latitude <= north and west <= longitude <= east:
            found.append(one)
    return found


def _squares(box: Box) -> Iterator[tuple[Name, ...]]:
    """The communes of each square degree that a box touches, most populated first."""
    west, south, east, north = map(floor, box)
    for (latitude, longitude), inside in _named().items():
        if south <= latitude <= north and west <= longitude <= east:
            yield inside


def _by_population(one: Name) -> tuple[int, str]:
    return -one[3], one[2]


@lru_cache(maxsize=1)
def _named() -> Mapping[tuple[int, int], tuple[Name, ...]]:
    squares: dict[tuple[int, int], list[Name]] = defaultdict(list)
    for one in current_communes():
        if one.point:
            square = floor(one.point[0]), floor(one.point[1])
            squares[square].append((*one.point, one.name, one.population))
    return {square: tuple(sorted(inside, key=_by_population)) for square, inside in squares.items()}


def _clipped(name: str, layer: str, box: Box, zoom: float) -> list[Ring]:
    found = (
        _cut(ring, box)
        for bounds, ring in _rings(name, layer, min(int(zoom), _FINEST_ZOOM))
        if _touch(bounds, box)
    )
    return [ring for ring in found if len(ring) > 2]


@lru_cache(maxsize=32)
def _rings(name: str, layer: str, zoom: int) -> tuple[tuple[Box, Ring], ...]:
    """Every ring with its bounds; an arc is thinned once, so that neighbours still touch."""
    found = topology(name)
    step = _TOLERANCE_PX * 360 / (_WORLD_PX * 2.0**zoom)
    arcs = [_thinned(arc, step) for arc in arcs_of(found)]
    shapes = found["objects"][layer]["geometries"]
    rings = [joined(ring, arcs) for shape in shapes for ring in arc_rings(shape)]
    bounded = ((_bounds(ring), ring) for ring in rings if len(ring) > 3)
    return tuple((box, ring) for box, ring in bounded if _is_seen(box, step))


def _thinned(arc: Ring, step: float) -> Ring:
    """An arc without the points that are nearer than a step to the one before; its ends stay."""
    kept = arc[:1]
    for here in arc[1:-1]:
        before = kept[-1]
        if abs(here[0] - before[0]) >= step or abs(here[1] - before[1]) >= step:
            kept.append(here)
    return kept + arc[-1:]


def _bounds(ring: Ring) -> Box:
    columns, rows = zip(*ring, strict=True)
    return min(columns), min(rows), max(columns), max(rows)


def _is_seen(box: Box, step: float) -> bool:
    return max(box[2] - box[0], box[3] - box[1]) >= _SMALLEST_PX * step


def _touch(one: Box, other: Box) -> bool:
    is_beside = one[2] < other[0] or other[2] < one[0]
    return not (is_beside or one[3] < other[1] or other[3] < one[1])


def _cut(ring: Ring, box: Box) -> Ring:
    """A ring cut at the four sides of a box in turn (Sutherland and Hodgman, 1974)."""
    for axis, side in _AXES:
        ring = list(_cut_at(ring, axis, box[side], keeps_above=side < 2))
        if not ring:
            break
    return ring


def _cut_at(ring: Ring, axis: int, limit: float, *, keeps_above: bool) -> Iterator[Point]:
    before = ring[-1]
    was_inside = (before[axis] >= limit) == keeps_above
    for here in ring:
        is_inside = (here[axis] >= limit) == keeps_above
        if is_inside != was_inside:
            share = (limit - before[axis]) / (here[axis] - before[axis])
            yield (
                before[0] + share * (here[0] - before[0]),
                before[1] + share * (here[1] - before[1]),
            )
        if is_inside:
            yield here
        before, was_inside = here, is_inside
