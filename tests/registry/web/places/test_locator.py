"""The small map of a place: what is around it, names that can be read."""

import math
import re
from itertools import combinations

import pytest

from registry.web.places.locator import Town, beside, is_at_centre, locator
from vocab.territory import centre_of

_PLACES = {
    "Draguignan": ("83050", 43.5378, 6.4640),
    "Martigues": ("13056", 43.4046, 5.0536),
    "Saint-Denis": ("97411", -20.8789, 55.4481),
    "Mamoudzou": ("97611", -12.78, 45.23),
    "Annecy": ("74010", 45.9, 6.12),
    "Cayenne": ("97302", 4.93, -52.33),
}


@pytest.mark.parametrize(("name", "place"), _PLACES.items())
def test_the_commune_is_named_and_no_name_covers_another(
    name: str, place: tuple[str, float, float]
) -> None:
    drawn = locator(*place)
    assert drawn
    assert [town.name for town in drawn.towns if town.is_own] == [name]
    assert 2 <= len(drawn.towns) <= 4
    for one, other in combinations(drawn.towns, 2):
        assert abs(one.y - other.y) >= 14 or not _overlap(one, other), (one, other)
    for town in drawn.towns:
        west, east = _ends(town)
        assert west >= 0
        assert east <= drawn.width
    assert (drawn.x, drawn.y) == (drawn.width / 2, drawn.height / 2)


def test_a_town_under_the_pin_is_named_without_a_dot_elsewhere() -> None:
    for place, has_dot in (("83050", 43.53, 6.4640), False), (("83050", 43.60, 6.4640), True):
        drawn = locator(*place)
        assert drawn
        assert [town.has_dot for town in drawn.towns if town.is_own] == [has_dot]


@pytest.mark.parametrize("place", _PLACES.values())
def test_the_drawing_is_light_and_stays_near_its_frame(place: tuple[str, float, float]) -> None:
    drawn = locator(*place)
    assert drawn
    assert len(drawn.land + drawn.abroad) < 4_000
    numbers = re.findall(r"(-?\d+) (-?\d+)", drawn.land)
    assert all(-20 <= int(x) <= drawn.width + 20 for x, _ in numbers)
    assert all(-20 <= int(y) <= drawn.height + 20 for _, y in numbers)


@pytest.mark.parametrize(
    "place",
    [("", 0.0, 0.0), ("98818", -22.27, 166.44), ("", 90.0, 3.0), ("", -91.0, 3.0),
     ("83050", math.nan, 3.0), ("83050", 43.5, math.inf), ("", 43.5, 1e300)],
)  # fmt: skip
def test_where_no_land_is_known_nothing_is_drawn(place: tuple[str, float, float]) -> None:
    assert locator(*place) is None


@pytest.mark.parametrize(
    ("place", "is_doubtful"),
    [(("83050", 43.54, 6.47), False), (("13004", 43.39, 4.73), False),
     (("83050", 48.8, 2.3), True)],
)  # fmt: skip
def test_a_position_far_from_its_commune_is_doubted(
    place: tuple[str, float, float], is_doubtful: bool
) -> None:
    found = beside(*place)
    assert found
    assert found.is_doubtful is is_doubtful


@pytest.mark.parametrize(
    ("latitude", "is_centred"), [("centre", True), ("43.5366", False), ("nan", False)]
)
def test_the_centre_of_a_commune_is_told_from_a_door(latitude: str, is_centred: bool) -> None:
    centre = centre_of("83050")
    assert centre
    north = float(centre[0]) if latitude == "centre" else float(latitude)
    assert is_at_centre("83050", north, float(centre[1])) is is_centred
    assert not is_at_centre("", north, float(centre[1]))


def _ends(town: Town) -> tuple[float, float]:
    """Where a name begins and ends, letters of seven units."""
    length = 7 + 7 * len(town.name)
    return (town.x - length, town.x) if town.is_left else (town.x, town.x + length)


def _overlap(one: Town, other: Town) -> bool:
    (west, east), (other_west, other_east) = _ends(one), _ends(other)
    return west < other_east and other_west < east
