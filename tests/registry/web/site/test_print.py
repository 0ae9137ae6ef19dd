"""Pages on paper: what they say, without menu, foot and buttons."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from harvester.checking.checker import FileChecker
from registry.node import Node, pole_identity
from registry.settings.config import Config
from registry.web.app import create_app
from tests.registry.web import chromium
from tests.registry.web.network_of_tests import BASE_URL, small_network

pytestmark = pytest.mark.slow

_SHOWN = """() => [...document.querySelectorAll("nav, footer, button, .button, form, .sample")]
  .filter((item) => item.checkVisibility()).map((item) => item.outerHTML.slice(0, 100))"""
_DARK = """() => getComputedStyle(document.querySelector("h1")).color"""


@pytest.fixture(scope="module")
def page(running: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("node")
    small_network(folder).close()
    config = Config(data=folder, base_url=BASE_URL, namespace=f"{BASE_URL}id/", sample_notice=True)
    with Node.open(config) as node:
        node.follow()
        with chromium.served(
            create_app(node, checker=FileChecker(pole_identity(config)))
        ) as address:
            context = running.new_context(base_url=address, viewport=chromium.DESK)  # type: ignore[arg-type]
            printed = context.new_page()
            printed.emulate_media(media="print", color_scheme="dark")
            yield printed
            context.close()


@pytest.mark.parametrize(
    "path",
    ["/", "/couverture", "/couverture/bouches-du-rhone-13", "/donnees", "/telechargements",
     "/a-propos", "/accessibilite", "/verifier", "/reseau", "/regles", "/vocabulaire", "/moissons",
     "/rien",
     "/sparql", "/pole/zinc", "/pole/zinc/place/retir%C3%A9"],
)  # fmt: skip
def test_paper_has_the_text_and_nothing_to_press(page: Page, path: str) -> None:
    page.goto(path)
    assert page.evaluate(_SHOWN) == []
    assert page.locator("main h1").is_visible()
    assert page.evaluate(_DARK) == "rgb(0, 0, 0)"
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.pdf(format="A4").startswith(b"%PDF-")
