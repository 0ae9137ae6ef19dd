"""Communes, départements and régions, looked up in the shipped tables."""

from collections import Counter

import pytest

from vocab.territory import (
    arrondissement_of_postcode,
    commune,
    communes_named,
    communes_of_postcode,
    current_communes,
    departement,
    departement_of,
    departement_of_commune,
    departement_of_postcode,
    departements,
    parts_of,
    point_of,
    region,
)
from vocab.text import name_key


def test_a_commune_has_its_codes() -> None:
    reims = commune("51454")
    assert reims is not None
    assert (reims.name, reims.kind, reims.departement, reims.region) == (
        "Reims",
        "commune-actuelle",
        "51",
        "44",
    )
    assert "51100" in reims.postcodes
    assert commune("00000") is None


def test_a_current_commune_wins_over_the_former_one_of_the_same_code() -> None:
    current = commune("01015")
    assert current is not None
    assert current.name == "Arboys en Bugey"
    former = communes_named("Arbignieu")
    assert [(one.kind, one.parent) for one in former] == [("commune-deleguee", "01015")]
    assert former[0].postcodes == current.postcodes


@pytest.mark.parametrize(
    ("written", "official"),
    [
        ("SAINT-MICHEL-SUR-ORGE", "Saint-Michel-sur-Orge"),
        ("st michel sur orge", "Saint-Michel-sur-Orge"),
        ("L’Abergement Clémenciat", "L'Abergement-Clémenciat"),
        ("STE MARIE AUX MINES", "Sainte-Marie-aux-Mines"),
        ("Oeting", "Œting"),
        ("L'HAŸ-LES-ROSES", "L'Haÿ-les-Roses"),
    ],
)
def test_names_are_found_however_they_are_spelt(written: str, official: str) -> None:
    assert name_key(written) == name_key(official)
    assert communes_named(written)[0].name in {official, "Oeting"}


def test_part_of_a_name_is_no_name() -> None:
    assert communes_named("Saint-Michel-sur") == ()
    assert name_key("Stains") == "stains"


@pytest.mark.parametrize(
    ("postcode", "expected"),
    [
        ("51100", "51"),
        ("20000", "2A"),
        ("20200", "2B"),
        ("20176", "2A"),  # no commune has it: its neighbours say
        ("38031", "38"),  # CEDEX
        ("75116", "75"),
        ("97100", "971"),
        ("97133", "977"),
        ("97150", "978"),
        ("97670", "976"),
        ("98800", "988"),
        ("98600", "986"),
        ("01410", "01"),  # serves communes of Ain and Jura
        ("00000", None),
        ("99999", None),
        ("7510", None),
        ("75001\n", None),
    ],
)
def test_departement_of_postcodes(postcode: str, expected: str | None) -> None:
    assert departement_of_postcode(postcode) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [("51454", "51"), ("2A004", "2A"), ("97209", "972"), ("98818", "988"), ("97133", "971")],
)
def test_departement_of_insee_codes(code: str, expected: str) -> None:
    assert departement_of_commune(code) == expected
    assert departement_of(code) == expected


def test_departement_of_reads_postcodes_that_are_no_insee_code() -> None:
    assert departement_of("20000") == "2A"
    assert departement_of("51100") == "51"
    assert departement_of("nothing") is None


def test_the_big_cities_have_arrondissements() -> None:
    nineteenth = arrondissement_of_postcode("75019")
    assert nineteenth is not None
    assert (nineteenth.code, nineteenth.parent) == ("75119", "75056")
    assert arrondissement_of_postcode("51100") is None
    assert [one.name for one in communes_of_postcode("69003")] == ["Lyon"]


def test_every_commune_lies_in_a_known_departement_of_its_region() -> None:
    for one in departements():
        assert region(one.region.code) == one.region
        if one.box:
            assert one.box.south < one.box.north
            assert one.box.west < one.box.east
    vaucluse = departement("84")
    assert vaucluse is not None
    assert vaucluse.region.name == "Provence-Alpes-Côte d'Azur"
    assert len(departements()) == 109
    assert departement("20") is None


@pytest.mark.parametrize(
    ("code", "latitude", "longitude"),
    [
        ("75", 48.8566, 2.3522),
        ("29", 48.39, -4.4861),
        ("2A", 41.9267, 8.7369),
        ("973", 4.9224, -52.3135),
        ("974", -20.8789, 55.4481),
        ("988", -22.2758, 166.458),
        ("987", -17.5516, -149.5585),
        ("975", 46.7811, -56.1764),
    ],
)
def test_prefectures_lie_in_their_box(code: str, latitude: float, longitude: float) -> None:
    found = departement(code)
    assert found is not None
    assert found.box is not None
    assert found.box.holds(latitude, longitude, margin=0.05)
    assert not found.box.holds(latitude + 10, longitude)


@pytest.mark.parametrize(
    ("code", "latitude", "longitude", "kind"),
    [
        ("83050", 43.5369, 6.4646, "geonames"),
        ("75056", 48.8566, 2.3522, "geonames"),
        ("69383", 45.7570, 4.8510, "lieux"),
        ("97209", 14.6040, -61.0670, "geonames"),
        ("2A004", 41.9267, 8.7369, "geonames"),
        ("98818", -22.2763, 166.4572, "geonames"),
        ("80829", 49.8086, 2.9833, "postal"),
        ("50203", 49.6337, -1.6221, "lieux"),  # La Glacerie: that of Cherbourg-en-Cotentin
    ],
)
def test_communes_have_a_point(code: str, latitude: float, longitude: float, kind: str) -> None:
    one = commune(code)
    assert one is not None
    found = point_of(one)
    assert found is not None
    assert found[1] == kind
    assert abs(found[0][0] - latitude) < (0.1 if kind == "postal" else 0.03)
    assert abs(found[0][1] - longitude) < (0.1 if kind == "postal" else 0.03)


def test_nearly_everybody_lives_in_a_commune_with_a_point() -> None:
    people: Counter[str] = Counter()
    for one in current_communes():
        found = point_of(one)
        people[found[1] if found else ""] += one.population
    assert people.total() > 68_000_000
    assert (people["lieux"] + people["geonames"]) / people.total() > 0.93
    assert people[""] / people.total() < 0.01


def test_points_lie_in_the_box_of_their_departement() -> None:
    outside = []
    for one in current_communes():
        place, found = departement(one.departement), point_of(one)
        if place and place.box and found and not place.box.holds(*found[0], margin=0.2):
            outside.append((one.name, found))
    assert outside == []


def test_a_commune_knows_what_it_absorbed() -> None:
    sables = commune("85194")
    assert sables is not None
    assert sables.former_names == ("Château-d'Olonne", "Olonne-sur-Mer")
    assert {one.name for one in parts_of("50129")} > {"Cherbourg-Octeville", "La Glacerie"}
    assert len(parts_of("75056")) == 20
    assert parts_of("83050") == ()
