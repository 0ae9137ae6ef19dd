"""What a DCAT catalogue offers, from the best to harvest to the worst.

A dataset is offered by its distributions (``dcat:distribution``), its services
(``dcat:servesDataset``), its event streams (LDES 1.0: ``tree:view``) and its dumps
(``void:dataDump``). DCAT 3: https://www.w3.org/TR/vocab-dcat-3/.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import pyoxigraph as ox

from harvester.parsing.group import RecordPart
from registry.sources.rhythm import seconds_of
from vocab.messages import Message
from vocab.namespaces import DCAT, DCT, LDES, RDF, TREE, VOID
from vocab.urls import web_address

_LDES_SPEC = "https://w3id.org/ldes"
_FORMS: dict[str, str] = {
    "n-triples": "nt", "rdf_n_triples": "nt", "n-quads": "nq", "rdf_n_quads": "nq",
    "trig": "trig", "rdf_trig": "trig", "turtle": "ttl", "rdf_turtle": "ttl",
    "ld+json": "jsonld", "json_ld": "jsonld", "json-ld": "jsonld", "rdf+xml": "rdf",
    "rdf_xml": "rdf", "csv": "csv", "geo+json": "geojson", "geojson": "geojson", "json": "json",
    "vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx", "xlsx": "xlsx",
    "vnd.oasis.opendocument.spreadsheet": "ods", "ods": "ods",
}  # fmt: skip
_SUFFIXES = frozenset(_FORMS.values())


@dataclass(frozen=True, slots=True)
class Grade:
    """How good a form is to harvest; the lower the rank, the better."""

    rank: int
    kind: str
    why: Message


_STREAM = Grade(0, "feed", Message("an LDES stream sends only the changes and tells deletions"))
_PACKED = Grade(
    1,
    "dump",
    Message("a gzipped N-Triples dump gives the whole state in few bytes; no stream is offered"),
)
_RDF = Grade(
    2,
    "dump",
    Message(
        "an RDF document is taken in without loss; no stream and no gzipped N-Triples is offered"
    ),
)
_CSV = Grade(
    3, "table", Message("a CSV of the national standard can be converted; no RDF is offered")
)
_TABLE = Grade(4, "table", Message("a table can be converted; neither RDF nor CSV is offered"))
_GRADES = dict.fromkeys(("nt", "nq", "trig", "ttl", "jsonld", "rdf"), _RDF) | {
    "csv": _CSV, "json": _TABLE, "geojson": _TABLE, "xlsx": _TABLE, "ods": _TABLE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to get a dataset.

    Attributes:
        dataset: IRI of the dataset.
        url: address to harvest.
        form: short name of the format: ``ldes``, ``nt``, ``csv``…
        grade: how good it is.
    """

    dataset: str
    url: str
    form: str
    grade: Grade


Facts = dict[str, list[tuple[str, str]]]


def facts_of(groups: Iterable[RecordPart]) -> Facts:
    """Arrange the statements of documents by subject; a literal counts by its text."""
    facts: Facts = defaultdict(list)
    statements = b"".join(group.body for group in groups)
    for quad in ox.parse(statements, format=ox.RdfFormat.N_TRIPLES):
        if isinstance(quad.subject, ox.NamedNode) and not isinstance(quad.object, ox.Triple):
            facts[quad.subject.value].append((quad.predicate.value, quad.object.value))
    return dict(facts)


def offers(facts: Facts) -> tuple[Offer, ...]:
    """Return every usable way to get the datasets of a catalogue, the best first."""
    best: dict[tuple[str, str], Offer] = {}
    for offer in (*_streams(facts), *_distributions(facts), *_services(facts), *_dumps(facts)):
        with suppress(ValueError):  # what is no web address is no offer
            url = web_address(offer.url)
            key = (offer.dataset, url)
            if key not in best or offer.grade.rank < best[key].grade.rank:
                best[key] = replace(offer, url=url)
    forms = ("ldes", *_GRADES)
    return tuple(sorted(best.values(), key=lambda o: (o.grade.rank, forms.index(o.form), o.url)))


def update_s_of(facts: Facts, dataset: str) -> int:
    """Return the seconds between two updates that a dataset declares (DCAT 3), or 0."""
    return max(map(seconds_of, _of(facts, dataset, f"{DCT}accrualPeriodicity")), default=0)


def site_of(url: str) -> tuple[str, str] | None:
    """Return scheme and host of a web address, or None when it is none."""
    try:
        parts = urlsplit(web_address(url))
    except ValueError:
        return None
    return parts.scheme, parts.netloc


def _of(facts: Facts, subject: str, *paths: str) -> list[str]:
    """Return the values of the first of some properties that has any."""
    for path in paths:
        found = [value for predicate, value in facts.get(subject, ()) if predicate == path]
        if found:
            return found
    return []


def _pairs(facts: Facts, path: str) -> Iterator[tuple[str, str]]:
    for subject, statements in facts.items():
        yield from ((subject, value) for predicate, value in statements if predicate == path)


def _streams(facts: Facts) -> Iterator[Offer]:
    related = {stream: dataset for dataset, stream in _pairs(facts, f"{DCT}relation")}
    for stream, view in _pairs(facts, f"{TREE}view"):
        yield Offer(related.get(stream, stream), view, "ldes", _STREAM)


def _distributions(facts: Facts) -> Iterator[Offer]:
    for dataset, distribution in _pairs(facts, f"{DCAT}distribution"):
        for url in _of(facts, distribution, f"{DCAT}downloadURL", f"{DCAT}accessURL"):
            if _is_stream(facts, distribution):
                yield Offer(dataset, url, "ldes", _STREAM)
            else:
                yield from _document(dataset, url, _stated_formats(facts, distribution))


def _services(facts: Facts) -> Iterator[Offer]:
    for service, dataset in _pairs(facts, f"{DCAT}servesDataset"):
        if _is_stream(facts, service):
            for url in _of(facts, service, f"{DCAT}endpointURL"):
                yield Offer(dataset, url, "ldes", _STREAM)


def _dumps(facts: Facts) -> Iterator[Offer]:
    for dataset, url in _pairs(facts, f"{VOID}dataDump"):
        yield from _document(dataset, url, ())


def _is_stream(facts: Facts, subject: str) -> bool:
    if f"{LDES}EventSource" in _of(facts, subject, f"{RDF}type"):
        return True
    return any(spec.startswith(_LDES_SPEC) for spec in _of(facts, subject, f"{DCT}conformsTo"))


def _stated_formats(facts: Facts, distribution: str) -> Sequence[str]:
    media = _of(facts, distribution, f"{DCAT}mediaType")
    packed = ["gzip"] if _of(facts, distribution, f"{DCAT}compressFormat") else []
    return (*media, *_of(facts, distribution, f"{DCT}format"), *packed)


def _document(dataset: str, url: str, formats: Sequence[str]) -> Iterator[Offer]:
    """Return the offer that a document makes, when something says that we can read it."""
    path = url.partition("?")[0].partition("#")[0].lower()
    words = [word.partition(";")[0].strip().lower().rpartition("/")[2] for word in formats]
    suffix = path.removesuffix(".gz").rpartition(".")[2]
    named = [_FORMS[word] for word in words if word in _FORMS]
    form = next(iter(named), suffix if suffix in _SUFFIXES else "")
    if not form:
        return
    packed = path.endswith(".gz") or "gzip" in words
    grade = _PACKED if packed and form == "nt" else _GRADES[form]
    yield Offer(dataset, url, form, grade)
