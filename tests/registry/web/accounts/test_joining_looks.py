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
from registry.web.site import clock
from tests.registry.web import chromium
from tests.registry.web.accounts.conftest import account_of
from tests.registry.web.accounts.test_account_looks import sign_in
from tests.registry.web.network_of_tests import plain
from tests.registry.web.site.test_accessibility import LOOKS, faults

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


@pytest.mark.parametrize("width", [320, 1280])
def test_pages_of_joining_keep_axe_content(
    running: Chromium, home: str, node: Node, width: int
) -> None:
    context = running.new_context(locale="fr-FR", reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{home}rejoindre")
    assert page.is_hidden("#flux")
    page.fill("#nom", "Fablab du Golfe")
    page.fill("#territoire", "Fréjus")
    page.check("[value=oui]")
    page.fill("#flux", "https://fablab.example/feed/")
    page.fill("#courriel", "a@fablab.example")
    page.press("#courriel", "Enter")  # keys alone send it
    page.wait_for_url("**/rejoindre/suivi/**")
    author = page.url.removeprefix(home).partition("?")[0]
    page.close()
    number = node.requests.listed(clock.now().timestamp())[0].number
    found = {each: faults(context, home + each, width, *LOOKS) for each in ("rejoindre", author)}
    sign_in(context, home, "operatrice")
    desk = "administration/demandes"
    inside = (desk, f"{desk}/{number}", "espace/pole/biblio", "en/espace/pole/biblio/reglages")
    found |= {each: faults(context, home + each, width, *LOOKS) for each in inside}
    context.close()
    assert {each: problems for each, problems in found.items() if problems} == {}


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
