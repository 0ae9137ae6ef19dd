"""A phone with large text, and a keyboard: nothing overflows, and focus goes where one went."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import cast

import pytest
from playwright.sync_api import Browser, Page

from registry.node import Node
from registry.web.app import create_app
from registry.web.site import clock
from tests.registry.web import chromium
from tests.registry.web.network_of_tests import small_network

PLACE = "/pole/zinc/place/riche"
OVERFLOWING = (
    "all => all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.innerText)"
)
FOCUS = "() => document.activeElement.getAttribute('name')"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    node = small_network(tmp_path_factory.mktemp("network"))
    with chromium.served(create_app(cast("Node", node))) as address:
        yield address
    node.close()


@pytest.fixture(autouse=True)
def wednesday(monkeypatch: pytest.MonkeyPatch) -> None:
    """The longest name of a day is that of today, which has more to say."""
    monkeypatch.setattr(clock, "FIXED", datetime(2026, 3, 4, 11, tzinfo=UTC))


@pytest.fixture
def page(running: Browser, home: str) -> Iterator[Page]:
    context = running.new_context(
        viewport={"width": 320, "height": 700}, locale="fr-FR", bypass_csp=True
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", [PLACE, f"/en{PLACE}", "/lieux"])
def test_text_twice_as_large_overflows_nowhere(page: Page, home: str, path: str) -> None:
    page.goto(home + path)
    page.add_style_tag(content="html { font-size: 212.5% !important }")
    assert page.evaluate("() => document.documentElement.scrollWidth") == 320
    cells = page.locator(".week, .week td, .week th")
    assert [text for text in cells.evaluate_all(OVERFLOWING) if text] == []


@pytest.mark.parametrize("closes", ["Escape", "summary"])
def test_focus_goes_into_the_filters_and_comes_back(page: Page, home: str, closes: str) -> None:
    """WCAG 2.4.3: one does not start again from the top of the page."""
    page.goto(f"{home}/lieux")
    page.locator('a[href="#filtres"]').press("Enter")
    assert page.locator("details.filters").get_attribute("open") is not None
    assert page.evaluate(FOCUS) == "ouvert"
    if closes == "Escape":
        page.keyboard.press("Escape")
    else:
        page.locator("details.filters > summary").press("Enter")
    page.wait_for_function("() => !document.querySelector('details.filters').open")
    page.wait_for_function("() => document.activeElement.getAttribute('href') === '#filtres'")
