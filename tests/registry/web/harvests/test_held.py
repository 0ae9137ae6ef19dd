"""The page of a held harvest says how to decide, and the decisions say what they decided."""

from pathlib import Path
from typing import cast

from registry.ledger.cursor import Cursor
from registry.ledger.types import Draft, HarvestResult, Held, Kind, Outcome
from registry.node import Node
from registry.web.app import create_app
from tests.registry.web.network_of_tests import NOON, small_network


def test_a_held_harvest_tells_the_commands_until_it_is_decided(tmp_path: Path) -> None:
    node = small_network(tmp_path)
    subject = next(iter(node.ledger.known("zinc")))
    gone = (Draft(Kind.DELETE, subject, None),)
    held = Held(gone, (), (), Cursor(), {subject: node.ledger.known("zinc")[subject]})
    waiting = node.ledger.commit("zinc", HarvestResult(Outcome.HELD, NOON, held=held), NOON)
    client = create_app(cast("Node", node)).test_client()
    page = client.get(f"/en/moissons/{waiting.id}").text
    assert "creations: 0, changes: 0, removals: 1, records marked as missing: 0" in page
    assert f"maillage harvest release {waiting.id} --reason" in page
    report = {"source": "zinc", "discarded": waiting.id, "reason": "<b>no</b>"}
    done = HarvestResult(Outcome.DISCARDED, NOON, report=report)
    decided = node.ledger.commit("zinc", done, NOON)
    assert "harvest release" not in client.get(f"/moissons/{waiting.id}").text
    page = client.get(f"/en/moissons/{decided.id}").text
    assert "Discards what was held by harvest" in page
    assert "&lt;b&gt;no&lt;/b&gt;" in page
    assert f"/en/moissons/{waiting.id}" in page
    node.close()


def test_differences_are_shown_as_page_csv_and_patch(tmp_path: Path) -> None:
    node = small_network(tmp_path)
    client = create_app(cast("Node", node)).test_client()
    last = node.ledger.last_harvest()
    page = client.get(f"/en/moissons/{last}/differences").text
    assert '<ins lang="fr">Le Grand Bus numérique' in page
    assert '<del lang="fr">Le Bus numérique' in page
    assert f"/en/moissons/{last}/differences.rdfp" in page
    assert f"/moissons/{last}/differences" in client.get(f"/moissons/{last}").text
    table = client.get(f"/en/moissons/{last}/differences.csv").data.decode("utf-8-sig")
    assert ";Name;" in table
    patch = client.get(f"/moissons/{last}/differences.rdfp")
    assert patch.content_type == "application/rdf-patch"
    rows = patch.text.splitlines()
    assert {row[:2] for row in rows[2:-1]} == {"A ", "D "}
    assert client.get(f"/moissons/{last}/differences?page=2").status_code == 404
    assert client.get("/moissons/999/differences").status_code == 404
    assert "changed nothing" in client.get("/en/moissons/3/differences").text
    node.close()
