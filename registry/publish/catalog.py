"""DCAT and VoID of what is published: the folder as a catalogue of one dataset in several forms.

Written towards DCAT-AP 3.0.1. Every IRI that a validator would want typed is typed here, because
validators do not fetch the lists that those IRIs come from.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from registry.formats.jsonld import jsonld_document
from registry.formats.rdf import rdfxml
from registry.formats.turtle import in_ascii, turtle
from registry.publish.distributions import EU, PUBLIC, Distributions
from registry.publish.dumps import DUMPS
from registry.publish.pole import PoleDescription
from registry.publish.state import StateFacts
from registry.publish.triples import link, texts, typed, value
from vocab.files import Written
from vocab.insee import territory_iri
from vocab.messages import Message
from vocab.namespaces import MED_ONTOLOGY, expand
from vocab.records import Record, line_of

_PERIOD = "_:period"
_THEMES = f"{EU}data-theme"
_SOCIETY = f"{EU}data-theme/SOCI"


def _ascii_turtle(record: Record) -> bytes:
    return in_ascii(turtle(record).decode()).encode()


def _ascii_json(record: Record) -> bytes:
    return (json.dumps(jsonld_document(record), indent=1) + "\n").encode()


def _ascii_xml(record: Record) -> bytes:
    return rdfxml(record).decode().encode("ascii", "xmlcharrefreplace")


WRITERS = {"catalog.ttl": _ascii_turtle, "catalog.jsonld": _ascii_json, "catalog.rdf": _ascii_xml}
"""How each form of the catalogue is written, by its path.

In ASCII: static hosts send no charset, and harvesters then take text for Latin-1.
"""


@dataclass(frozen=True, slots=True)
class Publication:
    """All that the catalogue and the human page say.

    Attributes:
        pole: who publishes.
        state: counts of the current state.
        changes: how many changes the stream holds.
        since: time of the first change as ``xsd:dateTime``; empty when there is none.
        until: time of the last change; empty when there is none.
        dumps: every dump as it was written.
        root_size: bytes of the root of the stream.
    """

    pole: PoleDescription
    state: StateFacts
    changes: int
    since: str
    until: str
    dumps: tuple[Written, ...]
    root_size: int


def catalog_record(publication: Publication) -> Record:
    """Build the catalogue as one record, named by the folder's address.

    No ledger keeps it, so that it may have one blank node: the period of time. Portals fetch a
    period that has an address (udata), and would take it for an entry of a list.
    """
    triples = _Catalog(publication).triples()
    lines = sorted({line_of(triple) for triple in triples})
    return Record(publication.pole.feed_url, tuple(lines))


class _Catalog:
    """Writes the triples of a publication."""

    def __init__(self, publication: Publication) -> None:
        self._publication = publication
        self._pole = publication.pole
        self._catalog = publication.pole.feed_url
        self._dataset = f"{publication.pole.feed_url}#dataset"

    def triples(self) -> Iterator[ox.Triple]:
        yield from self._catalog_itself()
        yield from self._dataset_itself()
        yield from self._agents()
        yield from self._coverage()
        yield from self._counts()
        yield from self._forms()

    def _catalog_itself(self) -> Iterator[ox.Triple]:
        name = self._pole.name
        yield link(self._catalog, "rdf:type", expand("dcat:Catalog"))
        yield link(self._catalog, "dcat:dataset", self._dataset)
        title = Message("Data published by {name}", name=name)
        yield from texts(self._catalog, "dct:title", title)
        yield from self._described(self._catalog)
        yield from typed(
            self._catalog, "foaf:homepage", f"{self._catalog}index.html", "foaf:Document"
        )
        yield from typed(self._catalog, "dcat:themeTaxonomy", _THEMES, "skos:ConceptScheme")
        yield from texts(_THEMES, "dct:title", Message("Data themes"))

    def _dataset_itself(self) -> Iterator[ox.Triple]:
        name = self._pole.name
        for cls in ("dcat:Dataset", "void:Dataset"):
            yield link(self._dataset, "rdf:type", expand(cls))
        yield value(self._dataset, "dct:identifier", self._dataset)
        title = Message("Digital mediation places: {name}", name=name)
        yield from texts(self._dataset, "dct:title", title)
        yield from self._described(self._dataset)
        for word in (Message("digital mediation"), Message("digital inclusion")):
            yield from texts(self._dataset, "dcat:keyword", word)
        yield from typed(self._dataset, "dcat:theme", _SOCIETY, "skos:Concept")
        yield link(_SOCIETY, "skos:inScheme", _THEMES)
        yield from texts(_SOCIETY, "skos:prefLabel", Message("Population and society"))
        yield from typed(
            self._dataset, "dct:accrualPeriodicity", f"{EU}frequency/UPDATE_CONT", "dct:Frequency"
        )
        yield from typed(self._dataset, "dct:accessRights", PUBLIC, "dct:RightsStatement")
        yield from typed(self._dataset, "dct:conformsTo", MED_ONTOLOGY, "dct:Standard")
        yield from typed(
            self._dataset, "dcat:landingPage", f"{self._catalog}index.html", "foaf:Document"
        )
        yield link(self._dataset, "dcat:contactPoint", f"{self._catalog}#contact")

    def _described(self, subject: str) -> Iterator[ox.Triple]:
        """What catalogue and dataset say alike."""
        said = Message(
            "Digital mediation places published by {name}: current state and the full feed of "
            "changes, deletions included.",
            name=self._pole.name,
        )
        yield from texts(subject, "dct:description", said)
        yield from texts(subject, "dct:description", self._pole.description)
        yield link(subject, "dct:publisher", self._pole.iri)
        yield from typed(subject, "dct:license", self._pole.licence, "dct:LicenseDocument")
        yield from typed(subject, "dct:language", f"{EU}language/FRA", "dct:LinguisticSystem")
        for code in self._pole.departements:
            yield from typed(subject, "dct:spatial", territory_iri(code), "dct:Location")
        if self._publication.state.box:
            yield from typed(subject, "dct:spatial", f"{self._catalog}#coverage", "dct:Location")
        if self._publication.until:
            yield value(subject, "dct:issued", self._publication.since, "dateTime")
            yield value(subject, "dct:modified", self._publication.until, "dateTime")

    def _agents(self) -> Iterator[ox.Triple]:
        yield link(self._pole.iri, "rdf:type", expand("foaf:Agent"))
        yield from texts(self._pole.iri, "foaf:name", self._pole.name)
        contact = f"{self._catalog}#contact"
        for cls in ("vcard:Kind", "vcard:Organization"):
            yield link(contact, "rdf:type", expand(cls))
        yield from texts(contact, "vcard:fn", self._pole.name)
        if self._pole.contact_email:
            yield link(contact, "vcard:hasEmail", f"mailto:{self._pole.contact_email}")
        if self._pole.telephone:
            yield link(contact, "vcard:hasTelephone", f"tel:{self._pole.telephone}")
        # A contact with neither address nor page is none: portals drop it.
        yield link(contact, "vcard:hasURL", self._pole.homepage or f"{self._catalog}index.html")

    def _coverage(self) -> Iterator[ox.Triple]:
        if self._publication.state.box:
            west, south, east, north = self._publication.state.box
            corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
            polygon = ", ".join(f"{longitude} {latitude}" for longitude, latitude in corners)
            yield ox.Triple(
                ox.NamedNode(f"{self._catalog}#coverage"),
                ox.NamedNode(expand("dcat:bbox")),
                ox.Literal(
                    f"POLYGON(({polygon}))", datatype=ox.NamedNode(expand("geo:wktLiteral"))
                ),
            )
        if self._publication.until:
            yield from typed(self._dataset, "dct:temporal", _PERIOD, "dct:PeriodOfTime")
            yield value(_PERIOD, "dcat:startDate", self._publication.since, "dateTime")
            yield value(_PERIOD, "dcat:endDate", self._publication.until, "dateTime")

    def _counts(self) -> Iterator[ox.Triple]:
        state = self._publication.state
        yield value(self._dataset, "void:triples", state.triples, "integer")
        yield value(self._dataset, "void:entities", state.records, "integer")
        yield value(self._dataset, "void:classes", len(state.classes), "integer")
        if state.is_within(self._pole.namespace):  # a registry holds the records of others
            yield value(self._dataset, "void:uriSpace", self._pole.namespace)
        for number, (cls, count) in enumerate(state.classes, start=1):
            part = f"{self._catalog}#class-{number}"
            yield link(self._dataset, "void:classPartition", part)
            yield link(part, "void:class", cls)
            yield value(part, "void:entities", count, "integer")
        yield from self._properties()

    def _properties(self) -> Iterator[ox.Triple]:
        """What planners of federated queries choose a data set by (VoID, section 4.5)."""
        state = self._publication.state
        yield value(self._dataset, "void:properties", len(state.properties), "integer")
        yield value(self._dataset, "void:distinctSubjects", state.subjects, "integer")
        for number, (name, triples, subjects) in enumerate(state.properties, start=1):
            part = f"{self._catalog}#property-{number}"
            yield link(self._dataset, "void:propertyPartition", part)
            yield link(part, "void:property", name)
            yield value(part, "void:triples", triples, "integer")
            yield value(part, "void:distinctSubjects", subjects, "integer")

    def _forms(self) -> Iterator[ox.Triple]:
        publication = self._publication
        forms = Distributions(
            self._catalog, self._pole.licence, publication.since, publication.until
        )
        yield from forms.stream(self._pole.stream_iri, publication.root_size)
        for dump, file in zip(DUMPS, publication.dumps, strict=True):
            yield from forms.dump(dump, file)
