"""Who has the answer to a query learns that it still holds, and gets another after a harvest."""

import json
import random
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from registry.node import Node
from registry.settings.config import Config
from registry.store.pool import QueryPool
from registry.web.app import create_app
from tests.registry.web.network_of_tests import RICH, add_source, harvest, own_record
from vocab.mapping import place_record

BASE = "http://maillage.example/"
SPACE = f"{BASE}id/"
MED = "https://w3id.org/mediation-numerique/ns#"
PLACES = f"SELECT ?p {{ ?p a <{MED}Place> }}"
COUNTED = f"SELECT (COUNT(*) AS ?n) {{ ?p a <{MED}Place> }}"
AROUND = (
    f'SELECT ?p {{ SERVICE <{MED}around> {{ ?p <{MED}center> "POINT(5.39 43.31)" ;'
    f" <{MED}radiusKm> 5 }} }}"
)


@pytest.fixture
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    config = Config(data=tmp_path_factory.mktemp("node"), base_url=BASE, namespace=SPACE)
    with Node.open(config) as node:
        add_source(node, "zinc", SPACE)
        fill(node, 1)
        yield node


@pytest.fixture
def client(node: Node) -> FlaskClient:
    return create_app(node).test_client()


def fill(node: Node, count: int) -> None:
    """Harvest so many places."""
    pole = add_source(node, "zinc", SPACE)
    records = [place_record(RICH | {"id": f"p{number}"}, pole) for number in range(count)]
    published = [own_record("zinc", SPACE), *records]
    gone = node.ledger.known("zinc").keys() - {record.iri for record in published}
    harvest(node, "zinc", published, deleted=gone)
    node.follow()


@pytest.mark.parametrize("query", [PLACES, AROUND, f"ASK {{ ?p a <{MED}Place> }}"])
@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
def test_an_answer_that_still_holds_is_not_sent_again(
    node: Node, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, query: str, coding: str
) -> None:
    fill(node, 40)
    asked = {"query_string": {"query": query}}
    first = client.get("/sparql", headers={"Accept-Encoding": coding}, **asked)
    tag = first.headers["ETag"]
    assert not tag.startswith("W/")
    assert first.headers["Cache-Control"] == "no-cache"
    assert "ETag" in first.headers["Access-Control-Expose-Headers"]
    if coding in first.headers.get("Content-Encoding", ""):
        assert tag.endswith(f'-{coding}"')
    monkeypatch.setattr(QueryPool, "ask", None)
    headers = {"Accept-Encoding": coding, "If-None-Match": tag}
    for method in (client.get, client.head):
        again = method("/sparql", headers=headers, **asked)
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == tag
        assert "Accept" in again.vary


def test_another_question_format_or_state_has_another_tag(node: Node, client: FlaskClient) -> None:
    def tag(query: str, **headers: str) -> str:
        answer = client.get("/sparql", query_string={"query": query}, headers=headers)
        assert answer.status_code == 200
        return answer.headers.get("ETag", "")

    before = [
        tag(PLACES), tag(PLACES, Accept="text/csv"), tag(f"{PLACES} LIMIT 9"), tag(AROUND),
    ]  # fmt: skip
    assert len(set(before)) == 4
    assert tag(PLACES, Accept="text/csv, text/html;q=0.1") == before[1]
    assert tag("SELECT (NOW() AS ?t) {}") == ""
    now = f'SELECT ?p {{ SERVICE <{MED}search> {{ ?p <{MED}words> "bus ouvert ce soir" }} }}'
    assert tag(now) == ""
    fill(node, 2)
    headers = {"If-None-Match": ", ".join(before)}
    answer = client.get("/sparql", query_string={"query": PLACES}, headers=headers)
    assert answer.status_code == 200
    assert len(json.loads(answer.data)["results"]["bindings"]) == 2
    assert answer.headers["ETag"] not in before


def test_a_refusal_has_no_tag_and_a_post_is_answered(client: FlaskClient) -> None:
    refused = client.get("/sparql?query=SELECT", headers={"If-None-Match": "*"})
    assert refused.status_code == 400
    assert "ETag" not in refused.headers
    tag = client.get("/sparql", query_string={"query": PLACES}).headers["ETag"]
    posted = client.post("/sparql", data={"query": PLACES}, headers={"If-None-Match": tag})
    assert posted.status_code == 200


def test_no_answer_is_stale_however_harvests_come_between(node: Node, client: FlaskClient) -> None:
    chance = random.Random(5)
    count = 1
    tags: dict[str, str] = {}
    shown: dict[str, int] = {}
    for _ in range(400):
        if chance.random() < 0.05:
            count = chance.randrange(1, 30)
            fill(node, count)
        query = chance.choice((PLACES, AROUND, COUNTED))
        known = tags.get(query, "") if chance.random() < 0.5 else ""
        answer = client.get(
            "/sparql", query_string={"query": query}, headers={"If-None-Match": known}
        )
        if answer.status_code == 304:
            assert known == answer.headers["ETag"]
        else:
            rows = json.loads(answer.data)["results"]["bindings"]
            tags[query] = answer.headers["ETag"]
            shown[tags[query]] = int(rows[0]["n"]["value"]) if query == COUNTED else len(rows)
        assert shown[tags[query]] == count
    assert len(shown) > 10
