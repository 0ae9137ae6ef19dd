"""What the SPARQL service says of itself: as RDF to machines, by examples to people.

SPARQL 1.1 Service Description; example queries, files of ``queries``.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import pyoxigraph as ox

from registry.blocks.reading import read_blocks, without_blocks
from registry.formats.turtle import header
from registry.store import formats
from registry.store.projected import VOCABULARY_GRAPH
from registry.store.queries import Form, Limits
from registry.store.tokens import check
from vocab.messages import Message, languages
from vocab.namespaces import MED, PREFIXES, SCHEMA
from vocab.terms import terms

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
_QUERIES = resources.files("registry.web.data").joinpath("queries")
_GROUPS: dict[Message, dict[str, Message]] = {
    Message("Count"): {
        "01-services": Message("How many places for each service?"),
        "20-par-departement": Message("How many places in each département?"),
        "24-services-par-departement": Message("How many places for each service and département?"),
        "25-communes": Message("The communes with the most places"),
        "21-par-type": Message("How many places of each type?"),
        "22-par-public": Message("How many places for each audience?"),
        "23-programmes": Message("How many places in each national programme?"),
        "26-besoins": Message("Which needs do places answer, and for what share?"),
    },
    Message("Find places"): {
        "02-departement": Message("The places of one département, with their address"),
        "07-autour": Message("Places within 5 km of a point, the nearest first"),
        "09-plus-proches": Message("The ten places nearest to a point"),
        "10-rectangle": Message("Places in a rectangle of the map"),
        "08-recherche": Message("Places that answer a need near a town, as the site finds them"),
        "12-un-service": Message("Places that offer one service"),
        "11-gratuits": Message("Places that are free of charge"),
        "04-carte": Message("Positions of places open on Saturdays"),
        "13-accueil-adapte": Message("Places that say whom they receive with special care"),
        "14-mots-du-nom": Message("Places with a word in their name"),
        "15-pour-appeler": Message("Telephone, mail and site of the places of a département"),
        "62-y-a-t-il": Message("Does any place of a département state its hours? (yes or no)"),
    },
    Message("Who says it, and when"): {
        "03-poles": Message("What each pole publishes"),
        "31-source-de-chaque-lieu": Message("Places and latest date of each source"),
        "32-moissons": Message("The last harvests and how much they changed"),
        "30-porteurs": Message("Organisations that carry the most places"),
    },
    Message("What could be better"): {
        "05-sans-coordonnees": Message("Records without coordinates, by pole"),
        "40-sans-horaires": Message("How many places of each pole state no hours?"),
        "41-sans-service": Message("Places that state no service"),
        "42-anciens": Message("Records that were changed longest ago"),
        "43-meme-telephone": Message("Places that share a telephone number"),
        "44-meme-point": Message("Places that share a position"),
        "45-remplissage": Message("How many places state each property?"),
    },
    Message("The vocabulary"): {
        "50-listes": Message("The lists and how many values they have"),
        "51-valeurs-d-une-liste": Message("The values of one list"),
        "52-termes": Message("The terms of the vocabulary, with their definitions"),
        "53-classes": Message("What there is in the data, by class"),
    },
    Message("Triples to take away"): {
        "06-description": Message("Everything said about one place, as triples"),
        "60-decrire": Message("The description of one place"),
        "61-lieux-en-schema-org": Message("The places around a point in the words of schema.org"),
    },
}
"""The saved queries by what one wants to know: slug of each to its title."""
# What records carry that is not of our namespace (docs: the data model).
_COMMON = (
    "schema:name", "schema:address", "schema:geo", "schema:latitude", "schema:longitude",
    "schema:openingHours", "schema:telephone", "schema:email", "schema:url",
    "schema:addressLocality", "schema:postalCode", "schema:streetAddress", "geo:hasGeometry",
    "geo:asWKT", "dct:identifier", "dct:modified", "skos:prefLabel", "skos:inScheme",
    "void:inDataset", "rdfs:label", "org:identifier",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """A saved query: file name without suffix, title, text; whether it gives triples, no table."""

    slug: str
    title: Message
    text: str
    is_graph: bool


@lru_cache(maxsize=1)
def prefixes() -> dict[str, str]:
    """Return the prefixes that the editor completes: ours, none fetched from elsewhere."""
    return dict(PREFIXES)


@lru_cache(maxsize=1)
def completions() -> tuple[str, ...]:
    """Return the prefixed names that the editor completes: our terms and those they go with."""
    own = {f"med:{term.name}" for term in terms() if term.iri.startswith(MED)}
    aligned = {other.iri for term in terms() for other in term.alignments}
    schema_org = {f"schema:{iri.removeprefix(SCHEMA)}" for iri in aligned if iri.startswith(SCHEMA)}
    return tuple(sorted(own | schema_org | set(_COMMON)))


@lru_cache(maxsize=1)
def examples() -> tuple[Example, ...]:
    """Return the saved queries."""
    return tuple(example for _, group in example_groups() for example in group)


@lru_cache(maxsize=1)
def example_groups() -> tuple[tuple[Message, tuple[Example, ...]], ...]:
    """Return the saved queries by what one wants to know."""
    return tuple(
        (title, tuple(_example(slug, name) for slug, name in group.items()))
        for title, group in _GROUPS.items()
    )


def _example(slug: str, title: Message) -> Example:
    text = _QUERIES.joinpath(f"{slug}.rq").read_text(encoding="utf-8")
    return Example(slug, title, text, _form(text) is Form.TRIPLES)


def _form(text: str) -> Form:
    return check(without_blocks(text, read_blocks(text)), Limits())


def describe(endpoint: str, limits: Limits, syntax: str) -> bytes:
    """Write the description.

    Args:
        endpoint: address of the endpoint.
        limits: announced in words.
        syntax: media type of the RDF syntax.
    """
    written = ", ".join(f"<{_W3C_FORMATS}{name}>" for name in _WRITTEN)
    announced = _in_words(limits)
    comments = ", ".join(
        str(ox.Literal(announced.message(lang), language=lang)) for lang in languages()
    )
    turtle = f"""{header(["rdfs", "sd", "void"])}
<{endpoint}#service> a sd:Service ;
    sd:endpoint <{endpoint}> ; sd:supportedLanguage sd:SPARQL11Query ;
    sd:resultFormat {written} ;
    sd:defaultDataset <{endpoint}#dataset> ; rdfs:comment {comments} .
<{endpoint}#dataset> a sd:Dataset ;
    sd:defaultGraph <{endpoint}#default-graph> ;
    sd:namedGraph <{endpoint}#vocabulary-graph>, <{endpoint}#harvests-graph> .
<{endpoint}#default-graph> a sd:Graph, void:Dataset .
<{endpoint}#vocabulary-graph> a sd:NamedGraph ; sd:name <{VOCABULARY_GRAPH}> .
<{endpoint}#harvests-graph> a sd:NamedGraph ;
    sd:name <{endpoint.removesuffix("sparql")}graph/harvests> .
"""
    triples = (quad.triple for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE))
    return ox.serialize(triples, format=_SYNTAXES[syntax], prefixes=PREFIXES) or b""


def _in_words(limits: Limits) -> Message:
    return Message(
        "Read only. Per query: {time_s} s, {rows} rows, {size_mb} MB, {text_kib} KiB of text, "
        "{depth} levels of nesting. SERVICE calls no other endpoint.",
        time_s=f"{limits.time_s:g}",
        rows=limits.rows,
        size_mb=limits.answer_bytes // 1_000_000,
        text_kib=limits.query_bytes >> 10,
        depth=limits.depth,
    )
