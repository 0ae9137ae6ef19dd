"""Importing: what becomes of every row, and what the report says of it."""

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.clean.rules import RULES
from harvester.tabular.importing import import_file
from harvester.tabular.report import report_csv, report_json, report_text
from harvester.tabular.result import REPORT_RULES, TABULAR_RULES
from tests.harvester.tabular.helpers import DATA, HEADER, PLACE, POLE, imported, lines_of, rows_of
from vocab.errors import PublishedError
from vocab.mapping import further_values, place_iri

ID = '[id]\ncolumn = "id"\n'


def place(local_id: str, **changed: str) -> str:
    cells = dict(zip(HEADER.split(";"), PLACE.split(";"), strict=True)) | {"id": local_id} | changed
    return ";".join(cells.values())


def test_rows_become_places_under_the_pole() -> None:
    result = imported("\n".join([HEADER, place("a/1"), place("b")]))
    assert [record.iri for record in result.records] == [
        place_iri(POLE.namespace, "a/1"),
        place_iri(POLE.namespace, "b"),
    ]
    assert result.rows_of[result.records[1].iri] == (3,)
    assert [line.level for line in result.lines if line.rule != "insee-derived"] == []


@pytest.mark.parametrize(
    ("name", "rows", "rule", "row"),
    [
        ("no id", [place("1"), place("")], "id-missing", 3),
        ("blank id", [place(" "), place("1")], "id-missing", 2),
        ("an id that says there is none", [place("1"), place("NC")], "id-missing", 3),
        ("an error of the spreadsheet", [place("#N/D"), place("1")], "id-missing", 2),
        ("an invisible id", [place("1"), place("\u200e")], "id-missing", 3),
        ("id repeated", [place("1"), place("2"), place("1")], "id-repeated", 4),
        ("id repeated but for spaces", [place("a b"), place("a  b")], "id-repeated", 3),
        ("ragged", [place("1"), place("2") + ";x"], "row-ragged", 3),
        ("no name", [place("1", nom=""), place("2")], "name-missing", 2),
    ],
)
def test_a_row_that_is_no_place_is_refused_by_its_number(
    name: str, rows: list[str], rule: str, row: int
) -> None:
    result = imported("\n".join([HEADER, *rows]))
    assert {line.row for line in result.lines if line.rule == rule} == {row}
    assert result.counts.refused_rows == 1
    assert result.counts.places == len(rows) - 1
    assert result.counts.unaccounted_rows == 0


def test_a_file_without_an_id_column_is_refused_with_the_remedy() -> None:
    with pytest.raises(PublishedError, match=r"file: no column 'id'.*nom, adresse.*mapping"):
        imported("nom;adresse\nx;y\n")


def test_rows_of_one_place_are_united() -> None:
    result = import_file(DATA / "services.json", POLE, DATA / "services.toml")
    library, mission = rows_of(result)
    assert result.counts.merged_rows == 2
    assert library["services"].split("|") == [
        "Accès internet et matériel informatique",
        "Aide aux démarches administratives",
    ]
    assert library["id"] == "bfm-centre-limoges"
    assert library["presentation_detail"] == "Tout public\nPublic débutant"
    assert library["horaires"] == "Mo-Fr 10:00-12:00"
    assert lines_of(result, "group-conflict") == [
        (2, "telephone", "05 55 45 96 01", "05 55 45 96 00")
    ]
    assert mission["nom"] == "Mission locale"
    assert lines_of(result, "id-missing") == [(5, "id", "", "")]
    assert (result.counts.rows, result.counts.places, result.counts.unaccounted_rows) == (5, 2, 0)


def test_a_producer_s_file_with_its_mapping() -> None:
    result = import_file(DATA / "bibliotheques.csv", POLE, DATA / "bibliotheques.toml")
    assert (result.facts.encoding, result.facts.separator) == ("cp1252", ";")
    rows = rows_of(result)
    assert [row["id"] for row in rows] == ["8724", "8729"]
    assert rows[0]["latitude"] == "49.609493"
    assert rows[1]["modalites_acces"] == "Ce lieu n'accueille pas de public"
    assert lines_of(result, "not-a-place") == [(4, "Statut", "Fermée", "fermée depuis 2019")]
    assert lines_of(result, "column-unused") == [(0, "surface", "2", "")]
    assert lines_of(result, "column-missing") == [(0, "Libelle2", "", "")]
    assert lines_of(result, "sheet-unread") == []
    assert result.counts.unaccounted_rows == 0


def test_a_former_value_is_kept_beside_its_successor() -> None:
    row = place("1") + ";Prendre en main un ordinateur;13001_3079_00001"
    result = imported(f"{HEADER};services;cle_ban\n{row}\n")
    assert rows_of(result)[0]["services"] == "Maîtrise des outils numériques du quotidien"
    further = further_values(result.records[0])
    assert [iri.rpartition("/")[2] for iri in further["former_values"]]
    assert further["ban_key"] == "13001_3079_00001"


def test_columns_that_nearly_bear_the_standard_s_names_are_read() -> None:
    result = imported(f"{HEADER};Téléphone\n{PLACE};02 35 19 45 45\n")
    assert rows_of(result)[0]["telephone"] == "+33235194545"


def test_letters_lost_before_are_flagged_in_every_cell() -> None:
    rules = f'standard_columns = true\n{ID}[[choose.nom]]\ncolumns = "x"\nfilled = "Médiathèque"\n'
    result = imported(f"{HEADER};x;y\n{place('1', nom='M�diath�que')};�;�\n", rules)
    assert {line.column for line in result.lines if line.rule == "characters-lost"} == {
        "nom",
        "x",
        "y",
    }


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["1", "2", "3", "", " "]), min_size=1, max_size=12),
    st.booleans(),
    st.lists(st.sampled_from(["", "x", "Le 139"]), min_size=12, max_size=12),
)
def test_every_row_is_accounted_for(ids: list[str], group: bool, names: list[str]) -> None:
    rows = [place(local_id, nom=name) for local_id, name in zip(ids, names, strict=False)]
    rules = f"standard_columns = true\n{ID}group = {str(group).lower()}\n"
    result = imported("\n".join([HEADER, *rows]), rules)
    counts = result.counts
    assert counts.rows == len(ids)
    assert counts.unaccounted_rows == 0
    placed = {row for rows in result.rows_of.values() for row in rows}
    refused = {line.row for line in result.lines if line.level == "refusal"}
    assert placed | refused == set(range(2, len(ids) + 2))
    assert not placed & refused


REPORTED = "\n".join([HEADER, place("1", commune="LE HAVRE"), place(""), place("2", nom="=1+1")])


def test_report_as_json() -> None:
    report = json.loads(report_json(imported(REPORTED)))
    assert report["counts"] == {
        "rows": 3,
        "places": 2,
        "refused_rows": 1,
        "merged_rows": 0,
        "unaccounted_rows": 0,
    }
    assert {"level": "refusal", "rule": "id-missing", "count": 1} in report["rules"]
    assert sum(rule["count"] for rule in report["rules"]) == len(report["lines"])


def test_report_as_csv_holds_every_line_and_no_formula() -> None:
    result = imported(f"{HEADER};=x\n{PLACE};y\n")
    rows = list(csv.DictReader(io.StringIO(report_csv(result)), delimiter=";"))
    assert len(rows) == len(result.lines)
    assert "'=x" in {row["column"] for row in rows}


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "fr",
            ["3 lignes, 2 lieux", "1 lignes refusées", "Refus", "ligne 3", "n'a pas d'identifiant"],
        ),
        ("en", ["3 rows, 2 places", "1 rows refused", "Refusals", "row 3", "has no id"]),
        ("br", ["3 rows, 2 places", "1 rows refused", "Refusals", "row 3", "has no id"]),
    ],
)
def test_report_as_text(lang: str, words: list[str]) -> None:
    text = report_text(imported(REPORTED), lang)
    assert all(word in text for word in words), text


def test_every_rule_speaks_both_languages() -> None:
    assert not TABULAR_RULES.keys() & RULES.keys()
    assert all(rule.en and rule.sentence("fr") != rule.en for rule in REPORT_RULES.values())
