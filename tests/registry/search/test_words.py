"""Stems: the same for a word's forms, quick for any word."""

import time

import pytest

from registry.search.words import match_expressions, stems


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bibliothèques", "bibliotheque"),
        ("ateliers numériques", "ATELIER numerique"),
        ("locaux", "local"),
        ("formations", "formation"),
        ("St-Denis", "Saint Denis"),
    ],
)
def test_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    assert stems(one) == stems(other)


def test_a_word_without_end_costs_no_more_than_its_length() -> None:
    started = time.perf_counter()
    assert stems("qu" * 500_000) == "qu" * 500_000
    assert match_expressions("aie" * 300_000) == (f'"{"aie" * 300_000}"*',)
    assert time.perf_counter() - started < 5  # minutes, were they stemmed
