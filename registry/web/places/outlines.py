"""Outlines of the départements, from the vendored basemap: paths to draw and who touches whom."""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from registry.web.places.topojson import Point as _Point
from registry.web.places.topojson import arc_rings, arcs_of, joined, topology
from vocab.territory import departement

SIZE = 560  # height of the drawing of the mainland, in its own units
MAINLAND = (-5.3, 41.2, 9.7, 51.2)  # west, south, east, north
_INSET = 70
_MARGIN = 10
FAR_LANDS = ("971", "972", "973", "974", "976")
_Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Outline:
    """A département as an SVG path, in the units of the drawing (y goes down)."""

    code: str
    name: str
    path: str


@lru_cache(maxsize=1)
def outlines() -> tuple[Outline, ...]:
    """Return the 101 départements, by code; those overseas stand in a row below, not to scale."""
    found = rings()
    return tuple(_outline(code, found[code]) for code in sorted(found))


def drawing_size() -> tuple[int, int]:
    """Return width and height of the drawing."""
    west, south, east, north = MAINLAND
    width = SIZE / (north - south) * (east - west) * _squeeze(MAINLAND)
    return math.ceil(width), SIZE + _INSET + 2 * _MARGIN


@lru_cache(maxsize=1)
def _neighbours() -> dict[str, frozenset[str]]:
    owners: dict[int, set[str]] = defaultdict(set)
    for shape in topology("france_ne")["objects"]["departements"]["geometries"]:
        for arc in chain.from_iterable(arc_rings(shape)):
            owners[max(arc, ~arc)].add(shape["id"])
    found: dict[str, set[str]] = defaultdict(set)
    for codes in owners.values():
        for code in codes:
            found[code] |= codes - {code}
    return {code: frozenset(codes) for code, codes in found.items()}


def neighbours(code: str) -> tuple[str, ...]:
    """Return the départements that share a border with one, by code; none for an unknown code.

    >>> neighbours("44")
    ('35', '49', '56', '85')
    """
    return tuple(sorted(_neighbours().get(code, ())))


@lru_cache(maxsize=1)
def rings() -> Mapping[str, list[list[_Point]]]:
    """Return the rings of each département, by code: points as (longitude, latitude), degrees."""
    found = topology("france_ne")
    arcs = arcs_of(found)
    return {
        shape["id"]: [joined(ring, arcs) for ring in arc_rings(shape)]
        for shape in found["objects"]["departements"]["geometries"]
    }


def _outline(code: str, rings: list[list[_Point]]) -> Outline:
    found = departement(code)
    box = _bounds(rings) if code in FAR_LANDS else MAINLAND
    parts = (_path([_placed(point, code, box) for point in ring]) for ring in rings)
    return Outline(code, found.name if found else code, "".join(parts))


def _bounds(rings: list[list[_Point]]) -> _Box:
    columns, rows = zip(*chain.from_iterable(rings), strict=True)
    return min(columns), min(rows), max(columns), max(rows)


def _placed(point: _Point, code: str, box: _Box) -> tuple[int, int]:
    """Whole units of the drawing; finer would weigh without being seen."""
    west, south, east, north = box
    squeeze, left, top = _squeeze(box), 0.0, 0.0
    scale = SIZE / (north - south)
    if code in FAR_LANDS:
        scale = _INSET / max(north - south, (east - west) * squeeze)
        left = _MARGIN + FAR_LANDS.index(code) * (_INSET + 4 * _MARGIN)
        top = SIZE + _MARGIN
    return round(left + (point[0] - west) * squeeze * scale), round(
        top + (north - point[1]) * scale
    )


def _squeeze(box: _Box) -> float:
    """How much shorter a degree of longitude is than one of latitude, amid a box."""
    return math.cos(math.radians((box[1] + box[3]) / 2))


def _path(points: list[tuple[int, int]]) -> str:
    kept = [here for before, here in zip([None, *points], points, strict=False) if here != before]
    if len(kept) < 3:
        return ""
    return "M" + "L".join(f"{x} {y}" for x, y in kept) + "Z"
