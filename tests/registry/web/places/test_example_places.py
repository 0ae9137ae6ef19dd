"""An invented place is marked for people and for programs, wherever it is shown or given out."""

import csv
import html
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from registry.publish.publisher import publish
from registry.search.query import PAGE_SIZE
from tests.registry.publish.feed_samples import POLE
from tests.registry.web.network_of_tests import SIMPLE, SmallNode, harvest
from vocab.mapping import PoleIdentity, place_record
from vocab.namespaces import MED
from vocab.records import Record

PING = PoleIdentity("ping", "https://ping.example/id/")
MARK = "Exemple, lieu inventé"
WARNING = "Ce lieu est inventé"
ATOM = "{http://www.w3.org/2005/Atom}"


def places() -> Iterator[Record]:
    position = {"latitude": "43.6766", "longitude": "4.6278"}
    yield place_record(SIMPLE | position | {"id": "réel"}, PING)
    invented = {"id": "inventé", "nom": "Exemple d’atelier", "exemple": "true"}
    yield place_record(SIMPLE | position | invented, PING)


@pytest.fixture
def marked(client: FlaskClient, node: SmallNode) -> FlaskClient:
    harvest(node, "ping", places())
    return client


@pytest.mark.parametrize(("local", "is_example"), [("réel", False), ("inventé", True)])
def test_the_page_says_that_a_place_is_invented_and_asks_not_to_be_indexed(
    marked: FlaskClient, local: str, is_example: bool
) -> None:
    page = marked.get(f"/pole/ping/place/{local}").text
    assert (WARNING in page) == is_example
    assert ('<meta name="robots" content="noindex,follow">' in page) == is_example
    assert ("This place is made up" in marked.get(f"/en/pole/ping/place/{local}").text) == (
        is_example
    )
    data = json.loads(page.partition('ld+json">')[2].partition("</script>")[0])
    marks = [one["propertyID"] for one in data.get("additionalProperty", ())]
    assert marks == [f"{MED}isExample"] * is_example


def test_lists_mark_it_and_a_filter_takes_it_out(marked: FlaskClient) -> None:
    assert marked.get("/lieux").text.count(MARK) == 1
    only = marked.get("/lieux?exemple=oui").text
    assert "Exemple d’atelier" in only
    assert "France services d’Arles" not in only


def test_an_invented_place_answers_nobody_and_is_named_below_other_ways_out(
    client: FlaskClient, node: SmallNode
) -> None:
    only_here = SIMPLE | {"id": "borne", "nom": "Exemple de borne", "exemple": "true",
                          "horaires": "Mo-Su 00:00-24:00"}  # fmt: skip
    harvest(node, "ping", [*places(), place_record(only_here, PING)])
    page = client.get("/lieux?ou=Arles&quand=2026-03-01T03:00").text
    assert 'class="place numbered"' not in page
    ways = page.partition('class="box ways"')[2]
    assert "lieux inventés, montrés en exemple" in ways
    view = html.unescape(re.findall(r'href="([^"]*)">lieux inventés', ways)[0])
    assert "Exemple de borne" in client.get(view).text


@pytest.mark.parametrize("suffix", ["ttl", "nt", "jsonld", "rdf"])
def test_every_form_of_its_rdf_says_so(marked: FlaskClient, suffix: str) -> None:
    assert "isExample" in marked.get(f"/pole/ping/place/inventé.{suffix}").text
    assert "isExample" not in marked.get(f"/pole/ping/place/réel.{suffix}").text


def test_exports_of_a_view_say_so(marked: FlaskClient) -> None:
    rows = list(csv.DictReader(marked.get("/lieux.csv").text.splitlines()))
    assert {row["id"]: row["exemple"] for row in rows} == {"réel": "", "inventé": "true"}
    given = json.loads(marked.get("/lieux.json").text)["places"]
    assert {one["id"]: one.get("exemple") for one in given} == {"réel": None, "inventé": True}
    features = json.loads(marked.get("/lieux.geojson").text)["features"]
    said = {one["properties"]["id"]: one["properties"].get("exemple") for one in features}
    assert said == {"réel": None, "inventé": "true"}


def test_the_map_says_so(client: FlaskClient, node: SmallNode) -> None:
    before = {
        "latitude": "48",
        "longitude": "2",
        "nom": "Avant",
    }  # fills the first page of the list
    first = [place_record(SIMPLE | before | {"id": f"n{at}"}, PING) for at in range(PAGE_SIZE)]
    beyond = {"id": "inventé", "nom": "Exemple d’atelier", "exemple": "true",
              "latitude": "43.6766", "longitude": "4.6278"}  # fmt: skip
    harvest(node, "ping", [*first, place_record(SIMPLE | beyond, PING)])
    (place,) = json.loads(client.get("/carte.json").text)["places"]
    assert (place["name"], place["example"]) == ("Exemple d’atelier", MARK)


def test_atom_gives_it_a_category(marked: FlaskClient) -> None:
    feed = ET.fromstring(marked.get("/pole/ping/atom.xml").data)  # noqa: S314  our own document
    found = {
        entry.findtext(f"{ATOM}summary"): [
            category.get("scheme") for category in entry.findall(f"{ATOM}category")
        ]
        for entry in feed.findall(f"{ATOM}entry")
    }
    real, invented = (place.iri for place in places())
    assert found == {real: [], invented: [f"{MED}isExample"]}


def test_the_published_files_say_so_and_keep_the_columns_of_the_standard_elsewhere(
    marked: FlaskClient, node: SmallNode
) -> None:
    publish(node.ledger, POLE, node.publication)
    dumps = node.publication / "dumps"
    with (dumps / "places.csv").open(encoding="utf-8", newline="") as file:
        assert {row["id"]: row["exemple"] for row in csv.DictReader(file)} == {
            "réel": "",
            "inventé": "true",
        }
    for name in ("places.ttl", "places.jsonld"):
        assert (dumps / name).read_text(encoding="utf-8").count("isExample") == 1, name
    assert (dumps / "places.geojson").read_text(encoding="utf-8").count('"exemple"') == 1
    pages = "".join(path.read_text(encoding="utf-8") for path in node.publication.rglob("*.trig"))
    assert pages.count("isExample") == 1
    harvest(node, "ping", [], deleted=[list(places())[1].iri])
    publish(node.ledger, POLE, node.publication)
    assert "exemple" not in (dumps / "places.csv").read_text(encoding="utf-8").splitlines()[0]
    assert "exemple" not in marked.get("/lieux.csv").text.splitlines()[0]
