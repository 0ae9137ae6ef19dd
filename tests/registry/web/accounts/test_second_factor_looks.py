"""Two-step verification in a browser: axe finds nothing in any state, no script is needed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from registry.node import Node
from registry.web.app import create_app
from tests.registry.web import chromium
from tests.registry.web.accounts.conftest import PASSWORD
from tests.registry.web.accounts.test_account_looks import sign_in
from tests.registry.web.accounts.verified_accounts import PAGE, STEP, code_of, secret_shown
from tests.registry.web.network_of_tests import plain

pytestmark = pytest.mark.slow
WIDTHS = (320, 390, 1280)


@pytest.fixture
def home(node: Node) -> Iterator[str]:
    node.config = replace(
        node.config, base_url="http://127.0.0.1/", accounts_second_factor="everyone"
    )
    with chromium.served(create_app(node)) as address:
        yield address


def faults(page: Page, look: str, width: int) -> list[str]:
    """What axe finds in a page as it stands, which opening it again would not show."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=look)  # type: ignore[arg-type]
    found = chromium.violations(page)
    if (wide := chromium.sideways(page)) > 0:
        found.append(f"{wide} px too wide")
    return found


@pytest.mark.parametrize(("language", "look"), [("", "light"), ("en/", "dark")])
def test_every_state_keeps_axe_content(
    running: Chromium, home: str, language: str, look: str
) -> None:
    context = running.new_context(locale="fr-FR", reduced_motion="reduce")
    sign_in(context, home, "zinc")
    page, found = context.new_page(), {}

    def seen(state: str) -> None:
        found.update({(state, width): faults(page, look, width) for width in WIDTHS})

    page.goto(f"{home}{language}{PAGE[1:]}")
    seen("off")
    page.fill("#present", PASSWORD)
    page.click("button.main")
    seen("offered")
    secret = secret_shown(page.content())
    page.fill("#code", "000000")
    page.click("button.main")
    seen("wrong")
    page.fill("#code", code_of(secret))
    page.click("button.main")
    assert page.locator(".recovery-codes li").count() == 10
    seen("codes")
    page.click("a.button.main")
    page.goto(f"{home}{language}espace/compte")
    seen("account")
    page.click(f"a[href$='{PAGE}']")
    seen("on")
    page.fill("#present", "wrong one")
    page.fill("#code", "1")
    page.click("button.main")
    seen("refused")
    context.clear_cookies()
    sign_in(context, home, "zinc")
    page.goto(f"{home}{language}{STEP[1:]}")
    page.click("main summary")
    seen("step")
    context.close()
    assert {state: problems for state, problems in found.items() if problems} == {}
    assert len(found) == 8 * len(WIDTHS)


def entered(page: Page) -> None:
    """Send a form by the key for it."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_one_signs_in_by_keyboard_without_scripts(running: Chromium, home: str) -> None:
    context = running.new_context(java_script_enabled=False, locale="fr-FR")
    sign_in(context, home, "zinc")
    page = context.new_page()
    page.goto(home + PAGE[1:])
    page.focus("#present")
    page.keyboard.type(PASSWORD)
    entered(page)
    secret = secret_shown(page.content())
    page.focus("#code")
    page.keyboard.type(code_of(secret))
    entered(page)
    codes = page.locator(".recovery-codes code").all_inner_texts()
    context.clear_cookies()
    assert "Saisissez le code" in sign_in(context, home, "zinc")
    page.goto(home + STEP[1:])
    assert not page.is_visible("#recovery")
    page.focus("main summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(codes[0].lower().replace("-", " "))
    entered(page)
    assert "Bonjour, Zinc" in plain(page.inner_text("main"))
    context.close()


def test_recovery_codes_are_printed(running: Chromium, home: str) -> None:
    """On paper: the codes and whose they are, no button."""
    context = running.new_context(locale="fr-FR")
    sign_in(context, home, "zinc")
    page = context.new_page()
    page.goto(home + PAGE[1:])
    page.fill("#present", PASSWORD)
    page.click("button.main")
    page.fill("#code", code_of(secret_shown(page.content())))
    page.click("button.main")
    page.emulate_media(media="print")
    assert page.locator(".recovery-codes li").first.is_visible()
    assert "Compte « zinc »" in plain(page.inner_text("main"))
    assert not page.locator("main a.button").first.is_visible()
    context.close()
