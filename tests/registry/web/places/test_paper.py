"""Handing a page on, by paper or by address, in a real Chromium."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, FloatRect, Page, expect

from registry.node import Node
from registry.settings.config import Config
from registry.web.app import create_app
from tests.registry.web import chromium
from tests.registry.web.network_of_tests import (
    FURTHER,
    RICH,
    SIMPLE,
    add_source,
    harvest,
    open_node,
)
from vocab.mapping import place_record
from vocab.schemes import concepts

pytestmark = pytest.mark.slow

_FULL: dict[str, str] = RICH | {
    "id": "plein", "nom": "Maison du numérique et de la citoyenneté de la vallée de la Roya " * 2,
    "services": "|".join(one.label("fr") for one in concepts("services")),
    "presentation_resume": "Un lieu pour apprendre ensemble. " * 9,
    "presentation_detail": "Ateliers chaque semaine.\nVenez comme vous êtes. " * 200,
    "horaires": "Mo-Su 08:00-08:20,09:00-09:20,10:00-10:20,11:00-11:20,13:00-13:20,14:00-14:20,"
                "15:00-15:20,16:00-16:20,17:00-17:20",
    "structure_parente": "Communauté d’agglomération " * 8,
    "autres_formations_labels": "|".join(f"Label du quartier numéro {n}" for n in range(30)),
    "publics_specifiquement_adresses": "Jeunes|Étudiants|Familles et/ou enfants|Seniors|Femmes",
}  # fmt: skip
_SHEETS = re.compile(rb"/Type\s*/Page\b")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A node with a place that says all that it can, a plain and a poor one, and forty others."""
    folder = tmp_path_factory.mktemp("paper")
    small = open_node(folder)
    ping = add_source(small, "ping", "https://ping.example/id/", "Ping")
    poor = {"id": "pauvre", "nom": "Mairie", "commune": "Arles", "code_postal": "13200"}
    rows = [RICH, SIMPLE, poor]
    rows += [RICH | {"id": f"n{number}", "nom": f"Lieu numéro {number}"} for number in range(40)]
    records = [place_record(row, ping) for row in rows]
    harvest(small, "ping", [place_record(_FULL | FURTHER, ping), *records])
    harvest(small, "ping", [place_record(RICH | {"telephone": "+33491000000"}, ping)])
    small.close()
    config = Config(data=folder, base_url="http://maillage.example/",
                    namespace="http://maillage.example/id/")  # fmt: skip
    with Node.open(config) as node:
        node.follow()
        with chromium.served(create_app(node)) as address:
            yield address


@pytest.fixture
def context(running: Browser) -> Iterator[BrowserContext]:
    opened = running.new_context(viewport=chromium.DESK, locale="fr-FR")  # type: ignore[arg-type]
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.mark.parametrize("place", ["plein", "riche", "simple", "pauvre"])
@pytest.mark.parametrize("prefix", ["", "en/"])
def test_a_place_is_printed_on_one_sheet(page: Page, home: str, prefix: str, place: str) -> None:
    page.goto(f"{home}{prefix}pole/ping/place/{place}")
    paper = page.pdf(prefer_css_page_size=True)
    assert len(_SHEETS.findall(paper)) == 1
    width, height = map(float, re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", paper)[0])
    assert (round(width), round(height)) == (595, 842)  # A4, in points


def test_what_the_sheet_of_a_place_says(page: Page, home: str) -> None:
    page.goto(f"{home}pole/ping/place/riche")
    page.emulate_media(media="print")
    sheet = page.locator("body")
    for said in ("Le Bus numérique", "41 rue Jobin", "13003", "Fermé", "04 91 00 00 00", "Lundi",
                 "Loisirs et créations", "1er février 2026",
                 "que nomme le pôle", "Ping",
                 "http://maillage.example/pole/ping/place/riche"):  # fmt: skip
        expect(sheet.get_by_text(re.compile(said, re.IGNORECASE)).locator("visible=true").first,
               said).to_be_visible()  # fmt: skip
    for drawn in (".locator", ".qr-code"):
        expect(page.locator(drawn)).to_be_visible()
    for hidden in ("nav", "button", "form", "summary", ".actions", "footer", ".others"):
        for item in page.locator(hidden).all():
            expect(item).to_be_hidden()


@pytest.mark.parametrize("path", ["pole/ping/place/riche", "lieux?ou=Marseille"])
def test_paper_is_white_for_whoever_reads_in_the_dark(page: Page, home: str, path: str) -> None:
    page.goto(home + path)
    page.emulate_media(media="print", color_scheme="dark")
    assert chromium.violations(page, "color-contrast") == []
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_a_sheet_that_overflows_keeps_what_counts(page: Page, home: str) -> None:
    page.set_viewport_size({"width": 688, "height": 1032})  # A4 less its margins, at 96 dpi
    page.goto(f"{home}pole/ping/place/plein")
    page.emulate_media(media="print")
    edge = _box(page, ".place-page")
    for kept in (".week", ".locator", ".qr-code", ".origin", ".offers"):
        found = _box(page, kept)
        assert found["y"] + found["height"] <= edge["y"] + edge["height"], kept
    assert _box(page, ".shared figcaption")["width"] > 90


def test_a_list_is_printed_in_two_columns_without_its_form(page: Page, home: str) -> None:
    page.set_viewport_size({"width": 688, "height": 1032})
    page.goto(f"{home}lieux?ou=Marseille")
    page.emulate_media(media="print")
    cards = [item.bounding_box() for item in page.locator("ol.places > li").all()]
    columns = {round(box["x"]) for box in cards if box}
    assert len(columns) == 2
    assert all(box and box["width"] < 344 for box in cards)
    for hidden in ("form", "nav", "button", ".filters-line", ".map-side", "summary", "footer"):
        for item in page.locator(hidden).all():
            expect(item).to_be_hidden()
    expect(page.locator(".shared")).to_contain_text("http://maillage.example/lieux?ou=Marseille")
    expect(page.locator(".shared b")).to_have_text("25 lieux sur 42, page 1 sur 2")
    expect(page.locator(".shared b")).to_be_visible()


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("pole/ping/place/riche", "http://maillage.example/pole/ping/place/riche"),
        ("en/pole/ping/place/riche", "http://maillage.example/en/pole/ping/place/riche"),
        ("lieux?ou=Marseille&page=2", "http://maillage.example/lieux?ou=Marseille&page=2"),
    ],
)
def test_a_page_is_handed_on_without_javascript(
    running: Browser, home: str, path: str, address: str
) -> None:
    context = running.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.goto(home + path)
    expect(page.locator(".shared")).to_be_hidden()
    page.locator(".share > summary").click()
    expect(page.locator(".shared")).to_be_visible()
    expect(page.locator(".shared .iri")).to_have_text(address)
    mail = page.locator(".share a[href^='mailto:']").get_attribute("href") or ""
    assert "?subject=" in mail
    assert "&body=http%3A//maillage.example/" in mail
    context.close()


def test_the_address_is_copied_and_that_is_said(context: BrowserContext, home: str) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{home}pole/ping/place/riche")
    page.get_by_text("Partager", exact=True).click()
    expect(page.locator(".share [role=status]")).to_have_text("Adresse copiée.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "http://maillage.example/pole/ping/place/riche"
    expect(page.locator(".qr-code")).to_be_visible()
    assert chromium.violations(page) == []


@pytest.mark.parametrize(
    ("answer", "unfolds"), [("", False), ("AbortError", False), ("DataError", True)]
)
def test_the_way_of_the_system_comes_first(
    page: Page, home: str, answer: str, unfolds: bool
) -> None:
    page.add_init_script(
        "navigator.share = async (what) => { window.shared = what;"
        f" if ('{answer}') throw new DOMException('', '{answer}'); }}"
    )
    page.goto(f"{home}pole/ping/place/riche")
    page.locator(".share > summary").click()
    shared: dict[str, Any] = page.evaluate("window.shared")
    assert shared["title"] == "Le Bus numérique"
    assert shared["url"] == "http://maillage.example/pole/ping/place/riche"
    expect(page.locator(".shared")).to_be_visible(visible=unfolds)


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", ["historique", "historique/1"])
def test_the_history_is_read_by_everybody(page: Page, home: str, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{home}pole/ping/place/riche/{path}")
    assert chromium.sideways(page) <= 0
    assert chromium.violations(page) == []


def _box(page: Page, what: str) -> FloatRect:
    found = page.locator(what).first.bounding_box()
    assert found, what
    return found
