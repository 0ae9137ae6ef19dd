"""A point for each commune, and names that it no longer has: used by ``build_territory.py`` alone.

A point is in decimal degrees, WGS 84, latitude first. It is the better of two, named by its kind:

``geonames``
    the populated place of that name in GeoNames;
``lieux``
    the median of the places that three national files list there, without those far from it: where
    GeoNames has none, or knows it to a minute only, which is up to a kilometre off;
``chef-lieu``
    the village of the town hall, of overseas communes that have neither: ``town_halls.csv``. Where
    GeoNames has that village, its point is taken, and is ``geonames``.

Where both contradict each other, the one nearer to the communes of the same postcode is taken. A
place that is listed alone in its commune, and lies in the middle of another, gives no point.

Other communes get theirs when they are looked up (``vocab/territory.py``, ``point_of``).
"""

import csv
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from math import cos, hypot, radians
from pathlib import Path
from statistics import median
from typing import Any

from vocab.text import name_key

Point = tuple[float, float]
Box = tuple[float, float, float, float]
Entry = dict[str, Any]
"""One commune of ``communes.json``, or one populated place of GeoNames."""

CURRENT = "commune-actuelle"
_COUNTRIES = {
    "BL": "977", "GF": "973", "GP": "971", "MF": "978", "MQ": "972", "NC": "988", "PF": "987",
    "PM": "975", "RE": "974", "WF": "986", "YT": "976",
}  # fmt: skip
"""ISO 3166 codes of the overseas territories in GeoNames, and their INSEE codes."""
_PLACES = (
    ("france-services_2024-08-01.csv", ",", "insee_com", "lib_com", ("latitude", "longitude")),
    ("bibliotheques-publiques_2020.csv", ";", "INSEE", "Ville", ("coordonnees_finales",)),
    ("tiers-lieux-cget_2019.csv", ",", "INSEECOM", "NOMCOM", ("LAT", "LONG")),
)
"""File, delimiter, columns of the INSEE code, of the commune's name and of the coordinates; the
file whose coordinates are the surest first."""
_RENUMBERED = {"2A", "2B"}
"""Where the former codes are those of the same communes, before Corsica was divided."""
_MARGIN = 0.1
"""Degrees around the box of a département: its outline is coarse, and stops at the coast."""
_NEAR = 0.1
"""Degrees, about ten kilometres: how far a former commune may lie from the one it is now in."""

_CONTRADICTION_KM = 5.0
"""So far apart, two points of one commune contradict each other."""
_TOWN_KM, _FAR_KM = 2.5, 12.0
"""How near to the centre of another commune, and how far from the neighbours, is misplaced."""
_KM_OF_A_DEGREE = 111.2
_MINUTE_ROUNDING = 0.001
"""GeoNames writes five decimals of a degree."""


class Gazetteer:
    """What three sources know of communes beyond their codes.

    Attributes:
        points: point and its kind by INSEE code, current communes and arrondissements.
        former_names: names of absorbed communes by INSEE code of the commune they are now in.
    """

    def __init__(
        self,
        communes: list[Entry],
        earlier: list[Entry],
        boxes: dict[str, Box],
        sources: Path,
        geonames: Path,
    ) -> None:
        self._communes = [one for one in communes if one.get("codesPostaux")]
        self._boxes = boxes
        self._current_of = _current_codes(communes)
        self._taken_codes = {one["code"] for one in communes}
        self._names = {name_key(one["nom"]) for one in communes}
        self.points: dict[str, tuple[Point, str]] = {}
        self.former_names: defaultdict[str, set[str]] = defaultdict(set)
        listed = self._listed(sources)
        places = _french_places(geonames)
        named, others = self._by_geonames(places)
        self._choose(named, listed)
        self.points = dict(_town_halls(places)) | self.points
        self._name_absorbed(earlier)
        self._absorbed(others)

    def _inside(self, departement: str, point: Point, margin: float = _MARGIN) -> bool:
        box = self._boxes.get(departement)
        if box is None:
            return True
        south, west, north, east = box
        latitude, longitude = point
        return (
            south - margin <= latitude <= north + margin
            and west - margin <= longitude <= east + margin
        )

    def _listed(self, folder: Path) -> dict[str, list[Point]]:
        """Return the points of the listed places by commune, those of the surest file first."""
        found: defaultdict[str, list[Point]] = defaultdict(list)
        for code, name, point in _listed_places(folder):
            current = self._current_of.get(code)
            if current is None:
                continue
            found[current].append(point)
            if code not in self._taken_codes and name_key(name) not in self._names:
                self.former_names[current].add(name)
        return {
            one["code"]: points
            for one in self._communes
            if (points := [p for p in found[one["code"]] if self._inside(one["departement"], p)])
        }

    def _by_geonames(self, places: list[Entry]) -> tuple[dict[str, Point], list[Entry]]:
        """Return the points of places that one commune alone can be, and the other places."""
        named: defaultdict[tuple[str, str], list[Entry]] = defaultdict(list)
        for one in self._communes:
            named[one["region"], name_key(one["nom"])].append(one)
        found: dict[str, Point] = {}
        others = []
        for place in sorted(places, key=lambda each: each["population"]):
            point = _point(place)
            fitting = [
                one
                for one in named.get((_region(place), name_key(place["name"])), ())
                if self._inside(one["departement"], point)
            ]
            if not fitting:
                others.append(place)
            elif len(fitting) == 1:
                found[fitting[0]["code"]] = point
        return found, others

    def _choose(self, named: dict[str, Point], listed: dict[str, list[Point]]) -> None:
        """Choose the point of each commune between the two sources."""
        sure = {
            code: point
            for code, point in named.items()
            if code not in listed or _distance_km(point, _middle(listed[code])) < _CONTRADICTION_KM
        }
        around = self._around(sure | {code: _middle(points) for code, points in listed.items()
                                      if code not in named})  # fmt: skip
        for one in self._communes:
            code = one["code"]
            middle = _robust_middle(listed.get(code, []), around(one))
            chosen = _better(named.get(code), middle, around(one))
            if chosen:
                self.points[code] = chosen
        around = self._around({code: point for code, (point, _) in self.points.items()})
        for one in self._communes:
            alone = one["code"] not in named and len(listed.get(one["code"], ())) == 1
            if alone and self._is_misplaced(one["code"], around(one), named):
                del self.points[one["code"]]

    def _around(self, points: dict[str, Point]) -> Callable[[Entry], Point | None]:
        """Return what gives the middle of the other communes of the postcodes of one."""
        served: defaultdict[str, list[str]] = defaultdict(list)
        for one in self._communes:
            for postcode in one["codesPostaux"]:
                served[postcode].append(one["code"])

        def middle(one: Entry) -> Point | None:
            near = {code for postcode in one["codesPostaux"] for code in served[postcode]}
            found = [points[code] for code in sorted(near - {one["code"]}) if code in points]
            return _middle(found) if found else None

        return middle

    def _is_misplaced(self, code: str, around: Point | None, named: dict[str, Point]) -> bool:
        """Whether the only place of a commune lies in the town of another, far from its own."""
        point = self.points[code][0]
        town = _nearest(point, named)
        in_another = bool(town) and _distance_km(point, named[town]) < _TOWN_KM
        return in_another and around is not None and _distance_km(point, around) > _FAR_KM

    def _name_absorbed(self, earlier: list[Entry]) -> None:
        """Give communes the names of those that they absorbed, by the codes that are lost."""
        for one in earlier:
            code = one["code"]
            current = self._current_of.get(code)
            if (
                current
                and code not in self._taken_codes
                and name_key(one["nom"]) not in self._names
            ):
                self.former_names[current].add(one["nom"].replace("’", "'"))

    def _absorbed(self, places: list[Entry]) -> None:
        """Give absorbed communes, whose names the code has lost, to the nearest that absorbed."""
        lost = {
            one["code"]: self.points[one["code"]][0]
            for one in self._communes
            if one["code"] in self.points
            and one["departement"] not in _RENUMBERED
            and any(code not in self._taken_codes for code in one.get("anciensCodes", ()))
        }
        points = {code: point for code, (point, _) in self.points.items()}
        listed = {name_key(name) for names in self.former_names.values() for name in names}
        for place in places:
            if name_key(place["name"]) in self._names | listed:
                continue
            nearest = _nearest(_point(place), points)
            if nearest in lost:
                self.former_names[nearest].add(place["name"].replace("’", "'"))


def _current_codes(communes: Iterable[Entry]) -> dict[str, str]:
    """Return the code of today for every code that a commune has or had."""
    found: dict[str, str] = {}
    for one in communes:
        if one["type"] == CURRENT:
            found |= dict.fromkeys(one.get("anciensCodes", ()), one["code"])
    for one in communes:
        found[one["code"]] = one.get("chefLieu") or one["code"]
    for one in communes:
        if one["type"] == CURRENT:
            found[one["code"]] = one["code"]
    return found


def _listed_places(folder: Path) -> Iterator[tuple[str, str, Point]]:
    for name, delimiter, code, town, columns in _PLACES:
        with (folder / name).open(encoding="utf-8-sig", newline="") as stream:
            for row in csv.DictReader(stream, delimiter=delimiter):
                written = ",".join(row[column] for column in columns).split(",")
                try:
                    latitude, longitude = (float(degrees) for degrees in written)
                except ValueError:
                    continue
                yield row[code].zfill(5), row[town], (latitude, longitude)


def _town_halls(places: Iterable[Entry]) -> Iterator[tuple[str, tuple[Point, str]]]:
    """Return the point and its kind of each commune of ``town_halls.csv``."""
    known = {
        (_COUNTRIES[one["countrycode"]], one["name"]): _point(one)
        for one in places
        if one["countrycode"] in _COUNTRIES
    }
    with (Path(__file__).parent / "town_halls.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            code = row["code_insee"]
            if row["latitude"]:
                yield code, ((float(row["latitude"]), float(row["longitude"])), "chef-lieu")
            else:
                yield code, (known[code[:3], row["village"]], "geonames")


def _french_places(path: Path) -> list[Entry]:
    places = json.loads(path.read_text(encoding="utf-8"))
    return [one for one in places.values() if one["countrycode"] in {"FR", *_COUNTRIES}]


def _region(place: Entry) -> str:
    """Return the INSEE code of a place's région."""
    overseas = {"971": "01", "972": "02", "973": "03", "974": "04", "976": "06"}
    territory = _COUNTRIES.get(place["countrycode"], "")
    return overseas.get(territory, territory) or str(place["admin1code"])


def _point(place: Entry) -> Point:
    return float(place["latitude"]), float(place["longitude"])


def _middle(points: list[Point]) -> Point:
    return median(latitude for latitude, _ in points), median(longitude for _, longitude in points)


def _robust_middle(points: list[Point], around: Point | None) -> Point | None:
    """Return the middle of points without those far from most; of two that contradict, one.

    Args:
        points: those of the surest file first.
        around: the middle of the neighbours, which decides between two.
    """
    if len(points) == 2 and _distance_km(*points) > _CONTRADICTION_KM:
        return min(points, key=lambda each: _distance_km(each, around)) if around else points[0]
    if not points:
        return None
    middle = _middle(points)
    near = [each for each in points if _distance_km(each, middle) <= _CONTRADICTION_KM]
    return _middle(near) if near else middle


def _better(
    named: Point | None, listed: Point | None, around: Point | None
) -> tuple[Point, str] | None:
    """Return the better of the points of a commune, with its kind."""
    if named is None or listed is None:
        return (named, "geonames") if named else (listed, "lieux") if listed else None
    if _distance_km(named, listed) < _CONTRADICTION_KM:
        return (listed, "lieux") if _is_of_a_minute(named) else (named, "geonames")
    if around:
        is_listed = _distance_km(listed, around) < _distance_km(named, around)
    else:
        is_listed = _is_of_a_minute(named)
    return (listed, "lieux") if is_listed else (named, "geonames")


def _is_of_a_minute(point: Point) -> bool:
    """Whether both degrees are whole minutes: what is known no better."""
    return all(abs(degrees * 60 - round(degrees * 60)) < _MINUTE_ROUNDING for degrees in point)


def _distance_km(one: Point, other: Point) -> float:
    """Return the kilometres between two points, well enough for some dozens."""
    north = one[0] - other[0]
    east = (one[1] - other[1]) * cos(radians(one[0]))
    return hypot(north, east) * _KM_OF_A_DEGREE


def _nearest(point: Point, among: dict[str, Point]) -> str:
    """Return the nearest code within ``_NEAR`` degrees of latitude, or nothing."""
    best, best_code = _NEAR**2, ""
    for code, (latitude, longitude) in among.items():
        north = latitude - point[0]
        if abs(north) >= _NEAR:
            continue
        away = north**2 + ((longitude - point[1]) * 0.7) ** 2
        if away < best:
            best, best_code = away, code
    return best_code
