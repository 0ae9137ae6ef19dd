"""Positions that contradict the commune of a place: it is not found, nor ranked, where they are."""

import pytest

from registry.search.index import SearchIndex
from registry.search.positions import point_to_check
from registry.search.query import Query
from tests.registry.search.sample import MemoryLog, place

NOUMEA, POUM = (-22.27, 166.45), "98826"
_AT_NOUMEA = {"at": (-22.266, 166.452), "postcode": "98800"}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    log = MemoryLog()
    log.put(
        place("poum", "Information Jeunesse de Poum", commune="Poum", insee=POUM, **_AT_NOUMEA),  # type: ignore[arg-type]
        place("noumea", "Médiathèque", commune="Nouméa", insee="98818", at=(-22.3, 166.5)),
        place("nowhere", "Sans commune", commune="", **_AT_NOUMEA),  # type: ignore[arg-type]
        place("paris", "À Paris de position", commune="Marseille", insee="13055", at=(48.85, 2.35)),
        place("arles", "Salin-de-Giraud", commune="Arles", insee="13004", at=(43.41, 4.73)),
    )
    index = SearchIndex(tmp_path_factory.mktemp("positions") / "search.sqlite")
    index.apply(log, log.head())
    assert index.differences(log) == []
    return index


@pytest.mark.parametrize(
    ("near", "found"),
    [
        (NOUMEA, {"nowhere": False, "noumea": False}),
        ((48.85, 2.35), {}),
        ((43.41, 4.73), {"arles": False}),
    ],
)
def test_nothing_is_near_by_a_position_that_its_commune_contradicts(
    index: SearchIndex, near: tuple[float, float], found: dict[str, bool]
) -> None:
    page = index.search(Query(near=near, radius_km=20))
    names = {one.path.removeprefix("place/"): one.is_position_doubtful for one in page.places}
    assert names == found


@pytest.mark.parametrize("centre", [(-20.23, 164.02), NOUMEA])
def test_listed_for_its_commune_it_is_as_far_as_the_further_of_both(
    index: SearchIndex, centre: tuple[float, float]
) -> None:
    page = index.search(Query(near=centre, radius_km=5, communes=(POUM,)))
    (found,) = (one for one in page.places if one.is_position_doubtful)
    assert found.distance_km == pytest.approx(338, abs=10)
    assert (found.latitude, found.longitude) == (-22.266, 166.452), "what was stated stays"


@pytest.mark.parametrize(
    ("insee", "position", "is_kept"),
    [
        ("83050", (43.54, 6.47), True),
        ("83050", (48.8, 2.3), False),
        ("97353", (2.85, -54.0), True),  # in the south of Maripasoula
        ("97302", (4.9, -52.3), True),
        ("97302", (-20.9, 55.45), False),
        ("", (48.8, 2.3), True),
        ("99999", (48.8, 2.3), True),
    ],
)
def test_a_position_is_kept_where_its_commune_can_reach(
    insee: str, position: tuple[float, float], is_kept: bool
) -> None:
    assert (point_to_check(insee, position) == position) is is_kept
