"""The sample network's files: what they are made of, and that they can be made again."""

import csv
import json
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from samples.build import build
from samples.masking import without_masked
from samples.territory import POLES, pole_of
from vocab.territory import departements

SHIPPED = Path(__file__).resolve().parents[2] / "samples" / "poles"


def content(path: Path) -> object:
    if path.suffix == ".xlsx":  # the container holds times; its cells do not
        return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    return path.read_bytes()


@pytest.mark.realdata
def test_the_shipped_files_are_made_from_the_originals(real_data: Path, tmp_path: Path) -> None:
    done = build(real_data / "places", tmp_path)
    assert done.matched == {"hub-du-sud": 176, "charente": 38, "nouvelle-caledonie": 7}
    assert done.repeated == {"hub-du-sud": 0, "charente": 9, "nouvelle-caledonie": 2}
    assert done.apart == {"hub-du-sud": 467, "charente": 141, "nouvelle-caledonie": 81}
    made = {p.relative_to(tmp_path): content(p) for p in tmp_path.rglob("*") if p.is_file()}
    shipped = {
        p.relative_to(SHIPPED): content(p)
        for p in SHIPPED.rglob("*")
        if p.is_file() and p.suffix != ".toml"
    }
    assert made.keys() == shipped.keys()
    assert [name for name in made if made[name] != shipped[name]] == []


def test_every_departement_has_exactly_one_pole() -> None:
    given = [code for codes in POLES.values() for code in codes]
    assert len(given) == len(set(given))
    missing = {d.code for d in departements()} - set(given)
    assert missing <= {"989"}  # Clipperton: nobody lives there


def test_an_unknown_departement_is_an_error() -> None:
    with pytest.raises(KeyError):
        pole_of("99")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("prenom.nom1a2b3@exemple.fr", ""),
        ("prenom-nom1a2b3@exemple.fr", ""),
        ("accueil@exemple.fr", "accueil@exemple.fr"),
        ("06 12 34 56 78", ""),
        ("+33 6 12 34 56 78", ""),
        ("04 50 56 87 49", "04 50 56 87 49"),
        ("04 50 56 87 49 / 06 12 34 56 78", "04 50 56 87 49 / "),
        ("", ""),
    ],
)
def test_masked_values_are_left_out_and_others_untouched(before: str, after: str) -> None:
    assert without_masked({"x": before}) == {"x": after}


def test_no_shipped_file_holds_a_masked_value_or_a_contact() -> None:
    for path in SHIPPED.rglob("*"):
        if path.suffix in {".csv", ".json", ".geojson"}:
            text = path.read_text(encoding="utf-8-sig")
            assert "prenom.nom" not in text.lower(), path
            assert "prenom-nom" not in text.lower(), path
    with (SHIPPED / "arsenic" / "tiers-lieux.csv").open(encoding="utf-8", newline="") as file:
        assert {row["CONTACT"] for row in csv.DictReader(file)} == {""}


def test_the_poles_differ_as_in_life() -> None:
    heads = {
        "recyclage-ecocitoyen/bibliotheques.csv": b"\xef\xbb\xbfid;pivot;",
        "arsenic/bibliotheques.csv": b"Libelle1;",
        "zinc/france-services.geojson": b'{"type": "FeatureCollection"',
        "medias-cite/lieux.xlsx": b"PK",
    }
    for name, head in heads.items():
        assert (SHIPPED / name).read_bytes().startswith(head), name
    old = json.loads((SHIPPED / "zinc" / "tiers-lieux.json").read_text(encoding="utf-8"))
    new = json.loads((SHIPPED / "ping" / "france-services.json").read_text(encoding="utf-8"))
    assert all("frais_a_charge" not in row for row in old)
    assert any("frais_a_charge" in row for row in new)
