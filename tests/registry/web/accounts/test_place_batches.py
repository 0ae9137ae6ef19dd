"""One value of many places is changed at once, from their list."""

import re
from html import unescape
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from registry.node import Node
from registry.web.workspace import batches
from tests.registry.web.accounts.conftest import Browser
from tests.registry.web.accounts.pole_of_editors import (
    CAREFUL,
    SLUG,
    as_editor,
    enter,
    fields_of,
    made_app,
    said,
)
from tests.registry.web.network_of_tests import plain

LIST, BATCH = f"/espace/pole/{SLUG}/lieux", f"/espace/pole/{SLUG}/lot"
LEISURE, RIGHTS = "Loisirs et créations numériques", "Aide aux démarches administratives"


@pytest.fixture
def app(node: Node) -> Flask:
    app = made_app(node)
    enter(node, "quai", CAREFUL | {"nom": "Atelier du Quai", "typologie": "BIB"})
    node.index.apply(node.ledger, node.ledger.head())
    return app


@pytest.fixture
def editor(browser: Browser, node: Node) -> Browser:
    return as_editor(browser, node)


def seen(browser: Browser, where: str, field: str, deed: str, *values: str) -> TestResponse:
    """Choose places, a field, what to do with it; see the difference."""
    path = f"{BATCH}?champ={field}{where}"
    token = fields_of(browser.get(path))["csrf_token"]
    sent: dict[str, object] = {"csrf_token": token, "quoi": deed, field: [*values]}
    return browser.send(path, sent)


def published(browser: Browser, review: TestResponse, **more: object) -> TestResponse:
    found = re.search(r'<form class="box fields" method="post" action="([^"]+)"', review.text)
    assert found, plain(review.text)
    sent = {**fields_of(review), "faire": "publier", **more}
    return browser.send(unescape(found[1]), sent)


def test_all_libraries_get_a_service(editor: Browser, node: Node) -> None:
    listed = editor.get(f"{LIST}?type=bib")
    link = re.search(r'href="([^"]+/lot[^"]*)"', editor.get(LIST).text)
    assert link
    kind = re.search(r'<option value="([^"]+)"[^>]*>Bibliothèque', editor.get(LIST).text)
    assert kind, listed.text
    where = f"&type={quote(kind[1])}"
    review = seen(editor, where, "services", "ajouter", RIGHTS)
    page = plain(review.text)
    assert "2 lieux changeraient" in page
    before = {one: said(node, one) for one in ("lilas", "quai", "port")}
    assert RIGHTS not in str(before)
    done = published(editor, review, pourquoi="prêt d'ordinateurs")
    assert done.status_code == 303, plain(done.text)
    assert "2 lieux sont publiés" in plain(editor.get(done.location).text)
    assert said(node, "lilas") == before["lilas"] | {
        "services": f"{before['lilas']['services']}|{RIGHTS}", "date_maj": "2026-03-04",
    }  # fmt: skip
    assert said(node, "quai")["services"] == RIGHTS
    assert said(node, "port") == before["port"]
    act = node.ledger.acts(1)[0]
    assert (act.what, act.about, act.why) == ("places.edited", SLUG, "prêt d'ordinateurs")
    again = plain(seen(editor, where, "services", "ajouter", RIGHTS).text)
    assert "Rien ne diffère" in again
    assert "2 lieux le disent déjà" in again


@pytest.mark.parametrize(
    ("field", "deed", "values", "expected"),
    [
        ("services", "retirer", (LEISURE,), "Maîtrise des outils numériques du quotidien"),
        ("services", "mettre", (RIGHTS,), RIGHTS),
        ("services", "vider", (), None),
        ("horaires", "mettre", ("lundi 9h-12h",), "Mo 09:00-12:00"),
        ("courriels", "ajouter", ("c@biblio.example",),
         "lilas@biblio.example|aide@biblio.example|c@biblio.example"),
        ("site_web", "mettre", ("www.biblio.example",), "http://www.biblio.example"),
    ],
)  # fmt: skip
def test_what_can_be_done_with_a_value(
    editor: Browser, node: Node, field: str, deed: str, values: tuple[str, ...], expected: str
) -> None:
    review = seen(editor, "&q=Lilas", field, deed, *values)
    assert review.status_code == 200, plain(review.text)
    assert published(editor, review).status_code == 303
    assert said(node, "lilas").get(field) == expected
    assert said(node, "port").get(field) is None


@pytest.mark.parametrize(
    ("field", "deed", "values"),
    [("services", "", (RIGHTS,)), ("services", "mettre", ()), ("horaires", "ajouter", ("x",)),
     ("nom", "mettre", ("Tous pareils",)), ("latitude", "mettre", ("1",))],
)  # fmt: skip
def test_what_makes_no_sense_is_told(
    editor: Browser, node: Node, field: str, deed: str, values: tuple[str, ...]
) -> None:
    token = editor.token(BATCH + "?champ=services")
    sent: dict[str, object] = {"csrf_token": token, "quoi": deed, field: [*values]}
    head = node.ledger.head()
    answer = editor.send(f"{BATCH}?champ={field}", {**sent, "faire": "publier"})
    assert answer.status_code == 422
    assert node.ledger.head() == head


def test_nothing_is_written_over_nor_too_much(
    editor: Browser, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = seen(editor, "", "services", "ajouter", RIGHTS)
    enter(node, "lilas", said(node, "lilas") | {"telephone": "+33494000055"})
    head = node.ledger.head()
    late = published(editor, review)
    assert late.status_code == 409
    assert node.ledger.head() == head
    assert published(editor, late, pourquoi=" ").status_code == 422
    assert published(editor, late).status_code == 303
    monkeypatch.setattr(batches, "MOST", 1)
    assert "1 lieux au plus" in plain(seen(editor, "", "services", "vider").text)
