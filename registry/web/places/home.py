"""The home page: a search, the figures of the network, the map and what surrounds it."""

from dataclasses import dataclass

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.search import FAMILIES, DepartmentCount, Query
from registry.web.places.view_query import parse_query
from registry.web.site import clock
from registry.web.site.labels import concept_label, departement_name, pole_title, short_address
from registry.web.site.links import page_url
from registry.web.site.node import current_node
from vocab.territory import departements
from vocab.text import name_key

blueprint = Blueprint("home", __name__)

_MAX_ROWID = 2**63


@dataclass(frozen=True, slots=True)
class Figures:
    """What the home page counts."""

    places: int
    poles: int
    departements: int
    last_change: str


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Show the home page."""
    index = current_node().index
    poles = index.poles()
    counted = index.by_departement()
    figures = Figures(
        places=index.counts().get("Place", 0),
        poles=sum(1 for pole in poles if pole.resources),
        departements=len(counted),
        last_change=max((pole.last_change for pole in poles), default=""),
    )
    return render_template(
        "home.html",
        figures=figures,
        poles=[(pole, pole_title(pole.slug)) for pole in poles if pole.resources],
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
    counted: tuple[DepartmentCount, ...],
) -> list[tuple[str, int, list[tuple[str, str, int]]]]:
    """Group the counts: (région, places, [(code, département, places)]), both by name."""
    counts = {item.code: item.count for item in counted}
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
