"""The read-only statements of the index: what names look up, and functions for searches."""

import math
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from registry.search import geometry
from registry.search.connections import Connections
from registry.search.facts import CENTRE_OF_COMMUNE
from registry.search.masks import State, state_of
from registry.search.positions import EARTH_KM, is_far_from_town, reach_from
from registry.search.query import PlaceView, PoleSummary, Resource
from registry.search.ranking import Candidate
from registry.search.rows import DOUBTFUL
from registry.search.words import MAX_WORDS, stem
from vocab.phones import as_recorded
from vocab.territory import Point
from vocab.text import name_key, words

_PLACE_SQL = (
    "SELECT id, iri, pole, path, name, street, postcode, commune, departement, latitude, longitude,"
    " hours, modified, summary, phone, commune_latitude, commune_longitude, insee FROM place"
)
_POINTS = "latitude, longitude, commune_latitude, commune_longitude"
_POSITION, _OTHER, _INSEE = slice(9, 11), slice(15, 17), 17
_RESOURCE_SQL = "SELECT iri, pole, path, source, kind, title, gone, time FROM resource"
_IS_INVENTED = "SELECT 1 FROM facet WHERE place = place.id AND facet = 'exemple' AND value = 'oui'"
_CHUNK = 500
_IN_SQUARE = 0.7
"""Half the side of a square within a circle, of its radius: a little less than the root of 1/2."""
_FLAT_KM = 300.0
"""Up to such a radius the Earth is flat enough for that."""
_SHORTEST_BEGUN, _CHOICE = 4, 20
"""Letters from which a word alone suggests names, and how many names are looked at for each."""
_T = TypeVar("_T")
Circle = tuple[tuple[float, float], float]
"""Its centre (latitude, longitude) and its radius in kilometres."""
_Listed = dict[tuple[int, str], tuple[str, ...]]
_CODE = re.compile(r"\s*([0-9AB]{5})\s*", re.ASCII | re.IGNORECASE)


class Lookups:
    """What is looked up in the index by its name, or counted over all of it."""

    def __init__(self, connections: Connections) -> None:
        """Look up by the reading connection of each thread."""
        self._connections = connections
        self._db = connections.reader
        self._cached_reads: dict[str, tuple[State, Any]] = {}

    def place(self, iri: str) -> PlaceView | None:
        """Return the place with this IRI."""
        db = self._db()
        row = db.execute(f"{_PLACE_SQL} WHERE iri = ?", (iri,)).fetchone()
        return _view(row, _listed(db, [row[0]]), None) if row else None

    def places_at(self, rowids: list[int]) -> tuple[PlaceView, ...]:
        """Return the places with these rowids, in their order; some hundreds at most."""
        return tuple(places(self._db(), rowids, None))

    def within(self, centre: Point, radius_km: float) -> list[tuple[str, float]]:
        """Return what :func:`~registry.search.geometry.places_within` does."""
        return geometry.places_within(self._db(), centre, radius_km)

    def nearest_to(self, centre: Point, count: int, most_km: float) -> list[tuple[str, float]]:
        """Return what :func:`~registry.search.geometry.nearest_places` does."""
        return geometry.nearest_places(self._db(), centre, count, most_km)

    def in_box(self, box: geometry.Box) -> list[str]:
        """Return what :func:`~registry.search.geometry.places_in_box` does."""
        return geometry.places_in_box(self._db(), box)

    def names_begun(self, typed: str, limit: int) -> tuple[tuple[str, str], ...]:
        """Return names of places, each with its commune, that hold words as they were begun.

        Args:
            typed: words, of which the last one may be unfinished.
            limit: how many at most; the shortest come first, invented places never.
        """
        *whole, last = words(typed)[:MAX_WORDS] or [""]
        if len(last) < _SHORTEST_BEGUN and not whole:
            return ()
        held = [f'"{stem(word)}"' for word in whole] + [f'("{stem(last)}" OR "{last}"*)']
        rows = self._db().execute(
            "SELECT DISTINCT place.name, place.commune FROM place_text"  # noqa: S608 (our own words)
            " JOIN place ON place.id = place_text.rowid WHERE place_text MATCH ? AND NOT EXISTS"
            f" ({_IS_INVENTED}) LIMIT ?",
            (f"name : ({' AND '.join(held)})", limit * _CHOICE),
        )
        found = sorted(rows, key=lambda one: (len(one[0]), *one))
        return tuple((name, commune) for name, commune in found[:limit])

    def by_path(self, pole: str, path: str) -> Resource | None:
        """Return the record whose page is ``/pole/{pole}/{path}``: a live one before one gone."""
        where = "pole = ? AND path = ? ORDER BY gone LIMIT 1"
        return next(self._resources(where, (pole, path)), None)

    def resource(self, iri: str) -> Resource | None:
        """Return where the page of a record is, whatever its class."""
        return next(self._resources("iri = ?", (iri,)), None)

    def resources(self, kind: str | None = None, pole: str | None = None) -> Iterator[Resource]:
        """Return the live records of a kind (``Place``, ``Organization``, …) or of all."""
        return self._resources(
            "gone = 0 AND (?1 IS NULL OR kind = ?1) AND (?2 IS NULL OR pole = ?2)"
            " ORDER BY pole, path",
            (kind, pole),
        )

    def withdrawn(self, kind: str, pole: str) -> Iterator[Resource]:
        """Return the records of a kind that a pole withdrew, by title."""
        return self._resources(
            "gone = 1 AND kind = ? AND pole = ? ORDER BY title, path", (kind, pole)
        )

    def _resources(self, where: str, values: tuple[str | None, ...]) -> Iterator[Resource]:
        return map(_resource, self._db().execute(f"{_RESOURCE_SQL} WHERE {where}", values))

    def counts(self) -> dict[str, int]:
        """Count the live records of each kind."""
        by_kind = "SELECT kind, count(*) FROM resource WHERE gone = 0 GROUP BY kind"
        return dict(self._cached(by_kind, dict[str, int]))

    def towns(self) -> Mapping[str, Mapping[tuple[str, str], int]]:
        """Count the places of each town, by code of the département, without invented ones.

        A town is an INSEE code, empty where no commune is known, and a postcode: the large cities
        have several.
        """
        return self._cached(
            "SELECT departement, insee, postcode, count(*) FROM place"  # noqa: S608 (our own words)
            f" WHERE NOT EXISTS ({_IS_INVENTED}) GROUP BY departement, insee, postcode",
            _towns,
        )

    def poles(self) -> tuple[PoleSummary, ...]:
        """Return every pole that has records, by slug."""
        return self._cached(
            "SELECT pole, sum(gone = 0 AND kind = 'Place'), sum(gone = 0), max(time)"
            " FROM resource GROUP BY pole ORDER BY pole",
            lambda rows: tuple(PoleSummary(*row) for row in rows),
        )

    def pole_titles(self) -> Mapping[str, str]:
        """Give how poles name themselves, by slug; those without a record of their own are out."""
        return self._cached(
            "SELECT pole, title FROM resource WHERE kind = 'Pole' AND gone = 0 AND title <> ''"
            " ORDER BY pole, path DESC",  # of several, the first
            dict[str, str],
        )

    def count_recent(self, pole: str, now: datetime, days: int) -> int:
        """Count the places of a pole that say they changed in the last ``days``."""
        since = (now - timedelta(days=days)).date().isoformat()
        statement = "SELECT count(*) FROM place WHERE pole = ? AND modified >= ?"
        return int(self._db().execute(statement, (pole, since)).fetchone()[0])

    def _cached(self, statement: str, made: Callable[[Iterable[Any]], _T]) -> _T:
        """What is made of a statement over the whole index, once for each state of it."""
        kept = self._cached_reads.get(statement)
        if kept is None or kept[0] != state_of(self._db()):
            with self._connections.reading() as db:
                value = made(db.execute(statement))
                kept = self._cached_reads[statement] = state_of(db), value
        found: _T = kept[1]
        return found


def _towns(
    rows: Iterable[tuple[str, str, str, int]],
) -> dict[str, dict[tuple[str, str], int]]:
    found: dict[str, dict[tuple[str, str], int]] = {}
    for departement, insee, postcode, count in rows:
        found.setdefault(departement, {})[insee, postcode] = count
    return found


def places(
    db: sqlite3.Connection, ids: list[int], near: tuple[float, float] | None
) -> Iterator[PlaceView]:
    """Return the places of these rowids, in their order; at most one page of them.

    Their distance is that to ``near`` (latitude, longitude).
    """
    marks = ", ".join("?" * len(ids))
    found = {row[0]: row for row in db.execute(f"{_PLACE_SQL} WHERE id IN ({marks})", ids)}
    listed = _listed(db, ids)
    for rowid in ids:
        if rowid in found:
            yield _view(found[rowid], listed, near)


def identified(db: sqlite3.Connection, ids: list[int]) -> Iterator[tuple[int, str]]:
    """Return rowids with their IRIs, in their order; those that are gone are left out."""
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        marks = ", ".join("?" * len(chunk))
        rows = db.execute(f"SELECT id, iri FROM place WHERE id IN ({marks})", chunk)  # noqa: S608 (only marks)
        found = dict(rows.fetchall())
        yield from ((rowid, found[rowid]) for rowid in chunk if rowid in found)


def ids_matching(db: sqlite3.Connection, expression: str) -> list[int]:
    """Return the rowids that match an FTS5 expression."""
    rows = db.execute("SELECT rowid FROM place_text WHERE place_text MATCH ?", (expression,))
    return [row[0] for row in rows]


def ids_in_box(db: sqlite3.Connection, bbox: tuple[float, float, float, float]) -> list[int]:
    """Return the rowids of the places inside west, south, east, north."""
    west, south, east, north = bbox
    rows = db.execute(
        "SELECT id FROM place_box WHERE west >= ? AND east <= ? AND south >= ? AND north <= ?",
        (west, east, south, north),
    )
    return [row[0] for row in rows]


def ids_of_locality(db: sqlite3.Connection, locality: str) -> list[int]:
    """Return the places of a postcode, else of an INSEE code, else of a commune's name."""
    code = _CODE.fullmatch(locality)
    if code is None:
        return _ids_of_commune(db, name_key(locality))
    value = code.group(1).upper()
    found = db.execute("SELECT id FROM place WHERE postcode = ?", (value,)).fetchall()
    return [row[0] for row in found or db.execute("SELECT id FROM place WHERE insee = ?", (value,))]


def ids_of_phone(db: sqlite3.Connection, digits: str) -> list[int]:
    """Return the places that are called by a number, first of all by it."""
    forms = as_recorded(digits)
    marks = ", ".join("?" * len(forms))
    rows = db.execute(f"SELECT id FROM place WHERE phone IN ({marks})", forms)  # noqa: S608 (only marks)
    return [row[0] for row in rows]


def ids_begun(db: sqlite3.Connection, word: str) -> list[int]:
    """Return the places in whose name a word begins as a folded one that has lost its ending.

    What is stored has lost it as well: « coudre » begins no « Coudraie ».
    """
    rows = db.execute(
        "SELECT place.id, place.name FROM place_text JOIN place ON place.id = place_text.rowid"
        " WHERE place_text MATCH ?",
        (f'name : "{stem(word)}"*',),
    )
    return [rowid for rowid, name in rows if any(one.startswith(word) for one in words(name))]


def ids_called(db: sqlite3.Connection, name: str) -> list[int]:
    """Return the places of a name."""
    rows = db.execute("SELECT id FROM place WHERE sort_key = ?", (name_key(name),))
    return [row[0] for row in rows]


def ids_in_communes(db: sqlite3.Connection, codes: tuple[str, ...]) -> list[int]:
    """Return the places of communes, by their INSEE codes."""
    marks = ", ".join("?" * len(codes))
    rows = db.execute(f"SELECT id FROM place WHERE insee IN ({marks})", codes)  # noqa: S608 (only marks)
    return [row[0] for row in rows]


def _ids_of_commune(db: sqlite3.Connection, key: str) -> list[int]:
    # A name may carry a number, as those of arrondissements do: `lyon`, `lyon 3e`.
    rows = db.execute(
        "SELECT id FROM place WHERE commune_key = ?1"
        " UNION ALL SELECT id FROM place WHERE commune_key >= ?1 || ' 0'"
        " AND commune_key < ?1 || ' :'",
        (key,),
    )
    return [row[0] for row in rows]


def ids_within(db: sqlite3.Connection, circle: Circle) -> list[int]:
    """Return the places within a circle, as far as the further of their two points is.

    Those of the square within the circle are taken as they come: of a large circle two thirds need
    neither be looked up nor measured.
    """
    (lat, lon), radius_km = circle
    half_km = _IN_SQUARE * min(radius_km, _FLAT_KM)
    outer = _square(lat, lon, radius_km, abs(lat) + math.degrees(radius_km / EARTH_KM))
    inner = _square(lat, lon, half_km, abs(lat) - math.degrees(half_km / EARTH_KM))
    rows = db.execute(
        f"SELECT place_box.id, place.id IS NULL, {_POINTS} FROM place_box LEFT JOIN place"  # noqa: S608 (fixed names)
        " ON place.id = place_box.id AND (west < ?5 OR south < ?6 OR east > ?7 OR north > ?8"
        f" OR place.id IN (SELECT id FROM place WHERE {DOUBTFUL}))"
        " WHERE west >= ?1 AND south >= ?2 AND east <= ?3 AND north <= ?4",
        (*outer, *inner),
    )
    reach = reach_from((lat, lon))
    return [row[0] for row in rows if row[1] or reach(*row[2:]) <= radius_km]


def _square(lat: float, lon: float, half_km: float, measured_at: float) -> tuple[float, ...]:
    """Return west, south, east, north of what reaches so far from a point along both axes.

    Args:
        lat: latitude of the point, in degrees.
        lon: its longitude.
        half_km: how far it reaches.
        measured_at: latitude whose degrees of longitude are counted.
    """
    up = math.degrees(half_km / EARTH_KM)
    aside = up / max(0.01, math.cos(math.radians(max(0.0, min(measured_at, 90.0)))))
    return lon - aside, lat - up, lon + aside, lat + up


def candidates(
    db: sqlite3.Connection, ids: list[int], near: tuple[float, float] | None
) -> Iterator[Candidate]:
    """Return what places are ranked by, with their distance to ``near`` (latitude, longitude)."""
    reach = reach_from(near) if near else None
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        marks = ", ".join("?" * len(chunk))
        rows = db.execute(
            f"SELECT id, iri, hours, departement, modified, {_POINTS} FROM place"  # noqa: S608 (only marks)
            f" WHERE id IN ({marks})",
            chunk,
        )
        for *facts, latitude, longitude, other, along in rows:
            is_located = latitude is not None and longitude is not None
            km = reach(latitude, longitude, other, along) if reach and is_located else None
            yield Candidate(*(*facts, km))


def nearest_id(db: sqlite3.Connection, ids: list[int], near: tuple[float, float]) -> int | None:
    """Return which of some places is nearest to latitude, longitude; None if none is located."""
    found = ((km, rowid) for rowid, km in distances_of(db, ids, near).items())
    return min(found, default=(0.0, None))[1]


def distances_of(
    db: sqlite3.Connection, ids: list[int], near: tuple[float, float]
) -> dict[int, float]:
    """Return rowid -> kilometres to latitude, longitude of the places that are located."""
    reach = reach_from(near)
    return {rowid: reach(*position) for rowid, *position in _located(db, ids, _POINTS)}


def points(db: sqlite3.Connection, ids: list[int]) -> Iterator[tuple[int, float, float]]:
    """Return rowid, latitude and longitude of the places that are located, by rowid."""
    yield from _located(db, ids, "latitude, longitude")


def _located(db: sqlite3.Connection, ids: list[int], columns: str) -> Iterator[Any]:
    """Rowid and columns of the places that are located, by rowid."""
    located = f"SELECT id, {columns} FROM place WHERE latitude NOT NULL AND longitude NOT NULL"  # noqa: S608 (fixed names)
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        marks = ", ".join("?" * len(chunk))
        yield from db.execute(f"{located} AND id IN ({marks}) ORDER BY id", chunk)


def _listed(db: sqlite3.Connection, ids: list[int]) -> _Listed:
    """(rowid, facet) -> concept IRIs, or a plain value, for the facets that a list shows."""
    marks = ", ".join("?" * len(ids))
    rows = db.execute(
        "SELECT place, facet, iri FROM facet JOIN facet_term USING (facet, value)"  # noqa: S608 (only marks)
        " WHERE facet IN ('service', 'type', 'frais', 'acces', 'exemple', 'manque', 'position')"
        f" AND place IN ({marks})"
        " ORDER BY place, value",
        ids,
    )
    found: _Listed = {}
    for rowid, facet, iri in rows:
        found[rowid, facet] = (*found.get((rowid, facet), ()), iri)
    return found


def _view(row: tuple[Any, ...], listed: _Listed, near: tuple[float, float] | None) -> PlaceView:
    rowid = row[0]
    values = (listed.get((rowid, facet), ()) for facet in ("service", "type", "frais", "acces"))
    is_example = "oui" in listed.get((rowid, "exemple"), ())
    writes_hours = "horaires" not in listed.get((rowid, "manque"), ())
    both = (*row[_POSITION], *row[_OTHER])
    distance = reach_from(near)(*both) if near and None not in both else None
    is_doubtful = row[_POSITION] != row[_OTHER] or is_far_from_town(row[_INSEE], row[_POSITION])
    # By name: what stands at which place among so many is easily mistaken.
    marks: dict[str, Any] = {
        "is_example": is_example,
        "writes_hours": writes_hours,
        "distance_km": distance,
        "is_position_doubtful": is_doubtful,
        "is_at_centre": CENTRE_OF_COMMUNE in listed.get((rowid, "position"), ()),
    }
    return PlaceView(*row[: _OTHER.start], *values, **marks)


def _resource(row: tuple[str, str, str, str, str, str, int, str]) -> Resource:
    iri, pole, path, source, kind, title, gone, time = row
    return Resource(iri, pole, path, source, kind, title, bool(gone), time)
