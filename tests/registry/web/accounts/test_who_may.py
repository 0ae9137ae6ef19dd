"""Every route declares who may use it; public pages know nobody."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask, Request
from werkzeug.routing import Rule

from registry.accounts.types import Access, Account, Actor, Roles, is_allowed
from registry.ledger.acts import COMMAND
from registry.node import Node
from registry.settings.config import Config
from registry.web.access.declared import declared
from registry.web.accounts.install import BLUEPRINTS
from registry.web.app import _BLUEPRINTS, create_app
from tests.registry.web.accounts.conftest import COOKIE, SITE, Browser, account_of
from tests.registry.web.network_of_tests import plain
from vocab.errors import UsageError

VALUES = {"slug": "zinc", "token": "A" * 43, "number": "0" * 16, "path": "place/1", "code": "13"}


def routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "DELETE", "PATCH"}):
            yield rule, method


def address(app: Flask, rule: Rule) -> str:
    values = {name: VALUES.get(name, "1") for name in rule.arguments}
    with app.test_request_context(base_url=SITE):
        built = app.url_map.bind("maillage.example").build(
            rule.endpoint, values, force_external=False
        )
    return str(built)


def test_every_route_declares_who_may_use_it(app: Flask) -> None:
    found = declared(app, _BLUEPRINTS)
    assert set(found) == {rule.endpoint for rule in app.url_map.iter_rules()}
    ours = {blueprint.name for blueprint in BLUEPRINTS}
    for endpoint, who in found.items():
        assert (who is Access.PUBLIC) is (endpoint.partition(".")[0] not in ours), endpoint
    assert set(found.values()) == set(Access)


@pytest.mark.parametrize(
    ("address", "methods"), [("/new", ["GET"]), ("/lieux/new", ["POST"])], ids=["new", "writing"]
)
def test_a_route_that_declares_nothing_is_refused(
    app: Flask, address: str, methods: list[str]
) -> None:
    app.add_url_rule(address, "places.new", lambda: "", methods=methods)
    public = [] if methods == ["GET"] else _BLUEPRINTS
    with pytest.raises(UsageError, match="does not declare who may use it"):
        declared(app, public)


def test_an_editors_route_names_a_pole(app: Flask) -> None:
    def view() -> str:
        return ""

    view.maillage_access = Access.EDITOR  # type: ignore[attr-defined]
    app.add_url_rule("/new", "new", view)
    with pytest.raises(UsageError, match="/new"):
        declared(app, _BLUEPRINTS)


def begin(node: Node, browser: Browser, login: str) -> None:
    """Give a browser a session of an account, be it disabled."""
    from registry.web.site import clock

    number = account_of(node, login).number
    browser.cookie = "s." + node.accounts.sessions.begin(number, "", clock.now().timestamp())


def token_of(app: Flask, browser: Browser) -> str:
    from flask_wtf.csrf import generate_csrf

    if not browser.cookie:
        browser.get("/connexion")
    with app.test_request_context(
        "/connexion", base_url=SITE, headers={"Cookie": f"{COOKIE}={browser.cookie}"}
    ):
        return str(generate_csrf())


def test_public_pages_neither_read_nor_set_a_cookie(
    app: Flask, another: Callable[[], Browser], node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    class Watched(Request):
        @property
        def cookies(self) -> dict[str, str]:  # type: ignore[override]
            read.append(self.path)
            return {}

    monkeypatch.setattr(app, "request_class", Watched)
    found, asked = declared(app, _BLUEPRINTS), 0
    for rule, method in routes(app):
        if found[rule.endpoint] is not Access.PUBLIC:
            continue
        asked += 1
        browser = another()
        begin(node, browser, "operatrice")
        for prefix in ("", "/en"):
            path = prefix + address(app, rule)
            answer = browser.client.open(path, method=method, base_url=SITE)
            assert "Set-Cookie" not in answer.headers, path
            assert "cookie" not in answer.headers.get("Vary", "").lower(), path
            answer.close()
    assert asked > 40
    assert read == []


def test_public_pages_are_the_same_for_everybody(
    another: Callable[[], Browser], node: Node
) -> None:
    signed_in = another()
    begin(node, signed_in, "zinc")
    for path in ("/", "/lieux", "/reseau", "/pole/zinc", "/en/donnees"):
        assert signed_in.get(path).data == another().get(path).data, path


def test_without_accounts_none_of_it_exists(tmp_path: Path) -> None:
    with Node.open(Config(data=tmp_path, base_url=f"{SITE}/")) as node:
        client = create_app(node).test_client()
        for path in ("/connexion", "/espace", "/espace/compte", "/administration/comptes"):
            assert client.get(path).status_code == 404, path
        answer = client.get("/")
        assert "Set-Cookie" not in answer.headers
        assert "/espace" not in answer.text
        assert not list(tmp_path.glob("accounts*"))


def test_the_menu_leads_there(browser: Browser) -> None:
    assert 'class="framed" href="/espace"' in browser.get("/").text


def test_a_role_that_was_taken_closes_its_pages_at_once(browser: Browser, node: Node) -> None:
    browser.sign_in("zinc")
    assert browser.get("/espace/pole/zinc").status_code == 200
    before = browser.cookie
    node.accounts.set_roles(account_of(node, "zinc").number, Roles(), COMMAND, "test")
    refused = browser.get("/espace/pole/zinc")
    assert refused.status_code == 403
    assert "n'ouvre pas cette page" in plain(refused.text)
    assert browser.cookie != before


def test_a_disabled_account_is_out_at_once(browser: Browser, node: Node) -> None:
    browser.sign_in("zinc")
    number = account_of(node, "zinc").number
    node.accounts.set_disabled(number, disabled=True, by=COMMAND, why="test")
    assert browser.get("/espace").status_code == 303
    assert browser.sign_in("zinc").status_code == 422


@pytest.mark.parametrize("access", list(Access))
def test_a_disabled_actor_has_no_role(access: Access) -> None:
    roles = Roles(is_operator=True, poles=frozenset({"zinc"}))
    actor = Actor(Account("1", "a", "A", "", roles, 1.0, disabled=2.0), "s")
    assert is_allowed(access, actor, "zinc") is (access in {Access.PUBLIC, Access.ENTRY})


def test_an_operator_does_not_speak_for_a_pole(browser: Browser) -> None:
    browser.sign_in("operatrice")
    assert browser.get("/espace/pole/zinc").status_code == 403
    assert browser.get("/administration/comptes").status_code == 200
