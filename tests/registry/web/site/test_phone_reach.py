"""What a phone and an enlarged page leave within reach, in a real Chromium."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from registry.node import Node
from registry.settings.config import Config
from registry.web.app import create_app
from tests.registry.web import chromium
from tests.registry.web.network_of_tests import BASE_URL, small_network

pytestmark = pytest.mark.slow

_IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"
_ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0 Mobile Safari"
_DESK = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"
_MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Safari/605.1.15"
_OSM, _APPLE = "https://www.openstreetmap.org/directions?to=", "https://maps.apple.com/?daddr="


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("node")
    small_network(folder).close()
    with Node.open(Config(data=folder, base_url=BASE_URL, namespace=f"{BASE_URL}id/")) as node:
        node.follow()
        with chromium.served(create_app(node)) as address:
            yield address


def _phone(running: Browser, **options: object) -> Page:
    context = running.new_context(
        viewport=chromium.PHONE, locale="fr-FR", has_touch=True,  # type: ignore[arg-type]
        **options,  # type: ignore[arg-type]
    )  # fmt: skip
    return context.new_page()


@pytest.mark.parametrize("other", ["#ou", "[data-near]", "button[type=submit]"])
def test_suggestions_cover_no_other_field(running: Browser, home: str, other: str) -> None:
    page = _phone(running, geolocation={"latitude": 43.3, "longitude": 5.4})
    page.goto(home)
    need, shown = page.locator("#q"), page.locator("#q-suggestions")
    need.press_sequentially("num")
    expect(shown).to_be_visible()
    list_, field = shown.bounding_box(), page.locator(other).bounding_box()
    assert list_
    assert field
    assert field["y"] >= list_["y"] + list_["height"]
    assert list_["height"] <= 240
    expect(page.locator("#ou")).to_be_in_viewport(ratio=1)
    page.evaluate("addEventListener('submit', (event) => { event.preventDefault(); sent = 1; })")
    page.locator(other).tap()
    expect(shown).to_be_hidden()
    expect(need).to_have_value("num")
    if other == "button[type=submit]":
        assert page.evaluate("sent") == 1  # the list did not take the button from below
    page.context.close()


def test_a_suggestion_is_taken_by_a_tap_and_scrolled_without_being_taken(
    running: Browser, home: str
) -> None:
    page = _phone(running)
    page.goto(home)
    page.locator("#q").press_sequentially("num")
    option = page.locator("#q-suggestions li").first
    expect(option).to_be_visible()
    option.dispatch_event("pointerdown")  # a finger that goes on to scroll
    expect(page.locator("#q")).to_have_value("num")
    expect(option).to_be_visible()
    words = option.locator("span").inner_text()
    option.tap()
    expect(page.locator("#q")).to_have_value(words)
    expect(page.locator("#ou")).to_be_focused()
    page.context.close()


@pytest.mark.parametrize(
    ("agent", "touches", "way"),
    [(_IPHONE, 5, _APPLE), (_MAC, 5, _APPLE), (_ANDROID, 5, "geo:"), (_MAC, 0, _OSM),
     (_DESK, 0, _OSM)],
)  # fmt: skip
@pytest.mark.parametrize("path", ["pole/zinc/place/riche", "lieux?ou=Marseille&vue=carte"])
def test_going_there_opens_what_the_device_has(
    running: Browser, home: str, path: str, agent: str, touches: int, way: str
) -> None:
    page = _phone(running, user_agent=agent)
    page.add_init_script(
        f"Object.defineProperty(navigator, 'maxTouchPoints', {{ get: () => {touches} }})"
    )
    page.goto(home + path)
    go = page.get_by_role("link", name="Y aller")
    expect(go).to_be_visible()
    assert (go.get_attribute("href") or "").startswith(_OSM)
    page.evaluate("addEventListener('click', (event) => event.preventDefault())")
    go.click()
    assert (go.get_attribute("href") or "").startswith(way)
    page.context.close()


def test_the_bar_is_not_fixed_where_the_screen_is_low(running: Browser, home: str) -> None:
    page = _phone(running)
    page.goto(f"{home}lieux?ou=Marseille")
    bar = page.locator(".map-bar")
    for height, position in ((844, "sticky"), (450, "static"), (360, "static")):
        page.set_viewport_size({"width": 640, "height": height})
        expect(bar).to_have_css("position", position)
    page.context.close()
