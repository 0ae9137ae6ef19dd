"""Two-step verification on the page of one's account: on, off, recovery codes, mails, operators."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest
import segno
import sqlalchemy as sa
from flask import Flask

from registry.accounts.one_time_codes import address_of, in_groups
from registry.accounts.schema import account
from registry.ledger.acts import COMMAND
from registry.node import Node
from registry.web.accounts import owner_notices
from registry.web.answer.mailing import SENDING
from registry.web.app import create_app
from registry.web.site import clock
from tests.registry.identity.small_provider import SmallProvider
from tests.registry.web.accounts import provider_of_tests
from tests.registry.web.accounts.conftest import NEW_PASSWORD, PASSWORD, Browser, account_of
from tests.registry.web.accounts.verified_accounts import (
    PAGE,
    STEP,
    code_of,
    codes_shown,
    secret_shown,
    turned_on,
)
from tests.registry.web.network_of_tests import plain

OPERATORS = "/administration/comptes"
Passing = Callable[[float], None]
Sent = list[tuple[str, str, str]]


@pytest.fixture
def passing(monkeypatch: pytest.MonkeyPatch, stopped_clock: datetime) -> Passing:
    moments = [stopped_clock]

    def later(seconds: float) -> None:
        moments[0] += timedelta(seconds=seconds)
        monkeypatch.setattr(clock, "FIXED", moments[0])

    return later


@pytest.fixture
def zinc(another: Callable[[], Browser]) -> Browser:
    browser = another()
    browser.sign_in("zinc")
    return browser


def acts(node: Node, login: str) -> list[tuple[str, str, str]]:
    found = node.ledger.acts(50, about=account_of(node, login).number)
    own = account_of(node, login).number
    who = {own: "owner", COMMAND: COMMAND}
    return [
        (act.what, act.why, who.get(act.by, "other"))
        for act in found
        if act.what.startswith("second-factor.")
    ]


def test_it_is_turned_on_by_password_and_code(zinc: Browser, node: Node) -> None:
    assert f'href="{PAGE}"' in zinc.get("/espace/compte").text
    off = zinc.get(PAGE).text
    assert "Elle est désactivée" in plain(off)
    wrong = zinc.post(PAGE, PAGE, present="wrong one")
    assert wrong.status_code == 422
    assert "pas votre mot de passe" in plain(wrong.text)
    assert zinc.post(PAGE, PAGE, present=PASSWORD).location == PAGE
    shown = zinc.get(PAGE).text
    secret = secret_shown(shown)
    assert in_groups(secret) in shown
    assert 'autocomplete="one-time-code"' in shown
    assert 'inputmode="numeric"' in shown
    for code in ("000000", "", code_of(secret, 2)):
        assert zinc.post(f"{PAGE}/code", PAGE, code=code).status_code == 422
    assert not account_of(node, "zinc").has_second_factor
    given = zinc.post(f"{PAGE}/code", PAGE, code=code_of(secret))
    assert (given.status_code, given.headers["Cache-Control"]) == (200, "no-store")
    codes = codes_shown(given.text)
    assert account_of(node, "zinc").has_second_factor
    assert acts(node, "zinc") == [("second-factor.enabled", "by its owner", "owner")]
    page = zinc.get(PAGE).text
    assert "10 codes de secours" in plain(page)
    assert secret not in page.replace(" ", "")
    assert not [code for code in codes if code in page]
    assert "Elle est activée" in plain(zinc.get("/espace/compte").text)


@pytest.mark.parametrize(
    "title", ["Maillage", "Annuaire: la médiation numérique d’ici et d’ailleurs, partout"]
)
def test_the_square_says_the_secret_as_applications_read_it(
    zinc: Browser, node: Node, title: str
) -> None:
    node.config = replace(node.config, title=title)
    zinc.post(PAGE, PAGE, present=PASSWORD)
    page = zinc.get(PAGE).text
    secret = secret_shown(page)
    address = address_of(secret, "zinc", title)
    parts = urlsplit(address)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert asked.pop("secret") == secret
    issuer = asked.pop("issuer")
    assert title.replace(":", " ").startswith(issuer[:8])
    assert unquote(parts.path) == f"/{issuer}:zinc"
    assert asked == {}  # SHA-1, six digits, thirty seconds: what every application supposes
    assert len(pyotp.TOTP(secret).byte_secret()) == 20
    side = len(segno.make_qr(address, error="m", mask=0, boost_error=False).matrix) + 8
    assert f'viewBox="0 0 {side} {side}"' in page
    assert "otpauth" not in page


def test_a_secret_is_shown_in_one_session_for_a_quarter_of_an_hour(
    another: Callable[[], Browser], zinc: Browser, passing: Passing
) -> None:
    zinc.post(PAGE, PAGE, present=PASSWORD)
    secret = secret_shown(zinc.get(PAGE).text)
    elsewhere = another()
    elsewhere.sign_in("zinc")
    assert "Elle est désactivée" in plain(elsewhere.get(PAGE).text)
    assert elsewhere.post(f"{PAGE}/code", PAGE, code=code_of(secret)).status_code == 422
    passing(901)
    late = zinc.post(f"{PAGE}/code", PAGE, code=code_of(secret))
    assert late.status_code == 422
    assert "trop longtemps" in plain(late.text)
    assert "Elle est désactivée" in plain(zinc.get(PAGE).text)


def test_turning_it_on_ends_the_other_sessions(
    another: Callable[[], Browser], zinc: Browser
) -> None:
    elsewhere = another()
    elsewhere.sign_in("zinc")
    before = zinc.cookie
    turned_on(zinc)
    assert elsewhere.get("/espace").status_code == 303
    assert zinc.get("/espace").status_code == 200
    assert zinc.cookie != before


CHANGES = {"codes": "second-factor.codes-renewed", "retirer": "second-factor.disabled"}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("wrong", ["password", "code", "used code", "no code"])
def test_nothing_is_taken_away_without_password_and_code(
    zinc: Browser, node: Node, passing: Passing, change: str, wrong: str
) -> None:
    secret, _codes = turned_on(zinc)
    used = code_of(secret)
    passing(60)
    sent = {"present": PASSWORD, "code": code_of(secret)}
    sent |= {"password": {"present": "wrong one"}, "code": {"code": "000000"},
             "used code": {"code": used}, "no code": {"code": ""}}[wrong]  # fmt: skip
    answer = zinc.post(f"{PAGE}/{change}", PAGE, **sent)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert [act[0] for act in acts(node, "zinc")] == ["second-factor.enabled"]


@pytest.mark.parametrize("with_recovery", [False, True])
def test_recovery_codes_are_renewed(
    another: Callable[[], Browser], zinc: Browser, node: Node, passing: Passing, with_recovery: bool
) -> None:
    secret, old = turned_on(zinc)
    passing(60)
    code = old[3] if with_recovery else code_of(secret)
    given = zinc.post(f"{PAGE}/codes", PAGE, present=PASSWORD, code=code)
    new = codes_shown(given.text)
    assert not set(old) & set(new)
    assert acts(node, "zinc")[0] == ("second-factor.codes-renewed", "by its owner", "owner")
    browser = another()
    browser.sign_in("zinc")
    assert browser.post(STEP, STEP, recovery=old[0]).status_code == 422
    assert browser.post(STEP, STEP, recovery=new[0]).status_code == 303


def test_it_is_turned_off(
    another: Callable[[], Browser], zinc: Browser, node: Node, passing: Passing
) -> None:
    secret, codes = turned_on(zinc)
    elsewhere = another()
    elsewhere.sign_in("zinc")
    passing(60)
    elsewhere.post(STEP, STEP, code=code_of(secret, -1))
    assert elsewhere.get("/espace").status_code == 200
    off = zinc.post(f"{PAGE}/retirer", PAGE, present=PASSWORD, code=code_of(secret, 1))
    assert off.location == f"{PAGE}?fait=sans-code"
    assert "mot de passe seul" in plain(zinc.get(off.location).text)
    assert elsewhere.get("/espace").status_code == 303
    assert acts(node, "zinc")[0] == ("second-factor.disabled", "by its owner", "owner")
    assert another().sign_in("zinc").location == "/espace"
    again, _codes = turned_on(zinc)
    assert again != secret
    browser = another()
    browser.sign_in("zinc")
    assert browser.post(STEP, STEP, recovery=codes[0]).status_code == 422


def write(node: Node, number: str, **values: object) -> None:
    """Write to the row of an account what no page changes."""
    changed = sa.update(account).where(account.c.number == number)
    with node.accounts.database.writing() as connection:
        connection.execute(changed, values)


@pytest.fixture
def sent(node: Node, monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What a node that sends mail has sent: to whom, subject, text."""
    node.config = replace(node.config, mail_host="localhost", mail_sender="a@b.example")
    found: Sent = []
    monkeypatch.setattr(owner_notices, "send", lambda _settings, *mail: found.append(mail))
    write(node, account_of(node, "zinc").number, mail="zinc@pole.example")
    return found


def test_the_owner_is_told_of_each_change(
    another: Callable[[], Browser], app: Flask, node: Node, sent: Sent, passing: Passing
) -> None:
    zinc = another()
    zinc.sign_in("zinc")
    secret, codes = turned_on(zinc)
    passing(60)
    zinc.post(f"{PAGE}/codes", PAGE, present=PASSWORD, code=codes[0])
    codes = codes_shown(
        zinc.post(f"{PAGE}/codes", PAGE, present=PASSWORD, code=code_of(secret)).text
    )
    elsewhere = another()
    elsewhere.sign_in("zinc")
    elsewhere.post(STEP, STEP, recovery=codes[0])
    passing(60)
    zinc.post(f"{PAGE}/retirer", PAGE, present=PASSWORD, code=code_of(secret))
    turned_on(zinc)
    operator = another()
    operator.sign_in("operatrice")
    page = f"{OPERATORS}/{account_of(node, 'zinc').number}"
    operator.post(f"{page}/double-verification", page, why="telephone lost")
    app.extensions[SENDING].shutdown(wait=True)
    assert {(to, plain(subject)) for to, subject, _text in sent} == {
        ("zinc@pole.example", "Double vérification sur Maillage")
    }
    texts = [plain(text) for *_who, text in sent]
    used = "codes de secours a été utilisé. Il en reste 9."
    said = ["a été activée", used, "nouveaux codes", "nouveaux codes", used, "a été désactivée",
            "a été activée", "a retiré la double vérification"]  # fmt: skip
    for text, words in zip(texts, said, strict=True):
        assert words in text
        assert "« zinc »" in text
        assert secret not in text
        assert not [code for code in codes if code in text]


def test_no_mail_goes_out_without_an_address(
    zinc: Browser, app: Flask, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    node.config = replace(node.config, mail_host="localhost", mail_sender="a@b.example")
    found: Sent = []
    monkeypatch.setattr(owner_notices, "send", lambda _settings, *mail: found.append(mail))
    turned_on(zinc)
    app.extensions[SENDING].shutdown(wait=True)
    assert found == []


def test_an_operator_removes_it_for_who_lost_both(
    another: Callable[[], Browser], zinc: Browser, node: Node
) -> None:
    turned_on(zinc)
    operator, page = another(), f"{OPERATORS}/{account_of(node, 'zinc').number}"
    operator.sign_in("operatrice")
    assert "La double vérification est activée" in plain(operator.get(page).text)
    assert plain(operator.get(OPERATORS).text).count("en service, double vérification") == 1
    assert operator.post(f"{page}/double-verification", page).status_code == 422
    done = operator.post(f"{page}/double-verification", page, why="téléphone perdu")
    assert done.location == f"{page}?fait=code-retire"
    shown = plain(operator.get(done.location).text)
    assert "téléphone perdu" in shown
    assert "double vérification retirée" in shown
    assert acts(node, "zinc")[0] == ("second-factor.reset", "téléphone perdu", "other")
    assert zinc.get("/espace").status_code == 303
    assert another().sign_in("zinc").location == "/espace"
    again = operator.post(f"{page}/double-verification", page, why="once more")
    assert again.status_code == 422
    assert "rien à retirer" in plain(again.text)


def test_an_operator_does_not_remove_ones_own(browser: Browser, node: Node) -> None:
    browser.sign_in("operatrice")
    turned_on(browser)
    page = f"{OPERATORS}/{account_of(node, 'operatrice').number}"
    assert "/double-verification" not in browser.get(page).text.split("<main", 1)[1]
    answer = browser.post(f"{page}/double-verification", page, why="test")
    assert answer.status_code == 422
    assert "votre propre compte" in plain(answer.text)
    assert account_of(node, "operatrice").has_second_factor


def test_where_it_is_required_one_is_led_to_it_and_let_on_afterwards(
    another: Callable[[], Browser], node: Node
) -> None:
    node.config = replace(node.config, accounts_second_factor="everyone")
    browser = Browser(create_app(node).test_client())
    browser.sign_in("zinc", suite="/espace/pole/zinc")
    assert browser.get("/espace/pole/zinc").location == PAGE
    page = plain(browser.get(PAGE).text)
    assert "Cet annuaire la demande" in page
    assert 'href="/espace"' not in page.split("<main", 1)[1]
    assert "Se déconnecter" in page
    turned_on(browser)
    assert browser.get("/espace/pole/zinc").status_code == 200
    assert browser.get(f"{OPERATORS}").status_code == 403


def test_a_role_given_meanwhile_asks_for_it_at_once(node: Node) -> None:
    node.config = replace(node.config, accounts_second_factor="operators")
    browser, number = Browser(create_app(node).test_client()), account_of(node, "zinc").number
    browser.sign_in("zinc")
    assert browser.get("/espace").status_code == 200
    roles = replace(account_of(node, "zinc").roles, is_operator=True)
    node.accounts.set_roles(number, roles, COMMAND, "test")
    assert browser.get("/espace").location == PAGE


@pytest.mark.parametrize("whom", ["optional", "everyone"])
def test_signing_in_by_a_provider_is_the_providers_to_secure(
    node: Node, provider: SmallProvider, tmp_path: Path, whom: str
) -> None:
    node.config = replace(node.config, accounts_second_factor=whom)
    app = provider_of_tests.app_with(node, provider, tmp_path)
    provider_of_tests.bind(node, "zinc", provider)
    browser = Browser(app.test_client())
    assert provider_of_tests.sign_in(browser).location == "/espace"
    assert browser.get("/espace").status_code == 200
    turned_on(browser)
    other = Browser(app.test_client())
    assert provider_of_tests.sign_in(other).location == "/espace"
    assert other.get("/espace").status_code == 200


def test_no_identity_is_bound_without_a_code(
    node: Node, provider: SmallProvider, tmp_path: Path, passing: Passing
) -> None:
    """It would open the account without one."""
    browser = Browser(provider_of_tests.app_with(node, provider, tmp_path).test_client())
    browser.sign_in("zinc")
    secret, _codes = turned_on(browser)
    passing(60)
    page, path = "/espace/compte", "/espace/compte/identite"
    for code in ("", "000000"):
        refused = browser.post(path, page, present=PASSWORD, code=code)
        assert refused.status_code == 422
    answer = browser.post(path, page, present=PASSWORD, code=code_of(secret))
    assert provider.issuer in provider_of_tests.link_on(answer)


def test_an_account_without_password_is_told_who_asks(
    node: Node, provider: SmallProvider, tmp_path: Path
) -> None:
    app = provider_of_tests.app_with(node, provider, tmp_path)
    number = provider_of_tests.bind(node, "zinc", provider)
    write(node, number, password="")
    browser = Browser(app.test_client())
    provider_of_tests.sign_in(browser)
    assert "fournisseur d'identité" in plain(browser.get(PAGE).text)
    assert browser.post(PAGE, PAGE, present=NEW_PASSWORD).status_code == 422


def test_secrets_stay_out_of_logs_ledger_and_plain_sight(
    zinc: Browser, node: Node, another: Callable[[], Browser], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        secret, codes = turned_on(zinc)
        browser = another()
        browser.sign_in("zinc")
        browser.post(STEP, STEP, code=code_of(secret))
        browser.post(STEP, STEP, recovery=codes[0])
    said = caplog.text + "".join(f"{act}" for act in node.ledger.acts(100))
    files = b"".join(path.read_bytes() for path in Path(node.config.data).glob("ledger*"))
    files += b"".join(path.read_bytes() for path in Path(node.config.data).glob("state*"))
    for hidden in (secret, code_of(secret), *codes, *(one.replace("-", "") for one in codes)):
        assert not re.search(rf"\b{hidden}\b", said)
        assert hidden == code_of(secret) or hidden.encode() not in files
    kept = b"".join(path.read_bytes() for path in Path(node.config.data).glob("accounts.sqlite*"))
    assert not [code for code in codes if code.encode() in kept]
    assert not [code for code in codes if code.replace("-", "").encode() in kept]
