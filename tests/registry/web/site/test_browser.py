"""The site in a real Chromium: map, search, keyboard; no stranger called, nothing complained."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.registry.web import chromium

pytestmark = pytest.mark.slow


@pytest.fixture
def witness(home: str) -> Iterator[chromium.Witness]:
    seen = chromium.Witness(home)
    yield seen
    seen.assert_quiet()


@pytest.fixture
def page(running: Browser, witness: chromium.Witness) -> Iterator[Page]:
    context = running.new_context(viewport=chromium.DESK, locale="fr-FR")  # type: ignore[arg-type]
    yield witness.watch(context.new_page())
    context.close()


def test_search_by_keyboard_alone(page: Page, home: str) -> None:
    page.goto(home)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Aller au contenu")
    page.locator("#q").focus()
    page.keyboard.type("grand bus")
    page.keyboard.press("Enter")
    expect(page.locator("#total")).to_contain_text("1 lieu")
    assert page.url.endswith("/lieux?q=grand+bus") or "q=grand+bus" in page.url
    page.get_by_role("link", name="Le Grand Bus numérique").click()
    expect(page.locator("h1")).to_have_text("Le Grand Bus numérique")


def test_filters_keep_addresses_short(page: Page, home: str) -> None:
    page.goto(f"{home}lieux")
    page.get_by_role("link", name="Filtres").click()
    page.locator("summary", has_text="Type de lieu").click()
    page.get_by_label("Bibliothèque").check()
    page.get_by_role("button", name="Appliquer les filtres").click()
    page.wait_for_url(f"{home}lieux?type=bib#total")
    expect(page.locator("#total")).to_contain_text("1 lieu")


def test_near_me_asks_then_sorts_by_distance(running: Browser, home: str) -> None:
    context = running.new_context(
        viewport=chromium.DESK,  # type: ignore[arg-type]
        geolocation={"latitude": 43.31, "longitude": 5.39},
        permissions=["geolocation"],
    )
    page = context.new_page()
    page.goto(f"{home}lieux")
    page.get_by_role("button", name="Autour de moi").click()
    page.wait_for_url(re.compile("pres=43.310%2C5.390"))
    expect(page.locator(".place h3").first).to_have_text("Le Grand Bus numérique")
    expect(page.locator(".distance").first).to_contain_text("m")
    context.close()


def test_the_editor_does_not_take_the_focus(page: Page, home: str) -> None:
    page.set_viewport_size(chromium.PHONE)  # type: ignore[arg-type]
    page.goto(f"{home}sparql")
    page.wait_for_selector("#yasgui .CodeMirror")
    page.wait_for_timeout(300)
    assert page.evaluate("[document.activeElement.tagName, window.scrollY]") == ["BODY", 0]


def test_without_javascript_every_way_stays_open(running: Browser, home: str) -> None:
    context = running.new_context(viewport=chromium.PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{home}lieux?vue=carte")
    assert page.locator(".map-box").is_hidden()
    page.goto(home)
    page.locator("#ou").fill("Arles")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("link", name="France services d’Arles").click()
    assert page.locator("h1").inner_text() == "France services d’Arles"
    page.goto(f"{home}sparql")
    page.get_by_role("button", name="Interroger").is_visible()
    context.close()


def test_the_query_editor_runs_an_example(page: Page, home: str) -> None:
    page.goto(f"{home}sparql")
    page.wait_for_selector("#yasgui[data-ready]")
    page.get_by_role("link", name="Combien de lieux pour chaque service ?").click()
    with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        page.locator(".yasqe_queryButton").first.click()
    assert answer.value.status == 200
    expect(page.locator(".yasr table").first).to_contain_text("numérique")


_ENGLISH = re.compile(
    r"\b(Run|Share|Shows|Download|Response|Filter|Page size|results? in|Showing|Activate)\b"
)

_SAID = """() => [...document.querySelectorAll("#yasgui *")]
  .filter((item) => item.checkVisibility() && !item.closest(".CodeMirror-code, td"))
  .flatMap((item) => [
    ...["title", "aria-label", "placeholder"].map((name) => item.getAttribute(name) ?? ""),
    ...[...item.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data),
  ])"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_query_editor_speaks_french_and_covers_no_query(
    page: Page, home: str, scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size(chromium.PHONE)  # type: ignore[arg-type]
    page.goto(f"{home}sparql")
    run = page.get_by_role("button", name="Exécuter la requête")
    expect(run).to_have_text("Exécuter")
    run.click()
    expect(page.locator(".yasr_response_chip")).to_have_text(
        re.compile(r"^\d+ lignes? en [\d,]+ s$")
    )
    expect(page.get_by_placeholder("Filtrer les résultats")).to_be_visible()
    said = page.evaluate(_SAID)
    assert [text for text in said if _ENGLISH.search(text)] == []
    query = page.locator(".yasqe .CodeMirror-scroll").bounding_box()
    buttons = page.locator(".yasqe_buttons").bounding_box()
    assert query
    assert buttons
    assert buttons["y"] >= query["y"] + query["height"]
    assert chromium.sideways(page) == 0
    assert chromium.violations(page) == []


def test_escape_then_tab_leaves_the_query_editor(page: Page, home: str) -> None:
    page.goto(f"{home}sparql")
    page.wait_for_selector("#yasgui[data-ready]")
    page.locator(".CodeMirror").first.click()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") != "TEXTAREA"  # what scrolls, if it does
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"


def test_the_query_editor_completes_our_words_and_declares_them(page: Page, home: str) -> None:
    page.goto(f"{home}sparql")
    page.wait_for_selector("#yasgui[data-ready]")
    page.locator(".CodeMirror").first.click()
    page.evaluate("document.querySelector('.CodeMirror').CodeMirror.setValue('SELECT * { ?s a  }')")
    page.evaluate("document.querySelector('.CodeMirror').CodeMirror.setCursor({line: 0, ch: 16})")
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.type("med:Plac")
    hint = page.locator(".CodeMirror-hint", has_text="med:Place").first
    expect(hint).to_be_visible()
    hint.click()
    written = page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()")
    assert "?s a med:Place" in written
    assert "PREFIX med: <https://w3id.org/mediation-numerique/ns#>" in written


@pytest.mark.parametrize(
    ("program", "start"), [("curl", "curl "), ("python", "import"), ("r", "lib")]
)
def test_a_query_can_be_taken_to_a_program(page: Page, home: str, program: str, start: str) -> None:
    page.goto(f"{home}sparql")
    page.wait_for_selector("#yasgui[data-ready]")
    page.get_by_text("Copier la requête pour un programme").click()
    page.locator("#copy-as").select_option(program)
    text = page.locator("#copy-text").input_value()
    assert text.startswith(start)
    assert "SELECT ?service" in text
    assert f"{home}sparql" in text
    assert "text/csv" in text
    if program == "python":
        compile(text, "copied", "exec")
    triples = "# SELECT\\nPREFIX e: <http://e/select#> CONSTRUCT WHERE { ?s ?p ?o }"
    page.evaluate(f"document.querySelector('.CodeMirror').CodeMirror.setValue('{triples}')")
    page.locator("#copy-button").click()
    text = page.locator("#copy-text").input_value()
    assert "text/turtle" in text
    assert "csv" not in text
    if program == "python":
        compile(text, "copied", "exec")
