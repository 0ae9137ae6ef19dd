"""Places to choose from while somebody types."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.find.suggested_needs import suggest_needs
from registry.find.suggestions import suggest


def shown(prefix: str, limit: int = 5) -> list[str]:
    return [f"{area.name} {area.departement}".strip() for area in suggest(prefix, limit)]


@pytest.mark.parametrize(
    ("prefix", "first"),
    [
        ("drag", ["Draguignan 83", "Dragey-Ronthon 50"]),
        ("DRAGUIGNAN", ["Draguignan 83"]),
        ("st den", ["Saint-Denis 974", "Saint-Denis 93"]),
        ("hav", ["Le Havre 76"]),
        ("le hav", ["Le Havre 76"]),
        ("l'hay", ["L'Haÿ-les-Roses 94"]),
        ("var", ["Var 83"]),
        ("bret", ["Bretagne"]),
        ("la réu", ["La Réunion 974"]),
        ("paris", ["Paris 75", "Paris 15e Arrondissement 75"]),
        ("cherbourg-oct", ["Cherbourg-en-Cotentin 50"]),
        ("olonne", ["Les Sables-d'Olonne 85"]),
        ("2a", ["Corse-du-Sud 2A"]),
        ("974", ["La Réunion 974"]),
        ("8330", ["83300 83"]),
        ("83 30", ["83300 83"]),
        ("7501", ["Paris 15e Arrondissement 75"]),
        ("9720", ["Fort-de-France 972"]),
        ("saint gilles les ba", ["Saint-Paul 974"]),
        ("sainte clot", ["Saint-Denis 974"]),
    ],
)
def test_what_begins_so_comes_first(prefix: str, first: list[str]) -> None:
    assert shown(prefix)[: len(first)] == first


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("inpot", "Payer mes impôts en ligne"),
        ("visa", "Demander un visa"),
        ("pole", "S’inscrire à France Travail (Pôle emploi)"),
        ("cart", "Carte Vitale"),
        ("sourd", "sourd"),
        ("lordinateur", "Ordinateur en libre accès"),
        ("croix-r", ""),
        ("zzyzx", ""),
    ],
)
def test_a_need_is_suggested_however_it_is_spelt(typed: str, first: str) -> None:
    found = [one.phrase for one in suggest_needs(typed, "fr", 5)]
    assert found[:1] == ([first] if first else [])


def test_a_quarter_is_suggested_with_its_article() -> None:
    assert shown("la croix rousse") == shown("croix-r") == ["Lyon 4e Arrondissement 69"]


def test_the_most_populated_come_first() -> None:
    people = [area.population for area in suggest("sai", 8)]
    assert len(people) == 8
    assert people == sorted(people, reverse=True)


def test_a_mistake_is_forgiven_when_nothing_begins_so() -> None:
    assert shown("draguina")[0] == "Draguignan 83"
    assert shown("dragiu")[0] == "Draguignan 83"
    assert shown("zzyzx") == []


@pytest.mark.parametrize("prefix", ["", "d", "7", " ", "🙂", "a" * 100_000, "é" * 5000, "9" * 5000])
def test_nothing_is_suggested_for_nothing(prefix: str) -> None:
    assert suggest(prefix, 5) == ()


def test_no_more_than_asked_for() -> None:
    assert suggest("sa", 0) == ()
    assert len(suggest("sa", 3)) == 3


@given(st.text(max_size=20), st.integers(min_value=-1, max_value=12))
def test_any_beginning_gives_different_areas(prefix: str, limit: int) -> None:
    found = suggest(prefix, limit)
    assert len(found) <= max(limit, 0)
    assert len({(area.kind, area.code) for area in found}) == len(found)
