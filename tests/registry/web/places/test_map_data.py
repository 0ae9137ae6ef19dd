"""What the map of the results asks for: places beyond the page of the list, and the ground."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from flask.testing import FlaskClient

from registry.node import Node
from registry.web.app import create_app
from tests.registry.web.network_of_tests import RICH, SmallNode, add_source, harvest, open_node
from vocab.mapping import place_record

MANY = 240
"""Places of the tests in a grid of 0.05° from 44° north, 2° east, and five of them at one spot."""
AT_ONE_SPOT = 5


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallNode]:
    node = open_node(tmp_path_factory.mktemp("many"))
    pole = add_source(node, "ping", "https://ping.example/id/", "Ping")
    spots = [(44 + number % 16 * 0.05, 2 + number // 16 * 0.05) for number in range(MANY)]
    spots += [(48.1, -1.7)] * AT_ONE_SPOT
    harvest(
        node,
        "ping",
        [
            place_record(
                RICH | {"id": f"n{number}", "nom": f"Lieu {number:03}",
                        "latitude": f"{latitude:.4f}", "longitude": f"{longitude:.4f}"}, pole)
            for number, (latitude, longitude) in enumerate(spots)
        ],
    )  # fmt: skip
    yield node
    node.close()


@pytest.fixture
def reader(many: SmallNode) -> FlaskClient:
    return create_app(cast("Node", many)).test_client()


def asked(reader: FlaskClient, address: str) -> Any:
    return reader.get(address).json


def counted(found: Any) -> int:
    gathered: int = sum(cluster[2] for cluster in found["clusters"])
    return len(found["places"]) + gathered


@pytest.mark.parametrize("zoom", ["0", "5.5", "9", "12", "22"])
@pytest.mark.parametrize("view", ["", "page=3", "tri=nom&page=10", "departement=13"])
def test_list_and_map_are_the_whole_answer(reader: FlaskClient, view: str, zoom: str) -> None:
    found = asked(reader, f"/carte.json?{view}&zoom={zoom}")
    listed = reader.get(f"/lieux?{view}").text.count("data-at=")
    assert listed
    assert counted(found) + listed == MANY + AT_ONE_SPOT
    assert counted(found) == found["total"]


def test_a_frame_has_what_lies_in_it(reader: FlaskClient) -> None:
    found = asked(reader, "/carte.json?cadre=1.99,43.99,2.11,44.11&zoom=14")
    assert found["total"] == 9 - sum(
        1.99 < float(at[1]) < 2.11 and 43.99 < float(at[0]) < 44.11 for at in listed_at(reader)
    )
    for place in found["places"]:
        assert 43.99 < place["at"][0] < 44.11
        assert 1.99 < place["at"][1] < 2.11


def listed_at(reader: FlaskClient) -> list[list[str]]:
    return [
        part.split('"')[0].split(",") for part in reader.get("/lieux").text.split('data-at="')[1:]
    ]


def test_a_frame_within_the_frame_that_was_searched(reader: FlaskClient) -> None:
    searched = "bbox=2,44,2.2,44.8"
    assert asked(reader, f"/carte.json?{searched}&cadre=5,5,6,6")["total"] == 0
    whole = asked(reader, f"/carte.json?{searched}")["total"]
    assert whole == asked(reader, f"/carte.json?{searched}&cadre=-5,41,9,51")["total"] > 0


def test_places_at_one_spot_stay_one_circle(reader: FlaskClient) -> None:
    found = asked(reader, "/carte.json?page=2&cadre=-1.8,48,-1.6,48.2&zoom=17")
    assert found["clusters"] == [[48.1, -1.7, AT_ONE_SPOT, -1.7, 48.1, -1.7, 48.1]]


def test_a_place_alone_is_told(reader: FlaskClient) -> None:
    found = asked(reader, "/en/carte.json?page=2&cadre=1.99,43.99,2.01,44.01&zoom=14")
    (place,) = found["places"]
    assert place["at"] == [44.0, 2.0]
    assert place["name"] == "Lieu 000"
    assert place["page"] == "/en/pole/ping/place/n0"
    assert place["phone"] == "+33491123456"
    assert place["state"] in {"open", "soon", "closed"}


def test_what_a_place_is_told_by_has_the_typography_of_its_language(tmp_path: Path) -> None:
    node = open_node(tmp_path)
    pole = add_source(node, "ping", "https://ping.example/id/", "Ping")
    named = RICH | {"nom": "L'atelier : où ?", "latitude": "48.1", "longitude": "-1.7"}
    others = [RICH | {"id": f"n{number}", "nom": "A"} for number in range(60)]
    harvest(node, "ping", [place_record(row, pole) for row in (*others, named)])
    frame = "tri=nom&cadre=-1.8,48,-1.6,48.2&zoom=12"
    for language, shown in (("", "L’atelier\u00a0: où\u202f?"), ("/en", "L’atelier : où ?")):
        answer = create_app(cast("Node", node)).test_client().get(f"{language}/carte.json?{frame}")
        assert answer.json is not None
        assert [place["name"] for place in answer.json["places"]] == [shown]
    node.close()


def test_where_nothing_is_answered_there_is_nothing(reader: FlaskClient) -> None:
    for view in ("q=inexistant", "ou=Zzyzx", "ou=Saint-Denis"):
        assert asked(reader, f"/carte.json?{view}") == {"clusters": [], "places": [], "total": 0}


def test_answers_are_small(reader: FlaskClient) -> None:
    for zoom in range(0, 20, 2):
        assert len(reader.get(f"/carte.json?zoom={zoom}").data) < 80_000
    for zoom in range(0, 20, 2):
        assert len(reader.get(f"/carte/fond.json?zoom={zoom}&cadre=-6,41,10,52").data) < 200_000


def test_the_world_at_the_zoom_of_a_street_is_a_map_of_the_world(reader: FlaskClient) -> None:
    for path in ("/carte.json", "/carte/fond.json"):
        assert reader.get(f"{path}?zoom=22").data == reader.get(f"{path}?zoom=4").data
        narrow = "cadre=2.3,48.8,2.4,48.9"
        deep, flat = (reader.get(f"{path}?{narrow}&zoom={zoom}").status_code for zoom in (22, 0))
        assert (deep, flat) == (200, 200)
    assert reader.get("/carte.json?zoom=22&cadre=2,48,2,48").status_code == 200


def test_the_ground_is_outlines_and_names(reader: FlaskClient) -> None:
    found = asked(reader, "/carte/fond.json?cadre=6,43,7,44&zoom=10")
    latitude, longitude, *_steps = found["land"][0]
    assert 43 <= latitude / found["scale"] <= 44
    assert 6 <= longitude / found["scale"] <= 7
    assert found["abroad"] == []
    assert {name for _lat, _lon, name, _inhabitants in found["names"]} >= {"Draguignan", "Fréjus"}


@pytest.mark.parametrize("path", ["/carte.json", "/carte/fond.json"])
@pytest.mark.parametrize(
    "frame",
    ["zoom=x", "zoom=-1", "zoom=23", "zoom=nan", "zoom=1,2", "cadre=1", "cadre=5,5,1,1",
     "cadre=nan,0,1,1", "cadre=-200,0,1,1", "cadre=0,0,1,91"],
)  # fmt: skip
def test_a_frame_without_sense_is_refused(reader: FlaskClient, path: str, frame: str) -> None:
    answer = reader.get(f"{path}?{frame}", headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert frame.partition("=")[0] in answer.text


@pytest.mark.parametrize(
    ("view", "circle", "box"),
    [
        ("", "", ""),
        ("ou=974", "", "55.2254,-21.3708,55.8545,-20.8614"),
        ("departement=974", "", "55.2254,-21.3708,55.8545,-20.8614"),
        ("departement=984", "", ""),
        ("departement=rien", "", ""),
        ("bbox=1,44,2,45", "", "1,44,2,45"),
        ("pres=44,2&rayon=7", "44,2,7", ""),
    ],
)
def test_the_map_begins_with_what_was_searched(
    reader: FlaskClient, view: str, circle: str, box: str
) -> None:
    page = reader.get(f"/lieux?{view}").text
    assert f'data-circle="{circle}" data-box="{box}"' in page
