"""No link of the site leads nowhere: every internal address found on any page is opened."""

import re
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from registry.web.site.node import link
from tests.registry.web.network_of_tests import BASE_URL

_LINK = re.compile(r'(?:href|src|action|data-points|data-script|data-style)="([^"]+)"')
_SEEN_ONCE = re.compile(r"/vocabulaire/[^/?]+/|/feed/|/lieux\?|/sparql\?")
MAX_PAGES = 1500


def internal_links(page: str, address: str) -> set[str]:
    found = set()
    for found_link in _LINK.findall(page):
        target = urlsplit(urljoin(BASE_URL.rstrip("/") + address, unescape(found_link)))
        if target.netloc == urlsplit(BASE_URL).netloc and target.scheme == "http":
            found.add(target.path + (f"?{target.query}" if target.query else ""))
    return found


def is_withdrawn(address: str, status: int) -> bool:
    """The one place that was deleted still has its page, which says so (410)."""
    return status == 410 and "/place/retir" in address


def test_every_internal_link_resolves(visitor: FlaskClient) -> None:
    waiting, seen, broken = ["/", "/en/"], {"/", "/en/"}, []
    while waiting and len(seen) < MAX_PAGES:
        address = waiting.pop()
        if "/feed/" in address or re.match(r"(/en)?/sparql", address):
            continue  # the live feed and the query processes have their own tests
        response = visitor.get(address, follow_redirects=True)
        if response.status_code >= 400 and not is_withdrawn(address, response.status_code):
            broken.append((address, response.status_code))
        if response.mimetype == "text/html" and not _SEEN_ONCE.search(address):
            new = internal_links(response.text, address) - seen
            seen |= new
            waiting += sorted(new)
    assert broken == []
    assert len(seen) > 200


@pytest.mark.parametrize("path", ["/", "/en/"])
def test_a_link_is_what_flask_makes_of_it(site: Flask, path: str) -> None:
    asked: list[tuple[str, dict[str, Any]]] = [
        ("places.listing", {}), ("home.home", {}), ("poles.pole", {"slug": "zinc"}),
        ("places.listing", {"ou": "L’Haÿ-les-Roses & co", "service": "a/b?c=d#e"}),
        ("places.listing", {"pres": "47.2,-1.55"}),
        ("map.points", {"cadre": "5,43,6,44", "zoom": "9"}),
        ("resources.lookup", {"iri": "https://x.example/é"}),
        ("resources.page", {"slug": "zinc", "path": "place/é à?"}),
    ]  # fmt: skip
    lang = "en" if path == "/en/" else "fr"
    script = {"SCRIPT_NAME": path.rstrip("/"), "maillage.lang": lang}
    with site.test_request_context("/", environ_overrides=script):
        for endpoint, values in asked:
            for _turn in range(2):
                assert link(endpoint, **values) == url_for(endpoint, **values)


_UNUSED = re.compile(r'<p class="notice info">[^<>]*zz, u0, u1, u2[^<>]*</p>')
"""The sentence that names what the page has not read; it is text, and no link."""
LONG = "&".join(["zz"] * 3_000 + [f"u{n}=1" for n in range(3_000)] + ["v=" + "v" * 9_000])


@pytest.mark.parametrize("page", [
    "/", "/lieux?q=wifi", "/reseau", "/moissons?page=1", "/pole/zinc", "/vocabulaire", "/missing",
    "/couverture", "/lieux?page=-1",
])  # fmt: skip
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_links_carry_no_parameters_that_the_page_does_not_know(
    visitor: FlaskClient, page: str, prefix: str
) -> None:
    headers = {"Accept": "text/html"}
    plain = visitor.get(prefix + page, headers=headers)
    full = visitor.get(f"{prefix}{page}{'&' if '?' in page else '?'}{LONG}", headers=headers)
    assert full.status_code == plain.status_code
    rest, sentences = _UNUSED.subn("", full.text)
    assert sentences == (1 if full.status_code == 200 else 0)
    for made in ("zz", "u7=1", "vvvv"):
        assert made not in rest
    assert len(full.data) < len(plain.data) + 500


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("q=wifi&ou=Lyon&q=other&a=1&q=third", "q=wifi&amp;ou=Lyon"),
        ("type=BIB&type=TIERS_LIEUX&type=BIB&x", "type=BIB&amp;type=TIERS_LIEUX"),
        ("q=%C3%A9t%C3%A9+%22&utm_source=mail", "q=%C3%A9t%C3%A9+%22"),
        ("page=-1&page=2", "page=-1"),
        ("q=x" + "&type=BIB" * 9_000, "q=x&amp;type=BIB"),
        ("&".join(f"type=t{n}" for n in range(9_000)), ""),
    ],
)
def test_the_other_language_has_what_the_page_reads(
    visitor: FlaskClient, asked: str, kept: str
) -> None:
    page = visitor.get(f"/lieux?{asked}").text
    (link,) = set(re.findall(r'href="(/en/lieux[^"]*)" lang="en"', page))
    assert link == "/en/lieux" + (f"?{kept}" if kept else "")
