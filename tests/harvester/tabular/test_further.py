"""Columns beyond the standard, cleaned by the kind of their property."""

import pytest

from harvester.tabular import further
from harvester.tabular.further import Column, clean_further
from vocab.properties import Property

VALUES = {
    "boolean yes": ("boolean", " Oui ", "true"),
    "boolean by a number": ("boolean", "0", "false"),
    "boolean of no sense": ("boolean", "peut-être", None),
    "number with a comma": ("number", "2,50", "2.50"),
    "number with an exponent": ("number", "1e2", "100"),
    "number below zero": ("number", "-1", None),
    "number without end": ("number", "Infinity", None),
    "number in words": ("number", "deux", None),
    "share": ("share", "60 %", "60"),
    "share of too much": ("share", "101", None),
    "day": ("date", "2026-06-01", "2026-06-01"),
    "day in words": ("date", "demain", None),
    "web address": ("web", "a.example/x", "http://a.example/x"),
    "telephone": ("phone", "01 80 05 98 80", "+33180059880"),
    "e-mail address": ("email", " A@B.fr ", "A@B.fr"),
    "text": ("text", " Un  mot ", "Un mot"),
    "plain": ("string", " 7 ", "7"),
    "record": ("iri", "https://pole.example/id/network/1", "https://pole.example/id/network/1"),
    "record by its name": ("iri", "Réseau", None),
}


def said(kind: str, **more: object) -> Property:
    texts = dict.fromkeys(("title_fr", "title_en", "definition_fr", "definition_en", "example"), "")
    return Property("x", "urn:x", kind, **(texts | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "text", "value"), VALUES.values(), ids=VALUES)
def test_a_column_is_read_by_its_kind(
    monkeypatch: pytest.MonkeyPatch, kind: str, text: str, value: str | None
) -> None:
    monkeypatch.setattr(further, "COLUMNS", {"x": Column(said(kind))})
    values, notes = clean_further({"x": text, "nom": "A"})
    assert values == ({"x": value} if value else {})
    lost = [(note.rule, note.before) for note in notes if note.level == "loss"]
    assert lost == ([] if value else [("feature-invalid", text.strip())])


def test_several_values_are_a_tuple_and_the_bad_ones_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(further, "COLUMNS", {"x": Column(said("number", multiple=True))})
    values, notes = clean_further({"x": "1|deux;3"})
    assert values == {"x": ("1", "3")}
    assert [note.before for note in notes] == ["deux"]


def test_a_second_value_where_one_may_be_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(further, "COLUMNS", {"x": Column(said("web"))})
    values, notes = clean_further({"x": "https://a.example/|https://b.example/"})
    assert values == {"x": "https://a.example/"}
    assert [(note.rule, note.before) for note in notes] == [
        ("feature-invalid", "https://b.example/")
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "colour"},
        {"kind": "text", "node": "roof"},
        {"kind": "concept"},
        {"kind": "text", "scheme": "frais"},
        {"kind": "number", "facet": "n"},
        {"kind": "text", "group": "access", "node": "address"},
    ],
)
def test_a_table_that_asks_for_what_nothing_does_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="x: "):
        said(wrong.pop("kind"), **wrong)
