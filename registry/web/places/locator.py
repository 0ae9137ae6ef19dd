"""The small map of a place: the outline of its département, its towns and a pin, drawn by us."""

import math
from dataclasses import dataclass
from functools import lru_cache

from registry.search.lookup import great_circle_km
from registry.web.places.outlines import rings
from vocab.territory import Point, commune, current_communes, point_of

_WIDTH, _HEIGHT = 400, 260
_MARGIN = 14
_TOWNS = 3
_BETWEEN_NAMES = 46
"""Units between two names of towns: nearer ones would cover each other."""
_SIMPLER = 1.2
"""Units within which a corner of the outline is not seen."""


@dataclass(frozen=True, slots=True)
class Town:
    """A town on the drawing; its name stands left of it where the edge is near."""

    name: str
    x: float
    y: float
    is_left: bool


@dataclass(frozen=True, slots=True)
class Locator:
    """The drawing: size, the outline as an SVG path, the towns, and where the place is."""

    width: int
    height: int
    path: str
    towns: tuple[Town, ...]
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class _Sheet:
    """How degrees become units of the drawing (y goes down)."""

    west: float
    north: float
    scale: float
    squeeze: float
    left: float
    top: float

    def at(self, latitude: float, longitude: float) -> tuple[float, float]:
        x = self.left + (longitude - self.west) * self.squeeze * self.scale
        return round(x, 1), round(self.top + (self.north - latitude) * self.scale, 1)


@dataclass(frozen=True, slots=True)
class Beside:
    """The town beside which a place stands: its name, and how far its centre is, in kilometres."""

    town: str
    km: float


def locator(departement: str, latitude: float, longitude: float) -> Locator | None:
    """Return the drawing of a place; None where its département is not drawn, or does not hold it.

    Args:
        departement: INSEE code.
        latitude: WGS 84 degrees.
        longitude: WGS 84 degrees.
    """
    drawn = _drawn(departement)
    if drawn is None:
        return None
    sheet, path, towns = drawn
    x, y = sheet.at(latitude, longitude)
    if not (0 <= x <= _WIDTH and 0 <= y <= _HEIGHT):
        return None
    return Locator(_WIDTH, _HEIGHT, path, towns, x, y)


def contour(departement: str) -> tuple[int, int, str] | None:
    """Return width, height and SVG path of a département alone; None where it is not drawn."""
    drawn = _drawn(departement)
    return (_WIDTH, _HEIGHT, drawn[1]) if drawn else None


def beside(insee: str, latitude: float, longitude: float) -> Beside | None:
    """Return how far a place is from the centre of its commune, where that is known exactly."""
    town = commune(insee)
    found = point_of(town) if town else None
    if town is None or found is None or found[1] == "postal":
        return None
    return Beside(town.name, great_circle_km((latitude, longitude), found[0]))


@lru_cache(maxsize=128)
def _drawn(departement: str) -> tuple[_Sheet, str, tuple[Town, ...]] | None:
    outline = rings().get(departement)
    if not outline:
        return None
    longitudes = [point[0] for ring in outline for point in ring]
    latitudes = [point[1] for ring in outline for point in ring]
    west, east, south, north = min(longitudes), max(longitudes), min(latitudes), max(latitudes)
    squeeze = math.cos(math.radians((south + north) / 2))
    across, down = (east - west) * squeeze, north - south
    scale = min((_WIDTH - 2 * _MARGIN) / across, (_HEIGHT - 2 * _MARGIN) / down)
    left = (_WIDTH - across * scale) / 2
    top = (_HEIGHT - down * scale) / 2
    sheet = _Sheet(west, north, scale, squeeze, left, top)
    path = "".join(_path(sheet, ring) for ring in outline)
    return sheet, path, tuple(_towns(sheet, departement))


def _path(sheet: _Sheet, ring: list[tuple[float, float]]) -> str:
    kept: list[tuple[float, float]] = []
    for longitude, latitude in ring:
        x, y = sheet.at(latitude, longitude)
        if not kept or math.dist(kept[-1], (x, y)) > _SIMPLER:
            kept.append((x, y))
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in kept) + "Z" if len(kept) > 2 else ""


def _towns(sheet: _Sheet, departement: str) -> list[Town]:
    """The most populated towns whose names do not cover each other."""
    found: list[Town] = []
    inside = (one for one in current_communes() if one.departement == departement)
    for one in sorted(inside, key=lambda one: -one.population):
        point: tuple[Point, str] | None = point_of(one)
        if point is None:
            continue
        x, y = sheet.at(*point[0])
        if all(_has_room_beside(town, x, y) for town in found):
            found.append(Town(one.name, x, y, x > _WIDTH * 0.6))
        if len(found) == _TOWNS:
            break
    return found


def _has_room_beside(town: Town, x: float, y: float) -> bool:
    return abs(town.y - y) > _BETWEEN_NAMES / 2 or abs(town.x - x) > 3 * _BETWEEN_NAMES
