"""Points in Well-Known Text (OGC 06-103r4, and RDF: GeoSPARQL 1.1, OGC 22-047r1, 8.7.1).

Without a reference system a ``geo:wktLiteral`` is in CRS84, longitude first; one of EPSG gives its
axes in the order of its register, so latitude first for EPSG:4326. ``SRID=…;`` is PostGIS, which
puts longitude first always. A text in a system that is not read here is named, never guessed.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from harvester.clean.lambert import is_lambert93, to_wgs84

_TEXT = re.compile(
    r"\s*(?:<(?P<crs>[^<>]{0,200})>|SRID\s*=\s*(?P<srid>\d{1,6})\s*;)?\s*"
    r"(?P<kind>[A-Za-z]{1,30})\s*(?P<rest>.*)",
    re.DOTALL,
)
_ESCAPED_BLANK = re.compile(r"\\[tnr]")
"""Tabs and line ends as canonical N-Triples writes them."""
_POINT = re.compile(r"POINT(?:Z|M|ZM)?", re.IGNORECASE)
_COORDINATES = re.compile(r"(?:(?:Z|M|ZM)\s*)?\(\s*([^()]{1,200}?)\s*\)\s*", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?(?:\d{1,9}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][+-]?\d{1,2})?")
_CRS84 = re.compile(
    r"(?:https?://www\.opengis\.net/def/crs/OGC/(?:1\.3|0)/CRS84h?|urn:ogc:def:crs:OGC:(?:1\.3)?:CRS84)",
    re.IGNORECASE,
)
_EPSG = re.compile(
    r"(?:https?://www\.opengis\.net/def/crs/EPSG/[\d.]+/|urn:ogc:def:crs:EPSG:[\d.]*:)(\d+)",
    re.IGNORECASE,
)
_DEGREES = frozenset({"4326", "4258", "4171", "4979", "4937"})
"""WGS 84, ETRS89 and RGF93 in degrees: the same to some centimetres, latitude first."""
_LAMBERT_93 = "2154"


@dataclass(frozen=True, slots=True)
class Point:
    """A point in degrees (WGS 84), as decimals."""

    latitude: str
    longitude: str

    @property
    def wkt(self) -> str:
        """The text that the registry keeps: longitude first, no reference system."""
        return f"POINT({self.longitude} {self.latitude})"

    def far_from(self, other: "Point", degrees: Decimal) -> bool:
        """Whether another point lies further away than that on an axis."""
        pairs = ((self.latitude, other.latitude), (self.longitude, other.longitude))
        return any(abs(Decimal(one) - Decimal(two)) > degrees for one, two in pairs)


class NoPointError(ValueError):
    """A text from which no point can be read; ``why`` is a key of :data:`WHY`."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


WHY: dict[str, tuple[str, str]] = {
    "form": ("c'est un texte illisible", "it cannot be read"),
    "kind": ("ce n'est pas un point", "it is no point"),
    "empty": ("le point est vide", "the point is empty"),
    "system": (
        "son système de coordonnées n'est pas lu ici (ceux des adresses "
        "http://www.opengis.net/def/crs/OGC/1.3/CRS84, …/EPSG/0/4326 et …/EPSG/0/2154 le sont)",
        "its reference system is not read here (those of the addresses "
        "http://www.opengis.net/def/crs/OGC/1.3/CRS84, …/EPSG/0/4326 and …/EPSG/0/2154 are)",
    ),
    "several": (
        "la fiche donne plusieurs points différents",
        "the record gives several different points",
    ),
    "bounds": ("le point n'est pas sur Terre", "the point is not on Earth"),
}


def point_of(text: str) -> Point:
    """Return the point that a text gives.

    Raises:
        NoPointError: it gives none, or in a system that is not read here.

    >>> point_of("<http://www.opengis.net/def/crs/EPSG/0/4326> Point Z(49.2583 4.0317 80)").wkt
    'POINT(4.0317 49.2583)'
    """
    found = _TEXT.fullmatch(_ESCAPED_BLANK.sub(" ", text))
    if found is None:
        raise NoPointError("form")
    if not _POINT.fullmatch(found["kind"]):
        raise NoPointError("kind" if "(" in found["rest"] or found["rest"] else "form")
    first, second = _numbers(found["rest"])
    return _in_degrees(first, second, _system(found["crs"], found["srid"]))


def _numbers(rest: str) -> tuple[str, str]:
    if re.fullmatch(r"(?:(?:Z|M|ZM)\s+)?EMPTY\s*", rest, re.IGNORECASE):
        raise NoPointError("empty")
    found = _COORDINATES.fullmatch(rest)
    numbers = found.group(1).split() if found else []
    if not 2 <= len(numbers) <= 4 or not all(map(_NUMBER.fullmatch, numbers)):
        raise NoPointError("form")
    return numbers[0], numbers[1]


def _system(crs: str | None, srid: str | None) -> str:
    """Return the order of the axes: ``lon``, ``lat`` or ``metres``."""
    if srid:
        return {"4326": "lon", _LAMBERT_93: "metres"}.get(srid, "")
    if crs is None or _CRS84.fullmatch(crs):
        return "lon"
    found = _EPSG.fullmatch(crs)
    code = found.group(1) if found else ""
    return "lat" if code in _DEGREES else "metres" if code == _LAMBERT_93 else ""


def _in_degrees(first: str, second: str, system: str) -> Point:
    if not system:
        raise NoPointError("system")
    if system == "metres":
        east, north = float(first), float(second)
        if not is_lambert93(east, north):
            raise NoPointError("bounds")
        degrees = to_wgs84(east, north)
        return Point(f"{degrees[0]:.6f}", f"{degrees[1]:.6f}")
    longitude, latitude = (first, second) if system == "lon" else (second, first)
    point = Point(_decimal(latitude), _decimal(longitude))
    if abs(Decimal(point.latitude)) > 90 or abs(Decimal(point.longitude)) > 180:
        raise NoPointError("bounds")
    return point


def _decimal(number: str) -> str:
    plain = number.removeprefix("+")
    return format(Decimal(plain), "f") if "e" in plain.lower() else plain.removesuffix(".")
