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

_FORMATS: tuple[tuple[ox.RdfFormat, tuple[str, ...], tuple[str, ...]], ...] = (
    (ox.RdfFormat.N_QUADS, ("application/n-quads", "text/x-nquads"), (".nq",)),
    (ox.RdfFormat.N_TRIPLES, ("application/n-triples",), (".nt",)),
    (ox.RdfFormat.TRIG, ("application/trig", "application/x-trig"), (".trig",)),
    (ox.RdfFormat.TURTLE, ("text/turtle", "application/x-turtle"), (".ttl",)),
    (ox.RdfFormat.JSON_LD, ("application/ld+json",), (".jsonld", ".json")),
    (ox.RdfFormat.RDF_XML, ("application/rdf+xml",), (".rdf", ".xml", ".owl")),
)
"""Each format with the media types and the suffixes that say it."""
_MEDIA_TYPES = {name: known for known, names, _ in _FORMATS for name in names}
_VAGUE = frozenset(
    ("", "text/plain", "application/octet-stream", "binary/octet-stream", "application/gzip",
     "application/x-gzip", "application/json", "application/xml", "text/xml")
)  # fmt: skip
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
    announced = _MEDIA_TYPES.get(media_type)
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
    return next((known for known, _, ends in _FORMATS if path.endswith(ends)), None)


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
