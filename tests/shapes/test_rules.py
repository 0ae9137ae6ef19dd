"""Every rule is documented in both languages and shown by valid, invalid and near examples."""

import re

import pytest

from shapes.contract import engine
from shapes.rules import Rule, rules
from shapes.verdicts import validate
from tests.shapes import samples
from vocab.records import Record

SHOWN = [rule for rule in rules() if rule.example]


def _codes(record: Record) -> set[str]:
    return {finding.code for finding in validate([record])}


@pytest.mark.parametrize("base", samples.RECORDS)
def test_good_records_have_nothing_to_mend(base: str) -> None:
    assert not list(validate([samples.good(base)]))


@pytest.mark.parametrize("rule", SHOWN, ids=lambda rule: rule.code)
def test_examples(rule: Rule) -> None:
    example = rule.example
    assert example is not None
    assert example.valid
    assert example.invalid
    assert example.near
    for values in (*example.valid, *example.near):
        assert rule.code not in _codes(samples.with_values(example, values)), values
    for values in example.invalid:
        assert rule.code in _codes(samples.with_values(example, values)), values


def test_every_rule_but_the_limits_has_examples() -> None:
    assert {rule.code for rule in rules() if not rule.example} == {
        "MED-X001",
        "MED-X002",
        "MED-X003",
    }


def test_every_result_names_a_rule() -> None:
    """No shape of the contract may speak without a code."""
    known = {rule.code for rule in rules()}
    for rule in SHOWN:
        assert rule.example
        for values in rule.example.invalid:
            assert _codes(samples.with_values(rule.example, values)) <= known


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code)
def test_texts_say_what_is_wrong_and_how_to_mend_it(rule: Rule) -> None:
    for texts in (rule.name, rule.message, rule.reason):
        french, english = texts.message("fr"), texts.message("en")
        assert french.strip()
        assert english.strip()
        assert french != english or texts is rule.name
        for text in (french, english):
            assert not re.search(r"docs/|[»”] \(\w+:\w+\)", text), "a page is no place for files"
    french = rule.message.message("fr")
    assert french.count(".") >= 2 or ":" in french


def test_codes_are_unique_and_shapes_carry_them() -> None:
    codes = [rule.code for rule in rules()]
    assert len(codes) == len(set(codes))


def test_nothing_of_the_contract_is_refused() -> None:
    assert engine().refused == {}
