"""Pages of joining in a browser: axe finds nothing, nothing sticks out, no script is needed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser as Chromium

from maillage.serving.desk import LedgerDesk
from maillage.serving.registrar import NodeRegistrar
from maillage.steps.hosting import host_pole
from registry.accounts.types import Roles
from registry.node import Node
from registry.settings.config import Pole
from registry.web.app import create_app
from tests.registry.web import chromium
from tests.registry.web.accounts.conftest import account_of
from tests.registry.web.network_of_tests import plain

pytestmark = pytest.mark.slow


@pytest.fixture
def home(node: Node) -> Iterator[str]:
    node.config = replace(node.config, base_url="http://127.0.0.1/")
    host_pole(node, "biblio", Pole("Bibliothèques"), "command", "test")
    roles = Roles(is_operator=True, poles=frozenset({"biblio"}))
    node.accounts.set_roles(account_of(node, "operatrice").number, roles, "command", "test")
    app = create_app(node, desk=LedgerDesk(node), registrar=NodeRegistrar(node))
    with chromium.served(app) as address:
        yield address


def test_no_script_is_needed(running: Chromium, home: str) -> None:
    context = running.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.goto(f"{home}rejoindre")
    page.fill("#nom", "Fablab du Golfe")
    page.fill("#territoire", "Fréjus")
    page.check("[value=non]")
    page.fill("#courriel", "a@fablab.example")
    page.click("form.box button.main")
    assert "En attente de la réponse" in plain(page.inner_text("main"))
    page.click("text=Retirer et effacer")
    assert "Votre demande est retirée" in plain(page.inner_text("main"))
    assert not context.cookies()
    context.close()
