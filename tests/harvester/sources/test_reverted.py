"""After a harvest was taken back, whatever kind of source it came from is read whole again."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from harvester.run.decisions import release
from harvester.run.pipeline import Options, harvest
from harvester.run.revert import revert
from registry.ledger.options import SourceOptions
from registry.ledger.types import Harvest, Outcome, Source
from tests.harvester.conftest import NOW, Registry
from tests.harvester.sources import test_paged
from tests.harvester.sources.sparql_server import Endpoint, endpoint
from tests.harvester.sources.test_sitemap import LIBRARY, MAP, html, listing
from tests.harvester.sources.test_table import CSV, csv_of, row
from tests.simulator import SimulatedPole, Stream, place

WHY = "a slip of the pole"
Publish = Callable[[Mapping[str, str]], None]
"""Publishes a pole's whole state: local id -> name."""


def _dump(pole: SimulatedPole, state: Mapping[str, str]) -> None:
    body = "".join(place(pole, key, nom=name).body for key, name in state.items())
    pole.put("/dump.nt", body.encode(), "application/n-triples")


def _paged(pole: SimulatedPole, state: Mapping[str, str]) -> None:
    test_paged.put(pole, [place(pole, key, nom=name) for key, name in state.items()])


def _table(pole: SimulatedPole, state: Mapping[str, str]) -> None:
    pole.put(CSV, csv_of([row(key, nom=name) for key, name in state.items()]), "text/csv")


def _segments(pole: SimulatedPole, state: Mapping[str, str]) -> None:
    rows = [row(f"Hub_{key}__Pole_{key}", nom=name) for key, name in state.items()]
    pole.put(CSV, csv_of(rows), "text/csv")


def _sitemap(pole: SimulatedPole, state: Mapping[str, str]) -> None:
    paths = [f"/id/lieux/{key}" for key in state]
    for path, name in zip(paths, state.values(), strict=True):
        pole.put(path, html(LIBRARY | {"name": name}), "text/html")
    pole.put(MAP, listing(pole, *paths), "application/xml")


def _catalogue(pole: SimulatedPole, state: Mapping[str, str]) -> None:
    _dump(pole, state)
    links = b"""<#d> <http://www.w3.org/ns/dcat#distribution> <#n> .
        <#n> <http://www.w3.org/ns/dcat#downloadURL> </dump.nt> ."""
    pole.put("/c.ttl", links, "text/turtle")


def _stream(pole: SimulatedPole) -> Publish:
    stream, told = Stream(pole, totals=True), dict[str, str]()

    def publish(state: Mapping[str, str]) -> None:
        news = [place(pole, key, nom=name) for key, name in state.items() if told.get(key) != name]
        told.update(state)
        stream.publish(*news)

    return publish


def _endpoint(served: Endpoint, pole: SimulatedPole, state: Mapping[str, str]) -> None:
    served.store.clear()
    served.load(place(pole, key, nom=name) for key, name in state.items())


KINDS = ("dump", "paged", "table", "segments", "sitemap", "catalogue", "stream", "sparql")


@pytest.fixture
def served() -> Iterator[Endpoint]:
    with endpoint() as running:
        yield running


@pytest.fixture(params=KINDS)
def published(
    request: Any, pole: SimulatedPole, tables: Callable[..., Registry], served: Endpoint
) -> tuple[Registry, Publish]:
    """A registry with a source of one kind, and what publishes its state."""
    found: dict[str, tuple[str, str, Publish]] = {
        "dump": ("/dump.nt", "dump", lambda state: _dump(pole, state)),
        "paged": ("/c", "dump", lambda state: _paged(pole, state)),
        "table": (CSV, "table", lambda state: _table(pole, state)),
        "segments": (CSV, "table", lambda state: _segments(pole, state)),
        "sitemap": (MAP, "sitemap", lambda state: _sitemap(pole, state)),
        "catalogue": ("/c.ttl", "dcat", lambda state: _catalogue(pole, state)),
        "stream": ("/ldes", "feed", _stream(pole)),
        "sparql": ("/sparql", "sparql", lambda state: _endpoint(served, pole, state)),
    }
    path, kind, publish = found[request.param]
    node = tables(path, kind, **({"segments": True} if request.param == "segments" else {}))
    if kind == "sparql":
        node.source = replace(node.source, url=served.url)
        node.ledger.put_source(node.source)
    return node, publish


def holds(done: Harvest) -> list[str]:
    return [hold["code"] for hold in done.report["holds"]]


def test_b3_what_was_taken_back_is_held_and_comes_back_whole(
    published: tuple[Registry, Publish],
) -> None:
    node, publish = published
    publish({"a": "A", "b": "B", "c": "C"})
    first = node.harvest()
    everything = node.names()
    assert len(everything) == 3
    revert(node.ledger, first.id, WHY, NOW)
    again = node.harvest()
    assert (holds(again), node.names()) == (["MED-H408"], [])
    publish({"a": "A, changed", "b": "B", "c": "C"})
    for _ in range(2):  # each night, until somebody decides
        held = node.harvest()
        assert (held.outcome, holds(held), node.names()) == (Outcome.HELD, ["MED-H410"], [])
    release(node.ledger, held.id, "it is right after all", NOW)
    assert node.names() == everything
    assert node.harvest().outcome is Outcome.UNCHANGED
    assert node.ledger.verify() == []


def test_b3_a_pole_that_mends_everything_is_taken_in(published: tuple[Registry, Publish]) -> None:
    node, publish = published
    publish({"a": "A", "b": "B", "c": "C"})
    node.harvest()
    publish({"a": "A?", "b": "B", "c": "C"})
    revert(node.ledger, node.harvest().id, WHY, NOW)
    before = node.ledger.known("pole")
    assert node.harvest().outcome is Outcome.UNCHANGED
    assert node.ledger.known("pole") == before
    publish({"a": "A!", "b": "B", "c": "C"})
    done = node.harvest()
    assert (done.outcome, done.report["counts"]["changed"]) == (Outcome.COMMITTED, 1)
    assert len(node.names()) == 3


def test_b3_an_earlier_harvest_is_read_again_though_a_later_one_stays(
    published: tuple[Registry, Publish],
) -> None:
    node, publish = published
    publish({"a": "A", "b": "B"})
    first = node.harvest()
    publish({"a": "A", "b": "B", "c": "C"})
    assert node.harvest().report["counts"]["created"] == 1
    revert(node.ledger, first.id, WHY, NOW)
    assert len(node.names()) == 1
    assert holds(node.harvest()) == ["MED-H408"]
    publish({"a": "A", "b": "B", "c": "C2"})
    assert holds(node.harvest()) == ["MED-H410"]
    assert node.harvest(forced="it is right").outcome is Outcome.COMMITTED
    assert len(node.names()) == 3


@pytest.fixture
def dump(pole: SimulatedPole, registry: Callable[..., Registry]) -> tuple[Registry, Publish]:
    return registry("/dump.nt", "dump"), lambda state: _dump(pole, state)


def test_b3_harvests_taken_back_one_after_the_other_are_all_remembered(
    dump: tuple[Registry, Publish],
) -> None:
    node, publish = dump
    publish({"a": "A"})
    first = node.harvest()
    publish({"a": "A2"})
    second = node.harvest()
    revert(node.ledger, second.id, WHY, NOW)
    revert(node.ledger, first.id, WHY, NOW)
    assert (holds(node.harvest()), node.names()) == (["MED-H410"], [])
    publish({"a": "A"})
    assert (holds(node.harvest()), node.names()) == (["MED-H410"], [])
    publish({"a": "A3"})
    assert (node.harvest().outcome, node.names()) == (Outcome.COMMITTED, ["a"])


def test_b3_what_was_taken_back_twice_is_there_again(dump: tuple[Registry, Publish]) -> None:
    node, publish = dump
    publish({"a": "A", "b": "B"})
    first = node.harvest()
    back = revert(node.ledger, first.id, WHY, NOW)
    revert(node.ledger, back.id, "it was right", NOW)
    assert node.names() == ["a", "b"]
    assert (node.harvest().outcome, node.names()) == (Outcome.UNCHANGED, ["a", "b"])
    publish({"a": "A2", "b": "B"})
    assert node.harvest().outcome is Outcome.COMMITTED


def test_b3_what_was_taken_back_may_be_released(dump: tuple[Registry, Publish]) -> None:
    node, publish = dump
    publish({"a": "A", "b": "B"})
    back = revert(node.ledger, node.harvest().id, WHY, NOW)
    release(node.ledger, back.id, "it was right", NOW)
    assert (node.harvest().outcome, node.names()) == (Outcome.UNCHANGED, ["a", "b"])


def test_b3_a_discarded_delivery_does_not_enter_by_being_held_once_more(
    dump: tuple[Registry, Publish],
) -> None:
    node, publish = dump
    publish({"a": "A", "b": "B"})
    revert(node.ledger, node.harvest().id, WHY, NOW)
    for name in ("A2", "A3", "A4"):
        publish({"a": name, "b": "B"})
        assert (holds(node.harvest()), node.names()) == (["MED-H410"], [])


def test_b3_marks_of_what_is_missing_outlive_another_harvest_taken_back(
    dump: tuple[Registry, Publish], pole: SimulatedPole
) -> None:
    node, publish = dump
    node.ledger.put_source(replace(node.source, options=SourceOptions(grace_days=7)))

    def later(days: int) -> Harvest:
        return harvest(node.ledger, node.source, now=NOW + timedelta(days=days), options=Options())

    publish({"a": "A", "b": "B", "c": "C"})
    later(0)
    publish({"a": "A", "b": "B"})
    later(1)
    publish({"a": "A2", "b": "B"})
    revert(node.ledger, later(2).id, WHY, NOW + timedelta(days=2))
    marks = _source(node).cursor.missing
    assert marks == {pole.url("/id/place/c"): NOW + timedelta(days=1)}
    assert holds(later(3)) == ["MED-H408"]
    assert _source(node).cursor.missing == marks


def test_b3_names_given_to_composed_ids_outlive_what_was_taken_back(
    pole: SimulatedPole, tables: Callable[..., Registry]
) -> None:
    node = tables(CSV, "table", segments=True)
    _segments(pole, {"a": "A"})
    first = node.harvest()
    names = _source(node).cursor.reader["ids"]
    revert(node.ledger, first.id, WHY, NOW)
    cursor = _source(node).cursor.reader
    assert (cursor["ids"], "digests" in cursor, "etag" in cursor) == (names, False, False)


def _source(node: Registry) -> Source:
    found = node.ledger.source("pole")
    assert found is not None
    return found
