"""The small map of a place: land, sea, borders, towns nearby and a pin, drawn by us."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from registry.search.positions import from_centre_km, is_doubtful
from registry.web.places import ground
from registry.web.places.clusters import Box
from registry.web.places.topojson import Ring
from vocab.territory import centre_of, commune

_WIDTH, _HEIGHT = 340, 230
_ACROSS_KM = 80.0
"""How far the drawing reaches from west to east: a large island, or the half of a département."""
_BEYOND = 0.02
"""By what share of itself the land reaches over the edge, which so is no coast."""
_KM_PER_DEGREE = 111.2
_TOWNS = 4
_FARTHEST_LATITUDE = 80.0
"""Nearer to a pole a degree of longitude is no width to draw by."""
_ZOOMS_OF_NAMES = 9.5, 10.5
"""Towns of 5,000 inhabitants are looked for first, then of 1,000: all would be 15,000 looks."""
_LETTER, _LINE, _DOT = 7.6, 20.0, 8.0
"""Room that a name takes: a letter, a line, and between the dot and the name."""
_Room = tuple[float, float, float, float]
_PIN_ROOM: _Room = (_WIDTH / 2 - 13, _HEIGHT / 2 - 36, _WIDTH / 2 + 13, _HEIGHT / 2 - 11)


@dataclass(frozen=True, slots=True)
class Town:
    """A town on the drawing; its name stands left of it where there is no room on its right.

    Beside the pin that covers it, it has no dot: one would stand kilometres off.
    """

    name: str
    x: float
    y: float
    is_left: bool
    is_own: bool
    has_dot: bool


@dataclass(frozen=True, slots=True)
class Locator:
    """The drawing: size, land and other countries as SVG paths, towns, and where the place is."""

    width: int
    height: int
    land: str
    abroad: str
    towns: tuple[Town, ...]
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class _Sheet:
    """How degrees become units of the drawing, the place in its middle (y goes down)."""

    latitude: float
    longitude: float

    @property
    def across(self) -> float:
        """Units of a degree of longitude."""
        return self.down * math.cos(math.radians(self.latitude))

    @property
    def down(self) -> float:
        """Units of a degree of latitude."""
        return _KM_PER_DEGREE * _WIDTH / _ACROSS_KM

    @property
    def box(self) -> Box:
        """What the drawing shows, and a little more."""
        wide, high = (
            side * (0.5 + _BEYOND) / unit
            for side, unit in ((_WIDTH, self.across), (_HEIGHT, self.down))
        )
        return (
            self.longitude - wide,
            self.latitude - high,
            self.longitude + wide,
            self.latitude + high,
        )

    @property
    def zoom(self) -> float:
        """The zoom of a map of this scale."""
        return math.log2(self.across * 360 / 256)

    def at(self, latitude: float, longitude: float) -> tuple[float, float]:
        x = _WIDTH / 2 + (longitude - self.longitude) * self.across
        return round(x, 1), round(_HEIGHT / 2 + (self.latitude - latitude) * self.down, 1)


@dataclass(frozen=True, slots=True)
class Beside:
    """The town beside which a place stands: its name, and how far its centre is, in kilometres.

    ``is_doubtful`` where that is so far that address or position may be wrong.
    """

    town: str
    km: float
    is_doubtful: bool


@lru_cache(maxsize=256)
def locator(insee: str, latitude: float, longitude: float) -> Locator | None:
    """Return the drawing around a place; None where we have no land to draw.

    Args:
        insee: code of its commune, whose name comes first; may be empty.
        latitude: WGS 84 degrees.
        longitude: WGS 84 degrees.
    """
    if not (abs(latitude) <= _FARTHEST_LATITUDE and abs(longitude) <= 180):  # nor is NaN
        return None
    sheet = _Sheet(latitude, longitude)
    land = _path(sheet, ground.land(sheet.box, sheet.zoom))
    if not land:
        return None
    abroad = _path(sheet, ground.abroad(sheet.box, sheet.zoom))
    towns = tuple(_towns(sheet, insee))
    return Locator(_WIDTH, _HEIGHT, land, abroad, towns, _WIDTH / 2, _HEIGHT / 2)


def beside(insee: str, latitude: float, longitude: float) -> Beside | None:
    """Return how far a place is from the centre of its commune, where that is known exactly."""
    position = (latitude, longitude)
    town, km = commune(insee), from_centre_km(insee, position)
    return Beside(town.name, km, is_doubtful(insee, position)) if town and km is not None else None


def is_at_centre(insee: str, latitude: float, longitude: float) -> bool:
    """Whether a position is the very centre of the commune: put there where no other was known."""
    centre = centre_of(insee)
    return centre is not None and (float(centre[0]), float(centre[1])) == (latitude, longitude)


def _path(sheet: _Sheet, rings: list[Ring]) -> str:
    return "".join(map("M{}Z".format, filter(None, (_corners(sheet, ring) for ring in rings))))


def _corners(sheet: _Sheet, ring: Ring) -> str:
    kept: list[tuple[int, int]] = []
    for longitude, latitude in ring:
        x, y = sheet.at(latitude, longitude)
        here = round(x), round(y)
        if not kept or kept[-1] != here:
            kept.append(here)
    return "L".join(f"{x} {y}" for x, y in kept) if len(kept) > 2 else ""


def _towns(sheet: _Sheet, insee: str) -> Iterator[Town]:
    """The commune of the place, then the most populated ones whose names have room."""
    town = commune(insee)
    own = (*town.point, town.name, town.population) if town and town.point else None
    around = (one for zoom in _ZOOMS_OF_NAMES for one in ground.names(sheet.box, zoom))
    taken = [_PIN_ROOM]
    for one in _once(chain(filter(None, [own]), around)):
        latitude, longitude, name, _inhabitants = one
        x, y = sheet.at(latitude, longitude)
        places = [(False, x), (True, x)]
        if one == own:  # under the pin, it is told beside it
            places += [(False, _PIN_ROOM[2] + 4), (True, _PIN_ROOM[0] - 4)]
        rooms = ((left, at, _room(name, at, y, is_left=left)) for left, at in places)
        free = next((each for each in rooms if _is_free(each[2], taken)), None)
        if free:
            is_left, at, room = free
            taken.append(room)
            yield Town(name, at, y, is_left, one == own, has_dot=at == x)
        if len(taken) > _TOWNS:
            return


def _once(names: Iterable[ground.Name]) -> Iterator[ground.Name]:
    """Each name once; nothing is looked up before it is asked for."""
    seen: set[ground.Name] = set()
    for one in names:
        if one not in seen:
            seen.add(one)
            yield one


def _room(name: str, x: float, y: float, *, is_left: bool) -> _Room:
    width = _DOT + len(name) * _LETTER
    west, east = (x - width, x + 3) if is_left else (x - 3, x + width)
    return west, y - _LINE / 2, east, y + _LINE / 2


def _is_free(room: _Room, taken: list[_Room]) -> bool:
    west, north, east, south = room
    if west < 2 or north < 2 or east > _WIDTH - 2 or south > _HEIGHT - 2:
        return False
    return all(
        east < other[0] or other[2] < west or south < other[1] or other[3] < north
        for other in taken
    )
