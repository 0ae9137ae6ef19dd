"""An editor keeps one place in the browser."""

import pytest
from flask import Flask

from registry.accounts.types import Roles
from registry.ledger.acts import COMMAND
from registry.node import Node
from tests.registry.web.accounts.conftest import Browser, account_of
from tests.registry.web.accounts.pole_of_editors import (
    SLUG,
    iri,
    made_app,
    published,
    said,
    typed,
)
from tests.registry.web.network_of_tests import plain

LIST = f"/espace/pole/{SLUG}/lieux"
LILAC = f"{LIST}/lilas"


@pytest.fixture
def app(node: Node) -> Flask:
    return made_app(node)


@pytest.fixture
def editor(browser: Browser, node: Node) -> Browser:
    number = account_of(node, "zinc").number
    node.accounts.set_roles(number, Roles(poles=frozenset({"zinc", SLUG})), COMMAND, "test")
    browser.sign_in("zinc")
    return browser


def test_a_phone_is_changed_shown_and_published(editor: Browser, node: Node) -> None:
    before = said(node, "lilas")
    review = typed(editor, LILAC, telephone="04 94 00 00 99")
    assert review.status_code == 200, plain(review.text)
    assert "+33494000099" in plain(review.text).replace(" ", "") or "0494000099" in review.text
    assert said(node, "lilas") == before
    done = published(editor, LILAC, review)
    assert done.location == f"{LILAC}?fait=publie"
    after = said(node, "lilas")
    assert after == before | {"telephone": "+33494000099", "date_maj": "2026-03-04"}
    act = node.ledger.acts(1)[0]
    assert (act.what, act.by, act.about) == (
        "place.edited", account_of(node, "zinc").number, iri(node, "lilas"),
    )  # fmt: skip
    assert 'value="+33494000099"' in editor.get(done.location).text


def test_an_untouched_form_has_nothing_to_publish(editor: Browser, node: Node) -> None:
    head = node.ledger.head()
    answer = typed(editor, LILAC)
    assert "rien à publier" in plain(answer.text)
    assert node.ledger.head() == head
