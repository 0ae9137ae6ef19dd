"""Two towns in one phrase, and postcodes cut short: never the wrong one silently."""

import pytest

from registry.find.phrase import understand
from registry.find.places import locate
from tests.registry.find.reading import notation


@pytest.mark.parametrize(
    ("typed", "meant", "unused"),
    [
        ("Malakoff Nantes", "44109", "Malakoff"),
        ("Malakoff, Nantes", "44109", "Malakoff"),
        ("Nantes Malakoff", "44109", "Malakoff"),
        ("Nantes Vanves", "44109", "Vanves"),
        ("Malakoff, Vanves", "ask:92075|92046", ""),
        ("Nantes et Rezé", "ask:44143|44109", ""),
        ("Beaumont et Clermont", "ask:60157|63032", ""),
        ("Nantes ou Malakoff", "ask:92046|44109", ""),
        ("gare de Rennes", "35238", "gare de"),
        ("mairie de Foix", "09122", "mairie de"),
        ("Bellevue Nantes", "44109", "Bellevue"),
    ],
)
def test_of_two_towns_the_smaller_is_a_quarter_or_one_asks(
    typed: str, meant: str, unused: str
) -> None:
    found = locate(typed)
    assert notation(found) == meant
    assert found is not None
    assert found.unused.removesuffix(" de") == unused.removesuffix(" de")


@pytest.mark.parametrize(
    "need", ["aide Malakoff Nantes", "aide à Malakoff, Nantes", "caf quartier Malakoff à Nantes"]
)
def test_in_a_need_the_smaller_of_two_towns_is_a_quarter_as_well(need: str) -> None:
    assert notation(understand(need).located) == "44109"


@pytest.mark.parametrize(
    ("typed", "count", "first"),
    [("7501", 10, "75115"), ("7500", 2, "75056"), ("1300", 2, "13055"), ("4400", 2, "44109")],
)
def test_a_postcode_cut_short_is_asked(typed: str, count: int, first: str) -> None:
    found = locate(typed)
    assert found is not None
    assert found.ask
    assert (len(found.areas), found.areas[0].code) == (count, first)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("Belleville", {"75120", "69019", "54060"}),
        ("Passy", {"75116", "74208"}),
        ("Villefranche", {"69264", "12300", "06159", "31582"}),
    ],
)
def test_a_name_of_several_offers_the_known_ones(typed: str, offered: set[str]) -> None:
    found = locate(typed)
    assert found is not None
    assert found.ask
    assert offered <= {area.code for area in (*found.areas, *found.others)}
    assert offered & {area.code for area in found.areas}
