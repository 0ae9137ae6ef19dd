"""What the pages of accounts offer: fields that help who types, sign out at the head of each."""

import re

import pytest

from registry.node import Node
from tests.registry.web.accounts.conftest import Browser, account_of
from tests.registry.web.network_of_tests import plain


def test_fields_of_passwords_help_who_types_them(browser: Browser) -> None:
    page = browser.get("/connexion").text
    field = re.search(r'<input id="password"[^>]*>', page)
    assert field
    assert 'type="password"' in field[0]
    assert 'autocomplete="current-password"' in field[0]
    assert 'autocomplete="username"' in page
    assert "onpaste" not in page
    assert "Après cinq essais, attendez une minute" in plain(page)
    browser.sign_in("zinc")
    assert browser.get("/espace/compte").text.count('autocomplete="new-password"') == 2


def test_every_page_of_who_is_signed_in_lets_sign_out(browser: Browser, node: Node) -> None:
    number = account_of(node, "ping").number
    browser.sign_in("operatrice")
    pages = ["/espace", "/espace/compte", "/administration/comptes"]
    for page in (*pages, f"/administration/comptes/{number}"):
        text = browser.get(page).text
        assert 'action="/deconnexion"' in text.partition("</header>")[2].partition("</header>")[0]
        assert "noindex" in text


def test_an_operator_signs_an_account_out(browser: Browser, node: Node) -> None:
    number = account_of(node, "ping").number
    node.accounts.sessions.begin(number, "", 1_772_622_000.0)
    browser.sign_in("operatrice")
    page = f"/administration/comptes/{number}"
    assert "Connecté dans 1 navigateur" in plain(browser.get(page).text)
    assert browser.post(f"{page}/sessions", page, why="lost its computer").status_code == 303
    assert "Connecté dans 0 navigateur" in plain(browser.get(page).text)
    assert "lost its computer" in browser.get(page).text


def test_reasons_of_the_program_are_said_in_words(browser: Browser, node: Node) -> None:
    browser.sign_in("operatrice")
    page = f"/administration/comptes/{account_of(node, 'zinc').number}"
    assert "Éditeur du pôle Zinc : test" in plain(browser.get(page).text)
    assert "Editor of the pole Zinc: test" in plain(browser.get(f"/en{page}").text)


@pytest.mark.parametrize("page", ["/connexion", "/recuperation"])
def test_the_pages_are_said_in_both_languages(browser: Browser, page: str) -> None:
    assert '<html lang="fr">' in browser.get(page).text
    assert '<html lang="en">' in browser.get(f"/en{page}").text


@pytest.mark.parametrize(
    "page", ["/invitation/x", "/recuperation/x", "/recuperation", "/administration/comptes"]
)
def test_no_other_site_learns_the_address_of_a_link(browser: Browser, page: str) -> None:
    browser.sign_in("operatrice")
    assert browser.get(page).headers["Referrer-Policy"] == "same-origin"
