"""The ground of the map: outlines cut to a frame, names by size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.web.places.ground import MAX_NAMES, abroad, land, names
from registry.web.places.topojson import Ring

VAR = (6.0, 43.0, 7.0, 44.0)
FRANCE = (-6.0, 41.0, 10.0, 52.0)
SEA = (-20.0, 40.0, -15.0, 42.0)


def area(rings: list[Ring]) -> float:
    """In square degrees, by the shoelace formula."""
    return sum(
        abs(sum(x * b - a * y for (x, y), (a, b) in zip(ring, [*ring[1:], ring[0]], strict=True)))
        / 2
        for ring in rings
    )


_boxes = st.tuples(st.floats(-10, 9), st.floats(40, 50), st.floats(0.01, 8), st.floats(0.01, 8))


@given(_boxes, st.floats(0, 22))
def test_outlines_stay_in_their_frame(box: tuple[float, float, float, float], zoom: float) -> None:
    west, south, width, height = box
    east, north = west + width, south + height
    for ring in (
        *land((west, south, east, north), zoom),
        *abroad((west, south, east, north), zoom),
    ):
        assert all(west - 1e-9 <= x <= east + 1e-9 for x, _ in ring)
        assert all(south - 1e-9 <= y <= north + 1e-9 for _, y in ring)


def test_the_land_is_that_of_france() -> None:
    assert area(land(FRANCE, 8)) == pytest.approx(63.9, abs=1)  # 551,500 km² about 46° north
    west, south, east, north = FRANCE
    halves = (west, south, 2.0, north), (2.0, south, east, north)
    assert sum(area(land(half, 8)) for half in halves) == pytest.approx(area(land(FRANCE, 8)))


def test_at_sea_there_is_nothing() -> None:
    assert (land(SEA, 8), abroad(SEA, 8), names(SEA, 12)) == ([], [], [])


@pytest.mark.parametrize(
    ("zoom", "named", "unnamed"),
    [
        (8, {"Draguignan", "Fréjus"}, {"Le Muy", "Callas"}),
        (9, {"Draguignan", "Le Muy"}, {"Figanières", "Callas"}),
        (10, {"Draguignan", "Le Muy", "Figanières"}, {"Châteaudouble"}),
    ],
)
def test_the_further_in_the_smaller(zoom: float, named: set[str], unnamed: set[str]) -> None:
    found = [name for _lat, _lon, name, _inhabitants in names(VAR, zoom)]
    assert named <= set(found)
    assert not unnamed & set(found)


def test_names_are_those_of_the_largest() -> None:
    found = names(FRANCE, 12)
    assert len(found) == MAX_NAMES
    assert found[0][2] == "Paris"
    inhabitants = [one[3] for one in found]
    assert inhabitants == sorted(inhabitants, reverse=True)
