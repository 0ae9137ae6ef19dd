"""What is told apart on the map of the results, and stays marked, in a real Chromium."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from registry.node import Node
from registry.settings.config import Config
from registry.web.app import create_app
from tests.registry.web import chromium
from tests.registry.web.network_of_tests import (
    RICH,
    SmallNode,
    add_source,
    harvest,
    open_node,
    plain,
)
from vocab.mapping import PoleIdentity, place_record

_TOWN = {"commune": "Draguignan", "code_postal": "83300", "code_insee": "83050"}
_CENTRE = (43.5370, 6.4640)
_VIEW = "lieux?ou=Draguignan"
_COLOURS = """(page) => {
  const level = (text) => {
    const [r, g, b] = text.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [low, high] = [level(one), level(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const many = getComputedStyle(document.querySelector(".map .cluster"));
  const one = getComputedStyle(document.querySelector(".map .pin:not(.unknown)"), "::before");
  return {
    fills: contrast(many.backgroundColor, one.backgroundColor),
    edge: contrast(many.borderTopColor, many.backgroundColor),
    number: contrast(many.color, many.backgroundColor),
    shapes: [many.borderTopLeftRadius, one.borderTopLeftRadius],
  };
}"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Forty places of one town, the first at its very centre: a page of cards, and clusters."""
    folder = tmp_path_factory.mktemp("marks")
    small = open_node(folder)
    pole = add_source(small, "ping", "https://ping.example/id/", "Ping")
    harvest(small, "ping", [
        place_record(RICH | _TOWN | {
            "id": f"n{n}", "nom": f"Lieu {n:02}", "latitude": f"{_CENTRE[0] + n // 2 * 0.001:.4f}",
            "longitude": f"{_CENTRE[1] + n % 2 * 0.0002:.4f}"}, pole)
        for n in range(40)
    ])  # fmt: skip
    small.close()
    with Node.open(Config(data=folder, base_url="http://maillage.example/")) as node:
        node.follow()
        with chromium.served(create_app(node)) as address:
            yield address


def _shown(running: Browser, home: str, **options: object) -> Page:
    context = running.new_context(
        viewport=chromium.DESK, locale="fr-FR", reduced_motion="reduce",  # type: ignore[arg-type]
        **options,  # type: ignore[arg-type]
    )  # fmt: skip
    page = context.new_page()
    page.goto(home + _VIEW)
    expect(page.locator("[data-map][data-ready]")).to_be_visible()
    return page


@pytest.mark.slow
def test_a_card_stays_marked_until_another_is_chosen(running: Browser, home: str) -> None:
    page, chosen = _shown(running, home), re.compile(r"\bchosen\b")
    cards, pins = page.locator("li.place"), page.locator(".map .pin")
    pins.nth(3).press("Enter")
    for left in ("document.activeElement.blur()", "document.querySelector('#q').focus()"):
        page.evaluate(left)
        page.mouse.move(0, 0)
        expect(cards.nth(3)).to_have_class(chosen)
        expect(pins.nth(3)).to_have_class(chosen)
    cards.nth(5).hover()
    page.mouse.move(0, 0)
    expect(cards.nth(3)).to_have_class(chosen)
    pins.nth(4).press("Enter")
    page.evaluate("document.activeElement.blur()")
    expect(cards.nth(4)).to_have_class(chosen)
    expect(cards.nth(3)).not_to_have_class(chosen)
    assert page.locator("li.place.chosen").count() == 1
    page.context.close()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_cluster_is_no_number_of_a_card(running: Browser, home: str, scheme: str) -> None:
    page = _shown(running, home, color_scheme=scheme)
    expect(page.locator(".map .cluster").first).to_be_visible()
    found = page.evaluate(_COLOURS)
    assert found["fills"] >= 3
    assert found["edge"] >= 3
    assert found["number"] >= 4.5
    assert found["shapes"] == ["9px", "50%"]
    page.emulate_media(forced_colors="active")
    assert page.evaluate(_COLOURS)["edge"] >= 3
    assert page.evaluate(_COLOURS)["shapes"] == ["9px", "50%"]
    page.context.close()


@pytest.mark.slow
def test_the_town_that_one_looks_around_has_its_name(running: Browser, home: str) -> None:
    page = _shown(running, home)
    name = page.locator(".map .town span", has_text=re.compile("^Draguignan$"))
    for _zoom in range(3):
        expect(name).to_have_count(1)
        page.locator(".leaflet-control-zoom-out").click()
    page.context.close()


_PING = PoleIdentity("ping", "https://ping.example/id/")


def test_a_frame_of_the_map_lists_from_its_middle_and_says_so(
    node: SmallNode, client: FlaskClient
) -> None:
    spots = {"Abeille": 0.05, "Bouleau": 0.02, "Cerise": 0.001, "Datte": 0.03}
    harvest(node, "ping", [
        place_record(RICH | _TOWN | {"id": name, "nom": name, "latitude": str(43.5 + north),
                                     "longitude": "6.5"}, _PING)
        for name, north in spots.items()
    ])  # fmt: skip
    box = "bbox=6.4,43.4,6.6,43.6"
    for view in (box, f"q=bus+num%C3%A9rique&mots=1&{box}", f"service=x&{box}"):
        names = re.findall(r"<h3><a[^>]*>([A-Z]\w+)<", client.get(f"/lieux?{view}").text)
        assert names in (["Cerise", "Bouleau", "Datte", "Abeille"], [])
    page = client.get(f"/lieux?{box}").text
    assert len(re.findall(r'class="place numbered', page)) == 4
    assert "dans la zone de la carte" in plain(page)
    assert 'placeholder="Zone de la carte"' in page
    assert 'placeholder="Area of the map"' in client.get(f"/en/lieux?{box}").text
    named = client.get(f"/lieux?tri=nom&{box}").text
    assert named.index("Abeille") < named.index("Cerise")
