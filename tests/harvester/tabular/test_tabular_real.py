"""The real files: all 41 of them, the official examples, and the 51 defects of the standard."""

import csv
import re
from pathlib import Path

import pytest

from bench.imports import POLE, files, mapping_of
from harvester.tabular.importing import import_file
from harvester.tabular.reading import read_table
from harvester.tabular.result import REPORT_RULES, ImportResult
from tests.harvester.tabular.helpers import rows_of
from vocab.mapping import place_iri

pytestmark = pytest.mark.realdata


def declared_rows(places: Path) -> dict[str, int]:
    """Rows of each file as its origin page counts them."""
    text = (places / "SOURCES.md").read_text("utf-8")
    found = re.findall(
        r"^\| `(?:sources|exports-standard)/([^`]+)` \| ([\d\s]+) \|", text, re.MULTILINE
    )
    return {name: int(re.sub(r"\s", "", rows)) for name, rows in found}


def test_every_real_file_is_imported_and_every_row_accounted_for(real_data: Path) -> None:
    places = real_data / "places"
    declared = declared_rows(places)
    assert len(declared) == 41
    for path in files(places):
        result = import_file(path, POLE, mapping_of(path))
        counts = result.counts
        assert counts.rows == declared[path.name], path.name
        assert counts.unaccounted_rows == 0, path.name
        assert {line.rule for line in result.lines} <= REPORT_RULES.keys()
        assert not [line for line in result.lines if line.rule == "column-unused"], path.name
        assert len({record.iri for record in result.records}) == counts.places


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("exports-standard/charente_2023-07-11_schema-v0.1.json", "0.1.1"),
        ("exports-standard/charente_2025-02-06_migration-partielle-v1.json", "mixed"),
        ("exports-standard/hub-du-sud_2025-02-06_migration-partielle-v1.json", "mixed"),
        ("sources/le-havre_2024-07-18.json", "mixed"),
        ("sources/aix-en-provence_2024-02-01.json", "0.1.1"),
        ("sources/tiers-lieux-cget_2019.csv", "own"),
    ],
)
def test_versions_are_told_apart(real_data: Path, name: str, version: str) -> None:
    assert read_table(real_data / "places" / name).facts.version == version


@pytest.mark.parametrize(
    ("name", "version"),
    [("exemple-valide_v0.1.1.csv", "0.1.1"), ("exemple-valide_v1.0.2.csv", "1.0.2")],
)
def test_the_official_examples_come_in_whole(real_data: Path, name: str, version: str) -> None:
    path = real_data / "national-standard" / "exemples" / name
    result = import_file(path, POLE)
    assert result.facts.version == version
    assert result.records[0].iri == place_iri(POLE.namespace, "structure-1")
    assert not [line for line in result.lines if line.level == "refusal"]


def test_a_stop_of_the_bus_is_open_every_other_week(real_data: Path) -> None:
    path = real_data / "places" / "sources" / "bus-france-services-charente_2023-09-20.json"
    first = rows_of(import_file(path, POLE, mapping_of(path)))[0]
    assert first["horaires"] == "week 01-53/2 Mo 09:30-12:30,13:30-15:30; PH off"
    assert first["itinerance"] == "Itinérant"


def test_the_template_gives_its_columns_and_no_row(real_data: Path) -> None:
    path = real_data / "national-standard" / "exemples" / "gabarit_v0.1.1.xlsx"
    result = import_file(path, POLE)
    assert (result.facts.format, result.facts.version, result.rows) == ("xlsx", "0.1.1", 0)
    assert len(read_table(path).columns) == 29


@pytest.fixture(scope="module")
def invalid(real_data: Path) -> ImportResult:
    return import_file(real_data / "national-standard/exemples/exemple-invalide_v1.0.2.csv", POLE)


DEFECTS = {
    "ligne-valide": None,
    "id-vide": "id-missing",
    "id-en-double": None,
    "id-en-double-bis": "id-repeated",
    "pivot-vide": None,
    "pivot-avec-espaces": "pivot-ornaments-removed",
    "pivot-inconnu-zeros": None,
    "pivot-arrondi-par-tableur": "pivot-rounded-by-spreadsheet",
    "pivot-trop-court": "pivot-unreadable",
    "pivot-luhn-faux": "pivot-check-digit",
    "nom-vide": "name-missing",
    "commune-vide": "commune-from-insee",
    "code-postal-sans-zero": "postcode-zero-restored",
    "code-postal-cedex": "postcode-extracted",
    "code-insee-invalide": "insee-unreadable",
    "adresse-vide": None,
    "latitude-virgule": "coordinates-decimal-comma",
    "latitude-lambert93": "coordinates-lambert93",
    "coordonnees-inversees": "coordinates-outside-departement",
    "coordonnees-zero": "coordinates-zero",
    "typologie-inconnue": "value-not-in-list",
    "telephone-national": "phone-to-international",
    "telephone-double": None,
    "telephone-mayotte": None,
    "telephone-antilles-tronque": "phone-zero-restored",
    "courriel-invalide": "email-at-sign-restored",
    "site-sans-protocole": "site-scheme-added",
    "site-vide": "site-bare-scheme",
    "horaires-texte": "hours-french-to-osm",
    "horaires-osm-casse": "hours-kept-verbatim",
    "resume-trop-long": "summary-too-long",
    "itinerance-minuscule": "value-exact-spelling",
    "date-francaise": "date-to-iso",
    "date-vide": None,
    "date-1970": "date-placeholder",
    "services-vide": None,
    "services-v0": "value-carried-to-v1",
    "services-sans-accent": "value-exact-spelling",
    "publics-hors-liste": "value-without-equivalent",
    "publics-prefixe-inconnu": "everyone-is-no-specific-audience",
    "prise-en-charge-hors-liste": "value-not-in-list",
    "frais-adhesion": "value-not-in-list",
    "dispositif-CNFS": "value-carried-to-v1",
    "label-etapes-numeriques-forme-description": "value-exact-spelling",
    "label-etapes-numeriques-forme-pattern": None,
    "modalites-acces-apostrophe-typographique": "value-exact-spelling",
    "modalites-accompagnement-v0": "value-carried-to-v1",
    "espace-autour-du-separateur": None,
}
"""What the report says of each defect beside its row; None: nothing, the value is taken as it is.

The example's own coordinates lie outside its département on every row: that line is left out.
"""


def test_each_of_the_51_defects_is_handled_as_it_should(
    real_data: Path, invalid: ImportResult
) -> None:
    verdicts = real_data / "national-standard/exemples/exemple-invalide_resultat-frictionless.csv"
    with verdicts.open(encoding="utf-8", newline="") as file:
        cases = {int(row["ligne"]): row["cas"] for row in csv.DictReader(file)}
    assert len(cases) == invalid.rows == 51
    assert invalid.counts.unaccounted_rows == 0
    for number, case in cases.items():
        rules = {line.rule for line in invalid.lines if line.row == number}
        expected = DEFECTS.get(case)
        if expected:
            assert expected in rules, case
        elif case in DEFECTS:
            assert rules <= {"coordinates-outside-departement"}, case
    refused = {cases[line.row] for line in invalid.lines if line.level == "refusal"}
    assert refused == {"id-vide", "id-en-double-bis", "nom-vide"}


@pytest.mark.parametrize(
    ("local_id", "field", "value"),
    [
        ("cas-13", "code_postal", "01000"),
        ("cas-27", "telephone", "+596596797732"),
        (
            "cas-39",
            "services",
            "Aide aux démarches administratives|Loisirs et créations numériques",
        ),
        ("cas-43", "publics_specifiquement_adresses", "Femmes"),
        ("cas-51", "frais_a_charge", "Gratuit|Payant"),
        ("cas-37", "date_maj", ""),
    ],
)
def test_what_mended_values_become(
    invalid: ImportResult, local_id: str, field: str, value: str
) -> None:
    row = next(row for row in rows_of(invalid) if row["id"] == local_id)
    assert sorted(row[field].split("|")) == sorted(value.split("|"))
