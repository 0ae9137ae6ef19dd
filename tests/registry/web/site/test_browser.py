"""The site in a real Chromium: map, search, keyboard; no stranger called, nothing complained."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from registry.history.difference import difference
from registry.ledger.cursor import Cursor
from registry.ledger.report import Report
from registry.ledger.types import Draft, Harvest, HarvestResult, Held, Kind, Outcome
from registry.node import Node
from registry.settings.config import Config
from registry.state import Board, Run, state_url
from registry.state.trials import Trial
from registry.web.app import create_app
from tests.registry.web import chromium
from tests.registry.web.network_of_tests import (
    NOON,
    RICH,
    SmallNode,
    add_source,
    finding,
    harvest,
    small_network,
)
from vocab.mapping import place_record

pytestmark = pytest.mark.slow

LONG = "long" * 40
REPORT = {
    "counts": {"arrived": 12_345, "created": 0, "changed": 0, "deleted": 2, "missing": 0,
               "unchanged": 12_343, "refused": 1},
    "holds": [finding() | {"code": "MED-H400"}],
    "findings": [
        finding() | {"count": 3, "samples": [finding() | {"record": f"https://x.example/{LONG}"}]}
    ],
    "requests": [
        {"url": f"https://x.example/{LONG}", "status": 200, "bytes": 123_456, "seconds": 1.2}
    ],
    "timings": {"discover": 0.1, "fetch": 1.25, "parse": 0.75, "compare": 0.01, "check": 0.5},
    "expected": 12_346, "counted": 12_345,
    "moved": {"code": "MED-H450", "message_fr": "Partie.", "message_en": "Left."},
    "missing": {"count": 3, "newly": 3, "returned": 1, "expired": 1, "grace_days": 7,
                "since": "2026-03-01T00:00:00+00:00", "next_deletion": "2026-03-08T00:00:00+00:00"},
}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real node with the small network and 300 more places, on its own port."""
    folder = tmp_path_factory.mktemp("node")
    small = small_network(folder)
    ping = add_source(small, "ping", "https://ping.example/id/", "Ping")
    many = [
        place_record(
            RICH | {"id": f"n{number}", "nom": f"Lieu numéro {number}",
                    "latitude": f"{44 + number % 17 * 0.3:.4f}",
                    "longitude": f"{0 + number // 17 * 0.3:.4f}"}, ping,
        )
        for number in range(300)
    ]  # fmt: skip
    harvest(small, "ping", many)
    under_way(small)
    small.close()
    config = Config(data=folder, base_url="http://maillage.example/",
                    namespace="http://maillage.example/id/", sample_notice=True)  # fmt: skip
    with Node.open(config) as node:
        node.follow()
        with chromium.served(create_app(node)) as address:
            yield address


def under_way(node: SmallNode) -> None:
    """Hold a harvest of Zinc, leave a finished and an asked dry run, put harvests on the board."""
    known, deleted = node.ledger.known("zinc"), sorted(node.ledger.known("zinc"))[:2]
    drafts = tuple(Draft(Kind.DELETE, subject, None) for subject in deleted)
    held = Held(drafts, (), (), Cursor(), {subject: known[subject] for subject in deleted})
    result = HarvestResult(Outcome.HELD, NOON, report=REPORT, held=held)
    node.ledger.commit("zinc", result, NOON)
    trials, now = node.state.trials, time.time()
    dry_run = Harvest(0, "ping", Outcome.HELD, NOON, NOON, None, None, Report(REPORT))
    gone = tuple(node.ledger.known("ping"))[:60]
    shown = [difference(iri, node.ledger.record(iri), None) for iri in gone]
    trials.keep(Trial(dry_run, len(shown), gone[:3]), shown)
    trials.ask("zinc", now)
    board = Board(state_url(node.config))
    board.put(Run("ping", 1, "check", 120_000, 300_000, 2_000_000, now - 20, now - 10, now))
    board.queue(["zinc"])
    board.close()


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
    expect(page.locator(".place h2").first).to_have_text("Le Grand Bus numérique")
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


_PATHS = (
    "", "en/", "lieux", "lieux?q=bus", "pole/zinc/place/riche", "pole/ping/place/pi%C3%A8ge",
    "pole/zinc", "moissons", "moissons/3", "moissons/5", "vocabulaire", "vocabulaire/services",
    "vocabulaire/ns/Place", "regles", "donnees", "reseau", "telechargements", "a-propos",
    "accessibilite", "sparql", "rien", "couverture", "lieux?q=bus&type=bib",
    "couverture/bouches-du-rhone-13", "couverture/provence-alpes-cote-d-azur",
    "lieux?q=xyzzyq&ou=13",
    "couverture/calvados-14", "lieux?page=x", "pole/zinc/place/retir%C3%A9",
    "moissons/5/differences",
    "moissons/6", "moissons/6/differences", "moissons/en-cours", "moissons/essais/ping",
    "moissons/essais/ping/differences", "moissons/essais/zinc", "regles/MED-P005",
    "regles/MED-H460", "pole/zinc/qualite", "qualite",
)  # fmt: skip


@pytest.mark.parametrize("width", [390, 1280])
def test_pages_keep_axe_content_and_fit_the_screen(running: Browser, home: str, width: int) -> None:
    context = running.new_context(
        viewport={"width": width, "height": 900}, locale="fr-FR", reduced_motion="reduce"
    )
    witness = chromium.Witness(home)
    page = witness.watch(context.new_page())
    found = {}
    for path in _PATHS:
        page.goto(home + path)
        page.wait_for_load_state("networkidle")
        problems = chromium.violations(page)
        if chromium.sideways(page) > 0:
            problems.append(f"{chromium.sideways(page)} px too wide")
        if problems:
            found[path] = problems
    context.close()
    expected = re.compile("40[04]|410")  # the console tells the status of pages of errors
    witness.complaints = [text for text in witness.complaints if not expected.search(text)]
    witness.assert_quiet()
    assert found == {}


def test_pages_reflow_at_320_pixels(running: Browser, home: str) -> None:
    context = running.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    wide = []
    for path in _PATHS:
        page.goto(home + path)
        if chromium.sideways(page) > 0:
            wide.append((path, chromium.sideways(page)))
    context.close()
    assert wide == []
