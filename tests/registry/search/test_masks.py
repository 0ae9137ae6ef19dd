"""What searches are put together from: kept parts, orders of places, tiers of relevance."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch

import pytest

from registry.bounded_cache import BoundedCache
from registry.search.index import SearchIndex
from registry.search.masks import (
    Order,
    mask_of,
    members,
    ordered,
    read_snapshot,
    tiers,
)
from registry.search.query import Query
from tests.registry.search.sample import MemoryLog, place


def test_parts_are_made_once_and_bounded_in_bytes() -> None:
    made: list[str] = []

    def part(name: str, size: int = 40, *, lasts: bool = True) -> str:
        def make() -> tuple[str, int, bool]:
            made.append(name)
            return name, size, lasts

        return cache.get(name, make)

    cache = BoundedCache(max_bytes=100)
    assert [part(name) for name in ("a", "a", "b", "a", "c")] == ["a", "a", "b", "a", "c"]
    assert made == ["a", "b", "c"]
    assert part("a") == "a"  # asked for later than b, which went for c
    part("b")
    part("whole", 101)
    part("whole", 101)
    part("passing", lasts=False)
    part("passing", lasts=False)
    assert made == ["a", "b", "c", "b", "whole", "whole", "passing", "passing"]


@pytest.mark.parametrize("share", [0.0001, 0.01, 0.5, 1.0])
def test_an_order_gives_the_same_whichever_way_it_goes(share: float) -> None:
    chance = random.Random(7)
    rowids = chance.sample(range(1, 90_000), 30_000)
    chosen = [rowid for rowid in rowids if chance.random() < share]
    mask = mask_of(chosen, 90_000)
    assert members(mask) == sorted(chosen)
    assert list(Order(rowids).of(mask)) == chosen == list(ordered(mask, rowids))
    assert list(Order([]).of(0)) == []


def test_tiers_part_by_where_words_are_found() -> None:
    """Bit 0: both words in the name; 1: one there, one in the town; 2: one there; 3: none."""
    words = [(0b0111, 0), (0b0001, 0b0011)]
    assert list(tiers(0b1111, words)) == [0b0001, 0b0010, 0b0100, 0b1000]
    assert list(tiers(0b1010, words)) == [0b0010, 0b1000]
    assert list(tiers(0b1111, [])) == [0b1111]
    assert list(tiers(0, words)) == []


@pytest.fixture
def index(tmp_path: Path) -> SearchIndex:
    log = MemoryLog()
    log.put(
        place("1", "Zénith des ateliers"),
        place("2", "Mairie", summary="Ateliers le lundi"),
        place("3", "Ateliers du port"),
        place("4", "Accueil", commune="Les Ateliers"),
    )
    index = SearchIndex(tmp_path / "search.sqlite")
    index.apply(log, log.head())
    return index


def test_names_come_before_towns_before_texts(index: SearchIndex) -> None:
    found = [view.path for view in index.search(Query(text="ateliers")).places]
    assert found == ["place/3", "place/1", "place/4", "place/2"]
    assert [view.path for view in index.search(Query(text="ateliers", sort="nom")).places] == [
        "place/4", "place/3", "place/2", "place/1",
    ]  # fmt: skip


def test_counting_is_what_searching_counts(index: SearchIndex) -> None:
    for query in (Query(), Query(text="ateliers"), Query(text="!"), Query(locality="les ateliers")):
        assert index.count(query) == index.search(query).total


def test_an_index_made_again_elsewhere_is_noticed(tmp_path: Path) -> None:
    """Its places may have other numbers at the very same sequence of the ledger."""
    first, second = MemoryLog(), MemoryLog()
    first.put(place("1", "Un"), place("2", "Deux"))
    second.put(place("2", "Deux"), place("1", "Un"))
    reader, writer = (SearchIndex(tmp_path / "search.sqlite") for _ in range(2))
    writer.apply(first, first.head())
    before = [view.name for view in reader.search(Query(text="deux")).places]
    assert reader.counts() == {"Place": 2}
    writer.reset()
    writer.apply(second, second.head())
    assert [view.name for view in reader.search(Query(text="deux")).places] == before == ["Deux"]


def test_a_large_snapshot_is_read_while_the_one_before_answers(tmp_path: Path) -> None:
    log = MemoryLog()
    log.put(place("1", "Un"))
    index = SearchIndex(tmp_path / "search.sqlite")
    index.apply(log, log.head())
    assert index.count(Query()) == 1
    index._read_s = 60.0  # as if it had been large
    log.put(place("2", "Deux"))
    index.apply(log, log.head())
    assert index.count(Query()) == 1
    for _turn in range(200):
        if index.count(Query()) == 2:
            break
        time.sleep(0.02)
    assert index.count(Query()) == 2
    index._read_s = 60.0
    index.reset()  # places get other numbers: nothing of before holds
    assert index.count(Query()) == 0


def test_one_thread_reads_a_snapshot_for_all(tmp_path: Path) -> None:
    log = MemoryLog()
    log.put(place("1", "Un"))
    index = SearchIndex(tmp_path / "search.sqlite")
    index.apply(log, log.head())
    with (
        patch("registry.search.index.read_snapshot", wraps=read_snapshot) as read,
        ThreadPoolExecutor(8) as threads,
    ):
        assert set(threads.map(lambda _: index.count(Query()), range(64))) == {1}
    assert read.call_count == 1
