"""Dry runs from the web: strangers cannot use them against a source, the node or each other."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask.testing import FlaskClient

from registry.ledger.report import Report
from registry.ledger.types import Harvest, Outcome
from registry.state.trials import State, Trial, Trials
from tests.registry.web.network_of_tests import BASE_URL, NOON, SmallNode, add_source, open_node

if TYPE_CHECKING:
    pass

PAGE = "/moissons/essais/ping"


@pytest.fixture
def node(tmp_path: Path) -> Iterator[SmallNode]:
    opened = open_node(tmp_path)
    for slug in ("ping", "pong"):
        add_source(opened, slug, f"https://{slug}.example/id/")
    yield opened
    opened.close()


@pytest.fixture
def trials(node: SmallNode) -> Trials:
    return node.state.trials


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://maillage.example"},
        {"Sec-Fetch-Site": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "https://maillage.example.evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://[::1"},
    ],
)
def test_another_site_cannot_ask(
    client: FlaskClient, trials: Trials, headers: dict[str, str]
) -> None:
    assert client.post(PAGE, headers=headers).status_code == 403
    assert trials.state("ping") is State.NONE


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin", "Origin": BASE_URL.rstrip("/")},
        {"Origin": BASE_URL.rstrip("/")},
        {"Origin": "http://localhost", "Host": "localhost"},
    ],
)
def test_our_own_pages_and_programs_can(
    client: FlaskClient, trials: Trials, headers: dict[str, str]
) -> None:
    assert client.post(PAGE, headers=headers).status_code == 303
    assert trials.state("ping") is State.ASKED


def test_reading_asks_for_nothing(client: FlaskClient, trials: Trials) -> None:
    for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE"):
        client.open(PAGE, method=method)
    assert trials.state("ping") is State.NONE


def test_a_visitor_that_floods_waits_and_others_are_heard(client: FlaskClient) -> None:
    def post(sender: str) -> int:
        return client.post(PAGE, environ_base={"REMOTE_ADDR": sender}).status_code

    assert [post("192.0.2.7") for _ in range(7)] == [303] * 5 + [429] * 2
    answer = client.post(PAGE, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert int(answer.headers["Retry-After"]) > 0
    assert post("192.0.2.8") == 303


@pytest.mark.parametrize(
    "slug", ["nobody", "..", "%2e%2e", "..%2f..%2fledger.sqlite", "s-ping", "PING", "%00", "é", "*"]
)
def test_an_odd_name_is_nothing(client: FlaskClient, node: SmallNode, slug: str) -> None:
    for path in ("", ".json", "/differences", "/differences.csv", "/differences.rdfp"):
        assert client.get(f"/moissons/essais/{slug}{path}").status_code in {308, 404}
    assert client.post(f"/moissons/essais/{slug}").status_code in {308, 404, 405}
    assert node.state.trials.take(time.time()) == ()


def test_a_result_is_read_under_its_own_name_only(client: FlaskClient, trials: Trials) -> None:
    harvest = Harvest(0, "ping", Outcome.UNCHANGED, NOON, NOON, None, None, Report(note="of ping"))
    trials.keep(Trial(harvest, 0), ())
    assert "of ping" in client.get(PAGE).text
    for path in ("/moissons/essais/pong.json", "/moissons/essais/pong/differences.csv"):
        assert client.get(path).status_code == 404
    assert "of ping" not in client.get("/moissons/essais/pong").text


def test_a_source_removed_takes_its_result_along(
    client: FlaskClient, node: SmallNode, trials: Trials
) -> None:
    client.post(PAGE)
    trials.take(time.time())
    trials.keep(Trial(Harvest(0, "ping", Outcome.FAILED, NOON, NOON, None, None, Report()), 0), ())
    node.ledger.remove_source("ping")
    assert client.get(PAGE).status_code == 404
    assert client.get(f"{PAGE}.json").status_code == 404
