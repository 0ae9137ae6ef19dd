"""Signing in by a password and a code: no session before both, each code once, tries bounded."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask

from registry.accounts.types import Roles
from registry.ledger.acts import COMMAND
from registry.node import Node
from registry.web.app import create_app
from registry.web.site import clock
from tests.registry.web.accounts.conftest import NEW_PASSWORD, PASSWORD, Browser, account_of
from tests.registry.web.accounts.verified_accounts import STEP, code_of, turned_on
from tests.registry.web.network_of_tests import plain

Passing = Callable[[float], None]
EXPIRED = "/connexion?refus=code"


@pytest.fixture
def passing(monkeypatch: pytest.MonkeyPatch, stopped_clock: datetime) -> Passing:
    """Both clocks, that of the pages and that of the counts, go on by so many seconds."""
    moments, counted = [stopped_clock], [time.time()]
    monkeypatch.setattr(time, "time", lambda: counted[0])

    def later(seconds: float) -> None:
        moments[0] += timedelta(seconds=seconds)
        counted[0] += seconds
        monkeypatch.setattr(clock, "FIXED", moments[0])

    return later


@dataclass
class Owner:
    """Who has turned it on for the account ``zinc``."""

    secret: str
    codes: list[str]


@pytest.fixture
def owner(another: Callable[[], Browser], passing: Passing) -> Owner:
    browser = another()
    browser.sign_in("zinc")
    made = Owner(*turned_on(browser))
    browser.post("/deconnexion", "/espace")
    passing(120)
    return made


def waiting(browser: Browser, suite: str = "") -> Browser:
    answer = browser.sign_in("zinc", suite=suite)
    assert (answer.status_code, answer.location) == (303, STEP)
    return browser


def typed(browser: Browser, code: str, **more: object) -> tuple[int, str | None]:
    answer = browser.post(STEP, STEP, code=code, **more)
    return answer.status_code, answer.location


def test_a_password_alone_opens_nothing(browser: Browser, owner: Owner) -> None:
    waiting(browser)
    assert browser.cookie.startswith("p.")
    for path in ("/espace", "/espace/compte", "/espace/pole/zinc"):
        assert browser.get(path).location == f"/connexion?suite={path}"
    page = browser.get(STEP)
    assert 'autocomplete="one-time-code"' in page.text
    assert 'inputmode="numeric"' in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert typed(browser, code_of(owner.secret)) == (303, "/espace")
    assert browser.cookie.startswith("s.")
    assert "Bonjour, Zinc" in plain(browser.get("/espace").text)


def test_one_is_led_to_the_page_that_was_asked_for(browser: Browser, owner: Owner) -> None:
    waiting(browser, suite="/espace/pole/zinc")
    assert typed(browser, code_of(owner.secret)) == (303, "/espace/pole/zinc")


@pytest.mark.parametrize(
    ("steps", "shape", "is_taken"),
    [
        (0, "{}", True),
        (-1, "{}", True),
        (1, "{}", True),
        (-2, "{}", False),
        (2, "{}", False),
        (0, " {} ", True),
        (0, "{}x", False),
        (0, "0{}", False),
    ],
)
def test_clocks_may_differ_by_one_step(
    browser: Browser, owner: Owner, steps: int, shape: str, is_taken: bool
) -> None:
    waiting(browser)
    code = shape.format(code_of(owner.secret, steps))
    assert typed(browser, code) == ((303, "/espace") if is_taken else (422, None))


@pytest.mark.parametrize("between", [" ", "\u00a0", "\u202f", "-", "\u2011"])
def test_a_code_may_be_typed_in_groups(browser: Browser, owner: Owner, between: str) -> None:
    code = code_of(owner.secret)
    waiting(browser)
    assert typed(browser, code[:3] + between + code[3:])[0] == 303


@pytest.mark.parametrize(
    "code", ["", "0", "12345", "1234567", "abcdef", "²²²²²²", "１２３４５６", "\0" * 6, "9" * 5_000]
)
def test_what_is_no_code_is_refused_and_said(browser: Browser, owner: Owner, code: str) -> None:
    waiting(browser)
    answer = browser.post(STEP, STEP, code=code)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert typed(browser, code_of(owner.secret))[0] == 303


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_is_taken_once(
    another: Callable[[], Browser], owner: Owner, passing: Passing, steps: int
) -> None:
    """Nor is an earlier one after it, though its time is not over."""
    code = code_of(owner.secret, steps)
    assert typed(waiting(another()), code)[0] == 303
    second = waiting(another())
    assert typed(second, code)[0] == 422
    if steps > -1:
        assert typed(second, code_of(owner.secret, steps - 1))[0] == 422
    passing(60)
    assert typed(second, code_of(owner.secret, 1))[0] == 303


def test_the_code_that_turned_it_on_signs_nobody_in(
    another: Callable[[], Browser], passing: Passing
) -> None:
    browser = another()
    browser.sign_in("zinc")
    secret, _codes = turned_on(browser)
    assert typed(waiting(another()), code_of(secret))[0] == 422


def test_a_clock_that_ran_ahead_locks_nobody_out(
    another: Callable[[], Browser], owner: Owner, passing: Passing
) -> None:
    passing(86_400)
    assert typed(waiting(another()), code_of(owner.secret))[0] == 303
    passing(-86_400)
    assert typed(waiting(another()), code_of(owner.secret))[0] == 303


def test_what_waits_ends_after_five_minutes(
    browser: Browser, owner: Owner, passing: Passing
) -> None:
    waiting(browser)
    passing(300)
    assert browser.get(STEP).status_code == 200
    passing(1)
    answer = browser.get(STEP)
    assert (answer.status_code, answer.location) == (303, EXPIRED)
    assert "cinq minutes" in plain(browser.get(EXPIRED).text)
    sent = browser.post(STEP, "/connexion", code=code_of(owner.secret))
    assert (sent.status_code, sent.location) == (303, EXPIRED)
    assert browser.get("/espace").status_code == 303


def test_what_waits_is_of_one_browser(another: Callable[[], Browser], owner: Owner) -> None:
    """Neither a browser of its own nor the value of before the password opens the page."""
    planted, victim = another(), another()
    planted.get("/connexion")
    victim.cookie = planted.cookie
    waiting(victim)
    assert victim.cookie != planted.cookie
    for stranger in (planted, another()):
        assert stranger.get(STEP).location == EXPIRED
        sent = stranger.post(STEP, "/connexion", code=code_of(owner.secret))
        assert sent.location == EXPIRED
        assert stranger.get("/espace").status_code == 303


def test_what_waited_is_good_for_one_session(another: Callable[[], Browser], owner: Owner) -> None:
    browser, thief = waiting(another()), another()
    thief.cookie = browser.cookie
    token = browser.token(STEP)
    assert typed(browser, code_of(owner.secret))[0] == 303
    sent = thief.send(STEP, {"csrf_token": token, "recovery": owner.codes[0]})
    assert (sent.status_code, sent.location) == (303, EXPIRED)
    assert thief.get("/espace").status_code == 303


@pytest.mark.parametrize("change", ["password", "disabled", "signed out", "removed"])
def test_what_waits_ends_with_what_it_waited_for(
    browser: Browser, node: Node, owner: Owner, change: str
) -> None:
    waiting(browser)
    token, number = browser.token(STEP), account_of(node, "zinc").number
    accounts = node.accounts
    {
        "password": lambda: accounts.set_password(number, NEW_PASSWORD, number, "test"),
        "disabled": lambda: accounts.set_disabled(number, disabled=True, by=COMMAND, why="test"),
        "signed out": lambda: accounts.end_sessions(number, COMMAND, "test"),
        "removed": lambda: accounts.second_factors.reset(number, COMMAND, "test"),
    }[change]()
    sent = browser.send(STEP, {"csrf_token": token, "code": code_of(owner.secret)})
    assert (sent.status_code, sent.location) == (303, EXPIRED)
    assert browser.get("/espace").status_code == 303


def test_a_session_of_before_ends_with_the_password(browser: Browser, owner: Owner) -> None:
    browser.sign_in("ping")
    before = browser.cookie
    token = browser.token("/espace/compte")
    answer = browser.send(
        "/connexion", {"csrf_token": token, "login": "zinc", "password": PASSWORD}
    )
    assert answer.location == STEP
    browser.cookie = before
    assert browser.get("/espace").status_code == 303


def test_a_wrong_password_does_not_tell_who_has_a_second_factor(
    another: Callable[[], Browser], owner: Owner
) -> None:
    pages = {}
    for login in ("zinc", "ping", "nobody"):
        answer = another().sign_in(login, "wrong one")
        lines = answer.text.replace(f'value="{login}"', "").splitlines()
        pages[login] = (answer.status_code, [one for one in lines if "csrf_token" not in one])
    assert pages["zinc"] == pages["ping"] == pages["nobody"]


def test_a_form_of_another_site_or_without_token_does_nothing(
    browser: Browser, owner: Owner
) -> None:
    waiting(browser)
    code = code_of(owner.secret)
    assert browser.send(STEP, {"code": code}).status_code == 403
    browser.headers = {"Sec-Fetch-Site": "cross-site"}
    assert browser.post(STEP, STEP, code=code).status_code == 403
    assert browser.cookie.startswith("p.")


def test_a_recovery_code_is_good_once(another: Callable[[], Browser], owner: Owner) -> None:
    for shape in (str, str.lower, lambda code: code.replace("-", " "),
                  lambda code: code.replace("-", "")):  # fmt: skip
        code = shape(owner.codes.pop())
        first = waiting(another())
        answer = first.post(STEP, STEP, recovery=code)
        assert (answer.status_code, answer.location) == (303, "/espace"), code
        again = waiting(another()).post(STEP, STEP, recovery=code)
        assert again.status_code == 422
        assert "codes de secours" in plain(again.text)


def test_a_recovery_code_of_another_account_opens_nothing(
    another: Callable[[], Browser], owner: Owner
) -> None:
    browser = another()
    browser.sign_in("ping")
    _secret, codes = turned_on(browser)
    assert waiting(another()).post(STEP, STEP, recovery=codes[0]).status_code == 422
    assert waiting(another()).post(STEP, STEP, code=owner.codes[0]).status_code == 422


@pytest.fixture
def counted(owner: Owner, node: Node) -> Flask:
    return create_app(node)


def tries(browser: Browser, count: int, field: str = "code") -> list[int]:
    token = browser.token(STEP)
    wrong = {"code": "000000", "recovery": "ABCD-EFGH-JKMN"}[field]
    values = {"csrf_token": token, field: wrong, "login": f"other{id(browser)}"}
    return [browser.send(STEP, dict(values)).status_code for _ in range(count)]


@pytest.mark.parametrize("field", ["code", "recovery"])
def test_after_five_codes_one_waits(
    counted: Flask, owner: Owner, passing: Passing, field: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A right password in between gives no new tries, nor does a login in the form."""
    browser = Browser(counted.test_client())
    with caplog.at_level("INFO", "maillage.security"):
        assert tries(waiting(browser), 3, field) == [422] * 3
        assert tries(waiting(browser), 4, field) == [422] * 2 + [429] * 2
    assert caplog.text.count("one-time code refused: account") == 5
    assert "too many tries" in caplog.text
    assert "000000" not in caplog.text
    assert owner.secret not in caplog.text
    passing(61)
    assert typed(waiting(browser), code_of(owner.secret))[0] == 303


def test_many_addresses_guess_no_code_and_do_not_lock_the_owner_out(
    counted: Flask, owner: Owner, passing: Passing
) -> None:
    home = Browser(counted.test_client(), address="198.51.100.1")
    assert typed(waiting(home), code_of(owner.secret))[0] == 303
    codes = []
    for number in range(8):
        attacker = Browser(counted.test_client(), address=f"203.0.113.{number}")
        codes += tries(waiting(attacker), 4)
    assert codes == [422] * 19 + [429] * 13  # the owner was the first of twenty
    passing(60)
    again = Browser(counted.test_client(), address="198.51.100.1")
    assert typed(waiting(again), code_of(owner.secret))[0] == 303


def test_a_new_password_by_a_link_does_not_go_round_the_code(
    browser: Browser, node: Node, owner: Owner
) -> None:
    number = account_of(node, "zinc").number
    token = node.accounts.links.recover(number, COMMAND, clock.now().timestamp())
    path = f"/recuperation/{token}"
    assert browser.post(path, path, password=NEW_PASSWORD, again=NEW_PASSWORD).status_code == 303
    assert browser.sign_in("zinc", NEW_PASSWORD).location == STEP
    assert browser.get("/espace").status_code == 303
    assert typed(browser, code_of(owner.secret))[0] == 303


def test_who_has_none_signs_in_as_before(browser: Browser, owner: Owner, node: Node) -> None:
    assert browser.sign_in("ping").location == "/espace"
    browser.post("/deconnexion", "/espace")
    node.accounts.add("zoe", "Zoé", "", Roles(), PASSWORD, COMMAND, "test")
    assert browser.sign_in("zoe").location == "/espace"
