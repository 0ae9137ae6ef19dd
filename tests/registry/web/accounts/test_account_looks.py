"""Pages of accounts in a browser: axe finds nothing, nothing sticks out, no script needed."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext

from registry.accounts.types import Identity, Roles
from registry.node import Node
from registry.web.app import create_app
from registry.web.site import clock
from tests.registry.identity.small_provider import small_provider
from tests.registry.web import chromium
from tests.registry.web.accounts.conftest import PASSWORD, account_of
from tests.registry.web.accounts.provider_of_tests import with_provider
from tests.registry.web.network_of_tests import plain
from tests.registry.web.site.test_accessibility import LOOKS, faults

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


@chromium.at_widths(320, 390, 1280)
def test_pages_of_a_provider_keep_axe_content(
    running: Chromium, node: Node, tmp_path: Path, width: int
) -> None:
    node.config = replace(node.config, base_url="http://127.0.0.1/")
    with small_provider() as small, ExitStack() as serving:
        provider = with_provider(node, small, tmp_path)
        home = serving.enter_context(chromium.served(create_app(node, identities=provider)))
        now = clock.now().timestamp()
        invited, _ = node.accounts.links.invite("a@b.example", Roles(is_operator=True), "-", now)
        node.accounts.bind(account_of(node, "zinc").number, Identity(small.issuer, "1"), now)
        closed = ("connexion", "en/connexion", "connexion?refus=untrusted",
                  f"invitation/{invited}", "connexion/fournisseur/inconnue",
                  "en/connexion/fournisseur/inconnue")  # fmt: skip
        context = running.new_context(locale="fr-FR", reduced_motion="reduce")
        found = {page: faults(context, home + page, width, *LOOKS) for page in closed}
        for login in ("zinc", "ping"):
            sign_in(context, home, login)
            own = "en/espace/compte" if login == "zinc" else "espace/compte?refus=bound"
            found[own] = faults(context, home + own, width, *LOOKS)
            context.clear_cookies()
        context.close()
    assert {page: problems for page, problems in found.items() if problems} == {}


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
