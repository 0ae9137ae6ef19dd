"""What is said of a form while an editor fills it in."""

import pytest
from flask import Flask

from harvester.run.proposal import proposed
from registry.node import Node
from tests.registry.web.accounts.conftest import Browser
from tests.registry.web.accounts.pole_of_editors import (
    SLUG,
    as_editor,
    enter,
    fields_of,
    identity,
    iri,
    made_app,
    said,
    told_in_a_form,
    typed,
)
from tests.registry.web.network_of_tests import HOSTILE, plain

LILAC = f"/espace/pole/{SLUG}/lieux/lilas"
VERDICT = f"/espace/pole/{SLUG}/verdict"


@pytest.fixture
def app(node: Node) -> Flask:
    return made_app(node)


@pytest.fixture
def editor(browser: Browser, node: Node) -> Browser:
    return as_editor(browser, node)


def judged(editor: Browser, **changes: object) -> dict[str, dict[str, dict[str, object]]]:
    values = {**fields_of(editor.get(LILAC)), "lieu": "lilas", **changes}
    answer = editor.send(VERDICT, values)
    assert answer.status_code == 200
    found: dict[str, dict[str, dict[str, object]]] = answer.get_json()
    return found


@pytest.mark.parametrize(
    ("field", "value", "is_wrong"),
    [
        ("telephone", "04 94 12 34 56", False),
        ("telephone", "12", False),
        ("courriels", "accueil(at)lilas.example", False),
        ("nom", "", True),
        ("latitude", "43,5366", False),
        ("prise_rdv", "javascript:alert(1)", False),
    ],
)
def test_a_field_is_judged_as_on_saving(
    editor: Browser, node: Node, field: str, value: str, is_wrong: bool
) -> None:
    head = node.ledger.head()
    found = judged(editor, **{field: value})["said"][field]
    assert found["wrong"] is is_wrong
    cells = {name: text for name, text in said(node, "lilas").items() if name != field}
    before = node.ledger.record(iri(node, "lilas"))
    notes = [
        note
        for note in proposed("lilas", cells | {field: value}, identity(node), before).notes
        if note.column == field
    ]
    assert notes
    on_saving = plain(typed(editor, LILAC, **{field: value}).text)
    for note in notes:
        for sentence in told_in_a_form(note):
            assert sentence in plain(str(found["html"]))
            assert sentence in on_saving
    assert node.ledger.head() == head


def test_the_public_card_follows(editor: Browser, node: Node) -> None:
    untouched = judged(editor)
    assert untouched["said"].get("telephone") is None
    assert plain(str(untouched["changes"])) == "Rien ne diffère de ce qui est publié."
    found = judged(
        editor, nom="Neuf", modalites_acces=["Se présenter"], **{"hours-Mo-1": "bientôt"}
    )
    assert "hours-Mo-1" in found["cells"]
    assert "2 changements" in plain(str(found["changes"]))
    card = plain(str(found["preview"]))
    assert "Neuf" in card
    assert "1 place du Marché, 83300 Draguignan" in card
    assert "79 % aujourd'hui, 86 % une fois publiée" in card
    assert "surtout : ce que cela coûte" in card
    assert "Loisirs" in card
    assert plain(str(found["hours"])) != ""
    enter(node, "lilas", said(node, "lilas") | {"nom": "Deux"})
    moved = editor.send(VERDICT, fields_of(editor.get(LILAC)) | {"lieu": "lilas", "vu": "x"})
    assert "a publié ce lieu" in plain(moved.get_json()["moved"])
    refused = judged(editor, nom="", commune="")
    assert "dès que" in plain(str(refused["preview"]))


NEW = [
    ({"nom": "Atelier neuf", "commune": "Crest"}, "Atelier neuf"),
    ({"nom": "Atelier neuf", "commune": "Toulon", "code_postal": "83000"}, "83000 Toulon"),
    ({"nom": "Médiathèque des Lilas", "commune": "Draguignan"}, "Médiathèque des Lilas"),
    ({"nom": "…", "commune": "Draguignan", "centre": "y"}, "Draguignan"),
    ({"nom": "Atelier neuf"}, "dès que"),
    ({"commune": "Crest"}, "dès que"),
    ({}, "dès que"),
]


@pytest.mark.parametrize(("cells", "card"), NEW)
def test_a_new_place_has_its_card_while_one_types(
    editor: Browser, node: Node, cells: dict[str, str], card: str
) -> None:
    head = node.ledger.head()
    form = fields_of(editor.get(f"/espace/pole/{SLUG}/nouveau-lieu"))
    answer = editor.send(VERDICT, {**form, "lieu": "", **cells})
    assert answer.status_code == 200, plain(answer.text)
    assert card in plain(answer.get_json()["preview"])
    assert node.ledger.head() == head


def test_a_verdict_is_asked_in_form(editor: Browser, node: Node) -> None:
    head = node.ledger.head()
    values = {"csrf_token": editor.token(LILAC)}
    new = editor.send(VERDICT, values | {"nom": HOSTILE, "commune": "Toulon"})
    assert new.status_code == 200
    assert "<img" not in new.text.replace("\\u003c", "<")
    assert editor.send(VERDICT, values | {"lieu": "jamais"}).status_code == 404
    assert editor.send(VERDICT, {"lieu": "lilas"}).status_code == 403
    assert editor.send(VERDICT, values | {"nom": "x" * 1_100_000}).status_code == 413
    assert editor.get(VERDICT).status_code == 405
    assert node.ledger.head() == head
    codes = {editor.send(VERDICT, values | {"lieu": "jamais"}).status_code for _ in range(100)}
    assert codes == {404, 429}
