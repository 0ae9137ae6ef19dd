"""In which formats an answer can be written, and which one a client gets.

``Accept`` is read as RFC 9110, section 12.5.1 says, and tolerantly: a range that makes no sense
is passed over, and so is :data:`PROBLEM`, which says how a client wants errors, not answers. A
``format`` parameter wins over it. Turtle is N3 and TriG as it is, N-Triples are N-Quads.
"""

from collections.abc import Iterator

from registry.store.errors import FormatRefusedError, QueryRefusedError
from registry.store.queries import Form

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
CSV = "text/csv"
TSV = "text/tab-separated-values"
TURTLE = "text/turtle"
NTRIPLES = "application/n-triples"
JSONLD = "application/ld+json"
RDFXML = "application/rdf+xml"
PROBLEM = "application/problem+json"

# Media type as asked → media type that says how it is written. The first is the default.
_RESULTS = {
    JSON: JSON, XML: XML, CSV: CSV, TSV: TSV,
    "application/json": JSON, "application/xml": XML, "text/xml": XML,
}  # fmt: skip
_GRAPHS = {
    TURTLE: TURTLE, NTRIPLES: NTRIPLES, JSONLD: JSONLD, RDFXML: RDFXML,
    "application/x-turtle": TURTLE, "text/plain": NTRIPLES, "application/json": JSONLD,
    "application/xml": RDFXML, "text/xml": RDFXML,
    "text/n3": TURTLE, "text/rdf+n3": TURTLE,
    "application/trig": TURTLE, "application/n-quads": NTRIPLES,
}  # fmt: skip
_NAMES = {
    "json": "application/json", "xml": "application/xml", "csv": CSV, "tsv": TSV,
    "turtle": TURTLE, "ttl": TURTLE, "ntriples": NTRIPLES, "nt": NTRIPLES, "n-triples": NTRIPLES,
    "jsonld": JSONLD, "json-ld": JSONLD, "rdfxml": RDFXML, "rdf": RDFXML, "rdf+xml": RDFXML,
    "n3": "text/n3", "trig": "application/trig", "nquads": "application/n-quads",
    "n-quads": "application/n-quads", "nq": "application/n-quads",
}  # fmt: skip
_SUBSETS = frozenset({"text/n3", "text/rdf+n3", "application/trig", "application/n-quads"})
"""Formats that are announced under their own name, however they were asked for."""
_MAX_RANGES = 100


def offered(form: Form) -> dict[str, str]:
    """Return the media types that can hold an answer, each with the one that names its syntax."""
    return _GRAPHS if form is Form.TRIPLES else _RESULTS


def choose(form: Form, accept: str | None, name: str | None) -> tuple[str, str]:
    """Choose how to write an answer; give the media type to announce and that of the syntax.

    Args:
        form: what the query asks for.
        accept: the ``Accept`` header; None or empty accepts all.
        name: short name or media type given by ``format=``; wins over ``accept``.

    Raises:
        QueryRefusedError: ``name`` is no format.
        FormatRefusedError: none of what is accepted can hold the answer.
    """
    media_types = offered(form)
    if name:
        # A plus sign that was not encoded in an address arrives as a space.
        written = name.strip().lower().replace(" ", "+")
        requested = _NAMES.get(written, written)
        if requested not in _RESULTS and requested not in _GRAPHS:
            raise QueryRefusedError(
                "format {name!r} is unknown; known: {names}", name=name, names=", ".join(_NAMES)
            )
        best: str | None = requested if requested in media_types else None
    else:
        best = negotiate(accept, tuple(media_types))
    if best is None:
        written = ", ".join(dict.fromkeys(media_types.values()))
        raise FormatRefusedError(
            "this query's answer can be written as: {written}", written=written
        )
    announced = best if best in _SUBSETS or not name else media_types[best]
    return announced, media_types[best]


def negotiate(accept: str | None, media_types: tuple[str, ...]) -> str | None:
    """Return the media type that an ``Accept`` header prefers, or None when it takes none."""
    ranges = list(_ranges(accept or ""))
    if not ranges:
        return media_types[0]
    best, best_quality = None, 0.0
    for media_type in media_types:
        quality = _quality(media_type, ranges)
        if quality > best_quality:
            best, best_quality = media_type, quality
    return best


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    for part in accept.split(",")[:_MAX_RANGES]:
        media_range, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if "/" in media_range and media_range != PROBLEM:
            yield media_range, _weight(parameters)


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            value = value.strip()
            plain = value.replace(".", "", 1).isascii() and value.replace(".", "", 1).isdigit()
            return min(float(value), 1.0) if plain else 0.0
    return 1.0


def _quality(media_type: str, ranges: list[tuple[str, float]]) -> float:
    family = media_type.partition("/")[0]
    for pattern in (media_type, f"{family}/*", "*/*"):
        weights = [weight for media_range, weight in ranges if media_range == pattern]
        if weights:
            return max(weights)
    return 0.0
