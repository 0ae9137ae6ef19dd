"""Positions that contradict the commune of a place: in Nouméa by its degrees, in Poum by its words.

One of both is wrong, and nobody is sent by the wrong one: it is as far as the further of them.
"""

import math
from collections import defaultdict
from collections.abc import Callable
from functools import cache

from vocab.territory import APPROXIMATE, Point, commune, current_communes, point_of

EARTH_KM = 6371.0
_DOUBTFUL_KM = 45.0
"""No commune reaches so far but in Guyane: Salin-de-Giraud is 38 km from the centre of Arles."""
_DOUBTFUL_IN_ANOTHER_KM = 12.0
_IN_ANOTHER_KM = 3.0
_NEARER = 5.0
"""So far from its own centre, a place is doubtful that lies so near to that of another commune,
and so many times nearer: it stands in that town. Of 20,000 places none is so by right."""
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


def is_far_from_town(insee: str, position: tuple[float | None, float | None]) -> bool:
    """Whether a place lies further from the centre of its commune than any town reaches.

    In Guyane it may well: it is measured from where it stands, and who goes there is warned.
    """
    latitude, longitude = position
    if latitude is None or longitude is None:
        return False
    km = from_centre_km(insee, (latitude, longitude))
    return km is not None and km > _DOUBTFUL_KM


def is_doubtful(insee: str, position: Point) -> bool:
    """Whether a place lies so far from the centre of its commune that one of both is wrong.

    So it does beyond what any commune is large, and in the middle of another commune.
    """
    km = from_centre_km(insee, position)
    if km is None or not km > _DOUBTFUL_IN_ANOTHER_KM:  # nor is NaN
        return False
    if km > (_DOUBTFUL_IN_GUYANE_KM if insee.startswith(_GUYANE) else _DOUBTFUL_KM):
        return True
    return nearest_centre_km(position, insee) < min(_IN_ANOTHER_KM, km / _NEARER)


def point_to_check(insee: str, position: Point) -> Point:
    """Return the centre of the commune of a place that contradicts its position, else that."""
    centre = _centre(insee)
    return centre if centre and is_doubtful(insee, position) else position


def nearest_centre_km(position: Point, insee: str) -> float:
    """Return how far the nearest centre of another commune is; infinite where none is near."""
    row, column = _cell(position)
    around = (
        each
        for north in (-1, 0, 1)
        for east in (-1, 0, 1)
        for each in _centres().get((row + north, column + east), ())
    )
    kilometres = distance_from(position)
    return min((kilometres(*point) for code, point in around if code != insee), default=math.inf)


@cache
def _centres() -> dict[tuple[int, int], list[tuple[str, Point]]]:
    """Return the codes and centres of communes by the cell of a tenth of a degree they lie in."""
    found: dict[tuple[int, int], list[tuple[str, Point]]] = defaultdict(list)
    for one in current_communes():
        if one.point:
            found[_cell(one.point)].append((one.code, one.point))
    return found


def _cell(position: Point) -> tuple[int, int]:
    return math.floor(position[0] * 10), math.floor(position[1] * 10)


def _centre(insee: str) -> Point | None:
    town = commune(insee)
    found = point_of(town) if town else None
    return found[0] if found and found[1] not in APPROXIMATE else None
