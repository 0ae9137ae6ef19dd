"""A node where people sign in: an operator, editors of two poles, one account that is disabled."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from re import search

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.test import TestResponse

from registry.accounts import store
from registry.accounts.database import Database
from registry.accounts.passwords import Passwords
from registry.accounts.secret import make_secret
from registry.accounts.store import Accounts
from registry.accounts.types import Account, Roles
from registry.ledger.acts import COMMAND
from registry.node import Node
from registry.settings.config import Config
from registry.web.app import create_app
from registry.web.site import clock
from tests.registry.identity.small_provider import SmallProvider, small_provider
from tests.registry.web.network_of_tests import add_source

SITE = "https://maillage.example"
PASSWORD, NEW_PASSWORD = "trombone cyan 84 lune", "fenouil ardoise 17 quai"
COOKIE = "__Host-maillage"
PEOPLE = {
    "operatrice": Roles(is_operator=True),
    "zinc": Roles(poles=frozenset({"zinc"})),
    "ping": Roles(poles=frozenset({"ping"})),
    "partie": Roles(is_operator=True, poles=frozenset({"zinc"})),
}
"""Login -> roles; ``partie`` is disabled."""


@dataclass
class Browser:
    """Somebody's browser at the site: keeps cookies, fills in forms."""

    client: FlaskClient
    headers: dict[str, str] = field(default_factory=lambda: {"Sec-Fetch-Site": "same-origin"})
    address: str = "192.0.2.1"

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, base_url=SITE, environ_base={"REMOTE_ADDR": self.address})

    def token(self, page: str) -> str:
        found = search(r'name="csrf_token" value="([^"]+)"', self.get(page).text)
        assert found, page
        return found[1]

    def post(self, path: str, page: str, **values: object) -> TestResponse:
        """Send the form of a page."""
        return self.send(path, {"csrf_token": self.token(page)} | values)

    def send(self, path: str, values: Mapping[str, object]) -> TestResponse:
        return self.client.post(
            path,
            data=values,
            base_url=SITE,
            headers=self.headers,
            environ_base={"REMOTE_ADDR": self.address},
        )

    def sign_in(self, login: str, password: str = PASSWORD, **more: object) -> TestResponse:
        return self.post("/connexion", "/connexion", login=login, password=password, **more)

    @property
    def cookie(self) -> str:
        found = self.client.get_cookie(COOKIE, "maillage.example")
        return found.value if found else ""

    @cookie.setter
    def cookie(self, value: str) -> None:
        self.client.set_cookie(COOKIE, value, domain="maillage.example")


class CheapPasswords(Passwords):
    """The same with the least cost that argon2 takes."""

    def __init__(self) -> None:
        super().__init__(8, 1)


class CodeInMemory(BytecodeCache):
    """Templates compiled once for all applications of the tests."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_CODE = CodeInMemory()


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "Passwords", CheapPasswords)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder that every test gets a copy of."""
    made = tmp_path_factory.mktemp("accounts")
    config = Config(data=made, base_url=f"{SITE}/", accounts_enabled=True)
    make_secret(config)
    with Node.open(config) as node:
        for slug in ("zinc", "ping"):
            add_source(node, slug, f"https://{slug}.example/id/")
        database = Database.open(config, create=True)
        with closing(Accounts(database, node.ledger, CheapPasswords())) as accounts:
            for login, roles in PEOPLE.items():
                added = accounts.add(login, login.title(), "", roles, PASSWORD, COMMAND, "test")
                if login == "partie":
                    accounts.set_disabled(added.number, disabled=True, by=COMMAND, why="left")
    return made


@pytest.fixture
def node(
    tmp_path: Path, folder: Path, cheap_passwords: None, stopped_clock: datetime
) -> Iterator[Node]:
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    with Node.open(Config(data=tmp_path, base_url=f"{SITE}/", accounts_enabled=True)) as opened:
        yield opened


@pytest.fixture
def app(node: Node) -> Flask:
    made = create_app(node)
    made.testing = True
    made.jinja_env.bytecode_cache = _CODE
    return made


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app.test_client())


@pytest.fixture
def another(app: Flask) -> Callable[[], Browser]:
    return lambda: Browser(app.test_client())


def account_of(node: Node, login: str) -> Account:
    found = node.accounts.by_login(login)
    assert found
    return found


@pytest.fixture
def provider() -> Iterator[SmallProvider]:
    """A provider whose clock is that of the node."""
    with small_provider(now=lambda: clock.now().timestamp()) as running:
        yield running
