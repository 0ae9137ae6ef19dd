"""The mail address of an account does what its login does, and says no more about who has one."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from registry.accounts.types import Roles
from registry.ledger.acts import COMMAND
from registry.node import Node
from registry.web.accounts import recovery
from tests.registry.web.accounts.conftest import PASSWORD, Browser
from tests.registry.web.network_of_tests import plain

MAIL = "Nadia@zinc.example"


def added(node: Node, login: str = "nadia") -> None:
    roles = Roles(poles=frozenset({"zinc"}))
    node.accounts.add(login, login.title(), MAIL, roles, PASSWORD, COMMAND, "test")


@pytest.mark.parametrize("typed", ["nadia", MAIL, " nadia@ZINC.example "])
def test_one_signs_in_by_either(browser: Browser, node: Node, typed: str) -> None:
    added(node)
    assert browser.sign_in(typed).location == "/espace"


def test_an_address_of_two_accounts_opens_none(browser: Browser, node: Node) -> None:
    added(node)
    added(node, "nadia2")
    answer = browser.sign_in(MAIL)
    assert answer.status_code == 422
    assert "ne vont pas ensemble" in plain(answer.text)
    assert browser.sign_in("nadia").location == "/espace"


def test_login_and_address_are_one_count_of_tries(
    browser: Browser, another: Callable[[], Browser], node: Node
) -> None:
    added(node)
    codes = [browser.sign_in(name, "faux").status_code for name in ("nadia", MAIL) * 3]
    assert codes == [422] * 5 + [429]


@pytest.mark.parametrize("typed", ["nadia", MAIL, "nobody@zinc.example"])
def test_a_link_is_sent_for_either_and_the_page_says_the_same(
    browser: Browser, node: Node, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    added(node)
    node.config = replace(node.config, mail_host="localhost", mail_sender="nous@maillage.example")
    sent: list[str] = []
    monkeypatch.setattr(recovery, "send", lambda _settings, to, *_mail: sent.append(to))

    class AtOnce:
        def submit(self, work: Callable[[], None]) -> None:
            work()

    browser.client.application.extensions[recovery.SENDING] = AtOnce()
    answer = browser.post("/recuperation", "/recuperation", login=typed)
    assert answer.status_code == 200
    assert sent == ([] if typed.startswith("nobody") else [MAIL])
