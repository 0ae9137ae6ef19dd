"""A new place that the directory has already is told before it is published; one may go on."""

import pytest
from flask import Flask

from registry.node import Node
from tests.registry.web.accounts.conftest import Browser
from tests.registry.web.accounts.pole_of_editors import (
    SLUG,
    as_editor,
    fields_of,
    made_app,
    published,
    said,
)
from tests.registry.web.network_of_tests import plain

NEW = f"/espace/pole/{SLUG}/nouveau-lieu"
TOLD = "Ce lieu est peut-être déjà dans l'annuaire"


@pytest.fixture
def app(node: Node) -> Flask:
    return made_app(node)


@pytest.fixture
def editor(browser: Browser, node: Node) -> Browser:
    return as_editor(browser, node)


PLACES = [
    ({"nom": "Médiathèque des lilas"}, "le même nom"),
    ({"nom": "Autre chose", "adresse": "1, place du marché"}, "la même adresse"),
    ({"nom": "Médiathèque des Lilas", "adresse": "1 place du Marché"}, "le même nom"),
    ({"nom": "Médiathèque des Lilas", "commune": "Toulon", "code_postal": "83000"}, ""),
    ({"nom": "Autre chose", "adresse": "3 place du Marché"}, ""),
    ({"nom": "Médiathèque"}, ""),
]


@pytest.mark.parametrize(("cells", "why"), PLACES)
def test_a_place_that_is_there_is_told_with_its_page(
    editor: Browser, node: Node, cells: dict[str, str], why: str
) -> None:
    town = {"commune": "Draguignan", "code_postal": "83300"}
    review = editor.send(NEW, {**fields_of(editor.get(NEW)), **town, **cells})
    page = plain(review.text)
    assert (TOLD in page) is bool(why)
    if why:
        assert f'<a href="/pole/{SLUG}/place/lilas">Médiathèque des Lilas</a>' in page
        assert why in page
    sent = fields_of(review)
    assert published(editor, NEW, review, pourquoi="nouveau lieu").status_code == 303
    assert said(node, sent["identifiant"][0])["nom"] == cells["nom"]


def test_a_place_is_not_its_own_double(editor: Browser) -> None:
    path = f"/espace/pole/{SLUG}/lieux/lilas"
    review = editor.send(path, {**fields_of(editor.get(path)), "telephone": "04 94 00 00 99"})
    assert TOLD not in plain(review.text)
