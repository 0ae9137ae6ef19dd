"""The remote store keeps the embedded one's promises, over HTTP, with a service that may fail."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from registry.follow import Follower, follow, rebuild
from registry.ledger.ledger import Ledger
from registry.store.embedded import EmbeddedStore
from registry.store.errors import (
    FormatRefusedError,
    QueryError,
    QueryRefusedError,
    QueryTimeoutError,
    QueryTooLargeError,
    QueryUnavailableError,
    StoreError,
    UpdateRefusedError,
)
from registry.store.queries import Limits, QueryOptions
from registry.store.remote import RemoteQueries, RemoteStore
from tests.registry.ledger.builders import commit, create, delete, filled, iri, place, update
from tests.registry.store.conftest import BASE, NAMING
from tests.registry.store.contents import contents
from tests.registry.store.remote_server import _Server, serving

PLACES = "SELECT ?s { ?s a <https://schema.org/Place> }"
LIMITS = Limits(time_s=0.6, rows=50, answer_bytes=100_000)


@pytest.fixture
def server() -> Iterator[_Server]:
    with serving() as running:
        yield running


@pytest.fixture
def remote(server: _Server) -> RemoteStore:
    return RemoteStore(server.service, NAMING)


@pytest.fixture
def queries(server: _Server, full_ledger: Ledger, remote: RemoteStore) -> RemoteQueries:
    follow(full_ledger, [remote])
    return RemoteQueries(server.service, LIMITS)


def test_both_stores_hold_the_same_after_every_step(
    full_ledger: Ledger, store: EmbeddedStore, remote: RemoteStore
) -> None:
    both: list[Follower] = [store, remote]
    assert (remote.applied(), remote.differences(full_ledger)) == (
        0, ["the store is empty: run maillage rebuild"],
    )  # fmt: skip
    follow(full_ledger, both)
    assert contents(remote) == contents(store)
    commit(full_ledger, "arsenic", update(place(4, 3)), delete(iri(5)), create(place(80)))
    follow(full_ledger, both)
    assert remote.applied() == store.applied() == full_ledger.head()
    assert contents(remote) == contents(store)
    assert remote.differences(full_ledger) == []
    follow(full_ledger, both)
    rebuild(full_ledger, both)
    assert contents(remote) == contents(store)


def test_a_step_that_fails_is_made_later(
    server: _Server, full_ledger: Ledger, remote: RemoteStore
) -> None:
    follow(full_ledger, [remote])
    commit(full_ledger, "zinc", delete(iri(0, "zinc")))
    server.fault = "error"
    with pytest.raises(StoreError, match="500"):
        follow(full_ledger, [remote])
    server.fault = ""
    follow(full_ledger, [remote])
    assert remote.differences(full_ledger) == []


def test_a_filling_that_was_cut_off_starts_again(
    server: _Server, full_ledger: Ledger, remote: RemoteStore
) -> None:
    follow(full_ledger, [remote])
    server.store.update("CLEAR GRAPH <urn:maillage:position>")
    server.store.update(f"INSERT DATA {{ <{iri(99)}> a <https://schema.org/Place> }}")
    follow(full_ledger, [remote])
    assert remote.differences(full_ledger) == []


def test_what_others_wrote_is_found(
    server: _Server, full_ledger: Ledger, remote: RemoteStore
) -> None:
    follow(full_ledger, [remote])
    server.store.update(f"DELETE WHERE {{ <{iri(7)}> <https://schema.org/name> ?o }}")
    (defect,) = remote.differences(full_ledger)
    assert iri(7) in defect


def test_credentials_are_needed_and_never_told(server: _Server, full_ledger: Ledger) -> None:
    stranger = replace(server.service, authorization="Bearer guess")
    with pytest.raises(StoreError, match="401") as refused:
        RemoteStore(stranger, NAMING).apply(full_ledger, 1)
    assert "guess" not in str(refused.value) + repr(stranger)


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_answers_are_those_of_the_embedded_store(queries: RemoteQueries, name: str) -> None:
    body = queries.ask(PLACES, format=name).body.decode()
    assert body.count("/id/place/") == 34


def test_kinds_and_data_sets(queries: RemoteQueries) -> None:
    harvests = f"{BASE}graph/harvests"
    used = "ASK { ?h <http://www.w3.org/ns/prov#used> ?s }"
    assert json.loads(queries.ask(used).body)["boolean"] is False
    assert json.loads(queries.ask(used, default_graphs=[harvests]).body)["boolean"] is True
    answer = queries.ask(f"DESCRIBE <{iri(1)}>", accept="application/n-triples")
    assert answer.media_type == "application/n-triples"
    assert answer.body.count(b"\n") > 10


def test_e6_relative_iris_are_those_of_our_endpoint(queries: RemoteQueries) -> None:
    answer = queries.ask("SELECT (<x> AS ?y) {}", format="csv", base_iri=f"{BASE}sparql")
    assert answer.body.split() == [b"y", f"{BASE}x".encode()]
    own = queries.ask("BASE <x:y/> SELECT (<z> AS ?y) {}", format="csv", base_iri=f"{BASE}sparql")
    assert own.body.split() == [b"y", b"x:y/z"]
    with pytest.raises(QueryRefusedError):
        queries.ask("SELECT (<x> AS ?y) {}")


@pytest.mark.parametrize(
    ("query", "asked", "error"),
    [
        ("ASK {", {}, QueryRefusedError),
        ("ASK { SERVICE <http://127.0.0.1:1/> {} }", {}, QueryRefusedError),
        ("CLEAR ALL", {}, UpdateRefusedError),
        (PLACES, {"format": "turtle"}, FormatRefusedError),
        ("SELECT ?s { ?s ?p ?o } LIMIT 51", {}, QueryTooLargeError),
        ("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 51", {}, QueryTooLargeError),
        ("SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 9000", {}, QueryTooLargeError),
    ],
)
def test_refusals_are_those_of_the_embedded_store(
    queries: RemoteQueries, query: str, asked: QueryOptions, error: type[QueryError]
) -> None:
    with pytest.raises(QueryError) as caught:
        queries.ask(query, **asked)
    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("error", QueryUnavailableError),
        ("half", QueryUnavailableError),
        ("slow", QueryTimeoutError),
        ("drip", QueryTimeoutError),
    ],
)
def test_a_service_that_fails_gives_no_answer_and_says_nothing(
    server: _Server, queries: RemoteQueries, fault: str, error: type[QueryError]
) -> None:
    server.fault = fault
    start = time.monotonic()
    with pytest.raises(QueryError) as caught:
        queries.ask(PLACES)
    assert type(caught.value) is error
    assert "stack trace" not in str(caught.value)
    assert time.monotonic() - start < 2


def test_a_service_that_is_not_there_is_named() -> None:
    with serving() as gone:
        service = gone.service
    with pytest.raises(StoreError, match="cannot be reached"):
        RemoteStore(service, NAMING).applied()
    with pytest.raises(QueryUnavailableError):
        RemoteQueries(service, LIMITS).ask(PLACES)


def test_another_ledger_is_filled_anew(
    full_ledger: Ledger, remote: RemoteStore, tmp_path_factory: pytest.TempPathFactory
) -> None:
    follow(full_ledger, [remote])
    folder = tmp_path_factory.mktemp("other")
    other = Ledger.open(f"sqlite:///{folder / 'ledger.sqlite'}")
    filled(other, 8)
    follow(other, [remote])
    assert remote.differences(other) == []
    other.close()


def test_f5_a_service_that_was_emptied_answers_nothing(
    server: _Server, full_ledger: Ledger, remote: RemoteStore, queries: RemoteQueries
) -> None:
    assert remote.shows() == full_ledger.head()
    assert b"true" in queries.ask("ASK { ?s ?p ?o }", format="json").body
    server.service.update("CLEAR ALL")
    assert remote.shows() is None
    for query in ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "ASK { ?s ?p ?o }"):
        with pytest.raises(QueryUnavailableError, match="filled anew"):
            queries.ask(query, format="json")
    follow(full_ledger, [remote])
    assert remote.shows() == full_ledger.head()
    assert b"true" in queries.ask("ASK { ?s ?p ?o }", format="json").body


def test_f5_a_service_that_is_down_is_told(server: _Server) -> None:
    away = RemoteStore(replace(server.service, query_url="http://127.0.0.1:1/"), NAMING)
    with pytest.raises(StoreError, match="cannot be reached"):
        away.shows()
