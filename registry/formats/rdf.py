"""Turtle, N-Triples and RDF/XML of records, written by pyoxigraph."""

import re
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from vocab.errors import MaillageError
from vocab.namespaces import PREFIXES
from vocab.records import Record

TURTLE_HEADER: bytes = "".join(
    f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in sorted(PREFIXES.items())
).encode()
"""The prefix declarations that start every Turtle and TriG document of the house."""

# XML 1.0, production 2: everything else cannot stand in a document, not even as a reference.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_XML_NAME_END = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")


class UnwritableError(MaillageError):
    """The record holds something that the asked format cannot express; another format can."""


def ntriples(record: Record) -> bytes:
    """Give the canonical N-Triples of a record: the very lines that the ledger keeps."""
    return record.body.encode()


def turtle(record: Record) -> bytes:
    """Give a record as a Turtle document, the subject itself first."""
    return TURTLE_HEADER + turtle_body(record)


def turtle_body(record: Record) -> bytes:
    """Give a record as Turtle without the prefixes, to stand in a larger document or a graph."""
    return turtle_bodies([record])


def turtle_bodies(records: Iterable[Record]) -> bytes:
    """Give several records as one run of Turtle without the prefixes."""
    triples = (triple for record in records for triple in _triples(record))
    written = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES)
    # pyoxigraph declares the same prefixes in an order of its own, different at each call.
    return (written or b"")[len(TURTLE_HEADER) :]


def rdfxml(record: Record) -> bytes:
    """Give a record as RDF/XML.

    Raises:
        UnwritableError: a text holds a control character, or a property's IRI does not end in a
            name, which RDF/XML has no way to write (RDF/XML, section 6.1.1 and XML 1.0).
    """
    triples = list(_triples(record))
    for triple in triples:
        if not _XML_NAME_END.search(triple.predicate.value):
            raise UnwritableError(
                f"{record.iri} has the property <{triple.predicate.value}>, whose IRI does not "
                "end in a name: RDF/XML cannot write it. Ask for Turtle or N-Triples."
            )
        if isinstance(triple.object, ox.Literal) and _NOT_XML.search(triple.object.value):
            raise UnwritableError(
                f"{record.iri}, property <{triple.predicate.value}>, holds a control character in "
                f"{triple.object.value[:80]!r}: XML forbids it. Ask for Turtle or N-Triples."
            )
    return ox.serialize(triples, format=ox.RdfFormat.RDF_XML, prefixes=PREFIXES) or b""


def _triples(record: Record) -> Iterator[ox.Triple]:
    """The record's triples, those of the subject itself before those of its inner nodes."""
    own = f"<{record.iri}> "
    lines = sorted(record.lines, key=lambda line: not line.startswith(own))
    document = "\n".join(lines).encode()
    for quad in ox.parse(document, format=ox.RdfFormat.N_TRIPLES):
        yield quad.triple
