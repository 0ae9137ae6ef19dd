"""The words of a need that are worth looking for alone, where nothing answers the whole."""

import pytest

from registry.find.phrase import words_to_try


@pytest.mark.parametrize(
    ("need", "expected"),
    [
        ("j'ai besoin d'imprimer un papier ce soir", ["imprimer", "papier"]),
        ("je suis à Brest et j'ai besoin d'imprimer", ["imprimer"]),
        ("atelier à Lille pour une classe", ["atelier", "classe"]),
        ("wifi samedi matin à moins de 5 km", ["wifi"]),
        ("bonjour", []),
    ],
)
def test_neither_moments_nor_small_words_are_looked_for_alone(
    need: str, expected: list[str]
) -> None:
    assert [*words_to_try(need)] == expected
