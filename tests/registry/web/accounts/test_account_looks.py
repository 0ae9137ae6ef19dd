"""Pages of accounts in a browser: axe finds nothing, nothing sticks out, no script needed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext

from registry.node import Node
from registry.web.app import create_app
from tests.registry.web import chromium
from tests.registry.web.accounts.conftest import PASSWORD, account_of
from tests.registry.web.network_of_tests import plain

pytestmark = pytest.mark.slow


@pytest.fixture
def home(node: Node) -> Iterator[str]:
    node.config = replace(node.config, base_url="http://127.0.0.1/")
    zinc = replace(account_of(node, "operatrice").roles, poles=frozenset({"zinc"}))
    node.accounts.set_roles(account_of(node, "operatrice").number, zinc, "command", "test")
    with chromium.served(create_app(node)) as address:
        yield address


def sign_in(context: BrowserContext, home: str, login: str, password: str = PASSWORD) -> str:
    page = context.new_page()
    page.goto(f"{home}connexion")
    page.fill("#login", login)
    page.fill("#password", password)
    page.click("form.box button.main")
    text = page.inner_text("main")
    page.close()
    return plain(text)


def test_one_signs_in_without_scripts(running: Chromium, home: str) -> None:
    context = running.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.goto(f"{home}connexion")
    assert not page.is_visible("[data-show-password]")
    page.close()
    assert "ne vont pas ensemble" in sign_in(context, home, "zinc", "wrong one")
    assert "Bonjour, Zinc" in sign_in(context, home, "zinc")
    context.close()


def test_a_password_is_shown_to_whoever_asks(running: Chromium, home: str) -> None:
    page = running.new_page()
    page.goto(f"{home}connexion")
    page.fill("#password", PASSWORD)
    page.check("[data-show-password]")
    assert page.get_attribute("#password", "type") == "text"
    page.uncheck("[data-show-password]")
    assert page.get_attribute("#password", "type") == "password"
    page.close()
