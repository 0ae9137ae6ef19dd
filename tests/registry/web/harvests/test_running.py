"""The page of the running harvests, in both languages, for people and for machines."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from flask.testing import FlaskClient

from registry.node import Node
from registry.state import Board, Run, state_url
from registry.web.app import create_app
from tests.registry.web.network_of_tests import add_source, open_node, plain


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Board]:
    node = open_node(tmp_path)
    add_source(node, "zinc", "https://zinc.example/id/", "Le Zinc")
    opened = Board(state_url(node.config))
    opened.client = create_app(cast("Node", node)).test_client()  # type: ignore[attr-defined]
    yield opened
    opened.close()
    node.close()


@pytest.fixture
def client(board: Board) -> FlaskClient:
    return cast("FlaskClient", board.client)  # type: ignore[attr-defined]


def test_nothing_runs(client: FlaskClient) -> None:
    assert "Aucune lecture n’est en cours." in client.get("/moissons/en-cours").text
    assert client.get("/moissons/en-cours.json").json == {"running": []}
    assert "/moissons/en-cours" in client.get("/moissons").text


def test_people_see_stage_rate_and_time_left(client: FlaskClient, board: Board) -> None:
    now = time.time()
    board.put(Run("zinc", 1, "check", 1_000, 3_000, 2_000_000, now - 20, now - 10, now))
    board.queue(["other"])
    page = client.get("/moissons/en-cours").text
    for words in ("Le Zinc", "contrôle des fiches", "/ 3 000", "20 secondes", "n° 1"):
        assert words in plain(page)
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    english = client.get("/en/moissons/en-cours").text
    for words in ("checking the records", "1,000 / 3,000", "20 seconds", "waits for its turn"):
        assert words in english
    assert "no sign of life" not in english
    assert "dry run" not in english
    board.put(Run("zinc", 1, "check", 0, None, 0, now, now, now, trial=True))
    assert "dry run: nothing enters" in client.get("/en/moissons/en-cours").text


def test_what_follows_a_harvest_is_a_stage_too(client: FlaskClient, board: Board) -> None:
    now = time.time()
    board.put(Run("other", 1, "fetch", 7, None, 0, now, now, now))
    with board.projecting(["zinc", "other"]):
        assert {run.source: run.stage for run in board.running()} == {
            "zinc": "project",
            "other": "fetch",  # at work again
        }
        assert "SPARQL et recherche" in client.get("/moissons/en-cours").text
        assert "SPARQL and search" in client.get("/en/moissons/en-cours").text
    assert [run.source for run in board.running()] == ["other"]
    with pytest.raises(RuntimeError), board.projecting(["zinc"]):
        raise RuntimeError
    with board.projecting([]):
        assert [run.source for run in board.running()] == ["other"]


def test_machines_read_the_same(client: FlaskClient, board: Board) -> None:
    now = time.time()
    board.put(Run("zinc", 1, "check", 100, 300, 0, now - 1_020, now - 1_010, now - 1_000))
    board.cancel("zinc", "Ada")
    answer = client.get("/moissons/en-cours.json")
    assert answer.json is not None
    (shown,) = answer.json["running"]
    assert "ETag" not in answer.headers
    assert (shown["rate"], shown["left_s"], shown["stuck"]) == (10, 20, True)
    assert shown["cancelled"] is True
    assert "Ada" not in answer.text
    page = client.get("/moissons/en-cours").text
    assert "sans nouvelles" in page
    assert "arrêt demandé" in page
