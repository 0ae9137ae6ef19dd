"""A pole that puts another's name under its own records: on no page and in no answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.ledger.types import Harvest, Source
from registry.node import Node
from registry.settings.config import Config
from tests.harvester.conftest import Registry
from tests.simulator import SimulatedPole, place

ZINC = "https://zinc.example/id/"
MED = "https://w3id.org/mediation-numerique/ns#"
WHO = f"SELECT ?s ?who {{ ?s <{MED}statedBy>|<http://rdfs.org/ns/void#inDataset> ?who }}"


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    with Node.open(Config(data=tmp_path, base_url="http://maillage.example/")) as opened:
        opened.ledger.put_source(Source("zinc", "zinc", "Zinc", f"{ZINC}feed", "feed", (ZINC,)))
        yield opened


def harvested(node: Node, pole: SimulatedPole, body: str, media_type: str) -> Harvest:
    source = Source(
        "pole", "pole", "Pole", pole.url("/data"), "dump", (pole.url("/id/"),), allow_private=True
    )
    node.ledger.put_source(source)
    pole.put("/data", body, media_type)
    done = Registry(node.ledger, source).harvest()
    node.follow()
    return done


def answered(node: Node) -> set[str]:
    return set(node.queries.ask(WHO, format="csv").body.decode().split("\r\n")[1:-1])


@pytest.mark.parametrize(
    "claim",
    [
        f"<{MED}statedBy> <{ZINC}pole>",
        f"<{MED}statedBy> <{ZINC}pole#team>",
        "<http://rdfs.org/ns/void#inDataset> <http://maillage.example/source/zinc>",
        "<http://rdfs.org/ns/void#inDataset> <http://elsewhere.example/>",
    ],
)
def test_nobody_signs_for_another(node: Node, pole: SimulatedPole, claim: str) -> None:
    false, honest = place(pole, "false"), place(pole, "honest")
    lines = [line for line in false.lines if f"<{MED}statedBy>" not in line]
    stated = (
        [] if "statedBy" in claim else [f"<{false.iri}> <{MED}statedBy> <{pole.url('/id/pole')}> ."]
    )
    body = "\n".join([*lines, *stated, f"<{false.iri}> {claim} .", honest.body])
    done = harvested(node, pole, body, "application/n-triples")
    assert "MED-H009" in {found["code"] for found in done.report["findings"]}
    assert list(node.ledger.known("pole")) == [honest.iri]
    assert answered(node) == {
        f"{honest.iri},{pole.url('/id/pole')}",
        f"{honest.iri},http://maillage.example/source/pole",
    }


def test_graph_names_of_a_pole_mean_nothing(node: Node, pole: SimulatedPole) -> None:
    honest = place(pole, "honest")
    graphs = (
        "urn:maillage:position", "http://maillage.example/graph/harvests", f"{ZINC}place/1",
        "https://w3id.org/mediation-numerique/ns",
    )  # fmt: skip
    body = f"<{honest.iri}> a <{MED}Place> .\n" + "".join(
        f"<{graph}> {{ {honest.body} <{graph}> a <{MED}Place> .\n"
        f'<urn:maillage:store> <urn:maillage:store:seq> "9" . }}\n'
        for graph in graphs
    )
    harvested(node, pole, body, "application/trig")
    assert list(node.ledger.known("pole")) == [honest.iri]
    found = node.queries.ask(
        f"SELECT DISTINCT ?g {{ GRAPH ?g {{ <{honest.iri}> ?p ?o }} }}", format="csv"
    )
    assert found.body == b"g\r\n"
    assert [check.defects for check in node.verify()] == [()] * 3
