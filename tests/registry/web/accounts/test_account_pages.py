"""Passwords changed, people invited, links used once, roles given: each with its act."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from registry.accounts import mail as mailing
from registry.ledger.acts import COMMAND
from registry.node import Node
from registry.web.access.visit import NodeSessions
from registry.web.accounts import inviting, recovery
from registry.web.site import clock
from tests.registry.web.accounts.conftest import (
    NEW_PASSWORD,
    PASSWORD,
    SITE,
    Browser,
    account_of,
)
from tests.registry.web.network_of_tests import plain

ACCOUNTS = "/administration/comptes"
Passing = Callable[[timedelta], None]


@pytest.fixture
def passing(monkeypatch: pytest.MonkeyPatch, stopped_clock: datetime) -> Passing:
    moments = [stopped_clock]

    def later(by: timedelta) -> None:
        moments[0] += by
        monkeypatch.setattr(clock, "FIXED", moments[0])

    return later


def acts(node: Node, login: str) -> list[tuple[str, str]]:
    return [(act.what, act.by) for act in node.ledger.acts(about=account_of(node, login).number)]


def given(page: str) -> str:
    found = re.search(r'<code class="given">([^<]+)</code>', page)
    assert found
    return found[1].removeprefix(SITE)


def test_a_password_is_changed_and_ends_the_other_sessions(
    another: Callable[[], Browser], node: Node
) -> None:
    here, elsewhere = another(), another()
    here.sign_in("zinc")
    elsewhere.sign_in("zinc")
    before, page = here.cookie, "/espace/compte"
    answer = here.post(
        f"{page}/mot-de-passe", page, current=PASSWORD, password=NEW_PASSWORD, again=NEW_PASSWORD
    )
    assert (answer.status_code, answer.location) == (303, f"{page}?fait=change")
    assert here.get(page).status_code == 200
    assert here.cookie != before
    assert elsewhere.get(page).status_code == 303
    assert another().sign_in("zinc").status_code == 422
    assert another().sign_in("zinc", NEW_PASSWORD).status_code == 303
    number = account_of(node, "zinc").number
    assert acts(node, "zinc")[0] == ("account.password-changed", number)


@pytest.mark.parametrize(
    ("current", "password", "again", "said"),
    [
        ("wrong one", NEW_PASSWORD, NEW_PASSWORD, "Ce n'est pas votre mot de passe actuel"),
        (PASSWORD, NEW_PASSWORD, "another", "Les deux mots de passe diffèrent"),
        (PASSWORD, "court", "court", "trop court"),
        (PASSWORD, "x" * 129, "x" * 129, "trop long"),
        (PASSWORD, "motdepasse123", "motdepasse123", "parmi les premiers"),
        (PASSWORD, "azertyuiop12", "azertyuiop12", "parmi les premiers"),
        (PASSWORD, "zinczinczinc", "zinczinczinc", "parmi les premiers"),
        (PASSWORD, "Maillage2026", "Maillage2026", "parmi les premiers"),
        ("", NEW_PASSWORD, NEW_PASSWORD, "Remplissez ce champ"),
    ],
)
def test_a_password_that_will_not_do_is_refused_and_says_why(
    browser: Browser, current: str, password: str, again: str, said: str
) -> None:
    browser.sign_in("zinc")
    page = "/espace/compte"
    answer = browser.post(
        f"{page}/mot-de-passe", page, current=current, password=password, again=again
    )
    assert answer.status_code == 422
    assert said in plain(answer.text)
    assert f'value="{password}"' not in answer.text


def test_one_sees_and_ends_ones_sessions(another: Callable[[], Browser]) -> None:
    here, elsewhere, page = another(), another(), "/espace/compte"
    elsewhere.sign_in("zinc")
    here.sign_in("zinc")
    found = re.findall(r'name="session" value="([0-9a-f]+)"', here.get(page).text)
    assert len(found) == 1
    another_person = another()
    another_person.sign_in("ping")
    another_person.post(f"{page}/sessions", page, session=found[0])
    assert elsewhere.get(page).status_code == 200
    here.post(f"{page}/sessions", page, session=found[0])
    assert elsewhere.get(page).status_code == 303
    assert here.post(f"{page}/sessions", page).location == "/connexion?fait=au-revoir"
    assert here.get(page).status_code == 303


def invite(browser: Browser, mail: str = "zoe@pole.example", **values: object) -> str:
    values = {"poles": "ping", "why": "new editor"} | values
    answer = browser.post(f"{ACCOUNTS}/invitations", ACCOUNTS, mail=mail, **values)
    assert answer.status_code == 200, answer.text
    return given(answer.text)


CHOICE = {
    "login": "zoe", "name": "Zoé du pôle", "password": NEW_PASSWORD, "again": NEW_PASSWORD
}  # fmt: skip


def test_who_is_invited_makes_an_account_once(another: Callable[[], Browser], node: Node) -> None:
    operator, guest = another(), another()
    operator.sign_in("operatrice")
    link = invite(operator)
    assert "zoe@pole.example" in operator.get(ACCOUNTS).text
    assert link not in operator.get(ACCOUNTS).text
    answer = guest.post(link, link, **CHOICE)
    signing_in = "/connexion?fait=compte&suite=/espace/pole/ping"
    assert (answer.status_code, answer.location) == (303, signing_in)
    assert guest.sign_in("zoe", NEW_PASSWORD).location == "/espace"
    assert guest.get("/espace/pole/ping").status_code == 200
    assert guest.get("/espace/pole/zinc").status_code == 403
    assert another().get(link).status_code == 404
    number = account_of(node, "zoe").number
    assert acts(node, "zoe") == [("role.given", number), ("account.made", number)]
    assert node.ledger.acts()[2].by == account_of(node, "operatrice").number


def test_names_and_addresses_stay_out_of_the_ledger(
    another: Callable[[], Browser], node: Node
) -> None:
    operator = another()
    operator.sign_in("operatrice")
    link = invite(operator)
    another().post(link, link, **CHOICE)
    held = b"".join(file.read_bytes() for file in node.config.data.glob("ledger.sqlite*"))
    assert account_of(node, "zoe").number.encode() in held
    for personal in (b"zoe", b"Zo\xc3\xa9", b"pole.example/", b"operatrice"):
        assert personal not in held


def test_a_link_is_good_for_seven_days(another: Callable[[], Browser], passing: Passing) -> None:
    operator, guest = another(), another()
    operator.sign_in("operatrice")
    link = invite(operator)
    passing(timedelta(days=7))
    assert guest.get(link).status_code == 200
    passing(timedelta(seconds=1))
    assert guest.get(link).status_code == 404
    assert guest.post(link, "/connexion", **CHOICE).status_code == 404


def test_an_invitation_is_withdrawn(another: Callable[[], Browser]) -> None:
    operator = another()
    operator.sign_in("operatrice")
    link = invite(operator)
    found = re.search(r'action="(/administration/comptes/invitations/\w+/retirer)"',
                      operator.get(ACCOUNTS).text)  # fmt: skip
    assert found
    assert operator.post(found[1], ACCOUNTS).status_code == 303
    assert another().get(link).status_code == 404
    assert operator.post(found[1], ACCOUNTS).status_code == 404


@pytest.mark.parametrize("token", ["A" * 43, "a", "..", "%00", "A" * 5_000, "é"])
@pytest.mark.parametrize("page", ["invitation", "recuperation"])
def test_a_guessed_link_opens_nothing(browser: Browser, page: str, token: str) -> None:
    assert browser.get(f"/{page}/{token}").status_code == 404
    answer = browser.post(f"/{page}/{token}", "/connexion", **CHOICE)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"login": "zinc"}, "est pris"),
        ({"login": "Zo é"}, "lettres minuscules"),
        ({"login": "zoe\r\nX-A: b"}, "lettres minuscules"),
        ({"name": "x" * 81}, "caractères"),
        ({"name": "a\x00b"}, "caractères"),
        ({"password": "zoe.zoe.zoe.", "again": "zoe.zoe.zoe."}, "parmi les premiers"),
    ],
)
def test_what_a_guest_chooses_is_checked_and_the_link_stays(
    another: Callable[[], Browser], changes: dict[str, str], said: str
) -> None:
    operator, guest = another(), another()
    operator.sign_in("operatrice")
    link = invite(operator)
    answer = guest.post(link, link, **CHOICE | changes)
    assert answer.status_code == 422
    assert said in plain(answer.text)
    assert guest.post(link, link, **CHOICE).status_code == 303


@pytest.mark.parametrize(
    "mail",
    ["a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "a", "@b", "é@b.example",
     "a@b..example", "<a@b.example>", "a@b.example\x00"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(browser: Browser, mail: str) -> None:
    browser.sign_in("operatrice")
    answer = browser.post(f"{ACCOUNTS}/invitations", ACCOUNTS, mail=mail, poles="ping", why="test")
    assert answer.status_code == 422
    assert "given" not in answer.text


def test_a_pole_that_is_none_is_refused(browser: Browser, node: Node) -> None:
    browser.sign_in("operatrice")
    number = account_of(node, "ping").number
    page = f"{ACCOUNTS}/{number}"
    answer = browser.post(f"{page}/roles", page, poles="../zinc", why="test")
    assert answer.status_code == 422
    assert account_of(node, "ping").roles.poles == {"ping"}


def test_an_operator_gives_a_link_that_sets_a_password_once(
    another: Callable[[], Browser], node: Node
) -> None:
    operator, owner = another(), another()
    operator.sign_in("operatrice")
    owner.sign_in("ping")
    page = f"{ACCOUNTS}/{account_of(node, 'ping').number}"
    first = given(operator.post(f"{page}/lien", page, why="forgotten").text)
    link = given(operator.post(f"{page}/lien", page, why="forgotten").text)
    assert owner.get(first).status_code == 404  # the second replaced it
    choice = {"password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert owner.post(link, link, **choice).location == "/connexion?fait=mot-de-passe"
    assert owner.get("/espace").status_code == 303
    assert owner.get(link).status_code == 404
    assert owner.sign_in("ping").status_code == 422
    assert owner.sign_in("ping", NEW_PASSWORD).status_code == 303


def test_the_last_operator_stays(browser: Browser, node: Node) -> None:
    browser.sign_in("operatrice")
    page = f"{ACCOUNTS}/{account_of(node, 'operatrice').number}"
    for path, values in (("etat", {}), ("roles", {"poles": "zinc"})):
        answer = browser.post(f"{page}/{path}", page, why="test", **values)
        assert answer.status_code == 422
        assert "dernier opérateur" in plain(answer.text)
    assert account_of(node, "operatrice").roles.is_operator


def test_an_account_is_disabled_and_enabled_with_its_reason(browser: Browser, node: Node) -> None:
    browser.sign_in("operatrice")
    page = f"{ACCOUNTS}/{account_of(node, 'ping').number}"
    assert browser.post(f"{page}/etat", page, why="").status_code == 422
    assert browser.post(f"{page}/etat", page, why="left the pole").status_code == 303
    assert account_of(node, "ping").disabled
    assert "left the pole" in browser.get(page).text
    assert browser.post(f"{page}/etat", page, why="is back").status_code == 303
    assert not account_of(node, "ping").disabled
    me = account_of(node, "operatrice").number
    assert acts(node, "ping")[:2] == [("account.enabled", me), ("account.disabled", me)]


@pytest.mark.parametrize(
    ("idle", "steps", "is_in"),
    [
        (timedelta(hours=2), 1, True),
        (timedelta(hours=2, seconds=1), 1, False),
        (timedelta(hours=1), 12, True),
        (timedelta(hours=1), 13, False),
        (timedelta(hours=-1), 1, False),
    ],
)
def test_a_session_ends_by_itself(
    browser: Browser, passing: Passing, idle: timedelta, steps: int, is_in: bool
) -> None:
    browser.sign_in("zinc")
    for _ in range(steps):
        passing(idle)
        code = browser.get("/espace").status_code
    assert (code == 200) is is_in


def test_an_id_is_replaced_and_the_old_one_soon_dead(
    another: Callable[[], Browser], passing: Passing
) -> None:
    browser, late = another(), another()
    browser.sign_in("zinc")
    old = late.cookie = browser.cookie
    passing(timedelta(minutes=16))
    browser.get("/espace")
    assert browser.cookie != old
    passing(timedelta(seconds=9))
    assert late.get("/espace").status_code == 200
    assert late.cookie == old  # a request under way, which gets no id of its own
    passing(timedelta(seconds=2))
    late.cookie = old
    assert late.get("/espace").status_code == 303
    assert browser.get("/espace").status_code == 303  # somebody else has one of the two


def test_failed_sign_ins_are_counted_and_not_named(
    browser: Browser, node: Node, passing: Passing
) -> None:
    for login in ("zinc", "nobody"):
        browser.sign_in(login, "wrong one")
    passing(timedelta(hours=1))
    browser.sign_in("zinc", "wrong one")
    (act, *_) = node.ledger.acts()
    assert (act.what, act.by, act.about) == ("sign-in.failed", "nobody", "")
    assert act.why == "2 in the hour 2026-03-04T11 UTC"


def test_on_loopback_the_cookie_has_a_plain_name(node: Node) -> None:
    from dataclasses import replace

    config = replace(node.config, base_url="http://127.0.0.1:8000/")
    assert NodeSessions(node.accounts, config).cookie == "maillage-session"


Sent = list[tuple[str, str, str]]


@pytest.fixture
def sent(node: Node, monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What a node that sends mail has sent: to whom, subject, text."""
    from dataclasses import replace

    node.config = replace(node.config, mail_host="localhost", mail_sender="a@b.example")
    found: Sent = []

    def send(_settings: object, to: str, subject: str, text: str) -> None:
        found.append((to, subject, text))

    for module in (inviting, recovery):
        monkeypatch.setattr(module, "send", send)
    assert mailing.send is not send
    return found


def test_an_invitation_goes_by_mail_and_is_not_shown(browser: Browser, sent: Sent) -> None:
    browser.sign_in("operatrice")
    answer = browser.post(
        f"{ACCOUNTS}/invitations", ACCOUNTS, mail="zoe@pole.example", poles="ping", why="test"
    )
    ((to, subject, text),) = sent
    assert (to, subject) == ("zoe@pole.example", "Invitation à Maillage")
    assert f"{SITE}/invitation/" in text
    assert "/invitation/" not in answer.text


def test_a_link_asked_for_goes_to_the_owner_alone(
    another: Callable[[], Browser], app: Flask, node: Node, sent: Sent
) -> None:
    from registry.accounts.types import Roles

    node.accounts.add("zoe", "Zoé", "zoe@pole.example", Roles(), PASSWORD, COMMAND, "test")
    pages = []
    for login in ("zoe", "nobody", "zinc", "partie"):
        answer = another().post("/recuperation", "/recuperation", login=login)
        pages.append((answer.status_code, answer.text))
    app.extensions[recovery.SENDING].shutdown(wait=True)
    assert len(set(pages)) == 1
    ((to, _, text),) = sent
    assert to == "zoe@pole.example"
    found = re.search(rf"{SITE}(/recuperation/\S+)", text)
    assert found
    choice = {"password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert another().post(found[1], found[1], **choice).status_code == 303
    assert another().sign_in("zoe", NEW_PASSWORD).status_code == 303


def test_without_mail_no_link_can_be_asked_for(browser: Browser) -> None:
    assert "<form" not in browser.get("/recuperation").text
    assert browser.post("/recuperation", "/connexion", login="zinc").status_code == 404
