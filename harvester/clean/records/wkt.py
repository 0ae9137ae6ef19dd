"""Points in Well-Known Text (OGC 06-103r4, and RDF: GeoSPARQL 1.1, OGC 22-047r1, 8.7.1).

Without a reference system a ``geo:wktLiteral`` is in CRS84, longitude first. ``SRID=…;`` is
PostGIS, which puts longitude first always.
"""

import re

from harvester.clean.records.points import (
    LAMBERT_93,
    NoPointError,
    Point,
    axes_of,
    in_degrees,
    two_of,
)

_TEXT = re.compile(
    r"\s*(?:<(?P<crs>[^<>]{0,200})>|SRID\s*=\s*(?P<srid>\d{1,6})\s*;)?\s*"
    r"(?P<kind>[A-Za-z]{1,30})\s*(?P<rest>.*)",
    re.DOTALL,
)
_POINT = re.compile(r"POINT(?:Z|M|ZM)?", re.IGNORECASE)
_COORDINATES = re.compile(r"(?:(?:Z|M|ZM)\s*)?\(\s*([^()]{1,200}?)\s*\)\s*", re.IGNORECASE)


def point_of(text: str) -> Point:
    """Return the point that a text gives.

    Raises:
        NoPointError: it gives none, or in a system that is not read here.

    >>> point_of("<http://www.opengis.net/def/crs/EPSG/0/4326> Point Z(49.2583 4.0317 80)").wkt
    'POINT(4.0317 49.2583)'
    """
    found = _TEXT.fullmatch(text)
    if found is None:
        raise NoPointError("form")
    if not _POINT.fullmatch(found["kind"]):
        raise NoPointError("kind" if "(" in found["rest"] or found["rest"] else "form")
    first, second = _numbers(found["rest"])
    return in_degrees(first, second, _axes(found["crs"], found["srid"]))


def _numbers(rest: str) -> tuple[str, str]:
    if re.fullmatch(r"(?:(?:Z|M|ZM)\s+)?EMPTY\s*", rest, re.IGNORECASE):
        raise NoPointError("empty")
    found = _COORDINATES.fullmatch(rest)
    return two_of(found.group(1).split() if found else [])


def _axes(crs: str | None, srid: str | None) -> str:
    if srid:
        return {"4326": "lon", LAMBERT_93: "metres"}.get(srid, "")
    return "lon" if crs is None else axes_of(crs)
