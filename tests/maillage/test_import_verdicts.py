"""An import tells the same of the same file: dry or not, as text, JSON or CSV."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.maillage.command import maillage
from tests.maillage.test_commands import HEAD

GOOD = "g1;Médiathèque;1 rue du Port;44000;Nantes;44109;47.21;-1.55;;2024-05-01"
NO_POSTCODE = "v{0};Lieu {0};rue X;;Marseille;;;;;"
NO_ID = ";Sans identifiant;1 rue du Port;44000;Nantes;44109;47.21;-1.55;;2024-05-01"
WAYS = [(), ("--dry-run",)]


@pytest.fixture
def pole(tmp_path: Path) -> Path:
    (tmp_path / "maillage.toml").write_text('[node]\ndata = "data"\n', encoding="utf-8")
    return tmp_path


def write(pole: Path, *rows: str) -> None:
    (pole / "places.csv").write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")


REFUSED = [GOOD, *(NO_POSTCODE.format(number) for number in range(1, 13)), NO_ID]


@pytest.mark.parametrize("way", WAYS, ids=["D1-import", "D1-dry-run"])
def test_d1_refused_rows_are_counted_and_named_however_they_are_asked_for(
    pole: Path, way: tuple[str, ...]
) -> None:
    write(pole, *REFUSED)
    quiet = ("--quiet", "--lang", "en", "import", "places.csv", *way)
    report = json.loads(maillage(pole, *quiet, "--format", "json", code=1))
    counts = report["counts"]
    assert (counts["rows"], counts["places"], counts["refused_rows"]) == (14, 1, 13)
    assert counts["unaccounted_rows"] == 0
    assert report["harvest"]["counts"]["refused"] == 12
    lines = [line for line in report["lines"] if line["level"] == "refusal"]
    told = {(line["row"], line["local_id"], line["name"], line["rule"]) for line in lines}
    assert told == {
        *((n + 2, f"v{n}", f"Lieu {n}", "MED-A003") for n in range(1, 13)),
        (15, None, "Sans identifiant", "id-missing"),
    }
    text = maillage(pole, *quiet, code=1)
    assert "14 rows, 1 places\n13 rows refused" in text
    assert "row 3 · v1 · Lieu 1 · code_postal" in text
    assert "row 14 · v12 · Lieu 12" in text
    assert "Fill in “code_postal”" in text
    table = maillage(pole, *quiet, "--format", "csv", code=1)
    rows = list(csv.DictReader(io.StringIO(table), delimiter=";"))
    assert sum(row["level"] == "refusal" for row in rows) == 13


def test_d1_the_dry_run_gives_the_verdicts_of_the_import_and_keeps_nothing(pole: Path) -> None:
    write(pole, *REFUSED)
    dry = maillage(pole, "--lang", "en", "import", "places.csv", "--dry-run", code=1)
    assert "Dry run: nothing is committed." in dry
    real = maillage(pole, "--lang", "en", "import", "places.csv", code=1)
    findings = [line for line in real.splitlines() if line.startswith("  [MED-")]
    assert findings
    assert all(line in dry.splitlines() for line in findings)
    assert "1 created" in dry
    assert "1 created" in real, "the dry run had entered nothing"


@pytest.mark.parametrize("way", WAYS, ids=["D1-import", "D1-dry-run"])
def test_d1_what_is_good_is_good_either_way(pole: Path, way: tuple[str, ...]) -> None:
    write(pole, GOOD)
    report = json.loads(maillage(pole, "--quiet", "import", "places.csv", *way, "--format", "json"))
    assert (report["counts"]["places"], report["counts"]["refused_rows"]) == (1, 0)
    assert report["harvest"]["outcome"] == "committed"


@pytest.mark.parametrize("way", WAYS, ids=["D2-import", "D2-dry-run"])
def test_d2_a_table_without_rows_is_no_good_import(pole: Path, way: tuple[str, ...]) -> None:
    write(pole)
    told = maillage(pole, "import", "places.csv", *way, code=1)
    assert "Aucune ligne sous l'en-tête" in told
    assert "Aucune ligne sous l'en-tête" in maillage(pole, "validate", "places.csv")


@pytest.mark.parametrize("way", WAYS, ids=["D1-import", "D1-dry-run"])
def test_d1_what_would_be_held_is_told_either_way(pole: Path, way: tuple[str, ...]) -> None:
    rows = [GOOD.replace("g1", f"g{n}") for n in range(40)]
    write(pole, *rows)
    maillage(pole, "import", "places.csv")
    write(pole, *rows[:2])
    assert "HELD" in maillage(pole, "--lang", "en", "import", "places.csv", *way, code=1)


def test_d1_nothing_is_cut_without_saying_how_to_see_the_rest(pole: Path) -> None:
    write(pole, *(NO_POSTCODE.format(number) for number in range(40)))
    told = maillage(pole, "--lang", "en", "--quiet", "import", "places.csv", "--dry-run", code=1)
    assert "… and 15 others" in told
    assert "--format csv" in told
    write(pole, GOOD)
    assert "--format" not in maillage(pole, "--lang", "en", "import", "places.csv", "--dry-run")
