"""Every route × every method × every kind of visitor, made from the routing table.

The pole of the addresses is one that its editor really writes here, so that what is open is a page.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from registry.accounts.sessions import IDLE_S, LONGEST_S
from registry.accounts.types import Access, Roles
from registry.ledger.acts import COMMAND
from registry.node import Node
from registry.web.access.declared import declared
from registry.web.app import _BLUEPRINTS
from registry.web.site import clock
from tests.registry.web.accounts.conftest import SITE, Browser, account_of
from tests.registry.web.accounts.pole_of_editors import SLUG, iri, made_app
from tests.registry.web.accounts.test_correction_desk import proposed
from tests.registry.web.accounts.test_who_may import token_of
from tests.registry.web.accounts.verified_accounts import PAGE

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "X")
ROLES = {
    "editor": Roles(poles=frozenset({SLUG})),
    "editor of another": Roles(poles=frozenset({"zinc"})),
    "operator": Roles(is_operator=True),
    "nothing": Roles(),
}
OVER = ("idle", "old", "signed out", "disabled", "forged", "unsigned")
KINDS = (*ROLES, "anonymous", *OVER)


@pytest.fixture
def app(node: Node) -> Flask:
    return made_app(node)


@pytest.fixture
def number(node: Node) -> str:
    """A correction of another pole, which no address of this one opens."""
    return proposed(node)


def addresses(app: Flask, node: Node, number: str) -> Iterator[tuple[str, frozenset[str], Access]]:
    """Each route as an address, with the methods that it declares and who may use it."""
    values: dict[str, object] = {
        "slug": SLUG, "local": "lilas", "token": "A" * 43, "number": number, "path": "place/lilas",
        "harvest_id": 1, "code": "MED-P008", "name": "1", "zoom": 1, "column": 0, "row": 0,
        "suffix": "ttl",
    }  # fmt: skip
    found = declared(app, _BLUEPRINTS)
    with app.test_request_context(base_url=SITE):
        adapter = app.url_map.bind("maillage.example")
    for rule in app.url_map.iter_rules():
        own = {name: values.get(name, 1) for name in rule.arguments}
        if rule.endpoint == "discovery.sitemap":
            own["number"] = 1
        path = adapter.build(rule.endpoint, own, force_external=False)
        yield str(path), frozenset(rule.methods or ()), found[rule.endpoint]


def visit(app: Flask, node: Node, kind: str) -> Browser:
    """Somebody's browser, signed in as a kind of visitor, or with a session that is over."""
    browser = Browser(app.test_client())
    if kind == "anonymous":
        return browser
    if kind == "forged":
        browser.cookie = "s." + "A" * 43
        return browser
    if kind == "unsigned":
        browser.cookie = "p." + "A" * 43
        return browser
    account = account_of(node, "zinc").number
    roles = ROLES.get(kind, Roles(is_operator=True, poles=frozenset({SLUG})))
    node.accounts.set_roles(account, roles, COMMAND, "test")
    ago = {"idle": IDLE_S + 60, "old": LONGEST_S + 60}.get(kind, 0.0)
    then = clock.now() - timedelta(seconds=ago)
    browser.cookie = "s." + node.accounts.sessions.begin(account, "", then.timestamp())
    if kind == "signed out":
        kept = browser.cookie
        browser.post("/deconnexion", "/espace")
        browser.cookie = kept
    if kind == "disabled":
        node.accounts.set_disabled(account, disabled=True, by=COMMAND, why="test")
    return browser


def is_open_to(who: Access, kind: str) -> bool:
    return {
        Access.SIGNED_IN: kind in ROLES,
        Access.SETTING_UP: kind in ROLES,
        Access.EDITOR: kind == "editor",
        Access.OPERATOR: kind == "operator",
    }.get(who, True)


@pytest.mark.parametrize("kind", KINDS)
def test_every_route_and_method_for_every_kind_of_visitor(
    app: Flask, node: Node, number: str, kind: str
) -> None:
    asked = shown = 0
    for path, methods, who in addresses(app, node, number):
        if who in (Access.PUBLIC, Access.ENTRY):
            continue
        browser = visit(app, node, kind)
        acts = node.ledger.acts()
        token = token_of(app, browser) if kind in ROLES or kind == "anonymous" else ""
        for method in sorted(methods & {"GET", "POST"}):
            asked += 1
            if method == "GET":
                answer = browser.get(path)
            else:
                answer = browser.send(path, {"csrf_token": token})
            open_codes = {200, 400, 404, 409, 422}
            to = answer.location or ""
            led_on = to.startswith("/espace") or to == "/connexion?fait=au-revoir"
            is_open = answer.status_code in open_codes or led_on
            assert is_open is is_open_to(who, kind), (path, method, answer.status_code)
            if not is_open:
                is_refused = answer.status_code == 403 or to.partition("?")[0] == "/connexion"
                assert is_refused, (path, method)
            assert answer.headers["Cache-Control"] == "no-store", path
            shown += answer.status_code == 200
            if kind not in ROLES:
                assert node.ledger.acts() == acts, path
    assert asked > 40
    assert shown >= {"editor": 12, "operator": 4}.get(kind, 0)


@pytest.mark.parametrize(
    ("whom", "kind", "is_led"),
    [
        ("everyone", "editor", True),
        ("everyone", "operator", True),
        ("operators", "operator", True),
        ("operators", "editor", False),
        ("optional", "operator", False),
    ],
)
def test_who_must_set_up_a_second_factor_can_do_nothing_else(
    node: Node, number: str, whom: str, kind: str, is_led: bool
) -> None:
    node.config = replace(node.config, accounts_second_factor=whom)
    app = made_app(node)
    asked = 0
    for path, methods, who in addresses(app, node, number):
        if who in (Access.PUBLIC, Access.ENTRY):
            continue
        browser = visit(app, node, kind)
        acts, token = node.ledger.acts(), token_of(app, browser)
        for method in sorted(methods & {"GET", "POST"}):
            asked += 1
            sent = {"csrf_token": token}
            answer = browser.get(path) if method == "GET" else browser.send(path, sent)
            to_page = (answer.status_code, answer.location) == (303, PAGE)
            assert to_page is (is_led and who is not Access.SETTING_UP), (path, method)
            assert answer.headers["Cache-Control"] == "no-store", path
            if to_page:
                assert node.ledger.acts() == acts, path
    assert asked > 40


@pytest.mark.parametrize("kind", ["anonymous", "editor", "operator"])
def test_a_method_that_a_route_does_not_declare_is_refused(
    app: Flask, node: Node, number: str, kind: str
) -> None:
    """TRACE among them: what a browser sent never comes back (RFC 9110, section 9.3.8)."""
    browser = visit(app, node, kind)
    taken = {path: set(methods) for path, methods, _ in addresses(app, node, number)}
    for path, methods, _who in addresses(app, node, number):
        taken[path] |= methods
    for path, known in taken.items():
        for method in set(METHODS) - known:
            headers = {"Sec-Fetch-Site": "same-origin", "X-Secret": "mirrored"}
            answer = browser.client.open(path, method=method, base_url=SITE, headers=headers)
            is_led = str(answer.location).startswith("/connexion")  # another route's GET
            assert is_led or answer.status_code in {403, 404, 405}, (path, method)
            assert "mirrored" not in answer.text
            answer.close()


def test_another_pole_is_not_reached_through_ones_own(
    app: Flask, node: Node, number: str, another: Callable[[], Browser]
) -> None:
    """An editor names what is another pole's, under an address of his own."""
    browser = visit(app, node, "editor")
    before = node.ledger.head(), node.tickets.of_pole("zinc", number, clock.now().timestamp())
    harvest = node.ledger.harvests("zinc")[0].id
    theirs = next(iter(node.ledger.known("zinc"))).rpartition("/")[2]
    token = token_of(app, browser)
    for path in (f"corrections/{number}", f"lieux/{theirs}", f"historique/{theirs}",
                 f"fermeture/{theirs}", f"publie/{harvest}",
                 "lieux/..%2F..%2Fzinc%2Fplace%2Fsimple",
                 f"lieux/https:%2F%2Fzinc.example%2Fid%2Fplace%2F{theirs}"):  # fmt: skip
        where = f"/espace/pole/{SLUG}/{path}"
        assert browser.get(where).status_code in {404, 405}, path
        sent = {"csrf_token": token, "geste": "refuser", "motif": "not-ours", "nom": "Volé",
                "pourquoi": "x", "faire": "publier"}  # fmt: skip
        assert browser.send(where, sent).status_code in {404, 405}, path
    assert before == (
        node.ledger.head(), node.tickets.of_pole("zinc", number, clock.now().timestamp())
    )  # fmt: skip
    assert node.ledger.record(iri(node, "lilas"))


def test_every_answer_says_its_type_and_what_may_load_it(
    app: Flask, node: Node, number: str
) -> None:
    """ASVS 5.0: 3.2.1, 3.4.1 to 3.4.6, 4.1.1."""
    browser = visit(app, node, "editor")
    for path, methods, who in addresses(app, node, number):
        if "GET" not in methods:
            continue
        answer = browser.get(path)
        headers, kind = answer.headers, answer.mimetype
        policy = headers["Content-Security-Policy"]
        for part in ("object-src 'none'", "base-uri 'none'", "frame-ancestors",
                     "form-action 'self'", "script-src 'self';"):  # fmt: skip
            assert part in policy, path
        assert "unsafe-eval" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] in {"same-origin", "strict-origin-when-cross-origin"}
        assert headers["Strict-Transport-Security"] == "max-age=31536000", path
        if answer.content_length != 0 and answer.status_code != 304:
            assert kind, path
        if (kind or "").startswith("text/"):
            assert answer.mimetype_params.get("charset", "").lower() == "utf-8", (path, kind)
        shared = headers.get("Access-Control-Allow-Origin")
        assert shared is None or (shared == "*" and who is Access.PUBLIC), path
        assert "Access-Control-Allow-Credentials" not in headers
        answer.close()
