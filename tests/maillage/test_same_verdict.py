"""One place, four ways in: the form, a dropped spreadsheet, the command and a harvest say the same.

Each case is a place whose one value is wrong, doubtful or good; all are rows of one file.
"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harvester.checking.checker import Dropped, SheetJudge
from harvester.checking.twins import TWINS
from harvester.run.proposal import proposed
from registry.ledger.ledger import Ledger
from registry.ledger.options import SourceOptions
from registry.ledger.types import Source
from registry.web.harvests.findings import findings_of
from tests.harvester.conftest import Registry
from tests.maillage.command import maillage
from tests.simulator import SimulatedPole
from vocab.mapping import PoleIdentity, place_iri

GOOD = {
    "nom": "Médiathèque", "adresse": "1 rue du Port", "code_postal": "44000", "commune": "Nantes",
    "latitude": "47.2184", "longitude": "-1.5536", "telephone": "+33240000000",
    "services": "Loisirs et créations numériques", "horaires": "Mo 09:00-12:00",
    "date_maj": "2026-01-31",
}  # fmt: skip
CASES = {
    "good": {},
    "no-name": {"nom": ""},
    "no-commune": {"commune": "", "code_postal": ""},
    "no-postcode": {"code_postal": "", "commune": "Marseille"},
    "postcode-short": {"code_postal": "1000", "commune": "Bruxelles"},
    "postcode-elsewhere": {"code_postal": "13001"},
    "commune-unknown": {"commune": "Nulle-Part", "code_postal": "00000"},
    "hours-in-words": {"horaires": "sur rendez-vous"},
    "hours-backwards": {"horaires": "Mo 17:00-12:00"},
    "hours-repaired": {"horaires": "lundi 9h-12h / 14h-17h30"},
    "no-hours": {"horaires": ""},
    "phone-short": {"telephone": "12"},
    "phone-repaired": {"telephone": "02 40 00 00 00"},
    "mail-broken": {"courriels": "pas de mail"},
    "fee-unknown": {"frais_a_charge": "Oui sauf impressions"},
    "service-unknown": {"services": "wifi, ordis"},
    "no-service": {"services": ""},
    "latitude-far": {"latitude": "97", "longitude": "-1.5"},
    "latitude-alone": {"longitude": ""},
    "no-position": {"latitude": "", "longitude": ""},
    "date-none": {"date_maj": "hier"},
    "date-ahead": {"date_maj": "2999-01-01"},
    "site-script": {"site_web": "javascript:alert(1)"},
    "pivot-wrong": {"pivot": "12"},
    "type-unknown": {"typologie": "Bistrot"},
    "letters-lost": {"nom": "M\ufffddiath\ufffdque"},
    "control-sign": {"presentation_resume": "Un\u0000\u0008 lieu"},
}  # fmt: skip
HEAD = ["id", *dict.fromkeys([*GOOD, *(name for case in CASES.values() for name in case)])]


@dataclass(frozen=True)
class Told:
    """What one way says of a place: whether it stays out, what was read, what the contract says."""

    is_refused: bool
    reading: frozenset[str]
    contract: frozenset[str]


def cells(case: str) -> dict[str, str]:
    """Return the cells of a case; its address is its own, so that no two rows seem one place."""
    number = [*CASES].index(case) + 1
    own = {"nom": f"Médiathèque {number}", "adresse": f"{number} rue du Port"}
    return GOOD | own | CASES[case]


def table() -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, HEAD, delimiter=";")
    writer.writeheader()
    writer.writerows({"id": case, **cells(case)} for case in CASES)
    return text.getvalue().encode()


def pole_of(space: str) -> PoleIdentity:
    return PoleIdentity("pole", space)


def sorted_rules(is_refused: bool, rules: set[str]) -> Told:
    contract = frozenset(rule for rule in rules if rule.startswith("MED-"))
    return Told(is_refused, frozenset(rules - contract - TWINS), contract)


@pytest.fixture(scope="module")
def by_sheet() -> dict[str, Told]:
    asked = {"chosen": {}, "cells": [], "meanings": [], "is_centred": False, "day": "", "taken": []}
    pole = pole_of("https://pole.example/id/")
    report = SheetJudge().judge(Dropped("lieux.csv", table(), asked), pole, {})
    return _by_row(report, {one["iri"] for one in report["places"] if not one["is_refused"]}, pole)


def _by_row(report: dict[str, Any], kept: set[str], pole: PoleIdentity) -> dict[str, Told]:
    found: dict[str, set[str]] = {case: set() for case in CASES}
    for line in report["lines"]:
        if line["row"]:
            case = [*CASES][line["row"] - 2]
            found[case] |= {line["rule"], *line.get("follows", ())}
    return {
        case: sorted_rules(place_iri(pole.namespace, case) not in kept, rules)
        for case, rules in found.items()
    }


@pytest.fixture(scope="module")
def by_command(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Told]:
    folder = tmp_path_factory.mktemp("command")
    (folder / "maillage.toml").write_text('[node]\ndata = "data"\n', encoding="utf-8")
    (folder / "lieux.csv").write_bytes(table())
    quiet = ("--quiet", "import", "lieux.csv", "--dry-run", "--format", "json")
    report = json.loads(maillage(folder, *quiet, code=1))
    validated = json.loads(maillage(folder, "validate", "lieux.csv", "--format", "json", code=1))
    found: dict[str, set[str]] = {case: set() for case in CASES}
    for line in report["lines"]:
        if line["row"]:
            found[[*CASES][line["row"] - 2]].add(line["rule"])
    for one in validated:
        case = one["record"].rpartition("/")[2]
        if not one["code"].startswith("MED-H"):  # what was read is in the report of the import
            found[case].add(one["code"])
    refused = {[*CASES][line["row"] - 2] for line in report["lines"] if line["level"] == "refusal"}
    return {case: sorted_rules(case in refused, rules) for case, rules in found.items()}


@pytest.fixture(scope="module")
def by_harvest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Told]]:
    folder: Path = tmp_path_factory.mktemp("harvest")
    with SimulatedPole() as pole:
        pole.put("/lieux.csv", table(), "text/csv")
        ledger = Ledger.open(f"sqlite:///{folder / 'ledger.sqlite'}")
        space = pole.url("/id/")
        source = Source(
            "pole", "pole", "Pole", pole.url("/lieux.csv"), "table", (space,), True,
            options=SourceOptions(),
        )  # fmt: skip
        ledger.put_source(source)
        done = Registry(ledger, source).harvest()
        found: dict[str, set[str]] = {case: set() for case in CASES}
        for one in findings_of(ledger, done, latest=True):
            is_read = one.code in {"MED-H212", "MED-H213"}
            if case := one.record.partition("/place/")[2]:
                found[case].add(one.path if is_read else one.code)
        kept = ledger.known("pole")
        yield {
            case: sorted_rules(place_iri(space, case) not in kept, rules)
            for case, rules in found.items()
        }
        ledger.close()


@pytest.mark.parametrize("case", CASES)
def test_four_ways_say_the_same(
    by_sheet: dict[str, Told],
    by_command: dict[str, Told],
    by_harvest: dict[str, Told],
    case: str,
) -> None:
    typed = {name: text for name, text in cells(case).items() if text}
    form = proposed(case, typed, pole_of("https://pole.example/id/"))
    rules = {note.rule for note in form.notes} | {one.code for one in form.findings}
    by_form = sorted_rules(form.is_refused, rules)
    assert by_sheet[case] == by_form
    assert by_command[case] == by_form
    # A harvest names what is lost or refused, not what was put in form.
    grave = frozenset(note.rule for note in form.notes if note.level in {"loss", "refusal"})
    assert by_harvest[case] == Told(by_form.is_refused, grave, by_form.contract)
