"""Reports for the owner: every record of every rule, as a spreadsheet and as a SHACL report."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from registry.ledger.types import HarvestResult, Outcome, Refusal
from registry.web.app import create_app
from registry.web.harvests.rules import good_value, reason_of
from shapes.verdicts import validate
from tests.registry.web.network_of_tests import (
    NASTY,
    NOON,
    SIMPLE,
    SmallNode,
    add_source,
    finding,
    harvest,
    open_node,
    plain,
)
from vocab.mapping import PoleIdentity, place_record
from vocab.namespaces import SH

if TYPE_CHECKING:
    from registry.node import Node

SPACE = "https://ping.example/id/"
MANY = 40


@pytest.fixture
def node(tmp_path: Path) -> Iterator[SmallNode]:
    """Forty places that lack things, one hostile, and one in quarantine."""
    opened = open_node(tmp_path)
    pole = add_source(opened, "ping", SPACE)
    places = [place_record(SIMPLE | {"id": f"p{number}"}, pole) for number in range(MANY)]
    refusal = Refusal(f"{SPACE}place/faux", "", (finding() | {"record": f"{SPACE}place/faux"},))
    harvest(opened, "ping", [*places, place_record(NASTY, pole)], refusals=[refusal])
    yield opened
    opened.close()


def _rows(client: FlaskClient, path: str) -> list[list[str]]:
    text = client.get(path).data.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


@pytest.mark.parametrize(
    "path",
    [
        "1.csv",
        "1.csv?regle=MED-P030",
        "1.ttl",
        "1/constats.json",
        "1/differences.csv",
        "1/differences.rdfp",
    ],
)
def test_a_report_is_written_once_until_something_changes(
    client: FlaskClient, node: SmallNode, path: str
) -> None:
    """Each costs a second of work for a large source, in a slot that other files wait for."""
    first = client.get(f"/moissons/{path}")
    assert (first.status_code, len(first.data) > 0) == (200, True)
    again = another_process(node).get(f"/moissons/{path}")
    assert again.headers["ETag"]
    assert again.data == first.data
    other_language = another_process(node).get(f"/en/moissons/{path}")
    assert "ETag" not in other_language.headers
    renamed = place_record(SIMPLE | {"id": "p0", "nom": "Autre"}, PoleIdentity("ping", SPACE))
    harvest(node, "ping", [renamed])
    assert "ETag" not in another_process(node).get(f"/moissons/{path}").headers


def test_what_no_rule_is_called_fills_no_disk(client: FlaskClient, node: SmallNode) -> None:
    for number in range(3):
        assert client.get(f"/moissons/1.csv?regle=rien-{number}").data
    assert not list(node.config.prepared.glob("*"))


def another_process(node: SmallNode) -> FlaskClient:
    """Somebody who is answered by an application that remembers nothing."""
    return create_app(cast("Node", node)).test_client()


def test_the_spreadsheet_names_every_record_of_every_rule(
    client: FlaskClient, node: SmallNode
) -> None:
    head, *rows = _rows(client, "/moissons/1.csv")
    assert head[:3] == ["règle", "gravité", "fiche"]
    expected = Counter(found.code for found in validate(node.ledger.records("ping")))
    expected["MED-P001"] += 1
    assert Counter(row[0] for row in rows) == expected
    assert max(expected.values()) >= MANY, "more than any sample"
    assert all(all(row[:3]) and row[5] and row[8] for row in rows)


def test_the_name_of_a_record_is_looked_up_once(
    client: FlaskClient, node: SmallNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, resource = Counter[str](), node.index.resource

    def counted(iri: str) -> object:
        asked[iri] += 1
        return resource(iri)

    monkeypatch.setattr(node.index, "resource", counted)
    rows = _rows(client, "/moissons/1.csv")[1:]
    assert len(asked) > MANY
    assert len(rows) > 2 * len(asked)
    refused = {f"{SPACE}place/faux"}  # which has no name there, and is named by other means
    assert {iri for iri, times in asked.items() if times > 1} <= refused


def test_one_rule_can_be_asked_for_in_english(client: FlaskClient) -> None:
    head, *rows = _rows(client, "/en/moissons/1.csv?regle=MED-P001")
    assert head[0] == "rule"
    assert [(row[0], row[2], row[5]) for row in rows] == [
        ("MED-P001", f"{SPACE}place/faux", "The place has no name. Add it.")
    ]


def test_no_cell_runs_in_a_spreadsheet(client: FlaskClient, node: SmallNode) -> None:
    evil = finding() | {"value": '"=cmd|calc"', "message_fr": "@SUM(1)"}
    refusals = [Refusal(f"{SPACE}place/faux", "", (evil,))]
    harvest(node, "ping", [], refusals=refusals)
    (row,) = _rows(client, "/moissons/2.csv?regle=MED-P001")[1:]
    assert (row[4], row[5]) == ("'=cmd|calc", "'@SUM(1)")


def test_the_shacl_report_is_standard_and_complete(client: FlaskClient) -> None:
    answer = client.get("/moissons/1.ttl")
    assert answer.content_type.startswith("text/turtle")
    store = ox.Store()
    store.load(answer.data, format=ox.RdfFormat.TURTLE)
    results = list(store.quads_for_pattern(None, ox.NamedNode(f"{SH}result"), None))
    assert len(results) == len(_rows(client, "/moissons/1.csv")) - 1
    (conforms,) = store.quads_for_pattern(None, ox.NamedNode(f"{SH}conforms"), None)
    assert str(conforms.object).startswith('"false"')


@pytest.mark.parametrize(
    "value",
    ['"a" . <x:a> <x:b> "c"', '"cut…', "<no iri>", 'x"] . [] a <x:Evil> . [', "", "plain\n"],
)
def test_no_value_breaks_the_shacl_report(client: FlaskClient, node: SmallNode, value: str) -> None:
    faulty = finding() | {"value": value, "path": "a rule of rows", "focus": "not an iri"}
    harvest(node, "ping", [], refusals=[Refusal(f"{SPACE}place/faux", "", (faulty,))])
    store = ox.Store()
    store.load(client.get("/moissons/2.ttl?regle=MED-P001").data, format=ox.RdfFormat.TURTLE)
    results = list(store.quads_for_pattern(None, ox.NamedNode(f"{SH}result"), None))
    assert len(results) == 1
    assert not list(store.quads_for_pattern(None, None, ox.NamedNode("x:Evil")))


def test_an_older_harvest_answers_with_what_it_brought(
    client: FlaskClient, node: SmallNode
) -> None:
    harvest(node, "ping", [])
    rows = _rows(client, "/moissons/1.csv")[1:]
    assert {row[2] for row in rows} >= {f"{SPACE}place/p{number}" for number in range(MANY)}
    assert f"{SPACE}place/faux" not in {row[2] for row in rows}, "it is stated by the latest"


def test_records_that_nobody_looked_at_are_counted(client: FlaskClient, node: SmallNode) -> None:
    report = {"expected": 1_829, "counted": 29, "findings": []}
    node.ledger.commit("ping", HarvestResult(Outcome.HELD, NOON, report=report), NOON)
    page = client.get("/en/moissons/2").text
    assert "Records announced by the source: 1,829; read: 29." in page
    assert "1,800 records were not looked at" in page
    node.ledger.commit(
        "ping", HarvestResult(Outcome.UNCHANGED, NOON, report=report | {"counted": 1_829}), NOON
    )
    assert "not looked at" not in client.get("/en/moissons/3").text


def test_what_stopped_a_harvest_is_in_its_files(client: FlaskClient, node: SmallNode) -> None:
    error = {"code": "MED-H102", "message_fr": "Le nom est introuvable.", "message_en": "No name."}
    report = {"url": "https://ping.example/feed/", "error": error, "findings": "odd"}
    node.ledger.commit("ping", HarvestResult(Outcome.FAILED, NOON, report=report), NOON)
    (row,) = _rows(client, "/moissons/2.csv?regle=MED-H102")[1:]
    assert row[2:6] == ["https://ping.example/feed/", "", "", "Le nom est introuvable."]
    assert client.get("/moissons/999.csv").status_code == 404


def test_the_json_list_is_whole(client: FlaskClient) -> None:
    found = json.loads(client.get("/moissons/1/constats.json").data)
    assert len(found) == len(_rows(client, "/moissons/1.csv")) - 1
    assert all(item["message_fr"] and item["message_en"] for item in found)
    assert json.loads(client.get("/moissons/1/constats.json?regle=none").data) == []


def test_the_page_says_why_and_shows_a_value_that_will_do(
    client: FlaskClient, node: SmallNode
) -> None:
    codes = ("MED-A001", "MED-H102")
    common = {"severity": "Violation", "count": 1, "message_fr": "Non.", "message_en": "No."}
    report = {"findings": [{"code": code, **common} for code in codes]}
    node.ledger.commit("ping", HarvestResult(Outcome.UNCHANGED, NOON, report=report), NOON)
    page = client.get("/en/moissons/2").text
    assert all(reason_of(code, "en") in page for code in codes)
    assert f"“{good_value('MED-A001')}”" in page
    assert good_value("MED-A001") == "Marseille"


def test_a_row_is_told_once_by_the_quarantine_or_by_the_report(
    client: FlaskClient, node: SmallNode
) -> None:
    table, refused, made = "https://ping.example/t.csv", f"{SPACE}place/faux", f"{SPACE}place/p1"
    common = {
        "code": "MED-H212",
        "severity": "Violation",
        "message_fr": "Ligne.",
        "message_en": "R",
    }
    samples = [{"record": record, "value": None, **common} for record in (table, refused, made)]
    report = {"url": table, "findings": [{**common, "count": 3, "samples": samples}]}
    kept = (Refusal(refused, "", ({"record": refused, **common},)),)
    result = HarvestResult(Outcome.COMMITTED, NOON, refusals=kept, report=report)
    node.ledger.commit("ping", result, NOON)
    rows = _rows(client, "/moissons/2.csv?regle=MED-H212")[1:]
    assert sorted(row[2] for row in rows) == sorted((table, refused, made))
    harvest(node, "ping", [])
    again = _rows(client, "/moissons/2.csv?regle=MED-H212")[1:]
    assert sorted(row[2] for row in again) == sorted((table, refused, made))


def test_an_older_harvest_says_that_it_is_one(client: FlaskClient, node: SmallNode) -> None:
    words = "A later harvest took place"
    assert words not in client.get("/en/moissons/1").text
    harvest(node, "ping", [])
    page = client.get("/en/moissons/1").text
    assert words in page
    assert 'href="/en/moissons/2"' in page


def test_the_page_says_how_long_each_stage_took(client: FlaskClient, node: SmallNode) -> None:
    timings = {"parse": 0.5, "fetch": 2.25, "discover": 0.1, "odd": 9, "check": "soon"}
    result = HarvestResult(Outcome.UNCHANGED, NOON, report={"timings": timings})
    number = node.ledger.commit("ping", result, NOON).id
    page = client.get(f"/moissons/{number}").text
    assert "découverte 0,1 s, téléchargement 2,25 s, lecture 0,5 s." in plain(page)
    assert "discovering 0.1 s, fetching 2.25 s, reading 0.5 s." in (
        client.get(f"/en/moissons/{number}").text
    )
