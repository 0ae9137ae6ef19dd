"""Which rows of different files are one place: pairs of the real files, judged by eye."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samples.matching import Known, distance_m, is_same, spot_of

ONE_DEGREE_M = 111_195
SAME = (
    (
        "Digne-les-Bains",
        "France Services Digne-les-Bains",
        "France services de Digne-les-Bains",
        24,
    ),
    ("Oraison", "LA POSTE", "France services La Poste d'Oraison", 0),
    ("Martigues", "EPN Médiathèque Louis Aragon", "Médiathèque Louis Aragon", 22),
    ("Cavaillon", "Médiathèque de Cavaillon", "Mediatheque Intercommunale de Cavaillon", 0),
    ("Aubignan", "Bibliothèque d'AUBIGNAN", "Bibliotheque Municipale", 64),
    ("Toulon", "Mediathèque Départementale du Var", "MEDIATHEQUE DEPARTEMENTALE", 78),
    ("Miramas", "Médiathèque Léopold Vidau", "Médiathèque Léopold Vidau", 583),
    ("Rouillac", "France services Rouillacais", "France services Rouillacais", 72_273),
    ("Marthon", "La Poste Marthon", "France services La Poste de Marthon", 0),
    ("Soyaux", "OMEGA - SOYAUX", "France services Omega Soyaux", 5),
    ("Païta", "Médiathèque de Païta", "Mediatheque De Païta", None),
    ("Canala", "Médiathèque de Canala", "Bibliotheque Municipale", None),
    ("Soyaux", "MAIRIE DE SOYAUX", "Mairie de SOYAUX", 30),
)
APART = (
    ("Vence", "Médiathèque de Vence", "France services de Vence", 14),
    ("Nice", "France Services Nice Pasteur", "Bus France services Nice mobile", 0),
    ("Martigues", "EPN Médiathèque Louis Aragon", "Médiabus", 22),
    ("Marseille", "LA POSTE", "LA POSTE", 900),
    ("Cognac", "CA DU GRAND COGNAC", "CA DU GRAND COGNAC", 275),
    ("Correns", "Mairie de Correns", "Bibliothèque municipale", 35),
    ("Meyreuil", "Meyreuil", "Bibliotheque Municipale", 76),
    ("Ruffec", "EMMAUS RUFFEC", "Bus France services du Ruffecois", 0),
    ("Ouvéa", "Médiathèque d'Ouvéa", "Bibliotheque Provinciale", None),
    ("Faucon", "Bibliothèque municipale de FAUCON", "Bibliotheque Municipale", 101),
)


def pair(town: str, one: str, other: str, metres: int | None) -> tuple[dict[str, str], ...]:
    """Two rows of a town, so many metres apart from south to north; None: one is nowhere."""
    north = 43.0 + (metres or 0) / ONE_DEGREE_M
    first = {"nom": one, "commune": town, "latitude": "43.0", "longitude": "5.0"}
    second = {"nom": other, "commune": town, "latitude": f"{north}", "longitude": "5.0"}
    return first, second if metres is not None else second | {"latitude": "", "longitude": ""}


@pytest.mark.parametrize(("town", "one", "other", "metres"), SAME)
def test_one_place_under_two_names(town: str, one: str, other: str, metres: int | None) -> None:
    first, second = map(spot_of, pair(town, one, other, metres))
    assert is_same(first, second)
    assert is_same(second, first)


@pytest.mark.parametrize(("town", "one", "other", "metres"), APART)
def test_two_places_stay_two(town: str, one: str, other: str, metres: int | None) -> None:
    first, second = map(spot_of, pair(town, one, other, metres))
    assert not is_same(first, second)


def test_the_same_address_goes_further_than_a_hundred_metres() -> None:
    one, other = pair("Vacqueyras", "Bibliothèque de VACQUEYRAS", "Bibliothèque Municipale", 110)
    assert not is_same(spot_of(one), spot_of(other))
    address = {"adresse": "97 Route de Carpentras"}
    assert is_same(spot_of(one | address), spot_of(other | {"adresse": "97 ROUTE DE CARPENTRAS"}))


def test_places_of_two_towns_are_never_one() -> None:
    here = {"nom": "Bibliothèque municipale", "code_postal": "83300", "commune": "Draguignan"}
    there = here | {"code_postal": "13200", "commune": "Arles"}
    assert not is_same(spot_of(here), spot_of(there))


@given(st.text(max_size=30), st.text(max_size=30), st.integers(0, 2_000))
def test_the_rule_asks_nothing_of_the_order(one: str, other: str, metres: int) -> None:
    first, second = map(spot_of, pair("Arles", one, other, metres))
    assert is_same(first, second) == is_same(second, first)
    assert distance_m(first, second) == pytest.approx(metres, abs=1)


def test_of_several_the_one_of_the_same_name_then_the_nearest_is_found() -> None:
    first, near = pair("Arles", "Médiathèque", "Médiathèque municipale", 10)
    _, named = pair("Arles", "", "Médiathèque", 90)
    known = Known([(near, "near"), (named, "named")])
    assert known.find(first) == "named"
    assert Known([(near, "near")]).find(first) == "near"
    assert known.find(first | {"commune": "Nîmes"}) is None
