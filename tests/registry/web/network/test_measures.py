"""How the quality of a source moved: judged from the log, shown as a page and as W3C DQV."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from flask.testing import FlaskClient
from rdflib import Graph, URIRef
from rdflib.namespace import PROV, RDF

from registry.history.quality import judge_new, measured_harvests, measures
from registry.web.app import create_app
from registry.web.network import measures as shown
from shapes.quality import QualityMeasures, quality
from shapes.verdicts import validate
from tests.registry.web.network_of_tests import (
    NOON,
    REUNION,
    RICH,
    SIMPLE,
    SmallNode,
    add_source,
    harvest,
    open_node,
)
from vocab.mapping import place_record
from vocab.namespaces import DQV

if TYPE_CHECKING:
    from registry.node import Node

LATER = NOON + timedelta(days=400)


@pytest.fixture
def node(tmp_path: Path) -> Iterator[SmallNode]:
    opened = open_node(tmp_path)
    pole = add_source(opened, "ping", "https://ping.example/id/")
    poor, rich, other = (place_record(row, pole) for row in (SIMPLE, RICH, REUNION))
    harvest(opened, "ping", [poor, other])
    harvest(opened, "ping", [])
    harvest(opened, "ping", [rich], deleted=[other.iri], now=LATER)
    yield opened
    opened.close()


@pytest.fixture
def client(node: SmallNode, stopped_clock: object) -> FlaskClient:
    return create_app(cast("Node", node)).test_client()


def test_each_measure_is_the_mean_of_what_lived_then(node: SmallNode) -> None:
    first, last = measures(node.ledger, measured_harvests(node.ledger, "ping"), node.state.judged)
    assert (first.harvest, first.places, last.harvest, last.places) == (1, 2, 3, 2)
    for measure, upto in ((first, 2), (last, node.ledger.head())):
        records = list(node.ledger.records("ping", upto=upto))
        each = [quality(record, validate([record]), measure.at.date()) for record in records]
        for name in ("completeness", "validity", "freshness", "linkage", "whole"):
            mean = sum(getattr(item, name) for item in each) / len(each)
            assert getattr(measure.quality, name) == pytest.approx(mean), name
    assert last.quality.completeness > first.quality.completeness
    assert last.quality.freshness < first.quality.freshness


def test_what_was_judged_is_not_judged_again(node: SmallNode) -> None:
    """Each version is judged once, also when the page is asked by another process."""
    points = measured_harvests(node.ledger, "ping")
    asked_of = node.state.judged
    measured = measures(node.ledger, points, asked_of)
    contents = {record.content_hash for record in node.ledger.records("ping")}
    known = asked_of.of(contents)
    assert known.keys() == contents
    worth_nothing = {content: QualityMeasures(0, 0, 0, ()) for content in contents}
    asked_of.keep(worth_nothing)
    again = measures(node.ledger, points, asked_of)
    assert again[-1].quality.completeness == 0
    asked_of.keep(known)
    assert measures(node.ledger, points, asked_of) == measured
    assert sum(judge_new(node.ledger, "ping", asked_of)) == 0


def test_a_source_without_places_has_no_measure(node: SmallNode) -> None:
    add_source(node, "vide", "https://vide.example/id/")
    assert measures(node.ledger, measured_harvests(node.ledger, "vide"), node.state.judged) == ()


def test_the_turtle_is_dqv(client: FlaskClient) -> None:
    answer = client.get("/pole/ping/qualite.ttl")
    assert answer.content_type == "text/turtle; charset=utf-8"
    graph = Graph().parse(data=answer.text, format="turtle")
    measurements = set(graph.subjects(RDF.type, URIRef(f"{DQV}QualityMeasurement")))
    assert len(measurements) == 2 * 5
    for item in measurements:
        metric = graph.value(item, URIRef(f"{DQV}isMeasurementOf"))
        assert (metric, RDF.type, URIRef(f"{DQV}Metric")) in graph
        dimension = graph.value(metric, URIRef(f"{DQV}inDimension"))
        assert (dimension, RDF.type, URIRef(f"{DQV}Dimension")) in graph
        dataset = graph.value(item, URIRef(f"{DQV}computedOn"))
        assert dataset == URIRef("https://ping.example/feed/#dataset")
        value = graph.value(item, URIRef(f"{DQV}value"))
        assert value is not None
        assert 0 <= float(str(value)) <= 1
        assert graph.value(item, PROV.generatedAtTime) is not None


def test_the_page_follows_the_harvests(client: FlaskClient, node: SmallNode) -> None:
    page = client.get("/pole/ping/qualite").text
    assert "fraîcheur" in page
    assert page.count('<th scope="row"><a') == 2
    gone = [record.iri for record in node.ledger.records("ping")][:1]
    harvest(node, "ping", [], deleted=gone, now=LATER)
    english = client.get("/en/pole/ping/qualite").text
    assert "freshness" in english
    assert english.count('<th scope="row"><a') == 3
    assert "/pole/ping/qualite" in client.get("/pole/ping").text


@pytest.mark.parametrize("suffix", ["", ".ttl"])
def test_an_unknown_pole_is_not_found(client: FlaskClient, suffix: str) -> None:
    assert client.get(f"/pole/nobody/qualite{suffix}").status_code == 404


def test_whoever_waits_too_long_is_asked_to_come_back(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown, "_MAX_WAIT_S", 0)
    cache = client.application.extensions[shown.CACHE]
    with cache.lock:
        answer = client.get("/pole/ping/qualite.ttl")
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
    assert client.get("/pole/ping/qualite.ttl").status_code == 200
    with cache.lock:  # what is known needs no lock
        assert client.get("/pole/ping/qualite.ttl").status_code == 200


def test_a_pole_and_a_place_tell_their_quality_and_its_formula(
    client: FlaskClient, node: SmallNode
) -> None:
    (_, last) = measures(node.ledger, measured_harvests(node.ledger, "ping"), node.state.judged)
    pole = client.get("/en/pole/ping").text
    assert f"whole <b>{round(100 * last.quality.whole)}%</b>" in pole
    assert "<polyline" in client.get("/pole/ping/qualite").text
    place = client.get("/en/pole/ping/place/riche").text
    assert "Quality of this record" in place
    assert "freshness <b>100%</b>" in place
    assert "/en/qualite" in place
    assert 'id="freshness"' in client.get("/qualite").text
    assert "183 days" in client.get("/en/qualite").text
