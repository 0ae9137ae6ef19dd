"""What the log of a node tells of signing in and of refusals, and what it never tells."""

import re
from collections.abc import Callable

import pytest

from registry.node import Node
from tests.registry.web.accounts.conftest import PASSWORD, Browser, account_of

LOGGER = "maillage.security"


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    caplog.set_level("DEBUG", LOGGER)

    def lines() -> list[str]:
        found = [one.getMessage() for one in caplog.records if one.name == LOGGER]
        caplog.clear()
        return found

    return lines


def test_signing_in_and_out_is_told_by_number(
    browser: Browser, node: Node, said: Callable[[], list[str]]
) -> None:
    number = account_of(node, "zinc").number
    browser.sign_in("zinc", "wrong, as it happens")
    browser.sign_in("zinc")
    browser.post("/deconnexion", "/espace")
    failed, opened, closed = said()
    assert failed.startswith("sign-in refused: account -, from ")
    assert opened.startswith(f"signed in: account {number}, from ")
    assert closed.startswith(f"signed out: account {number}, from ")
    assert all("POST '/" in line for line in (failed, opened, closed))
    for secret in ("zinc", PASSWORD, "wrong, as", browser.address):
        assert secret not in failed + opened + closed


def test_what_is_refused_is_told_with_its_reason(
    browser: Browser, another: Callable[[], Browser], said: Callable[[], list[str]]
) -> None:
    browser.sign_in("ping")
    said()
    browser.get("/espace/pole/zinc")
    browser.send("/espace/compte/mot-de-passe", {})
    browser.headers = {"Sec-Fetch-Site": "cross-site"}
    browser.send("/espace/compte/mot-de-passe", {})
    another().send("/administration/comptes/invitations", {})
    another().get("/invitation/" + "A" * 43)
    words = [line.partition(": account")[0] for line in said()]
    assert words == [
        "refused, another role", "refused, a form without its token",
        "refused, sent by another site", "refused, a form without its token",
        "refused, a link that opens nothing",
    ]  # fmt: skip


def test_an_asker_is_told_from_others_and_not_named(
    another: Callable[[], Browser], said: Callable[[], list[str]]
) -> None:
    marks = []
    for address in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
        browser = another()
        browser.address = address
        browser.sign_in("nobody", "x")
        (line,) = said()
        assert "nobody" not in line
        found = re.search(r"from ([0-9a-f]{12}),", line)
        assert found
        marks.append(found[1])
    assert marks[0] == marks[1] != marks[2]


def test_no_line_holds_a_token_or_begins_another(
    browser: Browser, said: Callable[[], list[str]]
) -> None:
    token = "B" * 43
    browser.get(f"/invitation/{token}")
    browser.get("/invitation/x%0d%0a2026-01-01%20forged")
    lines = said()
    assert token not in "".join(lines)
    assert all("\n" not in line and "\r" not in line for line in lines)


def test_too_many_tries_are_told(browser: Browser, said: Callable[[], list[str]]) -> None:
    for _ in range(6):
        browser.sign_in("zinc", "wrong")
    assert [line for line in said() if line.startswith("refused, too many tries")]
