"""A form that comes after its session ended: nothing is done, nothing typed is lost."""

import json
from collections.abc import Callable
from io import BytesIO
from re import search

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from registry.node import Node
from tests.registry.web.accounts.conftest import PASSWORD, Browser
from tests.registry.web.accounts.pole_of_editors import (
    SLUG,
    as_editor,
    fields_of,
    made_app,
    said,
)
from tests.registry.web.accounts.verified_accounts import code_of, verify_in_two_steps
from tests.registry.web.network_of_tests import plain

FORM = f"/espace/pole/{SLUG}/lieux/lilas"
PHONE = "04 94 77 88 99"


@pytest.fixture
def app(node: Node) -> Flask:
    return made_app(node)


def filled(browser: Browser, path: str = FORM, **changes: object) -> dict[str, object]:
    return {**fields_of(browser.get(path)), **changes}


def sign_out(browser: Browser) -> None:
    assert browser.post("/deconnexion", "/espace").status_code == 303


def carried(text: str) -> str:
    found = search(r'name="porte" value="([^"]+)"', text)
    return found[1] if found else ""


def signed_in_with(
    browser: Browser, page: str, login: str, password: str = PASSWORD
) -> TestResponse:
    """Fill in the sign-in page that was shown."""
    token = search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    values = {"csrf_token": token[1], "login": login, "password": password}
    return browser.send("/connexion", {**values, "porte": carried(page)})


@pytest.mark.parametrize("way", ["direct", "publier", ""])
def test_what_was_typed_into_a_place_comes_back_after_signing_in(
    browser: Browser, node: Node, way: str
) -> None:
    as_editor(browser, node)
    late = filled(browser, telephone=PHONE, faire=way, pourquoi="un appel")
    sign_out(browser)
    answer = browser.send(FORM, late)
    assert answer.status_code == 403
    assert "plus connecté" in plain(answer.text)
    assert "Rien n'a été publié" in plain(answer.text)
    wrong = signed_in_with(browser, answer.text, "zinc", "faux mot de passe").text
    assert carried(wrong)
    resumed = signed_in_with(browser, wrong, "zinc")
    assert "Revenir à ce que" in plain(resumed.text)
    assert said(node, "lilas")["telephone"] == "+33494000001"
    fields = fields_of(resumed)
    again = browser.send(FORM, fields)
    assert again.status_code == 200
    assert fields_of(again)["telephone"] == [PHONE]
    assert said(node, "lilas")["telephone"] == "+33494000001"
    direct = browser.send(FORM, {**fields_of(again), "faire": "direct"})
    assert direct.status_code in {200, 303}


def test_a_new_session_of_the_same_account_goes_on_at_once(browser: Browser, node: Node) -> None:
    as_editor(browser, node)
    late = filled(browser, telephone=PHONE)
    sign_out(browser)
    browser.sign_in("zinc")
    answer = browser.send(FORM, late)
    assert "Revenir à ce que" in plain(answer.text)
    assert PHONE in answer.text


def test_who_signed_in_in_another_tab_goes_on_from_the_page(browser: Browser, node: Node) -> None:
    as_editor(browser, node)
    late = filled(browser, telephone=PHONE)
    sign_out(browser)
    page = browser.send(FORM, late).text
    token = search(r'reprise"><input type="hidden" name="csrf_token" value="([^"]+)"', page)
    assert token
    sent = {"csrf_token": token[1], "porte": carried(page)}
    still_out = browser.send("/connexion/reprise", sent)
    assert still_out.status_code == 403
    assert PHONE not in still_out.text
    browser.sign_in("zinc")
    assert PHONE in browser.send("/connexion/reprise", sent).text


@pytest.mark.parametrize("first", ["000000", ""])
def test_what_was_typed_passes_the_second_step_too(
    browser: Browser, node: Node, first: str
) -> None:
    as_editor(browser, node)
    editor = node.accounts.by_login("zinc")
    assert editor
    late = filled(browser, telephone=PHONE)
    secret = verify_in_two_steps(node, editor.number)  # which ends the session
    step = signed_in_with(browser, browser.send(FORM, late).text, "zinc")
    assert PHONE not in step.text
    for code in filter(None, (first, code_of(secret, 1))):
        token = search(r'name="csrf_token" value="([^"]+)"', step.text)
        assert token
        sent = {"csrf_token": token[1], "code": code, "porte": carried(step.text)}
        step = browser.send("/connexion/code", sent)
    assert "Revenir à ce que" in plain(step.text)
    assert PHONE in step.text


def test_what_was_typed_outlasts_a_code_that_came_too_late(browser: Browser, node: Node) -> None:
    as_editor(browser, node)
    editor = node.accounts.by_login("zinc")
    assert editor
    late = filled(browser, telephone=PHONE)
    secret = verify_in_two_steps(node, editor.number)
    step = signed_in_with(browser, browser.send(FORM, late).text, "zinc")
    token = search(r'name="csrf_token" value="([^"]+)"', step.text)
    assert token
    node.accounts.end_sessions(editor.number, editor.number, "test")  # the code with them
    sent = {"csrf_token": token[1], "code": code_of(secret, 1), "porte": carried(step.text)}
    led = browser.send("/connexion/code", sent)
    assert (led.status_code, led.location) == (307, "/connexion/reprise")
    page = browser.send(str(led.location), sent)
    assert (page.status_code, PHONE in page.text) == (403, False)
    step = signed_in_with(browser, page.text, "zinc")
    token = search(r'name="csrf_token" value="([^"]+)"', step.text)
    assert token
    sent = {"csrf_token": token[1], "code": code_of(secret, 1), "porte": carried(step.text)}
    assert PHONE in browser.send("/connexion/code", sent).text


def test_another_account_does_not_get_what_was_typed(
    browser: Browser, another: Callable[[], Browser], node: Node
) -> None:
    as_editor(browser, node)
    late = filled(browser, telephone=PHONE)
    sign_out(browser)
    page = browser.send(FORM, late).text
    refused = signed_in_with(browser, page, "ping").text
    assert PHONE not in refused
    assert "autre compte" in plain(refused)
    for other in (browser, another()):
        assert PHONE not in browser.send(FORM, late).text
        assert PHONE not in other.send("/connexion/reprise", {"porte": carried(page)}).text


def test_what_a_stranger_makes_up_is_not_carried(
    browser: Browser, another: Callable[[], Browser], node: Node
) -> None:
    as_editor(browser, node)
    own = fields_of(browser.get(FORM))["pour"][0]
    stranger = another()
    for owner in ("", "zinc", own[:-3] + "AAA", "x" * 5_000):
        answer = stranger.send(FORM, {"telephone": PHONE, "pour": owner})
        assert answer.status_code == 403
        assert not carried(answer.text)
    sealed = carried(stranger.send(FORM, {"telephone": PHONE, "pour": own}).text)
    assert sealed
    for broken in (sealed[:-4], sealed[::-1], "x", "a.b.c", json.dumps([own, "//evil.example"])):
        assert PHONE not in browser.send("/connexion/reprise", {"porte": broken}).text


def test_what_is_too_large_is_told_and_not_carried(browser: Browser, node: Node) -> None:
    as_editor(browser, node)
    late = filled(browser, presentation_detail="x" * 350_000)
    sign_out(browser)
    answer = browser.send(FORM, late)
    assert answer.status_code == 403
    assert not carried(answer.text)
    assert "n'a pas été conservé" in plain(answer.text)


def test_forms_with_a_password_are_never_carried(browser: Browser, node: Node) -> None:
    as_editor(browser, node)
    late = filled(browser, "/espace/compte", current=PASSWORD, password="quatre mots au hasard")
    sign_out(browser)
    answer = browser.send("/espace/compte/mot-de-passe", late)
    assert not carried(answer.text)
    assert PASSWORD not in answer.text


def test_a_file_is_asked_for_once_more(browser: Browser, node: Node) -> None:
    as_editor(browser, node)
    path = f"/espace/pole/{SLUG}/deposer"
    late = filled(browser, path)
    sign_out(browser)
    answer = browser.send(path, {**late, "fichier": (BytesIO(b"nom\nA"), "a.csv")})
    assert answer.status_code == 403
    assert f'name="suite" value="{path}"' in answer.text
    assert "n'a pas été conservé" in plain(answer.text)
