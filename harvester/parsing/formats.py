"""Which RDF format a document is in: one decision table over header, suffix and content.

| what the header says | what then decides |
|---|---|
| an RDF media type | the header; when the content contradicts it, the content |
| text/plain, octet-stream, gzip, json, xml, nothing | the suffix, then the content |
| anything else (text/html, …) | nothing: the document is refused |
"""

import re
from urllib.parse import urlsplit

import pyoxigraph as ox

from harvester.errors import DocumentError

MEDIA_TYPES: dict[str, ox.RdfFormat] = {
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "text/x-nquads": ox.RdfFormat.N_QUADS,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/trig": ox.RdfFormat.TRIG,
    "application/x-trig": ox.RdfFormat.TRIG,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/x-turtle": ox.RdfFormat.TURTLE,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
_SUFFIXES: dict[str, ox.RdfFormat] = {
    ".nq": ox.RdfFormat.N_QUADS,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".trig": ox.RdfFormat.TRIG,
    ".ttl": ox.RdfFormat.TURTLE,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".json": ox.RdfFormat.JSON_LD,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
}
_VAGUE = frozenset(
    {
        "",
        "text/plain",
        "application/octet-stream",
        "application/gzip",
        "application/x-gzip",
        "application/json",
        "application/xml",
        "text/xml",
        "binary/octet-stream",
    }
)
_TEXT = frozenset({ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG})


def decide(url: str, media_type: str, start: bytes) -> ox.RdfFormat:
    """Return the format of a document.

    Args:
        url: its address, for the suffix and the message.
        media_type: ``Content-Type`` without parameters, in lower case.
        start: first bytes of the unpacked document.

    Raises:
        DocumentError: nothing says what it is, or the header names something that is not RDF.
    """
    announced = MEDIA_TYPES.get(media_type)
    if announced is None and media_type not in _VAGUE:
        raise DocumentError("MED-H201", url=url, media_type=media_type)
    looks = _looks_like(start)
    claim = announced or _by_suffix(url)
    found = looks if claim is None or _contradicts(claim, looks, start) else claim
    if found is None:
        raise DocumentError("MED-H201", url=url, media_type=media_type or "?")
    return found


def _by_suffix(url: str) -> ox.RdfFormat | None:
    path = urlsplit(url).path.lower().removesuffix(".gz")
    return next((known for end, known in _SUFFIXES.items() if path.endswith(end)), None)


_DIRECTIVES = re.compile(rb"(?i)@?(?:prefix|base)\s[^<\n]*<[^>\n]*>\s*\.?|#[^\n]*")


def _contradicts(claim: ox.RdfFormat, looks: ox.RdfFormat | None, start: bytes) -> bool:
    """Whether the content begins as no document of the claimed format does."""
    head = _head(start)
    if looks == ox.RdfFormat.JSON_LD:  # "[" begins Turtle as well, "{" begins TriG
        begins = claim == ox.RdfFormat.TURTLE and head.startswith(b"{")
        return claim != looks and (claim not in _TEXT or begins)
    if looks == ox.RdfFormat.RDF_XML:
        return claim != looks and (claim not in _TEXT or head.startswith((b"<?xml", b"<rdf:")))
    if looks == ox.RdfFormat.TRIG:  # "@prefix", and something that it serves
        return claim not in _TEXT and bool(_DIRECTIVES.sub(b"", head).strip())
    return looks is not None and claim in {ox.RdfFormat.JSON_LD, ox.RdfFormat.RDF_XML}


def _head(start: bytes) -> bytes:
    return start.removeprefix(b"\xef\xbb\xbf").lstrip()[:2_000]


def _looks_like(start: bytes) -> ox.RdfFormat | None:
    """Guess from the first bytes; lines of plain statements are read as N-Quads."""
    head = _head(start)
    low = head.lower()
    if low.startswith((b"<!doctype html", b"<html")):
        return None
    if head.startswith((b"{", b"[")):
        return ox.RdfFormat.JSON_LD
    if low.startswith(b"<?xml") or b"<rdf:rdf" in low:
        return ox.RdfFormat.RDF_XML
    if low.startswith((b"@prefix", b"@base", b"prefix ", b"base ")):
        return ox.RdfFormat.TRIG
    if head.startswith((b"<http", b"_:", b"<urn:")):
        return ox.RdfFormat.N_QUADS
    return None
