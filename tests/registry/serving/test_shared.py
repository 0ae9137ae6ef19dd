"""What web processes ask of the one that keeps a node's limits; each ``Shared`` is one of them."""

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from werkzeug.exceptions import ServiceUnavailable

from registry.serving.shared import LimitServer, Shared, exchange
from registry.store.errors import QueryError, QueryTimeoutError, QueryUnavailableError
from registry.store.queries import Answer, Form, Limits
from registry.web.answer.admission import (
    Admission,
    Allowance,
    NodeLimits,
    QueryBudgetError,
    Rate,
    Slots,
)

CLIENT = "198.51.100.7"


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Queries:
    """Answers with what it was asked."""

    limits = Limits()
    refusal: QueryError | None = None

    def __init__(self, clock: Clock) -> None:
        self.clock, self.seconds = clock, 0.0
        self.running = threading.Semaphore(0)
        self.go = threading.Event()
        self.go.set()

    def state(self) -> str | None:
        return "state"

    def ask(self, query: str, **options: object) -> Answer:
        self.running.release()
        self.go.wait(10)
        self.clock.now += self.seconds
        if self.refusal:
            raise self.refusal
        return Answer(f"{query} {options}".encode() * 1000, "text/csv", Form.SOLUTIONS)

    def close(self) -> None:
        """Nothing to close."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queries(clock: Clock) -> Queries:
    return Queries(clock)


@pytest.fixture
def limits(clock: Clock) -> NodeLimits:
    admission = Admission(Allowance(slots=2, wait_s=0.05, burst_s=10, rate=0.1), clock)
    return NodeLimits(admission, Slots(2, wait_s=0.05), Slots(2), {"notices": Rate(3, 10.0, clock)})


@pytest.fixture
def web(tmp_path: Path, limits: NodeLimits, queries: Queries) -> Iterator[Callable[[], Shared]]:
    path = tmp_path / "shared"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        server = LimitServer(limits, queries)

        def serve() -> None:
            try:
                server.serve(listener)
            except OSError:
                return

        threading.Thread(target=serve, daemon=True).start()
        yield lambda: Shared(path, Limits(), limits)
        listener.shutdown(socket.SHUT_RDWR)


def test_a_query_is_answered_as_by_the_pool(web: Callable[[], Shared]) -> None:
    graphs = ["https://x.example/"]
    answer = web().queries.ask(
        "ASK {}",
        accept="text/csv",
        format=None,
        default_graphs=graphs,
        named_graphs=[],
        base_iri="",
    )
    assert (answer.media_type, answer.form) == ("text/csv", Form.SOLUTIONS)
    assert answer.body.startswith(b"ASK {} {'accept': 'text/csv', 'format': None")
    assert len(answer.body) > 100_000


@pytest.mark.parametrize(
    "refusal", [QueryTimeoutError("the answer broke off"), QueryBudgetError(7)]
)
def test_a_refusal_keeps_its_kind_and_words(
    web: Callable[[], Shared], queries: Queries, refusal: QueryError
) -> None:
    queries.refusal = refusal
    with pytest.raises(type(refusal)) as error:
        web().queries.ask("ASK {}")
    assert [error.value.message(lang) for lang in ("fr", "en")] == [
        refusal.message(lang) for lang in ("fr", "en")
    ]
    assert getattr(error.value, "wait_s", 7) == 7


def ask(shared: Shared, client: str = CLIENT) -> Answer:
    return shared.limits.queries.ask(shared.queries, client, "ASK {}")


def test_the_budget_of_a_client_is_one_for_all_processes(
    web: Callable[[], Shared], queries: Queries
) -> None:
    queries.seconds = 8
    for each in (web(), web()):
        ask(each)
    third = web()
    with pytest.raises(QueryBudgetError):
        ask(third)
    assert ask(third, "198.51.100.8").body  # another client has a budget of its own


def test_slots_of_queries_and_exports_are_counted_over_all_processes(
    web: Callable[[], Shared], queries: Queries
) -> None:
    one, two, three = web(), web(), web()
    queries.go.clear()
    with ThreadPoolExecutor(2) as workers:
        running = [workers.submit(ask, each) for each in (one, two)]
        for _ in running:
            assert queries.running.acquire(timeout=10)
        with pytest.raises(QueryUnavailableError):
            ask(three)
        queries.go.set()
    assert ask(three).body  # there is room again
    leave = [one.limits.exports.take(), two.limits.exports.take()]
    with pytest.raises(ServiceUnavailable):
        three.limits.exports.take()
    for each in (*leave, *leave):
        each()
    three.limits.exports.take()()


def test_rates_are_counted_over_all_processes(web: Callable[[], Shared], clock: Clock) -> None:
    waits = [web().limits.rates["notices"].wait_s(CLIENT) for _ in range(4)]
    assert waits[:3] == [0, 0, 0]
    assert waits[3] > 0
    clock.now += 30
    assert web().limits.rates["notices"].wait_s(CLIENT) == 0


def test_what_a_process_held_is_free_when_it_dies(
    tmp_path: Path, web: Callable[[], Shared]
) -> None:
    dying = [socket.socket(socket.AF_UNIX) for _ in range(2)]
    for connection in dying:
        connection.connect(str(tmp_path / "shared"))
        assert exchange(connection, {"op": "slot", "of": "exports"})[0] == {}
    other = web()
    with pytest.raises(ServiceUnavailable):
        other.limits.exports.take()
    for connection in dying:
        connection.close()
    other.limits.exports.take()()


def test_without_a_limit_server_queries_are_refused_not_lost(
    tmp_path: Path, limits: NodeLimits
) -> None:
    alone = Shared(tmp_path / "nobody", Limits(), limits)
    with pytest.raises(QueryUnavailableError):
        alone.queries.ask("ASK {}")
    with pytest.raises(QueryUnavailableError):
        ask(alone)
    with pytest.raises(ServiceUnavailable):
        alone.limits.exports.take()
    assert alone.limits.rates["notices"].wait_s(CLIENT) > 0


def test_a_limit_server_that_was_replaced_is_found_again(
    tmp_path: Path, limits: NodeLimits, queries: Queries
) -> None:
    path = tmp_path / "again"
    shared = Shared(path, Limits(), limits)
    for _ in range(2):
        path.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
            listener.listen()
            taken: list[socket.socket] = []

            def serve(one: socket.socket = listener, kept: list[socket.socket] = taken) -> None:
                with suppress(OSError):  # the listener is closed below
                    for _ in range(2):
                        connection, _address = one.accept()
                        kept.append(connection)
                        threading.Thread(
                            target=LimitServer(limits, queries)._serve_connection,
                            args=(connection,),
                            daemon=True,
                        ).start()

            threading.Thread(target=serve, daemon=True).start()
            assert ask(shared).body
            assert shared.queries.ask("ASK {}").body
            for connection in taken:
                connection.shutdown(socket.SHUT_RDWR)
