"""A file is told the same on the site as by the command; nothing that is sent harms the checker."""

import io
import json
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from harvester.checking import checker as checking
from harvester.checking import child
from harvester.checking.checker import FileChecker
from harvester.checking.twins import TWINS
from harvester.checking.words import sentence_of
from harvester.tabular.result import REPORT_RULES
from maillage.main import cli
from sandbox.isolation import Bounds
from tests.conftest import ROOT
from tests.security.bombs.bomb import PATH, Bomb
from tests.security.bombs.documents import DOCUMENTS
from tests.security.bombs.entities import ENTITIES
from tests.security.bombs.nesting import NESTING
from tests.security.bombs.tables import TABLES
from tests.simulator import SimulatedPole
from vocab.mapping import PoleIdentity

HEAD = "id;nom;adresse;code_postal;commune;telephone;horaires;latitude;longitude;date_maj"
GOOD = "a1;Médiathèque;3 rue Neuve;01000;Bourg-en-Bresse;04 74 00 00 01;9h-12h lundi;46,2;5,2;x"
NO_CODE = "a2;Fablab;5 quai Été;;Annecy;;;45.9;6.1;2024-01-02"
RECORD = """@prefix schema: <https://schema.org/> .
<https://pole.example/id/place/1> a <https://w3id.org/mediation-numerique/ns#Place> ;
  schema:name "Médiathèque du Port"@fr ; schema:latitude 4.72e1 .
"""
OWN_WORDS = """Nom de la structure;Rue;CP;Ville;Tél;Remarques
Médiathèque;1 rue du Port;44000;Nantes;02 40 00 00 00;rien
Le Fablab;2 rue du Port;44000;Nantes;;
"""


@pytest.fixture(scope="module")
def checker() -> FileChecker:
    return FileChecker(PoleIdentity("maillage", "http://127.0.0.1:8000/id/"))


def workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rows(*lines: str) -> list[list[object]]:
    return [[*line.split(";")] for line in lines]


SAMPLES: dict[str, Callable[[], bytes]] = {
    "lieux.csv": lambda: "\n".join([HEAD, GOOD, NO_CODE]).encode(),
    "titre.csv": lambda: "\n".join(["Lieux 2026;;", "", HEAD, GOOD, "TOTAL : 1"]).encode(),
    "mac.csv": lambda: "\n".join([HEAD, GOOD]).encode("mac_roman"),
    "sans-id.csv": lambda: "\n".join([HEAD, GOOD, GOOD, ";Sans id;;;;;;;;"]).encode(),
    "classeur.xlsx": lambda: workbook(
        ("Lisez-moi", [["Bonjour"]]), ("Lieux", rows(HEAD, GOOD, NO_CODE))
    ),
    "lieux.json": lambda: json.dumps(
        [dict(zip(HEAD.split(";"), GOOD.split(";"), strict=True)), {"id": "x", "nom": ""}, 3]
    ).encode(),
}


def by_the_command(folder: Path, name: str, data: bytes, *more: str) -> dict[str, Any]:
    """What ``maillage import --dry-run`` says of the rows of a file."""
    (folder / name).write_bytes(data)
    given = ["--data", str(folder / "data"), "--quiet", "import", str(folder / name), "--dry-run"]
    done = CliRunner().invoke(cli, [*given, "--format", "json", *more])
    assert done.exit_code in (0, 1), done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def refusals(report: dict[str, Any]) -> set[tuple[object, ...]]:
    """Which rows are refused, and by which rules."""
    return {(line["row"], line["rule"]) for line in report["lines"] if line["level"] == "refusal"}


def codes(report: dict[str, Any], *, advice: bool) -> list[tuple[int, str]]:
    """The rules that each row is told of, those that a finding stands for among them.

    Without the advice of the contract, which an import does not give.
    """
    told = [
        (line["row"], rule, line["level"])
        for line in report["lines"]
        if line["rule"] not in TWINS  # which an import does not look for
        for rule in (line["rule"], *line.get("follows", ()))
    ]
    refused = refusals(report)
    return sorted(
        (row, rule)
        for row, rule, level in told
        if advice or (row, rule) in refused or not rule.startswith("MED-")
    )


def check_alike(site: dict[str, Any], command: dict[str, Any]) -> None:
    """Check that the same rows are refused for the same rules, and nothing is told but once."""
    assert refusals(site) == refusals(command)
    assert codes(site, advice=False) == codes(command, advice=True)
    assert site["counts"] == command["counts"]


def check_same(checker: FileChecker, folder: Path, name: str, data: bytes) -> None:
    site, command = checker.check(name, data), by_the_command(folder, name, data)
    assert site["kind"] == "table", site
    check_alike(site, command)
    assert site["facts"] == command["facts"] | {"passed_over": site["facts"]["passed_over"]}
    said = CliRunner().invoke(
        cli, ["--data", str(folder / "data"), "validate", str(folder / name), "--format", "json"]
    )
    contract = [one["code"] for one in json.loads(said.stdout) if not _of_reading(one["code"])]
    told = [rule for _, rule in codes(site, advice=True) if rule.startswith("MED-")]
    assert sorted(told) == sorted(contract)


MESSY = "id;nom;adresse;code_postal;commune;telephone;horaires;services;date_maj"
TYPED: dict[str, tuple[str, str, set[tuple[str, ...]]]] = {
    "hours in words": (
        "1;Lieu;1 rue A;83510;Lorgues;;sur RDV;;",
        "horaires",
        {("hours-kept-verbatim", "warning", "sur RDV", "sur RDV")},
    ),
    "a date in words": (
        "1;Lieu;1 rue A;83510;Lorgues;;;;hier",
        "date_maj",
        {("date-unreadable", "loss", "hier", "")},
    ),
    "a service of no list": (
        "1;Lieu;1 rue A;83510;Lorgues;;;Aider;",
        "services",
        {("value-not-in-list", "loss", "Aider", "")},
    ),
    "two services of no list": (
        "1;Lieu;1 rue A;83510;Lorgues;;;Aider|Rien;",
        "services",
        {("value-not-in-list", "loss", "Aider", ""), ("value-not-in-list", "loss", "Rien", "")},
    ),
    "a postcode cut, found again": (
        "1;Lieu;1 rue A;8363;Bauduen;;;;",
        "code_postal",
        {("postcode-cut", "loss", "8363", "83630")},
    ),
    "a postcode cut, that blocks": (
        "1;Lieu;1 rue A;1000;Bruxelles;;;;",
        "code_postal",
        {("MED-A003", "refusal", "1000", "")},
    ),
    "an empty cell": (
        "1;Lieu;1 rue A;83510;Lorgues;;;;", "horaires", {("MED-P053", "info", "", "")}
    ),
    "a cell that says nothing": (
        "1;Lieu;1 rue A;83510;Lorgues;;NC;;", "horaires", {("MED-P053", "info", "NC", "")}
    ),
    "a name of markup": (
        "1;<b></b>;1 rue A;83510;Lorgues;;;;", "nom", {("name-missing", "refusal", "<b></b>", "")}
    ),
    "a name that was a script": (
        "1;<script>alert(1)</script>;1 rue A;83510;Lorgues;;;;",
        "nom",
        {("name-missing", "refusal", "<script>alert(1)</script>", "")},
    ),
    "hours of a line break": (
        "1;Lieu;1 rue A;83510;Lorgues;;<br>;;", "horaires", {("MED-P053", "info", "<br>", "")}
    ),
    "an address in markup": (
        "1;Lieu;<p>1 rue A</p>;83510;Lorgues;;;;",
        "adresse",
        {("html-removed", "repair", "<p>1 rue A</p>", "1 rue A")},
    ),
    "a date to come": (
        "1;Lieu;1 rue A;83510;Lorgues;;;;01/01/2090",
        "date_maj",
        {("MED-P083", "warning", "01/01/2090", "")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TYPED)
def test_a_cell_is_told_once_as_it_was_typed(checker: FileChecker, case: str) -> None:
    row, column, expected = TYPED[case]
    report = checker.check("a.csv", f"{MESSY}\n{row}\n".encode())
    told = [
        (line["rule"], line["level"], line["before"], line["after"])
        for line in report["lines"]
        if line["column"] == column
    ]
    assert set(told) == expected
    assert len(told) == len(expected)


ALIKE: dict[str, tuple[str, set[tuple[object, ...]]]] = {
    "same name and commune": (
        "2;LIEU  été;9 rue B;83510;Lorgues", {(3, "place-same-name", "nom", "2")}
    ),
    "same name elsewhere": ("2;Lieu Été;9 rue B;83630;Aups", set()),
    "same address": (
        "2;Autre;1, RUE A;83510;Lorgues", {(3, "place-same-address", "adresse", "2")}
    ),
    "same name and address": (
        "2;Lieu Été;1 rue A;83510;Lorgues", {(3, "place-same-name", "nom", "2")}
    ),
    "address without a number": (
        "2;Autre;Mairie;83510;Lorgues\n3;Tiers;Mairie;83510;Lorgues", set()
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ALIKE)
def test_rows_that_may_be_one_place_are_told_by_both_numbers(
    checker: FileChecker, case: str
) -> None:
    more, expected = ALIKE[case]
    text = f"id;nom;adresse;code_postal;commune\n1;Lieu Été;1 rue A;83510;Lorgues\n{more}\n"
    report = checker.check("a.csv", text.encode())
    told = {
        (line["row"], line["rule"], line["column"], line["after"])
        for line in report["lines"]
        if line["rule"] in TWINS
    }
    assert told == expected
    assert report["counts"]["refused_rows"] == 0


def test_no_way_of_contact_follows_from_numbers_that_were_lost(checker: FileChecker) -> None:
    lost, empty = "1;Lieu;1 rue A;83510;Lorgues;04 94;;;", "2;Autre;1 rue A;83510;Lorgues;;;;"
    report = checker.check("a.csv", "\n".join([MESSY, lost, empty]).encode())
    assert [line["row"] for line in report["lines"] if line["rule"] == "MED-P097"] == [3]
    (line,) = (line for line in report["lines"] if line["rule"] == "phone-unreadable")
    assert line["follows"] == ["MED-P097"]


def _of_reading(code: str) -> bool:
    return code in {"MED-H212", "MED-H213", "MED-H216"}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_site_says_what_the_command_says(
    checker: FileChecker, tmp_path: Path, name: str
) -> None:
    check_same(checker, tmp_path, name, SAMPLES[name]())


NATIONAL = ROOT / "tests" / "data" / "national-standard"


@pytest.mark.parametrize("name", sorted(path.name for path in NATIONAL.glob("*.csv")))
def test_the_national_examples_too(checker: FileChecker, tmp_path: Path, name: str) -> None:
    check_same(checker, tmp_path, name, (NATIONAL / name).read_bytes())


@pytest.mark.realdata
def test_files_of_producers_are_told_alike(
    checker: FileChecker, real_data: Path, tmp_path: Path
) -> None:
    folder = real_data.parent / "cases"
    cases = [path for path in sorted(folder.glob("*")) if path.suffix in {".csv", ".xlsx"}]
    assert cases
    for path in cases:
        found = checker.check(path.name, path.read_bytes())
        if found["kind"] == "table" and "mapping" not in found:
            check_same(checker, tmp_path, path.name, path.read_bytes())


def test_names_of_places_and_rows_come_with_each_line(checker: FileChecker) -> None:
    report = checker.check("lieux.csv", SAMPLES["lieux.csv"]())
    named = {line["row"]: line["name"] for line in report["lines"] if line["row"]}
    assert named == {2: "Médiathèque", 3: "Fablab"}
    counts = report["counts"]
    assert (counts["places"], counts["refused_rows"]) == (1, 1)


def test_columns_in_own_words_are_guessed_and_said(checker: FileChecker) -> None:
    report = checker.check("lieux.csv", OWN_WORDS.encode())
    read = {each["name"]: (each["field"], each["is_guessed"]) for each in report["columns"]}
    assert read == {
        "Nom de la structure": ("nom", True), "Rue": ("adresse", True), "CP": ("code_postal", True),
        "Ville": ("commune", True), "Tél": ("telephone", True), "Remarques": ("", False),
    }  # fmt: skip
    assert report["counts"]["places"] == report["ids_made"] == 2


def test_the_mapping_that_was_guessed_gives_the_command_the_same_places(
    checker: FileChecker, tmp_path: Path
) -> None:
    report = checker.check("lieux.csv", OWN_WORDS.encode())
    mapping, sheet = tmp_path / "lieux.toml", tmp_path / "lieux.csv"
    mapping.write_text(report["mapping"], "utf-8")
    sheet.write_text(OWN_WORDS, "utf-8")
    given = ["--data", str(tmp_path / "data"), "--quiet", "import", str(sheet)]
    with_ids = CliRunner().invoke(cli, [*given, "--mapping", str(mapping), "--write-ids"])
    written = Path(with_ids.stdout.strip())
    command = by_the_command(tmp_path, "x.csv", written.read_bytes(), "--mapping", str(mapping))
    check_alike(report, command)


def test_a_column_that_stands_beside_the_standard_s_is_not_read_but_named(
    checker: FileChecker,
) -> None:
    text = "id;nom;code_postal;commune;Tél\n1;A;44000;Nantes;0240000000\n"
    columns = checker.check("a.csv", text.encode())["columns"]
    assert [(one["name"], one["field"], one["is_read"]) for one in columns][-1] == (
        "Tél", "telephone", False,
    )  # fmt: skip


def test_rdf_is_told_as_validate_tells_it(checker: FileChecker, tmp_path: Path) -> None:
    report = checker.check("lieux.ttl", RECORD.encode())
    path = tmp_path / "lieux.ttl"
    path.write_text(RECORD, "utf-8")
    said = CliRunner().invoke(
        cli, ["--data", str(tmp_path / "data"), "validate", str(path), "--format", "json"]
    )
    expected = [(one["code"], one["severity"], one["value"]) for one in json.loads(said.stdout)]
    found = [(one["code"], one["severity"], one["value"]) for one in report["findings"]]
    assert sorted(found, key=str) == sorted(expected, key=str)
    assert report["counts"] == {"records": 1, "refused": 1}
    assert report["names"] == {"https://pole.example/id/place/1": "Médiathèque du Port"}


def _zip_of_zeros() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 400_000_000)
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 400_000_000)
    return out.getvalue()


UNREADABLE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": ("a.csv", lambda: b"", "empty"),
    "blank": ("a.csv", lambda: b" \n\n", "empty"),
    "empty RDF": ("a.ttl", lambda: b"", ""),
    "no name": ("", lambda: b"\0\1\2" * 1_000, ""),
    "binary": ("a.csv", lambda: bytes(range(16)) * 1_000, "binary"),
    "every byte": ("a.csv", lambda: bytes(range(256)) * 1_000, "not a table"),
    "binary as RDF": ("a.ttl", lambda: bytes(range(256)) * 1_000, ""),
    "PDF": ("a.csv", lambda: b"%PDF-1.7 ...", "PDF"),
    "picture": ("lieux.xlsx", lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 5_000, "it is an image"),
    "small picture": ("lieux.xlsx", lambda: b"\x89PNG\r\n\x1a\n" + b"0" * 500, "it is an image"),
    "photo": ("a.csv", lambda: b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"x" * 99, "it is an image"),
    "phone's photo": ("a.csv", lambda: b"\0\0\0\x18ftypheic" + b"x" * 99, "it is an image"),
    "bitmap": ("a.csv", lambda: b"BM\x9a\0\0\0\0\0\0\0" + b"x" * 99, "it is an image"),
    "letter": (
        "lettre.txt",
        lambda: b"Bonjour Madame,\nvoici la liste promise.\nCordialement",
        "this text is not a table",
    ),
    "long letter": (
        "lettre.txt",
        lambda: ("Madame,\n\n" + "Voici, comme promis, la liste.\nElle est à jour.\n" * 9).encode(),
        "this text is not a table",
    ),
    "one line": ("a.csv", lambda: b"Bonjour", "this text is not a table"),
    "half a workbook": ("a.xlsx", lambda: SAMPLES["classeur.xlsx"]()[:2_000], "cut or damaged"),
    "archive": ("a.zip", lambda: _archive({"a.txt": b"x"}), "archive (ZIP)"),
    "10,000 columns": (
        "a.csv",
        lambda: (";".join(f"c{n}" for n in range(10_000)) + "\n" + ";" * 9_999).encode(),
        "10000 columns",
    ),
    "no column of names": ("a.csv", lambda: b"x;y\n1;2\n", "no column for the name"),
    "too many rows": (
        "a.csv", lambda: ("id;nom\n" + "1;a\n" * 20_001).encode(), "more than 20000 rows"
    ),
    "a bomb in a workbook": ("a.xlsx", _zip_of_zeros, ""),
}  # fmt: skip


def _archive(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_read_is_told_in_both_languages(checker: FileChecker, case: str) -> None:
    name, data, said = UNREADABLE[case]
    report = checker.check(name, data())
    if case == "empty RDF":
        assert report["counts"] == {"records": 0, "refused": 0}
        return
    assert report["kind"] == "unreadable", report.get("counts")
    assert said in report["error"]["en"]
    assert report["error"]["fr"] != report["error"]["en"]
    assert report["error"]["fr"].isprintable()


_OF_MAPPINGS = {"column-unused", "column-missing", "id-derived", "term-unknown", "not-a-place",
                "group-conflict"}  # fmt: skip
"""Rules that only a given mapping breaks, or that the page tells in words of its own."""


@pytest.mark.parametrize("rule", sorted(REPORT_RULES.keys() - _OF_MAPPINGS))
def test_what_is_said_of_a_rule_asks_for_no_command(rule: str) -> None:
    for said in sentence_of(rule).texts().values():
        assert not re.search(r"maillage |--\w|\[\w+\]|mapping|correspondance|docs/|`", said), said


def test_several_lists_are_told_without_a_mapping_file(checker: FileChecker) -> None:
    data = json.dumps({"lieux": [{"nom": "A"}], "autres": [{"nom": "B"}]}).encode()
    said = checker.check("a.json", data)["error"]
    assert "several lists" in said["en"]
    assert "[file]" not in said["en"] + said["fr"]


def test_a_wrong_ending_changes_nothing_for_a_workbook(checker: FileChecker) -> None:
    for name in ("classeur.csv", "classeur.ttl", "classeur"):
        report = checker.check(name, SAMPLES["classeur.xlsx"]())
        assert (report["facts"]["format"], report["facts"]["sheet"]) == ("xlsx", "Lieux")


def test_a_formula_is_a_value_and_nothing_else(checker: FileChecker) -> None:
    data = f"{HEAD}\n=cmd|' /C calc'!A0;+A1;@x;01000;Bourg-en-Bresse;;;;;\n".encode()
    report = checker.check("a.csv", data)
    assert report["counts"]["places"] == 1
    assert {line["name"] for line in report["lines"] if line["row"]} == {"+A1"}


def _bombs(file: str, found: dict[str, Bomb]) -> dict[str, tuple[str, Bomb]]:
    kept = {"dump", "table"}
    return {
        f"{file} {name}": (file, bomb)
        for name, bomb in found.items()
        if bomb.kind in kept and not bomb.slow
    }


BODIES = {
    **_bombs("a.csv", TABLES),
    **_bombs("a.rdf", ENTITIES),
    **_bombs("a", NESTING),
    **_bombs("document", DOCUMENTS),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BODIES)
def test_a_bomb_is_answered_in_bounded_time(checker: FileChecker, name: str) -> None:
    file, bomb = BODIES[name]
    with SimulatedPole() as pole:
        bomb.lay(pole)
        data = pole.documents[PATH].body
    started = time.monotonic()
    report = checker.check(file, data[:10_000_000])
    assert report["kind"] in {"table", "rdf", "unreadable"}
    assert time.monotonic() - started < checking.DEADLINE_S + 5
    assert checker.check("lieux.csv", SAMPLES["lieux.csv"]())["kind"] == "table"


def test_a_fault_of_ours_is_traced_without_a_word_of_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(name: str, data: bytes, pole: PoleIdentity) -> dict[str, Any]:
        raise ValueError(name, data, pole)

    monkeypatch.setattr(child, "check", broken)
    asked = {"name": "secret.csv", "pole": "x", "namespace": "https://x.example/id/"}
    head, _ = child.answer(asked, b"06 12 34 56 78")
    assert "ValueError" in head["fault"]
    assert "broken" in head["fault"]
    assert "secret.csv" not in head["fault"]
    assert "06 12" not in head["fault"]


def test_what_takes_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    late = FileChecker(PoleIdentity("x", "https://x.example/id/"), deadline_s=0.001)
    data = "\n".join([HEAD, *(GOOD.replace("a1", f"a{n}") for n in range(5_000))]).encode()
    assert "too much memory or time" in late.check("a.csv", data)["error"]["en"]
    monkeypatch.setattr(checking, "BOUNDS", Bounds(memory_bytes=400_000_000, cpu_s=1))
    greedy = FileChecker(PoleIdentity("x", "https://x.example/id/"))
    assert "too much memory or time" in greedy.check("a.csv", data)["error"]["en"]
