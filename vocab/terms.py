"""The vocabulary for people and machines: its terms and its graphs.

rdflib reads ``ontology.ttl`` here and nowhere else: it is our own small document.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import rdflib
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS

from vocab.namespaces import MED, MED_ONTOLOGY, PREFIXES, SCHEMES, SD
from vocab.schemes import schemes
from vocab.skos import scheme_lines
from vocab.vocabulary import ontology_turtle

__all__ = [
    "Alignment",
    "Term",
    "lists_graph",
    "ontology",
    "scheme_graph",
    "term",
    "terms",
]

rdflib.NORMALIZE_LITERALS = False
_STATUS = rdflib.URIRef("http://www.w3.org/2003/06/sw-vocab-status/ns#term_status")
_VALUES_FROM = rdflib.URIRef(MED + "valuesFrom")
_ALIGNMENTS = (RDFS.subClassOf, RDFS.subPropertyOf, OWL.disjointWith, RDFS.seeAlso)
_CLASSES = {OWL.Class}
_DATATYPES = {RDFS.Datatype}
_SERVICE = rdflib.URIRef(f"{SD}Service")
"""What a query names after SERVICE, and what the words inside such a block belong to."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """A tie of a term to another: ``relation`` (``subClassOf``, ``seeAlso``…) and its IRI."""

    relation: str
    iri: str


@dataclass(frozen=True, slots=True)
class Term:
    """A class, property, datatype or word of queries of the ``med:`` namespace.

    Attributes:
        iri: its IRI.
        kind: ``class``, ``property``, ``datatype``, or ``query`` for what stands in queries only.
        label_fr: name, in French.
        label_en: the same in English.
        definition_fr: sense, in French.
        definition_en: the same in English.
        example: statements in Turtle, under our usual prefixes and relative to a pole's namespace.
        sources: where it comes from: IRIs, or texts.
        status: ``stable`` or ``testing``.
        alignments: its ties to other terms.
        domain: IRIs of the classes of its subjects.
        range: IRIs of the classes or datatypes of its values.
        scheme: slug of the list from which it takes its values; empty for none.
    """

    iri: str
    kind: str
    label_fr: str
    label_en: str
    definition_fr: str
    definition_en: str
    example: str
    sources: tuple[str, ...]
    status: str
    alignments: tuple[Alignment, ...]
    domain: tuple[str, ...]
    range: tuple[str, ...]
    scheme: str

    @property
    def name(self) -> str:
        """Local name, such as ``Place``."""
        return self.iri.removeprefix(MED)

    def label(self, lang: str) -> str:
        """Return the name in ``fr`` or ``en``."""
        return self.label_fr if lang == "fr" else self.label_en

    def definition(self, lang: str) -> str:
        """Return the sense in ``fr`` or ``en``."""
        return self.definition_fr if lang == "fr" else self.definition_en


@lru_cache(maxsize=1)
def ontology() -> rdflib.Graph:
    """Return the ontology, without the lists. Shared: do not change it."""
    return rdflib.Graph().parse(data=ontology_turtle(), format="turtle")


@lru_cache(maxsize=1)
def terms() -> tuple[Term, ...]:
    """Return the terms: classes, properties, datatypes, words of queries, each by name."""
    graph = ontology()
    defined = graph.subjects(RDFS.isDefinedBy, rdflib.URIRef(MED_ONTOLOGY))
    order = ("class", "property", "datatype", "query")
    found = [_term(graph, subject) for subject in defined if isinstance(subject, rdflib.URIRef)]
    return tuple(sorted(found, key=lambda each: (order.index(each.kind), each.name.casefold())))


def term(iri: str) -> Term | None:
    """Return the term of that IRI, if the vocabulary defines it."""
    return next((each for each in terms() if each.iri == iri), None)


def scheme_graph(slug: str) -> rdflib.Graph:
    """Return one list in SKOS.

    Raises:
        KeyError: there is no such list.
    """
    return _graph(scheme_lines(slug))


def lists_graph() -> rdflib.Graph:
    """Return all lists in SKOS."""
    return _graph(line for scheme in schemes() for line in scheme_lines(scheme.slug))


def _graph(lines: Iterator[str] | tuple[str, ...]) -> rdflib.Graph:
    graph = rdflib.Graph()
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    return graph.parse(data="\n".join(lines), format="nt")


def _term(graph: rdflib.Graph, subject: rdflib.URIRef) -> Term:
    labels = _by_language(graph, subject, RDFS.label)
    definitions = _by_language(graph, subject, SKOS.definition)
    return Term(
        iri=str(subject),
        kind=_kind(graph, subject),
        label_fr=labels["fr"],
        label_en=labels["en"],
        definition_fr=definitions["fr"],
        definition_en=definitions["en"],
        example=_one(graph, subject, SKOS.example),
        sources=_all(graph, subject, DCTERMS.source),
        status=_one(graph, subject, _STATUS),
        alignments=_alignments(graph, subject),
        domain=_all(graph, subject, RDFS.domain),
        range=_all(graph, subject, RDFS.range),
        scheme=_one(graph, subject, _VALUES_FROM).removeprefix(SCHEMES),
    )


def _kind(graph: rdflib.Graph, subject: rdflib.URIRef) -> str:
    types = set(graph.objects(subject, RDF.type))
    if types & _CLASSES:
        return "class"
    if types & _DATATYPES:
        return "datatype"
    is_of_queries = _SERVICE in types or (subject, RDFS.domain, _SERVICE) in graph
    return "query" if is_of_queries else "property"


def _alignments(graph: rdflib.Graph, subject: rdflib.URIRef) -> tuple[Alignment, ...]:
    return tuple(
        Alignment(relation.fragment, iri)
        for relation in _ALIGNMENTS
        for iri in _all(graph, subject, relation)
    )


def _by_language(
    graph: rdflib.Graph, subject: rdflib.URIRef, predicate: rdflib.URIRef
) -> dict[str, str]:
    found = graph.objects(subject, predicate)
    return {text.language or "": str(text) for text in found if isinstance(text, rdflib.Literal)}


def _all(graph: rdflib.Graph, subject: rdflib.URIRef, predicate: rdflib.URIRef) -> tuple[str, ...]:
    return tuple(sorted(str(value) for value in graph.objects(subject, predicate)))


def _one(graph: rdflib.Graph, subject: rdflib.URIRef, predicate: rdflib.URIRef) -> str:
    return next(iter(_all(graph, subject, predicate)), "")
