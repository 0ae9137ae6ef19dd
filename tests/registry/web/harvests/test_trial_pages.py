"""Dry runs on the web: asked for by a form, awaited, read; each state in both languages."""

import csv
import io
import json
import time
from dataclasses import replace
from typing import cast

import pytest
from flask.testing import FlaskClient

from registry.history.difference import PATCH_TYPE, RecordDifference, difference
from registry.ledger.options import SourceOptions, Status
from registry.ledger.report import Report
from registry.ledger.types import Harvest, Outcome
from registry.node import Node
from registry.settings.config import Reach
from registry.sources.lifecycle import with_status
from registry.state import Board, NodeState, Run, state_url
from registry.state.trials import GAP_S, Trial, Trials
from registry.web.app import create_app
from tests.registry.web.network_of_tests import HOSTILE, NOON, SmallNode, plain
from vocab.records import Record

PAGE = "/moissons/essais/ping"
REPORT = {
    "counts": {"arrived": 3, "created": 2},
    "holds": [{"code": "MED-H400", "message_fr": "Trop de retraits.", "message_en": "Too many."}],
    "findings": [
        {"code": "MED-P001", "severity": "Violation", "count": 1, "message_fr": "Sans nom.",
         "message_en": "No name.", "samples": [{"record": "https://p.example/1", "value": HOSTILE}]}
    ],
    "moved": {"code": "MED-H450", "message_fr": "Déménage.", "message_en": "Moves."},
}  # fmt: skip


@pytest.fixture
def trials(node: SmallNode) -> Trials:
    return node.state.trials


def created(number: int) -> RecordDifference:
    iri = f"https://ping.example/id/place/{number}"
    line = f"<{iri}> <https://schema.org/name> {json.dumps(HOSTILE)} ."
    return difference(iri, None, Record(iri, (line,)))


def found(trials: Trials, count: int = 2, outcome: Outcome = Outcome.HELD) -> None:
    """Carry out a dry run as the schedule does."""
    trials.take(time.time())
    harvest = Harvest(0, "ping", outcome, NOON, NOON, None, None, Report(REPORT))
    trials.keep(
        Trial(harvest, count, ("https://ping.example/id/place/x",)), map(created, range(count))
    )
    trials.end("ping")


def test_a_visitor_asks_waits_and_reads(
    client: FlaskClient, node: SmallNode, trials: Trials
) -> None:
    assert PAGE in client.get("/pole/ping").text
    before = client.get(PAGE).text
    assert f'<form method="post" action="{PAGE}">' in before
    assert "refresh" not in before
    answer = client.post(PAGE)
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    waiting = client.get(PAGE).text
    assert "il commence dans la minute" in waiting
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in waiting
    assert "<form" not in waiting
    found(trials)
    done = client.get(PAGE).text
    for words in ("retenue", "Trop de retraits.", "Sans nom.", "Déménage.", "place/x", "place/1"):
        assert words in done
    assert "refresh" not in done
    assert "<script>document" not in done
    assert "Un nouvel essai pourra être demandé dans 10" in done
    assert node.ledger.last_harvest() == 0


def test_the_page_speaks_english(client: FlaskClient, trials: Trials) -> None:
    answer = client.post(f"/en{PAGE}")
    assert answer.headers["Location"] == f"/en{PAGE}"
    assert "it starts within a minute" in client.get(f"/en{PAGE}").text
    found(trials)
    page = client.get(f"/en{PAGE}").text
    for words in ("What a harvest would have done", "held", "Too many.", "No name.", "Moves."):
        assert words in page


def test_the_page_tells_how_far_the_dry_run_is(
    client: FlaskClient, node: SmallNode, trials: Trials
) -> None:
    board, now = Board(state_url(node.config)), time.time()
    run = Run("ping", 1, "check", 20, 40, 0, now, now, now)
    client.post(PAGE)
    board.put(run)
    assert "une lecture de cette source est en cours" in client.get(PAGE).text
    board.erase("ping")
    trials.take(now)
    assert "il attend son tour" in client.get(PAGE).text
    board.put(run)
    assert "contrôle des fiches, 20 fiches / 40." in plain(client.get(PAGE).text)
    board.close()
    trials.end("ping")
    assert "Aucun résultat n’est gardé" in client.get(PAGE).text


def test_a_wish_that_nobody_takes_is_said(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post(PAGE)
    later = time.time() + 121
    monkeypatch.setattr("registry.web.harvests.trials.time.time", lambda: later)
    page = client.get(PAGE).text
    assert "personne ne l’a encore pris" in page
    assert "maillage harvest ping --dry-run" in page


def test_it_is_tried_again_after_ten_minutes_only(
    client: FlaskClient, trials: Trials, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post(PAGE)
    found(trials)
    client.post(PAGE)
    assert trials.take(time.time()) == ()
    later = time.time() + GAP_S + 1
    monkeypatch.setattr("registry.web.harvests.trials.time.time", lambda: later)
    assert "<form" in client.get(PAGE).text
    client.post(PAGE)
    assert trials.take(later) == ("ping",)


def test_differences_are_a_page_a_spreadsheet_and_a_patch(
    client: FlaskClient, trials: Trials
) -> None:
    client.post(PAGE)
    found(trials, 120, Outcome.COMMITTED)
    assert f"{PAGE}/differences" in client.get(PAGE).text
    assert "page 3 sur 3" in client.get(f"{PAGE}/differences?page=3").text
    assert "place/119" in client.get(f"{PAGE}/differences?page=3").text
    assert client.get(f"{PAGE}/differences?page=4").status_code == 404
    table = client.get(f"{PAGE}/differences.csv").data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table), delimiter=";"))
    assert (len(rows), rows[1][0]) == (121, "création")
    patch = client.get(f"{PAGE}/differences.rdfp")
    assert patch.content_type == PATCH_TYPE
    assert patch.text.count("\nA ") == 120
    latest = client.get(f"{PAGE}.json").json
    assert latest is not None
    assert (latest["outcome"], latest["changes"], latest["report"]) == ("committed", 120, REPORT)


def test_what_is_too_much_is_counted_and_not_kept(
    client: FlaskClient, trials: Trials, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.state.trials.MAX_CHANGES", 60)
    client.post(PAGE)
    found(trials, 70)
    page = client.get(PAGE).text
    assert "Seules les 60 premières sont gardées." in page
    assert "page 2 sur 2" in client.get(f"{PAGE}/differences?page=2").text
    assert len(list(trials.differences("ping"))) == 60


def test_what_may_not_be_tried_says_why_and_how(
    client: FlaskClient, node: SmallNode, trials: Trials
) -> None:
    client.post(PAGE)
    found(trials)
    source = node.ledger.source("ping")
    assert source is not None
    for changed, words in (
        (replace(source, allow_private=True), "sur un réseau privé"),
        (
            replace(source, options=SourceOptions(credentials="MAILLAGE_CREDENTIALS_X")),
            "un mot de passe",
        ),
        (with_status(source, Status.PAUSED, NOON), "en pause ou arrêtée"),
        (replace(source, kind="file"), "un fichier du registre"),
    ):
        node.ledger.put_source(changed)
        page = client.get(PAGE).text
        assert words in page
        assert "maillage harvest ping --dry-run" in page
        assert "<form" not in page
        assert "Trop de retraits" not in page, "the result is not shown any more"
        assert client.get(f"{PAGE}/differences.csv").status_code == 404
        assert client.post(PAGE).status_code == 303
        assert trials.take(time.time() + 2 * GAP_S) == ()


def test_the_operator_may_let_private_sources_be_tried(node: SmallNode) -> None:
    source = node.ledger.source("ping")
    assert source is not None
    node.ledger.put_source(replace(source, allow_private=True))
    node.config = replace(node.config, web_trials=Reach.PRIVATE)
    node.state = NodeState(node.config)
    client = create_app(cast("Node", node)).test_client()
    client.post(PAGE)
    assert node.state.trials.take(time.time()) == ("ping",)
    node.config = replace(node.config, web_trials=Reach.OFF)
    node.state = NodeState(node.config)
    assert "Ce registre ne fait pas d’essais" in client.get(PAGE).text
