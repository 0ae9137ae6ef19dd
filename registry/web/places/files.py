"""The places of a view as files: CSV, GeoJSON and JSON, by the same reading of what was typed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from registry.find.answer import Asked, Finder, Resolved
from registry.find.areas import Area
from registry.formats.csv_dialects import EXCEL, STRICT
from registry.formats.geojson import geojson_feature
from registry.formats.national import columns_for, csv_header, csv_rows, national_object
from registry.publish.chunks import forms_fingerprint
from registry.publish.manifest import read_manifest
from registry.search.query import Query
from registry.web.answer.exports import Export, send_export, send_prepared
from registry.web.places.file_names import file_name
from registry.web.places.set_aside import parameters_set_aside
from registry.web.places.view_query import parse_asked, query_string
from registry.web.site import clock
from registry.web.site.node import absolute_link, current_node
from registry.web.site.unused import refuse_unused
from vocab.mapping import national_row
from vocab.namespaces import SCHEMES
from vocab.properties import EXPORTED
from vocab.records import Record

if TYPE_CHECKING:
    from registry.node import Node

blueprint = Blueprint("place_files", __name__)

_WHOLE_LIST_SHARE = 4
_PUBLISHED_WITHIN = timedelta(minutes=10)


@blueprint.get("/lieux.csv")
def as_csv() -> ResponseReturnValue:
    """Return the view in the national standard v1.0.2; ``?variante=excel`` for spreadsheets."""
    is_excel = request.args.get("variante") == "excel"
    dialect = EXCEL if is_excel else STRICT

    def body(records: Iterator[Record], found: Resolved) -> Iterator[bytes]:
        columns = columns_for(_may_say_more(found.query))
        rows = (csv_rows([national_row(record)], dialect, columns) for record in records)
        return chain([csv_header(dialect, columns)], rows)

    dump = "dumps/places-excel.csv" if is_excel else "dumps/places.csv"
    return _exported("csv", "text/csv; charset=utf-8", body, dump)


def _may_say_more(query: Query) -> bool:
    """Whether a place of a view may fill a column that the standard does not have.

    What no filter counts may be anywhere.
    """
    further = [prop for prop in EXPORTED if not prop.standard]
    if not all(prop.facet for prop in further):
        return True
    found = current_node().index.facets(query) if further else {}
    return any(prop.facet in found for prop in further)


@blueprint.get("/lieux.geojson")
def as_geojson() -> ResponseReturnValue:
    """Return the located places of the view as a GeoJSON collection (RFC 7946)."""

    def body(records: Iterator[Record], _: Resolved) -> Iterator[bytes]:
        located = (item for item in map(geojson_feature, records) if item)
        return _json_list(located, '{"type":"FeatureCollection","features":[')

    return _exported("geojson", "application/geo+json", body, "dumps/places.geojson")


@blueprint.get("/lieux.json")
def as_json() -> ResponseReturnValue:
    """Return the view as JSON with the national names, ``iri`` added, and how it was understood."""

    def body(records: Iterator[Record], found: Resolved) -> Iterator[bytes]:
        start = {
            "understood": _understood_object(parse_asked(request.args, clock.now()), found),
            "places": (),
        }
        head, _, _ = json.dumps(start, ensure_ascii=False).rpartition("]")
        return _json_list(map(national_object, records), head)

    return _exported("json", "application/json", body)


def _understood_object(asked: Asked, found: Resolved) -> dict[str, object]:
    """Return how a question was read, for programs: IRIs of concepts, the area, the circle."""
    understood, area = found.understood, found.area
    unused = understood.located.unused if understood.located else ""
    ignored = (f"{name}={value}" for name, value in parameters_set_aside(asked, found))
    return {
        "services": [SCHEMES + name for name in understood.declared],
        "probably": [SCHEMES + name for name in understood.probable],
        "care": [SCHEMES + name for name in understood.care],
        "words": " ".join(understood.names),
        "not_considered": [*understood.set_aside, *filter(None, (unused,)), *ignored],
        "when": str(understood.moment or ""),
        "area": _area_object(area) if area else None,
        "radius_km": found.radius_km,
        "choose": [_area_object(one) for one in found.must_choose],
        "total": current_node().index.count(found.query),
    }


def _area_object(area: Area) -> dict[str, object]:
    latitude, longitude = area.point or (None, None)
    return {
        "kind": area.kind,
        "code": area.code,
        "name": area.name,
        "latitude": latitude,
        "longitude": longitude,
        "approximate": area.point is not None and not area.exact,
    }


def _json_list(items: Iterable[dict[str, object]], start: str) -> Iterator[bytes]:
    yield start.encode()
    separator = "\n"
    for item in items:
        yield (separator + json.dumps(item, ensure_ascii=False)).encode()
        separator = ",\n"
    yield b"\n]}\n"


def _exported(
    ending: str,
    content_type: str,
    body: Callable[[Iterator[Record], Resolved], Iterable[bytes]],
    dump: str = "",
) -> Response:
    """Send the requested view as a file; that of all places is the dump, if it is not behind.

    Args:
        ending: how its name ends, without the dot.
        content_type: what it is.
        body: writes it.
        dump: the published file that holds the same of all places.
    """
    node, asked = current_node(), parse_asked(request.args, clock.now())
    variant = request.args.get("variante")
    refuse_unused()
    found = Finder(node.index).resolve(asked)
    query, count = found.query, node.index.count(found.query)
    name = file_name(asked, found, ending)
    if dump and query.is_all and _is_published(node):
        with suppress(OSError):
            return send_prepared(node.config.publication / dump, Export(name, content_type))
    state = None if query.ages else (
        node.index.state(), node.ledger.head(), forms_fingerprint(), variant, query_string(asked),
    )  # fmt: skip
    description = Export(name, content_type, state, count)
    response = send_export(description, lambda: body(_records(node, query, count), found))
    if ending != "json":  # what has no room to say so itself
        read = absolute_link(f"{url_for('place_files.as_json')}?{query_string(asked)}")
        response.headers.add("Link", f'<{read}>; rel="describedby"; type="application/json"')
    return response


def _is_published(node: Node) -> bool:
    """Whether the published dumps are of the ledger's head, or soon will be."""
    manifest = read_manifest(node.config.publication)
    if manifest is None:
        return False
    if manifest.head == node.ledger.head():
        return True
    latest = node.ledger.harvests(None, 1)
    return bool(latest) and clock.now() - latest[0].ended < _PUBLISHED_WITHIN


def _records(node: Node, query: Query, count: int) -> Iterator[Record]:
    """The records of a view: streamed whole when it is a large share, else one by one."""
    iris = node.index.iris(query)
    if count * _WHOLE_LIST_SHARE < node.index.count(Query()):
        for iri in iris:
            record = node.ledger.record(iri)
            if record is not None:
                yield record
        return
    chosen = set(iris)
    yield from (record for record in node.ledger.records() if record.iri in chosen)
