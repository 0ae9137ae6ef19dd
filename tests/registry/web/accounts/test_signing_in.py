"""Signing in and out, who is who, and what a browser keeps of it."""

from collections.abc import Callable

import pytest

from registry.node import Node
from tests.registry.web.accounts.conftest import COOKIE, PASSWORD, SITE, Browser
from tests.registry.web.network_of_tests import plain


def test_one_signs_in_is_named_and_signs_out(browser: Browser) -> None:
    answer = browser.sign_in("zinc")
    assert (answer.status_code, answer.location) == (303, "/espace")
    page = plain(browser.get("/espace").text)
    assert "Bonjour, Zinc" in page
    assert "/pole/zinc" in page
    assert "Hello, Zinc" in browser.get("/en/espace").text
    out = browser.post("/deconnexion", "/espace")
    assert (out.status_code, out.location) == (303, "/connexion?fait=au-revoir")
    assert out.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert browser.get("/espace").location == "/connexion?suite=/espace"


def test_the_cookie_is_of_this_host_and_out_of_reach(browser: Browser) -> None:
    cookie = browser.sign_in("zinc").headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=s.")
    parts = {part.strip() for part in cookie.split(";")[1:]}
    assert parts == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


@pytest.mark.parametrize("page", ["/connexion", "/espace", "/en/espace/compte", "/recuperation"])
def test_nothing_of_it_is_kept_by_a_cache(browser: Browser, page: str) -> None:
    browser.sign_in("zinc")
    answer = browser.get(page)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


def test_the_id_is_another_after_signing_in(browser: Browser) -> None:
    browser.get("/connexion")
    before = browser.cookie
    browser.sign_in("zinc")
    first = browser.cookie
    assert before.startswith("p.")
    assert first.startswith("s.")
    assert before[2:] not in first


@pytest.mark.parametrize("planted", ["s." + "A" * 43, "p." + "A" * 43, "", "s.", "x" * 3_000])
def test_a_planted_cookie_opens_nothing(browser: Browser, planted: str) -> None:
    browser.cookie = planted
    assert browser.get("/espace").status_code == 303
    browser.sign_in("zinc")
    assert browser.cookie != planted
    assert browser.cookie.startswith("s.")


@pytest.mark.parametrize(
    ("login", "password"),
    [("zinc", "wrong"), ("nobody", PASSWORD), ("partie", PASSWORD), ("zinc", PASSWORD * 20)],
)
def test_whatever_is_wrong_is_said_in_the_same_words(
    another: Callable[[], Browser], login: str, password: str
) -> None:
    known = another().sign_in("ping", "another wrong one")
    answer = another().sign_in(login, password)
    assert answer.status_code == known.status_code == 422
    assert "ne vont pas ensemble" in plain(answer.text)

    def words(page: str) -> list[str]:
        lines = page.replace(f'value="{login}"', 'value=""').replace('value="ping"', 'value=""')
        return [line for line in lines.splitlines() if "csrf_token" not in line]

    assert words(answer.text) == words(known.text)


@pytest.mark.parametrize(
    ("where", "led"),
    [
        ("/espace/compte", "/espace/compte"),
        ("/en/espace", "/en/espace"),
        ("/lieux?q=a", "/lieux?q=a"),
        ("//evil.example/", "/espace"),
        ("/\\evil.example", "/espace"),
        ("https://evil.example/", "/espace"),
        ("javascript:alert(1)", "/espace"),
        ("/\t/evil.example", "/espace"),
        ("///evil.example", "/espace"),
        ("espace", "/espace"),
        ("http:evil", "/espace"),
        ("//[", "/espace"),
        ("/a" * 2_000, "/espace"),
    ],
)
def test_one_is_led_to_pages_of_this_site_only(browser: Browser, where: str, led: str) -> None:
    assert browser.sign_in("zinc", suite=where).location == led


def test_who_is_signed_in_needs_no_form(browser: Browser) -> None:
    browser.sign_in("zinc")
    assert browser.get("/connexion").location == "/espace"
    assert browser.get("/connexion?suite=//evil.example").location == "/espace"


def test_a_forged_host_changes_no_link(browser: Browser, node: Node) -> None:
    browser.sign_in("operatrice")
    token = browser.token("/administration/comptes")
    answer = browser.client.post(
        "/administration/comptes/invitations",
        data={"csrf_token": token, "mail": "a@b.example", "is_operator": "y", "why": "test"},
        base_url=SITE,
        headers={"Sec-Fetch-Site": "same-origin", "X-Forwarded-Host": "evil.example"},
    )
    assert f"{SITE}/invitation/" in answer.text
    assert "evil.example" not in answer.text


def test_sign_ins_at_the_same_time_have_sessions_of_their_own(
    another: Callable[[], Browser],
) -> None:
    one, two = another(), another()
    one.sign_in("zinc")
    two.sign_in("zinc")
    assert one.cookie != two.cookie
    one.post("/deconnexion", "/espace")
    assert one.get("/espace").status_code == 303
    assert two.get("/espace").status_code == 200
