"""N-Triples and RDF/XML of records; Turtle is reached from here too."""

import re

import pyoxigraph as ox

from registry.formats.errors import UnwritableError
from registry.formats.turtle import turtle
from vocab.namespaces import PREFIXES
from vocab.records import Record

__all__ = ["UnwritableError", "ntriples", "rdfxml", "turtle"]

# XML 1.0, production 2: everything else cannot stand in a document, not even as a reference.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_XML_NAME_END = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
_ROOT = re.compile(rb"<rdf:RDF ([^>]*)>")


def ntriples(record: Record) -> bytes:
    """Return the canonical N-Triples of a record: the very lines that the ledger keeps."""
    return record.body.encode()


def rdfxml(record: Record) -> bytes:
    """Return a record as RDF/XML.

    Raises:
        UnwritableError: a text holds a control character, or a property's IRI does not end in a
            name, which RDF/XML has no way to write (RDF/XML, section 6.1.1 and XML 1.0).
    """
    triples = list(record.triples())
    for triple in triples:
        _require_xml(record.iri, triple)
    body = record.body
    used = {name: iri for name, iri in PREFIXES.items() if f"<{iri}" in body}
    written = ox.serialize(triples, format=ox.RdfFormat.RDF_XML, prefixes=used) or b""
    return _ROOT.sub(_sorted_namespaces, written, count=1)


def _require_xml(iri: str, triple: ox.Triple) -> None:
    predicate = triple.predicate.value
    if not _XML_NAME_END.search(predicate):
        raise UnwritableError(
            "{iri} has the property <{predicate}>, whose IRI does not end in a name: RDF/XML "
            "cannot write it. Ask for Turtle or N-Triples.",
            iri=iri,
            predicate=predicate,
        )
    if isinstance(triple.object, ox.Literal) and _NOT_XML.search(triple.object.value):
        raise UnwritableError(
            "{iri}, property <{predicate}>, holds a control character in {value!r}: XML forbids "
            "it. Ask for Turtle or N-Triples.",
            iri=iri,
            predicate=predicate,
            value=triple.object.value[:80],
        )


def _sorted_namespaces(root: re.Match[bytes]) -> bytes:
    """The root element with its namespaces in order: pyoxigraph's differs at each call."""
    return b"<rdf:RDF " + b" ".join(sorted(root.group(1).split())) + b">"
