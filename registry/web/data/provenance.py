"""From the IRI of a source, a harvest or their graph, as SPARQL gives it, to what it identifies."""

from collections.abc import Iterator
from datetime import datetime

import pyoxigraph as ox
from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Gone, NotFound

from registry.ledger.namespaces import relayed
from registry.ledger.types import Harvest, Source
from registry.store.projected import Naming
from registry.web.answer.negotiate import Form, accepted_form, send_record, split_suffix
from registry.web.harvests.listing import harvest_or_404
from registry.web.site.node import absolute, current_node
from vocab.namespaces import DCAT, DCT, PROV, RDF, VOID, XSD
from vocab.records import Record, line_of

blueprint = Blueprint("provenance", __name__)


@blueprint.get("/source/<name>")
def source(name: str) -> ResponseReturnValue:
    """Send people to the source on its pole's page (303), and machines its description."""
    node = current_node()
    slug, form = split_suffix(name)
    found = node.ledger.source(slug)
    if found is None:
        raise Gone if node.ledger.harvests(slug, 1) else NotFound
    place = f"source-{slug}"
    page = absolute(f"/pole/{found.pole}#{place}")
    pole = next(node.index.resources("Pole", found.pole), None)
    described = source_record(
        found,
        _naming(),
        page=page,
        publisher=pole.iri if pole else "",
        changed=node.ledger.last_changed(slug),
    )
    shown = url_for("poles.pole", slug=found.pole, _anchor=place)
    return _answered(described, form, page, shown)


@blueprint.get("/harvest/<name>")
def harvest(name: str) -> ResponseReturnValue:
    """Send people to the report of a harvest (303), and machines what SPARQL says of it."""
    number, form = split_suffix(name)
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        raise NotFound
    found = harvest_or_404(int(number))
    page = absolute(f"/moissons/{found.id}")
    shown = url_for("harvests.report", harvest_id=found.id)
    return _answered(harvest_record(found, _naming()), form, page, shown)


@blueprint.get("/graph/harvests")
def harvests_graph() -> ResponseReturnValue:
    """Send people from the graph of harvests to their list (303), and machines to its triples."""
    shown = url_for("harvests.listing")
    if accepted_form() is not None:
        shown = url_for("sparql.endpoint", graph=_naming().harvests_graph)
    response = redirect(shown, 303)
    response.vary.add("Accept")
    return response


def _naming() -> Naming:
    return Naming(current_node().config.base_url)


def _answered(record: Record, form: Form | None, page: str, shown: str) -> ResponseReturnValue:
    form = form or accepted_form()
    if form is not None:
        return send_record(record, form, page)
    response = redirect(shown, 303)
    response.vary.add("Accept")
    return response


_Term = ox.NamedNode | ox.Literal


def source_record(
    source: Source, naming: Naming, *, page: str, publisher: str = "", changed: datetime | None
) -> Record:
    """Describe a source as the data set that its records are in.

    What it passes on for others is derived from their namespaces: the records themselves keep
    their IRIs and say who stated them.

    Args:
        source: a source in force.
        naming: how this node names its own things.
        page: address of the page about it.
        publisher: IRI of its pole; empty when the pole has not described itself.
        changed: when a record of it last changed; None for never.
    """
    iri = naming.source(source.slug)
    subject = ox.NamedNode(iri)
    pairs = _statements(source, page, publisher, changed)
    lines = {line_of(ox.Triple(subject, ox.NamedNode(name), value)) for name, value in pairs}
    return Record(iri, tuple(sorted(lines)))


def _statements(
    source: Source, page: str, publisher: str, changed: datetime | None
) -> Iterator[tuple[str, _Term]]:
    yield f"{RDF}type", ox.NamedNode(f"{VOID}Dataset")
    yield f"{RDF}type", ox.NamedNode(f"{DCAT}Dataset")
    yield f"{DCT}title", ox.Literal(source.title or source.slug)
    yield f"{DCT}identifier", ox.Literal(source.slug)
    yield f"{DCAT}landingPage", ox.NamedNode(page)
    for space in source.namespaces:
        yield f"{VOID}uriSpace", ox.Literal(space)
    for space in relayed(source):
        yield f"{PROV}wasDerivedFrom", ox.NamedNode(space)
    if source.url.startswith(("http://", "https://")):
        yield f"{DCT}source", ox.NamedNode(source.shown_url)
    if publisher:
        yield f"{DCT}publisher", ox.NamedNode(publisher)
    if changed is not None:
        moment = ox.NamedNode(f"{XSD}dateTime")
        yield f"{DCT}modified", ox.Literal(changed.isoformat(), datatype=moment)


def harvest_record(harvest: Harvest, naming: Naming) -> Record:
    """Describe a harvest as SPARQL does."""
    return Record(naming.harvest(harvest.id), tuple(sorted(naming.harvest_lines(harvest))))
