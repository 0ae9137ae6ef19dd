"""Find, filter, read, print: by keyboard alone, and without JavaScript."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.registry.web import chromium

pytestmark = pytest.mark.slow

_PRINTED = "window.printed = 0; window.print = () => { window.printed += 1; };"


@pytest.fixture
def page(running: Browser) -> Iterator[Page]:
    context = running.new_context(viewport=chromium.DESK, locale="fr-FR")  # type: ignore[arg-type]
    context.add_init_script(_PRINTED)
    yield context.new_page()
    context.close()


def tab_to(page: Page, name: str, most: int = 120) -> None:
    """Press Tab until what has the focus bears a name; what has it must be seen to have it."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focus = page.locator(":focus")
        if focus.count() and re.search(name, str(focus.evaluate(_NAME))):
            assert focus.evaluate(_RING), f"nothing shows that {name} has the focus"
            return
    raise AssertionError(f"no Tab leads to {name}")


_NAME = """(element) => element.getAttribute("aria-label") || element.innerText
  || [...(element.labels || [])].map((label) => label.innerText).join(" ")"""
_RING = """(element) => {
  for (let one = element, up = 0; one && up < 4; one = one.parentElement, up += 1) {
    const style = getComputedStyle(one);
    if (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) return true;
  }
  return false;
}"""


def test_by_keyboard_alone(page: Page, home: str) -> None:
    page.goto(home)
    tab_to(page, "De quoi avez-vous besoin")
    page.keyboard.type("payer mes impots")
    tab_to(page, "Où")
    page.keyboard.type("draguinan")
    page.keyboard.press("Enter")
    expect(page.locator("#total")).to_contain_text("40 lieux")
    tab_to(page, "^Filtres")
    page.keyboard.press("Enter")
    tab_to(page, "Coût|Frais")
    page.keyboard.press("Enter")
    tab_to(page, "Gratuit")
    page.keyboard.press("Space")
    tab_to(page, "Appliquer les filtres")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("frais=gratuit"))
    expect(page.locator("#total")).to_contain_text("40 lieux")
    tab_to(page, "France services numéro")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("France services numéro")
    tab_to(page, "^04 91 12 34 56|Appeler")
    tab_to(page, "Imprimer")
    page.keyboard.press("Enter")
    assert page.evaluate("window.printed") == 1


def test_without_javascript(running: Browser, home: str) -> None:
    context = running.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.goto(home)
    page.get_by_label("De quoi avez-vous besoin").fill("payer mes impots")
    page.get_by_label("Où").fill("draguinan")
    page.get_by_role("button", name="Chercher").click()
    expect(page.locator(".understood")).to_contain_text("draguinan")
    expect(page.locator("#total")).to_contain_text("40 lieux")
    page.get_by_role("link", name="Filtres").click()
    page.locator("summary", has_text=re.compile("Coût|Frais")).click()
    page.get_by_label("Gratuit").check()
    page.get_by_role("button", name="Appliquer les filtres").click()
    page.wait_for_url(re.compile("frais=gratuit"))
    page.locator("ol.places h3 a").first.click()
    expect(page.locator("h1")).to_contain_text("France services numéro")
    expect(page.get_by_role("link", name="04 91 12 34 56").first).to_be_visible()
    expect(page.get_by_role("button", name="Imprimer")).to_be_hidden()  # the browser prints
    page.emulate_media(media="print")
    assert page.locator("form:visible, nav:visible, button:visible").count() == 0
    assert page.get_by_text("04 91 12 34 56").filter(visible=True).count() >= 1
    context.close()
