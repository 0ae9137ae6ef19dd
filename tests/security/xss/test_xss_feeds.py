"""Thousands of texts made to run, in a harvested feed: Chromium shows all, and none runs."""

import json
import re
from collections.abc import Iterator
from itertools import cycle
from math import ceil
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from playwright.sync_api import Browser, Page, Route

from registry.ledger.types import Outcome, Source
from registry.node import Node
from registry.settings.config import Config
from registry.web.app import create_app
from tests.harvester.conftest import Registry
from tests.registry.web import chromium
from tests.security.test_hostile_texts import FULL
from tests.security.xss.extent import MODULE_EXTENTS, texts_of
from tests.security.xss.guard import Guard, guarded
from tests.simulator import SimulatedPole, place

pytestmark = pytest.mark.slow

_SCHEMA, _MED = "https://schema.org/", "https://w3id.org/mediation-numerique/ns#"
TEXTS_OF_A_PLACE = tuple(
    _SCHEMA + name
    for name in ("name", "addressLocality", "streetAddress", "description", "email", "telephone",
                 "openingHours", "url")
) + tuple(
    _MED + name
    for name in ("summary", "collectedBy", "parentStructure", "accessibilityRecord", "bookingPage")
) + ("http://purl.org/dc/terms/identifier",)  # fmt: skip
"""What a place may say in any words and still be taken in."""
MANY = (_MED + "otherLabel", _SCHEMA + "unknown", _MED + "service")
LABELS = 22
LEAST = 30
"""Places, so that a list has a second page and its map further places."""


def hostile_places(pole: SimulatedPole, texts: tuple[str, ...]) -> Iterator[str]:
    """Places all of whose statements are payloads, each payload in one of them at least."""
    each = len(TEXTS_OF_A_PLACE) + LABELS
    for number in range(max(LEAST, ceil(len(texts) / each))):
        start = number * each % len(texts)
        own = (*texts, *texts)[start : start + each]
        record = place(pole, f"h{number}", **FULL | {"latitude": str(43 + number % 50 / 20)})
        said = dict(zip(TEXTS_OF_A_PLACE, own, strict=False))
        for line in record.lines:
            subject, path, value = line[:-2].split(" ", 2)
            text = said.get(path[1:-1])
            yield line if text is None else f"{subject} {path} {_like(value, text)} ."
        for at, text in enumerate(own[len(said) :]):
            path = MANY[at % 2]
            yield f"<{record.iri}> <{path}> {ox.Literal(text)} ."
            yield f"<{record.iri}> <{_SCHEMA}sameAs> <{_iri(text)}> ."


def _like(value: str, text: str) -> str:
    """A literal with the language of another."""
    language = re.search(r'"@(\w+)$', value)
    return str(ox.Literal(text, language=language[1]) if language else ox.Literal(text))


def _iri(text: str) -> str:
    """A payload as an IRI that N-Triples can write: its scheme stays."""
    scheme = "" if re.match(r"(?:javascript|data|vbscript):", text) else "javascript:"
    return scheme + quote(text[:80], safe="!$&'()*+,/:;=?@")


class Hostile:
    """A node that harvested a hostile pole, served."""

    def __init__(self, node: Node, home: str, texts: tuple[str, ...]) -> None:
        self.node, self.home, self.texts = node, home, texts
        self.places = [f"/pole/pole/{one.path}" for one in node.index.resources()]


@pytest.fixture(scope="module", params=MODULE_EXTENTS)
def hostile(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hostile]:
    texts, folder = texts_of(request.param), tmp_path_factory.mktemp("feeds")
    config = Config(data=folder, base_url="http://127.0.0.1/")
    with SimulatedPole() as pole, Node.open(config) as node:
        source = Source("pole", "pole", "".join(texts[:8]), pole.url("/d"), "dump",
                        (pole.url("/id/"),), allow_private=True)  # fmt: skip
        node.ledger.put_source(source)
        pole.put("/d", "\n".join(hostile_places(pole, texts)), "application/n-triples")
        assert Registry(node.ledger, source).harvest().outcome is Outcome.COMMITTED
        node.follow()
        with chromium.served(create_app(node)) as home:
            yield Hostile(node, home, texts)


def listed(hostile: Hostile) -> Iterator[str]:
    yield from ("/", "/en/", "/reseau", "/pole/pole", "/en/pole/pole", "/pole/pole/qualite",
                "/moissons", "/moissons/1", "/en/moissons/1", "/moissons/1/differences", "/regles",
                "/source/pole", "/donnees", "/couverture")  # fmt: skip
    yield from (f"/lieux?page={page + 1}" for page in range(len(hostile.places) // 20 + 1))


@pytest.mark.parametrize("policy", [True, False], ids=["policy", "no policy"])
def test_no_payload_of_a_feed_runs_on_any_page(
    running: Browser, hostile: Hostile, policy: bool
) -> None:
    """With the site's policy nothing has to be stopped; without it nothing runs either."""
    each = len(TEXTS_OF_A_PLACE) + LABELS
    # A name that is blank to a reader, and what is far too long, keep a few out.
    assert len(hostile.places) >= 0.9 * max(LEAST, len(hostile.texts) / each)
    with guarded(running, hostile.home, policy=policy) as guard:
        page = guard.page()
        # The view that a browser has of XML is stopped by the policy: it has styles of its own.
        documents = (
            () if policy else ("/pole/pole/atom.xml", "/pole/pole/moissons.xml", "/sitemap-1.xml")
        )
        for path in (*listed(hostile), *hostile.places, *documents):
            guard.open(page, path)
            assert guard.found == [], path
        for path in hostile.places[::8]:
            guard.open(page, f"{path}/historique/1")
            guard.open(page, f"{path}/corriger")
        assert guard.found == []


def test_no_payload_runs_in_the_map_and_its_bubbles(running: Browser, hostile: Hostile) -> None:
    """What the node answers to the map stands there in the words of every payload."""
    with guarded(running, hostile.home, policy=False) as guard:
        page = guard.page()
        texts = cycle(hostile.texts)

        def answer(route: Route) -> None:
            said = [next(texts) for _ in range(6)]
            names = ("name", "address", "words", "example", "phone_words", "phone")
            found = dict(zip(names, said, strict=True)) | {"state": "open", "page": "/lieux"}
            one = found | {"at": [46.5, 2.5]}
            route.fulfill(json={"clusters": [], "places": [one]})

        page.route("**/carte.json*", answer)
        page.goto(f"{hostile.home}lieux?vue=carte")
        for _ in range(min(len(hostile.texts) // 36, 100)):
            bubble(guard, page)
        assert guard.found == []


def bubble(guard: Guard, page: Page) -> None:
    page.goto(f"{guard.home}lieux?vue=carte", wait_until="load")
    page.wait_for_selector("[data-ready]", state="attached")
    page.locator(".spot").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".leaflet-popup-content h2", state="attached")
    guard.look(page)


def test_no_suggestion_runs(running: Browser, hostile: Hostile) -> None:
    with guarded(running, hostile.home, policy=False) as guard:
        page = guard.page()
        said = [{"label": text, "value": text, "detail": text} for text in hostile.texts]
        page.route("**/suggestions.json*", lambda route: route.fulfill(json={"suggestions": said}))
        page.goto(hostile.home)
        for field in ("q", "ou"):
            page.fill(f"[name={field}]", "médiat")
            options = page.locator(".suggestions:not([hidden]) [role=option]")
            options.last.wait_for()
            assert options.count() == len(said)
            guard.look(page)
            options.last.click()
        assert guard.found == []


def results(texts: tuple[str, ...]) -> dict[str, object]:
    """Every payload as each kind of RDF term."""
    html = "http://www.w3.org/1999/02/22-rdf-syntax-ns#HTML"
    rows = [
        {
            "plain": {"type": "literal", "value": text},
            "html": {"type": "literal", "value": text, "datatype": html},
            "said": {"type": "literal", "value": text, "xml:lang": "fr"},
            "iri": {"type": "uri", "value": text},
            "typed": {"type": "literal", "value": text, "datatype": text},
        }
        for text in texts
    ]
    return {
        "head": {"vars": ["plain", "html", "said", "iri", "typed"]},
        "results": {"bindings": rows},
    }


@pytest.mark.parametrize("policy", [True, False], ids=["policy", "no policy"])
def test_no_answer_of_the_query_editor_runs(
    running: Browser, hostile: Hostile, policy: bool
) -> None:
    with guarded(running, hostile.home, policy=policy) as guard:
        page = guard.page()
        for start in range(0, len(hostile.texts), 400):
            asked(page, hostile.home, hostile.texts[start : start + 400])
            guard.look(page)
            for button in ("response", "table"):
                page.locator(f".select_{button}").first.click()
                guard.look(page)
            page.unroute("**/sparql")
            assert guard.found == []


def asked(page: Page, home: str, texts: tuple[str, ...]) -> None:
    """Ask for something in the query editor, have the payloads answered, look for one of them."""
    body, kind = json.dumps(results(texts)), "application/sparql-results+json"

    def answer(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(body=body, content_type=kind)
        else:
            route.continue_()

    page.route("**/sparql", answer)
    page.goto(f"{home}sparql")
    page.wait_for_selector("#yasgui[data-ready]")
    page.locator(".yasqe_queryButton").first.click()
    page.wait_for_selector(".yasr tbody td")
    page.locator("select.tableSizer").select_option("-1")  # all on one page
    page.locator("input.tableFilter").fill("alert")
    page.wait_for_function("document.querySelectorAll('.yasr tbody tr').length > 9")
