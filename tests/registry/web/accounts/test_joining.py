"""An organisation asks to join; an operator accepts it, with an invitation, or declines."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask

from maillage.serving.desk import LedgerDesk
from maillage.serving.registrar import NodeRegistrar
from registry.node import Node
from registry.web.answer.mailing import SENDING
from registry.web.app import create_app
from registry.web.joining import asking, mails
from registry.web.site import clock
from tests.registry.web.accounts.conftest import NEW_PASSWORD, Browser, account_of
from tests.registry.web.network_of_tests import plain

FORM, LIST = "/rejoindre", "/administration/demandes"
HOSTILE = "<script>alert(1)</script>\"'{{7*7}}"
ASKED = {
    "nom": "Médiathèques du Haut-Var", "territoire": "Draguignan", "lieux": "12",
    "site": "https://m.example/", "serveur": "non", "contact": "Zoé", "courriel": "zoe@m.example",
    "mots": "Nous avons un tableau.",
}  # fmt: skip
FEED = {"serveur": "oui", "flux": "https://m.example/feed/?a=1;rm$(x)"}
ACCEPTED = {"name": "Médiathèques", "slug": "mediatheques", "why": "elles tiennent douze lieux"}


@pytest.fixture
def app(node: Node) -> Flask:
    made = create_app(node, desk=LedgerDesk(node), registrar=NodeRegistrar(node))
    made.testing = True
    return made


def ask(browser: Browser, **changes: str) -> str:
    """Send the form; give the path of the page that follows the request."""
    answer = browser.send(FORM, ASKED | changes)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def number_of(node: Node) -> str:
    return node.requests.listed(clock.now().timestamp())[-1].number


@pytest.mark.parametrize(
    ("path", "words"),
    [("/reseau", "Rejoindre le réseau"), ("/connexion", "Pas encore de compte"),
     ("/en/reseau", "Join the network")],
)  # fmt: skip
def test_pages_lead_to_the_form(browser: Browser, path: str, words: str) -> None:
    page = browser.get(path).text
    assert words in page
    assert 'rejoindre"' in page


def test_who_asks_follows_the_request_and_may_withdraw_it(browser: Browser, node: Node) -> None:
    path = ask(browser, mots=HOSTILE)
    page = browser.get(path)
    said = plain(page.text)
    assert "Votre demande est envoyée" in said
    assert "En attente de la réponse" in said
    assert "Vous n'avez rien d'autre à faire" in said
    assert "ils vous remettent une invitation" in said
    assert HOSTILE not in page.text
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
    # The very same again is one request; whoever knows less of it gets another.
    assert ask(browser, mots=HOSTILE) != path
    assert len(node.requests.listed(clock.now().timestamp())) == 1
    first = path.partition("?")[0]
    assert browser.send(first, {}).status_code == 303
    assert browser.get(first).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"nom": " "}, "Remplissez ce champ"),
        ({"courriel": "zoe"}, "pas une adresse électronique"),
        ({"courriel": "a@b.fr\nBcc: c@d.fr"}, "pas une adresse électronique"),
        ({"site": "javascript:alert(1)"}, "adresse entière"),
        ({"serveur": ""}, "l'un des deux"),
        ({"serveur": "oui"}, "adresse entière"),
        ({"lieux": "douze"}, "en chiffres"),
        ({"mots": "x" * 1_001}, "1000 au plus"),
        ({"telecopie": "x"}, "vide"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    browser: Browser, node: Node, wrong: dict[str, str], words: str
) -> None:
    answer = browser.send(FORM, ASKED | wrong)
    assert answer.status_code == 422
    said = plain(answer.text).replace("\u202f", "")
    assert words in said
    assert "Nous avons un tableau." in said or "mots" in wrong
    assert node.requests.listed(0) == []


def test_floods_and_other_sites_are_refused(browser: Browser) -> None:
    most = asking.LIMITS[0].amount
    for number in range(most):
        ask(browser, courriel=f"a{number}@m.example")
    assert browser.send(FORM, ASKED).status_code == 429
    browser.address = "198.51.100.4"
    browser.headers = {"Sec-Fetch-Site": "cross-site"}
    assert browser.send(FORM, ASKED).status_code == 403


@pytest.mark.parametrize("setting", ["joining_enabled", "accounts_enabled"])
def test_without_it_no_such_page_exists(node: Node, setting: str) -> None:
    off: dict[str, Any] = {setting: False}
    node.config = replace(node.config, **off)
    client = create_app(node).test_client()
    assert client.get(FORM).status_code == 404
    assert client.get(f"{LIST}").status_code in (303, 404)
    assert "rejoindre" not in client.get("/reseau").text


def test_an_operator_accepts_and_the_editor_begins(
    browser: Browser, app: Flask, node: Node
) -> None:
    path = ask(browser).partition("?")[0]
    operator = Browser(app.test_client())
    operator.sign_in("operatrice")
    assert "1 demande attend" in plain(operator.get("/espace").text)
    page = f"{LIST}/{number_of(node)}"
    assert "https://maillage.example/hote/mediatheques-haut-var/" in operator.get(page).text
    given = operator.post(f"{page}/accepter", page, **ACCEPTED)
    link = re.search(r"https://maillage\.example(/invitation/[\w-]{43})", given.text)
    assert link
    assert link[1] not in operator.get(page).text
    by = account_of(node, "operatrice").number
    acts = [(act.what, act.by) for act in node.ledger.acts(3)]
    assert acts == [("account.invited", by), ("request.accepted", by), ("pole.hosted", by)]
    assert "zoe" not in "".join(act.why + act.about for act in node.ledger.acts())
    said = node.ledger.record("https://maillage.example/hote/mediatheques/id/pole")
    assert said
    assert "zoe@m.example" not in said.body
    assert "Acceptée" in plain(browser.get(path).text)
    assert "Écrit par un inconnu" not in plain(operator.get(page).text)
    # Accepted once.
    assert operator.send(
        f"{page}/accepter", ACCEPTED | {"csrf_token": operator.token("/espace/compte")}
    ).status_code == 422  # fmt: skip
    chosen = browser.post(
        link[1], link[1], login="zoe", name="Zoé", password=NEW_PASSWORD, again=NEW_PASSWORD
    )
    assert chosen.status_code == 303
    form = browser.get(chosen.location).text
    suite = re.search(r'name="suite" value="([^"]*)"', form)
    assert suite
    landed = browser.sign_in("zoe", NEW_PASSWORD, suite=suite[1])
    assert landed.location == "/espace/pole/mediatheques"
    first = plain(browser.get(landed.location).text)
    assert "Vos premiers pas" in first
    steps = first[first.index("Vos premiers pas") : first.index("</ol>")]
    for page in ("nouveau-lieu", "deposer"):
        assert f"/espace/pole/mediatheques/{page}" in steps


def test_a_name_that_is_taken_leaves_the_request_open(browser: Browser, node: Node) -> None:
    ask(browser)
    browser.sign_in("operatrice")
    page = f"{LIST}/{number_of(node)}"
    answer = browser.post(f"{page}/accepter", page, **(ACCEPTED | {"slug": "zinc"}))
    assert answer.status_code == 422
    assert "choisissez un autre nom" in plain(answer.text)
    assert node.requests.listed(clock.now().timestamp())[0].is_waiting
    assert node.accounts.links.invitations(clock.now().timestamp()) == []


def test_a_pole_with_a_server_is_registered_by_command(browser: Browser, node: Node) -> None:
    ask(browser, **FEED)
    browser.sign_in("operatrice")
    page = f"{LIST}/{number_of(node)}"
    said = unescape(browser.get(page).text)
    assert f"maillage source add '{FEED['flux']}' --slug mediatheques-haut-var" in said
    early = browser.post(f"{page}/accepter", page, **ACCEPTED)
    assert early.status_code == 422
    assert "enregistrez-la d'abord" in plain(early.text)
    done = browser.post(f"{page}/accepter", page, **(ACCEPTED | {"slug": "ping"}))
    assert "/invitation/" in done.text
    assert node.ledger.source("mediatheques") is None


@pytest.mark.parametrize(
    ("form", "code"),
    [({"reason": "unverified", "reply": "Appelez-nous"}, 303), ({"reason": "none"}, 422)],
)
def test_an_operator_declines(
    browser: Browser, node: Node, form: dict[str, str], code: int
) -> None:
    path = ask(browser).partition("?")[0]
    browser.sign_in("operatrice")
    page = f"{LIST}/{number_of(node)}"
    assert browser.post(f"{page}/refuser", page, **form).status_code == code
    said = plain(browser.get(path).text)
    assert ("qui demande n'a pas pu être vérifié" in said) is (code == 303)
    assert ("Appelez-nous" in said) is (code == 303)
    acts = [act.what for act in node.ledger.acts(1)]
    assert ("request.declined" in acts) is (code == 303)


def test_mails_go_to_operators_and_to_who_asked(
    browser: Browser, app: Flask, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    node.config = replace(node.config, mail_host="localhost", mail_sender="a@b.example")
    sent: list[tuple[str, str, str]] = []

    class AtOnce:
        def submit(self, work: object) -> None:
            work()  # type: ignore[operator]

    app.extensions[SENDING] = AtOnce()
    monkeypatch.setattr(mails, "send", lambda _settings, *mail: sent.append(mail))
    operator = account_of(node, "operatrice")
    node.accounts.add(
        "chef", "Chef", "chef@x.example", operator.roles, NEW_PASSWORD, "command", "t"
    )
    ask(browser, nom="Café\r\nBcc: x@y.example")
    ask(browser, nom="Café\r\nBcc: x@y.example")  # the same: no second mail
    ((to, subject, text),) = sent
    assert (to, "\n" in subject) == ("chef@x.example", False)
    assert "https://maillage.example/administration/demandes/" in text
    assert "zoe@m.example" not in text
    browser.sign_in("operatrice")
    page = f"{LIST}/{number_of(node)}"
    browser.post(f"{page}/refuser", page, reason="no-place", reply="Bonne route")
    assert sent[1][0] == "zoe@m.example"
    assert "Bonne route" in sent[1][2]


def test_what_is_over_is_erased(
    browser: Browser, node: Node, monkeypatch: pytest.MonkeyPatch, stopped_clock: datetime
) -> None:
    path = ask(browser)
    monkeypatch.setattr(clock, "FIXED", stopped_clock + timedelta(days=366))
    assert browser.get(path).status_code == 404
    node.requests.erase(clock.now().timestamp())
    assert not any(b"zoe@m" in f.read_bytes() for f in node.config.data.glob("requests.sqlite*"))
