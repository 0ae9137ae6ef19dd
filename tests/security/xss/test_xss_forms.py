"""Thousands of texts made to run, typed into every form and dropped as files: none runs.

Whoever sees what was typed is there: who typed it, the editor, the operator, the public.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import cycle, islice
from math import ceil
from urllib.parse import urlencode

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from harvester.checking.checker import FileChecker
from maillage.serving.desk import LedgerDesk
from maillage.serving.registrar import NodeRegistrar
from maillage.steps.hosting import host_pole
from registry.accounts.types import Roles
from registry.ledger.acts import COMMAND
from registry.node import Node, pole_identity
from registry.settings.config import Pole
from registry.web.answer.mailing import SENDING
from registry.web.app import create_app
from registry.web.corrections import mails
from registry.web.site import clock
from tests.registry.web import chromium
from tests.registry.web.accounts.conftest import account_of
from tests.registry.web.accounts.pole_of_editors import CAREFUL, enter, identity
from tests.registry.web.accounts.test_account_looks import sign_in
from tests.security.xss.extent import EXTENTS, texts_of
from tests.security.xss.guard import Guard, guarded
from tests.security.xss.payloads import packed

pytestmark = pytest.mark.slow

SLUG = "bibliotheques"
SPACE = f"espace/pole/{SLUG}"
HERE = {"Sec-Fetch-Site": "same-origin"}
_FILL = """(texts) => {
  const forms = [...document.querySelectorAll("main form[method=post]")];
  const typed = "textarea, input:not([type=hidden], [type=checkbox], [type=radio], [type=file],"
    + " [tabindex='-1'])";
  const fields = (form) => [...form.elements].filter((one) => one.matches(typed));
  const form = forms.sort((one, other) => fields(other).length - fields(one).length)[0];
  if (!form) return 0;
  fields(form).forEach((field, at) => { field.value = texts[at % texts.length]; });
  form.noValidate = true;
  return fields(form).length;
}"""
_SEND = """() => {
  const all = [...document.querySelectorAll("main form[method=post]")];
  all.find((one) => one.noValidate).requestSubmit();
}"""


@dataclass
class House:
    """A served node, somebody who edits a pole and operates the node, and the browser of both."""

    node: Node
    app: Flask
    guard: Guard
    page: Page
    texts: tuple[str, ...]

    def filled(self, path: str, start: int, longest: int = 0, fields: int = 0) -> int:
        """Open a form, type payloads in each of its fields, send it, look at what comes.

        A form of so many fields that came back is there already; without them it is opened.
        """
        texts = self.turn(start, longest)
        count = int(self.page.evaluate(_FILL, texts)) if fields else 0
        if not count or count != fields:
            self.page.goto(self.guard.home + path)
            assert self.page.locator("main form[method=post]").count(), path
            count = int(self.page.evaluate(_FILL, texts))
        with self.page.expect_navigation():
            self.page.evaluate(_SEND)
        self.look()
        return count

    def all_filled(self, path: str, longest: int) -> None:
        """Do so until each payload was typed, as many in a field as it takes characters."""
        start = fields = 0
        while start < len(packed(self.texts, longest)):
            fields = self.filled(path, start, longest, fields)
            start += fields

    def turn(self, start: int, longest: int = 0) -> list[str]:
        """Sixty payloads from one on, or as many packs of them."""
        texts = packed(self.texts, longest) if longest else self.texts
        return list(islice(cycle(texts), start, start + 60))

    def show(self, path: str) -> None:
        self.guard.open(self.page, path)
        self.nothing_ran()

    def look(self) -> None:
        self.guard.look(self.page)
        self.nothing_ran()

    def nothing_ran(self) -> None:
        assert self.guard.found == [], self.page.url

    def follow(self) -> None:
        """Have the public pages show what is published."""
        self.node.index.apply(self.node.ledger, self.node.ledger.head())

    def send(self, path: str, number: int, **values: str) -> str:
        """Send a public form, each time from another network address; give where it leads."""
        where = {"REMOTE_ADDR": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}
        answer = self.app.test_client().post(path, data=values, headers=HERE, environ_base=where)
        assert answer.status_code == 303, answer.text
        return str(answer.location)


class AtOnce:
    def submit(self, work: Callable[[], None]) -> None:
        work()


def one_place(node: Node, local_id: str, cells: dict[str, str]) -> None:
    """Publish a place; where it cannot have such a name, under another."""
    cells = CAREFUL | cells
    made = LedgerDesk(node).propose(local_id, cells, identity(node), None)
    enter(node, local_id, cells if made.record else cells | {"nom": "Lieu"})


@pytest.fixture
def house(
    node: Node, running: Chromium, extent: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    node.config = replace(
        node.config, base_url="http://127.0.0.1/", mail_host="localhost", mail_sender="a@b.example"
    )
    host_pole(node, SLUG, Pole("Bibliothèques"), COMMAND, "test")
    one_place(node, "port", {})
    everything = Roles(is_operator=True, poles=frozenset({SLUG, "zinc"}))
    node.accounts.set_roles(account_of(node, "zinc").number, everything, COMMAND, "test")
    app = create_app(node, checker=FileChecker(pole_identity(node.config)),
                     desk=LedgerDesk(node), registrar=NodeRegistrar(node))  # fmt: skip
    app.extensions[SENDING] = AtOnce()
    monkeypatch.setattr(mails, "send", lambda *_mail: None)
    node.index.apply(node.ledger, node.ledger.head())
    # What the policy would have to stop is found as well: it speaks to the guard.
    with chromium.served(app) as home, guarded(running, home) as guard:
        assert "Bonjour" in sign_in(guard.context, home, "zinc")
        yield House(node, app, guard, guard.page(), texts_of(extent))


@EXTENTS
def test_no_payload_runs_in_the_form_of_a_place(house: House) -> None:
    house.all_filled(f"{SPACE}/lieux/port", 190)
    house.all_filled(f"{SPACE}/nouveau-lieu", 190)


@EXTENTS
def test_no_payload_runs_beside_a_field_that_is_left(house: House, extent: str) -> None:
    """The verdict comes as HTML and is put into the page by a script."""
    page, start = house.page, 0
    page.goto(f"{house.guard.home}{SPACE}/lieux/port")
    rounds = 4 if extent == "few" else 90
    for _ in range(rounds):
        start += int(page.evaluate(_FILL, house.turn(start)))
        with page.expect_response("**/verdict") as judged:
            for field in ("nom", "telephone", "adresse"):
                page.dispatch_event(f"#f-{field}", "change")
        assert judged.value.status == 200
        page.wait_for_timeout(30)
        house.look()


FREE = ("nom", "adresse", "complement_adresse", "presentation_resume", "presentation_detail",
        "structure_parente", "source", "autres_formations_labels", "horaires")  # fmt: skip


@EXTENTS
def test_no_payload_that_editors_publish_runs(house: House, extent: str) -> None:
    texts = cycle(house.texts)
    places = ceil(len(house.texts) / 12)
    for number in range(min(places, 200)):
        cells = {name: next(texts)[:180] for name in FREE}
        cells["presentation_detail"] = "\n".join([next(texts)[:400] for _ in range(4)])
        one_place(house.node, f"p{number}", cells)
    house.follow()
    for path in (f"{SPACE}", f"{SPACE}/lieux", f"{SPACE}/lot", f"pole/{SLUG}", "lieux", "/"):
        house.show(path)
    for number in range(min(places, 200)):
        house.show(f"pole/{SLUG}/place/p{number}")
        if number % 8 == 0:
            for page in ("lieux", "fermeture", "historique"):
                house.show(f"{SPACE}/{page}/p{number}")


@EXTENTS
def test_no_payload_runs_in_other_forms_of_editors_and_operators(house: House) -> None:
    number = account_of(house.node, "ping").number
    batch = f"{SPACE}/lot?champ=presentation_resume"
    for start in range(0, len(house.texts), max(60, len(house.texts) // 20)):
        one_place(house.node, f"x{start}", {})
        house.filled(f"{SPACE}/fermeture/x{start}", start)
    for path in (f"{SPACE}/reglages", batch, "espace/compte", "administration/comptes",
                 f"administration/comptes/{number}"):  # fmt: skip
        for start in range(0, len(house.texts), max(60, len(house.texts) // 20)):
            house.filled(path, start)
    for path in ("administration/comptes", f"administration/comptes/{number}", "espace"):
        house.show(path)


@EXTENTS
def test_no_payload_of_a_correction_runs(house: House) -> None:
    packs = packed(house.texts, 990)
    for number, text in enumerate(packs):
        if number % 9 == 0:
            one_place(house.node, f"c{number}", {"nom": f"Lieu {number}"})
            house.follow()
        place = f"/pole/{SLUG}/place/c{number - number % 9}"
        follows = house.send(f"{place}/corriger", number, quoi="autre", valeur=text,
                             comment=house.texts[number % len(house.texts)][:290])  # fmt: skip
        if number % 3 == 0:
            house.show(follows)
    house.show(f"{SPACE}/corrections")
    tickets = house.node.tickets.listed(clock.now().timestamp(), pole=SLUG)
    assert len(tickets) == len(packs)
    for at, ticket in enumerate(tickets):
        house.show(f"{SPACE}/corrections/{ticket.number}")
        if at % 6 == 0:  # declined in words, asked about: the author reads them
            token = house.page.get_attribute("main [name=csrf_token]", "value")
            deed: dict[str, str | float | bool] = {"geste": "demander", "mots": packs[at][:290]}
            sent = house.page.request.post(house.page.url, form=deed | {"csrf_token": token or ""},
                                           headers=HERE)  # fmt: skip
            assert sent.ok, sent.status
            house.show(f"{SPACE}/corrections/{ticket.number}")


@EXTENTS
def test_no_payload_of_a_request_to_join_runs(house: House) -> None:
    packs = packed(house.texts, 990)
    texts = cycle(house.texts)
    for number, text in enumerate(packs):
        short = [next(texts) for _ in range(3)]
        follows = house.send("/rejoindre", number, nom=f"A{short[0][:110]}", lieux="12",
                             territoire=f"B{short[1][:110]}", contact=short[2][:78],
                             courriel=f"a{number}@m.example", serveur="non", mots=text)  # fmt: skip
        if number % 3 == 0:
            house.show(follows)
    house.show("administration/demandes")
    for request in house.node.requests.listed(clock.now().timestamp()):
        house.show(f"administration/demandes/{request.number}")


@EXTENTS
def test_no_payload_runs_when_a_public_form_comes_back(house: House) -> None:
    house.all_filled("rejoindre", 240)
    house.all_filled(f"pole/{SLUG}/place/port/corriger", 900)


def sheet(head: list[str], texts: tuple[str, ...]) -> bytes:
    """A spreadsheet with each payload in a cell."""
    made = io.StringIO()
    writer = csv.writer(made, delimiter=";")
    writer.writerow(head)
    cells = cycle(texts)
    for _ in range(ceil(len(texts) / len(head))):
        writer.writerow([next(cells) for _ in head])
    return made.getvalue().encode()


KNOWN = ["nom", "adresse", "commune", "code_postal", "telephone", "courriels", "site_web",
         "horaires", "presentation_resume", "services", "latitude", "date_maj"]  # fmt: skip


@EXTENTS
@pytest.mark.parametrize("way", ["verifier", f"{SPACE}/deposer"])
def test_no_payload_of_a_file_runs(house: House, way: str) -> None:
    """In cells, in headings, in the name of the file."""
    heads = [KNOWN, list(house.texts[:40]), [*KNOWN[:4], *house.texts[-30:]]]
    named = [text.replace("\n", " ")[:90] for text in house.texts]
    for number, head in enumerate(heads):
        house.page.goto(house.guard.home + way)
        data = sheet(head, house.texts if number == 0 else house.texts[:400])
        house.page.set_input_files(
            "input[type=file]",
            {"name": f"{named[number]}.csv", "mimeType": "text/csv", "buffer": data},
        )
        with house.page.expect_navigation(timeout=120_000):
            house.page.locator("main form:has(input[type=file]) button").first.click()
        house.look()
        for path in [f"{way}/verdict", f"{way}/comparer"] if way != "verifier" else []:
            house.show(path)


PARAMETERS = ("q", "ou", "pres", "rayon", "services", "publics", "page", "tri", "ouvert", "quand",
              "bbox", "mots", "suite", "fait", "regle", "version", "variante", "iri")  # fmt: skip
PAGES = ("lieux", "", "en/lieux", "moissons", "donnees", "sparql", "connexion", "id", "regles",
         "moissons/1", "couverture", "suggestions.json", "lieux.json", "espace")  # fmt: skip


@EXTENTS
def test_no_payload_of_an_address_runs(house: House) -> None:
    for path, start in zip(cycle(PAGES), range(0, len(house.texts), len(PARAMETERS)), strict=False):
        texts = [text[:180] for text in house.turn(start)]
        house.show(f"{path}?{urlencode(dict(zip(PARAMETERS, texts, strict=False)))}")
        # Each by itself is searched for: what is refused with others would never be shown.
        few = [text[:60] for text in texts[:2]]
        house.show(f"lieux?{urlencode({'q': few[0], 'ou': few[1]})}")
        if start % 5 == 0:
            house.show(f"{path}/{urlencode({'': texts[2][:80]})[1:]}")


@pytest.mark.parametrize("extent", ["few"])
def test_the_guard_notices_what_runs(house: House) -> None:
    """The near miss of all others: had one of them run, it would be told."""
    page, found = house.page, house.guard.found
    for html in ("<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "<b onclick=x>x</b>",
                 "<a href='java\tscript:alert(1)'>x</a>", "<iframe></iframe>"):  # fmt: skip
        page.goto(house.guard.home)
        page.evaluate("html => document.querySelector('main').innerHTML = html", html)
        page.wait_for_timeout(100)
        house.guard.look(page)
        assert found, html
        found.clear()
