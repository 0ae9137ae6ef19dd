"""Points in GML (OGC 07-036; in RDF: GeoSPARQL 1.1, OGC 22-047r1, 8.7.2).

``srsName`` says the order of the axes: latitude first in ``urn:ogc:def:crs:EPSG::4326``, longitude
first in CRS84. Without it, or with ``EPSG:4326``, which tools read in both orders, nobody knows.
"""

import re

from harvester.clean.records.points import NoPointError, Point, axes_of, in_degrees, two_of

_START = re.compile(
    r"\s*(?:<\?xml[^<>]{0,200}\?>\s*)?<(?:[\w.-]{1,60}:)?([A-Za-z]\w{0,60})(?=[\s/>])"
)
_POINT = re.compile(
    r"([^<>]*)>\s*<(?:[\w.-]{1,60}:)?(?P<kind>pos|coordinates)\b(?P<inner>[^<>]*)>"
    r"(?P<numbers>[^<>]*)</[^<>]*>\s*</[^<>]*>\s*"
)
_EMPTY = re.compile(r"[^<>]*(?:/>|>\s*(?:<[^<>]*/>\s*)?</[^<>]*>)\s*")
_SYSTEM = re.compile(r"""\bsrsName\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def point_of(text: str) -> Point:
    """Return the point that a text gives.

    Raises:
        NoPointError: it gives none, or in a system that is not read here.

    >>> crs = "urn:ogc:def:crs:EPSG::4326"
    >>> point_of(f'<Point srsName="{crs}"><pos>49.2583 4.0317</pos></Point>').wkt
    'POINT(4.0317 49.2583)'
    """
    start = _START.match(text)
    if start is None:
        raise NoPointError("form")
    if start.group(1) != "Point":
        raise NoPointError("kind")
    rest = text[start.end() :]
    if _EMPTY.fullmatch(rest):
        raise NoPointError("empty")
    found = _POINT.fullmatch(rest)
    if found is None:
        raise NoPointError("form")
    first, second = two_of(_parts(found["kind"], found["numbers"]))
    system = _SYSTEM.search(found["inner"]) or _SYSTEM.search(found.group(1))
    if system is None:
        raise NoPointError("unnamed")
    return in_degrees(first, second, axes_of((system.group(1) or system.group(2) or "").strip()))


def _parts(kind: str, numbers: str) -> list[str]:
    """Return the numbers of ``pos``, separated by blanks; of ``coordinates`` (GML 2), by commas."""
    return numbers.split() if kind == "pos" else [each.strip() for each in numbers.split(",")]
