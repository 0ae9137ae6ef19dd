"""A volunteer's sheet in people's words: recognised by meaning, emptied, or left unpublished."""

from html import unescape
from re import findall, search

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from registry.node import Node
from tests.registry.web.accounts.conftest import Browser
from tests.registry.web.accounts.pole_of_editors import as_editor, made_app, said
from tests.registry.web.accounts.test_dropped_sheets import (
    COMPARE,
    VERDICT,
    drop,
    field_of,
    hidden,
    mend,
    publish,
)
from tests.registry.web.network_of_tests import plain

HEAD = "Nom;Type;Rue;CP;Ville;Mail;Horaires;Ce qu'on propose;Public;Gratuit ?"
ROW = "{name};{kind};1 place du Marché;83510;Lorgues;{mail};{hours};{does};{whom};{free}"
USUAL = {"name": "Cyber de Lorgues", "kind": "", "mail": "", "hours": "", "does": "", "whom": "",
         "free": ""}  # fmt: skip
COLUMNS = {"Ce qu'on propose": "services", "Gratuit ?": "frais_a_charge"}


@pytest.fixture
def app(node: Node) -> Flask:
    return made_app(node)


@pytest.fixture
def editor(browser: Browser, node: Node) -> Browser:
    return as_editor(browser, node, "zinc", "zinc")


def dropped(editor: Browser, **cells: str) -> TestResponse:
    """Drop a row, with its columns confirmed."""
    page = drop(editor, "\n".join([HEAD, ROW.format(**USUAL | cells)]).encode())
    names = hidden(page)
    said_of = {
        f"k{name[2:]}": COLUMNS[value]
        for name, value in names.items()
        if name.startswith("kn.") and value in COLUMNS
    }
    return mend(editor, page, **said_of)


def made(editor: Browser, node: Node) -> dict[str, str]:
    assert publish(editor, faire="publier-les-autres").status_code == 303
    return said(node, "cyber-lorgues")


@pytest.mark.parametrize(
    ("cells", "field", "value"),
    [
        ({"kind": "France Services"}, "typologie", "RFS"),
        ({"kind": "Médiathèque"}, "typologie", "BIB"),
        ({"kind": "bibliothèque"}, "typologie", "BIB"),
        ({"free": "oui"}, "frais_a_charge", "Gratuit"),
        ({"free": "X"}, "frais_a_charge", "Gratuit"),
        ({"free": "Non"}, "frais_a_charge", "Payant"),
    ],
)
def test_what_people_write_is_recognised(
    editor: Browser, node: Node, cells: dict[str, str], field: str, value: str
) -> None:
    dropped(editor, **cells)
    assert made(editor, node)[field] == value


def test_a_question_the_other_way_round_has_the_other_answer(editor: Browser, node: Node) -> None:
    row = b"Cyber de Lorgues;1 rue;83510;Lorgues;X"
    page = drop(editor, b"Nom;Rue;CP;Ville;Payant ?\n" + row)
    column = next(name for name, value in hidden(page).items() if value == "Payant ?")
    mend(editor, page, **{f"k{column[2:]}": "frais_a_charge"})
    assert made(editor, node)["frais_a_charge"] == "Payant"


@pytest.mark.parametrize(
    ("cells", "field", "value"),
    [
        ({"does": "aide aux démarches (impôts, CAF)"}, "services",
         "Aide aux démarches administratives"),
        ({"does": "wifi, ordis, imprimante"}, "services",
         "Accès internet et matériel informatique"),
        ({"whom": "jeunes 12-25"}, "publics_specifiquement_adresses", "Jeunes"),
    ],
)  # fmt: skip
def test_what_is_meant_is_ticked_and_counts_once_it_is_confirmed(
    editor: Browser, node: Node, cells: dict[str, str], field: str, value: str
) -> None:
    page = dropped(editor, **cells)
    name = field_of(page, *cells.values())
    ticked = findall(rf'name="{name}" value="([^"]+)" checked', page.text)
    assert [unescape(one) for one in ticked] == [value]
    editor.send(VERDICT, {**hidden(page), name: value, "faire": "comparer"})
    assert value not in plain(editor.get(COMPARE).text)
    mend(editor, page, **{name: value})
    assert made(editor, node)[field] == value


def test_a_long_list_shows_the_likely_first_and_the_rest_folded(editor: Browser) -> None:
    page = dropped(editor, kind="Cyber-base du quartier")
    name = field_of(page, "Cyber-base du quartier")
    shown = page.text[page.text.index(f'name="{name}"') :]
    folded = search(r"autres valeurs de la liste", plain(shown))
    assert folded
    assert shown.index("<details>") < shown.index("</fieldset>")
    assert shown[: shown.index("<details>")].count(f'name="{name}"') <= 7


def test_a_value_is_not_published_and_asked_about_no_more(editor: Browser, node: Node) -> None:
    page = dropped(editor, whom="demandeurs d'emploi")
    name = field_of(page, "demandeurs d'emploi")
    assert "Ne pas publier cette valeur" in plain(page.text)
    page = mend(editor, page, **{name: "-"})
    assert f'name="{name}"' not in page.text
    assert not [one for one in hidden(page).values() if one == "demandeurs d'emploi"]
    assert "publics_specifiquement_adresses" not in made(editor, node)
    again = dropped(editor, name="Deuxième lieu", whom="demandeurs d'emploi")
    assert not [one for one in hidden(again).values() if one == "demandeurs d'emploi"]


@pytest.mark.parametrize(
    ("cells", "field"),
    [({"mail": "pas de mail"}, "courriels"), ({"hours": "le plus souvent ouvert"}, "horaires")],
)
def test_a_field_that_is_emptied_stays_empty(
    editor: Browser, node: Node, cells: dict[str, str], field: str
) -> None:
    page = dropped(editor, **cells)
    (text,) = cells.values()
    name = field_of(page, text)
    page = mend(editor, page, **{name: ""})
    assert text not in hidden(page).values()
    page = mend(editor, page)
    assert text not in hidden(page).values()
    assert field not in made(editor, node)


def test_where_hours_are_is_not_when(editor: Browser, node: Node) -> None:
    page = dropped(editor, hours="voir site internet")
    assert "dit où trouver les horaires" in plain(page.text)
    assert "voir site internet" not in str(made(editor, node))


def test_what_the_public_would_miss_stands_beside_the_button(editor: Browser) -> None:
    page = plain(dropped(editor).text)
    header = page[page.index("<header") : page.index("</header>", page.index("<h1"))]
    assert "ne dit pas ce qu'on y fait" in header
    assert "ne dit pas quand il est ouvert" in header
    whole = plain(dropped(editor, does="Accès internet et matériel informatique",
                          hours="lundi 9h-12h").text)  # fmt: skip
    assert "ne dit pas ce qu'on y fait" not in whole


def test_what_is_proposed_is_not_folded_away(editor: Browser) -> None:
    """Reading the file again confirms it: it stands before rules that propose nothing."""
    row = USUAL | {"mail": "pas de mail", "hours": "voir site internet", "whom": "jeunes 12-25"}
    rows = [ROW.format(**row | {"name": f"Cyber {one}"}) for one in range(3)]
    rows += [ROW.format(**row | {"name": "Point", "hours": one, "whom": "jeunes", "does": f"x{n}"})
             for n, one in enumerate(("mardi matin", "selon la lune", "fermé"))]  # fmt: skip
    page = plain(drop(editor, "\n".join([HEAD, *rows]).encode()).text)
    better = page[page.index('class="findings better"') :]
    assert better.count("<h3>") > 4
    assert better.index(" checked") < better.index("<h3>", better.index("<h3>") + 1)
