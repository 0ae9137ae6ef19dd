"""What a person reads where there is no page: what happened, what to do, whom to tell."""

import html
import re
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import cast

import pytest
import requests
from flask import abort
from flask.testing import FlaskClient

from registry.node import Node
from registry.serving.http_server import WebServer
from registry.web.app import create_app
from tests.registry.web.network_of_tests import (
    RICH,
    SmallNode,
    add_source,
    harvest,
    plain,
    small_network,
)
from vocab.mapping import place_record

_REFERENCE = re.compile(r"<code>([0-9a-f]{12})</code>")


@pytest.fixture
def own(tmp_path: Path) -> Iterator[SmallNode]:
    """A small network to break."""
    opened = small_network(tmp_path)
    yield opened
    opened.close()


def client_of(node: SmallNode, contact: str = "") -> FlaskClient:
    node.config = replace(node.config, contact=contact)
    return create_app(cast("Node", node)).test_client()


def text(page: str) -> str:
    return plain(html.unescape(page))


@pytest.mark.parametrize(
    ("path", "code", "french", "english"),
    [
        ("/rien", 404, "Dites ci-dessous ce qu'il vous faut", "Say below what you need"),
        ("/lieux?page=x", 400, "n'a pas de sens ici", "makes no sense here"),
    ],
)
def test_an_error_says_what_to_do_and_keeps_the_search_box(
    visitor: FlaskClient, path: str, code: int, french: str, english: str
) -> None:
    for lang, words in (("", french), ("/en", english)):
        answer = visitor.get(lang + path)
        page = text(answer.text)
        assert answer.status_code == code
        assert words in page
        assert f'action="{lang}/lieux"' in page
        assert f'href="{lang}/couverture"' in page
        assert page.count("<h1") == 1


def test_what_is_not_there_needs_no_reference(visitor: FlaskClient) -> None:
    assert not _REFERENCE.search(visitor.get("/rien").text)


@pytest.mark.parametrize(
    ("path", "code"),
    [("/lieux?pres=91,0", 400), ("/lieux?q=secret&page=x", 400), ("/lieux?page=secret", 400)],
)
def test_the_log_has_the_reference_that_a_refusal_shows(
    visitor: FlaskClient, caplog: pytest.LogCaptureFixture, path: str, code: int
) -> None:
    caplog.set_level("INFO")
    answer = visitor.get(path, headers={"Accept": "text/html"})
    found = _REFERENCE.search(answer.text)
    assert found
    line = next(one for one in caplog.messages if found[1] in one)
    assert f"answered {code}" in line
    assert repr(path.partition("?")[0]) in line
    assert "secret" not in line


@pytest.mark.parametrize(
    ("code", "french", "english"),
    [
        (413, "Envoyez moins", "Send less"),
        (431, "Raccourcissez l'adresse", "Shorten the address"),
        (422, "Rien de ce que vous avez écrit n'est faux", "Nothing you typed is wrong"),
        (429, "Attendez une minute", "Wait a minute"),
        (503, "Réessayez dans un instant", "Try again in a moment"),
    ],
)
def test_a_refusal_or_a_pause_says_what_to_do_with_its_reference(
    own: SmallNode, code: int, french: str, english: str
) -> None:
    app = create_app(cast("Node", own))
    app.add_url_rule("/essai/<int:code>", view_func=abort)
    visitor = app.test_client()
    for lang, words in (("", french), ("/en", english)):
        answer = visitor.get(f"{lang}/essai/{code}")
        assert answer.status_code == code
        assert words in text(answer.text)
        assert _REFERENCE.search(answer.text)
    problem = visitor.get(f"/essai/{code}", headers={"Accept": "application/json"}).json
    assert problem is not None
    assert re.fullmatch("[0-9a-f]{12}", problem["reference"])


def test_a_fault_of_ours_gives_a_number_that_the_log_has(
    own: SmallNode, caplog: pytest.LogCaptureFixture
) -> None:
    visitor = client_of(own, "aide@registre.example")
    with sqlite3.connect(own.config.data / "ledger.sqlite") as db:
        db.execute("DROP TABLE harvest")
    for path, words in (
        ("/moissons", "Quelque chose s'est cassé de notre côté"),
        ("/en/moissons", "Something broke on our side"),
    ):
        answer = visitor.get(path)
        assert answer.status_code == 500
        assert words in text(answer.text)
        assert "no such table" not in answer.text
        assert 'href="mailto:aide@registre.example"' in answer.text
        found = _REFERENCE.search(answer.text)
        assert found
        line = next(one for one in caplog.records if found[1] in one.getMessage())
        assert line.exc_info
        assert "no such table: harvest" in str(line.exc_info[1])


def test_a_fault_of_ours_is_one_trace_in_the_log(
    own: SmallNode, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(cast("Node", own))
    app.add_url_rule("/essai", view_func=lambda: str(1 // 0))
    caplog.set_level("INFO")
    answer = app.test_client().get("/essai")
    assert answer.status_code == 500
    (line,) = [one for one in caplog.records if one.exc_info]
    found = _REFERENCE.search(answer.text)
    assert found
    assert found[1] in line.getMessage()
    assert line.exc_info
    assert line.exc_info[0] is ZeroDivisionError


def test_a_withdrawn_place_leads_to_its_neighbours(own: SmallNode) -> None:
    ping = add_source(own, "ping", "https://ping.example/id/", "Ping")
    rows = [
        RICH | {"id": f"v{number}", "nom": f"Lieu voisin {number}", "latitude": f"43.3{number}"}
        for number in range(3)
    ]
    records = [place_record(row, ping) for row in rows]
    harvest(own, "ping", records)
    harvest(own, "ping", [], deleted=[records[0].iri])
    visitor = client_of(own)
    for lang, who, near in (
        ("", "a été retirée de l'annuaire le 4 mars 2026 par le pôle Ping", "Des lieux à côté"),
        ("/en", "withdrawn from the directory on 4 March 2026 by the pole Ping", "Places near it"),
    ):
        answer = visitor.get(f"{lang}/pole/ping/place/v0")
        page = text(answer.text)
        assert answer.status_code == 410
        assert who in page
        assert near in page
        assert f'href="{lang}/pole/ping/place/v1"' in page
        assert 'value="Marseille' in page
        assert "41 rue Jobin" not in page
    assert visitor.get("/pole/ping/place/v0.ttl").status_code == 410


def test_a_damaged_index_is_told_to_the_operator(
    own: SmallNode, caplog: pytest.LogCaptureFixture
) -> None:
    client = client_of(own)
    damaging = sqlite3.connect(own.config.data / "index.sqlite")
    with damaging:
        damaging.execute("UPDATE place_text_data SET block = x'deadbeef' WHERE id > 10")
    damaging.close()
    answer = client.get("/lieux?q=bus&mots=1")
    assert answer.status_code == 503
    (reference,) = _REFERENCE.findall(answer.text)
    assert f"request failed, reference {reference}" in caplog.text
    assert "malformed" in caplog.text


@pytest.fixture
def address(own: SmallNode) -> Iterator[str]:
    """Where a node is served as it is in production."""
    own.config = replace(own.config, port=0)
    server = WebServer(create_app(cast("Node", own)), own.config)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    with suppress(OSError):
        server.close()
    thread.join(5)


@pytest.mark.parametrize(
    ("method", "path", "headers", "size", "code", "words"),
    [
        ("POST", "/moissons", {}, 1_100_000, 413, "Envoyez moins"),
        ("POST", "/en/rien", {}, 1_100_000, 413, "Send less"),
        ("POST", "/lieux", {"Accept": "application/json"}, 1_100_000, 413, "Envoyez moins"),
        ("GET", "/", {"X-Large": "x" * 140_000}, 0, 431, "Raccourcissez l'adresse"),
        ("GET", "/lieux?q=" + "x" * 140_000, {}, 0, 431, "Raccourcissez l'adresse"),
    ],
)
def test_what_the_server_refuses_unread_is_said_by_the_site(
    address: str, method: str, path: str, headers: dict[str, str], size: int, code: int, words: str
) -> None:
    answer = requests.request(
        method,
        address + path,
        headers={"Accept": "text/html"} | headers,
        data=b"x" * size,
        timeout=10,
    )
    assert answer.status_code == code
    assert words in text(answer.text)
    if headers.get("Accept"):
        assert re.fullmatch("[0-9a-f]{12}", answer.json()["reference"])
    else:
        assert _REFERENCE.search(answer.text)
        assert "Content-Security-Policy" in answer.headers
    assert requests.get(f"{address}/healthz", timeout=10).status_code == 200
    assert requests.get(f"{address}/", timeout=10).status_code == 200
