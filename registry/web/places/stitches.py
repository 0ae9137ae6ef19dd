"""France as a knitting: one stitch for each piece of land of some 20 km, as paths of an SVG.

The mainland and Corsica at their places; the five départements overseas in a column at their left,
each to its own scale. Coordinates of the drawing are whole numbers, y goes down.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from flask import current_app

from registry.search.query import Query
from registry.web.places.outlines import FAR_LANDS, MAINLAND, rings
from registry.web.site.node import current_node
from vocab.territory import departement

if TYPE_CHECKING:
    from registry.search.index import SearchIndex

EXTENSION = "maillage-located"
Cell = tuple[int, int]
"""A column and a row of the knitting."""
_Point = tuple[float, float]
_WIDE, _HIGH = 13, 12
"""The room of a stitch, in units of the drawing."""
_STITCH, _NEXT = "l5 7 5-7", "m3 0"
_MAIN_ROWS, _MAIN_LEFT = 62, 9
_FAR_ROWS, _FAR_COLUMNS, _FAR_STEP = 8, 7, 12
_LABEL = 26


@dataclass(frozen=True, slots=True)
class Frame:
    """A part of the drawing: what lies in a box of degrees, from a first column and row on."""

    box: tuple[float, float, float, float]
    column: int
    row: int
    columns_per_degree: float
    rows_per_degree: float

    @classmethod
    def of(cls, box: tuple[float, float, float, float], column: int, row: int) -> "Frame":
        """Return the part that is as large as its room allows."""
        west, south, east, north = box
        squeeze = math.cos(math.radians((south + north) / 2))
        scale = _MAIN_ROWS * _HIGH / (north - south)
        if box != MAINLAND:
            wide = _FAR_COLUMNS * _WIDE / ((east - west) * squeeze)
            scale = min(wide, _FAR_ROWS * _HIGH / (north - south))
        return cls(box, column, row, squeeze * scale / _WIDE, scale / _HIGH)

    def placed(self, longitude: float, latitude: float) -> _Point:
        """Return column and row of a point in degrees, not rounded."""
        return (
            self.column + (longitude - self.box[0]) * self.columns_per_degree,
            self.row + (self.box[3] - latitude) * self.rows_per_degree,
        )

    def holds(self, longitude: float, latitude: float) -> bool:
        """Whether a point in degrees lies in the box."""
        west, south, east, north = self.box
        return west <= longitude <= east and south <= latitude <= north


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing: its size, a path for each class of stitches, names with their place."""

    width: int
    height: int
    paths: tuple[tuple[str, str], ...]
    names: tuple[tuple[int, int, str], ...]


def knitted(class_of: Callable[[Cell, str], str], more: Iterable[Cell] = ()) -> Drawing:
    """Draw the stitches of all land, and more.

    Args:
        class_of: gives the class of a stitch from its cell and the code of its département.
        more: further cells, such as those of small islands; their code is empty.
    """
    classes: dict[str, list[Cell]] = {}
    land = _land()
    for cell in sorted({*land, *more}, key=lambda cell: (cell[1], cell[0])):
        classes.setdefault(class_of(cell, land.get(cell, "")), []).append(cell)
    columns = 1 + max(column for column, _row in land)
    rows = 1 + max(row for _column, row in land)
    names = tuple(
        (frame.column * _WIDE, (frame.row + _FAR_ROWS) * _HIGH + _LABEL,
         found.name if (found := departement(code)) else code)
        for code, frame in _frames().items() if code in FAR_LANDS
    )  # fmt: skip
    return Drawing(
        columns * _WIDE,
        max(rows * _HIGH, max((y for _x, y, _name in names), default=0)) + 8,
        tuple((name, _path(cells)) for name, cells in sorted(classes.items())),
        names,
    )


def counted(points: Iterable[tuple[float, float]]) -> Counter[Cell]:
    """Count points, given as (latitude, longitude) in degrees, by the cell that they fall in."""
    frames = list(_frames().values())
    found: Counter[Cell] = Counter()
    for latitude, longitude in points:
        for frame in frames:
            if frame.holds(longitude, latitude):
                column, row = frame.placed(longitude, latitude)
                found[int(column), int(row)] += 1
                break
    return found


class LocatedPlaces:
    """How many places fall into each stitch, counted once for each state of the index."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._known: tuple[object, Counter[Cell]] = None, Counter()

    def of(self, index: "SearchIndex") -> Counter[Cell]:
        """Return the counts of an index that is always the same one."""
        state = index.state()
        known, found = self._known
        if known != state:
            found = counted((lat, lon) for lat, lon, _rowid in index.points(Query().real))
            self._known = state, found
        return found


def located_places() -> Counter[Cell]:
    """Return how many places of the node fall into each stitch."""
    found: LocatedPlaces = current_app.extensions[EXTENSION]
    return found.of(current_node().index)


def _path(cells: list[Cell]) -> str:
    """The stitches of cells that are sorted by row; those side by side go on from the last."""
    parts: list[str] = []
    before: Cell | None = None
    for cell in cells:
        column, row = cell
        is_next = before == (column - 1, row)
        parts.append(_NEXT if is_next else f"M{column * _WIDE + 2} {row * _HIGH + 4}")
        parts.append(_STITCH)
        before = cell
    return "".join(parts)


@lru_cache(maxsize=1)
def _frames() -> Mapping[str, Frame]:
    """The parts of the drawing: by code those overseas, and ``""`` the mainland with Corsica."""
    frames = {"": Frame.of(MAINLAND, _MAIN_LEFT, 0)}
    for number, code in enumerate(FAR_LANDS):
        points = [point for ring in rings()[code] for point in ring]
        longitudes, latitudes = zip(*points, strict=True)
        box = min(longitudes), min(latitudes), max(longitudes), max(latitudes)
        frames[code] = Frame.of(box, 0, 1 + number * _FAR_STEP)
    return frames


@lru_cache(maxsize=1)
def _land() -> Mapping[Cell, str]:
    """The cells whose middle is land, with the code of their département."""
    frames = _frames()
    found: dict[Cell, str] = {}
    for code, outline in rings().items():
        frame = frames.get(code, frames[""])
        crossings: dict[int, list[float]] = {}
        for ring in outline:
            placed = [frame.placed(*point) for point in ring]
            for start, end in zip(placed, placed[1:] + placed[:1], strict=True):
                _cross(start, end, crossings)
        for row, columns in crossings.items():
            ordered = sorted(columns)
            for left, right in zip(ordered[::2], ordered[1::2], strict=False):
                for column in range(math.ceil(left - 0.5), math.ceil(right - 0.5)):
                    found[column, row] = code
    return found


def _cross(start: _Point, end: _Point, crossings: dict[int, list[float]]) -> None:
    """Note where a side of a ring crosses the middle of the rows."""
    (x, y), (to_x, to_y) = sorted((start, end), key=lambda point: point[1])
    for row in range(math.ceil(y - 0.5), math.ceil(to_y - 0.5)):
        share = (row + 0.5 - y) / (to_y - y)
        crossings.setdefault(row, []).append(x + (to_x - x) * share)
