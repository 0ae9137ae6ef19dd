"""Answers to queries are computed once for each state of the store, and never outlive it."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Unpack

import pytest

from registry.store.errors import QueryRefusedError
from registry.store.kept import KeptQueries, digest, is_repeatable
from registry.store.queries import Answer, Form, Insertion, Limits, QueryOptions


class Counting:
    """Answers with its state, and counts how often it is asked."""

    limits = Limits()

    def __init__(self) -> None:
        self.now: str | None = "1"
        self.asked: list[str] = []
        self.wait = threading.Event()
        self.wait.set()

    def state(self) -> str | None:
        return self.now

    def ask(self, query: str, **options: Unpack[QueryOptions]) -> Answer:
        self.asked.append(query)
        self.wait.wait(10)
        if query == "REFUSED":
            raise QueryRefusedError("no")
        return Answer(f"{self.now} {query} {options}".encode(), "text/csv", Form.SOLUTIONS)

    def close(self) -> None:
        self.wait.set()


@pytest.fixture
def store() -> Counting:
    return Counting()


def test_an_answer_is_computed_once_for_each_state(store: Counting) -> None:
    kept = KeptQueries(store, 1_000_000)
    first = kept.ask("Q", accept="text/csv")
    assert kept.ask("Q", accept="text/csv") is first
    assert kept.ask("Q", accept="text/html") is not first
    assert kept.ask("Q", accept="text/csv", default_graphs=("x:y",)) is not first
    assert kept.ask("Q", accept="text/csv", insertions=[Insertion(1, "a")]) is not first
    assert len(store.asked) == 4
    store.now = "2"
    assert kept.ask("Q", accept="text/csv").body.startswith(b"2 Q")
    store.now = None
    assert kept.ask("Q", accept="text/csv").body.startswith(b"None Q")
    assert len(store.asked) == 6


@pytest.mark.parametrize(
    "query",
    ["SELECT (NOW() AS ?t) {}", "SELECT (rand() AS ?t) {}", "SELECT (Uuid() AS ?t) {}",
     "SELECT (STRUUID() AS ?t) {}"],
)  # fmt: skip
def test_what_is_another_each_time_is_asked_each_time(store: Counting, query: str) -> None:
    kept = KeptQueries(store, 1_000_000)
    kept.ask(query)
    kept.ask(query)
    assert len(store.asked) == 2
    assert not is_repeatable(query)


@pytest.mark.parametrize(
    "query", ['SELECT ("now()" AS ?now) {} # rand()', "ASK { ?now ?p <uuid> }"]
)
def test_such_a_word_that_is_no_function_changes_nothing(query: str) -> None:
    assert is_repeatable(query)


def test_who_asks_while_the_same_query_runs_waits_for_its_answer(store: Counting) -> None:
    kept = KeptQueries(store, 0)
    store.wait.clear()
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(kept.ask, "Q") for _ in range(8)]
        deadline = time.monotonic() + 10
        while not store.asked and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.2)
        store.wait.set()
        answers = [one.result(10) for one in waiting]
    assert len(store.asked) == 1
    assert len(set(map(id, answers))) == 1
    kept.ask("Q")  # with no bytes nothing is kept
    assert len(store.asked) == 2


def test_a_failure_is_not_kept(store: Counting) -> None:
    kept = KeptQueries(store, 1_000_000)
    for _ in range(2):
        with pytest.raises(QueryRefusedError):
            kept.ask("REFUSED")
    assert len(store.asked) == 2


def test_an_answer_across_a_change_is_given_and_not_kept(store: Counting) -> None:
    kept = KeptQueries(store, 1_000_000)
    store.wait.clear()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(kept.ask, "Q")
        while not store.asked:
            time.sleep(0.01)
        store.now = "2"
        store.wait.set()
        assert running.result(10).body.startswith(b"2 Q")
    store.now = "1"
    kept.ask("Q")
    assert len(store.asked) == 2


def test_what_is_kept_is_bounded_in_bytes(store: Counting) -> None:
    kept = KeptQueries(store, 2_000)
    for number in range(100):
        kept.ask(f"Q{number}")
    kept.ask("Q0")
    kept.ask("Q99")
    assert len(store.asked) == 101
    long = KeptQueries(store, 600)
    long.ask("L" * 200)
    long.ask("L" * 200)
    assert len(store.asked) == 103


def test_texts_of_other_bounds_have_another_digest() -> None:
    assert len({digest("ab", "c"), digest("a", "bc"), digest("abc"), digest("abc", "")}) == 4
