"""What lies in a circle, however few or many places are measured for it."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.search.index import SearchIndex
from registry.search.positions import great_circle_km
from registry.search.query import Query
from tests.registry.search.sample import MemoryLog, place

_CHANCE = random.Random(7)
PLACES = {
    f"p{number}": (_CHANCE.uniform(42.0, 51.0), _CHANCE.uniform(-5.0, 8.0)) for number in range(600)
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    log = MemoryLog()
    log.put(*(place(name, name, commune="", at=at) for name, at in PLACES.items()))
    made = SearchIndex(Path(tmp_path_factory.mktemp("circles")) / "search.sqlite")
    made.apply(log, log.head())
    return made


@given(
    near=st.tuples(st.floats(41.0, 52.0), st.floats(-6.0, 9.0)),
    radius_km=st.sampled_from((3.0, 40.0, 80.0, 200.0, 299.0, 301.0, 2_000.0)),
)
def test_a_circle_holds_what_is_near_enough(
    index: SearchIndex, near: tuple[float, float], radius_km: float
) -> None:
    within = {name for name, at in PLACES.items() if great_circle_km(near, at) <= radius_km}
    found = index.search(Query(near=near, radius_km=radius_km, size=1_000))
    assert {one.name for one in found.places} == within
    assert found.total == len(within)
    # Of few that other words leave, each is measured instead.
    for name, at in list(PLACES.items())[:3]:
        is_near = great_circle_km(near, at) <= radius_km
        assert index.count(Query(near=near, radius_km=radius_km, named=name)) == is_near
