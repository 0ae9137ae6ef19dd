"""The saved queries run on a real node and give answers, within the limits of the service."""

import html
import json
import re
from collections.abc import Iterator

import pytest

from registry.node import Node
from registry.settings.config import Config
from registry.web.app import create_app
from registry.web.data.sparql_description import Example, examples
from tests.registry.web.network_of_tests import (
    FURTHER,
    REUNION,
    RICH,
    add_source,
    harvest,
    own_record,
    plain,
)
from vocab.mapping import place_record

BASE = "http://maillage.example/"


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    config = Config(data=tmp_path_factory.mktemp("node"), base_url=BASE, namespace=f"{BASE}id/")
    with Node.open(config) as node:
        pole = add_source(node, "zinc", f"{BASE}id/")
        bare = {name: value for name, value in REUNION.items() if not name.endswith("itude")}
        twin = RICH | {"id": "jumeau", "nom": "Médiathèque de la Belle de Mai", "services": ""}
        records = [place_record(row, pole) for row in (RICH | FURTHER, bare, twin)]
        harvest(node, "zinc", [own_record("zinc", f"{BASE}id/"), *records])
        node.follow()
        yield node


@pytest.mark.slow
@pytest.mark.parametrize("example", examples(), ids=lambda example: example.slug)
def test_a_saved_query_gives_answers(node: Node, example: Example) -> None:
    asked = {"query": example.text, "format": "nt" if example.is_graph else "json"}
    answer = create_app(node).test_client().post("/sparql", data=asked)
    assert answer.status_code == 200
    if example.is_graph:
        assert "Place" in answer.text
    else:
        found = json.loads(answer.text)
        assert found.get("boolean") or found["results"]["bindings"]


@pytest.mark.slow
def test_each_link_beside_a_saved_query_leads_to_its_answer(node: Node) -> None:
    browser = create_app(node).test_client()
    page = browser.get("/sparql", headers={"Accept": "text/html"}).text
    links = [html.unescape(link) for link in re.findall(r'href="(/sparql\?query=[^"]+)"', page)]
    assert len(links) == len(examples())
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    for link in links:
        assert browser.get(link, headers={"Accept": accept}).status_code == 200, link


@pytest.mark.slow
def test_the_editor_page_offers_them_in_both_languages(node: Node) -> None:
    browser = create_app(node).test_client()
    for lang, prefix in (("fr", ""), ("en", "/en")):
        page = plain(browser.get(f"{prefix}/sparql", headers={"Accept": "text/html"}).text)
        for example in examples():
            assert plain(example.title.message(lang)) in page
        assert f'action="{""}/sparql"' in page
