"""Points of a map that stand too close to be told apart, gathered as circles with a number.

In Web Mercator pixels: at zoom 0 the world is a square of 256 pixels
(https://wiki.openstreetmap.org/wiki/Slippy_map_tilenames).
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

SPACING_PX = 48.0
"""Least distance between two centres; a circle is 44 pixels wide at most."""
_MAX_LATITUDE = 85.0511
_TILE_PX = 256.0

Box = tuple[float, float, float, float]
"""West, south, east, north in decimal degrees, WGS 84."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Places that a map shows as one.

    Attributes:
        latitude: where it is drawn, in decimal degrees.
        longitude: the same.
        box: the box of its places.
        rowids: its places.
    """

    latitude: float
    longitude: float
    box: Box
    rowids: tuple[int, ...]


def projected(latitude: float, longitude: float, zoom: float) -> tuple[float, float]:
    """Return the pixels of a point at a zoom, from the north-west corner of the world."""
    side = _TILE_PX * 2.0**zoom
    sine = math.sin(math.radians(min(max(latitude, -_MAX_LATITUDE), _MAX_LATITUDE)))
    y = 0.5 - math.atanh(sine) / (2 * math.pi)
    return (longitude / 360 + 0.5) * side, y * side


def clusters(points: Iterable[tuple[float, float, int]], zoom: float) -> list[Cluster]:
    """Gather points, so that no two centres are nearer than :data:`SPACING_PX`; largest first.

    Args:
        points: latitude, longitude, rowid.
        zoom: of the map, from 0; it may lie between two whole numbers.

    The centre is that of the densest part, which does not move when neighbours join it.
    """
    cells: dict[tuple[int, int], list[tuple[float, float, int]]] = defaultdict(list)
    for point in points:
        x, y = projected(point[0], point[1], zoom)
        cells[int(x * 2 // SPACING_PX), int(y * 2 // SPACING_PX)].append(point)
    groups = _gathered(cells, zoom)
    found = [_cluster(group, len(first)) for first, group in groups]
    return sorted(found, key=lambda one: -len(one.rowids))


_Group = list[tuple[float, float, int]]


def _gathered(cells: dict[tuple[int, int], _Group], zoom: float) -> list[tuple[_Group, _Group]]:
    """Cells in groups, each as its densest cell and all of its points."""
    leaders: dict[tuple[int, int], list[tuple[float, float, int]]] = defaultdict(list)
    groups: list[tuple[_Group, _Group]] = []
    for _key, held in sorted(cells.items(), key=lambda item: (-len(item[1]), item[0])):
        x, y = projected(*_middle(held), zoom)
        column, row = int(x // SPACING_PX), int(y // SPACING_PX)
        near = [
            (math.dist((x, y), (left, top)), number)
            for across in (-1, 0, 1)
            for down in (-1, 0, 1)
            for left, top, number in leaders.get((column + across, row + down), ())
        ]
        distance, number = min(near, default=(math.inf, 0))
        if distance < SPACING_PX:
            groups[number][1].extend(held)
        else:
            leaders[column, row].append((x, y, len(groups)))
            groups.append((held, list(held)))
    return groups


def _middle(held: _Group) -> tuple[float, float]:
    count = len(held)
    return sum(one[0] for one in held) / count, sum(one[1] for one in held) / count


def _cluster(group: _Group, densest: int) -> Cluster:
    """The cluster of a group, whose first points are those of its densest cell."""
    latitude, longitude = _middle(group[:densest])
    latitudes, longitudes, rowids = zip(*group, strict=True)
    box = (min(longitudes), min(latitudes), max(longitudes), max(latitudes))
    return Cluster(latitude, longitude, box, rowids)
