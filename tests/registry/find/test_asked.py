"""Questions as people in a hurry, helpers, teenagers, old people and newcomers type them."""

import csv
from pathlib import Path

import pytest

from registry.find.phrase import understand
from tests.registry.find.reading import notation

_TABLE = Path(__file__).with_name("asked.csv")


def rows() -> list[dict[str, str]]:
    """What each question means: place, services and care, moment; each was read by a person."""
    with _TABLE.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def test_there_are_enough_of_them() -> None:
    assert len(rows()) >= 120


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["phrase"])
def test_a_question_is_understood(row: dict[str, str]) -> None:
    found = understand(row["phrase"])
    assert notation(found.located) == row["place"]
    assert "|".join((*found.declared, *found.care)) == row["means"]
    assert str(found.moment or "") == row["moment"]
