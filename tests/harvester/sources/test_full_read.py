"""Servers whose "not modified" cannot be believed, and when a source is read whole."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from harvester.run.pipeline import harvest
from registry.ledger.cursor import Cursor
from registry.ledger.types import Harvest, Outcome
from registry.sources.rhythm import is_due
from tests.harvester.conftest import NOW, Registry
from tests.simulator import Asked, Document, Fault, Handler, SimulatedPole, Stream, place, places
from vocab.records import Record

DUMP = "/d.ttl"
OLD, NEW = "Mon, 02 Feb 2026 00:00:00 GMT", "Sun, 01 Mar 2026 00:00:00 GMT"
FUTURE = "Fri, 01 Jan 2100 00:00:00 GMT"
Sources = Callable[..., Registry]


def body_of(records: list[Record]) -> bytes:
    return "".join(record.body for record in records).encode()


def stubborn(body: bytes, first: dict[str, str], later: dict[str, str] | None = None) -> Fault:
    """Say "not modified" to every condition, whatever the bytes are."""

    def answer(handler: Handler, _: Document | None) -> None:
        asked = {name.lower() for name in handler.headers}
        if asked & {"if-none-match", "if-modified-since"}:
            handler.reply(304, b"", first if later is None else later)
        else:
            handler.reply(200, body, {"Content-Type": "text/turtle", **first})

    return answer


def body_kept(source: Registry, iri: str) -> str:
    record = source.ledger.record(iri)
    assert record is not None
    return record.body


def visited(source: Registry, days: float = 0.0, **more: Any) -> Harvest:
    """Harvest some days later."""
    options = replace(source.options(), **more)
    moment = NOW + timedelta(days=days)
    return harvest(source.ledger, source.source, now=moment, options=options)


@pytest.mark.parametrize(
    "kept", [{"ETag": '"one"'}, {"Last-Modified": OLD}, {"ETag": 'W/"one"', "Last-Modified": OLD}]
)
def test_b2_a_lying_304_is_found_out_within_a_week(
    pole: SimulatedPole, registry: Sources, kept: dict[str, str]
) -> None:
    source = registry(DUMP, "dump")
    pole.fail(DUMP, stubborn(body_of(places(pole, 2)), kept))
    visited(source)
    pole.fail(DUMP, stubborn(body_of(places(pole, 3)), kept))
    assert visited(source, 6.9).outcome is Outcome.UNCHANGED
    assert source.names() == ["p01", "p02"]
    assert visited(source, 7).outcome is Outcome.COMMITTED
    assert source.names() == ["p01", "p02", "p03"]
    statuses = [(asked.status, asked.conditional) for asked in pole.requests]
    assert statuses == [(200, False), (304, True), (200, False)]


def test_b2_the_setting_says_how_often(pole: SimulatedPole, registry: Sources) -> None:
    source = registry(DUMP, "dump")
    pole.put(DUMP, body_of(places(pole, 2)))
    for day in range(3):
        visited(source, day, reread_days=0)
    assert not any(asked.conditional for asked in pole.requests)


def test_b2_no_news_costs_one_conditional_request_in_between(
    pole: SimulatedPole, registry: Sources
) -> None:
    source = registry(DUMP, "dump")
    pole.put(DUMP, body_of(places(pole, 2)))
    for day in range(5):
        visited(source, day)
    assert [asked.status for asked in pole.requests] == [200, 304, 304, 304, 304]


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ({"Last-Modified": NEW}, {"Last-Modified": OLD}),
        ({"ETag": '"one"'}, {"ETag": '"two"'}),
        ({"ETag": '"one"', "Last-Modified": NEW}, {"ETag": '"one"', "Last-Modified": OLD}),
    ],
)
def test_b2_a_304_with_another_validator_is_not_believed(
    pole: SimulatedPole, registry: Sources, first: dict[str, str], later: dict[str, str]
) -> None:
    source = registry(DUMP, "dump")
    pole.fail(DUMP, stubborn(body_of(places(pole, 2)), first))
    visited(source)
    pole.fail(DUMP, stubborn(body_of(places(pole, 3)), first, later))
    assert visited(source).outcome is Outcome.COMMITTED
    assert len(source.names()) == 3


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ({"ETag": '"one"'}, {}),
        ({"ETag": '"one-gzip"'}, {"ETag": '"one"'}),
        ({"ETag": 'W/"one"'}, {"ETag": '"one"'}),
        ({"Last-Modified": OLD}, {"Last-Modified": NEW}),
        ({"Last-Modified": OLD}, {"Last-Modified": "yesterday"}),
    ],
)
def test_b2_an_honest_304_is_believed(
    pole: SimulatedPole, registry: Sources, first: dict[str, str], later: dict[str, str]
) -> None:
    source = registry(DUMP, "dump")
    pole.fail(DUMP, stubborn(body_of(places(pole, 2)), first, later))
    visited(source)
    visited(source)
    assert [asked.status for asked in pole.requests] == [200, 304]


def test_b2_a_date_in_the_future_is_no_condition(pole: SimulatedPole, registry: Sources) -> None:
    source = registry(DUMP, "dump")
    pole.fail(DUMP, stubborn(body_of(places(pole, 2)), {"Last-Modified": FUTURE}))
    visited(source)
    pole.fail(DUMP, stubborn(body_of(places(pole, 3)), {"Last-Modified": FUTURE}))
    visited(source)
    assert len(source.names()) == 3


@pytest.mark.parametrize("kind", ["dump", "feed"])
def test_b2_afresh_reads_all_again(pole: SimulatedPole, registry: Sources, kind: str) -> None:
    stream = Stream(pole, totals=True)
    stream.publish(*places(pole, 4))
    pole.put(DUMP, body_of(places(pole, 4)))
    source = registry(stream.path if kind == "feed" else DUMP, kind)
    visited(source)
    first = len(pole.requests)
    pole.requests.clear()
    done = visited(source, full_read=True)
    assert done.outcome is Outcome.UNCHANGED
    assert done.report["counts"]["unchanged"] == 4
    assert [asked.status for asked in pole.requests] == [200] * first
    assert visited(source).outcome is Outcome.UNCHANGED


def test_b2_an_immutable_page_that_changed_is_read_afresh(
    pole: SimulatedPole, registry: Sources
) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 4))
    source = registry(stream.path)
    visited(source)
    stream.changes.clear()
    stream.publish(place(pole, "p01", nom="Autre"), *places(pole, 4)[1:])
    visited(source, 8)
    assert '"Lieu p01"' in body_kept(source, places(pole, 1)[0].iri)
    visited(source, 8, full_read=True)
    assert '"Autre"' in body_kept(source, places(pole, 1)[0].iri)


def test_b2_a_stream_that_went_back_is_held_afresh_too(
    pole: SimulatedPole, registry: Sources
) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 4))
    source = registry(stream.path)
    visited(source)
    stream.changes.clear()
    stream.publish(*places(pole, 2))
    done = visited(source, full_read=True)
    assert done.outcome is Outcome.HELD
    assert "MED-H402" in {hold["code"] for hold in done.report["holds"]}


def test_b2_pages_of_a_stream_that_may_change_are_asked_for_when_due(
    pole: SimulatedPole, registry: Sources
) -> None:
    stream = Stream(pole, totals=True)
    stream.publish(*places(pole, 4))
    source = registry(stream.path)
    visited(source)
    pole.requests.clear()
    visited(source, 8)
    asked: list[Asked] = pole.requests
    assert [one.path for one in asked] == [stream.path, stream.page(2)]
    assert not any(one.conditional for one in asked)


def test_b2_when_a_source_was_read_whole_is_kept(pole: SimulatedPole, registry: Sources) -> None:
    source = registry(DUMP, "dump")
    pole.put(DUMP, body_of(places(pole, 2)))

    def kept() -> datetime | None:
        return source.kept().cursor.full_read

    visited(source)
    visited(source, 3)
    assert kept() == NOW
    pole.put(DUMP, body_of(places(pole, 3)))
    visited(source, 4)
    assert kept() == NOW + timedelta(days=4)


def test_b2_a_moment_that_nobody_knows_or_that_lies_ahead_is_due() -> None:
    assert is_due(Cursor(), NOW, 7)
    assert is_due(Cursor(full_read=NOW + timedelta(days=1)), NOW, 7)
    assert is_due(Cursor(full_read=NOW), NOW, 0)
    assert not is_due(Cursor(full_read=NOW), NOW, 7)
    assert Cursor({"a": 1}).to_json() == {"a": 1}
