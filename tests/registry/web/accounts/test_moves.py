"""An operator sees what each side of a move has stated, and what is missing."""

import pytest
from flask import Flask

from maillage.serving.source_registrar import NodeSourceRegistrar
from maillage.steps.hosting import host_pole
from maillage.steps.moving import lead_on, state_move
from registry.node import Node
from registry.settings.config import Pole
from registry.sources.hosted import hosted_namespace
from registry.sources.succession import Side, Succession, carried, succession_record
from registry.web.app import create_app
from tests.registry.web.accounts.conftest import Browser
from tests.registry.web.accounts.pole_of_editors import LILAC, SLUG, enter
from tests.registry.web.network_of_tests import add_source, harvest, plain

PAGE = "/administration/demenagements"
NEW = "https://biblio.example/id/"
BY, WHY = "command", "they have a server now"


@pytest.fixture
def app(node: Node) -> Flask:
    host_pole(node, SLUG, Pole("Bibliothèques du Var"), BY, WHY)
    enter(node, "lilas", LILAC)
    node.index.apply(node.ledger, node.ledger.head())
    made = create_app(node, sources=NodeSourceRegistrar(node))
    made.testing = True
    return made


@pytest.fixture
def operator(browser: Browser) -> Browser:
    browser.sign_in("operatrice")
    return browser


def page(operator: Browser, node: Node) -> str:
    node.index.apply(node.ledger, node.ledger.head())
    return plain(operator.get(PAGE).text)


def stated(node: Node) -> Succession:
    return Succession(hosted_namespace(node.config, SLUG), NEW)


def test_each_step_of_a_move_is_told(operator: Browser, node: Node) -> None:
    assert "Aucun pôle ne dit qu'il déménage" in page(operator, node)
    assert PAGE in operator.get("/administration/sources").text
    state_move(node, SLUG, NEW, BY, WHY)
    text = page(operator, node)
    assert "Le côté quitté dit où il continue" in text
    assert "ne lit pas encore le nouveau côté" in text
    assert f"maillage pole take https://maillage.example/hote/{SLUG}/feed/" in text
    assert "adresse=https://biblio.example/" in text
    add_source(node, "biblio", NEW, "Bibliothèques")
    text = page(operator, node)
    assert "Cet annuaire lit le nouveau côté" in text
    assert "/administration/sources/biblio" in text
    assert "ne l'a pas encore lu" in text
    record = node.ledger.record(f"{hosted_namespace(node.config, SLUG)}place/lilas")
    assert record
    harvest(node, "biblio", [succession_record(stated(node), Side.NEW)])
    text = page(operator, node)
    assert "Le nouveau côté dit qu'il prend la suite" in text
    assert "1 lieu ne mène pas encore" in text
    assert f"maillage pole move {SLUG} --to {NEW}" in text
    follows = carried(record, stated(node))
    harvest(node, "biblio", [follows])
    assert lead_on(node)
    text = page(operator, node)
    assert "Chaque lieu mène à sa nouvelle adresse" in text
    assert "Ce qui manque" not in text


def test_who_says_alone_to_follow_is_shown_as_such(operator: Browser, node: Node) -> None:
    add_source(node, "biblio", NEW, "<b>Faux</b>")
    harvest(node, "biblio", [succession_record(stated(node), Side.NEW)])
    text = page(operator, node)
    assert "Le côté quitté ne dit pas qu'il continue ailleurs" in text
    assert "S'il déménage vraiment" in text
    assert "<b>Faux" not in text
    elsewhere = Succession("https://autre.example/id/", NEW)
    harvest(node, "biblio", [succession_record(elsewhere, Side.NEW)])
    text = page(operator, node)
    assert "https://autre.example/id/" in text
    assert "assurez-vous que c'est bien le même pôle" in text


@pytest.mark.parametrize("who", ["zinc", ""])
def test_only_operators_see_moves(browser: Browser, who: str) -> None:
    if who:
        browser.sign_in(who)
    assert browser.get(PAGE).status_code in {302, 303, 403}
