"""Reports for people, for programs, and in the standard form."""

import json

import pyoxigraph as ox
import pytest

from harvester import rules
from shapes.findings import Finding
from shapes.report import REFUSED_ROWS, common_message, exit_code, render
from shapes.rules import rules as contract_rules
from shapes.verdicts import validate
from tests.shapes import samples
from vocab.errors import UsageError
from vocab.namespaces import SH


def _broken() -> list[Finding]:
    shown = [rule.example for rule in contract_rules() if rule.example]
    return list(
        validate(
            samples.with_values(example, values) for example in shown for values in example.invalid
        )
    )


def test_text_groups_by_rule_refusals_first() -> None:
    text = render(_broken(), "text", "fr")
    assert text.startswith("Refus (la fiche n'entre pas)")
    assert text.index("MED-P005") < text.index("MED-P013")
    assert "Pourquoi :" in text
    assert "et " in text.split("MED-L001")[1]
    assert "Refused (the record does not enter)" in render(_broken(), "text", "en")


def test_the_head_of_a_group_repeats_no_single_value() -> None:
    found = [finding for finding in _broken() if finding.code == "MED-L001"]
    assert len({finding.message("fr") for finding in found}) > 1
    for lang in ("fr", "en"):
        assert common_message(found[:1], lang) == found[0].message(lang)
        assert "…" in common_message(found, lang)
        assert f"  {common_message(found, lang)}\n" in render(found, "text", lang)


def test_rows_refused_for_other_reasons_are_each_said() -> None:
    causes = {"2": "name", "3": "id", "5": "postcode"}
    found = [
        rules.finding(f"https://p.example/{row}", "MED-H212", row=row, column=column, cell="x")
        for row, column in causes.items()
    ]
    for lang, word in (("fr", "Ligne"), ("en", "Row")):
        text = render(found, "text", lang)
        for row, column in causes.items():
            assert f"{word} {row}, " in text
            assert column in text
            assert f"    https://p.example/{row}\n" in text
    many = [found[0]] * (REFUSED_ROWS + 2)
    assert "… and 2 more" in render(many, "text", "en")


def test_each_language_keeps_its_own_punctuation() -> None:
    english, french = render(_broken(), "text", "en"), render(_broken(), "text", "fr")
    heads = [line for line in english.splitlines() if line.startswith("MED-")]
    assert heads
    assert not any(" : " in head for head in heads)
    assert "“" in english
    assert "Les horaires ne se lisent que par une personne" in french


def test_text_says_when_there_is_nothing() -> None:
    assert render([], "text", "fr") == "Rien à signaler.\n"
    assert render([], "text", "en") == "Nothing to report.\n"


def test_json_carries_everything() -> None:
    findings = _broken()
    told = json.loads(render(findings, "json"))
    assert len(told) == len(findings)
    assert told[0]["code"] == findings[0].code
    assert told[0]["message_fr"]
    assert told[0]["severity"] in {"Violation", "Warning", "Info"}


def test_turtle_is_a_shacl_validation_report() -> None:
    findings = _broken()
    quads = list(ox.parse(render(findings, "ttl").encode(), format=ox.RdfFormat.TURTLE))
    by_name: dict[str, int] = {}
    for quad in quads:
        name = quad.predicate.value.removeprefix(SH)
        by_name[name] = by_name.get(name, 0) + 1
    assert by_name["result"] == len(findings)
    assert by_name["sourceConstraintComponent"] == len(findings)
    assert by_name["resultMessage"] == 2 * len(findings)
    assert by_name["value"] == sum(f.value is not None for f in findings)
    assert by_name["resultPath"] == sum(bool(f.path) for f in findings)
    assert {q.object.value for q in quads if q.predicate.value == f"{SH}conforms"} == {"false"}


def test_turtle_of_nothing_conforms() -> None:
    quads = list(ox.parse(render([], "ttl").encode(), format=ox.RdfFormat.TURTLE))
    assert [q.object.value for q in quads if q.predicate.value == f"{SH}conforms"] == ["true"]


def test_an_unknown_format_is_said() -> None:
    with pytest.raises(UsageError, match="choose one of text, json, ttl"):
        render([], "pdf")


@pytest.mark.parametrize(("code", "expected"), [("MED-P005", 1), ("MED-A005", 0), ("MED-P013", 0)])
def test_only_violations_fail_a_run(code: str, expected: int) -> None:
    assert exit_code([f for f in _broken() if f.code == code]) == expected
    assert exit_code([]) == 0
