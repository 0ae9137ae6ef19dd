"""No other site makes a browser act here: every form is bound to the session that showed it."""

from collections.abc import Callable

import pytest

from registry.node import Node
from tests.registry.web.accounts.conftest import PASSWORD, Browser, account_of

ROLES = {"why": "test", "is_operator": "y"}


def given_role(browser: Browser, node: Node, token: str | None) -> int:
    number = account_of(node, "ping").number
    values = ROLES if token is None else ROLES | {"csrf_token": token}
    answer = browser.send(f"/administration/comptes/{number}/roles", dict(values))
    is_given = account_of(node, "ping").roles.is_operator
    assert is_given is (answer.status_code == 303)
    return answer.status_code


@pytest.mark.parametrize("token", [None, "", "x", "x" * 10_000, "IiI.aaaa.bbbb"])
def test_a_form_without_its_token_does_nothing(
    browser: Browser, node: Node, token: str | None
) -> None:
    browser.sign_in("operatrice")
    assert given_role(browser, node, token) == 403


def test_a_token_of_another_session_does_nothing(
    another: Callable[[], Browser], node: Node
) -> None:
    victim, attacker = another(), another()
    victim.sign_in("operatrice")
    stranger = another().token("/connexion")
    attacker.sign_in("zinc")
    for token in (attacker.token("/espace"), stranger):
        assert given_role(victim, node, token) == 403
    assert given_role(victim, node, victim.token("/administration/comptes")) == 303


def test_a_token_of_before_signing_in_or_out_does_nothing(browser: Browser, node: Node) -> None:
    before = browser.token("/connexion")
    browser.sign_in("operatrice")
    assert given_role(browser, node, before) == 403
    used = browser.token("/espace")
    browser.send("/deconnexion", {"csrf_token": used})
    assert browser.send("/deconnexion", {"csrf_token": used}).status_code == 403
    browser.sign_in("operatrice")
    assert given_role(browser, node, used) == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://maillage.example.evil.example"},
    ],
)
def test_another_site_cannot_send_a_form_with_a_good_token(
    browser: Browser, node: Node, headers: dict[str, str]
) -> None:
    browser.sign_in("operatrice")
    token = browser.token("/espace")
    browser.headers = headers
    assert given_role(browser, node, token) == 403


def test_nobody_is_signed_in_by_another_site(browser: Browser) -> None:
    token = browser.token("/connexion")
    values = {"login": "zinc", "password": PASSWORD, "csrf_token": token}
    browser.headers = {"Sec-Fetch-Site": "cross-site"}
    assert browser.send("/connexion", dict(values)).status_code == 403
    browser.cookie = ""
    browser.headers = {"Sec-Fetch-Site": "same-origin"}
    assert browser.send("/connexion", dict(values)).status_code == 403


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH"])
def test_reading_changes_nothing(browser: Browser, node: Node, method: str) -> None:
    browser.sign_in("operatrice")
    number, before = account_of(node, "ping").number, node.ledger.acts()
    for path in ("roles", "etat", "lien", "sessions"):
        url = f"/administration/comptes/{number}/{path}"
        answer = browser.client.open(url, method=method, base_url="https://maillage.example")
        assert answer.status_code in {404, 405}
    assert node.ledger.acts() == before
