"""A pole that this node hosts, its places, and the node's desk, for the pages of its editors."""

from collections.abc import Mapping
from html import unescape
from re import findall

from flask import Flask
from werkzeug.test import TestResponse

from harvester.clean.types import Note
from harvester.tabular.result import REPORT_RULES
from maillage.serving.desk import LedgerDesk
from registry.accounts.types import Roles
from registry.ledger.acts import COMMAND
from registry.node import Node
from registry.sources.hosted import hosted_source
from registry.web.app import create_app
from registry.web.workspace.desk import Entry
from tests.registry.web.accounts.conftest import Browser, account_of
from tests.registry.web.network_of_tests import plain
from vocab.mapping import PoleIdentity

SLUG = "bibliotheques"
LILAC = {
    "nom": "Médiathèque des Lilas", "commune": "Draguignan", "code_postal": "83300",
    "adresse": "1 place du Marché", "telephone": "+33494000001", "date_maj": "2026-01-05",
    "horaires": "Mo-Tu 09:00-12:00,14:00-18:00; Fr 14:00-18:00; PH off",
    "services": "Loisirs et créations numériques|Maîtrise des outils numériques du quotidien",
    "latitude": "43.5366", "longitude": "6.4646", "pivot": "43493312300029",
    "courriels": "lilas@biblio.example|aide@biblio.example", "typologie": "BIB",
    "presentation_detail": "Une ligne.\nUne autre.", "network_kinds": "institutional",
}  # fmt: skip
CAREFUL = {"nom": "Atelier du Port", "commune": "Toulon", "code_postal": "83000",
           "adresse": "2 quai Cronstadt", "date_maj": "2026-01-05"}  # fmt: skip


def as_editor(browser: Browser, node: Node, login: str = "zinc", *poles: str) -> Browser:
    """Sign somebody in who edits the pole, and others."""
    number = account_of(node, login).number
    node.accounts.set_roles(number, Roles(poles=frozenset({SLUG, *poles})), COMMAND, "test")
    browser.sign_in(login)
    return browser


def made_app(node: Node) -> Flask:
    """Return the application of a node that hosts the pole with two places."""
    node.ledger.put_source(hosted_source(node.config, SLUG, "Bibliothèques du Var"))
    app = create_app(node, desk=LedgerDesk(node))
    app.testing = True
    enter(node, "lilas", LILAC)
    enter(node, "port", CAREFUL)
    node.index.apply(node.ledger, node.ledger.head())
    return app


def identity(node: Node) -> PoleIdentity:
    source = node.ledger.source(SLUG)
    assert source
    return PoleIdentity(SLUG, source.namespaces[0])


def iri(node: Node, local_id: str) -> str:
    return f"{identity(node).namespace}place/{local_id}"


def enter(node: Node, local_id: str, cells: Mapping[str, str]) -> None:
    """Publish a place, as another editor of the pole would."""
    desk, before = LedgerDesk(node), node.ledger.record(iri(node, local_id))
    made = desk.propose(local_id, cells, identity(node), before)
    assert made.record
    seen = before.content_hash if before else ""
    desk.enter(SLUG, Entry(made.record.iri, made.record, seen, "0" * 16, "test"))


def said(node: Node, local_id: str) -> dict[str, str]:
    record = node.ledger.record(iri(node, local_id))
    assert record
    return LedgerDesk(node).cells(record)


def told_in_a_form(note: Note) -> list[str]:
    """Return what the form of a place says of a note: there, no source comes before the form."""
    found, _, remedy = plain(REPORT_RULES[note.rule].sentence("fr")).partition(" À la source, ")
    shown = remedy[:1].upper() + remedy[1:] if note.level != "repair" else ""
    return [text for text in (found.rstrip(";"), shown) if text]


def fields_of(page: TestResponse) -> dict[str, list[str]]:
    """Return what a browser would send of the last form of a page that has one token."""
    html = page.text[page.text.index("csrf_token", page.text.index("<main")) - 40 :]
    html = html[: html.index("</form>")]
    found: dict[str, list[str]] = {}
    for tag in findall(r"<input [^>]+>", html):
        attributes = dict(findall(r'([a-z-]+)="([^"]*)"', tag))
        is_box = attributes.get("type") in {"checkbox", "radio"}
        if is_box and not findall(r" checked", tag):
            continue
        found.setdefault(attributes["name"], []).append(unescape(attributes.get("value", "")))
    for name, options in findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', html):
        chosen = findall(r'<option(?: value="([^"]*)" selected>| selected>([^<]*))', options)
        found[name] = [unescape(value or text) for value, text in chosen] or [""]
    for name, text in findall(r'<textarea [^>]*name="([^"]+)"[^>]*>\n?([^<]*)</textarea>', html):
        found.setdefault(name, []).append(unescape(text))
    return found


def typed(browser: Browser, path: str, **changes: object) -> TestResponse:
    """Open a form, change some of its fields, send it."""
    sent: dict[str, object] = {**fields_of(browser.get(path)), **changes}
    return browser.send(path, sent)


def published(browser: Browser, path: str, review: TestResponse, **more: object) -> TestResponse:
    """Send the form of the page that shows the difference."""
    return browser.send(path, {**fields_of(review), "faire": "publier", **more})
