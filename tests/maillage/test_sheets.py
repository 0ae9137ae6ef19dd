"""``maillage import FILE --write-ids``: the whole way of a pole whose sheet has no ids."""

import json
from pathlib import Path

import pytest

from registry.ledger.ledger import Ledger
from registry.settings.config import load
from tests.maillage.command import maillage

HEAD = "Nom;Rue;CP;Ville;SIRET;Maj"
ROWS = [
    "Médiathèque Alpha;1 rue du Port;44000;Nantes;00000000000000;2024-05-01",
    "Espace Bêta;2 rue du Port;44000;Nantes;00000000000000;2024-05-01",
    "Fabrique Gamma;3 quai;29200;Brest;00000000000000;2024-05-01",
]
MAPPING = """
[id]
join = ["Nom", "Rue"]
slug = true
[columns]
nom = "Nom"
adresse = "Rue"
code_postal = "CP"
commune = "Ville"
pivot = "SIRET"
date_maj = "Maj"
"""


@pytest.fixture
def pole(tmp_path: Path) -> Path:
    (tmp_path / "maillage.toml").write_text(
        '[node]\ndata = "data"\nbase_url = "https://pole.fr/"\n', encoding="utf-8"
    )
    (tmp_path / "map.toml").write_text(MAPPING, encoding="utf-8")
    write(tmp_path, ROWS)
    return tmp_path


def write(pole: Path, rows: list[str], name: str = "lieux.csv") -> None:
    (pole / name).write_text("\n".join([HEAD, *rows, ""]), encoding="utf-8")


def counts(pole: Path, *arguments: str) -> dict[str, int]:
    told = maillage(pole, "--quiet", "import", *arguments, "--format", "json")
    found: dict[str, int] = json.loads(told)["harvest"]["counts"]
    return found


def places(pole: Path) -> set[str]:
    ledger = Ledger.open(load(pole / "maillage.toml", {}).ledger_address)
    try:
        held = [iri for source in ledger.sources() for iri in ledger.known(source.slug)]
        return {iri.rpartition("/")[2] for iri in held}
    finally:
        ledger.close()


@pytest.fixture
def here(pole: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(pole)
    return pole


def test_d5_a_renamed_place_stays_the_same_place(here: Path) -> None:
    told = maillage(here, "import", "lieux.csv", "--mapping", "map.toml")
    assert "[id-derived]" in told
    assert "--write-ids" in told
    before = places(here)
    told = maillage(here, "import", "lieux.csv", "--mapping", "map.toml", "--write-ids")
    assert "3 identifiants dans la colonne id_maillage (3 repris tels quels, 0 nouveaux)" in told
    sheet = here / "lieux-ids.csv"
    text = sheet.read_text(encoding="utf-8")
    assert "espace-beta-2-rue-du-port" in text
    assert counts(here, "lieux-ids.csv", "--mapping", "map.toml")["changed"] == 0
    renamed = text.replace("Espace Bêta", "Le Phare").replace("2 rue du Port;", "9 quai;")
    sheet.write_text(renamed, encoding="utf-8")
    done = counts(here, "lieux-ids.csv", "--mapping", "map.toml")
    assert (done["created"], done["changed"], done["deleted"]) == (0, 1, 0)
    assert places(here) == before
    assert "[id-derived]" not in maillage(here, "import", "lieux-ids.csv", "--mapping", "map.toml")


def test_d5_without_it_a_renamed_place_is_another_one(here: Path) -> None:
    maillage(here, "import", "lieux.csv", "--mapping", "map.toml")
    before = places(here)
    write(here, [*ROWS[:2], ROWS[2].replace("Gamma", "Delta")])
    maillage(here, "import", "lieux.csv", "--mapping", "map.toml", "--force", "as it was")
    assert places(here) != before


def test_d5_written_twice_it_is_the_same_and_nothing_is_overwritten(here: Path) -> None:
    words = ("import", "lieux.csv", "--mapping", "map.toml", "--write-ids")
    maillage(here, *words)
    first = (here / "lieux-ids.csv").read_bytes()
    maillage(here, *words)
    assert (here / "lieux-ids.csv").read_bytes() == first
    told = maillage(here, "import", "lieux-ids.csv", "--mapping", "map.toml", "--write-ids")
    assert "chaque lieu a déjà son identifiant" in told
    assert not (here / "lieux-ids-ids.csv").exists()
    (here / "other.csv").write_text("mine", encoding="utf-8")
    assert "existe déjà" in maillage(here, *words, "other.csv", code=2)
    assert (here / "other.csv").read_text(encoding="utf-8") == "mine"
    assert (here / "lieux.csv").read_text(encoding="utf-8").startswith(f"{HEAD}\n")


def test_d5_the_original_is_overwritten_only_when_it_is_named(here: Path) -> None:
    maillage(here, "import", "lieux.csv", "--mapping", "map.toml")
    (here / "lieux.csv").chmod(0o640)
    words = ("import", "lieux.csv", "--mapping", "map.toml", "--write-ids", "lieux.csv")
    maillage(here, *words, "--dry-run")
    assert "id_maillage" not in (here / "lieux.csv").read_text(encoding="utf-8")
    maillage(here, *words)
    assert "id_maillage" in (here / "lieux.csv").read_text(encoding="utf-8")
    assert (here / "lieux.csv").stat().st_mode & 0o777 == 0o640
    assert counts(here, "lieux.csv", "--mapping", "map.toml")["changed"] == 0


def test_d5_a_sheet_of_the_standard_without_ids(here: Path) -> None:
    text = (here / "lieux.csv").read_text(encoding="utf-8")
    named = text.replace(HEAD, "nom;adresse;code_postal;commune;pivot;date_maj")
    (here / "sans.csv").write_text(named, encoding="utf-8")
    for lang in ("fr", "en"):
        told = maillage(here, "--lang", lang, "import", "sans.csv", code=3)
        assert "maillage import sans.csv --write-ids" in told
    maillage(here, "import", "sans.csv", "--write-ids", "avec.csv")
    assert counts(here, "avec.csv")["created"] == 3
    made = {"mediatheque-alpha-nantes", "espace-beta-nantes", "fabrique-gamma-brest"}
    assert places(here) == made
    (here / "bis.csv").write_text(named, encoding="utf-8")
    maillage(here, "import", "bis.csv", "--write-ids")
    assert "mediatheque-alpha-nantes-2" in (here / "bis-ids.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "words", [["--write-ids"], ["--write-ids", "lieux.csv"], ["lieux.csv", "b.csv", "--write-ids"]]
)
def test_d5_one_file_is_asked_for(here: Path, words: list[str]) -> None:
    write(here, ROWS, "b.csv")
    told = maillage(here, "import", *words, code=2)
    assert "FILE" in told or "FICHIER" in told
