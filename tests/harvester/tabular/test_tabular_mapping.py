"""Mapping files: what each writing gives, and which errors they are told."""

import tomllib

import pytest

from harvester.tabular.further import COLUMNS
from harvester.tabular.mapping_file import load_mapping, parse_mapping
from tests.harvester.tabular.helpers import DATA, HEADER, imported, lines_of, rows_of
from vocab.errors import UsageError
from vocab.mapping import further_values
from vocab.properties import FIELDS
from vocab.schemes import concept_iri

CASES = tomllib.loads((DATA / "writings.toml").read_text("utf-8"))["case"]
ID = '[id]\ncolumn = "id"\n'
BASE = f"standard_columns = true\n{ID}"
ROW = "1;Le 139;139 cours de la République;Le Havre;76600;2024-01-01"


def one(columns: str, cells: str, mapping: str) -> dict[str, str]:
    """Import one whole place with further columns; give its national row."""
    result = imported(f"{HEADER};{columns}\n{ROW};{cells}\n", BASE + mapping)
    assert result.counts.places == 1, result.lines
    return rows_of(result)[0]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_writing(case: dict[str, str]) -> None:
    row = one(case["columns"], case["cells"], case["mapping"])
    assert row[case["field"]] == case["expected"]


def test_a_term_that_no_rule_knows_is_a_loss_once() -> None:
    rules = """
[[choose.frais_a_charge]]
columns = "x"
separator = ","
values = { "offert" = "Gratuit" }
[[choose.typologie]]
columns = "x"
separator = ","
values = { "livres" = "BIB" }
nothing = "rien"
"""
    result = imported(f"{HEADER};x\n{ROW};Offert, Livres, Rien, Cuisine\n", BASE + rules)
    assert lines_of(result, "term-unknown") == [(2, "x", "Cuisine", "")]


def test_a_term_kept_whole_elsewhere_is_not_lost() -> None:
    rules = """
[columns]
presentation_detail = "x"
[[choose.typologie]]
columns = "x"
values = { "a" = "BIB" }
"""
    result = imported(f"{HEADER};x\n{ROW};Cuisine\n", BASE + rules)
    assert lines_of(result, "term-unknown") == []
    assert rows_of(result)[0]["presentation_detail"] == "Cuisine"


def test_weeks_of_hours_in_french_are_said_in_french() -> None:
    rules = '[hours]\nmonday = "x"\nweeks = "w"\neven = "paire"\n'
    result = imported(f"{HEADER};x;w\n{ROW};sur rendez-vous;Paire\n", BASE + rules)
    further = further_values(result.records[0])
    assert further["opening_hours_text"] == "Semaine paire : Lundi : sur rendez-vous"


def test_features_of_2015() -> None:
    rules = """
[features]
need_essential_services = "a"
need_learning_culture = "b"
need_projects_creation = "c"
available_from = "d"
available_through = "e"
network_kinds = { constant = "fablab|EPN" }
[[choose.permanence]]
columns = "d"
filled = "temporary"
"""
    columns, cells = "a;b;c;d;e", "60 %;0;oui;2015-02-03;hier"
    result = imported(f"{HEADER};{columns}\n{ROW};{cells}\n", BASE + rules)
    further = further_values(result.records[0])
    assert set(further.pop("network_kinds")) == {"epn", "fablab"}
    assert set(further.pop("need")) == {"essential-services=60", "projects-creation="}
    assert further == {"permanence": "temporary", "available_from": "2015-02-03"}
    assert any(concept_iri("permanence", "temporary") in line for line in result.records[0].lines)
    assert lines_of(result, "feature-invalid") == [(2, "available_through", "hier", "")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[id", ["not TOML"]),
        ("", ["[id]", "missing"]),
        ("[id]\n", ["[id]", "column"]),
        ('[id]\ncolumn = "a"\njoin = ["b"]', ["[id]", "either"]),
        ('[id]\ncolum = "a"', ["'colum'", "column"]),
        ("[id]\ncolumn = 3", ["[id] column", "3"]),
        ('titre = "x"\n' + ID, ["'titre'", "title"]),
        (ID + '[columns]\nnon = "x"', ["[columns]", "'non'", "nom"]),
        (ID + '[columns]\nid = "x"', ["[columns]", "'id'"]),
        (ID + "[columns]\nnom = []", ["[columns] nom", "[]"]),
        (ID + "[columns]\nnom = { joint = 1 }", ["[columns] nom", "join, split, list, constant"]),
        (ID + '[columns]\nnom = { split = "x", separator = "", part = 1 }', ["separator"]),
        (
            ID + '[columns]\nservices = { list = "x", separator = "" }',
            ["services separator", "empty"],
        ),
        (
            ID + '[[choose.services]]\ncolumns = "x"\nseparator = [",", ""]\nfilled = []',
            ["choose.services", "separator", "empty"],
        ),
        (ID + '[columns]\nnom = { split = "x", separator = ",", part = 0 }', ["part = 1"]),
        (ID + '[columns]\nnom = { split = "x", separator = ",", part = true }', ["part = 1"]),
        (ID + "[columns]\nnom = { constant = 1 }", ["constant", "between quotes"]),
        (ID + '[[choose.nom]]\ncolumns = "x"', ["[[choose.nom]] number 1", "values"]),
        (ID + '[[choose.nom]]\ncolumns = "x"\nvalue = {}', ["'value'", "values"]),
        (ID + '[[choose.nom]]\ncolumns = "x"\nvalues = { a = 1 }', ["values 'a'"]),
        (ID + '[[choose.nom]]\ncolumns = "x"\nvalues = "a"', ["values", "table"]),
        (ID + 'choose = "x"', ["choose", "table"]),
        (ID + '[hours]\nlundi = "x"', ["[hours]", "'lundi'", "monday"]),
        (ID + '[hours]\nweeks = "x"', ["[hours] weeks", "even"]),
        (ID + '[features]\nneed = "x"', ["[features]", "need_learning_culture"]),
        (ID + '[[refuse]]\ncolumns = "x"', ["[[refuse]]", "because"]),
        (ID + '[[refuse]]\nbecause = "x"\ncolumns = "x"', ["[[refuse]]", "values"]),
        (ID + '[file]\nencodage = "x"', ["[file]", "encoding"]),
        ("standard_columns = 1\n" + ID, ["standard_columns", "true or false"]),
    ],
)
def test_a_wrong_mapping_file_says_where_and_what(text: str, words: list[str]) -> None:
    text = (
        text if "\nchoose" not in text else text.replace(ID + 'choose = "x"', 'choose = "x"\n' + ID)
    )
    with pytest.raises(UsageError) as refused:
        parse_mapping(text, "lieux.toml")
    assert str(refused.value).startswith("lieux.toml: ")
    assert all(word in str(refused.value) for word in words), str(refused.value)


def test_every_feature_name_is_apart_from_the_fields() -> None:
    assert not COLUMNS.keys() & {name for field in FIELDS for name in (field.name, field.old)}


def test_the_mappings_of_real_producers_are_right(pytestconfig: pytest.Config) -> None:
    folders = (
        pytestconfig.rootpath / "bench" / "mappings",
        pytestconfig.rootpath / "samples" / "mappings",
    )
    found = [load_mapping(path) for folder in folders for path in sorted(folder.glob("*.toml"))]
    assert len(found) == 35
    assert all(mapping.title for mapping in found)


@pytest.mark.parametrize(
    "rule",
    [
        '[[choose.typologie]]\ncolumns = "nom"\ncontains_word = { "139" = "FABLAB" }',
        '[columns]\npresentation_detail = "nom"',
        '[features]\nother_identifiers = "nom"',
        '[[refuse]]\nbecause = "x"\ncolumns = "nom"\nvalues = "autre"',
    ],
)
def test_d4_a_rule_never_hides_a_column_of_the_standard(rule: str) -> None:
    result = imported(f"{HEADER}\n{ROW}\n", f"{BASE}{rule}\n")
    assert rows_of(result)[0]["nom"] == "Le 139"


def test_d4_what_is_ignored_or_filled_otherwise_stays_so() -> None:
    mapping = 'standard_columns = true\nignore = ["adresse"]\n' + ID
    row = rows_of(imported(f"{HEADER}\n{ROW}\n", mapping + '[columns]\nnom = "commune"\n'))[0]
    assert (row["nom"], row["adresse"], row["commune"]) == ("Le Havre", "", "Le Havre")


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ('[[choose.typologie]]\ncolumns = "x"\nvalues = { "a" = "BIBLIO" }', "near: BIB"),
        ('[[choose.typologie]]\ncolumns = "x"\nfilled = ["BIB", "FABLABS"]', "near: FABLAB"),
        (
            '[[choose.services]]\ncolumns = "x"\ndefault = "Acces internet"',
            "near: Accès internet et matériel informatique",
        ),
        ('[columns]\nfrais_a_charge = { constant = "Gratuits" }', "near: Gratuit"),
        ('[columns]\nfrais_a_charge = { column = "x", default = "Gratis" }', "not in the list"),
        ('[features]\nnetwork_kinds = { constant = "fablab|epnn" }', "near: epn"),
    ],
)
def test_d4_a_value_that_no_list_has_is_told_when_the_mapping_is_read(rule: str, told: str) -> None:
    with pytest.raises(UsageError, match=told) as failed:
        parse_mapping(f"{ID}{rule}\n", "m.toml")
    assert "n'est pas dans la liste" in failed.value.message("fr")


@pytest.mark.parametrize(
    "rule",
    [
        '[columns]\ntypologie = { constant = "BIB|FABLAB" }',
        '[columns]\nfrais_a_charge = { constant = "GRATUIT" }',
        '[columns]\nnom = { constant = "BIBLIO" }',
        '[columns]\nlabels_nationaux = { constant = "APTIC" }',
    ],
)
def test_d4_near_misses_are_read(rule: str) -> None:
    assert parse_mapping(f"{ID}{rule}\n", "m.toml").fields


@pytest.mark.parametrize(
    ("reader", "cells", "value"),
    [
        ('{ column = "x", default = "Sans nom" }', "Le lieu", "Le lieu"),
        ('{ column = "x", default = "Sans nom" }', "", "Sans nom"),
        ('{ column = ["y", "x"], default = "Sans nom" }', "Le lieu", "Le lieu"),
        ('{ join = ["x"], default = "Sans nom" }', "", "Sans nom"),
        ('{ split = "x", separator = "-", part = 2, default = "Sans nom" }', "A", "Sans nom"),
    ],
)
def test_d4_a_column_else_a_constant(reader: str, cells: str, value: str) -> None:
    assert one("x", cells, f"[columns]\nnom = {reader}\n")["nom"] == value
