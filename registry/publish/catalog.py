"""DCAT and VoID of what is published: the folder as a catalogue of one dataset in several forms.

Written towards DCAT-AP 3.0.1. Every IRI that a validator would want typed is typed here, because
validators do not fetch the lists that those IRIs come from.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from registry.formats.jsonld import jsonld
from registry.formats.rdf import rdfxml
from registry.formats.turtle import turtle
from registry.publish.dumps import DUMPS, Dump
from registry.publish.files import Written
from registry.publish.pole import PoleDescription
from registry.publish.state import StateFacts
from registry.publish.stream import ROOT_PATH
from vocab.insee import territory_iri
from vocab.namespaces import MED_ONTOLOGY, XSD, expand
from vocab.records import Record, line_of

_EU = "http://publications.europa.eu/resource/authority/"
_IANA = "https://www.iana.org/assignments/media-types/"
_FEATURES = "http://www.w3.org/ns/formats/"
_VOID_FEATURES = {"RDF_N_TRIPLES": "N-Triples", "RDF_TURTLE": "Turtle", "JSON_LD": "JSON-LD"}

WRITERS = {"catalog.ttl": turtle, "catalog.jsonld": jsonld, "catalog.rdf": rdfxml}
"""How each form of the catalogue is written, by its path."""


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
    """

    pole: PoleDescription
    state: StateFacts
    changes: int
    since: str
    until: str
    dumps: tuple[Written, ...]


def catalog_record(publication: Publication) -> Record:
    """Build the catalogue as one record without blank nodes, named by the folder's address."""
    triples = _Catalog(publication).triples()
    lines = sorted({line_of(triple) for triple in triples})
    return Record(publication.pole.feed_url, tuple(lines))


class _Catalog:
    """Writes the triples of a publication."""

    def __init__(self, publication: Publication) -> None:
        self._told = publication
        self._pole = publication.pole
        self._catalog = publication.pole.feed_url
        self._dataset = f"{publication.pole.feed_url}#dataset"

    def triples(self) -> Iterator[ox.Triple]:
        yield from self._catalog_itself()
        yield from self._dataset_itself()
        yield from self._agents()
        yield from self._coverage()
        yield from self._counts()
        yield from self._stream()
        for dump, file in zip(DUMPS, self._told.dumps, strict=True):
            yield from self._distribution(dump, file)

    def _catalog_itself(self) -> Iterator[ox.Triple]:
        name = self._pole.name
        yield _link(self._catalog, "rdf:type", expand("dcat:Catalog"))
        yield _link(self._catalog, "dcat:dataset", self._dataset)
        yield from _texts(
            self._catalog, "dct:title", f"Données publiées par {name}", f"Data published by {name}"
        )
        yield from self._described(self._catalog)
        yield from _typed_link(
            self._catalog, "foaf:homepage", f"{self._catalog}index.html", "foaf:Document"
        )

    def _dataset_itself(self) -> Iterator[ox.Triple]:
        name = self._pole.name
        for cls in ("dcat:Dataset", "void:Dataset"):
            yield _link(self._dataset, "rdf:type", expand(cls))
        yield _value(self._dataset, "dct:identifier", self._dataset)
        yield from _texts(
            self._dataset,
            "dct:title",
            f"Lieux de médiation numérique : {name}",
            f"Digital mediation places: {name}",
        )
        yield from self._described(self._dataset)
        yield from _texts(self._dataset, "dcat:keyword", "médiation numérique", "digital mediation")
        yield from _texts(self._dataset, "dcat:keyword", "inclusion numérique", "digital inclusion")
        theme = f"{_EU}data-theme/SOCI"
        yield from _typed_link(self._dataset, "dcat:theme", theme, "skos:Concept")
        yield from _texts(
            theme, "skos:prefLabel", "Population et société", "Population and society"
        )
        yield from _typed_link(
            self._dataset, "dct:accrualPeriodicity", f"{_EU}frequency/UPDATE_CONT", "dct:Frequency"
        )
        yield from _typed_link(
            self._dataset, "dct:accessRights", f"{_EU}access-right/PUBLIC", "dct:RightsStatement"
        )
        yield from _typed_link(self._dataset, "dct:conformsTo", MED_ONTOLOGY, "dct:Standard")
        yield _link(self._dataset, "dcat:contactPoint", f"{self._catalog}#contact")

    def _described(self, subject: str) -> Iterator[ox.Triple]:
        """What catalogue and dataset say alike."""
        name = self._pole.name
        yield from _texts(
            subject,
            "dct:description",
            f"Lieux de médiation numérique publiés par {name} : état courant et flux complet des "
            "changements, suppressions comprises.",
            f"Digital mediation places published by {name}: current state and the full feed of "
            "changes, deletions included.",
        )
        yield _link(subject, "dct:publisher", self._pole.iri)
        yield from _typed_link(subject, "dct:license", self._pole.licence, "dct:LicenseDocument")
        yield from _typed_link(
            subject, "dct:language", f"{_EU}language/FRA", "dct:LinguisticSystem"
        )
        if self._told.until:
            yield _value(subject, "dct:issued", self._told.since, "dateTime")
            yield _value(subject, "dct:modified", self._told.until, "dateTime")

    def _agents(self) -> Iterator[ox.Triple]:
        yield _link(self._pole.iri, "rdf:type", expand("foaf:Agent"))
        yield from _texts(self._pole.iri, "foaf:name", self._pole.name)
        contact = f"{self._catalog}#contact"
        for cls in ("vcard:Kind", "vcard:Organization"):
            yield _link(contact, "rdf:type", expand(cls))
        yield from _texts(contact, "vcard:fn", self._pole.name)
        if self._pole.contact_email:
            yield _link(contact, "vcard:hasEmail", f"mailto:{self._pole.contact_email}")
        if self._pole.homepage:
            yield _link(contact, "vcard:hasURL", self._pole.homepage)

    def _coverage(self) -> Iterator[ox.Triple]:
        for code in self._pole.departements:
            yield from _typed_link(
                self._dataset, "dct:spatial", territory_iri(code), "dct:Location"
            )
        if self._told.state.box:
            place = f"{self._catalog}#coverage"
            west, south, east, north = self._told.state.box
            corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
            polygon = ", ".join(f"{longitude} {latitude}" for longitude, latitude in corners)
            yield from _typed_link(self._dataset, "dct:spatial", place, "dct:Location")
            for name in ("dcat:bbox", "locn:geometry"):
                yield ox.Triple(
                    ox.NamedNode(place),
                    ox.NamedNode(expand(name)),
                    ox.Literal(
                        f"POLYGON(({polygon}))", datatype=ox.NamedNode(expand("geo:wktLiteral"))
                    ),
                )
        if self._told.until:
            period = f"{self._catalog}#period"
            yield from _typed_link(self._dataset, "dct:temporal", period, "dct:PeriodOfTime")
            yield _value(period, "dcat:startDate", self._told.since, "dateTime")
            yield _value(period, "dcat:endDate", self._told.until, "dateTime")

    def _counts(self) -> Iterator[ox.Triple]:
        state = self._told.state
        yield _value(self._dataset, "void:triples", state.triples, "integer")
        yield _value(self._dataset, "void:entities", state.records, "integer")
        yield _value(self._dataset, "void:classes", len(state.classes), "integer")
        if state.lies_under(self._pole.namespace):  # a registry holds the records of others
            yield _value(self._dataset, "void:uriSpace", self._pole.namespace)
        for number, (cls, count) in enumerate(state.classes, start=1):
            part = f"{self._catalog}#class-{number}"
            yield _link(self._dataset, "void:classPartition", part)
            yield _link(part, "void:class", cls)
            yield _value(part, "void:entities", count, "integer")

    def _stream(self) -> Iterator[ox.Triple]:
        stream, view = self._pole.stream_iri, f"{self._catalog}{ROOT_PATH}#view"
        yield _link(self._dataset, "dct:relation", stream)
        yield _link(stream, "rdf:type", expand("ldes:EventStream"))
        yield _link(view, "rdf:type", expand("ldes:EventSource"))
        yield from self._form(
            view, ROOT_PATH, ("Flux des changements (LDES)", "Change feed (LDES)")
        )
        yield from _media_type(view, "dcat:mediaType", "application/trig")
        yield from _typed_link(
            view, "dct:format", f"{_EU}file-type/RDF_TRIG", "dct:MediaTypeOrExtent"
        )
        yield from _typed_link(
            view, "dct:conformsTo", "https://w3id.org/ldes/specification", "dct:Standard"
        )

    def _distribution(self, dump: Dump, file: Written) -> Iterator[ox.Triple]:
        name = dump.path.rpartition("/")[2]
        subject, checksum = f"{self._catalog}#{name}", f"{self._catalog}#{name}-sha256"
        yield from self._form(subject, dump.path, (dump.title_fr, dump.title_en))
        yield _link(subject, "dcat:downloadURL", self._catalog + dump.path)
        yield from _media_type(subject, "dcat:mediaType", dump.media_type)
        if dump.compressed:
            yield from _media_type(subject, "dcat:compressFormat", dump.compressed)
        yield from _typed_link(
            subject, "dct:format", f"{_EU}file-type/{dump.file_type}", "dct:MediaTypeOrExtent"
        )
        if dump.conforms_to:
            yield from _typed_link(subject, "dct:conformsTo", dump.conforms_to, "dct:Standard")
        if dump.file_type in _VOID_FEATURES:
            yield _link(self._dataset, "void:dataDump", self._catalog + dump.path)
            yield _link(self._dataset, "void:feature", _FEATURES + _VOID_FEATURES[dump.file_type])
        yield _value(subject, "dcat:byteSize", file.size, "nonNegativeInteger")
        yield from _typed_link(subject, "spdx:checksum", checksum, "spdx:Checksum")
        yield _link(checksum, "spdx:algorithm", expand("spdx:checksumAlgorithm_sha256"))
        yield _value(checksum, "spdx:checksumValue", file.sha256, "hexBinary")

    def _form(self, subject: str, path: str, titles: Sequence[str]) -> Iterator[ox.Triple]:
        yield from _typed_link(self._dataset, "dcat:distribution", subject, "dcat:Distribution")
        yield _link(subject, "dcat:accessURL", self._catalog + path)
        yield from _texts(subject, "dct:title", *titles)
        yield _link(subject, "dct:license", self._pole.licence)


def _texts(subject: str, curie: str, french: str, english: str = "") -> Iterator[ox.Triple]:
    for text, language in ((french, "fr"), (english, "en")):
        if text:
            yield ox.Triple(
                ox.NamedNode(subject),
                ox.NamedNode(expand(curie)),
                ox.Literal(text, language=language),
            )


def _media_type(subject: str, curie: str, media_type: str) -> Iterable[ox.Triple]:
    return _typed_link(subject, curie, _IANA + media_type, "dct:MediaType")


def _typed_link(subject: str, curie: str, iri: str, cls: str) -> Iterator[ox.Triple]:
    yield _link(subject, curie, iri)
    yield _link(iri, "rdf:type", expand(cls))


def _link(subject: str, curie: str, iri: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(expand(curie)), ox.NamedNode(iri))


def _value(subject: str, curie: str, value: str | int, datatype: str = "string") -> ox.Triple:
    literal = ox.Literal(str(value), datatype=ox.NamedNode(XSD + datatype))
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(expand(curie)), literal)
