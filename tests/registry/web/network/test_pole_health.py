"""The page of a pole says how its sources stand and fare, in words, in both languages."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import pytest
from flask.testing import FlaskClient

from registry.ledger.cursor import Cursor, Rhythm
from registry.ledger.options import Status, options_of
from registry.ledger.types import HarvestResult, Outcome
from registry.sources.health import Cause
from registry.sources.lifecycle import moved, with_status
from registry.web.app import create_app
from registry.web.network.poles import CAUSES, STATUS_NAMES
from tests.registry.web.network_of_tests import NOON, SIMPLE, SmallNode, harvest, plain
from vocab.mapping import PoleIdentity, place_record

if TYPE_CHECKING:
    from registry.node import Node


@pytest.fixture
def client(node: SmallNode, stopped_clock: object) -> FlaskClient:
    return create_app(cast("Node", node)).test_client()


def _fail(node: SmallNode, hours_ago: float, **report: object) -> None:
    at = NOON - timedelta(hours=hours_ago)
    node.ledger.commit("ping", HarvestResult(Outcome.FAILED, at, report=report), at)


def _visited(node: SmallNode, cursor: Cursor) -> None:
    node.ledger.commit("ping", HarvestResult(Outcome.UNCHANGED, NOON, cursor=cursor), NOON)


def test_a_streak_is_told_with_its_cause(client: FlaskClient, node: SmallNode) -> None:
    error = {"code": "MED-H109", "message_fr": "", "message_en": ""}
    for hours in (72, 48, 2):
        _fail(node, hours, error=error, requests=[{"status": 503}], expected=100, counted=40)
    french, english = client.get("/pole/ping").text, client.get("/en/pole/ping").text
    assert "Les 3 dernières lectures n’ont pas abouti" in french
    assert "le serveur du pôle est en panne (erreur 5xx)" in french
    assert "The last 3 harvests did not succeed" in english
    assert "the pole’s server is failing (error 5xx)" in english
    assert "40 records read of 100 announced" in english
    assert "more than two periods without a harvest that succeeded" in english


def test_its_freshness_is_told_against_what_it_declares(
    client: FlaskClient, node: SmallNode
) -> None:
    pole = PoleIdentity("ping", "https://ping.example/id/")
    harvest(node, "ping", [place_record(SIMPLE, pole)], now=NOON - timedelta(days=12))
    rhythm = Rhythm(polling_s=3 * 86_400, update_s=86_400)
    _visited(node, Cursor(declared=rhythm))
    french, english = client.get("/pole/ping").text, client.get("/en/pole/ping").text
    for words in (
        "la source demande 3 jours entre deux visites",
        "la source en annonce au moins une par période de 1 jour ;",
        "dernier changement il y a 12 jours",
        "plus de deux périodes sans changement",
    ):
        assert words in plain(french)
    assert "the source asks for 3 days between two visits" in english
    assert "the source announces at least one every 1 day" in english
    _visited(node, Cursor())
    assert "plus de deux périodes sans changement" not in client.get("/pole/ping").text


def test_its_standing_and_its_moves_are_shown(client: FlaskClient, node: SmallNode) -> None:
    source = node.ledger.source("ping")
    assert source is not None
    left = moved(source, "https://new.example/feed/")
    node.ledger.put_source(with_status(left, Status.PAUSED, NOON, "<b>server move</b>"))
    page = client.get("/en/pole/ping").text
    assert "paused: its records stay as they are" in page
    assert "&lt;b&gt;server move&lt;/b&gt;" in page
    assert "former addresses: https://ping.example/feed/" in page


def test_a_move_to_approve_is_told(client: FlaskClient, node: SmallNode) -> None:
    told = {"to": "https://new.example/", "message_fr": "Partie.", "message_en": "Left."}
    _fail(node, 1, moved=told)
    assert "Left." in client.get("/en/pole/ping").text
    assert "Left." in client.get("/en/moissons/1").text
    assert "Partie." in client.get("/moissons/1").text


def test_no_word_is_missing() -> None:
    assert set(CAUSES) == set(Cause)
    assert set(STATUS_NAMES) == set(Status)


def test_a_status_of_another_program_counts_as_paused(client: FlaskClient, node: SmallNode) -> None:
    source = node.ledger.source("ping")
    assert source is not None
    node.ledger.put_source(
        replace(source, options=options_of({"lifecycle": {"status": "dancing"}}))
    )
    assert "paused: its records" in client.get("/en/pole/ping").text


def test_what_nobody_looks_at_any_more_is_to_be_reviewed_not_completed(
    client: FlaskClient, node: SmallNode
) -> None:
    pole = PoleIdentity("ping", "https://ping.example/id/")
    harvest(node, "ping", [place_record(SIMPLE | {"date_maj": "2020-01-01"}, pole)])
    french, english = plain(client.get("/pole/ping").text), client.get("/en/pole/ping").text
    assert '/lieux?pole=ping&amp;tri=ancien">1 fiche à revoir</a>' in french
    assert "1 record to review</a>" in english
    assert '/lieux?pole=ping&amp;manque=horaires">1 fiche à compléter</a>' in french
    assert "mises à jour refusées" not in french
