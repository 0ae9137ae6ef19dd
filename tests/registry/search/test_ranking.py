"""Which place comes first for a person: near, open, well described; none that matches is lost."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.search.index import SearchIndex
from registry.search.query import OpenCounts, Query
from tests.registry.search.sample import NOON, MemoryLog, place

_DRAGUIGNAN = (43.5366, 6.4647)
_HOURS = {
    "open": "Mo-Fr 09:00-17:00",
    "later": "Mo-Fr 14:00-17:00",
    "tomorrow": "Th 09:00-12:00",
    "soon": "Mo-Fr 09:00-12:35",
    "noon": "Mo-Fr 09:00-12:15,14:00-17:00",
    "unknown": "",
}


def north(km: float) -> tuple[float, float]:
    """Return a point so many kilometres north of Draguignan."""
    return _DRAGUIGNAN[0] + km / 111.19, _DRAGUIGNAN[1]


def index_of(tmp_path: Path, *records: object) -> SearchIndex:
    log = MemoryLog()
    log.put(*records)  # type: ignore[arg-type]
    index = SearchIndex(tmp_path / "search.sqlite")
    index.apply(log, log.head())
    return index


def at(local: str, km: float, hours: str, **more: object) -> object:
    given = {"services": ("demarches",), "commune": "Draguignan", "postcode": "83300", **more}
    return place(local, f"Lieu {local}", at=north(km), hours=_HOURS[hours], **given)  # type: ignore[arg-type]


def found(index: SearchIndex, query: Query) -> list[str]:
    return [view.path.removeprefix("place/") for view in index.search(query).places]


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        # Distance alone, where all else is equal.
        ([("a", 3, "open"), ("b", 1, "open"), ("c", 2, "open")], ["b", "c", "a"]),
        # Open now before what opens later, as long as it is not much further.
        ([("a", 1, "later"), ("b", 2.5, "open")], ["b", "a"]),
        ([("a", 1, "later"), ("b", 3.5, "open")], ["a", "b"]),
        ([("a", 4, "tomorrow"), ("b", 8.5, "open")], ["b", "a"]),
        ([("a", 4, "tomorrow"), ("b", 9.5, "open")], ["a", "b"]),
        # What nobody knows costs as much, and stays.
        ([("a", 4, "unknown"), ("b", 8.5, "open")], ["b", "a"]),
        ([("a", 4, "unknown"), ("b", 9.5, "open")], ["a", "b"]),
        # Within a walk hours cost little: nobody is sent five kilometres away for them alone.
        ([("a", 0.2, "unknown"), ("b", 2.5, "open")], ["a", "b"]),
        ([("a", 0.2, "tomorrow"), ("b", 5.1, "open")], ["a", "b"]),
        ([("a", 1, "tomorrow"), ("b", 2.5, "open")], ["b", "a"]),
        # What closes before one could be there for half an hour is not open for who asks.
        ([("a", 0.2, "unknown"), ("b", 3, "soon")], ["a", "b"]),
        ([("a", 3, "soon"), ("b", 6, "open")], ["b", "a"]),
        ([("a", 0.2, "soon"), ("b", 1.5, "open")], ["a", "b"]),
        ([("a", 9, "soon"), ("b", 12, "unknown")], ["a", "b"]),
        ([("a", 9, "noon"), ("b", 10, "open"), ("c", 9.5, "tomorrow")], ["b", "a", "c"]),
    ],
)
def test_what_is_near_and_open_comes_first(
    tmp_path: Path, places: list[tuple[str, float, str]], expected: list[str]
) -> None:
    index = index_of(tmp_path, *(at(*one) for one in places))
    query = Query(near=_DRAGUIGNAN, radius_km=20, ranked_at=NOON)
    assert found(index, query) == expected


def test_a_preferred_value_is_worth_two_kilometres(tmp_path: Path) -> None:
    index = index_of(
        tmp_path, at("a", 1, "open"), at("b", 2.5, "open", types=("bib",)), at("c", 0.4, "open")
    )
    query = Query(near=_DRAGUIGNAN, ranked_at=NOON, preferred=(("type", "bib"),))
    assert found(index, query) == ["c", "b", "a"]


def test_places_of_the_commune_are_kept_however_far(tmp_path: Path) -> None:
    index = index_of(
        tmp_path, at("a", 30, "open", insee="83050"), at("b", 1, "open"), at("c", 31, "open"),
        place("d", "Lieu sans position", insee="83050"),
    )  # fmt: skip
    query = Query(near=_DRAGUIGNAN, radius_km=5, ranked_at=NOON)
    assert found(index, query) == ["b"]
    assert found(index, replace(query, communes=("83050",))) == ["b", "d", "a"]
    assert sorted(found(index, Query(communes=("83050", "83038")))) == ["a", "d"]


def test_a_need_is_one_of_several_values_of_any_facet(tmp_path: Path) -> None:
    index = index_of(
        tmp_path,
        at("a", 1, "open"),
        at("b", 2, "open", services=(), types=("rfs",)),
        at("c", 3, "open", types=("rfs",)),
    )
    declared, probable = (("service", "demarches"),), (("type", "rfs"), ("type", "inconnu"))
    assert sorted(found(index, Query(any_of=declared))) == ["a", "c"]
    assert found(index, Query(any_of=probable, none_of=declared)) == ["b"]
    assert sorted(found(index, Query(any_of=(*declared, *probable)))) == ["a", "b", "c"]


def test_counts_of_what_is_open_add_up(tmp_path: Path) -> None:
    kinds = ["open", "open", "later", "tomorrow", "unknown", "unknown", "unknown"]
    index = index_of(tmp_path, *(at(str(n), n, kind) for n, kind in enumerate(kinds)))
    assert index.open_counts(Query(), NOON) == OpenCounts(open=2, closed=2, unknown=3)
    assert index.open_counts(Query(any_of=(("type", "bib"),)), NOON) == OpenCounts(0, 0, 0)


@pytest.mark.parametrize(
    ("days", "expected", "counts"),
    [
        (("2026-03-04",), ["0", "1", "2"], OpenCounts(3, 1, 3)),  # a Wednesday
        (("2026-03-05",), ["0", "1", "2", "3"], OpenCounts(4, 0, 3)),
        (("2026-03-07", "2026-03-08"), [], OpenCounts(0, 4, 3)),
        (("2026-03-08", "2026-03-05"), ["0", "1", "2", "3"], OpenCounts(4, 0, 3)),
    ],
)
def test_a_day_asks_for_places_that_open_on_it(
    tmp_path: Path, days: tuple[str, ...], expected: list[str], counts: OpenCounts
) -> None:
    kinds = ["open", "open", "later", "tomorrow", "unknown", "unknown", "unknown"]
    index = index_of(tmp_path, *(at(str(n), n, kind) for n, kind in enumerate(kinds)))
    query = Query(open_on=tuple(map(date.fromisoformat, days)))
    assert sorted(found(index, query)) == expected
    assert index.open_counts(query, NOON) == counts


@pytest.mark.parametrize(
    ("query", "ages"),
    [
        (Query(text="bus"), False),
        (Query(open_at=NOON, sort="nom"), True),
        (Query(open_on=(NOON.date(),), sort="nom"), True),
        (Query(ranked_at=NOON), True),
    ],
)
def test_an_answer_that_depends_on_the_day_may_not_be_kept(query: Query, ages: bool) -> None:
    assert query.ages is ages


@settings(max_examples=40, deadline=None)
@given(
    places=st.lists(
        st.tuples(st.floats(0, 30), st.sampled_from(sorted(_HOURS))), min_size=1, max_size=12
    ),
    hours_on=st.integers(0, 24 * 14),
)
def test_ranking_neither_loses_nor_repeats_a_place(
    tmp_path_factory: pytest.TempPathFactory, places: list[tuple[float, str]], hours_on: int
) -> None:
    folder = tmp_path_factory.mktemp("ranking")
    index = index_of(folder, *(at(f"{n:02}", km, kind) for n, (km, kind) in enumerate(places)))
    moment: datetime = NOON + timedelta(hours=hours_on)
    plain = Query(near=_DRAGUIGNAN, radius_km=20, size=50)
    ranked = replace(plain, ranked_at=moment)
    assert sorted(found(index, ranked)) == sorted(found(index, plain))
    assert found(index, ranked) == found(index, ranked)
    index.close()


def test_what_answers_best_goes_before_what_answers_less_well(tmp_path: Path) -> None:
    index = index_of(
        tmp_path,
        at("job", 1, "open", services=("emploi",)),
        at("print", 4, "open", services=("imprimer",)),
        at("far", 9, "open", services=("imprimer",)),
    )
    wanted = (("service", "imprimer"), ("service", "emploi"))
    query = Query(near=_DRAGUIGNAN, ranked_at=NOON, any_of=wanted, mainly=wanted[:1])
    assert found(index, query) == ["print", "job", "far"]
    assert found(index, replace(query, mainly=())) == ["job", "print", "far"]


@pytest.mark.parametrize("near", [_DRAGUIGNAN, None])
def test_a_place_of_the_very_name_comes_first_and_needs_nothing_else(
    tmp_path: Path, near: tuple[float, float] | None
) -> None:
    index = index_of(
        tmp_path,
        at("a", 1, "open"),
        place("named", "La Mod’Lab", at=north(8), commune="Draguignan"),
        place("longer", "La Mod’Lab du Var", at=north(8), commune="Draguignan"),
    )
    query = Query(near=near, ranked_at=NOON, any_of=(("service", "demarches"),))
    assert found(index, replace(query, called="la mod lab")) == ["named", "a"]
    assert found(index, replace(query, called="la mod")) == ["a"]


def test_without_a_point_what_says_most_comes_first_and_what_is_open_where_one_can_go(
    tmp_path: Path,
) -> None:
    index = index_of(
        tmp_path,
        at("closed", 1, "tomorrow"),
        at("open", 900, "open"),
        at("unknown", 2, "unknown"),
        at("silent", 3, "unknown", services=()),
    )
    everywhere = Query(ranked_at=NOON)
    assert found(index, everywhere)[-1] == "silent"
    assert set(found(index, everywhere)[:2]) == {"open", "closed"}
    (departement,) = index.by_departement()
    inside = replace(everywhere, filters={"departement": (departement,)})
    assert found(index, inside) == ["open", "closed", "unknown", "silent"]


def test_of_very_many_around_a_point_none_is_lost(tmp_path: Path) -> None:
    index = index_of(tmp_path, *(at(str(n), n, "open") for n in range(1, 9)))
    query = Query(near=_DRAGUIGNAN, ranked_at=NOON, ranked_most=3)
    assert found(index, query) == [str(n) for n in range(1, 9)]


def test_the_nearest_of_all_that_match_is_found_however_far(tmp_path: Path) -> None:
    index = index_of(
        tmp_path,
        at("near", 1, "open", services=("emploi",)),
        at("far", 300, "open", services=("imprimer",)),
        at("further", 600, "open", services=("imprimer",)),
        place("nowhere", "Lieu sans position", services=("imprimer",)),
    )
    printing = Query(near=_DRAGUIGNAN, radius_km=5, any_of=(("service", "imprimer"),))
    assert found(index, printing) == []
    nearest = index.nearest(printing)
    assert nearest is not None
    assert nearest.path == "place/far"
    assert nearest.distance_km == pytest.approx(300, abs=1)
    assert index.nearest(replace(printing, any_of=(("service", "rien"),))) is None
    assert index.nearest(replace(printing, near=None)) is None


def test_hours_count_wherever_places_lie(tmp_path: Path) -> None:
    index = index_of(
        tmp_path,
        at("var", 1, "open"),
        place("north", "Lieu du Nord", hours=_HOURS["open"], commune="Lille", postcode="59000"),
        place("unknown", "Lieu sans adresse", hours=_HOURS["open"], commune="", postcode=""),
    )
    assert index.open_counts(Query(), NOON).open == 3
    inside = Query(filters={"departement": ("59",)})
    assert index.open_counts(inside, NOON) == OpenCounts(open=1, closed=0, unknown=0)
