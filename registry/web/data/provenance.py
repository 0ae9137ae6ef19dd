"""From the IRI of a source, a harvest or their graph, as SPARQL gives it, to what it identifies.

Every live record says by ``void:inDataset`` which source it came through, and harvests are
``prov:Activity``: whoever meets such an IRI in SPARQL can ask it what it is (VoID, PROV-O, DCAT 3).
"""

from collections.abc import Iterator

import pyoxigraph as ox
from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Gone, NotFound

from registry.ledger.namespaces import relayed
from registry.ledger.types import Source
from registry.store.projected import Naming
from registry.web.answer.negotiate import Form, accepted_form, see_other, send_record, split_suffix
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
    iri = _naming().source(slug)
    lines = (
        line_of(ox.Triple(ox.NamedNode(iri), ox.NamedNode(name), value))
        for name, value in _statements(found, page)
    )
    shown = url_for("poles.pole", slug=found.pole, _anchor=place)
    return _answered(Record(iri, tuple(sorted(set(lines)))), form, page, shown)


@blueprint.get("/harvest/<name>")
def harvest(name: str) -> ResponseReturnValue:
    """Send people to the report of a harvest (303), and machines what SPARQL says of it."""
    number, form = split_suffix(name)
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        raise NotFound
    found = harvest_or_404(int(number))
    page = absolute(f"/moissons/{found.id}")
    shown = url_for("harvests.report", harvest_id=found.id)
    naming = _naming()
    described = Record(naming.harvest(found.id), tuple(sorted(naming.harvest_lines(found))))
    return _answered(described, form, page, shown)


@blueprint.get("/graph/harvests")
def harvests_graph() -> ResponseReturnValue:
    """Send people from the graph of harvests to their list (303), and machines to its triples."""
    shown = url_for("harvests.listing")
    if accepted_form() is not None:
        shown = url_for("sparql.endpoint", graph=_naming().harvests_graph)
    return see_other(shown)


def _naming() -> Naming:
    return Naming(current_node().config.base_url)


def _answered(record: Record, form: Form | None, page: str, shown: str) -> ResponseReturnValue:
    form = form or accepted_form()
    if form is not None:
        return send_record(record, form, page)
    return see_other(shown)


def _statements(source: Source, page: str) -> Iterator[tuple[str, ox.NamedNode | ox.Literal]]:
    """What a source is: the data set that its records are in.

    What it passes on for others is derived from their namespaces: the records themselves keep
    their IRIs and say who stated them.
    """
    node = current_node()
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
    if pole := next(node.index.resources("Pole", source.pole), None):
        yield f"{DCT}publisher", ox.NamedNode(pole.iri)
    if changed := node.ledger.last_changed(source.slug):
        moment = ox.NamedNode(f"{XSD}dateTime")
        yield f"{DCT}modified", ox.Literal(changed.isoformat(), datatype=moment)
