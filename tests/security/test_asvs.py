"""docs/asvs.md answers each requirement of its chapters, and what it says of the code is so."""

import ast
import csv
import re
from collections import Counter
from functools import cache

import pytest

from registry.accounts.secret import KEY, VARIABLE
from tests.conftest import ROOT

DOCUMENT = (ROOT / "docs" / "asvs.md").read_text("utf-8")
NUMBERS = ROOT / "tests" / "data" / "asvs" / "numbers.csv"
PROOF = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
STATES = {"met", "partly", "not met", "not applicable"}
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in DOCUMENT.splitlines()
    if re.match(r"\| \d+\.\d+\.\d+ ", line)
]


def asked() -> dict[str, str]:
    """Number -> level, as the standard has them."""
    lines = [line for line in NUMBERS.read_text("utf-8").splitlines() if line[0] != "#"]
    return {row["number"]: row["level"] for row in csv.DictReader(lines)}


def test_each_number_is_answered_once_with_its_level() -> None:
    assert len(asked()) > 190
    assert Counter((row[0], row[1]) for row in ROWS) == Counter(asked().items())


def test_each_answer_has_a_state_and_says_how_or_why() -> None:
    for number, _level, asks, how, state, *_tests in ROWS:
        assert state in STATES, number
        assert asks, number
        assert how, number


def test_what_is_met_is_shown_by_a_test() -> None:
    for row in ROWS:
        assert (row[4] in {"met", "partly"}) is bool(PROOF.findall(row[5])), row[0]


@cache
def defined_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_test_that_is_named_is_there() -> None:
    named = PROOF.findall(DOCUMENT)
    assert [f"{path}::{name}" for path, name in named if name not in defined_in(path)] == []


def test_the_sums_at_the_head_are_those_of_the_table() -> None:
    counts = Counter(row[4] for row in ROWS)
    head = DOCUMENT.partition("## ")[0]
    for figure, words in (
        (len(ROWS), "{} of them"), (counts["met"], "{} are met"), (counts["partly"], "{} partly"),
        (counts["not met"], "{} not, and"), (counts["not applicable"], "{} do not apply"),
    ):  # fmt: skip
        assert words.format(figure) in head, words


def test_the_inventory_names_what_the_code_uses() -> None:
    inventory = DOCUMENT.partition("## Keys and digests")[2]
    install = (ROOT / "registry" / "web" / "accounts" / "install.py").read_text("utf-8")
    purposes = re.findall(r'_derived\([^"]*"(\w+)"\)', install)
    assert purposes
    assert "sha256" in install
    for name in (KEY, VARIABLE, *purposes, "maillage.security"):
        assert f"`{name}`" in inventory, name
    sources = (ROOT / "registry").rglob("*.py")
    weak = [str(each) for each in sources if re.search(r"\b(md5|sha1)\b", each.read_text("utf-8"))]
    assert weak == []


@pytest.mark.parametrize("kind", ["public", "personal", "secret"])
def test_the_classes_of_data_are_told(kind: str) -> None:
    assert re.search(rf"^\| {kind} \| .{{30,}} \| .{{30,}} \|$", DOCUMENT, re.MULTILINE)


def test_scripts_keep_nothing_in_the_browser() -> None:
    folder = ROOT / "registry" / "web" / "static" / "js"
    kept = re.compile(r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.open")
    scripts = {path.name: path.read_text("utf-8") for path in folder.rglob("*.js")}
    assert [name for name, text in scripts.items() if kept.search(text)] == []
    # The query editor would keep queries and answers: each of its parts is told not to.
    assert scripts["sparql.js"].count("persistenceId: null") == 3
