"""A point for each commune, and names that it no longer has: used by ``build_territory.py`` alone.

A point is in decimal degrees, WGS 84, latitude first. It is the better of two, named by its kind:

``lieux``
    the median of the places that three national files list there;
``geonames``
    the populated place of that name in GeoNames.

Other communes get theirs when they are looked up (``vocab/territory.py``, ``point_of``).
"""

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
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
    ("bibliotheques-publiques_2020.csv", ";", "INSEE", "Ville", ("coordonnees_finales",)),
    ("france-services_2024-08-01.csv", ",", "insee_com", "lib_com", ("latitude", "longitude")),
    ("tiers-lieux-cget_2019.csv", ",", "INSEECOM", "NOMCOM", ("LAT", "LONG")),
)
"""File, delimiter, columns of the INSEE code, of the commune's name and of the coordinates."""
_RENUMBERED = {"2A", "2B"}
"""Where the former codes are those of the same communes, before Corsica was divided."""
_MARGIN = 0.1
"""Degrees around the box of a département: its outline is coarse, and stops at the coast."""
_NEAR = 0.1
"""Degrees, about ten kilometres: how far a former commune may lie from the one it is now in."""


class Gazetteer:
    """What three sources know of communes beyond their codes.

    Attributes:
        points: point and its kind by INSEE code, current communes and arrondissements.
        former_names: names of absorbed communes by INSEE code of the commune they are now in.
    """

    def __init__(
        self, communes: list[Entry], boxes: dict[str, Box], sources: Path, geonames: Path
    ) -> None:
        self._communes = [one for one in communes if one.get("codesPostaux")]
        self._boxes = boxes
        self._current_of = _current_codes(communes)
        self._taken_codes = {one["code"] for one in communes}
        self._names = {name_key(one["nom"]) for one in communes}
        self.points: dict[str, tuple[Point, str]] = {}
        self.former_names: defaultdict[str, set[str]] = defaultdict(set)
        self._by_our_places(sources)
        others = self._by_geonames(_french_places(geonames))
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

    def _by_our_places(self, folder: Path) -> None:
        found: defaultdict[str, list[Point]] = defaultdict(list)
        for code, name, point in _listed_places(folder):
            current = self._current_of.get(code)
            if current is None:
                continue
            found[current].append(point)
            if code not in self._taken_codes and name_key(name) not in self._names:
                self.former_names[current].add(name)
        for one in self._communes:
            points = [each for each in found[one["code"]] if self._inside(one["departement"], each)]
            if points:
                self.points[one["code"]] = (_middle(points), "lieux")

    def _by_geonames(self, places: list[Entry]) -> list[Entry]:
        """Take the points of places that one commune alone can be; return the other places."""
        named: defaultdict[tuple[str, str], list[Entry]] = defaultdict(list)
        for one in self._communes:
            named[one["region"], name_key(one["nom"])].append(one)
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
                code = fitting[0]["code"]
                if self.points.get(code, (point, ""))[1] != "lieux":
                    self.points[code] = (point, "geonames")
        return others

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
