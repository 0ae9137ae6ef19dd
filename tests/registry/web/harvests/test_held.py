"""The page of a held harvest says how to decide, and the decisions say what they decided."""

import csv
import io
from pathlib import Path
from typing import cast

from registry.ledger.cursor import Cursor
from registry.ledger.types import Draft, HarvestResult, Held, Kind, Outcome
from registry.node import Node
from registry.web.app import create_app
from tests.registry.web.network_of_tests import NOON, small_network
from vocab.namespaces import MED


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


def test_the_spreadsheet_of_differences_has_words_and_what_the_data_says(tmp_path: Path) -> None:
    node = small_network(tmp_path)
    client = create_app(cast("Node", node)).test_client()
    table = client.get("/moissons/1/differences.csv").data.decode("utf-8-sig")
    _head, *rows = list(csv.reader(io.StringIO(table), delimiter=";"))
    found = {(row[6], row[7]): row for row in rows if not row[2] or row[7].endswith("commune")}
    bus = "Le Bus numérique"
    services = found[bus, f"{MED}service"]
    assert services[3] == "Services"
    assert "Maîtrise des outils numériques du quotidien" in services[5]
    assert "/services/" in services[9]
    hours = found[bus, "https://schema.org/openingHours"]
    assert hours[5].startswith("lundi")
    assert hours[9].startswith("Mo")
    commune = found["France services d’Arles", f"{MED}commune"]
    assert (commune[5], commune[9][-6:]) == ("Arles (13004)", "/13004")
    kind = found[bus, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"]
    assert (kind[5], kind[9]) == ("", f"https://schema.org/Place | {MED}Place")
    assert all(row[3] for row in rows)
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
    head, *rows = list(csv.reader(io.StringIO(table), delimiter=";"))
    said = {
        "change": "change", "node": "", "property": "Name", "before": "Le Bus numérique",
        "after": "Le Grand Bus numérique", "name": "Le Grand Bus numérique",
        "property, in the data": "https://schema.org/name",
        "before, in the data": "Le Bus numérique@fr",
        "after, in the data": "Le Grand Bus numérique@fr",
    }  # fmt: skip
    found = [dict(zip(head, row, strict=True)) for row in rows]
    assert said in [{name: value for name, value in one.items() if name in said} for one in found]
    patch = client.get(f"/moissons/{last}/differences.rdfp")
    assert patch.content_type == "application/rdf-patch"
    lines = patch.text.splitlines()
    assert {line[:2] for line in lines[2:-1]} == {"A ", "D "}
    assert client.get(f"/moissons/{last}/differences?page=2").status_code == 404
    assert client.get("/moissons/999/differences").status_code == 404
    assert "changed nothing" in client.get("/en/moissons/3/differences").text
    node.close()
