"""The map of the results in a real Chromium: it shows what the list says, and calls nobody."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from registry.node import Node
from registry.settings.config import Config
from registry.web.app import create_app
from tests.registry.web import chromium
from tests.registry.web.network_of_tests import HOSTILE, RICH, add_source, harvest, open_node
from tests.registry.web.tiles_of_tests import png, write_tiles
from vocab.mapping import place_record

pytestmark = pytest.mark.slow

NEAR = [(43.539, 6.465), (43.539, 6.465), (43.59, 6.53), (43.47, 6.53), (43.4, 6.3), (43.56, 6.24)]
"""Places about Draguignan that help with paperwork: the first two at one address."""
FAR = [(44 + number % 13 * 0.3, number // 13 * 0.3) for number in range(260)]
ALONE = (48.3, -4.4)
REUNION = [(-20.88, 55.45), (-21.34, 55.48)]
TOTAL = len(NEAR) + len(FAR) + 1 + len(REUNION)
HELP = "lieux?q=imp%C3%B4ts&ou=Draguignan"
PAGE = 25


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("node")
    small = open_node(folder)
    pole = add_source(small, "ping", "https://ping.example/id/", "Ping")
    help_ = {"services": "Aide aux démarches administratives", "commune": "Draguignan",
             "code_postal": "83300", "code_insee": "83050"}  # fmt: skip
    none = {"horaires": "", "telephone": ""}
    rows: list[dict[str, str]] = [{**help_, "nom": f"Aide {at}"} for at in range(len(NEAR))]
    rows[-1] |= none
    rows += [{"nom": f"Lieu {at:03}"} | (none if at % 2 else {}) for at in range(len(FAR))]
    rows += [{"nom": HOSTILE}, {"nom": "Zèbre du Nord"}, {"nom": "Zèbre du Sud"}]
    spots = [*NEAR, *FAR, ALONE, *REUNION]
    harvest(small, "ping", [
        place_record(RICH | row | {"id": f"n{number}", "latitude": str(at[0]),
                                   "longitude": str(at[1])}, pole)
        for number, (row, at) in enumerate(zip(rows, spots, strict=True))
    ])  # fmt: skip
    small.close()
    return folder


@pytest.fixture(scope="module")
def node(folder: Path) -> Iterator[Node]:
    with Node.open(Config(data=folder, base_url="http://maillage.example/")) as node:
        node.follow()
        yield node


@pytest.fixture(scope="module")
def home(node: Node) -> Iterator[str]:
    with chromium.served(create_app(node)) as address:
        yield address


@pytest.fixture
def witness(home: str) -> Iterator[chromium.Witness]:
    seen = chromium.Witness(home)
    yield seen
    seen.assert_quiet()


def opened(running: Browser, width: int) -> Page:
    context = running.new_context(
        viewport={"width": width, "height": 844}, locale="fr-FR", reduced_motion="reduce",
        has_touch=width < 800,
    )  # fmt: skip
    return context.new_page()


@pytest.fixture
def page(running: Browser, witness: chromium.Witness) -> Iterator[Page]:
    page = witness.watch(opened(running, 1280))
    yield page
    page.context.close()


@pytest.fixture
def phone(running: Browser, witness: chromium.Witness) -> Iterator[Page]:
    page = witness.watch(opened(running, 390))
    yield page
    page.context.close()


def shown(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("[data-map][data-ready]")


def seen_count(page: Page) -> int:
    text = page.locator(".map-status").inner_text()
    return int(re.sub(r"\D", "", text.partition("lieu")[0]))


def counts(page: Page) -> list[int]:
    texts = page.locator(".map .cluster").all_inner_texts()
    return [int(re.sub(r"\D", "", text)) for text in texts]


_OVERLAPS = """selector => {
  const all = [...document.querySelectorAll(selector)];
  const boxes = all.map((one) => [one.textContent || one.className, one.getBoundingClientRect()]);
  const cover = (a, b) => a.left + 1 < b.right && a.top + 1 < b.bottom;
  return boxes.flatMap(([name, a], at) => boxes.slice(at + 1)
    .filter(([, b]) => cover(a, b) && cover(b, a)).map(([other]) => `${name} / ${other}`));
}"""


def overlaps(page: Page, selector: str) -> list[str]:
    """Return the pairs of things that cover each other by more than a pixel."""
    return list(page.evaluate(_OVERLAPS, selector))


def test_a_leaf_for_each_card_with_its_number_name_and_state(page: Page, home: str) -> None:
    shown(page, home + HELP)
    cards, pins = page.locator("li.place[data-at]"), page.locator(".map .pin")
    assert cards.count() == pins.count() == len(NEAR)
    for at in range(cards.count()):
        number = cards.nth(at).get_attribute("data-number")
        assert pins.nth(at).inner_text() == number
        label = pins.nth(at).get_attribute("aria-label") or ""
        name = cards.nth(at).locator("h3").inner_text()
        state = cards.nth(at).locator(".badge").first.inner_text()
        assert label == f"{number}. {name}, {state}"
    assert page.locator(".map .pin.unknown").count() == 1
    assert overlaps(page, ".map .pin span") == []
    assert page.locator(".map path.reach").count() == 1
    expect(page.locator(".map-status")).to_have_text(f"{len(NEAR)} lieux dans la vue")
    expect(page.locator(".town", has_text="Draguignan")).to_have_count(1)


@pytest.mark.parametrize(
    ("lang", "box", "words"),
    [
        ("", "-30,30,-29,31", "0 lieu dans la vue"),
        ("", "-4.6,48.2,-4.2,48.4", "1 lieu dans la vue"),
        ("", "6.464,43.538,6.466,43.54", "2 lieux dans la vue"),
        ("en/", "-30,30,-29,31", "0 places in view"),
        ("en/", "-4.6,48.2,-4.2,48.4", "1 place in view"),
        ("en/", "6.464,43.538,6.466,43.54", "2 places in view"),
    ],
)
def test_places_in_view_are_counted_as_the_language_does(
    page: Page, home: str, lang: str, box: str, words: str
) -> None:
    shown(page, f"{home}{lang}lieux?bbox={box}")
    expect(page.locator(".map-status")).to_have_text(words)


@pytest.mark.parametrize("width", [390, 1280])
def test_leaves_and_circles_are_all_places_and_cover_none(
    running: Browser, witness: chromium.Witness, home: str, width: int
) -> None:
    page = witness.watch(opened(running, width))
    shown(page, home + "lieux?vue=carte#carte=5/46/1.5")
    alone = page.locator(".map .spot").count()
    assert sum(counts(page)) + alone + page.locator(".map .pin").count() == TOTAL - len(REUNION)
    if width > 1000:
        assert seen_count(page) == TOTAL - len(REUNION)
    assert overlaps(page, ".map .cluster, .map .spot") == []
    assert overlaps(page, ".map .town span") == []
    page.context.close()


_ENDS = """() => [...document.querySelectorAll(".map .pin")].map((pin) => {
  const style = getComputedStyle(pin), value = (name) => parseFloat(style.getPropertyValue(name));
  const [tip, lead, turn] = ["--tip", "--lead", "--turn"].map(value);
  const x = value("margin-left") + value("width") / 2 + lead * Math.cos(turn);
  const y = value("margin-top") + tip + lead * Math.sin(turn);
  return [pin.classList.contains("moved"), Math.round(x), Math.round(y)];
})"""
"""How far from its place the tip of each leaf ends, or the line of one that is moved."""


def test_a_line_leads_from_a_leaf_that_is_moved_to_its_place(phone: Page, home: str) -> None:
    shown(phone, home + "lieux?vue=carte#carte=5/46/1.5")
    ends = phone.evaluate(_ENDS)
    assert any(moved for moved, _x, _y in ends)
    assert {(x, y) for _moved, x, y in ends} <= {(0, 0), (-0, 0)}
    line = phone.locator(".map .pin.moved").first.evaluate(
        "pin => parseFloat(getComputedStyle(pin, '::after').width)"
    )
    assert line > 4


def test_hover_and_focus_tie_card_and_leaf(page: Page, home: str) -> None:
    shown(page, home + HELP)
    card, pin = page.locator("li.place").nth(2), page.locator(".map .pin").nth(2)
    card.hover()
    expect(pin).to_have_class(re.compile(r"\bchosen\b"))
    pin.hover()
    expect(card).to_have_class(re.compile(r"\bchosen\b"))
    page.mouse.move(0, 0)
    expect(card).not_to_have_class(re.compile(r"\bchosen\b"))
    card.locator("h3 a").focus()
    expect(pin).to_have_class(re.compile(r"\bchosen\b"))
    pin.focus()
    expect(card).to_have_class(re.compile(r"\bchosen\b"))


def test_the_keyboard_reaches_a_leaf_and_enter_its_card(page: Page, home: str) -> None:
    shown(page, home + HELP)
    page.locator(".map").focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        label = page.evaluate("document.activeElement.getAttribute('aria-label') || ''")
        if label.startswith("4. "):
            break
    assert label.startswith("4. ")
    page.keyboard.press("Enter")
    link = page.locator("li.place[data-number='4'] h3 a")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()


def test_the_map_can_be_skipped(page: Page, home: str) -> None:
    shown(page, home + HELP)
    link = page.get_by_role("link", name="Passer la carte")
    link.focus()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('footer')")


def test_a_circle_opens_by_keyboard_and_the_view_is_kept(page: Page, home: str) -> None:
    shown(page, home + "lieux")
    expect(page.locator(".search-here")).to_be_hidden()
    before = len(counts(page))
    assert before > 2
    page.locator(".map .cluster").first.focus()
    assert "lieux, agrandir" in (page.locator(":focus").get_attribute("aria-label") or "")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"#carte=[\d.]+/"))
    assert page.evaluate("document.activeElement.classList.contains('map')")
    here = page.get_by_role("link", name="Chercher dans cette zone")
    expect(here).to_be_visible()
    kept = page.url
    page.reload()
    page.wait_for_selector("[data-map][data-ready]")
    assert page.url == kept


def test_search_here_lists_what_the_view_holds(page: Page, home: str) -> None:
    shown(page, home + "lieux?ou=Draguignan&page=2#carte=9/44.6/0.6")
    page.locator(".map").focus()
    page.keyboard.press("ArrowRight")
    here = page.get_by_role("link", name="Chercher dans cette zone")
    expect(here).to_be_visible()
    address = here.get_attribute("href") or ""
    assert set(parse_qs(urlsplit(address).query)) == {"bbox"}
    here.click()
    page.wait_for_selector("[data-map][data-ready]")
    total = int(re.sub(r"\D", "", page.locator(".total").inner_text().partition("lieu")[0]))
    assert total > 0
    assert seen_count(page) == total


def test_each_land_overseas_is_one_press_away(page: Page, home: str) -> None:
    shown(page, home + "lieux")
    for name, count in [("La Réunion", len(REUNION)), ("Guyane", 0), ("Hexagone", None)]:
        page.get_by_role("button", name=name).click()
        page.wait_for_timeout(400)
        if count is None:
            assert seen_count(page) == TOTAL - len(REUNION)
        else:
            expect(page.locator(".map-status")).to_have_text(re.compile(rf"^{count} lieu"))
    names = page.locator(".frames button").all_inner_texts()
    assert {"Guadeloupe", "Martinique", "Mayotte", "Nouvelle-Calédonie", "Polynésie française",
            "Saint-Pierre-et-Miquelon", "Wallis et Futuna"} <= set(names)  # fmt: skip


def test_a_place_beyond_the_page_is_told_as_text(page: Page, home: str) -> None:
    shown(page, f"{home}lieux?page=2#carte=13/{ALONE[0]}/{ALONE[1]}")
    spot = page.locator(".map .spot")
    expect(spot).to_have_count(1)
    spot.focus()
    page.keyboard.press("Enter")
    popup = page.locator(".leaflet-popup-content")
    expect(popup.locator("h2")).to_have_text(HOSTILE)
    expect(popup.locator("h2 a")).to_be_focused()
    expect(popup.get_by_role("link", name="Appeler")).to_have_attribute("href", "tel:+33491123456")
    assert "pwned" not in page.title()
    assert chromium.violations(page) == []
    page.keyboard.press("Escape")
    expect(popup).to_have_count(0)
    expect(page.locator(".map")).to_be_focused()
    spot.click()
    popup.locator("h2 a").click()
    expect(page.locator("h1")).to_have_text(HOSTILE)


def test_the_phone_shows_the_list_and_loads_no_map(phone: Page, home: str) -> None:
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.goto(home + HELP)
    phone.wait_for_load_state("networkidle")
    expect(phone.locator(".results-map")).to_be_hidden()
    assert not [one for one in asked if "leaflet" in one or "/carte" in one or "/map/" in one]
    pill = phone.get_by_role("link", name="Voir la carte")
    expect(pill).to_be_in_viewport()


def sheet(page: Page) -> Locator:
    return page.get_by_role("region", name="Lieu choisi sur la carte")


def test_the_sheet_of_a_phone_goes_from_place_to_place(phone: Page, home: str) -> None:
    phone.goto(home + HELP)
    first = phone.locator("li.place h3").first.inner_text()
    second = phone.locator("li.place h3").nth(1).inner_text()
    phone.get_by_role("link", name="Voir la carte").click()
    phone.wait_for_selector("[data-map][data-ready]")
    assert "vue=carte" in phone.url
    expect(phone.get_by_role("button", name="Liste")).to_be_focused()
    expect(phone.locator("li.place").first).to_be_hidden()
    expect(sheet(phone).locator("h2")).to_have_text(first)
    expect(sheet(phone)).to_contain_text(f"1 sur {len(NEAR)}")
    expect(sheet(phone).get_by_role("link", name="Appeler")).to_have_attribute(
        "href", "tel:+33491123456"
    )
    way = sheet(phone).get_by_role("link", name="Y aller").get_attribute("href") or ""
    assert "43.539" in way
    expect(sheet(phone).get_by_role("button", name="Précédent")).to_be_disabled()
    sheet(phone).get_by_role("button", name="Suivant").click()
    expect(sheet(phone).locator("h2")).to_have_text(second)
    expect(phone.locator(".map .pin.chosen")).to_have_text("2")
    swipe(phone, 300, 60)
    expect(sheet(phone)).to_contain_text(f"3 sur {len(NEAR)}")
    swipe(phone, 60, 300)
    expect(sheet(phone)).to_contain_text(f"2 sur {len(NEAR)}")
    phone.locator(".map .pin", has_text="5").click()
    expect(sheet(phone)).to_contain_text(f"5 sur {len(NEAR)}")
    chosen, below = phone.locator(".map .pin.chosen").bounding_box(), sheet(phone).bounding_box()
    assert chosen
    assert below
    assert chosen["y"] + chosen["height"] < below["y"]


def swipe(page: Page, start: float, end: float) -> None:
    box = sheet(page).bounding_box()
    assert box
    page.mouse.move(start, box["y"] + 40)
    page.mouse.down()
    page.mouse.move((start + end) / 2, box["y"] + 42)
    page.mouse.move(end, box["y"] + 44)
    page.mouse.up()


@pytest.mark.parametrize("way", ["Liste", "Escape", "back"])
def test_the_list_of_a_phone_comes_back(phone: Page, home: str, way: str) -> None:
    phone.goto(home + HELP)
    phone.get_by_role("link", name="Voir la carte").click()
    phone.wait_for_selector("[data-map][data-ready]")
    if way == "Liste":
        phone.get_by_role("button", name="Liste").click()
    elif way == "Escape":
        phone.keyboard.press("Escape")
    else:
        phone.go_back()
    expect(phone.locator("li.place").first).to_be_visible()
    expect(phone.get_by_role("link", name="Voir la carte")).to_be_focused()
    assert phone.url == home + HELP
    phone.go_forward()
    expect(sheet(phone)).to_be_visible()


def test_the_map_view_has_an_address_of_its_own(phone: Page, home: str) -> None:
    shown(phone, f"{home}{HELP}&vue=carte")
    expect(sheet(phone)).to_be_visible()
    phone.get_by_role("button", name="Liste").click()
    expect(phone.locator("li.place").first).to_be_visible()
    assert phone.url == home + HELP


def test_without_javascript_there_is_a_line_instead(running: Browser, home: str) -> None:
    context = running.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{home}{HELP}&vue=carte")
    assert page.locator("li.place").count() == len(NEAR)
    expect(page.locator(".results-map")).to_be_hidden()
    expect(page.get_by_role("link", name="Voir la carte")).to_be_hidden()
    line = page.locator(".map-side noscript p")
    expect(line).to_be_visible()
    assert "La carte demande JavaScript" in (line.text_content() or "")
    context.close()


@chromium.at_widths(320, 1280, 768)
@pytest.mark.parametrize("view", [HELP, "lieux", "en/lieux?q=inexistant"])
def test_axe_finds_nothing_and_the_page_fits(
    running: Browser, witness: chromium.Witness, home: str, view: str, width: int
) -> None:
    page = witness.watch(opened(running, width))
    shown(page, f"{home}{view}{'&' if '?' in view else '?'}vue=carte")
    assert chromium.violations(page) == []
    assert chromium.sideways(page) <= 0
    page.context.close()


def test_a_failure_is_said_and_the_list_stays(running: Browser, home: str) -> None:
    page = opened(running, 1280)
    page.route("**/leaflet.js", lambda route: route.abort())
    page.goto(home + HELP)
    expect(page.locator(".map-side")).to_contain_text("La carte n’a pas pu être chargée")
    assert page.locator("li.place").count() == len(NEAR)
    page.context.close()


def test_tiles_of_an_address_are_all_that_is_called(running: Browser, node: Node) -> None:
    before, tiles = node.config, "https://tiles.example/{z}/{x}/{y}.png"
    node.config = replace(before, map_tiles=tiles, map_credit="Qui <b>les</b> fait")
    with chromium.served(create_app(node)) as address:
        page = opened(running, 1280)
        seen = chromium.Witness(address)
        seen.watch(page)

        def image(route: Route) -> None:
            route.fulfill(body=png(200, 220, 200), content_type="image/png")

        page.route("https://tiles.example/**", image)
        shown(page, address + HELP)
        page.wait_for_function("document.querySelectorAll('.leaflet-tile-loaded').length > 3")
        expect(page.locator(".leaflet-control-attribution")).to_contain_text("Qui <b>les</b> fait")
        page.context.close()
    node.config = before
    assert {urlsplit(one).netloc for one in seen.strangers} == {"tiles.example"}
    assert seen.complaints == []


def test_tiles_of_a_file_come_from_the_node(running: Browser, node: Node, tmp_path: Path) -> None:
    path, before = write_tiles(tmp_path / "monde.pmtiles"), node.config
    node.config = replace(before, map_tiles=str(path), map_credit="Nous")
    with chromium.served(create_app(node)) as address:
        page = opened(running, 1280)
        seen = chromium.Witness(address)
        shown(seen.watch(page), address + HELP)
        page.wait_for_function("document.querySelectorAll('.leaflet-tile-loaded').length > 0")
        assert page.locator(".town").count() == 0
        page.context.close()
    node.config = before
    seen.assert_quiet()
