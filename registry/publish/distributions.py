"""The forms of what is published, as DCAT distributions: each dump, and the event stream.

A digest is an ``xsd:hexBinary``: DCAT-AP 3.0.1 and SPDX 2 accept nothing else. The harvester of
data.gouv.fr (udata 17.18) takes such a value for bytes, which it cannot keep, and refuses the whole
dataset for it. It also reads the plural ``dcat:distributions`` that other portals write, after the
singular, and what it finds there of the same address replaces what it had. So every dump is
described once more under that name, as a node without a class, with its digest as a plain string:
docs/decisions/0037-what-portals-read.md.
"""

from collections.abc import Iterator

import pyoxigraph as ox

from registry.publish.dumps import Dump
from registry.publish.pages import ROOT_PATH
from registry.publish.triples import link, texts, typed, value
from vocab.files import Written
from vocab.messages import Message
from vocab.namespaces import expand

EU = "http://publications.europa.eu/resource/authority/"
PUBLIC = f"{EU}access-right/PUBLIC"
_IANA = "https://www.iana.org/assignments/media-types/"
_FEATURES = "http://www.w3.org/ns/formats/"
_VOID_FEATURES = {"RDF_N_TRIPLES": "N-Triples", "RDF_TURTLE": "Turtle", "JSON_LD": "JSON-LD"}
_SHA256 = "spdx:checksumAlgorithm_sha256"
_PLACES = Message("The current state: places.")
_RECORDS = Message("The current state: places and organisations.")
# The licences of open data in France, by the list that European portals know them from.
_EU_LICENCES = {
    "www.etalab.gouv.fr/licence-ouverte-open-licence": "ETALAB_2_0",
    "spdx.org/licenses/etalab-2.0": "ETALAB_2_0",
    "creativecommons.org/licenses/by/4.0": "CC_BY_4_0",
    "creativecommons.org/licenses/by-sa/4.0": "CC_BYSA_4_0",
    "creativecommons.org/publicdomain/zero/1.0": "CC0",
    "opendatacommons.org/licenses/odbl/1-0": "ODC_BL",
    "opendatacommons.org/licenses/odbl/1.0": "ODC_BL",
    "opendatacommons.org/licenses/odbl": "ODC_BL",
}


def known_licence(iri: str) -> str:
    """Return a licence as the EU authority list names it; the licence itself where it has none.

    >>> known_licence("https://creativecommons.org/licenses/by/4.0/").rpartition("/")[2]
    'CC_BY_4_0'
    """
    code = _EU_LICENCES.get(iri.partition("://")[2].removesuffix("/"))
    return f"{EU}licence/{code}" if code else iri


class Distributions:
    """Writes the triples of every form of a dataset."""

    def __init__(self, folder: str, licence: str, since: str, until: str) -> None:
        """Describe the forms below the address of a folder, whose changes span two moments."""
        self._folder = folder
        self._dataset = f"{folder}#dataset"
        self._licence = licence
        self._issued = since
        self._modified = until

    def stream(self, stream_iri: str, size: int) -> Iterator[ox.Triple]:
        """Describe the event stream; its size is that of its root."""
        view = f"{self._folder}{ROOT_PATH}#view"
        yield link(self._dataset, "dct:relation", stream_iri)
        yield link(stream_iri, "rdf:type", expand("ldes:EventStream"))
        yield link(view, "rdf:type", expand("ldes:EventSource"))
        yield from self._standard(view)
        yield from texts(view, "dct:title", Message("Change feed (LDES)"))
        yield from texts(
            view,
            "dct:description",
            Message(
                "All changes in order, deletions included; the pages are found from this document."
            ),
        )
        yield from self._form(view, ROOT_PATH, "application/trig", "RDF_TRIG", size)
        yield from typed(
            view, "dct:conformsTo", "https://w3id.org/ldes/specification", "dct:Standard"
        )

    def dump(self, dump: Dump, file: Written) -> Iterator[ox.Triple]:
        """Describe a dump twice: by the standard, and for portals that cannot read it so."""
        subject = f"{self._folder}#{dump.path.rpartition('/')[2]}"
        checksum = f"{subject}-sha256"
        yield from self._standard(subject)
        yield from self._description(subject, dump, file)
        yield from typed(subject, "spdx:checksum", checksum, "spdx:Checksum")
        yield from typed(checksum, "spdx:algorithm", expand(_SHA256), "spdx:ChecksumAlgorithm")
        yield value(checksum, "spdx:checksumValue", file.sha256, "hexBinary")
        if dump.conforms_to:
            yield from typed(subject, "dct:conformsTo", dump.conforms_to, "dct:Standard")
        if dump.file_type in _VOID_FEATURES:
            yield link(self._dataset, "void:dataDump", self._folder + dump.path)
            yield link(self._dataset, "void:feature", _FEATURES + _VOID_FEATURES[dump.file_type])
        yield from self._plain(f"{subject}-plain", dump, file)

    def _plain(self, subject: str, dump: Dump, file: Written) -> Iterator[ox.Triple]:
        """A dump for portals that read ``dcat:distributions``, its digest a string."""
        checksum = f"{subject}-sha256"
        yield link(self._dataset, "dcat:distributions", subject)
        yield from self._description(subject, dump, file)
        yield link(subject, "spdx:checksum", checksum)
        yield link(checksum, "spdx:algorithm", expand(_SHA256))
        yield value(checksum, "spdx:checksumValue", file.sha256)

    def _standard(self, subject: str) -> Iterator[ox.Triple]:
        yield from typed(self._dataset, "dcat:distribution", subject, "dcat:Distribution")
        yield from typed(subject, "dct:rights", PUBLIC, "dct:RightsStatement")

    def _description(self, subject: str, dump: Dump, file: Written) -> Iterator[ox.Triple]:
        yield from texts(subject, "dct:title", dump.title)
        said = _PLACES if dump.places_only else _RECORDS
        yield from texts(subject, "dct:description", said)
        yield from self._form(subject, dump.path, dump.media_type, dump.file_type, file.size)
        if dump.compressed:
            yield from typed(
                subject, "dcat:compressFormat", _IANA + dump.compressed, "dct:MediaType"
            )

    def _form(
        self, subject: str, path: str, media_type: str, file_type: str, size: int
    ) -> Iterator[ox.Triple]:
        """What every form says: where it is, of what type, how large, under which terms, when."""
        yield link(subject, "dcat:accessURL", self._folder + path)
        yield link(subject, "dcat:downloadURL", self._folder + path)
        yield from typed(subject, "dcat:mediaType", _IANA + media_type, "dct:MediaType")
        yield from typed(
            subject, "dct:format", f"{EU}file-type/{file_type}", "dct:MediaTypeOrExtent"
        )
        yield value(subject, "dcat:byteSize", size, "nonNegativeInteger")
        licence = known_licence(self._licence)
        yield from typed(subject, "dct:license", licence, "dct:LicenseDocument")
        if self._modified:
            yield value(subject, "dct:issued", self._issued, "dateTime")
            yield value(subject, "dct:modified", self._modified, "dateTime")
