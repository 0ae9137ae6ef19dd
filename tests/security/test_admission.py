"""The budget of SPARQL time per client, and the threads kept for pages."""

import threading
from contextlib import ExitStack
from typing import cast

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.node import Node
from registry.store.errors import QueryUnavailableError
from registry.store.queries import Answer, Form, Limits
from registry.web.answer import exports
from registry.web.answer.admission import ADMISSION, Admission, Allowance, QueryBudgetError, Slots
from registry.web.app import create_app
from tests.registry.web.network_of_tests import SmallNode


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def admission(clock: Clock) -> Admission:
    return Admission(Allowance(slots=3, wait_s=0.05, burst_s=10, rate=0.5), clock)


def spend(admission: Admission, clock: Clock, client: str, seconds: float) -> None:
    with admission.asking(client):
        clock.now += seconds


def test_a_client_that_spent_its_time_waits_and_the_others_do_not(
    admission: Admission, clock: Clock
) -> None:
    spend(admission, clock, "198.51.100.7", 12)
    with pytest.raises(QueryBudgetError) as refusal:
        spend(admission, clock, "198.51.100.7", 1)
    spend(admission, clock, "198.51.100.8", 1)
    clock.now += refusal.value.wait_s
    spend(admission, clock, "198.51.100.7", 1)


def test_many_short_queries_weigh_as_one_long(admission: Admission, clock: Clock) -> None:
    asked = 0
    while asked < 1000:
        try:
            spend(admission, clock, "198.51.100.7", 0.1)
        except QueryBudgetError:
            break
        asked += 1
    assert 100 <= asked <= 210


def test_a_query_under_way_counts(admission: Admission, clock: Clock) -> None:
    with admission.asking("198.51.100.7"):
        clock.now += 11
        with pytest.raises(QueryBudgetError):
            spend(admission, clock, "198.51.100.7", 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("fe80::1%eth0", "fe80::2%eth1"),
    ],
)
def test_one_household_has_one_budget(
    admission: Admission, clock: Clock, one: str, other: str
) -> None:
    spend(admission, clock, one, 12)
    with pytest.raises(QueryBudgetError):
        spend(admission, clock, other, 1)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "", "unix"])
def test_the_machine_itself_has_no_budget(admission: Admission, clock: Clock, address: str) -> None:
    spend(admission, clock, address, 100)
    spend(admission, clock, address, 100)


def test_places_are_limited_for_all_and_given_back(admission: Admission) -> None:
    with ExitStack() as held:
        for _ in range(3):
            held.enter_context(admission.asking("127.0.0.1"))
        with pytest.raises(QueryUnavailableError), admission.asking("198.51.100.7"):
            pass
    with admission.asking("198.51.100.7"):
        pass


def test_a_failing_query_gives_its_place_back_and_costs(admission: Admission, clock: Clock) -> None:
    def fail() -> None:
        with admission.asking("198.51.100.7"):
            clock.now += 8
            raise ValueError("bad")

    for _ in range(2):
        with pytest.raises(ValueError, match="bad"):
            fail()
    with pytest.raises(QueryBudgetError):
        spend(admission, clock, "198.51.100.7", 1)


class SlowQueries:
    """A store whose queries last until they are let go."""

    limits = Limits()

    def __init__(self) -> None:
        self.go = threading.Event()

    def state(self) -> str | None:
        return None

    def ask(self, query: str, **_: object) -> Answer:
        self.go.wait(10)
        return Answer(b"{}", "application/sparql-results+json", Form.BOOLEAN)


@pytest.fixture
def slow(network: SmallNode) -> tuple[Flask, SlowQueries]:
    queries = SlowQueries()
    node = SmallNode(network.config, network.ledger, network.index)
    node.queries = queries  # type: ignore[attr-defined]  # the stand-in has no store of its own
    return create_app(cast("Node", node)), queries


def ask(client: FlaskClient, address: str) -> tuple[int, str | None]:
    answer = client.get("/sparql?query=ASK{}", environ_base={"REMOTE_ADDR": address})
    return answer.status_code, answer.headers.get("Retry-After")


def test_the_endpoint_says_429_and_when_to_return(slow: tuple[Flask, SlowQueries]) -> None:
    app, queries = slow
    queries.go.set()
    clock = Clock()
    app.extensions[ADMISSION] = admission = Admission(Allowance(burst_s=10, rate=1), clock)
    spend(admission, clock, "198.51.100.7", 15)
    assert ask(app.test_client(), "198.51.100.7") == (429, "6")
    assert ask(app.test_client(), "198.51.100.8") == (200, None)


def test_pages_answer_while_exports_are_written(
    visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    slots = Slots(2, wait_s=0.05)
    monkeypatch.setitem(visitor.application.extensions, exports.EXPORTS, slots)
    taken = [slots.take(), slots.take()]
    for path in ("/lieux.csv", "/lieux.json", "/lieux.geojson"):
        refused = visitor.get(path)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
        assert visitor.get("/lieux").status_code == 200
    for leave in taken:
        leave()
        leave()
    for _ in range(3):  # what is done, refused or never written leaves its slot
        assert visitor.get("/lieux.csv?page=x").status_code == 400
        assert visitor.get("/lieux.csv").data
        visitor.head("/lieux.csv").close()
    assert visitor.get("/lieux.csv").status_code == 200


def test_pages_answer_while_every_place_is_taken(slow: tuple[Flask, SlowQueries]) -> None:
    app, queries = slow
    held = [
        threading.Thread(target=ask, args=(app.test_client(), f"198.51.100.{n}"))
        for n in range(app.extensions[ADMISSION].slots)
    ]
    for thread in held:
        thread.start()
    try:
        assert ask(app.test_client(), "203.0.113.1") == (503, "10")
        assert app.test_client().get("/lieux").status_code == 200
    finally:
        queries.go.set()
        for thread in held:
            thread.join()
    assert ask(app.test_client(), "203.0.113.1") == (200, None)
