"""The places of a pole by state: closed for good, with a correction that waits, or lacking."""

from re import search

import pytest
from flask import Flask

from registry.node import Node
from registry.tickets.types import Field, Proposal
from registry.web.site import clock
from tests.registry.web.accounts.conftest import Browser
from tests.registry.web.accounts.pole_of_editors import SLUG, as_editor, iri, made_app
from tests.registry.web.network_of_tests import SIMPLE, harvest, plain
from vocab.mapping import PoleIdentity, place_record

LIST = f"/espace/pole/{SLUG}/lieux"


@pytest.fixture
def app(node: Node) -> Flask:
    return made_app(node)


@pytest.fixture
def editor(browser: Browser, node: Node) -> Browser:
    return as_editor(browser, node)


def test_a_place_closed_for_good_is_found_again_and_put_back(editor: Browser, node: Node) -> None:
    assert "fermés pour de bon" not in plain(editor.get(LIST).text)
    path = f"/espace/pole/{SLUG}/fermeture/port"
    record = node.ledger.record(iri(node, "port"))
    assert record
    seen = record.content_hash
    editor.post(path, path, certain="oui", pourquoi="fini", vu=seen)
    node.index.apply(node.ledger, node.ledger.head())
    page = editor.get(LIST)
    assert "fermés pour de bon (1)" in plain(page.text)
    closed = editor.get(f"{LIST}?etat=fermes")
    assert "Atelier du Port" in plain(closed.text)
    assert "Médiathèque des Lilas" not in plain(closed.text)
    found = search(rf'href="(/espace/pole/{SLUG}/historique/port)"', closed.text)
    assert found
    assert editor.get(found[1]).status_code == 200


def test_what_another_server_withdrew_is_not_said_to_be_closed(
    browser: Browser, node: Node
) -> None:
    as_editor(browser, node, "zinc", "zinc")
    record = place_record(SIMPLE, PoleIdentity("zinc", "https://zinc.example/id/"))
    harvest(node, "zinc", [record])
    harvest(node, "zinc", [], deleted=[record.iri])
    assert record.iri in {one.iri for one in node.index.withdrawn("Place", "zinc")}
    page = browser.get("/espace/pole/zinc/lieux?etat=fermes")
    assert page.status_code == 200
    assert "pour de bon" not in plain(page.text)


def test_a_place_with_a_correction_that_waits_is_found(editor: Browser, node: Node) -> None:
    proposal = Proposal(iri(node, "port"), SLUG, Field.HOURS, "", "Le lundi", "")
    node.tickets.propose(proposal, clock.now().timestamp())
    assert "avec une correction en attente (1)" in plain(editor.get(LIST).text)
    page = plain(editor.get(f"{LIST}?etat=attente").text)
    assert "Atelier du Port" in page
    assert "Médiathèque des Lilas" not in page


def test_what_places_lack_is_counted(editor: Browser) -> None:
    page = plain(editor.get(LIST).text)
    assert "Tous (2)" in page
    assert "sans horaires (1)" in page
    assert editor.get(f"{LIST}?etat=%22nonsense").status_code == 200
