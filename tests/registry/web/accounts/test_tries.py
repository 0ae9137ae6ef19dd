"""Who tries too often waits, longer each time; who owns the account is never kept out for good."""

import time
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from registry.node import Node
from registry.web.app import create_app
from tests.registry.web.accounts.conftest import NEW_PASSWORD, Browser, account_of
from tests.registry.web.network_of_tests import plain


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let the clock of the counts stand, and go on by so many seconds."""
    now = [time.time()]
    monkeypatch.setattr(time, "time", lambda: now[0])

    def later(by: float) -> None:
        now[0] += by

    return later


@pytest.fixture
def counted(seconds: Callable[[float], None], node: Node) -> Flask:
    return create_app(node)


def tries(browser: Browser, count: int, login: str = "zinc") -> list[int]:
    token = browser.token("/connexion")
    values = {"csrf_token": token, "login": login, "password": "wrong one"}
    return [browser.send("/connexion", dict(values)).status_code for _ in range(count)]


def test_after_five_tries_one_waits_a_minute_then_longer(
    counted: Flask, seconds: Callable[[float], None]
) -> None:
    browser = Browser(counted.test_client())
    assert tries(browser, 7) == [422] * 5 + [429] * 2
    answer = browser.sign_in("zinc")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert "Attendez" in plain(answer.text)
    seconds(61)
    assert tries(browser, 6) == [422] * 5 + [429]
    seconds(61)
    assert tries(browser, 1) == [429]
    waiting = browser.sign_in("zinc")
    assert 400 < int(waiting.headers["Retry-After"]) < 600
    seconds(600)
    assert browser.sign_in("zinc").status_code == 303


def test_an_account_that_is_none_waits_alike(counted: Flask) -> None:
    for login in ("zinc", "nobody"):
        browser = Browser(counted.test_client(), address=f"192.0.2.{len(login)}")
        assert tries(browser, 6, login) == [422] * 5 + [429]


def test_others_are_heard_meanwhile(counted: Flask) -> None:
    attacker, owner, colleague = (Browser(counted.test_client()) for _ in range(3))
    tries(attacker, 6)
    owner.address = "192.0.2.2"
    assert owner.sign_in("zinc").status_code == 303
    assert colleague.sign_in("ping").status_code == 303  # from the attacker's own address


def test_one_address_does_not_try_all_accounts(counted: Flask) -> None:
    browser = Browser(counted.test_client())
    codes = [tries(browser, 1, f"login{number}")[0] for number in range(32)]
    assert codes == [422] * 30 + [429] * 2


def test_signing_in_forgets_the_tries(counted: Flask) -> None:
    browser = Browser(counted.test_client())
    tries(browser, 4)
    assert browser.sign_in("zinc").status_code == 303
    browser.post("/deconnexion", "/espace")
    assert tries(browser, 4) == [422] * 4


def test_many_addresses_do_not_lock_the_owner_out(
    counted: Flask, seconds: Callable[[float], None]
) -> None:
    owner = Browser(counted.test_client(), address="198.51.100.1")
    assert owner.sign_in("zinc").status_code == 303
    codes = []
    for number in range(26):
        attacker = Browser(counted.test_client(), address=f"192.0.2.{number}")
        codes += tries(attacker, 4)
    assert codes == [422] * 99 + [429] * 5  # the owner was the first of a hundred
    again = Browser(counted.test_client(), address="198.51.100.1")
    assert again.sign_in("zinc").status_code == 303


def test_all_applications_of_a_node_count_together(node: Node, stopped_clock: datetime) -> None:
    apps = [create_app(node), create_app(node)]
    codes = [tries(Browser(app.test_client()), 4) for app in apps]
    assert codes == [[422] * 4, [422] + [429] * 3]


def test_a_password_is_not_guessed_from_a_session(counted: Flask) -> None:
    browser, page = Browser(counted.test_client()), "/espace/compte"
    browser.sign_in("zinc")
    token = browser.token(page)
    values = {"csrf_token": token, "current": "wrong", "password": NEW_PASSWORD,
              "again": NEW_PASSWORD}  # fmt: skip
    codes = [browser.send(f"{page}/mot-de-passe", dict(values)).status_code for _ in range(6)]
    assert codes == [422] * 5 + [429]


def test_invitations_are_bounded(counted: Flask, node: Node) -> None:
    browser, page = Browser(counted.test_client()), "/administration/comptes"
    browser.sign_in("operatrice")
    values = {"csrf_token": browser.token(page), "mail": "a@b.example", "is_operator": "y",
              "why": "test"}  # fmt: skip
    codes = [browser.send(f"{page}/invitations", dict(values)).status_code for _ in range(11)]
    assert codes == [200] * 10 + [429]
    assert account_of(node, "operatrice").roles.is_operator


def test_a_link_does_not_reach_the_log(counted: Flask, caplog: pytest.LogCaptureFixture) -> None:
    browser, token = Browser(counted.test_client()), "B" * 43
    form = {"csrf_token": browser.token("/connexion"), "password": "x", "again": "x"}
    with caplog.at_level("DEBUG"):
        codes = {browser.send(f"/recuperation/{token}", dict(form)).status_code for _ in range(12)}
    assert codes == {404, 429}
    assert token not in caplog.text
