"""All places at a glance: the home page, its map, and how many each département has."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, NotFound

from registry.search.query import FAMILIES, Query
from registry.web.places.outlines import drawing_size, outlines
from registry.web.places.view_query import parse_query
from registry.web.site import clock
from registry.web.site.labels import concept_label, departement_name, pole_title, short_address
from registry.web.site.node import current_node, page_url
from vocab.territory import departements
from vocab.text import name_key

blueprint = Blueprint("home", __name__)


@dataclass(frozen=True, slots=True)
class Row:
    """A département: its places, how many of them state their hours, its shade (0: no place)."""

    code: str
    name: str
    places: int
    with_hours: int
    shade: int


_MAX_ROWID = 2**63
_SHADES = 5
_SORTS: dict[str, Callable[[Row], tuple[object, ...]]] = {
    "nom": lambda row: (name_key(row.name),),
    "code": lambda row: (row.code,),
    "lieux": lambda row: (-row.places, name_key(row.name)),
}


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Show the home page."""
    index = current_node().index
    poles = [(pole, pole_title(pole.slug)) for pole in index.poles() if pole.resources]
    counted = index.by_departement()
    return render_template(
        "home.html",
        figures={
            "places": index.counts().get("Place", 0),
            "poles": len(poles),
            "departements": len(counted),
            "last_change": max((pole.last_change for pole in index.poles()), default=""),
        },
        poles=poles,
        regions=by_region(counted),
        services=index.facets(Query()).get("service", ()),
    )


@blueprint.get("/carte.json")
def points() -> ResponseReturnValue:
    """Give the places of a view as ``[latitude, longitude, family number, rowid]``, for the map."""
    query = parse_query(request.args, clock.now())
    response = jsonify(families=FAMILIES, points=current_node().index.points(query))
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/carte/<int:rowid>.json")
def point(rowid: int) -> ResponseReturnValue:
    """Return what the map shows of one place."""
    place = current_node().index.place_at(rowid) if rowid < _MAX_ROWID else None
    if place is None:
        raise NotFound
    return jsonify(
        name=place.name,
        address=short_address(place),
        services=[concept_label(iri) for iri in place.services],
        page=page_url(place.pole, place.path),
    )


def by_region(
    counts: Mapping[str, int],
) -> list[tuple[str, int, list[tuple[str, str, int]]]]:
    """Group the counts: (région, places, [(code, département, places)]), both by name."""
    counts = dict(counts)
    groups: dict[str, list[tuple[str, str, int]]] = {}
    for departement in departements():
        if departement.code in counts:
            row = (departement.code, departement.name, counts.pop(departement.code))
            groups.setdefault(departement.region.name, []).append(row)
    if counts:
        others = [(code, departement_name(code), count) for code, count in counts.items()]
        groups.setdefault("—", []).extend(others)
    return [
        (region, sum(row[2] for row in rows), sorted(rows, key=lambda row: name_key(row[1])))
        for region, rows in sorted(groups.items(), key=lambda group: name_key(group[0]))
    ]


@blueprint.get("/couverture")
def coverage() -> ResponseReturnValue:
    """Show how many places each département has, sorted by ``tri``: nom, code or lieux."""
    sort = request.args.get("tri", "nom")
    if sort not in _SORTS:
        raise BadRequest(f"tri={sort[:80]!r}: {', '.join(_SORTS)}")
    rows = _rows()
    steps, most = _steps([row.places for row in rows]), max(row.places for row in rows)
    width, height = drawing_size()
    return render_template(
        "coverage.html",
        rows=sorted(rows, key=_SORTS[sort]),
        shapes=[(shape, row) for shape in outlines() for row in rows if row.code == shape.code],
        legend=[
            (shade + 1, least, upto - 1)
            for shade, (least, upto) in enumerate(pairwise([*steps, most + 1]))
        ],
        empty=sum(not row.places for row in rows),
        sort=sort,
        width=width,
        height=height,
    )


def _rows() -> list[Row]:
    index = current_node().index
    counts = index.by_departement()
    timeless = index.facets(Query(filters={"manque": ("horaires",)})).get("departement", ())
    without = {item.value: item.count for item in timeless}
    steps = _steps(list(counts.values()))
    return [
        Row(code, departement_name(code), count, count - without.get(code, 0),
            bisect_right(steps, count) if count else 0)
        for code in sorted({shape.code for shape in outlines()} | counts.keys())
        for count in (counts.get(code, 0),)
    ]  # fmt: skip


def _steps(counts: list[int]) -> list[int]:
    """The least count of each shade: as many départements in one as in another."""
    held = sorted(count for count in counts if count)
    return sorted({held[len(held) * part // _SHADES] for part in range(_SHADES)}) if held else []
