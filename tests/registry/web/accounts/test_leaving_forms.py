"""A form with unsaved text asks before it is left; one that nobody changed does not."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Dialog

from registry.accounts.types import Roles
from registry.ledger.acts import COMMAND
from registry.node import Node
from tests.registry.web import chromium
from tests.registry.web.accounts.conftest import account_of
from tests.registry.web.accounts.pole_of_editors import SLUG, made_app
from tests.registry.web.accounts.test_account_looks import sign_in

pytestmark = pytest.mark.slow


@pytest.fixture
def home(node: Node) -> Iterator[str]:
    app = made_app(node)
    node.config = replace(node.config, base_url="http://127.0.0.1/")
    number = account_of(node, "zinc").number
    node.accounts.set_roles(number, Roles(poles=frozenset({SLUG})), COMMAND, "test")
    with chromium.served(app) as address:
        yield address


def test_leaving_asks_only_where_something_was_typed(running: Chromium, home: str) -> None:
    context = running.new_context(locale="fr-FR", reduced_motion="reduce")
    sign_in(context, home, "zinc")
    page = context.new_page()
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", stay)
    form = f"{home}espace/pole/{SLUG}/lieux/lilas"
    page.goto(form)
    page.goto(f"{home}espace")
    assert asked == []
    page.goto(form)
    page.fill("#f-telephone", "04 94 11 22 33")
    page.goto(f"{home}espace")
    assert asked == ["beforeunload"]
    page.goto(form)
    page.fill("#f-telephone", "04 94 11 22 33")
    page.click(".save button:not(.main)")
    page.wait_for_selector("#pourquoi")
    assert asked == ["beforeunload"]
    page.click("button[value=publier]")
    page.wait_for_url("**fait=publie")
    assert asked == ["beforeunload"]
    context.close()
