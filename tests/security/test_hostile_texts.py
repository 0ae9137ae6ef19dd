"""Texts made to run, in every field of a harvested record: shown everywhere, run nowhere."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from flask import Flask

from registry.formats.csv_dialects import EXCEL
from registry.formats.national import csv_header
from registry.ledger.types import Outcome, Source
from registry.node import Node
from registry.publish.pole import PoleDescription
from registry.publish.publisher import publish
from registry.settings.config import Config
from registry.web.app import create_app
from tests.harvester.conftest import Registry
from tests.registry.web.chromium import Witness, browser, served
from tests.simulator import SimulatedPole, place
from vocab.records import Record

MARK = "pwned"
RUN = f"document.title='{MARK}'"
TEXTS = (
    f"<script>{RUN}</script>", f'"><img src=x onerror="{RUN}">', f"'><svg onload={RUN}>",
    f"</script><script>{RUN}</script>", f"]]><script>{RUN}</script>", f"javascript:{RUN}//",
    f" \tJaVaScRiPt:{RUN}//", f"data:text/html,<script>{RUN}</script>", f"<!--<script>{RUN}",
    f"https://a.example/\" onmouseover=\"{RUN}", f"{{{{{RUN}}}}}", "=HYPERLINK(\"http://x\")",
    "@SUM(1)", "\u202egpj.exe", "\x01\x02\x7f", "\u2028</title>", "a" * 60_000, "\ud7ff\ufffe",
    "0001-01-01", "9999-12-31", "1e400", "NaN", "http://[::1", "Mo-Su 00:00-24:00 " * 2_000,
    "Mo[-1] sunrise-sunset; week 1-53/2 easter +999999999 days",
)  # fmt: skip
FULL = {
    "telephone": "+33123456789", "courriels": "a@b.example", "site_web": "https://a.example/",
    "horaires": "Mo-Fr 09:00-12:00", "presentation_resume": "résumé", "source": "source",
    "presentation_detail": "détail", "latitude": "48", "longitude": "2", "typologie": "BIB",
    "prise_rdv": "https://a.example/", "fiche_acces_libre": "https://acceslibre.example/x",
    "structure_parente": "parente", "autres_formations_labels": "label",
}  # fmt: skip


def twisted(record: Record) -> Iterator[str]:
    """The record once for each of its statements and each text, that text in the statement."""
    number = 0
    for place_, line in enumerate(record.lines):
        subject, path, value = line[:-2].split(" ", 2)
        for text in TEXTS:
            number += 1
            body = list(record.lines)
            body[place_] = f"{subject} {path} {_like(value, text)} ."
            yield "\n".join(body).replace("/place/zz", f"/place/h{number}")


def _like(value: str, text: str) -> str:
    """A literal with the language or the datatype of another."""
    datatype = re.search(r'"\^\^<([^>]+)>$', value)
    if datatype:
        return str(ox.Literal(text, datatype=ox.NamedNode(datatype[1])))
    language = re.search(r'"@(\w+)$', value)
    return str(ox.Literal(text, language=language[1]) if language else ox.Literal(text))


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    folder: Path = tmp_path_factory.mktemp("hostile")
    with SimulatedPole() as pole, Node.open(Config(data=folder, base_url="http://m.example/")) as n:
        source = Source(
            "pole", "pole", TEXTS[0], pole.url("/d"), "dump", (pole.url("/id/"),),
            allow_private=True,
        )  # fmt: skip
        n.ledger.put_source(source)
        pole.put("/d", "\n".join(twisted(place(pole, "zz", **FULL))), "application/n-triples")
        assert Registry(n.ledger, source).harvest().outcome is Outcome.COMMITTED
        n.follow()
        yield n


@pytest.fixture(scope="module")
def app(node: Node) -> Flask:
    return create_app(node)


@pytest.fixture(scope="module")
def paths(node: Node) -> list[str]:
    return [f"/pole/pole/{resource.path}" for resource in node.index.resources()]


LISTS = (
    "/", "/en/", "/lieux", "/lieux?page=7", "/lieux?tri=maj", "/lieux?ouvert=1", "/pole/pole",
    "/moissons", "/moissons/1", "/donnees", f"/lieux?q={TEXTS[0]}", f"/lieux?ou={TEXTS[1]}",
)  # fmt: skip
_RUNS = re.compile(
    r"""<script>|<svg onload|<img src=x|href="\s*(?:javascript|data|vbscript):""", re.IGNORECASE
)


def test_no_page_holds_a_text_that_runs(app: Flask, paths: list[str]) -> None:
    assert len(paths) > 300
    visitor = app.test_client()
    versions = [f"{path}/historique/1" for path in paths]
    for path in (*LISTS, *paths, *versions):
        answer = visitor.get(path)
        assert answer.status_code == 200, path
        assert not _RUNS.search(answer.text), path


@pytest.mark.parametrize("suffix", [".ttl", ".jsonld", ".nt", ".rdf", ".json"])
def test_every_form_is_written_or_refused(app: Flask, paths: list[str], suffix: str) -> None:
    visitor = app.test_client()
    for path in paths:
        answer = visitor.get(path + suffix)
        assert answer.status_code in ((200, 406) if suffix == ".rdf" else (200,)), path
        assert answer.mimetype != "text/html" or answer.status_code == 406
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_lists_for_machines_can_be_read(app: Flask) -> None:
    visitor = app.test_client()
    for path in ("/lieux.json", "/lieux.geojson", "/carte.json", "/moissons/1.json"):
        json.loads(visitor.get(path).text, parse_constant=pytest.fail)
    for path in ("/pole/pole/atom.xml", "/sitemap.xml", "/sitemap-1.xml", "/opensearch.xml"):
        ElementTree.fromstring(visitor.get(path).data)  # noqa: S314  our own answer


def test_the_spreadsheet_variant_starts_no_formula(app: Flask) -> None:
    table = app.test_client().get("/lieux.csv?variante=excel")
    assert table.data.startswith(csv_header(EXCEL)[:3])
    assert not re.search(r'[;,\t]"?[=@][A-Z]', table.text)


def test_the_published_page_of_a_hostile_pole_holds_text_only(node: Node, tmp_path: Path) -> None:
    described = PoleDescription(
        TEXTS[0], slug="pole", namespace="http://m.example/id/", feed_url="http://m.example/feed/"
    )
    publish(node.ledger, described, tmp_path / "feed")
    assert not _RUNS.search((tmp_path / "feed" / "index.html").read_text("utf-8"))


def test_answers_of_sparql_are_files_not_pages(app: Flask) -> None:
    query = "SELECT * { ?s <https://schema.org/name> ?o }"
    for accept in ("text/html,*/*;q=0.1", "application/sparql-results+xml", "text/csv"):
        asked = {"Accept": accept}
        answer = app.test_client().get("/sparql", query_string={"query": query}, headers=asked)
        assert answer.status_code == 200
        assert answer.mimetype not in ("text/html", "application/xhtml+xml", "image/svg+xml")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "script-src 'self';" in answer.headers["Content-Security-Policy"]


def test_nothing_runs_in_a_browser(app: Flask, paths: list[str]) -> None:
    """Chromium shows a part of the records, the lists and the Atom feed."""
    with served(app) as home, browser() as chromium:
        witness = Witness(home)
        page = witness.watch(chromium.new_page())
        for path in (*paths[:: len(paths) // 16], *LISTS, "/pole/pole/atom.xml"):
            page.goto(home + path[1:], wait_until="load")
            assert page.title() != MARK, path
        assert witness.strangers == []
        # The map says so when the next page comes before its data; XML names no icon.
        harmless = ("map ", "Failed to load resource: the server responded with a status of 404")
        assert [said for said in witness.complaints if not said.startswith(harmless)] == []


QUERY = f"""SELECT ?o ?html ?xml ?iri {{ ?s <https://schema.org/name> ?o
  BIND(STRDT(STR(?o), <http://www.w3.org/1999/02/22-rdf-syntax-ns#HTML>) AS ?html)
  BIND(STRDT(STR(?o), <http://www.w3.org/1999/02/22-rdf-syntax-ns#XMLLiteral>) AS ?xml)
  BIND(IRI("javascript:document.title='{MARK}'") AS ?iri) }} LIMIT 20"""


def test_nothing_runs_in_the_query_editor(app: Flask) -> None:
    """The editor's table reads texts as HTML in order to search them: the policy stops the rest."""
    with served(app) as home, browser() as chromium:
        witness = Witness(home)
        page = witness.watch(chromium.new_page())
        page.goto(f"{home}sparql#endpoint=https://evil.example/&tabTitle=<img src=x>")
        page.wait_for_selector("#yasgui[data-ready]")
        page.evaluate("q => document.querySelector('.CodeMirror').CodeMirror.setValue(q)", QUERY)
        page.locator(".yasqe_queryButton").first.click()
        page.wait_for_timeout(1_000)
        assert witness.strangers == []
        page.goto(f"{home}sparql?again")
        page.wait_for_selector("#yasgui[data-ready]")
        page.evaluate("q => document.querySelector('.CodeMirror').CodeMirror.setValue(q)", QUERY)
        page.locator(".yasqe_queryButton").first.click()
        page.wait_for_selector(".yasr tbody td")
        page.wait_for_timeout(500)
        assert page.title() != MARK
        assert page.locator(".yasr tbody").locator("img, svg, script, form").count() == 0
        assert page.locator(".yasr tbody a[href^='javascript']").count() == 0
        assert witness.strangers == []
        assert all("Content Security Policy" in said for said in witness.complaints)
