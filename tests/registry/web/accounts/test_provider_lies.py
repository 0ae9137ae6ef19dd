"""What pages do with a provider that lies or errs: nobody is in, and the sign-in page says why."""

import logging
from pathlib import Path

import pytest
from flask import Flask

from registry.accounts.schema import failure
from registry.identity.errors import Trouble
from registry.node import Node
from tests.registry.identity.small_provider import Lies, SmallProvider
from tests.registry.web.accounts.conftest import Browser
from tests.registry.web.accounts.provider_of_tests import (
    app_with,
    authorized,
    begin,
    bind,
    sign_in,
)
from tests.registry.web.network_of_tests import plain


@pytest.fixture
def app(node: Node, provider: SmallProvider, tmp_path: Path) -> Flask:
    made = app_with(node, provider, tmp_path)
    bind(node, "zinc", provider)
    return made


def test_a_lie_signs_nobody_in(browser: Browser, provider: SmallProvider) -> None:
    path = authorized(begin(browser))
    provider.lies.claims = lambda found: found.update(nonce="n")
    answer = browser.get(path)
    assert answer.location == "/connexion?refus=untrusted"
    assert browser.get("/espace").status_code == 303
    page = browser.get(answer.location)
    assert page.status_code == 200
    assert "n'a pas pu être vérifiée" in plain(page.text)
    assert 'id="password"' in page.text


def test_a_provider_that_does_not_answer_is_told_where_one_began(
    browser: Browser, provider: SmallProvider
) -> None:
    provider.lies = Lies(broken={"/.well-known/openid-configuration": 503})
    assert begin(browser, "/en/connexion").location == "/en/connexion?refus=unreachable"
    provider.lies = Lies()
    path = authorized(begin(browser, "/en/connexion"))
    provider.lies = Lies(broken={"/token": 503})
    assert browser.get(path).location == "/en/connexion?refus=unreachable"


@pytest.mark.parametrize("state", ["", "s" * 43, "s" * 9_000, "\x00"])
def test_an_answer_to_nothing_is_none(
    browser: Browser, provider: SmallProvider, state: str
) -> None:
    provider.lies.answer = lambda found: found.update(state=state)
    assert browser.get(authorized(begin(browser))).location == "/connexion?refus=expired"
    assert provider.asked.count("/token") == 0


def test_a_parameter_that_comes_twice_is_none(browser: Browser, provider: SmallProvider) -> None:
    path = authorized(begin(browser))
    assert browser.get(f"{path}&state=x").location == "/connexion?refus=expired"
    assert browser.get(f"{path}&code=x").location == "/connexion?refus=refused"


def test_a_replayed_answer_signs_nobody_in(browser: Browser, provider: SmallProvider) -> None:
    path = authorized(begin(browser))
    assert browser.get(path).location == "/espace"
    browser.post("/deconnexion", "/espace")
    assert browser.get(path).location == "/connexion?refus=expired"
    assert provider.asked.count("/token") == 1


def test_what_the_provider_says_goes_to_the_log_alone(
    browser: Browser, provider: SmallProvider, caplog: pytest.LogCaptureFixture
) -> None:
    said = "<script>bad()</script>\nforged line" + "x" * 900
    provider.lies.answer = lambda found: found.update(error="access_denied", error_description=said)
    with caplog.at_level(logging.WARNING):
        path = authorized(begin(browser))
        answer = browser.get(path)
    assert answer.location == f"/connexion?refus={Trouble.DENIED}"
    page = browser.get(answer.location)
    assert "bad()" not in page.text
    assert "abandonnée ou refusée" in plain(page.text)
    (line,) = [record.getMessage() for record in caplog.records]
    assert "bad()" in line
    assert "\n" not in line
    assert len(line) < 500
    code = path.partition("code=")[2].partition("&")[0]
    assert code not in line


@pytest.mark.parametrize("trouble", list(Trouble))
def test_every_trouble_is_said_in_both_languages(browser: Browser, trouble: Trouble) -> None:
    said = [browser.get(f"{lang}/connexion?refus={trouble}").text for lang in ("", "/en")]
    assert all('role="alert"' in page for page in said)
    assert "fournisseur d'identité" in plain(said[0]) or trouble is Trouble.EXPIRED
    assert 'role="alert"' not in browser.get("/connexion?refus=<script>").text


def test_failures_are_counted(browser: Browser, node: Node, provider: SmallProvider) -> None:
    provider.lies.claims = lambda found: found.update(nonce="n")
    sign_in(browser)
    provider.lies = Lies()
    provider.subject = "nobody"
    sign_in(browser)
    with node.accounts.database.reading() as connection:
        assert [row.failures for row in connection.execute(failure.select())] == [2]
