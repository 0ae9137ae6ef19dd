"""An editor drops a spreadsheet, mends it on the page, compares it, and publishes it."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path

import openpyxl
import pytest
from flask import Flask, Request
from werkzeug.test import TestResponse

from harvester.checking.rewriting import rewritten
from registry.node import Node
from registry.state.drops import KEPT_S, MAX_DROPS, Drop, Drops, DropsFullError
from registry.web.answer.uploads import is_upload
from tests.harvester.checking.test_file_check import rows, workbook
from tests.registry.web.accounts.conftest import Browser, account_of
from tests.registry.web.accounts.pole_of_editors import SLUG, as_editor, enter, made_app, said
from tests.registry.web.network_of_tests import HOSTILE, plain
from tests.security.bombs.bomb import PATH
from tests.security.bombs.tables import TABLES
from tests.simulator import SimulatedPole

DROP = f"/espace/pole/{SLUG}/deposer"
VERDICT, COMPARE, FILE = f"{DROP}/verdict", f"{DROP}/comparer", f"{DROP}/fichier"
HEAD = "Nom de la structure;Rue;CP;Ville;Tél;Horaires;Gratuit ?"
LILAC = "Médiathèque des Lilas;1 place du Marché;83300;Draguignan;04 94 00 00 99;;"
NEW = "Cyber de Lorgues;2 rue Neuve;83510;Lorgues;04 94 00 00 02;lundi 9h-12h;"
NO_TOWN = "Sans commune;3 rue Vieille;;;;;"


@pytest.fixture
def app(node: Node) -> Flask:
    return made_app(node)


@pytest.fixture
def editor(browser: Browser, node: Node) -> Browser:
    return as_editor(browser, node, "zinc", "zinc")


def sheet(*rows: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *rows]).encode()


def drop(browser: Browser, data: bytes, name: str = "lieux.csv") -> TestResponse:
    """Drop a file, and read its verdict."""
    token = browser.token(DROP)
    sent = browser.send(DROP, {"csrf_token": token, "fichier": (io.BytesIO(data), name)})
    assert sent.location == VERDICT, plain(sent.text)
    return browser.get(VERDICT)


def hidden(page: TestResponse) -> dict[str, str]:
    """Return the hidden fields of the forms of a page."""
    html = page.text[page.text.index("<main") :]
    tags = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html)
    return {name: unescape(value) for name, value in tags}


def field_of(page: TestResponse, text: str) -> str:
    """Return the name of the field that mends a value."""
    name = next(name for name, old in hidden(page).items() if name[:2] == "b." and old == text)
    return f"c{name[1:]}"


def mend(browser: Browser, page: TestResponse, **said: object) -> TestResponse:
    browser.send(VERDICT, {**hidden(page), "faire": "relire", **said})
    return browser.get(VERDICT)


def publish(browser: Browser, page: TestResponse | None = None, **said: object) -> TestResponse:
    page = page or browser.get(COMPARE)
    asked = {"pourquoi": "tableur de mars", "faire": "publier", **said}
    return browser.send(COMPARE, {**hidden(page), **asked})


def figures(page: TestResponse) -> dict[str, int]:
    """Return the counts of a page: new, changed, absent, unchanged."""
    found = re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", plain(page.text))
    return {name: int(count) for name, count in found}


def places(node: Node) -> set[str]:
    return {one.rpartition("/")[2] for one in node.ledger.known(SLUG) if "/place/" in one}


def test_a_sheet_goes_through_and_once_more_changes_nothing(editor: Browser, node: Node) -> None:
    data, before = sheet(LILAC, NEW), said(node, "lilas")
    page = drop(editor, data)
    assert figures(page) == {
        "nouveau lieu": 1, "lieu modifié": 1, "absents du fichier": 1, "lieu inchangé": 0,
    }  # fmt: skip
    compared = editor.get(COMPARE)
    assert "04 94 00 00 99" in plain(compared.text)
    assert said(node, "lilas") == before
    done = publish(editor, compared)
    assert done.status_code == 303, plain(done.text)
    assert "2 lieux sont publiés" in plain(editor.get(done.location).text)
    assert places(node) == {"lilas", "port", "cyber-lorgues"}
    # What the sheet has no column for stays, an empty cell of one that it has says nothing.
    after = said(node, "lilas")
    assert after == {k: v for k, v in before.items() if k != "horaires"} | {
        "telephone": "+33494000099", "date_maj": "2026-03-04", "code_insee": "83050",
    }  # fmt: skip
    act = node.ledger.acts(1)[0]
    zinc = account_of(node, "zinc").number
    assert (act.what, act.by, act.about, act.why) == (
        "sheet.published", zinc, SLUG, "tableur de mars",
    )  # fmt: skip
    assert [*(node.config.data / "drops").iterdir()] == []
    head = node.ledger.head()
    again = drop(editor, data)
    assert figures(again)["lieux inchangés"] == 2
    assert "rien à publier" in plain(publish(editor).text)
    assert node.ledger.head() == head


@pytest.mark.parametrize(("asked", "left"), [("", {"lilas", "port"}), ("oui", {"lilas"})])
def test_what_the_sheet_lacks_is_withdrawn_only_when_asked(
    editor: Browser, node: Node, asked: str, left: set[str]
) -> None:
    drop(editor, sheet(LILAC))
    page = editor.get(COMPARE)
    assert "1 lieu publié n'est pas dans le fichier" in plain(page.text)
    assert 'value="" checked' in page.text
    assert publish(editor, page, retirer=asked).status_code == 303
    assert places(node) == left


def test_refused_rows_stay_out_only_when_that_is_said(editor: Browser, node: Node) -> None:
    port = "Atelier du Port;2 quai;;;;;"  # is published, and refused as it stands here
    page = drop(editor, sheet(NEW, NO_TOWN, port))
    assert "2 lignes à corriger" in plain(page.text)
    assert publish(editor).status_code == 422
    assert places(node) == {"lilas", "port"}
    compared = editor.get(COMPARE)
    assert "sans les lignes refusées" in plain(compared.text)
    # Nobody knows whether a refused row is a place that seems to be missing.
    assert publish(editor, compared, faire="publier-les-autres", retirer="oui").status_code == 303
    assert places(node) == {"lilas", "port", "cyber-lorgues"}


def test_a_refused_row_is_mended_in_place(editor: Browser, node: Node) -> None:
    page = drop(editor, sheet(NO_TOWN))
    for name in ("commune", "code_postal"):
        found = re.search(rf'name="(c\.2\.{name}\.\d+)"', page.text)
        if found:
            value = {"commune": "Lorgues", "code_postal": "83510"}[name]
            page = mend(editor, page, **{found[1]: value})
    assert figures(page)["nouveau lieu"] == 1, plain(page.text)
    assert publish(editor).status_code == 303
    assert said(node, "sans-commune-lorgues")["commune"] == "Lorgues"


def test_a_word_is_mended_for_all_rows_and_remembered(editor: Browser, node: Node) -> None:
    words = [
        f"{name};{n} rue Neuve;83510;Lorgues;;bientôt;Oui sauf impressions"
        for n, name in enumerate(("Un", "Deux", "Trois"), 1)
    ]
    page = drop(editor, sheet(*words))
    column = next(name for name, text in hidden(page).items() if text == "Gratuit ?")
    page = mend(editor, page, **{f"k{column[2:]}": "frais_a_charge"})
    hours, fee = field_of(page, "bientôt"), field_of(page, "Oui sauf impressions")
    page = mend(editor, page, **{hours: "lundi 9h-12h", fee: "Gratuit sous condition"})
    assert "bientôt" not in hidden(page).values()
    assert publish(editor).status_code == 303
    for name in ("un", "deux", "trois"):
        says = said(node, f"{name}-lorgues")
        assert says["horaires"] == "Mo 09:00-12:00"
        assert says["frais_a_charge"] == "Gratuit sous condition"
    more = "Quatre;4 rue Neuve;83510;Lorgues;;bientôt;Oui sauf impressions"
    assert figures(drop(editor, sheet(*words, more)))["lieux inchangés"] == 3
    publish(editor)
    assert said(node, "quatre-lorgues")["frais_a_charge"] == "Gratuit sous condition"


def test_the_choices_that_are_like_what_was_typed_come_first(editor: Browser) -> None:
    page = drop(editor, sheet(f"{NEW};Médiathèque municipale", head=f"{HEAD};Type"))
    name = re.escape(field_of(page, "Médiathèque municipale"))
    listed = re.findall(rf'name="{name}" value="([A-Z_]+)"', page.text)
    assert (listed[0], listed[1], len(listed) > 80) == ("BIB", "ACI", True)


def test_a_proposed_meaning_is_read_only_once_it_is_confirmed(editor: Browser, node: Node) -> None:
    page = drop(editor, sheet(f"{NEW}Gratuit"))
    index = next(name for name, text in hidden(page).items() if text == "Gratuit ?")[3:]
    assert hidden(page)[f"kp.{index}"] == "frais_a_charge"
    proposed = {**hidden(page), f"k.{index}": "frais_a_charge"}
    assert editor.send(VERDICT, {**proposed, "faire": "comparer"}).location == COMPARE
    assert "Gratuit" not in plain(editor.get(COMPARE).text)
    editor.send(VERDICT, {**proposed, "faire": "relire"})
    assert "Gratuit" in plain(editor.get(COMPARE).text)


@pytest.mark.parametrize(
    ("cell", "before", "text", "expected"),
    [
        ("Gratis, wifi", "wifi", "Payant", "Gratis|Payant"),
        ("a | b, c", "b, c", "d", "a|d"),
        ("une  ligne", "une ligne", "deux", "deux"),
        ("12 ou 13", "13", "14", "14"),
        ("", "", "x", "x"),
    ],
)
def test_one_value_of_a_cell_is_mended(cell: str, before: str, text: str, expected: str) -> None:
    assert rewritten(cell, before, text) == expected


def test_a_column_of_names_is_asked_for(editor: Browser, node: Node) -> None:
    head = HEAD.replace("Nom de la structure", "Qui ?")
    page = drop(editor, sheet(NEW, head=head))
    assert "Quelle colonne donne le nom" in plain(page.text)
    page = mend(editor, page, **{"k.1": "nom"})
    assert figures(page)["nouveau lieu"] == 1


def test_places_without_a_position_are_put_at_the_centre(editor: Browser, node: Node) -> None:
    data = sheet(LILAC, NEW)
    page = drop(editor, data)
    assert "1 lieu n'a pas de position" in plain(page.text)
    page = mend(editor, page, centre="y")
    assert publish(editor).status_code == 303
    new, lilac = said(node, "cyber-lorgues"), said(node, "lilas")
    assert new["latitude"].startswith("43.4")
    assert (new["position_kind"], lilac.get("position_kind")) == ("municipality", None)
    assert lilac["latitude"] == "43.5366"
    node.index.apply(node.ledger, node.ledger.head())
    shown = {
        one: editor.get(f"/pole/{SLUG}/place/{one}").text for one in ("cyber-lorgues", "lilas")
    }
    assert [one for one, page in shown.items() if "le centre de la commune" in page] == [
        "cyber-lorgues"
    ]
    assert figures(drop(editor, data))["lieux inchangés"] == 2


def test_a_position_of_the_sheet_no_longer_is_that_of_the_commune(
    editor: Browser, node: Node
) -> None:
    mend(editor, drop(editor, sheet(NEW)), centre="y")
    publish(editor)
    centred = said(node, "cyber-lorgues")
    head = f"{HEAD};latitude;longitude"
    same = f"{NEW};{centred['latitude']};{centred['longitude']}"
    assert figures(drop(editor, sheet(same, head=head)))["lieu inchangé"] == 1
    drop(editor, sheet(f"{NEW};43.49;6.36", head=head))
    publish(editor)
    moved = said(node, "cyber-lorgues")
    assert (moved["latitude"], moved.get("position_kind")) == ("43.49", None)


def test_nothing_is_written_over_what_others_published(editor: Browser, node: Node) -> None:
    drop(editor, sheet(LILAC, NEW))
    page = editor.get(COMPARE)
    enter(node, "lilas", said(node, "lilas") | {"telephone": "+33494000055"})
    head = node.ledger.head()
    late = publish(editor, page)
    assert late.status_code == 409
    assert "rien n'a été écrasé" in plain(late.text)
    assert node.ledger.head() == head
    assert publish(editor, late).status_code == 303


def test_rows_that_are_alike_keep_their_places(editor: Browser, node: Node) -> None:
    twins = [f"MJC;{street};83510;Lorgues;;;" for street in ("1 rue A", "2 rue B", "", "")]
    drop(editor, sheet(*twins))
    publish(editor)
    assert len(places(node)) == 6
    moved = [twins[1], twins[0], *twins[2:]]
    assert figures(drop(editor, sheet(*moved)))["lieux inchangés"] == 4


def test_the_ids_of_a_sheet_name_its_places(editor: Browser, node: Node) -> None:
    head = f"id;{HEAD}"
    page = drop(editor, sheet(f"lilas;Autre nom{LILAC[21:]}", f"12;{NEW}", head=head))
    assert figures(page)["lieu modifié"] == 1
    publish(editor)
    assert said(node, "lilas")["nom"] == "Autre nom"
    # A sheet that numbers its rows otherwise names the same place.
    page = drop(editor, sheet(f"13;{NEW}", head=head))
    assert figures(page)["lieu inchangé"] == 1, plain(page.text)


def test_an_id_is_never_given_twice(editor: Browser, node: Node) -> None:
    drop(editor, sheet(NEW))
    publish(editor)
    drop(editor, sheet(LILAC))
    publish(editor, retirer="oui")
    assert places(node) == {"lilas"}
    drop(editor, sheet(NEW))
    publish(editor)
    assert places(node) == {"lilas", "cyber-lorgues-2"}


def test_a_drop_is_its_editors_alone(
    editor: Browser, node: Node, another: Callable[[], Browser]
) -> None:
    page = drop(editor, sheet(NEW))
    other = as_editor(another(), node, "ping", "ping")
    for path in (VERDICT, COMPARE, FILE):
        assert other.get(path).location == f"{DROP}?fait=perime"
    token = other.token(DROP)
    stolen = {**hidden(page), "csrf_token": token, "faire": "comparer"}
    assert other.send(VERDICT, stolen).location == f"{DROP}?fait=perime"
    assert other.send(COMPARE, stolen).location == f"{DROP}?fait=perime"
    files = [*(node.config.data / "drops").iterdir()]
    assert len(files) == 2
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    thrown = editor.send(VERDICT, {**hidden(page), "faire": "oublier"})
    assert "effacé" in plain(editor.get(thrown.location).text)
    assert [*(node.config.data / "drops").iterdir()] == []


def test_a_page_of_an_earlier_file_publishes_nothing(editor: Browser, node: Node) -> None:
    drop(editor, sheet(NEW))
    page = editor.get(COMPARE)
    drop(editor, sheet(LILAC))
    assert publish(editor, page).location == f"{DROP}?fait=perime"
    assert places(node) == {"lilas", "port"}


def test_what_a_file_says_never_becomes_markup(editor: Browser) -> None:
    head = f"{HEAD};{HOSTILE.replace(';', '')}"
    hostile = ";".join(HOSTILE.replace(";", "") for _ in range(8))
    page = drop(editor, sheet(hostile, NEW, head=head), "<img src=x onerror=alert(1)>.csv")
    for shown in (page, editor.get(COMPARE)):
        assert "<script>alert" not in shown.text
        assert "<img src=x" not in shown.text


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("x.pdf", b"%PDF-1.7", "un document PDF"),
        ("x.csv", b" ", "est vide"),
        ("x.ttl", b"@prefix a: <b:> .\n<x:y> a <z:> .", "en tableau"),
    ],
)
def test_what_is_no_table_is_told_and_erased(
    editor: Browser, node: Node, name: str, data: bytes, said: str
) -> None:
    page = drop(editor, data, name)
    assert page.status_code == 422
    assert said in plain(page.text)
    assert name in page.text
    assert [*(node.config.data / "drops").iterdir()] == []


@pytest.mark.parametrize(
    "name", ["a workbook of one text, again and again", "hours of rules", "a million empty columns"]
)
def test_a_bomb_goes_off_in_its_child(editor: Browser, node: Node, name: str) -> None:
    with SimulatedPole() as pole:
        TABLES[name].lay(pole)
        data = pole.documents[PATH].body
    page = drop(editor, data[:9_000_000], "lieux")
    assert page.status_code in {200, 422}
    assert editor.get(DROP).status_code == 200


def test_too_large_a_file_is_refused(editor: Browser, node: Node) -> None:
    node.config = replace(node.config, checked_mb=1)
    token = editor.token(DROP)
    sent = {"csrf_token": token, "fichier": (io.BytesIO(b"x" * 1_030_000), "a.csv")}
    assert editor.send(DROP, sent).status_code == 413
    assert not (node.config.data / "drops").exists()


@pytest.mark.parametrize(
    ("path", "is_read"),
    [
        ("/verifier", True),
        ("/en/verifier/", True),
        (DROP, True),
        (f"/en{DROP}/", True),
        (VERDICT, False),
        ("/espace/pole//deposer", False),
        ("/espace/pole/a/b/deposer", False),
        ("/verifier/x", False),
    ],
)
def test_few_addresses_take_a_large_body(path: str, is_read: bool) -> None:
    assert is_upload(path) is is_read


def test_no_body_is_read_for_who_may_not_send_it(
    app: Flask, another: Callable[[], Browser], node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger, other = another(), another()
    other.sign_in("ping")
    monkeypatch.setattr(Request, "_load_form_data", lambda _: pytest.fail("the form was read"))
    for browser, code in ((stranger, 403), (other, 403)):
        sent = {"csrf_token": "x", "fichier": (io.BytesIO(b"x" * 2_000_000), "a.csv")}
        assert browser.send(DROP, sent).status_code == code


def test_drops_are_bounded_and_end(tmp_path: Path) -> None:
    drops = Drops(tmp_path)
    for number in range(MAX_DROPS):
        drops.put(f"{number:016x}", "zinc", Drop("m", "a.csv", 1e9), b"x")
    with pytest.raises(DropsFullError):
        drops.put("f" * 16, "zinc", Drop("m", "a.csv", 1e9), b"x")
    drops.put("0" * 16, "zinc", Drop("n", "b.csv", 1e9), b"y")  # takes its own place
    found = drops.get("0" * 16, "zinc", 1e9)
    assert found == (Drop("n", "b.csv", 1e9), b"y")
    assert drops.get("0" * 16, "ping", 1e9) is None
    assert drops.get("0" * 16, "zinc", 1e9 + KEPT_S) is None
    now = max(path.stat().st_mtime for path in (tmp_path / "drops").iterdir())
    drops.sweep(now + KEPT_S)
    assert [*(tmp_path / "drops").iterdir()] == []


def test_the_file_comes_back_with_ids_and_what_was_mended(editor: Browser, node: Node) -> None:
    table: list[list[object]] = [["Lieux 2026"], *rows(HEAD, LILAC, NEW, NO_TOWN)]
    page = drop(editor, workbook(("Lieux", table)), "lieux.xlsx")
    field = next(iter(re.findall(r'name="(c\.5\.commune\.\d+)"', page.text)))
    mend(editor, page, **{field: "Lorgues"})
    answer = editor.get(FILE)
    assert "lieux-ids.xlsx" in answer.headers["Content-Disposition"]
    given = openpyxl.load_workbook(io.BytesIO(answer.data))["Lieux"]
    found = [[cell or "" for cell in row] for row in given.iter_rows(values_only=True)]
    assert found[0][0] == "Lieux 2026"
    assert [row[-1] for row in found[1:]] == [
        "id_maillage", "lilas", "cyber-lorgues", "sans-commune-lorgues",
    ]  # fmt: skip
    assert found[4][3] == "Lorgues"


def test_a_template_lists_values_and_changes_nothing_when_it_comes_back(
    editor: Browser, node: Node
) -> None:
    answer = editor.get(f"/espace/pole/{SLUG}/modele.xlsx?rempli=oui")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["Lieux", "Aide", "Listes"]
    lists = [one.formula1 for one in book["Lieux"].data_validations.dataValidation]
    assert len(lists) > 8
    assert all(one.startswith("'Listes'!$") for one in lists)
    assert book["Aide"]["A2"].value == "id"
    assert figures(drop(editor, answer.data, "lieux.xlsx"))["lieux inchangés"] == 2
    empty = editor.get(f"/espace/pole/{SLUG}/modele.xlsx")
    assert openpyxl.load_workbook(io.BytesIO(empty.data))["Lieux"].max_row == 1


SAID = [
    ("fermé en août", True), ("Fermeture du 1er au 15 août", True), ("sauf août", True),
    ("ouvert le samedi 9h-12h", True), ("congés : août", True), ("hors vacances scolaires", True),
    ("9 h à 12 h", True), ("parking gratuit", False), ("ouvert à tous", False),
    ("affermage", False), ("demander Martine", False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "is_warned"), SAID)
def test_text_that_is_not_published_is_told(editor: Browser, text: str, is_warned: bool) -> None:
    page = drop(editor, sheet(f"{NEW}{text}", head=HEAD.replace("Gratuit ?", "Remarques")))
    words = plain(unescape(page.text))
    assert "1 colonne avec du texte n'est pas publiée" in words
    assert f"« Remarques », 1 cellule : « {text} »" in words
    warned = "Le texte parle d'ouverture ou de fermeture, et sa colonne n'est pas publiée"
    assert (warned in words) is is_warned
    published = drop(editor, sheet(f"{NEW}{text}", head=HEAD.replace("Gratuit ?", "Présentation")))
    assert warned not in plain(unescape(published.text))
