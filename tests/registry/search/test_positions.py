"""Positions that contradict the commune of a place: it is not found, nor ranked, where they are."""

import pytest

from registry.search.index import SearchIndex
from registry.search.positions import from_centre_km, is_far_from_town, point_to_check
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
        ("83044", (43.5358, 6.4544), False),  # listed at Comps-sur-Artuby, in Draguignan
        ("97110", (16.304, -61.77), False),  # listed at La Désirade, on another island
        ("83023", (43.4126, 6.948), False),  # listed at Brignoles, in Théoule
        ("97408", (-21.369, 55.424), False),  # listed at La Possession, on the other side
        ("13004", (43.413, 4.731), True),  # Salin-de-Giraud, in Arles
        ("13055", (43.2876, 5.5125), True),  # a valley of Marseille, near Aubagne
        ("97415", (-21.08, 55.30), True),  # La Saline-les-Hauts, in Saint-Paul
        ("97422", (-21.21, 55.57), True),  # La Plaine-des-Cafres, in Le Tampon
        ("", (48.8, 2.3), True),
        ("99999", (48.8, 2.3), True),
    ],
)
def test_a_position_is_kept_where_its_commune_can_reach(
    insee: str, position: tuple[float, float], is_kept: bool
) -> None:
    assert (point_to_check(insee, position) == position) is is_kept


@pytest.mark.parametrize(
    ("insee", "town"),
    [
        ("97302", (4.938, -52.330)),
        ("97304", (5.160, -52.650)),
        ("97303", (5.480, -53.210)),
        ("97306", (5.660, -53.780)),
        ("97362", (3.807, -54.150)),
        ("97353", (3.640, -54.030)),
        ("97301", (4.315, -52.130)),
        ("97415", (-21.010, 55.271)),
        ("71588", (46.470, 4.055)),
        ("86041", (46.599, 0.349)),
        ("83044", (43.707, 6.507)),
    ],
)
def test_the_centre_of_a_commune_is_its_town(insee: str, town: tuple[float, float]) -> None:
    km = from_centre_km(insee, town)
    assert km is not None
    assert km < 3


@pytest.mark.parametrize(
    ("insee", "position", "is_far"),
    [
        ("97353", (3.049, -53.639), True),  # in the forest, 79 km from the town of Maripasoula
        ("97311", (5.053, -54.088), True),
        ("97353", (3.64, -54.03), False),
        ("13004", (43.413, 4.731), False),
        ("83050", (None, None), False),
        ("", (48.8, 2.3), False),
    ],
)
def test_who_goes_far_from_the_town_of_a_place_is_warned(
    insee: str, position: tuple[float | None, float | None], *, is_far: bool
) -> None:
    assert is_far_from_town(insee, position) is is_far
