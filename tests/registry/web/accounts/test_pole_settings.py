"""The editors of a hosted pole change what it says of itself."""

import pytest
from flask import Flask

from maillage.serving.desk import LedgerDesk
from maillage.steps.hosting import host_pole, publish_hosted
from registry.accounts.types import Roles
from registry.node import Node
from registry.publish.pole import pole_of
from registry.settings.config import Pole
from registry.web.app import create_app
from tests.registry.web.accounts.conftest import Browser, account_of
from tests.registry.web.network_of_tests import plain

PAGE = "/espace/pole/biblio/reglages"
SAID = Pole("Bibliothèques", representative_role="directrice", departements=("83",))


@pytest.fixture
def app(node: Node) -> Flask:
    host_pole(node, "biblio", SAID, "command", "test")
    number, poles = account_of(node, "zinc").number, frozenset({"zinc", "biblio"})
    node.accounts.set_roles(number, Roles(poles=poles), "command", "test")
    made = create_app(node, desk=LedgerDesk(node))
    made.testing = True
    return made


def said(node: Node) -> Pole:
    record = node.ledger.record("https://maillage.example/hote/biblio/id/pole")
    assert record
    return pole_of(record)


def change(browser: Browser, **changes: str) -> int:
    values = {"name": "Bibliothèques", "csrf_token": browser.token(PAGE)} | changes
    return browser.send(PAGE, values).status_code


def test_what_is_changed_is_published_and_the_rest_stays(browser: Browser, node: Node) -> None:
    browser.sign_in("zinc")
    assert PAGE in browser.get("/espace/pole/biblio").text
    seen = browser.get(PAGE).text.partition('name="vu" value="')[2][:64]
    new = {"homepage": "https://b.example/", "contact_email": "accueil@b.example", "vu": seen}
    assert change(browser, **new) == 303
    found = said(node)
    assert (found.homepage, found.contact_email) == ("https://b.example/", "accueil@b.example")
    assert (found.representative_role, found.departements) == ("directrice", ("83",))
    assert [act.what for act in node.ledger.acts(1)] == ["pole.described"]
    assert 'value="accueil@b.example"' in browser.get(PAGE).text
    # What somebody else changed meanwhile is not written over.
    assert change(browser, name="Autre", vu=seen) == 409
    assert said(node).name == "Bibliothèques"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"name": " "}, "Remplissez"), ({"homepage": "b.example"}, "adresse entière"),
     ({"contact_email": "zoé"}, "adresse électronique"), ({"name": "x" * 301}, "300")],
)  # fmt: skip
def test_what_is_refused_is_said(
    browser: Browser, node: Node, wrong: dict[str, str], words: str
) -> None:
    browser.sign_in("zinc")
    values = {"name": "B", "csrf_token": browser.token(PAGE)} | wrong
    answer = browser.send(PAGE, values)
    assert answer.status_code == 422
    assert words in plain(answer.text).replace("\u202f", "").replace("\xa0", " ")
    assert said(node) == SAID


def test_a_pole_with_a_server_says_it_there(browser: Browser) -> None:
    browser.sign_in("zinc")
    assert browser.get("/espace/pole/zinc/reglages").status_code == 404
    assert "reglages" not in browser.get("/espace/pole/zinc").text


DESCRIBED = {
    "name": "Bibliothèques du Var", "homepage": "https://b.example/",
    "contact_email": "accueil@b.example", "telephone": "04 94 00 00 01",
    "description": "Nous aidons au quotidien.\n\nSans rendez-vous <le matin>.",
    "departements": "Var, 06 ; 2a",
}  # fmt: skip


def test_what_is_said_is_on_the_page_in_the_feed_and_in_the_catalogue(
    browser: Browser, node: Node
) -> None:
    browser.sign_in("zinc")
    seen = browser.get(PAGE).text.partition('name="vu" value="')[2][:64]
    assert change(browser, **DESCRIBED, vu=seen) == 303
    found = said(node)
    assert (found.telephone, found.departements) == ("+33494000001", ("06", "2A", "83"))
    assert found.description == DESCRIBED["description"]
    assert found.representative_role == "directrice"
    form = browser.get(PAGE).text
    assert 'value="+33494000001"' in form
    assert 'value="06, 2A, 83"' in form
    node.index.apply(node.ledger, node.ledger.head())
    page = plain(browser.get("/pole/biblio").text)
    for words in ("Bibliothèques du Var", "Nous aidons au quotidien.", "&lt;le matin&gt;",
                  "04 94 00 00 01", "accueil@b.example", "Corse-du-Sud"):  # fmt: skip
        assert words in page, words
    (published,) = publish_hosted(node)
    folder = node.config.hosted / "biblio" / "feed"
    catalogue = (folder / "catalog.jsonld").read_text(encoding="utf-8")
    for words in ("Nous aidons au quotidien.", "tel:+33494000001", "mailto:accueil@b.example",
                  "departement/2A"):  # fmt: skip
        assert words in catalogue, words
    feed = "".join(one.read_text(encoding="utf-8") for one in folder.rglob("*.trig"))
    assert "+33494000001" in feed
    assert "Nous aidons au quotidien." in feed
    # What a page opened before does not ask is not lost.
    seen = browser.get(PAGE).text.partition('name="vu" value="')[2][:64]
    assert change(browser, name="Bibliothèques", vu=seen) == 303
    assert said(node).telephone == "+33494000001"
    assert published


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"telephone": "12"}, "dix chiffres"),
     ({"telephone": "04 94 00 00 01 ou 04 94 00 00 02"}, "dix chiffres"),
     ({"departements": "83, Atlantide"}, "« Atlantide »"),
     ({"description": "x" * 2_001}, "trop long")],
)  # fmt: skip
def test_what_no_field_can_hold_is_said_beside_it(
    browser: Browser, node: Node, wrong: dict[str, str], words: str
) -> None:
    browser.sign_in("zinc")
    values = {"name": "B", "csrf_token": browser.token(PAGE)} | wrong
    answer = browser.send(PAGE, values)
    assert answer.status_code == 422
    assert words in plain(answer.text).replace("\xa0", " ")
    assert 'aria-invalid="true"' in answer.text
    assert said(node) == SAID
