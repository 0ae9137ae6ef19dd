"""Outlines that stand where the map of the results will be, while it loads."""

import math
from collections.abc import Iterable, Iterator

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.web.places.outlines import drawing_size, outlines, rings

blueprint = Blueprint("contours", __name__)

_DAY_S = 86_400
_WIDTH, _HEIGHT, _FILLED = 400, 260, 0.9
_STEP = 5
"""Units between two corners of a drawing: it is seen for a moment only."""
_LINE = "#71817a"
"""Seen on the light ground and on the dark one."""


@blueprint.get("/carte/contour.svg")
def france() -> ResponseReturnValue:
    """Draw all départements."""
    width, height = drawing_size()
    return _drawing(width, height, "".join(map(_coarser, _rings())))


@blueprint.get("/carte/contour/<code>.svg")
def of_departement(code: str) -> ResponseReturnValue:
    """Draw one département."""
    outline = rings().get(code)
    if not outline:
        raise NotFound
    return _drawing(_WIDTH, _HEIGHT, "".join(map(_coarser, _fitted(outline))))


def _rings() -> Iterator[list[tuple[int, int]]]:
    for shape in outlines():
        for ring in shape.path.split("Z")[:-1]:
            columns = (point.split() for point in ring.removeprefix("M").split("L"))
            yield [(int(x), int(y)) for x, y in columns]


def _fitted(outline: list[list[tuple[float, float]]]) -> Iterator[list[tuple[int, int]]]:
    """Draw longitudes and latitudes as large as the drawing has room (y goes down)."""
    west, east = _ends(point[0] for ring in outline for point in ring)
    south, north = _ends(point[1] for ring in outline for point in ring)
    narrower = math.cos(math.radians((south + north) / 2))
    scale = min(_WIDTH / narrower / (east - west), _HEIGHT / (north - south)) * _FILLED
    left = (_WIDTH - (east - west) * narrower * scale) / 2
    top = (_HEIGHT - (north - south) * scale) / 2
    for ring in outline:
        yield [
            (round(left + (lon - west) * narrower * scale), round(top + (north - lat) * scale))
            for lon, lat in ring
        ]


def _ends(numbers: Iterable[float]) -> tuple[float, float]:
    ordered = sorted(numbers)
    return ordered[0], ordered[-1]


def _coarser(ring: list[tuple[int, int]]) -> str:
    kept = ring[:1]
    for point in ring:
        if math.dist(kept[-1], point) > _STEP:
            kept.append(point)
    return "M" + "L".join(f"{x} {y}" for x, y in kept) + "Z" if len(kept) > 2 else ""


def _drawing(width: int, height: int, path: str) -> Response:
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        f' width="{width}" height="{height}" fill="none" stroke="{_LINE}"><path d="{path}"/></svg>'
    )
    response = Response(svg, mimetype="image/svg+xml")
    response.headers["Cache-Control"] = f"public, max-age={_DAY_S}"
    return response
