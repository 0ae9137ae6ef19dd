"""Editors get a mail when a correction arrives: at once, one for several, none where unwanted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from re import findall, search

import pytest
from flask import Flask

from maillage.serving.mailing import Mailing
from registry.accounts.mail import MailError
from registry.accounts.types import Roles
from registry.ledger.acts import COMMAND
from registry.node import Node
from registry.web.answer.mailing import SENDING
from registry.web.app import create_app
from registry.web.corrections import desk_mails, mails
from registry.web.site import clock
from tests.registry.web.accounts.conftest import PASSWORD, Browser
from tests.registry.web.network_of_tests import SIMPLE, harvest, plain
from vocab.mapping import PoleIdentity, place_record

SPACE = "/espace/pole/zinc"
FORM = "/pole/zinc/place/simple/corriger"
Sent = list[tuple[str, str, str]]


class AtOnce:
    """In the place of the thread that sends mails."""

    def submit(self, work: Callable[[], None]) -> None:
        work()


@pytest.fixture
def sent(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Sent:
    found: Sent = []

    def send(_settings: object, *mail: str) -> None:
        found.append((mail[0], mail[1], mail[2]))

    app.extensions[SENDING] = AtOnce()
    for module in (mails, desk_mails):
        monkeypatch.setattr(module, "send", send)
    return found


@pytest.fixture
def app(node: Node) -> Flask:
    node.config = replace(node.config, mail_host="localhost", mail_sender="nous@maillage.example")
    record = place_record(SIMPLE, PoleIdentity("zinc", "https://zinc.example/id/"))
    harvest(node, "zinc", [record])
    node.index.apply(node.ledger, node.ledger.head())
    made = create_app(node)
    made.testing = True
    return made


def with_editor(node: Node, login: str = "nadia") -> None:
    roles = Roles(poles=frozenset({"zinc"}))
    node.accounts.add(login, login.title(), f"{login}@zinc.example", roles, PASSWORD, COMMAND, "t")


def propose(browser: Browser, words: str, mail: str = "") -> str:
    values = {"quoi": "horaires", "valeur": words, "comment": "Affiché", "courriel": mail}
    answer = browser.send(FORM, values)
    assert answer.status_code == 303, answer.text
    return str(answer.location).partition("?")[0]


def later(monkeypatch: pytest.MonkeyPatch, start: datetime, minutes: float) -> None:
    monkeypatch.setattr(clock, "FIXED", start + timedelta(minutes=minutes))


def test_editors_are_told_at_once_and_several_are_one_mail(
    browser: Browser, node: Node, sent: Sent, monkeypatch: pytest.MonkeyPatch,
    stopped_clock: datetime,
) -> None:  # fmt: skip
    with_editor(node)
    propose(browser, "Le lundi <b>secret</b>")
    ((to, subject, text),) = sent
    assert (to, subject) == ("nadia@zinc.example", "Une correction pour Zinc")
    assert f"https://maillage.example{SPACE}/corrections" in text
    assert "secret" not in text
    for number, words in enumerate(("Le mardi", "Le mercredi")):
        later(monkeypatch, stopped_clock, 5 + number)
        propose(browser, words)
    assert len(sent) == 1
    later(monkeypatch, stopped_clock, 29)
    Mailing(node).round()
    assert len(sent) == 1
    later(monkeypatch, stopped_clock, 31)
    Mailing(node).round()
    Mailing(node).round()
    assert len(sent) == 2
    assert "3" in sent[1][2]


def refuse(*_mail: object) -> None:
    raise MailError("the mail server localhost did not take the mail")


def test_a_mail_that_was_not_taken_is_tried_again(
    browser: Browser, node: Node, sent: Sent, monkeypatch: pytest.MonkeyPatch,
    stopped_clock: datetime,
) -> None:  # fmt: skip
    with_editor(node)
    with monkeypatch.context() as broken:
        broken.setattr(desk_mails, "send", refuse)
        propose(browser, "Le lundi")

    assert sent == []
    later(monkeypatch, stopped_clock, 2)
    Mailing(node).round()
    assert [mail[0] for mail in sent] == ["nadia@zinc.example"]


def test_a_pole_turns_the_mails_off_and_on(browser: Browser, node: Node, sent: Sent) -> None:
    with_editor(node)
    browser.sign_in("nadia")
    page = browser.get(f"{SPACE}/corrections")
    assert "1 éditeur" in plain(page.text)
    answer = browser.post(f"{SPACE}/corrections/courriels", f"{SPACE}/corrections")
    assert answer.status_code == 303
    propose(browser, "Le lundi")
    assert sent == []
    path = f"{SPACE}/corrections"
    browser.post(f"{path}/courriels", path, courriels="oui")
    propose(browser, "Le mardi")
    assert len(sent) == 1


def test_where_no_address_is_known_one_is_asked_for(
    browser: Browser, node: Node, sent: Sent
) -> None:
    browser.sign_in("zinc")
    assert "Personne n'apprendrait" in plain(browser.get(SPACE).text)
    with_editor(node)
    assert "Personne n'apprendrait" not in plain(browser.get(SPACE).text)


def test_an_author_gets_the_link_at_once_and_with_the_answer(
    browser: Browser, node: Node, sent: Sent
) -> None:
    path = propose(browser, "Le lundi <b>secret</b>", "moi@example.org")
    ((to, _subject, text),) = sent
    assert to == "moi@example.org"
    assert f"https://maillage.example{path}" in text
    assert "secret" not in text
    browser.sign_in("zinc")
    listed = browser.get(f"{SPACE}/corrections").text
    (number,) = set(findall(rf'href="{SPACE}/corrections/([^"]+)"', listed))
    page = f"{SPACE}/corrections/{number}"
    browser.post(page, page, geste="demander", mots="Le samedi ?")
    asked = search(r"https://maillage\.example(/correction/[\w-]{43})", sent[-1][2])
    assert asked
    assert asked[1] != path
    assert browser.send(asked[1], {"geste": "repondre", "mots": "Oui"}).status_code == 303
    assert "Oui" in browser.get(page).text
    assert browser.get(path).status_code == 200
    browser.post(page, page, geste="accepter")
    assert "une fois que le pôle" in plain(sent[-1][2])
    assert "/correction/" in sent[-1][2]
    answered = search(r"(/correction/[\w-]{43})", sent[-1][2])
    assert answered
    browser.send(answered[1], {"geste": "retirer"})
    for gone in (path, asked[1], answered[1]):
        assert browser.get(gone).status_code == 404


def test_an_address_that_a_stranger_leaves_gets_a_few_mails_only(
    browser: Browser, node: Node, sent: Sent
) -> None:
    for number in range(8):
        browser.address = f"192.0.2.{number + 10}"
        propose(browser, f"Le lundi à {number} h", "victime@example.org")
    assert len(sent) == 3


def test_what_is_withdrawn_does_not_make_room_for_more_mails(
    browser: Browser, node: Node, sent: Sent
) -> None:
    for number, mail in enumerate(("victime@example.org", "Victime@Example.org") * 3):
        browser.address = f"192.0.2.{number + 10}"
        path = propose(browser, f"Le lundi à {number} h", mail)
        assert browser.send(path, {"geste": "retirer"}).status_code in {200, 303}
        assert browser.get(path).status_code == 404
    assert len(sent) == 3
