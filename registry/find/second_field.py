"""The field of the place: a point, or a name with perhaps a day and a distance beside it."""

import re
from dataclasses import dataclass

from registry.find.areas import Located
from registry.find.dated_places import DatedPlace, day_in_place
from registry.find.distances import distance_beside_place
from registry.find.places import locate
from registry.find.prepositions import is_everywhere
from vocab.territory import Point
from vocab.text import words

_POINT = re.compile(
    r"\s*(-?\d{1,2}(?:\.\d{1,12})?)\s*[,;]\s*(-?\d{1,3}(?:\.\d{1,12})?)\s*", re.ASCII
)


_TWO_WHOLE = re.compile(r"\s*\d{1,3}\s*,\s*\d{1,3}\s*", re.ASCII)
"""Neither a position, which has decimals, nor a département."""


@dataclass(frozen=True, slots=True)
class SecondField:
    """What was typed as a place.

    Attributes:
        text: what is read of it; empty where the whole of France is meant.
        point: latitude and longitude in decimal degrees, when those were typed.
        dated: the moment that stands beside the place, if one does.
        place: the place with the distance beside it, as typed; empty where none is known by it.
        is_empty: whether nothing but a moment or a distance was typed.
        radius_km: that distance.
        located: where; None without a place, or when no place is like what was typed.
    """

    text: str
    point: Point | None
    dated: DatedPlace | None
    place: str
    is_empty: bool
    radius_km: float | None
    located: Located | None


def read_place(text: str) -> SecondField:
    """Read a place; never raises."""
    if is_everywhere(words(text)):
        text = ""
    if _TWO_WHOLE.fullmatch(text):
        return SecondField(text, None, None, "", False, None, None)
    if point := _point(text):
        return SecondField(text, point, None, text, False, None, None)
    dated = day_in_place(text)
    place = dated.place if dated else text
    radius_km, name = distance_beside_place(place) or (None, place)
    located = locate(name)
    is_empty = not name.strip()
    return SecondField(text, None, dated, place if located else "", is_empty, radius_km, located)


def _point(text: str) -> Point | None:
    found = _POINT.fullmatch(text)
    if not found:
        return None
    latitude, longitude = float(found[1]), float(found[2])
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None
