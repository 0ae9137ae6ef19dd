"""Points in degrees, from two numbers and the reference system that orders them.

One of EPSG gives its axes in the order of its register, so latitude first for EPSG:4326; CRS84 is
longitude first. A system that is not read here is named, never guessed.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from harvester.clean.lambert import is_lambert93, to_wgs84
from vocab.messages import Message

NUMBER = re.compile(r"[+-]?(?:\d{1,9}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][+-]?\d{1,2})?")
_CRS84 = re.compile(
    r"(?:https?://www\.opengis\.net/def/crs/OGC/(?:1\.3|0)/CRS84h?"
    r"|urn:ogc:def:crs:OGC:(?:1\.3)?:CRS84|(?:OGC:)?CRS84|CRS:84)",
    re.IGNORECASE,
)
_EPSG = re.compile(
    r"(?:https?://www\.opengis\.net/def/crs/EPSG/[\d.]+/|urn:ogc:def:crs:EPSG:[\d.]*:)(\d+)",
    re.IGNORECASE,
)
_DEGREES = frozenset({"4326", "4258", "4171", "4979", "4937"})
"""WGS 84, ETRS89 and RGF93 in degrees: the same to some centimetres, latitude first."""
LAMBERT_93 = "2154"


@dataclass(frozen=True, slots=True)
class Point:
    """A point in degrees (WGS 84), as decimals."""

    latitude: str
    longitude: str

    @property
    def wkt(self) -> str:
        """The text that the registry keeps: longitude first, no reference system."""
        return f"POINT({self.longitude} {self.latitude})"

    @property
    def words(self) -> str:
        """Latitude and longitude as a sentence shows them."""
        return f"{self.latitude}, {self.longitude}"

    def far_from(self, other: "Point", degrees: Decimal) -> bool:
        """Whether another point lies further away than that on an axis."""
        pairs = ((self.latitude, other.latitude), (self.longitude, other.longitude))
        return any(abs(Decimal(one) - Decimal(two)) > degrees for one, two in pairs)


class NoPointError(ValueError):
    """What no point can be read from; ``why`` is a key of :data:`REASONS`."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class StatedPosition:
    """A position as a record states it, outside of the contract's latitude and longitude.

    Attributes:
        node: what the statement is about.
        path: property or properties that state it, as a sentence names them.
        text: what they say, as canonical N-Triples writes it.
        point: the point that it gives, if any.
        why: else a key of :data:`REASONS`.
    """

    node: str
    path: str
    text: str
    point: Point | None
    why: str = ""


REASONS: dict[str, Message] = {
    "form": Message("it cannot be read"),
    "kind": Message("it is no point"),
    "empty": Message("the point is empty"),
    "unnamed": Message("it names no reference system (srsName), which tells the order of the axes"),
    "system": Message(
        "its reference system is not read here (those of the addresses "
        "http://www.opengis.net/def/crs/OGC/1.3/CRS84, …/EPSG/0/4326 and …/EPSG/0/2154 are)"
    ),
    "several": Message("the record gives several different points"),
    "values": Message("there are several values, where latitude and longitude have one each"),
    "half": Message("latitude and longitude go together, and the other is missing"),
    "number": Message("a latitude and a longitude are decimal numbers (48.8566)"),
    "bounds": Message("the point is not on Earth"),
}


def axes_of(crs: str) -> str:
    """Return the order of the axes of a named system: ``lon``, ``lat``, ``metres``; else empty."""
    if _CRS84.fullmatch(crs):
        return "lon"
    found = _EPSG.fullmatch(crs)
    code = found.group(1) if found else ""
    return "lat" if code in _DEGREES else "metres" if code == LAMBERT_93 else ""


def in_degrees(first: str, second: str, axes: str) -> Point:
    """Return the point of two numbers in that order of axes.

    Raises:
        NoPointError: the order is not known, or the point is not on Earth.
    """
    if not axes:
        raise NoPointError("system")
    if axes == "metres":
        east, north = float(first), float(second)
        if not is_lambert93(east, north):
            raise NoPointError("bounds")
        degrees = to_wgs84(east, north)
        return Point(f"{degrees[0]:.6f}", f"{degrees[1]:.6f}")
    longitude, latitude = (first, second) if axes == "lon" else (second, first)
    point = Point(_decimal(latitude), _decimal(longitude))
    if abs(Decimal(point.latitude)) > 90 or abs(Decimal(point.longitude)) > 180:
        raise NoPointError("bounds")
    return point


def two_of(numbers: list[str]) -> tuple[str, str]:
    """Return the first two of two to four numbers: height and measure are left out.

    Raises:
        NoPointError: there are fewer or more, or one is no number.
    """
    if not 2 <= len(numbers) <= 4 or not all(map(NUMBER.fullmatch, numbers)):
        raise NoPointError("form")
    return numbers[0], numbers[1]


def _decimal(number: str) -> str:
    plain = number.removeprefix("+")
    return format(Decimal(plain), "f") if "e" in plain.lower() else plain.removesuffix(".")
