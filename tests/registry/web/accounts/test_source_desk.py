"""An operator registers a source from the browser: on trial, tried, in service, paused, removed."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from harvester.run.pipeline import preview
from harvester.run.progress import Progress
from harvester.run.worker import options_of
from maillage.serving.source_registrar import NodeSourceRegistrar
from registry.history.changes import changed_with
from registry.ledger.options import Status
from registry.ledger.types import Source
from registry.node import Node
from registry.settings.config import Reach
from registry.state.trials import Trial, Trials
from registry.web.accounts import source_desk
from registry.web.accounts.source_registrar import SOURCE_REGISTRAR
from registry.web.app import create_app
from tests.registry.web.accounts.conftest import Browser
from tests.registry.web.network_of_tests import SIMPLE, harvest, plain
from tests.simulator import SimulatedPole, Stream, places, redirect, status
from vocab.mapping import PoleIdentity, place_record

LIST = "/administration/sources"
WHY = "convention signée"


@pytest.fixture
def pole() -> Iterator[SimulatedPole]:
    with SimulatedPole() as simulated:
        yield simulated


@pytest.fixture
def stream(pole: SimulatedPole) -> Stream:
    made = Stream(pole)
    made.extra_root = f'<#d> <http://rdfs.org/ns/void#uriSpace> "{pole.url("/id/")}" .'
    made.publish(*places(pole, 3))
    return made


@pytest.fixture
def app(node: Node) -> Flask:
    node.config = replace(node.config, web_trials=Reach.PRIVATE)
    node.state.trials = Trials(node.state.database, Reach.PRIVATE)
    made = create_app(node, sources=NodeSourceRegistrar(node))
    made.testing = True
    return made


@pytest.fixture
def operator(browser: Browser) -> Browser:
    browser.sign_in("operatrice")
    return browser


def post(browser: Browser, path: str, page: str = LIST, **values: str) -> tuple[int, str]:
    answer = browser.send(path, {"csrf_token": browser.token(page), "why": WHY} | values)
    return answer.status_code, plain(answer.text)


def registered(node: Node, slug: str = "pole-voisin") -> Source:
    source = node.ledger.source(slug)
    assert source
    return source


def try_now(node: Node) -> None:
    """Carry out the dry runs that were asked for, as the schedule does."""
    trials = node.state.trials
    for slug in trials.take(time.time()):
        source = node.ledger.source(slug)
        assert source
        found = preview(node.ledger, source, options=options_of(node.config, Progress()))
        trial = Trial(found.harvest, len(found.drafts), found.missing)
        trials.keep(trial, changed_with(node.ledger, found.drafts))
        trials.end(slug)


def acts(node: Node, count: int) -> list[tuple[str, str, str]]:
    return [(act.what, act.about, act.why) for act in node.ledger.acts(count)]


def test_a_source_is_registered_tried_put_in_service_paused_and_removed(
    operator: Browser, node: Node, stream: Stream
) -> None:
    assert LIST in operator.get("/espace").text
    new = {"url": stream.url, "title": "Pôle voisin"}
    code, _ = post(operator, LIST, **new)
    assert code == 303, _
    page, source = f"{LIST}/pole-voisin", registered(node)
    assert (source.kind, source.options.lifecycle.status) == ("feed", Status.PREVIEW)
    assert source.namespaces == (stream.pole.url("/id/"),)
    assert node.ledger.count("pole-voisin") == 0
    assert "à l'essai" in plain(operator.get(LIST).text)
    assert "Demandé" in plain(operator.get(page).text)
    # Not before somebody could see what it brings.
    code, text = post(operator, f"{page}/etat", page, status="active")
    assert (code, registered(node).options.lifecycle.status) == (422, Status.PREVIEW)
    assert "essayez-la d'abord" in text
    try_now(node)
    text = plain(operator.get(page).text)
    assert "3 fiches changeraient" in text
    for way in (Status.ACTIVE, Status.PAUSED):
        code, _ = post(operator, f"{page}/etat", page, status=str(way))
        assert (code, registered(node).options.lifecycle.status) == (303, way)
    code, _ = post(operator, f"{page}/etat", page, status="proposed")
    assert code == 422  # from paused there is no such way
    code, _ = post(operator, f"{page}/retrait", page)
    assert code == 303
    assert node.ledger.source("pole-voisin") is None
    assert acts(node, 4) == [
        ("source.removed", "pole-voisin", WHY), ("source.paused", "pole-voisin", WHY),
        ("source.active", "pole-voisin", WHY), ("source.registered", "pole-voisin", WHY),
    ]  # fmt: skip
    assert operator.get(page).status_code == 404


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"url": ""}, "Remplissez"),
        ({"why": " "}, "Remplissez"),
        ({"url": "ftp://p.example/x"}, "ftp://p.example/x"),
        ({"url": "http://user:secret@p.example/"}, "p.example"),
        ({"kind": "file"}, "Choisissez dans la liste"),
        ({"slug": "Été !"}, "nom court"),
        ({"slug": "zinc"}, "déjà"),
        ({"slug": "release"}, "commande"),
        ({"namespaces": "pole.example"}, "pole.example"),
        ({"namespaces": "https://a.example/\n" * 21}, "trop long"),
        ({"kind": "table", "namespaces": "https://a.example/id#"}, "finir par /"),
        ({"kind": "dump"}, "rubrique prévue"),
    ],
)
def test_what_cannot_be_registered_is_said_and_kept_in_the_form(
    operator: Browser, node: Node, stream: Stream, values: dict[str, str], words: str
) -> None:
    before = {one.slug for one in node.ledger.sources()}
    code, text = post(operator, LIST, **{"url": stream.url, "title": "Un nom à moi"} | values)
    assert code == 422
    assert words in text
    assert "Un nom à moi" in text
    assert "secret" not in text or "user:secret" in values.get("url", "")
    assert {one.slug for one in node.ledger.sources()} == before
    assert acts(node, 1)[:1] != [("source.registered", "pole-voisin", WHY)]


@pytest.mark.parametrize("path", ["/nothing", "/gone", "/elsewhere", "/page.html"])
def test_an_address_where_nothing_is_found_is_said(
    operator: Browser, node: Node, pole: SimulatedPole, path: str
) -> None:
    pole.fail("/gone", status(410))
    pole.fail("/elsewhere", redirect("ftp://x.example/"))
    pole.put("/page.html", "<!doctype html><title>Bonjour</title>", "text/html")
    before = {one.slug for one in node.ledger.sources()}
    code, text = post(operator, LIST, url=pole.url(path))
    assert code == 422
    assert "Il reste à corriger" in text
    assert {one.slug for one in node.ledger.sources()} == before


def test_private_addresses_are_asked_only_in_a_sample_network(
    operator: Browser, node: Node, app: Flask, stream: Stream
) -> None:
    node.config = replace(node.config, web_trials=Reach.PUBLIC)
    app.extensions[SOURCE_REGISTRAR] = NodeSourceRegistrar(node)
    asked = stream.pole.asked()
    for url in (stream.url, stream.url.replace("127.0.0.1", "localhost")):
        code, _ = post(operator, LIST, url=url, title="Pôle voisin")
        assert code == 422
    assert stream.pole.asked() == asked
    assert node.ledger.source("pole-voisin") is None


def test_what_is_shared_with_another_source_is_told(
    operator: Browser, node: Node, stream: Stream
) -> None:
    assert post(operator, LIST, url=stream.url, title="Pôle voisin")[0] == 303
    code, text = post(operator, LIST, url=stream.url, title="Le même", slug="le-meme")
    assert code == 200
    assert "pole-voisin" in text
    assert registered(node, "le-meme").options.lifecycle.status is Status.PREVIEW


def test_a_mailbox_is_given_once_renewed_and_taken_away(
    operator: Browser, node: Node, stream: Stream
) -> None:
    post(operator, LIST, url=stream.url, title="Pôle voisin")
    page = f"{LIST}/pole-voisin"
    given = []
    for _ in range(2):
        code, text = post(operator, f"{page}/boite", page)
        assert code == 200
        start = text.index("https://maillage.example/avis/pole-voisin/")
        given.append(text[start : text.index("<", start)])
    first, second = (one.rpartition("/")[2] for one in given)
    assert first != second
    node.tickets.mailboxes.open("pole-voisin", second)
    assert second not in operator.get(page).text
    assert post(operator, f"{page}/boite", page, faire="retirer")[0] == 303
    assert not node.tickets.mailboxes.has("pole-voisin")
    assert [what for what, *_ in acts(node, 3)] == ["mailbox.removed", *["mailbox.given"] * 2]


def test_more_records_than_a_request_may_delete_are_for_the_command(
    operator: Browser, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_desk, "MOST_REMOVED", 0)
    zinc = PoleIdentity("zinc", registered(node, "zinc").namespaces[0])
    harvest(node, "zinc", [place_record(SIMPLE, zinc)])
    count, page = node.ledger.count("zinc"), f"{LIST}/zinc"
    assert count > 0
    code, text = post(operator, f"{page}/retrait", page)
    assert (code, node.ledger.count("zinc")) == (422, count)
    assert "maillage source remove zinc" in text


def test_announced_addresses_lead_to_the_form_and_are_answered(
    operator: Browser, node: Node, stream: Stream
) -> None:
    node.state.inbox.propose(stream.url, "2026-03-01T00:00:00+00:00")
    assert stream.url in operator.get(LIST).text
    page = operator.get(f"{LIST}?adresse={stream.url}&titre=Voisin&nom=voisin").text
    assert f'value="{stream.url}"' in page
    assert post(operator, LIST, url=stream.url, title="Voisin")[0] == 303
    assert not node.state.inbox.proposals()


@pytest.mark.parametrize("who", ["zinc", ""])
def test_only_operators_come_here(browser: Browser, node: Node, stream: Stream, who: str) -> None:
    if who:
        browser.sign_in(who)
    for path in (LIST, f"{LIST}/zinc"):
        assert browser.get(path).status_code in {302, 303, 403}
    asked = stream.pole.asked()
    for path in (LIST, f"{LIST}/zinc/etat", f"{LIST}/zinc/retrait", f"{LIST}/zinc/boite"):
        answer = browser.send(path, {"url": stream.url, "why": WHY, "status": "paused"})
        assert answer.status_code in {302, 303, 400, 403}
    assert stream.pole.asked() == asked
    assert registered(node, "zinc").options.lifecycle.status is Status.ACTIVE
