"""The JSON-LD context lets people write a place in plain words; machines read the same triples."""

import json
from importlib import resources
from typing import Any

import pyoxigraph as ox
import rdflib

from vocab.mapping import PoleIdentity, place_record
from vocab.namespaces import OA, PREFIXES, SCHEMES, SF
from vocab.properties import PROPERTIES
from vocab.terms import terms

CONTEXT = json.loads(resources.files("vocab").joinpath("context.jsonld").read_text("utf-8"))[
    "@context"
]
PING = PoleIdentity("ping", "https://ping.example/id/")
VALUES = {
    "id": "7", "pivot": "43493312300029", "nom": "Médiathèque", "commune": "Reims",
    "code_postal": "51100", "code_insee": "51454", "adresse": "12 rue", "latitude": "43.5260900",
    "longitude": "-5.0", "typologie": "BIB|TIERS_LIEUX", "telephone": "+33180059880",
    "courriels": "a@b.fr", "site_web": "https://a.fr/|pas une adresse", "date_maj": "2024-04-02",
    "services": "Utilisation sécurisée du numérique", "frais_a_charge": "Gratuit",
    "presentation_resume": 'Le "mardi"\nmatin', "complement_adresse": "2e étage",
}  # fmt: skip
FURTHER = {
    "need": ("learning-culture=",),
    "permanence": SCHEMES + "permanence/permanent",
    "opening_hours_text": "le mardi",
}
RECORD = place_record(VALUES | FURTHER, PING)


def parse(document: dict[str, Any]) -> set[str]:
    body = json.dumps(document)
    return {f"{quad.triple} ." for quad in ox.parse(body, format=ox.RdfFormat.JSON_LD)}


def iri_of(entry: Any) -> str:
    prefix, _, local = (entry["@id"] if isinstance(entry, dict) else entry).partition(":")
    return str(CONTEXT[prefix]) + str(local)


def test_a_place_serialised_with_it_parses_back_to_the_same_triples() -> None:
    graph = rdflib.Graph().parse(data=RECORD.body, format="nt")
    text = graph.serialize(format="json-ld", context=CONTEXT, auto_compact=True)
    document = json.loads(text)
    assert "@graph" in document
    assert parse(document) == set(RECORD.lines)
    place = next(node for node in document["@graph"] if node["id"] == RECORD.iri)
    assert place["name"] == "Médiathèque"
    assert place["modified"] == "2024-04-02"
    assert place["fee"] == SCHEMES + "frais/gratuit"


def test_a_place_written_by_hand_is_the_same_place() -> None:
    place = RECORD.iri
    document = {
        "@context": CONTEXT,
        "id": place,
        "type": ["Place", "schema:Place"],
        "statedBy": PING.iri,
        "identifier": "7",
        "name": "Médiathèque",
        "modified": "2024-04-02",
        "placeType": [SCHEMES + "typologie/bib"],
        "geometry": {"id": f"{place}#geometry", "type": "GeoCoordinates", "latitude": "43.5260900"},
        "need": {
            "id": f"{place}#need-1",
            "type": "Need",
            "needCategory": SCHEMES + "need/learning-culture",
        },
        "openingHoursText": "le mardi",
    }
    found = parse(document)
    assert len(found) == 14
    assert found <= set(RECORD.lines)


def test_every_property_of_ours_and_of_the_standard_has_a_word() -> None:
    known = {iri_of(entry) for term, entry in CONTEXT.items() if _is_word(term, entry)}
    assert {each.iri for each in terms() if each.kind == "property"} <= known
    assert {field.property for field in PROPERTIES} <= known


def test_a_word_is_not_also_a_prefix_and_types_its_values_as_the_ontology_does() -> None:
    for each in terms():
        entry = CONTEXT.get(each.name)
        if each.kind != "property":
            continue
        assert iri_of(entry) == each.iri
        coerced = entry.get("@type") if isinstance(entry, dict) else None
        literal = [iri for iri in each.range if "XMLSchema" in iri or "rdf-syntax" in iri]
        assert (coerced == "@id") == (not literal)
    prefixes = {term for term, entry in CONTEXT.items() if isinstance(entry, str) and "//" in entry}
    assert {prefix: CONTEXT[prefix] for prefix in prefixes} == {
        prefix: (PREFIXES | {"sf": SF, "oa": OA})[prefix] for prefix in prefixes
    }


def _is_word(term: str, entry: Any) -> bool:
    return not term.startswith("@") and entry not in ("@id", "@type") and "//" not in str(entry)
