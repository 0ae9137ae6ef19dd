"""A place with several numbers, mail addresses and sites: shown, changed, corrected as a whole."""

from io import BytesIO
from re import findall, search

import openpyxl
import pytest
from flask import Flask

from registry.node import Node
from registry.tickets.types import Field
from tests.registry.web.accounts.conftest import Browser
from tests.registry.web.accounts.pole_of_editors import (
    CAREFUL,
    SLUG,
    as_editor,
    enter,
    fields_of,
    iri,
    made_app,
    published,
    said,
    typed,
)
from tests.registry.web.accounts.test_correction_in_form import proposed
from tests.registry.web.network_of_tests import plain

PORT = f"/espace/pole/{SLUG}/lieux/port"
MOBILE, HOME, OTHER = "+33612345603", "+33235000003", "+33494671588"
SEVERAL = {
    "telephone": "06 12 34 56 03 / 02 35 00 00 03",
    "courriels": "z@port.example|a@port.example",
    "site_web": "https://z.example/|https://a.example/",
}


@pytest.fixture
def app(node: Node) -> Flask:
    app = made_app(node)
    enter(node, "port", CAREFUL | SEVERAL)
    return app


@pytest.fixture
def editor(browser: Browser, node: Node) -> Browser:
    return as_editor(browser, node)


def called(browser: Browser, node: Node) -> list[str]:
    """Return the numbers of the public page, the one of the button first."""
    node.index.apply(node.ledger, node.ledger.head())
    text = browser.get(f"/pole/{SLUG}/place/port").text
    button = search(r'class="button main" href="tel:([^"]+)"', text)
    assert button, text
    listed = findall(r'<li><a href="tel:([^"]+)"', text)
    return [button[1], *listed] if listed else [button[1]]


def test_the_first_number_is_the_one_to_call_everywhere(editor: Browser, node: Node) -> None:
    assert called(editor, node) == [MOBILE, MOBILE, HOME]
    form = fields_of(editor.get(PORT))
    assert form["telephone"][0].split("\n") == [MOBILE, HOME]
    assert form["courriels"][0].split("\n") == ["z@port.example", "a@port.example"]
    assert form["site_web"][0].split("\n") == ["https://z.example/", "https://a.example/"]
    file = editor.get(f"/espace/pole/{SLUG}/modele.xlsx?rempli=oui").data
    names, *rows = openpyxl.load_workbook(BytesIO(file)).worksheets[0].values
    row = next(dict(zip(names, one, strict=True)) for one in rows if "port" in one)
    assert row["telephone"] == f"{MOBILE}|{HOME}"
    assert row["courriels"] == SEVERAL["courriels"]
    assert row["site_web"] == SEVERAL["site_web"]


CHANGED = [
    (OTHER, [OTHER]),
    (f"{OTHER}\n{HOME}", [OTHER, HOME]),
    (f"{HOME}\n{MOBILE}", [HOME, MOBILE]),
    (f"{MOBILE}\n{OTHER}\n3949", [MOBILE, OTHER, "3949"]),
    ("", []),
]


@pytest.mark.parametrize(("text", "numbers"), CHANGED)
def test_what_is_typed_stands_in_place_of_all(
    editor: Browser, node: Node, text: str, numbers: list[str]
) -> None:
    review = typed(editor, PORT, telephone=text)
    assert "Téléphone" in plain(review.text)
    assert published(editor, PORT, review).status_code == 303
    assert said(node, "port").get("telephone", "") == "|".join(numbers)
    if numbers:
        assert called(editor, node)[0] == numbers[0]
    again = typed(editor, PORT)
    assert "rien à publier" in plain(again.text)


CORRECTED = [
    ("04 94 67 15 88", {"telephone": ["04 94 67 15 88", HOME]}),
    ("02 35 00 00 03", {"telephone": ["02 35 00 00 03"]}),
    ("04 94 67 15 88 ou 01 23 45 67 89", {"telephone": ["04 94 67 15 88", "01 23 45 67 89"]}),
    ("b@port.example", {"courriels": ["b@port.example", "a@port.example"]}),
    ("04 94 67 15 88, b@port.example",
     {"telephone": ["04 94 67 15 88", HOME], "courriels": ["b@port.example", "a@port.example"]}),
]  # fmt: skip


@pytest.mark.parametrize(("value", "fields"), CORRECTED)
def test_a_correction_stands_in_place_of_what_people_call(
    editor: Browser, node: Node, value: str, fields: dict[str, list[str]]
) -> None:
    _token, number = proposed(node, Field.CONTACT, value, "port")
    form = fields_of(editor.get(f"{PORT}?correction={number}"))
    assert {name: form[name][0].split("\n") for name in fields} == fields
    done = published(editor, PORT, editor.send(PORT, form))
    assert done.status_code == 303
    if "telephone" in fields:
        assert MOBILE not in called(editor, node)


def test_a_list_of_boxes_ticked_in_another_order_is_no_change(editor: Browser, node: Node) -> None:
    before = node.ledger.record(iri(node, "lilas"))
    services = said(node, "lilas")["services"].split("|")[::-1]
    answer = typed(editor, f"/espace/pole/{SLUG}/lieux/lilas", services=services)
    assert "rien à publier" in plain(answer.text)
    assert node.ledger.record(iri(node, "lilas")) == before
