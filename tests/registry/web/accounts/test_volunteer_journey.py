"""A volunteer from the form « Rejoindre le réseau » to thirty public places, by keyboard alone."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium

from harvester.fetch import Policy
from harvester.run.pipeline import Options, harvest
from harvester.sources.discover import discover
from maillage.serving.desk import LedgerDesk
from maillage.serving.registrar import NodeRegistrar
from maillage.steps.hosting import publish_hosted
from registry.accounts.types import Roles
from registry.ledger.acts import COMMAND
from registry.ledger.ledger import Ledger
from registry.ledger.types import Outcome, Source
from registry.node import Node
from registry.web.accounts import inviting
from registry.web.app import create_app
from registry.web.joining import mails as joining_mails
from tests.registry.web import chromium
from tests.registry.web.accounts.conftest import NEW_PASSWORD, PASSWORD
from tests.registry.web.accounts.volunteer_sheet import write_sheet
from tests.registry.web.keyboard import Count, Keyboard
from tests.registry.web.network_of_tests import plain

pytestmark = pytest.mark.slow
MOST_ACTIONS = 60
SLUG = "mediation-numerique-pays-bray"
CHANGED, CLOSED, CLOSED_ID = "EPN de Forges-les-Eaux", "MJC de Buchy", "mjc-buchy"


@dataclass
class Registry:
    """A registry that hosts poles and sends mail, and where it is served."""

    node: Node
    home: str
    mails: list[tuple[str, str, str]]

    def link_to(self, address: str) -> str:
        """Return the link of the latest mail to an address, once it is there."""
        for _ in range(100):
            texts = [text for to, _subject, text in self.mails if to == address]
            if texts:
                found = re.search(r"http\S+", texts[-1])
                assert found
                return found[0]
            time.sleep(0.05)
        raise AssertionError(f"no mail to {address}")

    def follows(self) -> None:
        """Bring pages and feeds to the head of the ledger, as a serving node does by itself."""
        self.node.follow()
        publish_hosted(self.node)


@pytest.fixture
def registry(node: Node, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    home, mails = f"http://127.0.0.1:{port}/", list[tuple[str, str, str]]()
    node.config = replace(
        node.config, base_url=home, mail_host="localhost", mail_sender="annuaire@b.example"
    )
    for sender in (inviting, joining_mails):
        monkeypatch.setattr(sender, "send", lambda _settings, *mail: mails.append(mail))
    keeper = Roles(is_operator=True)
    node.accounts.add("chef", "Chef", "chef@b.example", keeper, PASSWORD, COMMAND, "test")
    app: Flask = create_app(node, desk=LedgerDesk(node), registrar=NodeRegistrar(node))
    with chromium.served(app, port) as address:
        yield Registry(node, address, mails)


@chromium.at_widths(390, 1280)
def test_a_volunteer_joins_and_publishes_thirty_places(
    running: Chromium, registry: Registry, tmp_path: Path, width: int
) -> None:
    journey(running, registry, write_sheet(tmp_path / "lieux.xlsx"), width, tmp_path)


@pytest.mark.realdata
@pytest.mark.parametrize("width", [390, 1280])
def test_a_volunteer_publishes_the_sheet_of_the_cases(
    running: Chromium, registry: Registry, real_data: Path, tmp_path: Path, width: int
) -> None:
    journey(running, registry, real_data.parent / "cases" / "volunteer.xlsx", width, tmp_path)


def journey(running: Chromium, registry: Registry, sheet: Path, width: int, folder: Path) -> None:
    """Go all the way; the volunteer and the operator each have a browser of their own."""
    look = {"locale": "fr-FR", "viewport": {"width": width, "height": 844}}
    count = Count()
    volunteer, operator = (
        Keyboard(running.new_context(**look).new_page(), count)  # type: ignore[arg-type]
        for _ in range(2)
    )
    ask(volunteer, registry)
    accept(operator, registry)
    enter(volunteer, registry)
    drop(volunteer, sheet)
    mend(volunteer)
    publish(volunteer)
    registry.follows()
    assert_thirty_are_public(running, registry)
    changed = change(volunteer)
    close(volunteer)
    print(f"{width} px, {sheet.name}: {count}")
    assert count.actions <= MOST_ACTIONS
    registry.follows()
    assert_public_pages_follow(running, registry, changed)
    assert_feed_is_taken(registry, folder)


def assert_thirty_are_public(running: Chromium, registry: Registry) -> None:
    citizen = running.new_page(locale="fr-FR")
    citizen.goto(f"{registry.home}lieux?pole={SLUG}")
    assert "30 lieux" in plain(citizen.inner_text("#total"))
    citizen.close()


def assert_public_pages_follow(running: Chromium, registry: Registry, changed: str) -> None:
    """The changed place says so, the closed one is gone, a citizen finds the one by its town."""
    citizen = running.new_page(locale="fr-FR")
    citizen.goto(f"{registry.home}lieux?pole={SLUG}")
    assert "29 lieux" in plain(citizen.inner_text("#total"))
    citizen.goto(f"{registry.home}lieux?q=EPN&ou=Forges-les-Eaux")
    # Two places bear the name.
    page = f"/pole/{SLUG}/place/{changed}"
    citizen.click(f"ol.places h3 a[href$='{page}'], ol.places h3 a[href*='{page}?']")
    assert "02 35 11 22 33" in plain(citizen.inner_text("main"))
    answer = citizen.goto(f"{registry.home}pole/{SLUG}/place/{CLOSED_ID}")
    assert answer
    assert answer.status == 410
    citizen.close()


def assert_feed_is_taken(registry: Registry, folder: Path) -> None:
    """Another registry harvests all that the pole publishes, and refuses nothing of it."""
    policy = Policy(allow_private=True)
    found = discover(f"{registry.home}hote/{SLUG}/feed/", policy)
    with closing(Ledger.open(f"sqlite:///{folder / 'other.sqlite'}")) as ledger:
        source = Source("b", "b", "B", found.url, found.kind, found.namespaces, allow_private=True)
        ledger.put_source(source)
        done = harvest(ledger, source, options=Options(policy=policy))
        assert (done.outcome, done.report["counts"]["refused"]) == (Outcome.COMMITTED, 0)
        assert len([iri for iri in ledger.known("b") if "/place/" in iri]) == 29


def ask(keys: Keyboard, registry: Registry) -> None:
    """Ask to join; the page that answers says what comes next."""
    keys.page.goto(f"{registry.home}reseau")
    keys.go("a", "Rejoindre le réseau")
    keys.type("#nom", "Médiation numérique du Pays de Bray")
    keys.type("#territoire", "Neufchâtel-en-Bray")
    keys.press("[name=serveur]", key="Space")
    keys.type("#courriel", "martine@bray.example")
    keys.go("form button.main")
    assert "En attente de la réponse" in plain(keys.page.inner_text("main"))
    keys.count.part("ask")


def accept(keys: Keyboard, registry: Registry) -> None:
    """Follow the link of the mail to the operators, sign in, accept the request."""
    keys.open(registry.link_to("chef@b.example"))
    keys.type("#login", "chef")
    keys.type("#password", PASSWORD)
    keys.go("form button.main")
    keys.go("button.main", "Héberger le pôle")
    assert "invitation a été envoyée" in plain(keys.page.inner_text("main"))
    keys.count.part("accept")


def enter(keys: Keyboard, registry: Registry) -> None:
    """Follow the link of the invitation, make an account, sign in."""
    keys.open(registry.link_to("martine@bray.example"))
    keys.type("#login", "martine")
    keys.type("#name", "Martine")
    keys.type("#password", NEW_PASSWORD)
    keys.type("#again", NEW_PASSWORD)
    keys.go("form button.main")
    keys.type("#login", "martine")
    keys.type("#password", NEW_PASSWORD)
    keys.go("form button.main")
    assert "Vos premiers pas" in plain(keys.page.inner_text("main"))
    keys.count.part("enter")


def drop(keys: Keyboard, sheet: Path) -> None:
    """Drop the spreadsheet."""
    keys.go("a", "Déposer un tableur")
    keys.give("#fichier", sheet)
    keys.go("[data-send]")
    keys.count.part("drop")


def mend(keys: Keyboard) -> None:
    """Confirm what the columns are, mend what is refused, read again until nothing is."""
    keys.press("[name=centre]", key="Space")
    keys.reach("details[open].pick summary", "jeunes 12-25")  # proposed, and confirmed below
    assert keys.page.is_checked("details.pick:focus-within [value=Jeunes]")
    keys.go("button[value=relire]")
    if keys.page.locator(".findings.refused").count():
        keys.type("[name^='c.35.commune']", "Saint-Saëns")
    keys.pick("Oui sauf impressions", "Gratuit sous condition")
    assert "jeunes 12-25" not in plain(keys.page.inner_text("main"))
    keys.go("button[value=relire]", "avec mes corrections")
    assert "Les 30 lieux peuvent être publiés" in plain(keys.page.inner_text("h1"))
    keys.count.part("mend")


def publish(keys: Keyboard) -> None:
    """Read the difference, publish."""
    keys.go("button.main", "Comparer, puis publier")
    keys.go("button.main", "Publier les 30 lieux")
    assert "30 lieux sont publiés" in plain(keys.page.inner_text("h1"))
    keys.count.part("publish")


def change(keys: Keyboard) -> str:
    """Give one place another telephone, see the difference, publish it: its local identifier."""
    keys.go("main a", CHANGED)
    changed = urlsplit(keys.page.url).path.rpartition("/")[2]
    keys.type("#f-telephone", "02 35 11 22 33")
    keys.press("main a", "Aller à la publication")
    keys.go("button[form=place]", "Voir la différence")
    keys.go("button[value=publier]")
    assert "Publié" in plain(keys.page.inner_text("[role=status].done"))
    keys.count.part("change")
    return changed


def close(keys: Keyboard) -> None:
    """Close another place for good."""
    keys.go("main a", "Les lieux du pôle")
    keys.go("main a", CLOSED)
    keys.go("main a", "Fermer définitivement")
    keys.type("#pourquoi", "le local est rendu")
    keys.press("[name=certain]", key="Space")
    keys.go("button.main", "Fermer le lieu")
    assert CLOSED in plain(keys.page.inner_text("h1"))
    assert "Le lieu est fermé définitivement" in plain(keys.page.inner_text("[role=status].done"))
    keys.count.part("close")
