"""The address service in a browser: by keyboard, for screen readers, and by axe."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page

from registry.accounts.types import Roles
from registry.ledger.acts import COMMAND
from registry.node import Node
from tests.registry.web import chromium
from tests.registry.web.accounts.conftest import account_of
from tests.registry.web.accounts.pole_of_editors import SLUG, said
from tests.registry.web.accounts.small_address_service import (
    SmallAddressService,
    app_asking,
    collection,
    feature,
    small_address_service,
)
from tests.registry.web.accounts.test_account_looks import sign_in
from tests.registry.web.accounts.test_place_looks import looks_of, tabs_to
from tests.registry.web.network_of_tests import plain

pytestmark = pytest.mark.slow

LILAC = f"espace/pole/{SLUG}/lieux/lilas"


@pytest.fixture
def service() -> Iterator[SmallAddressService]:
    with small_address_service() as found:
        yield found


@pytest.fixture
def home(node: Node, service: SmallAddressService) -> Iterator[str]:
    app = app_asking(node, service)
    node.config = replace(node.config, base_url="http://127.0.0.1/")
    number = account_of(node, "zinc").number
    node.accounts.set_roles(number, Roles(poles=frozenset({SLUG})), COMMAND, "test")
    with chromium.served(app) as address:
        yield address


@pytest.fixture
def context(running: Chromium, home: str) -> Iterator[BrowserContext]:
    made = running.new_context(locale="fr-FR", reduced_motion="reduce")
    sign_in(made, home, "zinc")
    yield made
    made.close()


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("is_found", [True, False])
def test_enter_in_the_address_looks_it_up(
    context: BrowserContext, home: str, node: Node, service: SmallAddressService,
    width: int, is_found: bool,
) -> None:  # fmt: skip
    if not is_found:
        service.answer = lambda: collection(feature(score=0.1))
    before = said(node, "lilas")
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{home}{LILAC}")
    page.fill("#f-telephone", "04 94 00 00 97")
    page.focus("#f-adresse")
    page.keyboard.press("Enter")
    page.wait_for_selector("#position")
    assert len(service.asked) == 1
    assert focused(page) == "position"
    assert page.locator("#position").is_visible()
    assert page.get_attribute("#position", "role") == "status"
    title = plain(page.title())
    assert title.startswith("Position trouvée" if is_found else "Position introuvable")
    assert page.input_value("#f-telephone") == "04 94 00 00 97"
    assert page.input_value("#f-latitude") == ("43.5391" if is_found else "43.5366")
    assert looks_of(page, True) == []
    assert said(node, "lilas") == before
    tabs_to(page, "[data-locate]", 1)


def test_enter_with_communes_open_sends_nothing(
    context: BrowserContext, home: str, service: SmallAddressService
) -> None:
    page = context.new_page()
    page.goto(f"{home}espace/pole/{SLUG}/nouveau-lieu")
    page.focus("#f-commune")
    page.keyboard.type("Draguign")
    page.wait_for_selector(".suggestions [role=option]")
    page.wait_for_selector("[data-finder-status]:not(:empty)", state="attached")
    page.keyboard.press("Enter")  # nothing is chosen: the list closes, and no more
    assert page.get_attribute("#f-commune", "aria-expanded") == "false"
    page.keyboard.type("a")
    page.wait_for_selector(".suggestions [role=option]")
    page.keyboard.press("ArrowDown")
    active = page.get_attribute("#f-commune", "aria-activedescendant")
    assert active
    assert page.get_attribute(f"#{active}", "aria-selected") == "true"
    page.keyboard.press("Enter")
    assert page.input_value("#f-commune") == "Draguignan"
    assert page.get_attribute("#f-commune", "aria-activedescendant") is None
    assert page.url.endswith("/nouveau-lieu")
    assert service.asked == []


def test_enter_elsewhere_shows_the_difference_and_publishes_nothing(
    context: BrowserContext, home: str, node: Node, service: SmallAddressService
) -> None:
    page = context.new_page()
    page.goto(f"{home}{LILAC}")
    page.fill("#f-nom", "Médiathèque des Roses")
    page.keyboard.press("Enter")
    page.wait_for_selector("#pourquoi")
    assert service.asked == []
    assert said(node, "lilas")["nom"] == "Médiathèque des Lilas"


@pytest.mark.parametrize("width", [390, 1280])
def test_positions_of_a_sheet_are_reached_and_keep_axe_content(
    context: BrowserContext, home: str, node: Node, tmp_path: Path, width: int
) -> None:
    sheet = tmp_path / "lieux.csv"
    sheet.write_text(
        "nom;adresse;code_postal;commune;telephone\nA;1 place du Marché;83300;Draguignan;12\n"
        "B;2 place du Marché;83300;Draguignan;\n",
        encoding="utf-8",
    )
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{home}espace/pole/{SLUG}/deposer")
    page.set_input_files("input[type=file]", str(sheet))
    page.click("main form button.main")
    page.wait_for_selector("#t-addresses")
    page.locator('main input[type="text"]').first.press("Enter")  # never on to publishing
    page.wait_for_selector("#t-addresses")
    assert page.url.split("#")[0].endswith("/verdict")
    assert looks_of(page, True) == []
    page.focus('button[formaction$="#t-addresses"]')
    page.keyboard.press("Enter")
    page.wait_for_selector('input[name="p.2"], input[name="p.1"]')
    assert focused(page) == "t-addresses"
    assert "1 Place du Marché 83300 Draguignan" in plain(page.inner_text("main"))
    assert looks_of(page, True) == []
