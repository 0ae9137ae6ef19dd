"""Positions that contradict the commune of a place: in Nouméa by its degrees, in Poum by its words.

One of both is wrong, and nobody is sent by the wrong one: it is as far as the further of them.
"""

import math
from collections.abc import Callable

from vocab.territory import Point, commune, point_of

EARTH_KM = 6371.0
_DOUBTFUL_KM = 45.0
"""No commune reaches so far but in Guyane: Salin-de-Giraud is 38 km from the centre of Arles."""
_DOUBTFUL_IN_GUYANE_KM = 150.0
"""The land of Maripasoula alone is as large as three départements."""
_GUYANE = "973"


def distance_from(start: Point) -> Callable[[float, float], float]:
    """Return what gives the kilometres from a point to a latitude and longitude (haversine)."""
    radians, sin, cos, asin, sqrt = math.radians, math.sin, math.cos, math.asin, math.sqrt
    lat1, lon1 = map(radians, start)
    cos1, twice = cos(lat1), 2 * EARTH_KM

    def kilometres(latitude: float, longitude: float) -> float:
        lat2 = radians(latitude)
        half = sin((lat2 - lat1) / 2) ** 2
        half += cos1 * cos(lat2) * sin((radians(longitude) - lon1) / 2) ** 2
        return twice * asin(min(1.0, sqrt(half)))  # the other side of the Earth may round past 1

    return kilometres


def reach_from(start: Point) -> Callable[[float, float, float, float], float]:
    """Return what gives the kilometres to a place, as far as the further of its two points is.

    They are its position and, where that is doubtful, the centre of its commune; else both are one.
    """
    kilometres = distance_from(start)

    def reach(latitude: float, longitude: float, other: float, along: float) -> float:
        km = kilometres(latitude, longitude)
        if latitude == other and longitude == along:
            return km
        return max(km, kilometres(other, along))

    return reach


def great_circle_km(one: Point, other: Point) -> float:
    """Return the distance between two (latitude, longitude) points, in kilometres (haversine).

    >>> round(great_circle_km((48.8566, 2.3522), (43.2965, 5.3698)))
    660
    """
    return distance_from(one)(*other)


def from_centre_km(insee: str, position: Point) -> float | None:
    """Return how far a place is from the centre of its commune, where that is known exactly.

    Args:
        insee: INSEE code of the commune.
        position: latitude and longitude of the place, WGS 84 degrees.
    """
    centre = _centre(insee)
    return great_circle_km(position, centre) if centre else None


def is_doubtful(insee: str, km: float) -> bool:
    """Whether a place lies so far from the centre of its commune that one of both is wrong."""
    return km > (_DOUBTFUL_IN_GUYANE_KM if insee.startswith(_GUYANE) else _DOUBTFUL_KM)


def point_to_check(insee: str, position: Point) -> Point:
    """Return the centre of the commune of a place that contradicts its position, else that."""
    km, centre = from_centre_km(insee, position), _centre(insee)
    return centre if centre and km is not None and is_doubtful(insee, km) else position


def _centre(insee: str) -> Point | None:
    town = commune(insee)
    found = point_of(town) if town else None
    return found[0] if found and found[1] != "postal" else None
