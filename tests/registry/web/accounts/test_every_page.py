"""Every page of the routing table is looked at by axe: a route in no list fails here.

Public pages stand in ``test_accessibility.PATHS``; the others, and those that a link opens, are
made by ``world_of_pages``. ``make test`` sees each once; ``make test-accessibility``
in both languages, at all widths, in all looks.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext
from werkzeug.exceptions import NotFound

from registry.accounts.types import Access
from registry.node import Node
from registry.web.access.declared import declared
from registry.web.app import _BLUEPRINTS
from tests.registry.web import chromium
from tests.registry.web.accounts.conftest import Browser
from tests.registry.web.accounts.test_account_looks import sign_in
from tests.registry.web.accounts.test_who_may import address
from tests.registry.web.accounts.volunteer_sheet import write_sheet
from tests.registry.web.accounts.world_of_pages import (
    LEFT,
    Addresses,
    addresses,
    drop_sheet,
    made_world,
)
from tests.registry.web.network_of_tests import plain
from tests.registry.web.site.test_accessibility import (
    LANGUAGES,
    LOOKS,
    PATHS,
    WIDTHS,
    faults,
    faults_at,
)

pytestmark = pytest.mark.slow


@pytest.fixture
def app(node: Node) -> Flask:
    node.config = replace(node.config, base_url="http://127.0.0.1/")
    return made_world(node)


@pytest.fixture
def home(app: Flask) -> Iterator[str]:
    with chromium.served(app) as served:
        yield served


@pytest.fixture
def found(app: Flask, node: Node) -> Addresses:
    return addresses(node)


@dataclass(frozen=True)
class Visitors:
    """Who has an account sees another page than who has none, where one signs in."""

    editor: BrowserContext
    guest: BrowserContext
    access: dict[str, Access]

    def of(self, endpoint: str) -> BrowserContext:
        is_open = self.access[endpoint] in {Access.PUBLIC, Access.ENTRY}
        return self.guest if is_open else self.editor


@pytest.fixture
def visitors(
    running: Chromium, home: str, app: Flask, found: Addresses, tmp_path: Path
) -> Iterator[Visitors]:
    with ExitStack() as closing:
        editor, guest = (
            closing.enter_context(running.new_context(locale="fr-FR", reduced_motion="reduce"))
            for _ in range(2)
        )
        drop_sheet(editor, home, write_sheet(tmp_path / "lieux.xlsx"))
        assert "Saisissez le code" in sign_in(guest, home, "ping")
        yield Visitors(editor, guest, dict(declared(app, _BLUEPRINTS)))


NO_PAGES = {
    "contours.france", "contours.of_departement", "correction_notices.notices",
    "correction_records.of_pole", "correction_records.thing",
    "difference.as_csv", "difference.as_patch", "discovery.opensearch", "discovery.robots",
    "discovery.security", "discovery.sitemap", "discovery.sitemap_index", "discovery.void",
    "feed.entry", "feed.published", "feeds.changes", "feeds.harvests", "harvest_files.as_csv",
    "harvest_files.as_json", "harvest_files.as_turtle", "harvests.report_json", "health.alive",
    "health.ready", "mailbox.page", "map.ground_below", "map.points", "measures.as_turtle",
    "notify.constraints", "notify.inbox", "notify.proposal", "place_files.as_csv",
    "place_files.as_geojson", "place_files.as_json", "provenance.harvest",
    "provenance.harvests_graph", "provenance.source", "resources.lookup", "resources.thing",
    "rules.shapes", "running.listing_json", "sheet_drop.file", "sheet_template.template",
    "static.file", "suggestions.as_json", "tiles.tile", "trials.as_csv", "trials.as_json",
    "trials.as_patch", "versions.as_json", "vocabulary.overview_in",
}  # fmt: skip
"""Routes that give data, or lead elsewhere."""

FORMS = ("joining.form", "corrections.form", "sign_in.page", "recovery.link", "invitation.page",
         "second_step.page", "own_account.page", "second_factor.page", "pole_settings.page",
         "joining_desk.page", "source_desk.listing", "source_desk.page", "place_form.new",
         "place_past.closing", "sheet_drop.page")  # fmt: skip
"""Pages whose first form answers with errors when nothing is filled in."""
_SEND_EMPTY = """() => {
  const button = [...document.querySelectorAll("main button.main, .save button.main")]
    .find((one) => one.form?.method === "post");
  for (const one of button.form.querySelectorAll("input:not([type=hidden]), textarea")) {
    if (one.type === "checkbox" || one.type === "radio") one.checked = false;
    else one.value = "";
  }
  button.form.noValidate = true;
  button.form.requestSubmit(button);
}"""


ELSEWHERE = {"sign_in.page", "second_step.page", "sheet_drop.verdict", "sheet_drop.compare"}
"""Pages that lead elsewhere: who has signed in already, has typed no password, dropped no file."""


def test_every_route_that_gives_a_page_is_looked_at(
    app: Flask, found: Addresses, browser: Browser
) -> None:
    """An address of a list leads to its route; what is called no page never answers with one."""
    browser.sign_in("operatrice")
    for endpoint, path in each_of(found):
        expected = 404 if path.endswith("/x") else (303 if endpoint in ELSEWHERE else 200)
        assert browser.get(f"/{path}").status_code == expected, path
    leaving = plain(browser.get(f"/espace/pole/{LEFT}/lieux").text)
    assert "continue sous" in leaving
    assert "lus ailleurs" not in leaving
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    match = app.url_map.bind("maillage.example").match
    public = {endpoint_of(match, path) for path in PATHS}
    for endpoint, listed in found.items():
        assert {match(f"/{path.partition('?')[0]}")[0] for path in listed} == {endpoint}
    assert routes - public - set(found) - NO_PAGES == set(), "pages that nobody looks at"
    assert not NO_PAGES & (public | set(found))
    assert routes >= NO_PAGES
    for rule in app.url_map.iter_rules():
        if rule.endpoint in NO_PAGES and "GET" in (rule.methods or ()):
            answer = browser.get(address(app, rule))
            is_page = answer.status_code == 200 and answer.mimetype == "text/html"
            assert not is_page, rule


def each_of(found: Addresses) -> Iterator[tuple[str, str]]:
    return ((endpoint, path) for endpoint, listed in found.items() for path in listed)


def endpoint_of(match: object, path: str) -> str:
    try:
        return str(match(f"/{path.partition('?')[0]}")[0])  # type: ignore[operator]
    except NotFound:
        return ""


def test_pages_behind_a_link_or_an_account_keep_axe_content(
    visitors: Visitors, home: str, found: Addresses
) -> None:
    """Each page once: widths, languages and looks take turns."""
    wrong = {}
    for turn, (endpoint, path) in enumerate(each_of(found)):
        language, width = LANGUAGES[turn // 2 % 2], WIDTHS[turn % 4]
        if problems := faults(
            visitors.of(endpoint), home + language + path, width, LOOKS[turn // 4 % 4]
        ):
            wrong[language + path, width] = problems
    assert wrong == {}


def test_what_answers_an_empty_form_keeps_axe_content(
    visitors: Visitors, home: str, found: Addresses
) -> None:
    """Whatever the browser would not send: errors at the top and below the fields."""
    wrong = dict[str, list[str]]()
    for endpoint in FORMS:
        page = chromium.tab(visitors.of(endpoint))
        page.set_viewport_size(chromium.PHONE)  # type: ignore[arg-type]
        answer = page.goto(home + found[endpoint][0])
        assert answer
        assert answer.ok, (endpoint, answer.status)
        with page.expect_navigation():
            page.evaluate(_SEND_EMPTY)
        assert page.locator("[role=alert]").count(), endpoint
        problems = chromium.violations(page)
        if (wide := chromium.sideways(page)) > 0:
            problems.append(f"{wide} px too wide")
        wrong |= {endpoint: problems} if problems else {}
    assert wrong == {}


@pytest.mark.accessibility
@pytest.mark.parametrize(("language", "half"), list(product(LANGUAGES, range(2))))
def test_every_combination_behind_an_account_keeps_axe_content(
    visitors: Visitors, home: str, found: Addresses, language: str, half: int
) -> None:
    """Each page loaded once in a language, at widths in turns, and made wider and narrower."""
    wrong = dict[str, dict[int, list[str]]]()
    for number, (endpoint, path) in enumerate(each_of(found)):
        if number % 2 == half:
            widths = (*WIDTHS[number // 2 % 4 :], *WIDTHS[: number // 2 % 4])
            problems = faults_at(visitors.of(endpoint), home + language + path, widths, *LOOKS)
            wrong |= {path: problems} if problems else {}
    assert wrong == {}
