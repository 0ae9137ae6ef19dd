"""Points in GeoJSON (RFC 7946; in RDF: GeoSPARQL 1.1, OGC 22-047r1, 8.7.3): longitude first.

A ``crs`` is of GeoJSON 2008, where x comes first in every system (section 2.1.1).
"""

import json
from typing import Any

from harvester.clean.records.points import NoPointError, Point, axes_of, in_degrees, two_of

_OTHERS = frozenset(
    {
        "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon",
        "GeometryCollection", "FeatureCollection",
    }
)  # fmt: skip
_X_FIRST = {"lat": "lon"}


def point_of(text: str) -> Point:
    """Return the point that a text gives: a ``Point``, or a ``Feature`` at one.

    Raises:
        NoPointError: it gives none, or in a system that is not read here.

    >>> point_of('{"type": "Point", "coordinates": [4.0317, 49.2583, 80]}').wkt
    'POINT(4.0317 49.2583)'
    """
    try:
        found = json.loads(text, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        raise NoPointError("form") from None
    geometry = _member(found, "geometry") if _member(found, "type") == "Feature" else found
    kind = _member(geometry, "type")
    if kind != "Point":
        raise NoPointError("kind" if isinstance(kind, str) and kind in _OTHERS else "form")
    first, second = _numbers(_member(geometry, "coordinates"))
    return in_degrees(first, second, _axes(_member(geometry, "crs") or _member(found, "crs")))


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _numbers(coordinates: Any) -> tuple[str, str]:
    if coordinates == []:
        raise NoPointError("empty")
    if not isinstance(coordinates, list):
        raise NoPointError("form")
    return two_of([each if isinstance(each, str) else "" for each in coordinates])


def _axes(crs: Any) -> str:
    if crs is None:
        return "lon"
    name = _member(_member(crs, "properties"), "name")
    axes = axes_of(name) if isinstance(name, str) else ""
    return _X_FIRST.get(axes, axes)
