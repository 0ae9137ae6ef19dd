"""Columns of a sheet that ask a question, and what « oui », « non » and « X » say there.

« X » under « Gratuit ? » is « Gratuit », under « Payant ? » « Payant »; elsewhere it says nothing.
The questions are in ``yes_no.toml``.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from vocab.text import fold, words


@dataclass(frozen=True, slots=True)
class Question:
    """What the answers to a column say.

    Attributes:
        field: of the standard, that the column is.
        words: of the name of the column, folded.
        yes: value of the field where the answer is yes, or a tick.
        no: value where it is no.
    """

    field: str
    words: frozenset[str]
    yes: str
    no: str


def question_of(column: str, field: str) -> Question | None:
    """Return what a column asks, read as a field; None where it asks nothing, or two things.

    >>> question_of("Gratuit ?", "frais_a_charge").no
    'Payant'
    """
    asked = {*words(column)}
    found = [one for one in _questions() if one.field == field and one.words & asked]
    return found[0] if len(found) == 1 else None


def answers_of(column: str, field: str) -> Mapping[str, str]:
    """Return folded answers to a column -> the value that each says; nothing where none is asked.

    >>> answers_of("Gratuit ?", "frais_a_charge")["x"]
    'Gratuit'
    """
    asked = question_of(column, field)
    if asked is None:
        return {}
    yes, no = _answers()
    return {**dict.fromkeys(yes, asked.yes), **dict.fromkeys(no, asked.no)}


def answered(answers: Mapping[str, str], text: str) -> str:
    """Return what a cell says by the answers of its column; the cell itself where it is none."""
    return answers.get(fold(text).strip(" ."), text)


@cache
def _document() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("vocab").joinpath("yes_no.toml").read_text("utf-8"))


@cache
def _questions() -> tuple[Question, ...]:
    return tuple(
        Question(one["field"], frozenset(one["words"]), one["yes"], one["no"])
        for one in _document()["question"]
    )


@cache
def _answers() -> tuple[tuple[str, ...], tuple[str, ...]]:
    found = _document()
    return tuple(map(fold, map(str, found["yes"]))), tuple(map(fold, map(str, found["no"])))
