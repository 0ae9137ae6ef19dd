"""Numbers that are no place: days that no month has, numbers with a comma; and kilometres."""

import pytest

from registry.find.phrase import understand
from tests.registry.find.reading import notation


@pytest.mark.parametrize(
    ("typed", "aside"),
    [
        ("31 juin", ("31 juin",)),
        ("imprimer le 31 juin", ("le 31 juin",)),
        ("30 février", ("30 février",)),
        ("impôts 45 mars", ("45 mars",)),
        ("1,2", ("1,2",)),
        ("imprimer 9,3", ("9,3",)),
    ],
)
def test_what_is_no_departement_is_set_aside(typed: str, aside: tuple[str, ...]) -> None:
    found = understand(typed)
    assert (found.located, found.moment, found.names) == (None, None, ())
    assert found.set_aside == aside


@pytest.mark.parametrize("typed", ["31 juin", "1,2", "9, 3"])
def test_it_is_no_place_in_the_second_field_either(typed: str) -> None:
    found = understand("imprimer", typed)
    assert (found.located, found.point, found.place_not_found) == (None, None, True)


@pytest.mark.parametrize(
    ("typed", "place"),
    [("9-3", "dep:93"), ("9 3", "dep:93"), ("imprimer 31", "dep:31"), ("le 3 juin 31", "dep:31")],
)
def test_a_departement_is_one_still(typed: str, place: str) -> None:
    assert notation(understand(typed).located) == place


@pytest.mark.parametrize(
    ("need", "where", "km"),
    [
        ("imprimer à 1,5 km de Lyon", "", 1.5),
        ("imprimer à 2.5km de Foix", "", 2.5),
        ("imprimer à 2,5 kilomètres de Foix", "", 2.5),
        ("imprimer à 2,5 KM de Foix", "", 2.5),
        ("imprimer à 2,50 km de Foix", "", 2.5),
        ("imprimer", "à 2,5 Kilomètres de Foix", 2.5),
        ("imprimer", "à 1,5 km de Lyon", 1.5),
        ("imprimer à 12 km de Lyon", "", 12.0),
    ],
)
def test_kilometres_may_have_a_comma(need: str, where: str, km: float) -> None:
    found = understand(need, where)
    assert found.radius_km == km
    assert found.located
    assert found.names == ()
