"""Accounts of a node that runs: several processes know one session, and count tries together."""

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from registry.accounts.passwords import Passwords
from registry.accounts.secret import make_secret
from registry.accounts.store import Accounts
from registry.accounts.types import Roles
from registry.ledger.acts import COMMAND
from registry.node import Node
from registry.settings.config import Config
from tests.maillage.test_serving import Served

pytestmark = pytest.mark.slow
PASSWORD = "trombone cyan 84 lune"  # noqa: S105  of tests


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    settings = tmp_path / "maillage.toml"
    settings.write_text("[accounts]\nenabled = true\n", encoding="utf-8")
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    config = Config(data=data, accounts_enabled=True)
    make_secret(config)
    with Node.open(config) as node:
        accounts = Accounts.open(config, node.ledger, create=True)
        accounts = Accounts(accounts.database, node.ledger, Passwords(8, 1))
        accounts.add("zoe", "Zoé", "", Roles(is_operator=True), PASSWORD, COMMAND, "test")
        accounts.close()
    options = ("--processes", "2", "--no-harvest", "--no-publish")
    running = Served(data, *options, config=settings)
    yield running
    assert running.end(signal.SIGTERM) == 128 + signal.SIGTERM


def token(session: requests.Session, url: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', session.get(url, timeout=30).text)
    assert found
    return found[1]


def test_processes_share_sessions_and_count_tries_together(served: Served) -> None:
    url = f"{served.url}/connexion"
    with requests.Session() as browser:
        form = {"login": "zoe", "password": PASSWORD, "csrf_token": token(browser, url)}
        headers = {"Sec-Fetch-Site": "same-origin", "Connection": "close"}
        answer = browser.post(url, form, headers=headers, timeout=30, allow_redirects=False)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/espace")
        assert answer.headers["Set-Cookie"].startswith("maillage-session=s.")
        for _ in range(8):  # whichever process takes the connection
            shown = browser.get(f"{served.url}/espace", headers=headers, timeout=30)
            assert "Zoé" in shown.text
    assert requests.get(served.url, timeout=30).headers.get("Set-Cookie") is None
    codes = []
    for _ in range(8):
        with requests.Session() as stranger:
            form = {"login": "zoe", "password": "wrong", "csrf_token": token(stranger, url)}
            codes.append(stranger.post(url, form, headers=headers, timeout=30).status_code)
    assert codes == [422] * 5 + [429] * 3
