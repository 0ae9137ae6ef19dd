"""What a person sees first, in a real Chromium: soon, light, still, by keyboard, without script."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.registry.web import chromium

pytestmark = pytest.mark.slow

_RESULTS = "lieux?q=payer+mes+impôts+en+ligne&ou=Draguignan"
_PLACE = "pole/ping/place/d0"
_SHIFT = """() => new Promise((done) => {
  let total = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => { total += entry.value; }))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(total), 600);
})"""


@pytest.fixture
def page(running: Browser, home: str) -> Iterator[Page]:
    context = running.new_context(viewport=chromium.DESK, locale="fr-FR")  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def test_the_first_result_stands_on_the_first_screen_of_a_phone(page: Page, home: str) -> None:
    page.set_viewport_size(chromium.PHONE)  # type: ignore[arg-type]
    page.goto(home + _RESULTS)
    first = page.locator("ol.places > li").first.bounding_box()
    assert first
    assert first["y"] <= 420


@pytest.mark.parametrize(("path", "most_kb"), [("", 150), (_RESULTS, 150), (_PLACE, 75)])
def test_pages_are_light(page: Page, home: str, path: str, most_kb: int) -> None:
    sizes: list[float] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(home + path)
    page.wait_for_load_state("networkidle")
    assert len(sizes) > 3
    assert sum(sizes) <= most_kb * 1000


@pytest.mark.parametrize("path", ["", _RESULTS, _PLACE])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_while_a_page_comes(page: Page, home: str, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(home + path)
    assert page.evaluate(_SHIFT) < 0.05


def test_suggestions_by_keyboard(page: Page, home: str) -> None:
    page.goto(home)
    place = page.get_by_role("combobox", name="Où")
    place.focus()
    page.keyboard.type("dragui")
    suggested = page.get_by_role("option", name=re.compile("Draguignan"))
    expect(suggested).to_be_visible()
    expect(place).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(suggested).to_have_attribute("aria-selected", "true")
    assert place.get_attribute("aria-activedescendant") == suggested.get_attribute("id")
    page.keyboard.press("Enter")
    expect(place).to_have_value("Draguignan (Var)")
    expect(suggested).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("#total")).to_contain_text("40 lieux")


def test_suggestions_are_counted_aloud_and_escape_closes_them(page: Page, home: str) -> None:
    page.goto(home)
    page.get_by_role("combobox", name="De quoi").focus()
    page.keyboard.type("impr")
    expect(page.get_by_role("option").first).to_be_visible()
    expect(page.locator("[data-finder-status]")).to_contain_text("propositions")
    assert chromium.violations(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("option").first).to_be_hidden()
