"""What lies in a circle or a box, and what is nearest, is what measuring every place finds."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.search.geometry import HALF_ROUND_KM
from registry.search.index import SearchIndex
from registry.search.positions import great_circle_km
from tests.registry.search.sample import NAMESPACE, MemoryLog, place

_CHANCE = random.Random(11)
_FRANCE = [(_CHANCE.uniform(42.0, 51.0), _CHANCE.uniform(-5.0, 8.0)) for _ in range(200)]
_ANYWHERE = [(_CHANCE.uniform(-90, 90), _CHANCE.uniform(-180, 180)) for _ in range(200)]
_EDGES = [(-13.3, 180.0), (-13.3, -180.0), (-13.29, -176.2), (90.0, 0.0), (-90.0, 12.0), (0.0, 0.0)]
PLACES = {f"p{n:03}": at for n, at in enumerate([*_FRANCE, *_ANYWHERE, *_EDGES])}
POINTS = st.one_of(
    st.sampled_from(sorted(PLACES.values())),
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
    st.tuples(st.floats(42, 51), st.floats(-5, 8)),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    log = MemoryLog()
    log.put(*(place(name, name, commune="", at=at) for name, at in PLACES.items()))
    log.put(place("nowhere", "nowhere", commune=""))
    made = SearchIndex(Path(tmp_path_factory.mktemp("geometry")) / "search.sqlite")
    made.apply(log, log.head())
    return made


def iri(name: str) -> str:
    return f"{NAMESPACE}place/{name}"


def measured(centre: tuple[float, float]) -> list[tuple[str, float]]:
    """Every place by its distance, as the index keeps no other."""
    found = [(iri(name), great_circle_km(centre, at)) for name, at in PLACES.items()]
    return sorted(found, key=lambda one: (one[1], one[0]))


@given(centre=POINTS, radius_km=st.sampled_from((0.5, 5.0, 80.0, 900.0, 6_000.0, HALF_ROUND_KM)))
def test_a_circle_holds_what_is_so_near_anywhere_on_the_earth(
    index: SearchIndex, centre: tuple[float, float], radius_km: float
) -> None:
    expected = [one for one in measured(centre) if one[1] <= radius_km]
    assert index.within(centre, radius_km) == expected


@given(centre=POINTS, count=st.sampled_from((1, 7, 300, 1_000)))
def test_the_nearest_are_the_first_of_all(
    index: SearchIndex, centre: tuple[float, float], count: int
) -> None:
    assert index.nearest_to(centre, count, HALF_ROUND_KM) == measured(centre)[:count]
    within = [one for one in measured(centre)[:count] if one[1] <= 50]
    assert index.nearest_to(centre, count, 50) == within


@given(corners=st.tuples(POINTS, POINTS))
def test_a_box_holds_what_lies_between_its_borders(
    index: SearchIndex, corners: tuple[tuple[float, float], tuple[float, float]]
) -> None:
    (south, west), (north, east) = corners
    south, north = sorted((south, north))

    def is_inside(latitude: float, longitude: float) -> bool:
        is_across = west > east
        between = longitude >= west or longitude <= east if is_across else west <= longitude <= east
        return south <= latitude <= north and between

    expected = sorted(iri(name) for name, at in PLACES.items() if is_inside(*at))
    assert index.in_box((west, south, east, north)) == expected
