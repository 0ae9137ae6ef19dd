"""Latitude and longitude: two texts read together, and checked against the département."""

import math
import re
from dataclasses import dataclass
from decimal import Decimal

from harvester.clean.lambert import is_lambert93, to_wgs84
from harvester.clean.types import Level, Note
from vocab.territory import departement as departement_named
from vocab.territory import departements

_RADIUS = 6_378_137.0
MARGIN_DEGREES = 0.05  # the outlines are coarse, and a place by the border is no error
_NUMBER = re.compile(r"[+-]?\d{1,9}(?:[.,]\d{0,20})?")
_POWER = re.compile(r"[+-]?\d(?:[.,]\d{1,17})?[eE][+-]?0?[0-6]")
_DEGREES_ONLY = re.compile(r"([+-]?\d{1,3}[.,]\d{1,20})\s*°")
_SEXAGESIMAL = re.compile(
    r"\s*([NSEWO])?\s*([+-])?(\d{1,3}(?:[.,]\d{1,9})?)\s*(?:°|DEG|D|º)\s*"
    r"(?:(\d{1,2}(?:[.,]\d{1,9})?)\s*['’′M]\s*(?:(\d{1,2}(?:[.,]\d{1,9})?)\s*(?:[\"”″S]|''|′′|’’)\s*)?)?"
    r"(N(?:ORD)?|S(?:UD)?|E(?:ST)?|W|O(?:UEST)?)?\s*"
)
_PAIR = re.compile(
    r"\s*\(?\s*([+-]?\d{1,3}(?:\.\d+)?)\s*[,;/ ]\s*([+-]?\d{1,3}(?:\.\d+)?)\s*\)?\s*"
)
_PAIR_OF_COMMAS = re.compile(
    r"\s*\(?\s*([+-]?\d{1,3},\d+)\s*(?:[;/]|,?\s)\s*([+-]?\d{1,3},\d+)\s*\)?\s*"
)


@dataclass(frozen=True, slots=True)
class Position:
    """Cleaned coordinates, in decimal degrees as text; both empty when there are none."""

    latitude: str = ""
    longitude: str = ""
    notes: tuple[Note, ...] = ()


def clean_position(latitude: str, longitude: str, departement: str | None) -> Position:
    """Return WGS 84 coordinates out of what two cells say.

    Args:
        latitude: text of the column ``latitude``.
        longitude: text of the column ``longitude``.
        departement: code of the place's département, to detect a swap and an error.
    """
    if not latitude and not longitude:
        return Position()
    alone = "" if latitude and longitude else latitude or longitude
    pair = _PAIR.fullmatch(alone) or _PAIR_OF_COMMAS.fullmatch(alone)
    if pair:
        column = "latitude" if latitude else "longitude"
        split = Note(column, "coordinates-split", "repair", pair[0], f"{pair[1]} {pair[2]}")
        return _checked(_Draft(pair[1], pair[2], departement, [split]))
    if not latitude or not longitude:
        is_half = _NUMBER.fullmatch(alone) is not None
        rule = "coordinates-incomplete" if is_half else "coordinates-unreadable"
        return _lost(latitude, longitude, rule, [])
    return _checked(_Draft(latitude, longitude, departement, []))


@dataclass
class _Draft:
    latitude: str
    longitude: str
    departement: str | None
    notes: list[Note]

    def change(self, latitude: str, longitude: str, rule: str, level: Level = "repair") -> None:
        pairs = (("latitude", self.latitude, latitude), ("longitude", self.longitude, longitude))
        self.notes += [Note(c, rule, level, old, new) for c, old, new in pairs if old != new]
        self.latitude, self.longitude = latitude, longitude

    @property
    def point(self) -> tuple[float, float]:
        return float(self.latitude), float(self.longitude)


def _lost(latitude: str, longitude: str, rule: str, notes: list[Note]) -> Position:
    for column, text in (("latitude", latitude), ("longitude", longitude)):
        if text:
            notes.append(Note(column, rule, "loss", text, ""))
    return Position(notes=tuple(notes))


def _checked(draft: _Draft) -> Position:
    _from_sexagesimal(draft)
    draft.change(_plain(draft.latitude), _plain(draft.longitude), "coordinates-plain-number")
    if not _NUMBER.fullmatch(draft.latitude) or not _NUMBER.fullmatch(draft.longitude):
        return _lost(draft.latitude, draft.longitude, "coordinates-unreadable", draft.notes)
    draft.change(_dotted(draft.latitude), _dotted(draft.longitude), "coordinates-decimal-comma")
    _from_metres(draft)
    if 0.0 in draft.point and not _in_departement(draft.point, draft.departement):
        return _lost(draft.latitude, draft.longitude, "coordinates-zero", draft.notes)
    _swap_back(draft)
    latitude, longitude = draft.point
    if abs(latitude) > 90 or abs(longitude) > 180:
        return _lost(draft.latitude, draft.longitude, "coordinates-impossible", draft.notes)
    _doubt(draft)
    return Position(draft.latitude, draft.longitude, tuple(draft.notes))


def _plain(text: str) -> str:
    """Return a number without its power of ten (4.83E+00) or a lone sign of degrees (4.83°)."""
    if _POWER.fullmatch(text):
        return format(Decimal(text.replace(",", ".")), "f")
    found = _DEGREES_ONLY.fullmatch(text)
    return found[1] if found else text


def _dotted(number: str) -> str:
    return number.replace(",", ".").removesuffix(".").removeprefix("+")


def _from_sexagesimal(draft: _Draft) -> None:
    """Read degrees, minutes and seconds (44°50'16"N), when both cells are written so."""
    north, east = _degrees(draft.latitude, "NS"), _degrees(draft.longitude, "EWO")
    if north is None or east is None:
        north, east = _degrees(draft.longitude, "NS"), _degrees(draft.latitude, "EWO")
    if north is not None and east is not None:
        draft.change(f"{north:.6f}", f"{east:.6f}", "coordinates-sexagesimal")


def _degrees(text: str, directions: str) -> float | None:
    found = _SEXAGESIMAL.fullmatch(text.upper())
    if found is None:
        return None
    before, sign, degrees, minutes, seconds, after = found.groups()
    named = before or after
    if bool(before) == bool(after) or named[0] not in directions or sign:
        return None
    parts = [float((part or "0").replace(",", ".")) for part in (degrees, minutes, seconds)]
    if parts[1] >= 60 or parts[2] >= 60:
        return None
    value = parts[0] + parts[1] / 60 + parts[2] / 3600
    return -value if named[0] in "SWO" else value


def _from_metres(draft: _Draft) -> None:
    """Read metres of Lambert 93, or of Web Mercator where those alone lie in the département."""
    first, second = draft.point
    orders = ((first, second), (second, first))
    lambert = next((to_wgs84(*each) for each in orders if is_lambert93(*each)), None)
    if lambert and _in_departement(lambert, draft.departement):
        return _put(draft, lambert, "coordinates-lambert93")
    if draft.departement and max(abs(first), abs(second)) > 180:
        for east, north in orders:
            point = _from_mercator(east, north)
            if _in_departement(point, draft.departement):
                return _put(draft, point, "coordinates-web-mercator")
    return _put(draft, lambert, "coordinates-lambert93") if lambert else None


def _put(draft: _Draft, point: tuple[float, float], rule: str) -> None:
    draft.change(f"{point[0]:.6f}", f"{point[1]:.6f}", rule)


def _from_mercator(east: float, north: float) -> tuple[float, float]:
    """Give the degrees of a point in metres of EPSG:3857 (IOGP guidance note 7-2, method 1024)."""
    latitude = math.atan(math.sinh(max(-20.0, min(north / _RADIUS, 20.0))))
    return math.degrees(latitude), math.degrees(east / _RADIUS)


def _swap_back(draft: _Draft) -> None:
    latitude, longitude = draft.point
    if not _in_departement((latitude, longitude), draft.departement) and _in_departement(
        (longitude, latitude), draft.departement
    ):
        draft.change(draft.longitude, draft.latitude, "coordinates-swapped")


def _in_departement(point: tuple[float, float], code: str | None) -> bool:
    """Is the point in the box of the département; of any département when none is known?"""
    known = departement_named(code) if code else None
    boxes = [known.box] if known else [one.box for one in departements()]
    return any(box.holds(*point, MARGIN_DEGREES) for box in boxes if box)


def _doubt(draft: _Draft) -> None:
    if _in_departement(draft.point, draft.departement):
        return
    known = departement_named(draft.departement) if draft.departement else None
    if known and known.box is None:
        return
    rule = "coordinates-outside-departement" if known else "coordinates-outside-france"
    point = f"{draft.latitude}, {draft.longitude}"
    draft.notes.append(Note("latitude", rule, "warning", point, point))
