"""The vendored outlines, decoded: TopoJSON to rings of points.

TopoJSON 1.0: arcs are delta-encoded whole numbers; ``~n`` is arc ``n`` the other way round
(https://github.com/topojson/topojson-specification, sections 2.1.3 and 2.1.4).
"""

import json
from functools import lru_cache
from importlib.resources import files
from itertools import accumulate, chain
from typing import Any

_BASEMAP = files("registry.web").joinpath("static/vendor/basemap")
Point = tuple[float, float]
"""Longitude and latitude, in decimal degrees, WGS 84: the order of the files."""
Ring = list[Point]


@lru_cache(maxsize=2)
def topology(name: str) -> Any:
    """Return a vendored topology: ``france_ne`` (départements) or ``voisins`` (countries)."""
    return json.loads(_BASEMAP.joinpath(f"{name}.topo.json").read_text(encoding="utf-8"))


def arcs_of(found: Any) -> list[Ring]:
    """Return the arcs of a topology, in their order, as points."""
    return [_decoded(arc, found["transform"]) for arc in found["arcs"]]


def arc_rings(shape: Any) -> list[list[int]]:
    """Return the rings of a polygon or of several, as numbers of arcs."""
    if shape["type"] == "Polygon":
        return list(shape["arcs"])
    return list(chain.from_iterable(shape["arcs"]))


def joined(ring: list[int], arcs: list[Ring]) -> Ring:
    """Return a ring as points."""
    points: Ring = []
    for arc in ring:
        part = arcs[arc] if arc >= 0 else arcs[~arc][::-1]
        points += part[1:] if points else part
    return points


def _decoded(arc: list[list[int]], transform: Any) -> Ring:
    (scale_x, scale_y), (move_x, move_y) = transform["scale"], transform["translate"]
    columns = accumulate(step[0] for step in arc)
    rows = accumulate(step[1] for step in arc)
    return [
        (x * scale_x + move_x, y * scale_y + move_y) for x, y in zip(columns, rows, strict=True)
    ]
