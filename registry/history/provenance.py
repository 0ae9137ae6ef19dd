"""Descriptions, as records, of the IRIs that this node gives to sources and harvests.

Every live record says by ``void:inDataset`` which source it came through, and harvests are
``prov:Activity``: whoever meets such an IRI in SPARQL can ask it what it is (VoID, PROV-O, DCAT 3).
"""

from collections.abc import Iterator
from datetime import datetime

import pyoxigraph as ox

from registry.ledger.namespaces import relayed
from registry.ledger.types import Harvest, Source
from registry.store.projected import Naming
from vocab.namespaces import DCAT, DCT, PROV, RDF, VOID, XSD
from vocab.records import Record, line_of

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
