"""Every format says the same: what is written parses back to the record's own triples."""

import json

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib.compare import isomorphic

from registry.formats import FORMATS, UnwritableError, formats_of
from registry.formats.jsonld import jsonld, jsonld_document
from registry.formats.rdf import rdfxml
from registry.formats.turtle import turtle
from registry.publish.pole import pole_record
from tests.registry.publish.feed_samples import POLE, place
from vocab.namespaces import XSD
from vocab.records import Record, line_of

rdflib.NORMALIZE_LITERALS = False
RDF_FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
}
S = "https://pole.example/id/place/1"
_NODES = st.sampled_from([S, *(f"{S}#{name}" for name in "abcdefg")])
_IRIS = st.sampled_from(
    [
        "https://schema.org/Place",
        "https://schema.org/a/b",
        "https://schema.org/1.5",
        "https://schema.org/",
        "https://schema.org///x",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#nil",
        "geo:43.5,5.4",
        "as:schema",
        "med:inclusion",
        "tel:+33240000000",
        "urn:x:é",
        "https://x.example/%C3%A9?a=b&c=d#e",
    ]
)
_PREDICATES = st.sampled_from(
    [
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
        "https://schema.org/name",
        "http://www.opengis.net/ont/geosparql#asWKT",
        "https://x.example/p",
        "https://x.example/1",
        "geo:p",
    ]
)
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["", '"\\', "a\nb\r\tc", "true", "1", "geo:1,2", "<geo:1,2>", "^^<x>", "\x00\x1f\x7f\ufffe"]
)
_DATATYPES = st.sampled_from([XSD + "decimal", XSD + "boolean", XSD + "string", "geo:d", "urn:d"])
_LITERALS = st.one_of(
    st.builds(ox.Literal, _TEXTS),
    st.builds(lambda t, tag: ox.Literal(t, language=tag), _TEXTS, st.sampled_from(["fr", "en-GB"])),
    st.builds(lambda t, d: ox.Literal(t, datatype=ox.NamedNode(d)), _TEXTS, _DATATYPES),
)
_TRIPLES = st.builds(
    ox.Triple,
    _NODES.map(ox.NamedNode),
    _PREDICATES.map(ox.NamedNode),
    st.one_of((_NODES | _IRIS).map(ox.NamedNode), _LITERALS),
)
_RECORDS = st.sets(_TRIPLES, min_size=1, max_size=14).map(
    lambda triples: Record(S, tuple(sorted(map(line_of, triples))))
)


def parsed(content: bytes, form: ox.RdfFormat) -> set[str]:
    return {line_of(quad.triple) for quad in ox.parse(content, format=form)}


@given(_RECORDS)
def test_every_rdf_format_gives_the_triples_back(record: Record) -> None:
    for suffix, form in RDF_FORMATS.items():
        try:
            content = FORMATS[suffix].write(record)
        except UnwritableError:
            assert suffix == "rdf"
            continue
        assert parsed(content, form) == set(record.lines), suffix


@pytest.mark.parametrize("record", [place(1), pole_record(POLE)], ids=["place", "pole"])
def test_an_independent_parser_reads_the_same_graph(record: Record) -> None:
    expected = rdflib.Graph().parse(data=record.body, format="nt")
    for suffix, name in {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml"}.items():
        found = rdflib.Graph().parse(data=FORMATS[suffix].write(record), format=name)
        assert isomorphic(found, expected), suffix


def test_writing_twice_gives_the_same_bytes() -> None:
    for form in FORMATS.values():
        assert form.write(place(1)) == form.write(place(1)), form.suffix


def test_turtle_declares_what_it_uses_and_starts_with_the_place() -> None:
    text = turtle(place(1)).decode()
    declared = [line.split()[1] for line in text.splitlines() if line.startswith("@prefix")]
    assert "schema:" in declared
    assert "ldes:" not in declared
    assert text.index(f"<{place(1).iri}>") < text.index(f"<{place(1).iri}#address>")


def test_jsonld_nests_the_address_in_the_place() -> None:
    document = json.loads(jsonld(place(1)))
    assert document["@id"] == place(1).iri
    assert document["schema:address"]["schema:postalCode"] == "44100"
    assert document["schema:name"] == {"@language": "fr", "@value": "Médiathèque n° 1"}


def test_jsonld_of_a_ring_or_a_long_chain_of_nodes_stays_shallow() -> None:
    chain = [f"{S}#n{number}" for number in range(3000)]
    links = list(zip([S, *chain], [*chain, S], strict=True))
    lines = sorted(f"<{a}> <https://schema.org/about> <{b}> ." for a, b in links)
    content = jsonld(Record(S, tuple(lines)))
    assert parsed(content, ox.RdfFormat.JSON_LD) == set(lines)


def test_an_empty_record_is_still_a_document() -> None:
    assert jsonld_document(Record(S, ()))["@id"] == S
    assert turtle(Record(S, ())) == b""


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (f'<{S}> <https://schema.org/name> "a\\u0001b" .', "control character"),
        (f'<{S}> <https://x.example/1> "a" .', "does not end in a name"),
    ],
)
def test_rdfxml_refuses_what_xml_cannot_hold(line: str, word: str) -> None:
    with pytest.raises(UnwritableError, match=word):
        rdfxml(Record(S, (line,)))


@pytest.mark.parametrize(
    "value",
    ['"x"@ar--rtl', f"<<( <{S}> <{S}> <{S}> )>>"],
    ids=["direction", "triple term"],
)
def test_rdf_12_terms_are_refused_by_name_where_they_cannot_be_written(value: str) -> None:
    record = Record(S, (f"<{S}> <https://schema.org/name> {value} .",))
    with pytest.raises(UnwritableError, match=S):
        jsonld(record)


def test_formats_are_offered_where_they_make_sense() -> None:
    of_place = [form.suffix for form in formats_of(place(1))]
    of_pole = [form.suffix for form in formats_of(pole_record(POLE))]
    assert of_place == ["ttl", "jsonld", "nt", "rdf", "json", "geojson", "csv"]
    assert of_pole == ["ttl", "jsonld", "nt", "rdf"]
    for suffix in ("json", "geojson", "csv"):
        with pytest.raises(UnwritableError, match="Ask for"):
            FORMATS[suffix].write(pole_record(POLE))
