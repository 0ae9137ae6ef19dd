"""What a pole reads while it fills in places: people's words, and first what can be done here."""

import io
import re

import openpyxl
import pytest
from flask import Flask

from registry.node import Node
from registry.web.workspace.fields import COLUMNS
from tests.registry.web.accounts.conftest import Browser
from tests.registry.web.accounts.pole_of_editors import SLUG, as_editor, fields_of, made_app
from tests.registry.web.accounts.test_dropped_sheets import drop
from tests.registry.web.network_of_tests import plain

OF_MACHINES = re.compile(
    r"WGS|\bIRI\b|\bRDF\b|datatype|\bxsd:|SHACL|SKOS|opening_hours|\bv[01]\.\d|cle_ban|docs/|EPSG|"
    r"\b(?:med|dct|schema):\w"
)
FORM = f"/espace/pole/{SLUG}/lieux/lilas"
NONSENSE = ("!!", "-3", "150", "2999-01-01", "ftp://x y", "Mo-Fr 25:00", "1 m de large", "x" * 3000)
SITUATIONS = {
    "a phone of another form": {"telephone": "04 94 00 00 97"},
    "metres": {"latitude": "6276000", "longitude": "976000"},
    "no position": {"latitude": "", "longitude": ""},
    "hours as people say them": {"horaires": "lundi 9h-12h"},
}


@pytest.fixture
def app(node: Node) -> Flask:
    return made_app(node)


@pytest.fixture
def editor(browser: Browser, node: Node) -> Browser:
    return as_editor(browser, node)


def shown(html: str) -> str:
    """Return the text of the main part of a page, without its markup."""
    main = html[html.index("<main") : html.index("</main>")]
    bare = re.sub(r"<[^>]+>", " ", re.sub(r"<(script|style).*?</\1>", "", main, flags=re.S))
    return " ".join(plain(bare).split())


def sent(editor: Browser, path: str, **changes: str) -> str:
    return shown(editor.send(path, {**fields_of(editor.get(path)), **changes}).text)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_no_word_of_machines_is_on_the_form(editor: Browser, prefix: str) -> None:
    for path in (FORM, f"/espace/pole/{SLUG}/nouveau-lieu"):
        assert OF_MACHINES.findall(shown(editor.get(prefix + path).text)) == []


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_no_word_of_machines_is_in_what_a_form_is_told(editor: Browser, prefix: str) -> None:
    told = {name: sent(editor, prefix + FORM, **cells) for name, cells in SITUATIONS.items()}
    typed = [column.name for column in COLUMNS if column.widget not in {"one", "several"}]
    for text in NONSENSE:
        told[text[:20]] = sent(editor, prefix + FORM, **dict.fromkeys(typed, text))
    found = {name: OF_MACHINES.findall(text) for name, text in told.items()}
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize(
    ("cells", "says", "silent"),
    [
        ({"telephone": "12"}, "Écrire les dix chiffres", "À la source"),
        ({"telephone": "04 94 00 00 97"}, "+33494000097", "À la source"),
        ({"courriels": "a b"}, "Écrire nom@domaine.fr", "À la source"),
    ],
)
def test_a_form_tells_what_to_do_in_it(
    editor: Browser, cells: dict[str, str], says: str, silent: str
) -> None:
    verdict = f"/espace/pole/{SLUG}/verdict?lieu=lilas"
    answer = editor.send(verdict, {**fields_of(editor.get(FORM)), **cells})
    assert answer.status_code == 200
    judged = answer.get_json()["said"]
    told = plain(" ".join(one["html"] for one in judged.values()))
    assert says in told
    assert silent not in told


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_no_word_of_machines_is_in_the_template(editor: Browser, prefix: str) -> None:
    data = editor.get(f"{prefix}/espace/pole/{SLUG}/modele.xlsx").data
    help_ = openpyxl.load_workbook(io.BytesIO(data)).worksheets[1]
    rows = [" ".join(str(cell or "") for cell in row) for row in help_.iter_rows(values_only=True)]
    assert len(rows) > len(COLUMNS) / 2
    assert [row for row in rows if OF_MACHINES.search(row)] == []


def test_a_sheet_tells_first_what_can_be_done_here(editor: Browser) -> None:
    head = "nom;commune;code_postal;adresse;telephone;horaires"
    rows = ("A;Draguignan;83300;1 rue Neuve;12;bientôt", "B;Draguignan;83300;;0494000001;")
    page = drop(editor, "\n".join((head, *rows)).encode())
    text = shown(page.text)
    assert "À la source" not in text
    boxes = [shown(f"<main{box}</main>") for box in page.text.split('class="box finding"')[1:]]
    both = [box for box in boxes if "Ici, " in box and "Dans votre tableur" in box]
    assert len(both) >= 2
    assert all(box.index("Ici, ") < box.index("Dans votre tableur") for box in both)


def test_what_goes_one_a_line_shows_one_example(editor: Browser) -> None:
    text = shown(editor.get(FORM).text)
    assert "Par exemple : contact@laquincaillerie.tl Un par ligne" in text
    assert ".tl|" not in text
