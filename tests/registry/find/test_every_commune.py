"""No commune of France is a dead end: each has a point to start from, and its former names."""

import pytest

from registry.find.places import locate
from registry.search.positions import great_circle_km
from vocab.territory import centre_point, current_communes, point_of

_UNINHABITED = "984"


def test_every_commune_where_somebody_lives_has_a_point() -> None:
    without = [
        one.name
        for one in current_communes()
        if one.departement != _UNINHABITED and point_of(one) is None
    ]
    assert without == []


@pytest.mark.parametrize(
    ("typed", "near", "at_most_km"),
    [
        ("Quenza", "2A362", 20),
        ("Aullène", "2A254", 25),
        ("Asco", "2B096", 25),
        ("Piedicroce", "2B148", 20),
        ("Cozzano", "2A004", 40),
        ("Sainte-Lucie-de-Tallano", "2A272", 25),
    ],
)
def test_a_village_without_a_point_starts_near_by_and_is_said_to_be_approximate(
    typed: str, near: str, at_most_km: float
) -> None:
    found, town = locate(typed), centre_point(near)
    assert found is not None
    (area,) = found.areas
    assert area.point is not None
    assert town is not None
    assert not area.exact
    assert great_circle_km(area.point, town) < at_most_km


@pytest.mark.parametrize(
    ("typed", "at", "is_checked"),
    [
        ("Saül", (3.62, -53.21), False),
        ("Bélep", (-19.71, 163.65), True),
        ("Miquelon", (47.10, -56.38), True),
        ("Bora-Bora", (-16.51, -151.75), True),
        ("Maré", (-21.55, 167.88), True),
        ("Le Carbet", (14.71, -61.18), False),
        ("Mata-Utu", (-13.28, -176.18), True),
    ],
)
def test_communes_overseas_start_from_their_own_village(
    typed: str, at: tuple[float, float], is_checked: bool
) -> None:
    found = locate(typed)
    assert found is not None
    (area,) = found.areas
    assert area.point is not None
    assert area.exact == is_checked  # what was written by hand counts as approximate
    assert great_circle_km(area.point, at) < 5


@pytest.mark.parametrize(
    ("typed", "now"),
    [("Gouzangrez", "95169"), ("Germagnat", "01095"), ("Berzy-le-Sec", "02564")],
)
def test_communes_that_lost_their_code_are_known_by_their_name(typed: str, now: str) -> None:
    found = locate(typed)
    assert found is not None
    assert [area.code for area in found.areas] == [now]
    assert found.former == typed


@pytest.mark.parametrize(
    ("typed", "kind", "first", "people"),
    [
        ("Balagne", "land", "2B050", 25_000),
        ("Cap Corse", "land", "2B043", 6_000),
        ("Alta Rocca", "land", "2A362", 8_000),
        ("Vallée d'Aspe", "land", "64104", 2_000),
        ("Vallée de la Roya", "land", "06023", 5_000),
        ("vallée de Chamonix", "land", "74056", 10_000),
        ("Petite-Terre", "land", "97608", 30_000),
        ("Mafate", "land", "97415", 100_000),
        ("Futuna", "land", "98611", 3_000),
        ("Plaine Commune", "land", "93066", 400_000),
        ("Est Ensemble", "land", "93048", 400_000),
        ("Brest métropole", "land", "29019", 200_000),
        ("Cœur d'Essonne", "land", "91549", 190_000),
        ("Rennes Métropole", "land", "35238", 400_000),
        ("Mauges Communauté", "land", "49301", 120_000),
        ("Grand Lyon", "land", "69123", 1_000_000),
        ("CA de Bastia", "land", "2B033", 50_000),
        ("le Sud", "none", "", 0),
    ],
)
def test_valleys_islands_and_intercommunal_bodies_are_lands(
    typed: str, kind: str, first: str, people: int
) -> None:
    found = locate(typed)
    if kind == "none":
        assert found is None or found.areas[0].kind != "land"
        return
    assert found is not None
    (area,) = found.areas
    assert (area.kind, area.communes[0]) == (kind, first)
    assert 0.6 * people < area.population < 2 * people
    assert not found.corrected


def test_two_lands_of_one_name_are_asked() -> None:
    found = locate("Grande-Terre")
    assert found is not None
    assert found.ask
    assert [area.name for area in found.areas] == [
        "Grande-Terre (Mayotte)", "Grande-Terre (Guadeloupe)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("Quatre Rivières", ["Quatre Rivières (Haute-Savoie)", "Quatre Rivières (Haute-Saône)"]),
        ("Grande-Terre", ["Grande-Terre (Mayotte)", "Grande-Terre (Guadeloupe)"]),
    ],
)
def test_lands_of_one_name_can_be_chosen(typed: str, offered: list[str]) -> None:
    found = locate(typed)
    assert found is not None
    assert found.ask
    assert [area.name for area in found.areas] == offered
    for area in found.areas:
        chosen = locate(area.name)
        assert chosen is not None
        assert (chosen.areas, chosen.ask) == ((area,), False)


@pytest.mark.parametrize("typed", ["Luberon", "Lubéron", "le Lubéron"])
def test_a_land_that_is_spelled_in_two_ways_is_one(typed: str) -> None:
    found = locate(typed)
    assert found is not None
    assert ([area.name for area in found.areas], found.ask) == (["Le Luberon"], False)
