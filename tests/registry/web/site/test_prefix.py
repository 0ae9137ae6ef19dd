"""A node below a path of a larger site (``base_url`` with a path): whole, or refused at start."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from flask.testing import FlaskClient

from maillage.steps.pole import publish_feed
from registry.node import Node
from registry.settings.config import load
from registry.web.app import create_app
from tests.registry.web.network_of_tests import RICH, add_source, harvest
from vocab.errors import UsageError
from vocab.mapping import place_record

SITE = "https://carte.exemple.fr/registre/"
PAGES = (
    "/", "/lieux", "/lieux?q=bus", "/pole/zinc/place/riche", "/pole/zinc", "/couverture",
    "/donnees", "/moissons", "/moissons/1", "/telechargements", "/vocabulaire", "/regles",
    "/sparql", "/a-propos", "/moissons/en-cours", "/rien",
)  # fmt: skip
LINK = re.compile(
    r"""\s(?:href|src|action|data-(?:points|ground|leaflet|tiles|script|style|endpoint))="([^"]*)"""
)


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    settings = {"MAILLAGE_DATA": str(tmp_path_factory.mktemp("prefix")), "MAILLAGE_BASE_URL": SITE}
    with Node.open(load(None, settings)) as opened:
        zinc = add_source(opened, "zinc", f"{SITE}id/", "Zinc")
        harvest(opened, "zinc", [place_record(RICH, zinc)])
        opened.follow()
        publish_feed(opened)
        yield opened


@pytest.fixture
def client(node: Node, stopped_clock: datetime) -> FlaskClient:
    """A visitor in one minute, so that two pages can be compared."""
    return create_app(node).test_client()


@pytest.mark.parametrize("lang", ["", "/en"])
@pytest.mark.parametrize("page", PAGES)
def test_e8_every_link_of_a_page_stays_below_the_path(
    client: FlaskClient, page: str, lang: str
) -> None:
    browser = {"Accept": "text/html"}
    whole = client.get(f"/registre{lang}{page}", headers=browser)
    cut = client.get(f"{lang}{page}", headers=browser)  # the proxy took the path off
    assert whole.data == cut.data
    assert whole.status_code == (404 if page == "/rien" else 200)
    found = {address.replace("&amp;", "&") for address in LINK.findall(whole.text)}
    ours = {urljoin(f"{SITE[:-1]}{lang}{page}", address) for address in found}
    ours = {address for address in ours if urlsplit(address).netloc == "carte.exemple.fr"}
    assert len(ours) > 5
    for address in sorted(ours):
        assert address.startswith(SITE) or address == SITE[:-1], address
        parts = urlsplit(address)
        if "/vendor/leaflet/" in parts.path and parts.path.endswith("/"):
            continue
        if page == "/rien" and parts.path.endswith(page):
            continue  # itself, in the other language
        if parts.query.startswith("query="):
            continue  # an example, which the endpoint answers by its own rules
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        assert client.get(path).status_code in (200, 302, 303, 308), address


def test_e8_public_addresses_have_the_path_once(client: FlaskClient) -> None:
    for path in ("/", "/en/lieux", "/opensearch.xml", "/en/opensearch.xml", "/sitemap.xml",
                 "/sitemap-1.xml", "/robots.txt", "/pole/zinc/atom.xml", "/moissons/zinc/atom.xml",
                 "/pole/zinc/place/riche", "/en/pole/zinc/place/riche", "/vocabulaire.ttl",
                 "/feed/catalog.ttl", "/pole/zinc/qualite.ttl"):  # fmt: skip
        answer = client.get(f"/registre{path}")
        sent = answer.text + " ".join(map(str, answer.headers.values()))
        assert "registre/registre" not in sent, path
        assert "carte.exemple.fr/en" not in sent, path
        for address in re.findall(r"https://carte\.exemple\.fr[^\s\"'<>;)]*", sent):
            assert address.startswith(SITE), (path, address)


def test_e8_redirections_stay_below_the_path(client: FlaskClient) -> None:
    for path, end in (
        ("/id/place/riche", "/registre/pole/zinc/place/riche"),
        ("/en/id/place/riche", "/registre/en/pole/zinc/place/riche"),
        (f"/id?iri={SITE}id/place/riche", "/registre/pole/zinc/place/riche"),
        ("/feed", "/registre/feed/"),
        ("/.well-known/void", f"{SITE}feed/catalog.ttl"),
    ):
        answer = client.get(f"/registre{path}", follow_redirects=False)
        assert answer.status_code in (302, 303, 308), path
        assert answer.headers["Location"].endswith(end), path


def test_e8_home_is_found_with_and_without_its_slash(client: FlaskClient) -> None:
    assert client.get("/registre").data.count(b"<h1>") == 1
    assert client.get("/registre/").status_code == client.get("/healthz").status_code == 200
    assert client.get("/registreur/").status_code == 404


def test_e8_robots_are_told_with_the_path(client: FlaskClient) -> None:
    lines = client.get("/registre/robots.txt").text.splitlines()
    assert "Disallow: /registre/en/sparql?" in lines
    assert f"Sitemap: {SITE}sitemap.xml" in lines


@pytest.mark.parametrize(
    "address",
    ["https://x.example/a b/", "https://x.example/é/", "https://x.example/a/../b/",
     "https://x.example/?a=b", "https://x.example/#a", "https://me:secret@x.example/",
     "https://x.example/a//b/", "https://x.example/%61/"],
)  # fmt: skip
def test_e8_an_address_that_could_be_written_otherwise_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="base_url"):
        load(None, {"MAILLAGE_BASE_URL": address})


@pytest.mark.parametrize("path", ["lieux", "en", "pole/x", "static"])
def test_e8_a_path_that_is_a_page_of_ours_is_refused(tmp_path: Path, path: str) -> None:
    settings = {"MAILLAGE_DATA": str(tmp_path), "MAILLAGE_BASE_URL": f"https://x.example/{path}"}
    with Node.open(load(None, settings)) as opened, pytest.raises(UsageError, match="base_url"):
        create_app(opened)


@pytest.mark.parametrize("path", ["", "registre", "registre/", "a/b.c/d-e_f~g", "lieux2"])
def test_e8_other_paths_are_taken(tmp_path: Path, path: str) -> None:
    settings = {"MAILLAGE_DATA": str(tmp_path), "MAILLAGE_BASE_URL": f"https://x.example/{path}"}
    with Node.open(load(None, settings)) as opened:
        assert create_app(opened).test_client().get(f"/{path}").status_code == 200
