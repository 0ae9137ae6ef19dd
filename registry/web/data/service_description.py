"""The endpoint's description of itself: SPARQL 1.1 Service Description."""

import pyoxigraph as ox

from registry.store import formats
from registry.store.limits import Limits
from registry.store.projected import VOCABULARY_GRAPH
from vocab.namespaces import PREFIXES, RDF, RDFS, SD, VOID

_W3C_FORMATS = "http://www.w3.org/ns/formats/"
_WRITTEN = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "N-Triples", "JSON-LD", "RDF_XML", "N3", "TriG", "N-Quads",
)  # fmt: skip
_SYNTAXES = {
    formats.TURTLE: ox.RdfFormat.TURTLE,
    formats.NTRIPLES: ox.RdfFormat.N_TRIPLES,
    formats.JSONLD: ox.RdfFormat.JSON_LD,
    formats.RDFXML: ox.RdfFormat.RDF_XML,
}

Pair = tuple[str, ox.NamedNode | ox.Literal]


def describe(endpoint: str, limits: Limits, syntax: str) -> bytes:
    """Write the description.

    Args:
        endpoint: address of the endpoint.
        limits: announced in words.
        syntax: media type of the RDF syntax.
    """
    triples = [
        ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)
        for subject, pairs in _described(endpoint, limits).items()
        for predicate, value in pairs
    ]
    written: bytes | None = ox.serialize(triples, format=_SYNTAXES[syntax], prefixes=PREFIXES)
    return written or b""


def _described(endpoint: str, limits: Limits) -> dict[str, list[Pair]]:
    service, dataset = f"{endpoint}#service", f"{endpoint}#dataset"
    graph, vocabulary = f"{endpoint}#default-graph", f"{endpoint}#vocabulary-graph"
    harvests, harvests_name = f"{endpoint}#harvests-graph", _sibling(endpoint, "graph/harvests")
    return {
        service: [
            (f"{RDF}type", ox.NamedNode(f"{SD}Service")),
            (f"{SD}endpoint", ox.NamedNode(endpoint)),
            (f"{SD}supportedLanguage", ox.NamedNode(f"{SD}SPARQL11Query")),
            *((f"{SD}resultFormat", ox.NamedNode(_W3C_FORMATS + name)) for name in _WRITTEN),
            (f"{SD}defaultDataset", ox.NamedNode(dataset)),
            *((f"{RDFS}comment", comment) for comment in _limit_comments(limits)),
        ],
        dataset: [
            (f"{RDF}type", ox.NamedNode(f"{SD}Dataset")),
            (f"{SD}defaultGraph", ox.NamedNode(graph)),
            (f"{SD}namedGraph", ox.NamedNode(vocabulary)),
            (f"{SD}namedGraph", ox.NamedNode(harvests)),
        ],
        graph: [
            (f"{RDF}type", ox.NamedNode(f"{SD}Graph")),
            (f"{RDF}type", ox.NamedNode(f"{VOID}Dataset")),
        ],
        vocabulary: _named_graph(VOCABULARY_GRAPH),
        harvests: _named_graph(harvests_name),
    }


def _named_graph(name: str) -> list[Pair]:
    return [
        (f"{RDF}type", ox.NamedNode(f"{SD}NamedGraph")),
        (f"{SD}name", ox.NamedNode(name)),
    ]


def _sibling(endpoint: str, path: str) -> str:
    return endpoint.removesuffix("sparql") + path


def _limit_comments(limits: Limits) -> tuple[ox.Literal, ox.Literal]:
    time_s, size_mb = limits.time_s, limits.answer_bytes // 1_000_000
    text_kib = limits.query_bytes >> 10
    return (
        ox.Literal(
            f"Lecture seule. Par requête : {time_s:g} s, {limits.rows} lignes, {size_mb} Mo, "
            f"{text_kib} Kio de texte, {limits.depth} niveaux d’imbrication. SERVICE est refusé.",
            language="fr",
        ),
        ox.Literal(
            f"Read only. Per query: {time_s:g} s, {limits.rows} rows, {size_mb} MB, "
            f"{text_kib} KiB of text, {limits.depth} levels of nesting. SERVICE is refused.",
            language="en",
        ),
    )
