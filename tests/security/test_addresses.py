"""Addresses made to break a page: numbers and dates out of range, paths that lead elsewhere."""

import re
from urllib.parse import quote, urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.ledger.errors import LedgerError
from registry.search.index import SearchIndex, SearchIndexError
from vocab.errors import MaillageError

HUGE = ("9223372036854775807", "9223372036854775808", "9" * 30, "9" * 5000, "-1", "1e3", "²")
NUMBERED = (
    "/tuiles/{}/0/0",
    "/tuiles/3/0/{}",
    "/sitemap-{}.xml",
    "/moissons/{}",
    "/moissons/{}.json",
)
MOMENTS = (
    "0001-01-01T00:00Z", "9999-12-31T23:59Z", "0001-01-01T00:00", "9999-12-31T23:59",
    "0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", "2026-13-01", "10:00", "now", "-1",
)  # fmt: skip
NAUGHTY = (
    '"', "' OR 1=1 --", "'); DROP TABLE place;--", "*", "^", "NEAR(a b)", "a NEAR/2 b", "-a",
    "name:a", "(((", ")", "a AND", "OR", "\\", "%", "\x01", "\r\nX: y", "\u202ea", "\ufdfa" * 200,
    "\u0130" * 200, "a" * 201, "a " * 100, "<script>alert(1)</script>", "{{7*7}}", "NaN", "inf",
    "1e999", "0x10", "1_0", "٣", "-0",
)  # fmt: skip
PARAMETERS = (
    "q", "ou", "service", "departement", "pole", "tri", "rayon", "page", "pres", "bbox", "quand",
    "ouvert", "cadre", "zoom",
)  # fmt: skip


@pytest.mark.parametrize("number", HUGE, ids=range(len(HUGE)))
@pytest.mark.parametrize("path", NUMBERED)
def test_a_number_that_names_nothing_is_not_found(
    visitor: FlaskClient, path: str, number: str
) -> None:
    assert visitor.get(path.format(quote(number))).status_code == 404


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("path", ["/lieux", "/lieux.json", "/carte.json"])
def test_a_moment_outside_of_the_calendar_is_refused(
    visitor: FlaskClient, path: str, moment: str
) -> None:
    assert visitor.get(path, query_string={"quand": moment}).status_code == 400


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_what_is_typed_is_a_value_or_refused(visitor: FlaskClient, parameter: str) -> None:
    for text in NAUGHTY:
        for path in ("/lieux", "/lieux.csv", "/carte.json", "/carte/fond.json"):
            answer = visitor.get(path, query_string={parameter: text})
            assert answer.status_code in (200, 400), (path, text)
            assert answer.mimetype != "text/html" or "<script>alert" not in answer.text


@pytest.mark.parametrize(
    "path",
    ["/en/%5Cevil.example/", "/%5Cevil.example/", "/%2Fevil.example/", "/en/%2F%2Fevil.example",
     "//evil.example/", "/en//evil.example/", "/%5C%5Cevil.example", "/en/%09/evil.example"],
)  # fmt: skip
def test_no_path_makes_a_link_to_another_site(visitor: FlaskClient, path: str) -> None:
    page = visitor.get(path).text
    links = re.findall(r'<(?:a|link)[^>]* href="([^"]*)"', page)
    assert links
    # A browser reads a backslash as a slash, and leaves tabs out.
    read = [link.replace("\\", "/").replace("\t", "") for link in links]
    hosts = {urlsplit(urljoin("http://maillage.example/x", link)).netloc for link in read}
    assert hosts <= {"maillage.example", "www.etalab.gouv.fr"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"},
        {"X-Forwarded-Prefix": "/evil"}, {"X-Forwarded-Proto": "evil"},
        {"Forwarded": "host=evil.example"}, {"X-Original-URL": "/evil"},
        {"X-Rewrite-URL": "/evil"}, {"X-HTTP-Method-Override": "evil"}, {"Referer": "evil"},
        {"Accept-Language": "evil"}, {"Cookie": "session=evil"},
    ],
    ids=lambda headers: next(iter(headers)),
)  # fmt: skip
def test_no_header_shows_in_an_answer(visitor: FlaskClient, headers: dict[str, str]) -> None:
    for path in ("/", "/lieux", "/nothing", "/feed", "/sitemap.xml", "/pole/ping",
                 "/pole/ping/atom.xml", "/.well-known/void", "/robots.txt"):  # fmt: skip
        answer = visitor.get(path, headers=headers)
        assert "evil" not in answer.text + str(answer.headers)


ACCEPTS = (
    "text/html;q=NaN", "text/html;q=inf", "text/html;q=-1", "text/html;q=1e999", ";", ",,,", "*",
    "a/b;q=²", "text/turtle;q=" + "9" * 5000, "a/b," * 25_000, "text/" + "x," * 20_000, "\x7f",
)  # fmt: skip


@pytest.mark.parametrize("accept", ACCEPTS, ids=range(len(ACCEPTS)))
def test_an_odd_accept_gets_an_answer_or_406(visitor: FlaskClient, accept: str) -> None:
    for path in ("/", "/pole/zinc", "/vocabulaire", "/feed/", "/rien", "/lieux"):
        answer = visitor.get(path, headers={"Accept": accept})
        assert answer.status_code in (200, 404, 406), path


INSIDE = "postgresql://operator:hidden@database/srv/maillage/ledger.sqlite"


@pytest.mark.parametrize("error", [RuntimeError, MaillageError, SearchIndexError, LedgerError])
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_what_goes_wrong_here_is_told_to_the_log_alone(
    site: Flask,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: type[Exception],
    accept: str,
) -> None:
    def fail(*_: object) -> None:
        raise error(INSIDE)

    monkeypatch.setattr(SearchIndex, "search", fail)
    monkeypatch.setattr(site, "testing", False)
    answer = site.test_client().get("/lieux", headers={"Accept": accept})
    assert answer.status_code >= 500
    assert "hidden@" not in answer.text
    assert "Traceback" not in answer.text
    assert INSIDE.partition("@")[2] in caplog.text
    assert answer.headers["Content-Security-Policy"]
