"""Whole rows: versions mixed, nothing lost in silence, nothing done twice."""

import csv
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.clean.row import clean_row
from harvester.clean.types import Cleaned, Values
from vocab.properties import FIELDS

EXAMPLES = Path(__file__).resolve().parents[2] / "data" / "national-standard"
PLACE = {
    "id": "7",
    "nom": "Médiathèque",
    "commune": "Reims",
    "code_postal": "51100",
    "code_insee": "51454",
    "adresse": "2 rue Neuve",
}
FIELD_OF = {name: field.name for field in FIELDS for name in (field.name, field.old) if name}


def cells_of(values: Values) -> dict[str, str]:
    """Write cleaned values as the cells of a v1.0.2 file."""
    return {k: v if isinstance(v, str) else "|".join(v) for k, v in values.items()}


def rules_of(cleaned: Cleaned) -> list[str]:
    return [note.rule for note in (*cleaned.notes, *cleaned.refusals)]


def _official(version: str) -> dict[str, str]:
    path = EXAMPLES / f"exemple-valide_{version}.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return next(iter(csv.DictReader(stream)))


def test_the_official_example_passes_unchanged() -> None:
    row = _official("v1.0.2")
    cleaned = clean_row(row)
    assert cells_of(cleaned.values) == {k: v for k, v in row.items() if v}
    assert rules_of(cleaned) == ["coordinates-outside-departement"]
    assert cleaned.notes[0].level == "warning"


def test_the_official_example_of_v01_becomes_v1() -> None:
    cleaned = clean_row(_official("v0.1.1"))
    assert cleaned.refusals == ()
    assert cleaned.values["services"] == (
        "Aide aux démarches administratives",
        "Maîtrise des outils numériques du quotidien",
    )
    assert cleaned.values["publics_specifiquement_adresses"] == ("Familles et/ou enfants",)
    assert cleaned.values["prise_en_charge_specifique"] == ("Déficience visuelle",)
    assert cleaned.values["frais_a_charge"] == ("Payant",)
    lost = {note.before.partition(" :")[0] for note in cleaned.notes if note.level == "loss"}
    assert lost == {
        "13001_3079_00001",  # cle_ban
        "Adultes",
        "Accepte le Pass numérique",
        "APTIC",
        "Point relais CAF",
    }


def test_old_and_new_columns_meet() -> None:
    cleaned = clean_row(
        {
            **PLACE,
            "courriel": "a@ville.fr",
            "courriels": "b@ville.fr|a@ville.fr",
            "conditions_acces": "Payant : L'accès au lieu et/ou à ses services est payant",
            "frais_a_charge": "Gratuit sous condition",
            "accessibilite": "https://acceslibre.fr/1",
            "fiche_acces_libre": "https://acceslibre.fr/2",
        }
    )
    assert set(cleaned.values["courriels"]) == {"a@ville.fr", "b@ville.fr"}
    assert set(cleaned.values["frais_a_charge"]) == {"Payant", "Gratuit sous condition"}
    assert cleaned.values["fiche_acces_libre"] == "https://acceslibre.fr/2"
    lost = [(note.column, note.rule) for note in cleaned.notes if note.level == "loss"]
    assert lost == [("accessibilite", "old-column-left-out")]


def test_hours_that_cannot_be_converted_are_given_as_written() -> None:
    cleaned = clean_row({**PLACE, "horaires": "Une fois par mois"})
    assert "horaires" not in cleaned.values
    assert cleaned.verbatim_hours == "Une fois par mois"


def test_a_long_summary_moves_only_into_an_empty_detail() -> None:
    long = "Un mot. " * 40
    moved = clean_row({**PLACE, "presentation_resume": long})
    assert "presentation_resume" not in moved.values
    assert moved.values["presentation_detail"] == long.strip()
    kept = clean_row({**PLACE, "presentation_resume": long, "presentation_detail": "Détail."})
    assert kept.values["presentation_resume"] == long.strip()
    assert "summary-too-long" in rules_of(kept)


def test_the_departement_guides_phones_pivots_and_coordinates() -> None:
    cleaned = clean_row(
        {
            **PLACE,
            "commune": "Nouméa",
            "code_postal": "98800",
            "code_insee": "",
            "telephone": "25 28 29",
            "pivot": "0123456001",
            "latitude": "166.458",
            "longitude": "-22.2758",
        }
    )
    assert cleaned.values["telephone"] == ("+687252829",)
    assert cleaned.values["pivot"] == "0123456001"
    assert (cleaned.values["latitude"], cleaned.values["longitude"]) == ("-22.2758", "166.458")
    assert cleaned.values["code_insee"] == "98818"


def test_a_row_without_name_or_commune_is_refused_by_name() -> None:
    assert [n.rule for n in clean_row({"id": "7"}).refusals] == ["commune-missing", "name-missing"]
    assert [n.rule for n in clean_row({**PLACE, "nom": "#N/D"}).refusals] == ["name-missing"]


_DIRT = st.sampled_from(
    [
        "",
        " ",
        "NC",
        "0",
        "75001.0",
        "PARIS 10",
        "St Denis",
        "02 41 21 51 00",
        "3949",
        "24/7",
        "Gratuit;Payant",
        "lundi 9h-12h sur rdv",
        "www.x.fr",
        "a[a]b.fr",
        "15/03/2021",
        "4,34933E+13",
        "CC;CCAS",
        "Tout public",
        "<b>x</b>",
        "&amp;lt;",
        "12, 5",
        "48,85",
        "1970-01-01",
        "6862047",
        "2A004",
        "20000",
        "12 rue X 75010 Paris",
        "Jeunes (16-26 ans)",
        "http://http://a.fr",
        "É»",
        "\ufffd",
    ]
)
_COLUMNS = [name for field in FIELDS for name in (field.name, field.old) if name]
_ROWS = st.dictionaries(st.sampled_from(_COLUMNS), st.one_of(_DIRT, st.text(max_size=30)))


@given(_ROWS)
def test_cleaning_twice_repairs_nothing_more(row: Mapping[str, str]) -> None:
    once = clean_row(row)
    twice = clean_row(cells_of(once.values))
    assert [note for note in twice.notes if note.level in ("repair", "loss")] == []
    assert twice.values == once.values


@given(_ROWS)
def test_every_column_that_changed_has_a_note(row: Mapping[str, str]) -> None:
    cleaned = clean_row(row)
    noted = {FIELD_OF[note.column] for note in (*cleaned.notes, *cleaned.refusals)}
    if cleaned.verbatim_hours:
        noted.add("horaires")
    out = cells_of(cleaned.values)
    for column, raw in row.items():
        name = FIELD_OF[column]
        unknown_pivot = name == "pivot" and not raw.strip("0. ")
        parts = {part for part in re.split("[|;]", raw) if part}
        same = parts <= set(out.get(name, "").split("|"))
        assert raw == "" or unknown_pivot or same or raw == out.get(name) or name in noted, (
            column,
            raw,
        )


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("site_web", "http://" + "a." * 30_000),
        ("telephone", "0 " * 30_000),
        ("courriels", "a@" * 30_000),
        ("horaires", "lundi 9h-12h " * 5_000),
        ("adresse", "75001 " * 20_000),
        ("services", "Gratuit, " * 20_000),
        ("nom", "<a " * 50_000),
        ("presentation_detail", "&amp;" * 50_000 + "<" * 50_000),
        ("commune", "(" * 50_000),
    ],
)
def test_a_hostile_cell_ends_at_once(column: str, text: str) -> None:
    cleaned = clean_row({**PLACE, column: text})
    assert sum(len(note.before) for note in cleaned.notes) < 10 * len(text) + 1_000
