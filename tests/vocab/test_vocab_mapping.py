"""A row of the national standard becomes a record and comes back the same."""

import csv
from functools import partial
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vocab.errors import PublishedError
from vocab.mapping import (
    PoleIdentity,
    further_values,
    national_row,
    national_values,
    place_iri,
    place_record,
)
from vocab.namespaces import GEO, MED, SCHEMA, SCHEMES, expand
from vocab.ntriples import literal, tagged, typed, web_address
from vocab.properties import FIELDS, Property, property_named
from vocab.records import Record, group_records, line_of
from vocab.schemes import concepts, match
from vocab.standard_v01 import FORMER_COLUMNS, former_row, read_former

EXAMPLES = Path(__file__).parent.parent / "data" / "national-standard"
PING = PoleIdentity("ping", "https://ping.example/id/")
BARE = {"id": "7", "nom": "Médiathèque", "date_maj": "2024-04-02"}


def rows(name: str) -> list[dict[str, str]]:
    with (EXAMPLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def has(record: Record, subject: str, curie: str, value: str) -> bool:
    return f"<{record.iri}{subject}> <{expand(curie)}> {value} ." in record.lines


def test_the_official_example_of_v1_comes_back_cell_by_cell() -> None:
    for row in rows("exemple-valide_v1.0.2.csv"):
        assert list(row) == [field.name for field in FIELDS]
        assert national_row(place_record(row, PING)) == row


def test_the_official_example_of_v0_1_comes_back_cell_by_cell() -> None:
    for row in rows("exemple-valide_v0.1.1.csv"):
        assert tuple(row) == FORMER_COLUMNS
        record = place_record(read_former(row), PING)
        assert former_row(record) == row
        assert national_values(record)["services"] == (
            "Aide aux démarches administratives",
            "Maîtrise des outils numériques du quotidien",
        )


def test_a_former_value_outside_its_list_is_kept_where_it_belongs_now() -> None:
    values = read_former({"id": "1", "publics_accueillis": "Adultes; Martiens"})
    assert values["publics_specifiquement_adresses"] == ("Martiens",)
    assert values["former_values"] == (SCHEMES + "v0-1-publics-accueillis/adultes",)


def test_a_record_has_the_shape_of_the_data_model() -> None:
    record = place_record(rows("exemple-valide_v1.0.2.csv")[0], PING)
    assert record.iri == "https://ping.example/id/place/structure-1"
    assert set(record.types) == {MED + "Place", SCHEMA + "Place"}
    assert has(record, "", "med:statedBy", "<https://ping.example/id/pole>")
    assert has(record, "", "med:commune", "<http://id.insee.fr/geo/commune/51454>")
    assert has(record, "", "med:departement", "<http://id.insee.fr/geo/departement/51>")
    assert has(record, "", "med:carriedBy", f"<{record.iri}#carrier>")
    assert has(record, "#carrier", "org:identifier", '"43493312300029"')
    assert has(
        record, "#geometry", "geo:asWKT", typed("POINT(5.41423 43.52609)", GEO + "wktLiteral")
    )
    assert has(record, "", "med:fee", f"<{SCHEMES}frais/gratuit-sous-condition>")
    assert not has(record, "", "med:fee", f"<{SCHEMES}frais/gratuit>")
    assert group_records(record.triples()) == [record]


WRITTEN = {
    "number keeps its form": ("latitude", "-03.814200", "#geometry", '"-03.814200"^^xsd:decimal'),
    "number with an exponent": ("latitude", "4.8e1", "#geometry", '"4.8e1"'),
    "number in Arabic digits": ("latitude", "٤٨.٥", "#geometry", '"٤٨.٥"'),
    "day": ("date_maj", "2024-02-29", "", '"2024-02-29"^^xsd:date'),
    "day that does not exist": ("date_maj", "2023-02-29", "", '"2023-02-29"'),
    "month in words": ("date_maj", "juil-22", "", '"juil-22"'),
    "day with a line break": ("date_maj", "2024-02-29\n", "", '"2024-02-29\\n"'),
    "INSEE code of Corsica": ("code_insee", "2A004", "", "<http://id.insee.fr/geo/commune/2A004>"),
    "INSEE code too short": ("code_insee", "1004", "", '"1004"'),
    "web address": ("prise_rdv", "HTTPS://Exemple.fr/Été", "", "<HTTPS://Exemple.fr/Été>"),
    "address with a space": ("prise_rdv", "https://a b", "", '"https://a b"^^xsd:anyURI'),
    "address without scheme": ("prise_rdv", "www.a.fr", "", '"www.a.fr"^^xsd:anyURI'),
    "address that runs": ("prise_rdv", "javascript:x", "", '"javascript:x"^^xsd:anyURI'),
    "address that injects": ("prise_rdv", "https://a> .", "", '"https://a> ."^^xsd:anyURI'),
    "value outside its list": ("services", "Yoga", "", '"Yoga"'),
    "text": ("nom", 'Le "Bus"\\', "", '"Le \\"Bus\\"\\\\"@fr'),
    "half a surrogate pair": ("nom", "a\ud800b", "", '"a\ufffdb"@fr'),
}


@pytest.mark.parametrize(("name", "text", "subject", "term"), WRITTEN.values(), ids=WRITTEN)
def test_a_value_is_written_by_kind_or_kept_as_a_plain_literal(
    name: str, text: str, subject: str, term: str
) -> None:
    record = place_record(BARE | {name: text}, PING)
    term = term.replace("xsd:decimal", f"<{expand('xsd:decimal')}>")
    term = term.replace("xsd:date", f"<{expand('xsd:date')}>")
    term = term.replace("xsd:anyURI", f"<{expand('xsd:anyURI')}>")
    start = f"<{record.iri}{subject}> <{property_named(name).property}> "
    assert f"{start}{term} ." in record.lines
    found = national_values(record)[name]
    assert (found if isinstance(found, str) else found[0]) == text.replace("\ud800", "\ufffd")


@pytest.mark.parametrize("pivot", ["00000000000000", "0", "000000000", " 0 ", ""])
def test_an_unknown_pivot_makes_no_carrier_and_is_exported_as_zeros(pivot: str) -> None:
    record = place_record(BARE | {"pivot": pivot}, PING)
    assert not any("carrie" in line for line in record.lines)
    assert "pivot" not in national_values(record)
    assert national_row(record)["pivot"] == "00000000000000"


POINTS = {
    "whole": ("48.85", "2.35", True),
    "Lambert 93": ("6862293", "652709", False),
    "one alone": ("48.85", "", False),
    "not a number": ("48,85", "2.35", False),
}


@pytest.mark.parametrize(("latitude", "longitude", "drawn"), POINTS.values(), ids=POINTS)
def test_only_degrees_make_a_point(latitude: str, longitude: str, drawn: bool) -> None:
    record = place_record(BARE | {"latitude": latitude, "longitude": longitude}, PING)
    assert any("asWKT" in line for line in record.lines) == drawn


DEPARTEMENTS = {
    "INSEE code": ({"code_insee": "2B033"}, "2B"),
    "overseas": ({"code_insee": "97411"}, "974"),
    "INSEE before postcode": ({"code_insee": "01004", "code_postal": "75001"}, "01"),
    "postcode alone": ({"code_postal": "20000"}, "2A"),
    "broken INSEE code, good postcode": ({"code_insee": "999", "code_postal": "44000"}, "44"),
    "none": ({}, None),
}


@pytest.mark.parametrize(("values", "code"), DEPARTEMENTS.values(), ids=DEPARTEMENTS)
def test_the_departement_is_derived(values: dict[str, Any], code: str | None) -> None:
    record = place_record(BARE | values, PING)
    found = [line for line in record.lines if f"<{MED}departement>" in line]
    assert [line.split("/")[-1] for line in found] == ([f"{code}> ."] if code else [])


@pytest.mark.parametrize("local_id", ["", "  ", "\n"])
def test_a_place_without_id_is_refused(local_id: str) -> None:
    with pytest.raises(PublishedError, match="stable `id`"):
        place_record(BARE | {"id": local_id}, PING)


def test_a_misspelt_field_is_an_error_not_a_silent_loss() -> None:
    with pytest.raises(KeyError, match="telefone"):
        place_record(BARE | {"telefone": "+33180059880"}, PING)


@given(st.lists(st.text(min_size=1).filter(str.strip), min_size=2, unique=True))
def test_ids_make_distinct_addresses_below_the_namespace(ids: list[str]) -> None:
    iris = [place_iri(PING.namespace, local_id) for local_id in ids]
    assert len(set(iris)) == len(ids)
    for iri in iris:
        local = iri.removeprefix("https://ping.example/id/place/")
        assert local not in {"", ".", ".."}
        assert not set(local) & set("/#?:<> ")
        assert ox.NamedNode(iri).value == iri


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)
ODD = st.sampled_from('\x00\x0b\x0c\x1c\x85\u2028\u2029\ufffe\uffff\x7f"\\\n\r\t😀')


@given(st.lists(TEXT | ODD).map("".join))
def test_terms_are_written_as_pyoxigraph_writes_them(text: str) -> None:
    assert literal(text) == str(ox.Literal(text))
    assert tagged(text, "en") == str(ox.Literal(text, language="en"))
    date = expand("xsd:date")
    assert typed(text, date) == str(ox.Literal(text, datatype=ox.NamedNode(date)))
    address = web_address(f"https://a/{text}")
    if address.startswith("<"):
        assert address == str(ox.NamedNode(f"https://a/{text}"))


def words(field: Property) -> st.SearchStrategy[Any]:
    """Distinct values of a field, as a pole could state them, in any order."""
    one: st.SearchStrategy[str]
    if field.scheme:
        known = st.sampled_from([value.notation for value in concepts(field.scheme)])
        one = known | TEXT.filter(lambda text: "|" not in text and text == text.strip())
    elif field.multiple:
        one = TEXT.filter(lambda text: "|" not in text and text == text.strip())
    else:
        one = TEXT
    if field.kind == "web":
        one |= st.sampled_from(["https://a.fr/É?q=1#x", "http://B.fr", "ftp://c.fr"])
    if field.kind == "pivot":
        one = one.filter(lambda text: text.strip().strip("0") != "")
    if not field.multiple:
        return one
    return st.lists(one, min_size=1, max_size=4, unique=True).map(tuple)


PLACES = st.fixed_dictionaries(
    {"id": words(property_named("id"))},
    optional={field.name: words(field) for field in FIELDS if field.name != "id"},
)
_KINDS = [value.notation for value in concepts("network-kinds")]
IRIS = st.sampled_from([value.iri for value in concepts("typologie")]) | st.just("not an IRI")
NOTATIONS = IRIS | st.sampled_from(_KINDS)
SHARES = st.just("") | st.decimals(0, 100, places=2).map(str)
NEEDS = st.lists(IRIS | st.sampled_from(["learning-culture", "projects-creation"]), unique=True,
                 max_size=3).flatmap(lambda values: st.tuples(*(
                     SHARES.map(partial("{}={}".format, value))
                     for value in values)))  # fmt: skip


def some(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(values, max_size=3, unique=True).map(tuple)


FEATURES = st.fixed_dictionaries({}, optional={
    "need": NEEDS, "permanence": IRIS | st.just("temporary"),
    "available_from": st.just("2026-06-01"), "available_through": st.just("demain"),
    "network_kinds": some(NOTATIONS), "networks": some(IRIS), "carrier_kind": IRIS,
    "mediator_kinds": some(IRIS | st.just("volunteer")), "audience_kinds": some(IRIS),
    "opening_hours_text": TEXT, "former_values": some(IRIS), "ban_key": TEXT,
    "other_identifiers": some(TEXT),
})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(PLACES, FEATURES)
def test_whatever_a_place_says_comes_back_in_the_order_stated(
    values: dict[str, Any], features: dict[str, Any]
) -> None:
    known = {
        name: tuple(dict.fromkeys(_spelt(name, text) for text in stated))
        if isinstance(stated, tuple)
        else stated
        for name, stated in values.items()
    }
    further = {name: stated for name, stated in features.items() if stated}
    record = place_record(values | features, PING)
    found = further_values(record)
    assert national_values(record) == known
    assert {n: _as_set(v) for n, v in found.items()} == {n: _as_set(v) for n, v in further.items()}
    assert list(record.lines) == sorted(set(record.lines))
    assert [line_of(triple) for triple in record.triples()] == list(record.lines)
    assert place_record(national_values(record) | found, PING) == record


def _as_set(stated: Any) -> Any:
    """Tuples beyond the standard are sets; a single value is itself."""
    return frozenset(stated) if isinstance(stated, tuple) else stated


def _spelt(name: str, text: str) -> str:
    scheme = property_named(name).scheme
    found = match(scheme, text) if scheme else None
    return found.notation if found else text


def test_an_order_only_sorts() -> None:
    stated = place_record(BARE | {"typologie": "TIERS_LIEUX|BIB|ASSO"}, PING)
    kept = tuple(line for line in stated.lines if "typologie/bib" not in line)
    assert national_values(Record(stated.iri, kept))["typologie"] == ("TIERS_LIEUX", "ASSO")
    other = f"<{stated.iri}> <{MED}placeType> <{SCHEMES}typologie/mjc> ."
    more = tuple(sorted((*stated.lines, other)))
    assert national_values(Record(stated.iri, more))["typologie"][-1] == "MJC"


def test_the_canonical_order_needs_no_reminder() -> None:
    record = place_record(BARE | {"services": " | ".join(
        value.national for value in concepts("services"))}, PING)  # fmt: skip
    assert not any("statedOrder" in line for line in record.lines)


def test_several_phones_live_in_rdf_and_the_first_is_exported() -> None:
    record = place_record(BARE | {"telephone": ("+33900000000", "+33100000000")}, PING)
    assert sum("schema.org/telephone" in line for line in record.lines) == 2
    assert national_row(record)["telephone"] == "+33900000000"


def test_hours_in_plain_words_are_exported_only_for_want_of_better() -> None:
    words = BARE | {"opening_hours_text": "le premier lundi du mois"}
    assert national_row(place_record(words, PING))["horaires"] == "le premier lundi du mois"
    both = place_record(words | {"horaires": "Mo 09:00-12:00"}, PING)
    assert national_row(both)["horaires"] == "Mo 09:00-12:00"
    assert "horaires" not in national_values(place_record(words, PING))


def test_a_record_written_by_others_is_read_by_its_links_and_its_french() -> None:
    iri = "https://other.example/lieu/9"
    body = f"""
    @prefix schema: <{SCHEMA}> . @prefix med: <{MED}> . @prefix dct: <http://purl.org/dc/terms/> .
    <{iri}> a med:Place ; dct:identifier "9" ; schema:name "Library"@en , "Bibliothèque"@fr-FR ;
      schema:address <#where> ; schema:description "Plain" , "English"@en ;
      med:service <{SCHEMES}services/loisirs-et-creations-numeriques> ,
        <https://other.example/yoga> , <{SCHEMES}frais/gratuit> ;
      med:commune <https://other.example/commune/1> ; schema:telephone <tel:+33> ;
      <https://other.example/unknown> 7 .
    <#where> schema:postalCode "29140" .
    """
    triples = [q.triple for q in ox.parse(body, format=ox.RdfFormat.TURTLE, base_iri=iri)]
    assert national_values(group_records(triples)[0]) == {
        "id": "9",
        "nom": "Bibliothèque",
        "code_postal": "29140",
        "presentation_detail": "Plain",
        "services": ("Loisirs et créations numériques",),
    }


def test_features_of_2015_are_written_and_read() -> None:
    stated = {
        "need": ("learning-culture=60.50",),
        "permanence": "temporary",
        "available_through": "2026-09-30",
        "carrier_kind": "association",
    }
    record = place_record(BARE | stated, PING)
    assert has(record, "#need-1", "med:share", typed("60.50", expand("xsd:decimal")))
    assert has(record, "#need-1", "med:needCategory", f"<{SCHEMES}need/learning-culture>")
    assert has(record, "", "med:permanence", f"<{SCHEMES}permanence/temporary>")
    assert has(record, "#carrier", "med:carrierKind", f"<{SCHEMES}carrier-kinds/association>")
    assert has(record, "", "med:availableThrough", typed("2026-09-30", expand("xsd:date")))
    assert further_values(record) == stated
