"""The history of a record: what changed, in people's words, and what it said then."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urljoin

import pytest
from flask.testing import FlaskClient

from registry.web.app import create_app
from tests.registry.web.network_of_tests import (
    HOSTILE,
    NASTY,
    NOON,
    RICH,
    SIMPLE,
    SmallNode,
    add_source,
    harvest,
    open_node,
    plain,
)
from vocab.mapping import PoleIdentity, place_record
from vocab.records import Record

if TYPE_CHECKING:
    from registry.node import Node

PLACE = "/pole/ping/place/riche"
HISTORY = f"{PLACE}/historique"
_LATER = {
    "nom": "Le Grand Bus numérique", "horaires": "Mo-Fr 09:00-12:00; Sa off", "frais_a_charge":
    "Payant", "telephone": "", "commune": "Arles", "code_insee": "13004", "code_postal": "13200",
    "date_maj": "2026-03-01", "autres_formations_labels": "Label du quartier",
}  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallNode]:
    """A node whose places changed, went, came back; one only in what programs use."""
    node = open_node(tmp_path_factory.mktemp("told"))
    ping = add_source(node, "ping", "https://ping.example/id/", "Ping")
    rich, gone, nasty = (place_record(row, ping) for row in (RICH, SIMPLE, NASTY))
    harvest(node, "ping", [rich, gone, nasty])
    harvest(
        node, "ping", [place_record(RICH | _LATER, ping)], deleted=[gone.iri],
        now=NOON + timedelta(days=28),
    )  # fmt: skip
    back = place_record(SIMPLE | {"id": "retour"}, ping)
    harvest(node, "ping", [back])
    harvest(node, "ping", [], deleted=[back.iri])
    harvest(node, "ping", [place_record(SIMPLE | {"id": "retour", "nom": "Revenu"}, ping)])
    services = {"id": "ordre", "services": "Loisirs et créations numériques|"}
    asked = "Maîtrise des outils numériques du quotidien"
    one, other = f"{services['services']}{asked}", f"{asked}|{services['services'].rstrip('|')}"
    for order in (one, other):
        harvest(node, "ping", [place_record(SIMPLE | services | {"services": order}, ping)])
    for key in ("13004_0001", "13004_0002"):
        harvest(node, "ping", [place_record(SIMPLE | {"id": "cle", "ban_key": key}, ping)])
    harvest(node, "ping", [place_record(NASTY | {"presentation_resume": HOSTILE * 2}, ping)])
    yield node
    node.close()


@pytest.fixture(scope="module")
def reader(told: SmallNode) -> FlaskClient:
    return create_app(cast("Node", told)).test_client()


def _text(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", plain(answer.text)))


@pytest.mark.parametrize(
    ("prefix", "words"),
    [
        ("", ["2 versions", "1er avril 2026 à 13 h", "4 mars 2026 à 12 h",
              "Affirmé par le pôle Ping",
              "Nom avant : Le Bus numérique après : Le Grand Bus numérique",
              "Commune avant : Marseille après : Arles",
              "Code INSEE avant : Marseille (13055) après : Arles (13004)",
              "lundi à vendredi 9 h – 12 h, 14 h – 18 h 30 ; samedi 8 h 30 – 12 h",
              "lundi à vendredi 9 h – 12 h ; samedi : fermé",
              "Frais à charge avant : Gratuit après : Payant",
              "Téléphone retiré : 04 91 12 34 56",
              "Date de mise à jour avant : 1er février 2026 après : 1er mars 2026",
              "labels ajouté : Label du quartier", "Fiche entrée dans l'annuaire"]),
        ("/en", ["2 versions", "1 April 2026 at 13:00", "4 March 2026 at 12:00",
                 "According to the pole Ping",
                 "Name before: Le Bus numérique after: Le Grand Bus numérique",
                 "Monday to Friday 9:00 – 12:00, 14:00 – 18:30; Saturday 8:30 – 12:00",
                 "Fees before: Free of charge after:",
                 "taken off: 04 91 12 34 56", "Record entered in the directory"]),
    ],
)  # fmt: skip
def test_the_history_says_in_words_what_changed(
    reader: FlaskClient, prefix: str, words: list[str]
) -> None:
    text = _text(reader, prefix + HISTORY)
    assert [one for one in words if one not in text] == []
    assert text.index(words[1]) < text.index(words[2])


@pytest.mark.parametrize("place", ["riche", "simple", "retour", "ordre", "cle", "pi%C3%A8ge"])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_no_version_shows_iris_or_syntax(reader: FlaskClient, prefix: str, place: str) -> None:
    base = f"{prefix}/pole/ping/place/{place}/historique"
    for address in (base, f"{base}/1"):
        text = _text(reader, address)
        for syntax in ("ping.example", "w3id.org", "id.insee.fr", "schema:", "med:", "^^", "Mo-Fr"):
            assert syntax not in text, address
        assert "<img src=x" not in reader.get(address).text


def test_places_lead_to_their_history_and_back(reader: FlaskClient) -> None:
    assert f'href="{HISTORY}"' in reader.get(PLACE).text
    assert "Historique de la fiche (2 versions)" in _text(reader, PLACE)
    history = reader.get(HISTORY).text
    assert f'href="{PLACE}"' in history
    assert f'href="{HISTORY}/1"' in history
    assert 'content="noindex,follow"' in history
    assert 'href="/lieux" aria-current="true"' in history


def test_what_was_withdrawn_can_still_be_read(reader: FlaskClient) -> None:
    page = "/pole/ping/place/simple"
    gone = reader.get(page)
    assert gone.status_code == 410
    assert f'href="{page}/historique"' in gone.text
    text = _text(reader, f"{page}/historique")
    assert "Fiche retirée de l'annuaire" in text
    assert "Fiche entrée dans l'annuaire" in text
    assert "France services d'Arles" in _text(reader, f"{page}/historique/1")
    assert reader.get(f"{page}/historique/2").status_code == 410


def test_what_comes_back_is_compared_with_what_it_said_before(reader: FlaskClient) -> None:
    text = _text(reader, "/pole/ping/place/retour/historique")
    assert "Fiche revenue dans l'annuaire" in text
    assert "avant : France services d'Arles après : Revenu" in text


def test_a_change_that_nobody_reads_is_said_to_be_one(reader: FlaskClient) -> None:
    text = _text(reader, "/pole/ping/place/cle/historique")
    assert "2 versions" in text
    assert "Rien de ce qui se lit n'a changé" in text


def test_another_order_of_the_same_values_is_said(reader: FlaskClient) -> None:
    text = _text(reader, "/pole/ping/place/ordre/historique")
    pastimes = "Loisirs et créations numériques"
    asked = "Maîtrise des outils numériques du quotidien"
    assert f"avant : {pastimes} , {asked} après : {asked} , {pastimes}" in text
    assert "Services, dans l'ordre avant" in text
    assert "Rien de ce qui se lit n'a changé" not in text


def test_a_version_is_what_the_record_said_then(reader: FlaskClient, told: SmallNode) -> None:
    text = _text(reader, f"{HISTORY}/1")
    assert "Le Bus numérique" in text
    assert "Friche la Belle de Mai" in text
    answer = reader.get(f"{HISTORY}/1.nt")
    old = told.ledger.changes_of("https://ping.example/id/place/riche", 2)[1]
    assert sorted(answer.text.splitlines()) == sorted(old.body.splitlines())
    assert answer.headers["Memento-Datetime"] == "Wed, 04 Mar 2026 11:00:00 GMT"
    assert f'<http://maillage.example{PLACE}>; rel="original"' in answer.headers.getlist("Link")
    turtle = reader.get(f"{HISTORY}/1", headers={"Accept": "text/turtle"})
    assert turtle.mimetype == "text/turtle"


@pytest.mark.parametrize("name", ["0", "3", "01", "-1", "x", "9" * 30, "1.pdf", "²"])
def test_versions_that_never_were(reader: FlaskClient, name: str) -> None:
    assert reader.get(f"{HISTORY}/{name}").status_code == 404
    assert reader.get(f"{HISTORY}?page={name}").status_code in (200, 404)


def test_programs_read_all_versions(reader: FlaskClient) -> None:
    found: dict[str, Any] = reader.get(f"{HISTORY}.json").get_json()
    assert found["iri"] == "https://ping.example/id/place/riche"
    latest, first = found["versions"]
    assert (latest["version"], latest["change"], latest["source"]) == (2, "update", "ping")
    assert latest["record"] == f"http://maillage.example{HISTORY}/2"
    name = next(one for one in latest["changes"] if one["property"].endswith("schema.org/name"))
    assert name["before"] == ["Le Bus numérique@fr"]
    assert name["after"] == ["Le Grand Bus numérique@fr"]
    assert first["change"] == "create"
    gone = reader.get("/pole/ping/place/simple/historique.json").get_json()["versions"]
    assert [(one["change"], one["record"] is None) for one in gone] == [
        ("delete", True),
        ("create", False),
    ]


def test_what_a_pole_says_of_itself_has_versions_too(visitor: FlaskClient) -> None:
    text = _text(visitor, "/pole/zinc/pole/historique/1")
    assert "association loi 1901" in text
    assert "Bouches-du-Rhône (13)" in text


def test_a_source_that_is_no_longer_followed_is_named(tmp_path: Path) -> None:
    node = open_node(tmp_path)
    ping = add_source(node, "ping", "https://ping.example/id/", "Ping")
    harvest(node, "ping", [place_record(RICH, ping)])
    node.ledger.remove_source("ping", NOON)
    node.index.apply(node.ledger, node.ledger.head())
    client = create_app(cast("Node", node)).test_client()
    assert client.get(PLACE).status_code == 410
    text = _text(client, HISTORY)
    assert text.count("Affirmé par la source ping, qui n'est plus suivie") == 2
    assert "Fiche retirée de l'annuaire" in text
    assert "Le Bus numérique" in _text(client, f"{HISTORY}/1")
    node.close()


def test_long_histories_come_in_pages(tmp_path: Path) -> None:
    node = open_node(tmp_path)
    ping = add_source(node, "ping", "https://ping.example/id/", "Ping")
    for number in range(45):
        harvest(node, "ping", [place_record(RICH | {"nom": f"Nom {number}"}, ping)])
    client = create_app(cast("Node", node)).test_client()
    assert "Nom 44" in client.get(HISTORY).text
    found = re.findall(r'id="version-(\d+)"', client.get(f"{HISTORY}?page=3").text)
    assert found == ["5", "4", "3", "2", "1"]
    assert client.get(f"{HISTORY}?page=4").status_code == 404
    assert len(client.get(f"{HISTORY}.json").get_json()["versions"]) == 45
    node.close()


def test_a_record_whose_own_path_ends_so_keeps_its_page(tmp_path: Path) -> None:
    node = open_node(tmp_path)
    ping = add_source(node, "ping", "https://ping.example/id/", "Ping")
    paths = ("a/historique", "b/historique/1", "historique")
    rows = (SIMPLE | {"id": "a"}, *(RICH | {"id": path} for path in paths))
    encoded = [place_record(row, ping) for row in rows]
    own = [
        Record(one.iri.replace("%2F", "/"), tuple(line.replace("%2F", "/") for line in one.lines))
        for one in encoded
    ]
    harvest(node, "ping", own)
    client = create_app(cast("Node", node)).test_client()
    for path in paths:
        assert "Friche la Belle de Mai" in client.get(f"/pole/ping/place/{path}").text
        for history in (f"{path}/historique", f"{path}/historique.json", f"{path}/historique/1"):
            assert client.get(f"/pole/ping/place/{history}").status_code == 200, history
    assert "France services" in client.get("/pole/ping/place/a").text
    node.close()


@pytest.mark.parametrize("local", ["../../../etc/passwd", "a/..", "./a", "a/../b"])
def test_dots_in_a_path_lead_nowhere_else(tmp_path: Path, local: str) -> None:
    node = open_node(tmp_path)
    harvest(node, "ping", [place_record(SIMPLE | {"id": local}, _ping(node))])
    client = create_app(cast("Node", node)).test_client()
    (link,) = re.findall(r'<h3><a href="([^"]+)"', client.get("/lieux").text)
    assert urljoin("http://maillage.example/lieux", link) == f"http://maillage.example{link}"
    assert "France services" in client.get(link).text
    node.close()


def _ping(node: SmallNode) -> PoleIdentity:
    return add_source(node, "ping", "https://ping.example/id/", "Ping")
