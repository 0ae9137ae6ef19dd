"""The list of places: the same view as the map, in words, and as files of the selection.

Where a view holds no place: nearby views that do.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from registry.formats.csv_dialects import EXCEL, STRICT
from registry.formats.geojson import geojson_feature
from registry.formats.national import csv_header, csv_rows, national_object
from registry.publish.chunks import forms_fingerprint
from registry.publish.manifest import read_manifest
from registry.search.hours import open_state
from registry.search.query import FACETS, FacetValue, Query
from registry.web.answer.exports import Export, send_export, send_prepared
from registry.web.places.view_query import parse_query, query_string
from registry.web.site import clock
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import number
from registry.web.site.labels import facet_label, facet_name, moment
from registry.web.site.node import current_node
from vocab.mapping import national_row
from vocab.records import Record

if TYPE_CHECKING:
    from registry.node import Node
from registry.web.places.outlines import neighbours
from registry.web.site.labels import departement_label
from vocab.territory import departements
from vocab.text import name_key

blueprint = Blueprint("places", __name__)

_HIDDEN_FACETS = ("departement",)  # has its own field in the form
MAX_SUGGESTIONS = 8
_WIDER_KM = 200.0
_WHOLE_LIST_SHARE = 4
_PUBLISHED_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet in the form."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class FacetField:
    """A facet in the form."""

    name: str
    title: str
    choices: tuple[Choice, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A narrowing in force, with the view that remains when it is taken off."""

    label: str
    without: str


@blueprint.get("/lieux")
def listing() -> ResponseReturnValue:
    """Show one page of the places of a view."""
    index = current_node().index
    query = parse_query(request.args, clock.now())
    page = index.search(query)
    facets = index.facets(query)
    groups = tuple(_group(name, values, query) for name, values in facets.items())
    return render_template(
        "places.html",
        query=query,
        page=page,
        groups=[group for group in groups if group.name not in _HIDDEN_FACETS],
        departements=next((g.choices for g in groups if g.name == "departement"), ()),
        chips=_chips(query),
        suggestions=suggestions(query) if not page.total else [],
        states=[
            open_state(place.hours, place.departement, query.open_at or clock.now())
            for place in page.places
        ],
        view=query_string(query),
        page_view=lambda number: query_string(query, page=number),
    )


@blueprint.get("/lieux.csv")
def as_csv() -> ResponseReturnValue:
    """Return the view in the national standard v1.0.2; ``?variante=excel`` for spreadsheets."""
    is_excel = request.args.get("variante") == "excel"
    dialect = EXCEL if is_excel else STRICT

    def body(records: Iterator[Record]) -> Iterator[bytes]:
        rows = (csv_rows([national_row(record)], dialect) for record in records)
        return chain([csv_header(dialect)], rows)

    dump = "dumps/places-excel.csv" if is_excel else "dumps/places.csv"
    return _exported("lieux.csv", "text/csv; charset=utf-8", body, dump)


@blueprint.get("/lieux.geojson")
def as_geojson() -> ResponseReturnValue:
    """Return the located places of the view as a GeoJSON collection (RFC 7946)."""

    def body(records: Iterator[Record]) -> Iterator[bytes]:
        located = (item for item in map(geojson_feature, records) if item)
        return _json_list(located, '{"type":"FeatureCollection","features":[')

    return _exported("lieux.geojson", "application/geo+json", body, "dumps/places.geojson")


@blueprint.get("/lieux.json")
def as_json() -> ResponseReturnValue:
    """Return the view as JSON with the national names, ``iri`` added."""

    def body(records: Iterator[Record]) -> Iterator[bytes]:
        return _json_list(map(national_object, records), '{"places":[')

    return _exported("lieux.json", "application/json", body)


def _json_list(items: Iterable[dict[str, object]], start: str) -> Iterator[bytes]:
    yield start.encode()
    separator = "\n"
    for item in items:
        yield (separator + json.dumps(item, ensure_ascii=False)).encode()
        separator = ",\n"
    yield b"\n]}\n"


def _exported(
    name: str,
    content_type: str,
    body: Callable[[Iterator[Record]], Iterable[bytes]],
    dump: str = "",
) -> Response:
    """Send the requested view as a file; that of all places is the dump, if it is not behind.

    Args:
        name: name of the file.
        content_type: what it is.
        body: writes it.
        dump: the published file that holds the same of all places.
    """
    node, query = current_node(), parse_query(request.args, clock.now())
    is_whole = replace(query, sort="", page=1) == Query()
    if dump and is_whole and _is_published(node):
        with suppress(OSError):
            return send_prepared(node.config.publication / dump, Export(name, content_type))
    count = node.index.count(query)
    state = None if query.open_at else (
        node.index.state(), node.ledger.head(), forms_fingerprint(), request.args.get("variante"),
        query_string(query),
    )  # fmt: skip
    description = Export(name, content_type, state, count)
    return send_export(description, lambda: body(_records(node, query, count)))


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


def _group(name: str, values: tuple[FacetValue, ...], query: Query) -> FacetField:
    chosen = set(query.filters.get(name, ()))
    choices = [
        Choice(
            item.value, facet_label(name, item.value, item.iri), item.count, item.value in chosen
        )
        for item in values
    ]
    if name == "departement":
        choices.sort(key=lambda choice: choice.value)
    return FacetField(name, facet_name(name), tuple(choices), bool(chosen) or name == "service")


def _chips(query: Query) -> list[Chip]:
    facets = (Chip(label, query_string(without)) for label, without in _without_facets(query))
    return [*_limits(query), *facets]


def _without_facets(query: Query) -> Iterator[tuple[str, Query]]:
    """Each chosen value of a facet in words, with the view without it."""
    terms = current_node().index.terms()
    for facet in FACETS:
        for value in query.filters.get(facet, ()):
            label = facet_label(facet, value, terms.get((facet, value), value))
            rest = tuple(other for other in query.filters[facet] if other != value)
            filters = {name: values for name, values in query.filters.items() if name != facet}
            yield label, replace(query, filters=filters | ({facet: rest} if rest else {}))


def _limits(query: Query) -> Iterator[Chip]:
    """What narrows the view beside its facets: all of it is shown, none can only be guessed."""
    if query.locality:
        yield Chip(query.locality, query_string(replace(query, locality="")))
    if query.text:
        yield Chip(_("“{text}”", text=query.text), query_string(replace(query, text="")))
    if query.near:
        label = _("within {km} km", km=number(query.radius_km))
        yield Chip(label, query_string(replace(query, near=None)))
    if query.bbox:
        yield Chip(_("in this map frame"), query_string(replace(query, bbox=None)))
    if query.open_at:
        at_clock = _("open on {moment}", moment=moment(query.open_at))
        label = _("Open now") if query.open_at.tzinfo else at_clock
        yield Chip(label, query_string(replace(query, open_at=None)))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A view that holds places: what it changes, in words, its parameters and its count."""

    label: str
    view: str
    count: int


def suggestions(query: Query) -> list[Suggestion]:
    """Return the least changes that bring places, in the order of how little they give up."""
    found: list[Suggestion] = []
    seen: set[str] = set()
    for label, other in _candidates(query):
        view = query_string(other)
        if view in seen or len(found) == MAX_SUGGESTIONS:
            continue
        seen.add(view)
        count = current_node().index.count(other)
        if count:
            found.append(Suggestion(label, view, count))
    return found


def _candidates(query: Query) -> Iterator[tuple[str, Query]]:
    yield from _as_departement(query)
    yield from _without_one(query)
    yield from _bordering(query)
    if query.text:
        yield _("“{text}” everywhere", text=query.text), Query(text=query.text)
        words = query.text.split()
        if len(words) > 1:
            for word in words:
                yield _("“{text}” only", text=word), replace(query, text=word)
        yield _("without the words “{text}”", text=query.text), replace(query, text="")


def _as_departement(query: Query) -> Iterator[tuple[str, Query]]:
    """The département whose name or code was typed where a commune or a postcode belongs."""
    typed = name_key(query.locality)
    for found in departements() if typed else ():
        if typed in (name_key(found.code), name_key(found.name)):
            filters = {**query.filters, "departement": (found.code,)}
            label = departement_label(found.code)
            yield label, replace(query, locality="", filters=filters)


def _without_one(query: Query) -> Iterator[tuple[str, Query]]:
    """Each narrowing but words taken off, moments and areas first."""
    if query.open_at:
        yield _("at any time"), replace(query, open_at=None)
    if query.near and query.radius_km < _WIDER_KM:
        yield _("up to {km} km", km=int(_WIDER_KM)), replace(query, radius_km=_WIDER_KM)
    if query.near:
        yield _("at any distance"), replace(query, near=None)
    if query.bbox:
        yield _("outside this map frame"), replace(query, bbox=None)
    if query.locality:
        yield _("elsewhere than “{name}”", name=query.locality), replace(query, locality="")
    for label, without in _without_facets(query):
        yield _("without the filter {name}", name=label), without


def _bordering(query: Query) -> Iterator[tuple[str, Query]]:
    """The same view in each département that borders the chosen one."""
    chosen = query.filters.get("departement", ())
    if len(chosen) != 1:
        return
    for code in neighbours(chosen[0]):
        filters = {**query.filters, "departement": (code,)}
        yield _("next door: {name}", name=departement_label(code)), replace(query, filters=filters)
