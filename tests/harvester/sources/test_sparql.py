"""A SPARQL endpoint as a source: a real store behind HTTP, read whole, or not believed."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from harvester.run.pipeline import import_into
from harvester.sources import sparql
from registry.ledger.ledger import Ledger
from registry.ledger.options import SourceOptions
from registry.ledger.types import Outcome, Source
from registry.settings.config import Config
from registry.store.embedded import EmbeddedStore
from registry.store.pool import QueryPool
from registry.store.projected import Naming
from registry.store.queries import Limits
from registry.web.answer.admission import NodeLimits
from registry.web.data import sparql as service
from registry.web.site.node import EXTENSION
from tests.harvester.conftest import Registry
from tests.harvester.sources.sparql_server import Endpoint, endpoint
from tests.simulator import SimulatedPole, place, places
from vocab.mapping import PoleIdentity, place_record
from vocab.namespaces import SCHEMA
from vocab.records import Record

Sources = Callable[..., Registry]


@dataclass
class Parts:
    """What the service reads of a node."""

    config: Config
    queries: QueryPool


@pytest.fixture
def served() -> Iterator[Endpoint]:
    with endpoint() as running:
        yield running


@pytest.fixture
def sources(
    served: Endpoint, pole: SimulatedPole, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> Sources:
    monkeypatch.setattr(sparql, "PAGE", 3)

    def register(**options: Any) -> Registry:
        spaces = (pole.url("/id/"),)
        source = Source(
            "pole",
            "pole",
            "Pole",
            served.url,
            "sparql",
            spaces,
            True,
            options=SourceOptions(**options),
        )
        ledger.put_source(source)
        return Registry(ledger, source)

    return register


def codes(report: dict[str, Any]) -> set[str]:
    return {group["code"] for group in report["findings"]}


def test_every_record_comes_whole_page_after_page(
    served: Endpoint, sources: Sources, pole: SimulatedPole
) -> None:
    here = places(pole, 7)
    elsewhere = place_record(
        {"id": "x", "nom": "Ailleurs"}, PoleIdentity("x", "https://x.example/")
    )
    served.load([*here, elsewhere])
    registry = sources()
    done = registry.harvest()
    assert done.outcome is Outcome.COMMITTED
    known = registry.ledger.known("pole")
    assert known == {record.iri: record.content_hash for record in here}
    assert done.report["expected"] == 7
    assert sum(query.startswith("CONSTRUCT") for query in served.asked) == 3
    assert registry.harvest().outcome is Outcome.UNCHANGED


def test_blank_nodes_come_with_their_record(
    served: Endpoint, sources: Sources, pole: SimulatedPole
) -> None:
    record = place(pole, "p01")
    hours = (
        f"<{record.iri}> <{SCHEMA}openingHoursSpecification> _:h .",
        f'_:h <{SCHEMA}opens> "09:00:00"^^<http://www.w3.org/2001/XMLSchema#time> .',
    )
    served.load([Record(record.iri, (*record.lines, *hours))])
    registry = sources()
    assert registry.harvest().outcome is Outcome.COMMITTED
    (kept,) = registry.ledger.records("pole")
    assert "09:00:00" in kept.body


def test_what_the_endpoint_no_longer_has_is_deleted(
    served: Endpoint, sources: Sources, pole: SimulatedPole
) -> None:
    served.load(places(pole, 5))
    registry = sources()
    registry.harvest()
    gone = place(pole, "p05").iri
    served.store.update(f"DELETE WHERE {{ <{gone}> ?p ?o }}")
    assert registry.harvest().outcome is Outcome.COMMITTED
    assert registry.names() == ["p01", "p02", "p03", "p04"]


def _hide_two(server: Endpoint) -> None:
    """The endpoint caps the pages at two subjects and then says that there is no more."""
    server.bend = lambda query: query.replace("LIMIT 3", "LIMIT 2").replace('> "http', '> "z')


def _grow(server: Endpoint) -> None:
    counted = [query for query in server.asked if query.startswith("SELECT")]
    if len(counted) == 2 and server.asked[-1] == counted[-1]:
        iri = server.asked[-1].split('STRSTARTS(STR(?s),"')[1].split('"')[0]
        server.store.update(f"INSERT DATA {{ <{iri}new> a <{sparql.CLASSES[0]}> }}")


def _watch(server: Endpoint) -> None:
    server.before = _grow


@pytest.mark.parametrize("fault", [_hide_two, _watch])
def test_counts_that_disagree_delete_nothing_and_are_told(
    served: Endpoint,
    sources: Sources,
    pole: SimulatedPole,
    fault: Callable[[Endpoint], None],
) -> None:
    served.load(places(pole, 5))
    registry = sources()
    registry.harvest()
    served.store.update(f"DELETE WHERE {{ <{place(pole, 'p01').iri}> ?p ?o }}")
    served.asked.clear()
    fault(served)
    done = registry.harvest()
    assert "MED-H520" in codes(done.report)
    assert len(registry.names()) == 5


@pytest.mark.parametrize(
    ("bend", "headers", "code"),
    [
        (lambda query: query.replace("STR(?s) >", "STR(?s) != "), {}, "MED-H523"),
        (str, {"X-SPARQL-MaxRows": "10000"}, "MED-H524"),
        (lambda query: query.replace("AS ?n)", "AS ?many)"), {}, "MED-H521"),
        (lambda query: "ASK {}" if "COUNT" not in query else query + " LIMIT 0", {}, "MED-H521"),
    ],
)
def test_an_endpoint_that_cannot_be_trusted_is_named(
    served: Endpoint,
    sources: Sources,
    pole: SimulatedPole,
    bend: Callable[[str], str],
    headers: dict[str, str],
    code: str,
) -> None:
    served.load(places(pole, 7))
    served.bend, served.headers = bend, headers
    done = sources().harvest()
    assert done.outcome is Outcome.FAILED
    assert done.report["error"]["code"] == code


def test_endless_pages_are_stopped(
    served: Endpoint, sources: Sources, pole: SimulatedPole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sparql, "MAX_PAGES", 2)
    served.load(places(pole, 9))
    assert sources().harvest().report["error"]["code"] == "MED-H522"


def test_the_classes_are_the_operators_choice(
    served: Endpoint, sources: Sources, pole: SimulatedPole
) -> None:
    served.load(places(pole, 2))
    done = sources(classes=("https://example.org/None",)).harvest()
    assert (done.outcome, done.report["expected"]) == (Outcome.UNCHANGED, 0)


def test_parameters_of_the_endpoint_stay(
    served: Endpoint, sources: Sources, pole: SimulatedPole, ledger: Ledger
) -> None:
    served.load(places(pole, 2))
    registry = sources()
    ledger.put_source(replace(registry.source, url=f"{served.url}?timeout=9"))
    assert registry.harvest().outcome is Outcome.COMMITTED


@contextmanager
def own_service(ledger: Ledger, folder: Path) -> Iterator[str]:
    """The SPARQL service that a Maillage node offers over a ledger."""
    store = EmbeddedStore(
        folder / "store", Naming("https://node.example/", "<x:a> <x:b> <x:c> .\n")
    )
    store.apply(ledger, ledger.head())
    pool = QueryPool(store.folders.root, Limits())
    app = Flask(__name__)
    app.extensions[EXTENSION] = Parts(Config(folder), pool)
    NodeLimits.of(threads=8).install(app)
    app.register_blueprint(service.blueprint)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/sparql"
    server.shutdown()
    server.server_close()
    pool.close()


def test_another_node_gives_its_records_by_its_own_service(
    pole: SimulatedPole, ledger: Ledger, tmp_path: Path
) -> None:
    theirs = Ledger.open(f"sqlite:///{tmp_path}/theirs.sqlite")
    origin = Source("pole", "pole", "Pole", "p.csv", "file", (pole.url("/id/"),))
    theirs.put_source(origin)
    import_into(theirs, origin, places(pole, 30))
    with own_service(theirs, tmp_path) as url:
        source = replace(origin, url=url, kind="sparql", allow_private=True)
        ledger.put_source(source)
        assert Registry(ledger, source).harvest().outcome is Outcome.COMMITTED
    assert ledger.known("pole") == theirs.known("pole")
    assert len(ledger.known("pole")) == 30
    theirs.close()
