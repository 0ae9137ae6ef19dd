"""The vocabulary explains itself: every term in both languages, with an example that runs."""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS

import vocab
from vocab.namespaces import MED, MED_ONTOLOGY, PREFIXES, SCHEMES
from vocab.properties import FIELDS, PROPERTIES, Property
from vocab.schemes import Scheme, concepts, scheme, schemes
from vocab.terms import (
    Term,
    lists_graph,
    ontology,
    scheme_graph,
    term,
    terms,
)
from vocab.vocabulary import vocabulary_ntriples

ROOT = Path(vocab.__file__).parent.parent
USED = re.compile(r'(?:\bMED \+ "|\{MED\}|\bmed:)([A-Za-z]\w+)')
LOCAL_NAMES = {each.name for each in terms()}


@pytest.mark.parametrize("each", terms(), ids=lambda each: each.name)
def test_a_term_explains_itself(each: Term) -> None:
    assert all((each.label_fr, each.label_en, each.definition_fr, each.definition_en))
    assert each.definition_fr != each.definition_en
    assert {each.definition_fr[-1], each.definition_en[-1]} <= set(".…")
    assert each.sources
    assert each.status in {"stable", "testing"}
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    document = prefixes + each.example
    base = "https://pole.example/id/"
    found = list(ox.parse(document, format=ox.RdfFormat.TURTLE, base_iri=base))
    said = {iri for quad in found for iri in re.findall(r"<([^>]+)>", str(quad.triple))}
    assert each.iri in said


@pytest.mark.parametrize("each", terms(), ids=lambda each: each.name)
def test_a_term_is_unique_and_tied_only_to_what_exists(each: Term) -> None:
    assert term(each.iri) is each
    assert (each.name[0].isupper()) == (each.kind in ("class", "datatype"))
    if each.scheme:
        assert scheme(each.scheme) is not None
    ours = [tie.iri for tie in each.alignments] + list(each.domain + each.range)
    assert [iri for iri in ours if iri.startswith(MED) and term(iri) is None] == []


def test_an_unknown_term_is_none() -> None:
    assert term(MED + "nothing") is None


def test_every_med_subject_is_defined_here_and_nothing_else_is_described() -> None:
    graph = ontology()
    defined = {str(iri) for iri in graph.subjects(RDFS.isDefinedBy, rdflib.URIRef(MED_ONTOLOGY))}
    assert {str(subject) for subject in graph.subjects()} == {*defined, MED_ONTOLOGY}
    assert all(iri.startswith(MED) for iri in defined)


def test_place_organisation_and_person_are_disjoint() -> None:
    graph = ontology()
    kinds = [rdflib.URIRef(MED + name) for name in ("Place", "Organization", "Person", "Need")]
    for number, one in enumerate(kinds):
        for other in kinds[number + 1 :]:
            assert (one, OWL.disjointWith, other) in graph
    for name in ("Pole", "Carrier", "Network"):
        assert (rdflib.URIRef(MED + name), RDFS.subClassOf, kinds[1]) in graph


@pytest.mark.parametrize(
    "prefix", ["schema", "org", "locn", "geo", "cpsv", "cv", "prov", "dcat", "skos", "dct", "foaf"]
)
def test_the_vocabulary_is_aligned_with_the_standards(prefix: str) -> None:
    ties = {iri for each in terms() for tie in each.alignments for iri in [tie.iri]}
    ties |= {iri for each in terms() for iri in each.range}
    assert any(iri.startswith(PREFIXES[prefix]) for iri in ties)


@pytest.mark.parametrize("field", PROPERTIES, ids=lambda field: f"{field.of}-{field.name}")
def test_a_property_has_its_term_its_words_and_its_list(field: Property) -> None:
    words = (field.title_fr, field.title_en, field.definition_fr, field.definition_en)
    assert all((*words, field.example))
    if field.property.startswith(MED):
        found = term(field.property)
        assert found is not None
        listed = term(MED + "needCategory") if field.kind == "shares" else found
        assert listed is not None
        assert listed.scheme == (field.scheme or "")
    assert (field.kind in ("concept", "shares")) == (field.scheme is not None)


def test_the_32_fields_have_32_properties() -> None:
    assert len(FIELDS) == len({(field.node, field.property) for field in FIELDS}) == 32


def test_the_rooms_use_only_terms_that_are_defined() -> None:
    """A med: name written anywhere in code, queries, shapes or feeds has its definition."""
    used: dict[str, str] = {}
    for suffix in ("*.py", "*.rq", "*.ttl"):
        for room in ("vocab", "sandbox", "shapes", "registry", "harvester", "maillage", "samples"):
            for path in (ROOT / room).rglob(suffix):
                for name in USED.findall(path.read_text(encoding="utf-8")):
                    used.setdefault(name, path.relative_to(ROOT).as_posix())
    assert {name: path for name, path in used.items() if name not in LOCAL_NAMES} == {}


@pytest.mark.parametrize("each", schemes(), ids=lambda each: each.slug)
def test_a_list_is_sound_skos(each: Scheme) -> None:
    graph = scheme_graph(each.slug)
    iri = rdflib.URIRef(each.iri)
    assert (iri, RDF.type, SKOS.ConceptScheme) in graph
    values = set(graph.subjects(SKOS.inScheme, iri))
    assert {str(value) for value in values} == {value.iri for value in concepts(each.slug)}
    assert set(graph.objects(iri, SKOS.hasTopConcept)) == values
    for value in values:
        labels = graph.objects(value, SKOS.prefLabel)
        languages = sorted(
            str(each.language) for each in labels if isinstance(each, rdflib.Literal)
        )
        assert languages == ["en", "fr"]
        # SKOS S13: one text is not both preferred and alternative.
        assert not set(graph.objects(value, SKOS.prefLabel)) & set(
            graph.objects(value, SKOS.altLabel)
        )
    assert (iri, DCTERMS.license, None) in graph
    assert ((iri, OWL.deprecated, None) in graph) == each.deprecated


def test_notations_say_which_standard_spells_them_so() -> None:
    graph = lists_graph()
    la_poste = rdflib.URIRef(SCHEMES + "formations-labels/etapes-numeriques-la-poste")
    spelt = rdflib.Literal("Étapes numériques(La Poste)", datatype=MED + "NationalValue")
    assert (la_poste, SKOS.notation, spelt) in graph
    other = rdflib.URIRef(SCHEMES + "typologie/autre")
    assert set(graph.objects(other, SKOS.notation)) == {rdflib.Literal("Autre")}
    adults = rdflib.URIRef(SCHEMES + "v0-1-publics-accueillis/seniors-65-ans")
    seniors = rdflib.URIRef(SCHEMES + "publics/seniors")
    assert (adults, DCTERMS.isReplacedBy, seniors) in graph
    aligned = rdflib.Literal("seniors", datatype=MED + "DataInclusionValue")
    assert (seniors, SKOS.notation, aligned) in graph


def test_the_whole_vocabulary_is_one_canonical_document() -> None:
    text = vocabulary_ntriples()
    lines = text.splitlines()
    assert text.endswith(" .\n")
    assert lines == sorted(set(lines))
    parsed = [f"{q.triple} ." for q in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)]
    assert parsed == lines
    assert not any(line.startswith("_:") or " _:" in line for line in lines)
    name = "https://w3id.org/mediation-numerique/field/nom"
    assert f"<{name}> <{MED}mapsTo> <https://schema.org/name> ." in lines
    assert f"<{MED}Place> <{RDF.type}> <{OWL.Class}> ." in lines
    assert sum(f"<{SKOS.inScheme}>" in line for line in lines) == sum(
        len(concepts(each.slug)) for each in schemes()
    )
