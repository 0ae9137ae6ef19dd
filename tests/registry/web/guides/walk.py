"""The way through the screens that the guides for poles describe, at a node of this walk's own."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from maillage.serving import desk
from maillage.serving.desk import LedgerDesk
from maillage.serving.registrar import NodeRegistrar
from maillage.steps import hosting
from registry.accounts import store
from registry.accounts.types import Roles
from registry.ledger.acts import COMMAND
from registry.node import Node
from registry.settings.config import Config
from registry.sources.hosted import hosted_source
from registry.tickets.types import Field, Proposal
from registry.tickets.values import present
from registry.web.app import create_app
from registry.web.site import clock
from tests.registry.web import chromium
from tests.registry.web.accounts.conftest import (
    NEW_PASSWORD,
    SITE,
    CheapPasswords,
    account_of,
)
from tests.registry.web.accounts.pole_of_editors import LILAC, SLUG, enter, iri, said
from tests.registry.web.accounts.test_account_looks import sign_in
from tests.registry.web.guides.album import Album, desk_of, phone_of
from tests.registry.web.network_of_tests import NOON

POLE = "Bibliothèques du Var"
PLACES = {
    "lilas": LILAC | {"presentation_detail": "", "courriels": "lilas@biblio.example"},
    "port": {"nom": "Atelier du Port", "commune": "Toulon", "code_postal": "83000",
             "adresse": "2 quai Cronstadt", "date_maj": "2026-01-05"},
    "remparts": {"nom": "Bibliothèque des Remparts", "commune": "Hyères", "code_postal": "83400",
                 "adresse": "4 rue Haute", "telephone": "+33494000004", "date_maj": "2025-11-18",
                 "horaires": "Tu-Sa 10:00-12:00,14:00-18:00", "typologie": "BIB",
                 "latitude": "43.1205", "longitude": "6.1286"},
    "oliviers": {"nom": "Relais des Oliviers", "commune": "Lorgues", "code_postal": "83510",
                 "adresse": "7 cours de la République", "telephone": "+33494000007",
                 "services": "Aide aux démarches administratives", "date_maj": "2025-09-30",
                 "latitude": "43.4937", "longitude": "6.3611"},
}  # fmt: skip
SHEET = (
    ("Réseau des bibliothèques – mars 2026",),
    (),
    ("Nom de la structure", "Rue", "CP", "Ville", "Tél", "Horaires", "Notes internes"),
    ("Médiathèque des Lilas", "1 place du Marché", "83300", "Draguignan", "04 94 00 00 01",
     "lundi et mardi 9h-12h", "clé chez le gardien"),
    ("Bibliothèque du Lac", "3 rue Neuve", "83630", "Aups", "04 94 00 00 11", "bientôt", ""),
    ("Bus des Collines", "Place de la Mairie", "83690", "Salernes", "04 94 00 00 1",
     "mercredi 14h-17h", ""),
    ("Point lecture", "8 rue du Four", "83690", "Tourtour", "04 94 00 00 13",
     "samedi 10h-12h", ""),
)  # fmt: skip
SPACE = f"espace/pole/{SLUG}"


class StoppedClock(datetime):
    """What those who write into the ledger read, stopped as the clock of the pages is."""

    moment = NOON

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "StoppedClock":
        return cls.fromtimestamp(cls.moment.timestamp(), tz)


@dataclass
class Walk:
    """Somebody who walks at a node, with an album."""

    browser: Browser
    node: Node
    home: str
    album: Album
    folder: Path

    def follow(self) -> None:
        """Have the public pages follow what was published, as a running node does."""
        self.node.index.apply(self.node.ledger, self.node.ledger.head())

    def open(self, context: BrowserContext, path: str) -> Page:
        page = context.new_page()
        page.goto(self.home + path)
        return page


def walked(browser: Browser, accounts: Path, folder: Path) -> Album:
    """Walk through all screens of the guides; return the pictures taken on the way."""
    with pytest.MonkeyPatch.context() as patch, _served(patch, accounts, folder) as (node, home):
        walk = Walk(browser, node, home, Album(), folder)
        _join(walk)
        _keep_places(walk)
        _answer(walk)
    return walk.album


@contextmanager
def _served(patch: pytest.MonkeyPatch, accounts: Path, folder: Path) -> Iterator[tuple[Node, str]]:
    patch.setattr(clock, "FIXED", NOON)
    for module in (desk, hosting):
        patch.setattr(module, "datetime", StoppedClock)
    patch.setattr(store, "Passwords", CheapPasswords)
    data = folder / "node"
    shutil.copytree(accounts, data)
    config = Config(
        data=data, base_url=f"{SITE}/", accounts_enabled=True, title="Annuaire d’exemple"
    )
    with Node.open(config) as node:
        node.ledger.put_source(hosted_source(node.config, SLUG, POLE))
        for months, (local_id, cells) in enumerate(PLACES.items()):
            day = NOON - timedelta(days=30 * (len(PLACES) - months))  # a curve has its order
            patch.setattr(StoppedClock, "moment", day)
            enter(node, local_id, cells)
        patch.setattr(StoppedClock, "moment", NOON)
        node.index.apply(node.ledger, node.ledger.head())
        number = account_of(node, "zinc").number
        node.accounts.set_roles(number, Roles(poles=frozenset({SLUG})), COMMAND, "test")
        app = create_app(node, desk=LedgerDesk(node), registrar=NodeRegistrar(node))
        node.config = replace(node.config, base_url="http://127.0.0.1/")
        with chromium.served(app) as home:
            yield node, home


def _join(walk: Walk) -> None:
    """From the page of the network to a first place."""
    album, stranger = walk.album, desk_of(walk.browser)
    album.guide = "rejoindre"
    page = walk.open(stranger, "reseau")
    album.look(page)
    page.goto(f"{walk.home}rejoindre")
    page.fill("#nom", "Médiathèques du Haut-Var")
    page.fill("#territoire", "Le Haut-Var, autour d’Aups")
    page.fill("#lieux", "12")
    page.check("[value=non]")
    page.fill("#courriel", "contact@haut-var.exemple")
    album.take(page, "formulaire", "form.correct button.main")
    page.click("form.correct button.main")
    page.wait_for_url("**/rejoindre/suivi/**")
    followed = page.url
    album.take(page, "suivi", "section:has(#t-keep)")
    page.goto(_accepted(walk))
    page.fill("#login", "mediatheques")
    page.fill("#name", "Médiathèques du Haut-Var")
    page.fill("#password", NEW_PASSWORD)
    page.fill("#again", NEW_PASSWORD)
    album.take(page, "invitation", "form.box button.main")
    page.click("form.box button.main")
    page.wait_for_url("**/connexion**")
    album.look(page)
    page.fill("#login", "mediatheques")
    page.fill("#password", NEW_PASSWORD)
    page.click("form.box button.main")
    page.wait_for_url("**/haut-var")
    album.take(page, "espace", "ol.way")
    _settle(walk, stranger, followed)
    stranger.close()


def _accepted(walk: Walk) -> str:
    """Have an operator accept the request; return the link of the invitation."""
    operator = desk_of(walk.browser)
    sign_in(operator, walk.home, "operatrice")
    number = walk.node.requests.listed(clock.now().timestamp())[0].number
    page = walk.open(operator, f"administration/demandes/{number}")
    page.fill("#slug", "haut-var")
    page.fill("#why", "convention de 2026")
    page.click("text=Héberger le pôle")
    link = page.inner_text("code.given")
    operator.close()
    return f"{walk.home}invitation/{link.rpartition('/')[2]}"


def _settle(walk: Walk, stranger: BrowserContext, followed: str) -> None:
    """What a new editor finds besides."""
    for path in ("espace/pole/haut-var/reglages", "espace", "espace/compte"):
        page = walk.open(stranger, path)
        walk.album.look(page)
    page.goto(followed)
    walk.album.look(page)


def _keep_places(walk: Walk) -> None:
    walk.album.guide = "tenir-ses-lieux"
    editor, phone = desk_of(walk.browser), phone_of(walk.browser)
    for context in (editor, phone):
        sign_in(context, walk.home, "zinc")
    _find(walk, editor)
    _change(walk, editor)
    _close(walk, editor)
    _drop(walk, editor)
    page = walk.open(phone, f"{SPACE}/lieux/lilas")
    walk.album.take(page, "telephone", "#p-hours .day:nth-child(3)", "#p-hours")
    editor.close()
    phone.close()


def _find(walk: Walk, editor: BrowserContext) -> None:
    page = walk.open(editor, SPACE)
    walk.album.take(page, "espace", ".columns > section")
    page.goto(f"{walk.home}{SPACE}/lieux")
    walk.album.take(page, "liste", "table")
    page.goto(f"{walk.home}{SPACE}/lieux/port?manque=horaires")
    walk.album.look(page)
    page.goto(f"{walk.home}{SPACE}/lot")
    walk.album.look(page)
    page.goto(f"{walk.home}{SPACE}/nouveau-lieu")
    walk.album.look(page)


def _change(walk: Walk, editor: BrowserContext) -> None:
    page = walk.open(editor, f"{SPACE}/lieux/lilas")
    page.fill("#f-telephone", "04 94 00 00 2")
    page.press("#f-telephone", "Tab")
    page.wait_for_selector("#s-telephone .field-error")
    walk.album.take(page, "champ", "#s-telephone", "section:has(#f-telephone)")
    page.fill("#f-nom", "")
    page.click("button[value=direct]")
    page.wait_for_selector("main [role=alert]")
    walk.album.look(page)
    page.fill("#f-nom", LILAC["nom"])
    page.fill("#f-telephone", "04 94 00 00 22")
    page.fill("#hours-We-1", "9h-12h")
    page.press("#hours-We-1", "Tab")
    page.wait_for_selector("[data-hours-read] .notice")
    walk.album.look(page)
    page.click("text=Voir la différence")
    page.wait_for_selector("#pourquoi")
    walk.album.take(page, "difference", "form.box .actions")
    enter(walk.node, "lilas", said(walk.node, "lilas") | {"courriels": "bonjour@biblio.example"})
    page.click("button[value=publier]")
    page.wait_for_selector("text=pendant votre saisie")
    walk.album.look(page)
    page.click("text=Continuer avec les deux")
    page.wait_for_selector("#f-nom")
    page.click("button[value=direct]")
    page.wait_for_load_state()
    walk.album.look(page)
    walk.follow()


def _close(walk: Walk, editor: BrowserContext) -> None:
    page = walk.open(editor, f"{SPACE}/lieux/lilas")
    page.check('[name="state"][value="closed"]')
    walk.album.look(page)
    for path in ("historique/lilas", "fermeture/lilas"):
        page.goto(f"{walk.home}{SPACE}/{path}")
        walk.album.look(page)


def _drop(walk: Walk, editor: BrowserContext) -> None:
    book = openpyxl.Workbook()
    for row in SHEET:
        book.active.append(list(row))
    book.save(walk.folder / "lieux.xlsx")
    page = walk.open(editor, f"{SPACE}/deposer")
    walk.album.take(page, "deposer", "section:has(#t-template)")
    page.set_input_files("#fichier", walk.folder / "lieux.xlsx")
    page.click("[data-send]")
    page.wait_for_url("**/verdict")
    walk.album.take(page, "verdict", "section.findings .finding")
    page.click("button[value=comparer]")
    page.wait_for_url("**/comparer")
    walk.album.take(page, "comparer", "form.box .actions")
    page.locator("form.box button.main").click()
    page.wait_for_url("**/publie/*")
    walk.album.look(page)
    walk.follow()


def _answer(walk: Walk) -> None:
    walk.album.guide = "repondre"
    number = _proposed(walk, "lilas", 5, Field.CONTACT, "04 94 67 15 88", "Affiché sur la porte")
    other = _proposed(walk, "remparts", 2, Field.HOURS, "Fermé le samedi matin", "J’y suis allé")
    editor, phone = desk_of(walk.browser), phone_of(walk.browser)
    for context in (editor, phone):
        sign_in(context, walk.home, "zinc")
    page = walk.open(editor, f"{SPACE}/corrections")
    walk.album.take(page, "liste", "main table")
    page.goto(f"{walk.home}{SPACE}/corrections/{number}")
    walk.album.take(page, "correction", ".answers")
    page.click("text=Accepter")
    page.wait_for_selector("#f-telephone")
    walk.album.take(page, "formulaire", "#s-telephone", "section:has(#f-telephone)")
    page.goto(f"{walk.home}{SPACE}/corrections/{number}")
    walk.album.look(page)
    page = walk.open(phone, f"{SPACE}/corrections/{other}")
    walk.album.take(page, "telephone", ".answers form:first-child", "main h1")
    link = walk.node.tickets.give_link(other, clock.now().timestamp())
    page = walk.open(phone, f"reponse/{link}")
    walk.album.look(page)
    editor.close()
    phone.close()


def _proposed(walk: Walk, local: str, days: int, about: Field, value: str, known: str) -> str:
    """Have somebody propose a correction some days ago; return its number."""
    record = walk.node.ledger.record(iri(walk.node, local))
    assert record
    proposal = Proposal(record.iri, SLUG, about, present(record, about), value, known)
    when = clock.now() - timedelta(days=days)
    return walk.node.tickets.propose(proposal, when.timestamp())[1]
