"""The counts keep the contract of the library ``limits``, and all processes count together."""

import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest
from limits import parse
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from registry.accounts.limits import StateStorage
from registry.settings.config import Config
from registry.state.database import Database, state_url


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def url(settings: Config) -> str:
    return state_url(settings)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def storage(url: str, clock: Clock) -> Iterator[StateStorage]:
    database = Database(url)
    yield StateStorage("maillage://", database=database, clock=clock)
    database.close()


def test_it_is_found_by_its_scheme(url: str) -> None:
    found = storage_from_string("maillage://", database=Database(url))  # type: ignore[arg-type]
    assert isinstance(found, StateStorage)
    assert found.check()


def test_it_counts_as_the_librarys_own(storage: StateStorage) -> None:
    reference = MemoryStorage()
    for kept in (storage, reference):
        assert kept.get("a") == 0
        assert [kept.incr("a", 60), kept.incr("a", 60), kept.incr("a", 60, 5)] == [1, 2, 7]
        assert kept.incr("b", 60) == 1
        assert (kept.get("a"), kept.get("b")) == (7, 1)
        kept.clear("a")
        assert (kept.get("a"), kept.get("b")) == (0, 1)
        kept.reset()
        assert kept.get("b") == 0


def test_a_window_ends_and_another_begins(storage: StateStorage, clock: Clock) -> None:
    storage.incr("a", 60)
    clock.now += 30
    storage.incr("a", 60)
    assert storage.get_expiry("a") == 1_060.0
    clock.now = 1_060.0
    assert (storage.get("a"), storage.get_expiry("a")) == (0, 1_060.0)
    assert storage.incr("a", 60) == 1
    assert storage.get_expiry("a") == 1_120.0


def test_a_clock_that_ran_ahead_keeps_nobody_out(storage: StateStorage, clock: Clock) -> None:
    clock.now = 1e9
    for _ in range(9):
        storage.incr("a", 60)
    clock.now = 1_000.0
    assert storage.incr("a", 60) == 1


def test_waiting_grows(storage: StateStorage, clock: Clock) -> None:
    limiter = FixedWindowRateLimiter(storage)
    items = [parse("5 per minute"), parse("10 per 10 minute"), parse("20 per hour")]

    def tried() -> bool:
        return all(limiter.hit(item, "zinc") for item in items)  # the first that fails ends it

    def tries() -> int:
        return sum(tried() for _ in range(30))

    counted = []
    for _ in range(120):
        counted.append(tries())
        clock.now += 60
    assert sum(counted[:1]) == 5
    assert sum(counted[:10]) <= 10
    assert sum(counted[:60]) <= 20
    assert sum(counted[60:]) > 0  # nobody is kept out for ever


def count(url: str, times: int) -> None:
    storage = StateStorage("maillage://", database=Database(url))
    for _ in range(times):
        storage.incr("a", 3_600)


def test_processes_count_together(url: str) -> None:
    StateStorage("maillage://", database=Database(url)).incr("a", 3_600)
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=count, args=(url, 25)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    assert StateStorage("maillage://", database=Database(url)).get("a") == 51


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)  # the one that is a file
def test_counts_that_are_lost_begin_again(url: str, storage: StateStorage) -> None:
    storage.incr("a", 60)
    Path(url.removeprefix("sqlite:///")).unlink()
    assert storage.incr("a", 60) == 1


def test_what_ended_is_forgotten(url: str, storage: StateStorage, clock: Clock) -> None:
    for number in range(50):
        storage.incr(f"a{number}", 60)
    clock.now += 61
    storage.incr("b", 60)
    assert storage.reset() == 1
