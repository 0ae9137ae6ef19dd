"""Quarters, islands, arrondissements in Roman figures, and places that are some way off."""

import pytest

from registry.find.mistakes import nearly
from registry.find.phrase import understand
from registry.find.places import locate
from registry.search.words import match_expressions
from tests.registry.find.reading import notation


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("Croix-Rousse", "69384"),
        ("la Croix Rousse", "69384"),
        ("quartier de la Croix-Rousse", "69384"),
        ("quartier Wazemmes", "59350"),
        ("quartier du Panier", "13202"),
        ("Presqu'île Lyon", "69382"),
        ("Moulins Lille", "59350"),
        ("Moulins", "03190"),
        ("Porquerolles", "83069"),
        ("Lyon 8", "69388"),
        ("Paris XXe", "75120"),
        ("Paris V", "75105"),
        ("Marseille IIIème", "13203"),
        ("XIVe arrondissement de Paris", "75114"),
        ("entre Toulon et Hyères", "ask:83137|83069"),
        ("between Lyon and Grenoble", "ask:69123|38185"),
        ("entre Toulon et Zzyzx", "none"),
        ("à 10 minutes de Brignoles", "83023"),
        ("20 km de Brignoles", "83023"),
        ("à 1 heure d'Annecy", "74010"),
        ("quartier Zzyzx", "none"),
    ],
)
def test_where_people_say_they_are(where: str, expected: str) -> None:
    assert notation(locate(where)) == expected


@pytest.mark.parametrize(
    ("need", "expected", "names"),
    [
        ("wifi quartier de la Croix-Rousse", "69384", ()),
        ("wifi Paris XXe", "75120", ()),
        ("wifi entre Toulon et Hyères", "ask:83137|83069", ()),
        ("imprimer à 10 minutes de Brignoles", "83023", ()),
        ("imprimer à 20 km d'Annecy", "74010", ()),
        ("wifi Moulins Lille samedi", "59350", ()),
        ("cours 10 minutes", "none", ("10 minutes",)),
    ],
)
def test_the_same_beside_a_need(need: str, expected: str, names: tuple[str, ...]) -> None:
    found = understand(need)
    assert notation(found.located) == expected
    assert found.names == names


@pytest.mark.parametrize("where", ["à 10 minutes de Brignoles", "20 km de Brignoles"])
def test_how_far_it_is_is_not_taken_into_account_and_said(where: str) -> None:
    found = locate(where)
    assert found
    assert found.unused == where.partition(" de ")[0]


@pytest.mark.parametrize(
    ("typed", "offered", "never"),
    [
        ("Borquerolles", "", "Ronquerolles"),
        ("Draguinan", "Draguignan", ""),
        ("Zraguignan", "Draguignan", ""),
    ],
)
def test_an_unknown_name_offers_no_far_look_alike(typed: str, offered: str, never: str) -> None:
    names = [area.name for area in nearly(typed, 20)]
    assert not offered or offered in names
    assert never not in names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rue de la République", ('"ru de la republ"',)),
        ("médiathèque avenue Foch", ('"mediathequ"', '"avenu foch"')),
        ("la rue", ('"la"', '"ru"')),
        ("république", ('"republ"*',)),
    ],
)
def test_the_words_of_a_street_stand_together(text: str, expected: tuple[str, ...]) -> None:
    assert match_expressions(text) == expected


@pytest.mark.parametrize(
    ("need", "kind", "left"),
    [
        ("imprimer, à Nantes", "place", "imprimer"),
        ("Nantes, imprimer", "place", "imprimer"),
        ("wifi ; samedi ; scanner", "moment", "wifi scanner"),
    ],
)
def test_no_comma_stays_where_a_part_is_taken_out(need: str, kind: str, left: str) -> None:
    found = understand(need)
    part = next(one for one in found.parts if one.kind == kind)
    assert found.without(part)[0] == left


@pytest.mark.parametrize(
    ("need", "where", "expected", "km"),
    [
        ("à moins de 2 km de Villeurbanne", "", "69266", 2),
        ("caf a moins de 10 km de Foix", "", "09122", 10),
        ("caf à 20 km de Foix", "", "09122", 20),
        ("impots 15km autour de Foix", "", "09122", 15),
        ("wifi dans un rayon de 10 km autour de Quimper", "", "29232", 10),
        ("wifi within 5 km of Quimper", "", "29232", 5),
        ("wifi 500 m de Quimper", "", "29232", 0.5),
        ("wifi 10km Foix", "", "09122", 10),
        ("wifi à 15 km de Mer", "", "41136", 15),
        ("wifi demain à 10 km de Foix", "", "09122", 10),
        ("wifi 5 km", "Quimper", "29232", 5),
        ("wifi", "à 20 km de Quimper", "29232", 20),
        ("wifi", "Quimper 5 km max", "29232", 5),
        ("imprimer à 10 km", "", "none", 10),
        ("imprimer à 10 minutes de Foix", "", "09122", None),
        ("je mesure 2 m", "", "none", None),
        ("wifi 900 km", "", "none", None),
    ],
)
def test_how_far_one_goes_is_the_radius(
    need: str, where: str, expected: str, km: float | None
) -> None:
    found = understand(need, where)
    assert notation(found.located) == expected
    assert found.radius_km == km
    assert km is None or not found.names
