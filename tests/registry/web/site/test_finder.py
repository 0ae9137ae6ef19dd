"""The search box and the map beside it, in a real Chromium: read whole, still while they wait."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route, expect

from registry.node import Node
from registry.settings.config import Config
from registry.web.app import create_app
from tests.registry.web import chromium
from tests.registry.web.network_of_tests import BASE_URL, small_network

_ROOM = """() => [...document.querySelectorAll(".finder input")].map((field) => {
  const pen = document.createElement("canvas").getContext("2d");
  const style = getComputedStyle(field);
  pen.font = `400 ${style.fontSize} ${style.fontFamily}`;
  const around = field.clientWidth - pen.measureText(field.placeholder).width - 8;
  field.value = field.placeholder;  // the same words, chosen: bolder, with a cross to erase them
  return Math.min(around, field.clientWidth - field.scrollWidth);
})"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("node")
    small_network(folder).close()
    with Node.open(Config(data=folder, base_url=BASE_URL, namespace=f"{BASE_URL}id/")) as node:
        node.follow()
        with chromium.served(create_app(node)) as address:
            yield address


@pytest.fixture
def page(running: Browser) -> Iterator[Page]:
    context = running.new_context(viewport=chromium.DESK, locale="fr-FR")  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize("path", ["", "en/", "lieux", "rien"])
def test_examples_in_the_search_box_are_read_whole(page: Page, home: str, path: str) -> None:
    cut = []
    for width in (320, 390, 759, 760, 952, 999, 1000, 1239, 1240, 1280, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(home + path)
        page.locator("details.asked").evaluate_all("all => all.forEach((one) => one.open = true)")
        page.evaluate("document.fonts.ready")
        if min(page.evaluate(_ROOM)) < 0:
            cut.append(width)
    assert cut == []


@pytest.mark.slow
@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize(
    ("path", "field", "typed"), [("", "#q", "num"), ("lieux", "#ou", "saint-b")]
)
def test_suggestions_take_the_room_that_they_need(
    page: Page, home: str, path: str, field: str, typed: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(home + path)
    page.locator("details.asked").evaluate_all("all => all.forEach((one) => one.open = true)")
    page.locator(field).press_sequentially(typed)
    shown = page.locator(f"{field}-suggestions")
    expect(shown).to_be_visible()
    box = shown.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    if width > 320:
        lines = shown.locator("li").evaluate_all("all => all.map((one) => one.offsetHeight)")
        assert max(lines) < 55


@pytest.mark.slow
def test_on_a_phone_nothing_stands_on_the_results(page: Page, home: str) -> None:
    page.set_viewport_size(chromium.PHONE)  # type: ignore[arg-type]
    page.goto(f"{home}lieux")  # longer than the screen: the bar stands at its end
    bar = page.locator(".map-bar").bounding_box()
    assert bar
    assert (bar["x"], bar["width"], bar["y"] + bar["height"]) == (0, 390, 844)
    page.get_by_role("link", name="Filtres").click()
    for seen in (
        page.locator("summary", has_text="Affiner"),
        page.get_by_label("Ouvert maintenant"),
    ):
        expect(seen).to_be_in_viewport(ratio=1)


@pytest.mark.slow
def test_without_script_the_list_takes_the_width(running: Browser, home: str) -> None:
    context = running.new_context(viewport=chromium.DESK, java_script_enabled=False)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{home}lieux")
    found = page.locator(".found").bounding_box()
    assert found
    assert found["width"] > 1200
    context.close()


@pytest.mark.slow
def test_the_button_keeps_its_width_while_the_answer_comes(page: Page, home: str) -> None:
    page.goto(home)
    page.evaluate("addEventListener('submit', (event) => event.preventDefault())")  # it never comes
    button = page.get_by_role("button", name="Chercher")
    before = button.bounding_box()
    page.locator("#q").fill("bus")
    button.click()
    form = page.locator("form.finder")
    expect(form).to_have_attribute("aria-busy", "true")
    assert button.bounding_box() == before
    assert button.is_enabled()
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow'))")  # as by the way back
    expect(form).to_have_attribute("aria-busy", "false")


@pytest.mark.slow
def test_the_outline_of_the_territory_stands_where_the_map_will_be(page: Page, home: str) -> None:
    held: list[Route] = []
    page.route("**/js/map/leaflet.js", lambda route: held.append(route))
    page.goto(f"{home}lieux?ou=13", wait_until="domcontentloaded")
    outline = page.locator(".skeleton")
    expect(outline).to_be_visible()
    assert outline.get_attribute("src") == "/carte/contour/13.svg"
    assert outline.evaluate("async (image) => { await image.decode(); return image.naturalWidth; }")
    held[0].continue_()
    expect(outline).to_be_hidden()


@pytest.mark.parametrize(
    ("path", "status"),
    [("/carte/contour.svg", 200), ("/carte/contour/2A.svg", 200), ("/carte/contour/974.svg", 200),
     ("/carte/contour/99.svg", 404), ("/carte/contour/<script>.svg", 404)],
)  # fmt: skip
def test_outlines_are_drawn(visitor: FlaskClient, path: str, status: int) -> None:
    answer = visitor.get(path)
    assert answer.status_code == status
    if status == 200:
        assert answer.mimetype == "image/svg+xml"
        assert answer.text.startswith("<svg ")
        assert len(answer.data) < 40_000


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize(
    ("path", "button", "words"),
    [
        ("", "Autour de moi", "Position indisponible : indiquez plutôt une commune."),
        ("lieux?q=wifi", "Autour de moi", "Position indisponible : indiquez plutôt une commune."),
        ("en/", "Around me", "Position not available: give a town instead."),
    ],
)
def test_a_refused_position_is_said_and_the_town_can_be_typed(
    page: Page, home: str, path: str, button: str, words: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.context.clear_permissions()  # none: the browser refuses without asking
    page.goto(home + path)
    page.locator("details.asked").evaluate_all("all => all.forEach((one) => one.open = true)")
    page.get_by_role("button", name=button).click()
    said = page.locator("form.finder").get_by_text(words)
    expect(said).to_be_visible()
    box = said.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("#ou").fill("Marseille")
    page.keyboard.press("Enter")
    page.wait_for_url("**/lieux?*ou=Marseille*")
