"""A place of which only the commune is known says so, to people and to programs."""

import json
from datetime import date

import pytest
from flask.testing import FlaskClient

from registry.formats.geojson import geojson_feature
from registry.formats.national import national_csv, national_object
from registry.search.facts import facet_values, facts_of
from shapes.quality import quality
from tests.registry.web.network_of_tests import SIMPLE, SmallNode, harvest
from vocab.mapping import PoleIdentity, place_record
from vocab.records import Record

PING = PoleIdentity("ping", "https://ping.example/id/")
NEAR = "/lieux?pres=43.7000,4.6278"
MARK = "Position : centre de la commune."


def place(local_id: str, kind: str = "") -> Record:
    said = {
        "id": local_id,
        "nom": f"Lieu {local_id}",
        "latitude": "43.6766",
        "longitude": "4.6278",
        "position_kind": kind,
    }
    return place_record(SIMPLE | said, PING)


@pytest.fixture
def marked(client: FlaskClient, node: SmallNode) -> FlaskClient:
    harvest(node, "ping", [place("a"), place("b", "municipality"), place("c", "street")])
    return client


def words(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("local", "said", "unsaid"),
    [("a", "du centre", "Position :"), ("b", MARK, "du centre d"), ("c", "Position : Rue.", MARK)],
)
def test_its_page_says_what_the_position_stands_for(
    marked: FlaskClient, local: str, said: str, unsaid: str
) -> None:
    page = words(marked.get(f"/pole/ping/place/{local}").text)
    aside = page[page.index('<section class="box where">') : page.index('class="no-print ways')]
    assert said in aside
    assert unsaid not in aside


def test_a_card_gives_no_distance_more_exact_than_the_position(marked: FlaskClient) -> None:
    page = words(marked.get(NEAR).text)
    assert page.count(MARK) == 1
    assert page.count("2,6 km") == 2
    assert page.count("environ 3 km") == 1
    assert "about 3 km" in words(marked.get(f"/en{NEAR}").text)


def test_a_filter_keeps_them_and_the_map_tells(marked: FlaskClient) -> None:
    assert words(marked.get("/lieux?position=municipality").text).count(MARK) == 1
    assert words(marked.get("/lieux?manque=coordonnees&q=services").text).count(MARK) == 1


def test_our_formats_carry_it_and_the_national_csv_does_not() -> None:
    centred = place("b", "municipality")
    feature = geojson_feature(centred)
    assert feature is not None
    assert feature["properties"]["position_kind"] == "municipality"
    assert national_object(centred)["position_kind"] == "municipality"
    assert national_csv(centred) == national_csv(place("b"))


def test_lists_for_programs_carry_it(marked: FlaskClient) -> None:
    found = json.loads(marked.get("/lieux.geojson?position=municipality").text)["features"]
    assert [one["properties"].get("position_kind") for one in found] == ["municipality"]


@pytest.mark.parametrize(
    ("kind", "lacks"), [("", False), ("street", False), ("municipality", True)]
)
def test_quality_counts_it_as_without_exact_coordinates(kind: str, lacks: bool) -> None:
    facts = facet_values(facts_of(place("x", kind)), "ping")
    assert (("manque", "coordonnees", "coordonnees") in facts) is lacks
    day = date(2026, 3, 4)
    mine, plain = quality(place("x", kind), (), day), quality(place("x"), (), day)
    assert mine is not None
    assert plain is not None
    assert (mine.completeness < plain.completeness) is lacks


def test_a_centre_counts_as_on_the_map(client: FlaskClient, node: SmallNode) -> None:
    nowhere = place_record(SIMPLE | {"id": "d", "latitude": "", "longitude": ""}, PING)
    harvest(node, "ping", [place("a"), place("b", "municipality")])
    assert "position connue" not in words(client.get("/lieux").text)
    harvest(node, "ping", [place("a"), place("b", "municipality"), nowhere])
    assert "1 lieu n’a pas de position connue" in words(client.get("/lieux").text).replace("'", "’")
