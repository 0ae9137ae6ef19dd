"""Folding: the quick way for European accents equals the whole of Unicode's."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vocab.text import base_letters, fold, name_key

_TYPED = st.text(alphabet=st.characters(exclude_categories=["Cs"]))
_SIGNS = {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "′": "'", "œ": "oe", "æ": "ae"}


@given(_TYPED)
@example("Crème brûlée")
@example("Ελληνικά́")
@example("a\u20dd")
@example("a\u034f")
@example("№ ™ …")
def test_folding_takes_off_every_combining_mark(text: str) -> None:
    spelled = text.casefold()
    for sign, plain in _SIGNS.items() | {(dash, "-") for dash in "‐‑‒–—―−"}:
        spelled = spelled.replace(sign, plain)
    decomposed = unicodedata.normalize("NFKD", spelled).casefold()
    expected = "".join(c for c in decomposed if not unicodedata.combining(c))
    assert base_letters(text) == expected


@given(_TYPED)
def test_case_does_not_count(text: str) -> None:
    assert base_letters(text.casefold()) == base_letters(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Œuvre d’Élise", "OEUVRE D'ELISE"),
        ("arc‑en‑ciel", "Arc-en-ciel"),
        ("Lætitia…", "laetitia..."),
        (" deux\u00a0 mots\n", "deux mots"),
    ],
)
def test_spellings_of_one_text_are_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("arc-en-ciel", "arc en ciel"), ("CC", "CCAS")])
def test_what_is_another_text_stays_another(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("St-Étienne", "Saint Etienne"),
        ("STE-MAXIME", "Sainte-Maxime"),
        ("L’Haÿ-les-Roses", "l'hay les roses"),
    ],
)
def test_names_are_the_same_in_short_and_in_full(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)
    assert name_key("Stains") == "stains"
