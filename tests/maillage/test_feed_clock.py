"""The feed of a node whose clock ran ahead during a harvest and is right again."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

import pytest

from maillage.steps import pole
from registry.ledger.types import HarvestResult, Outcome
from registry.node import Node
from registry.publish.manifest import read_manifest, redated
from registry.settings.config import Config
from tests.registry.ledger.builders import create, place, source

NOW = datetime.now(UTC)
AHEAD = timedelta(days=40)
_TIME = re.compile(rb'generatedAtTime "([^"]+)"\^\^xsd:dateTime ;\n\tmed:ledger')


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    config = Config(data=tmp_path, namespace="http://a.example/id/")
    with Node.open(config) as opened:
        opened.ledger.put_source(source("arsenic"))
        yield opened


def enter(node: Node, number: int, moment: datetime) -> None:
    drafts = (create(place(number)),)
    node.ledger.commit("arsenic", HarvestResult(Outcome.COMMITTED, moment, drafts=drafts), moment)


def times(node: Node) -> list[datetime]:
    """Publish; give the times of the members in the order of the stream that the root names."""
    pole.publish_feed(node)
    manifest = read_manifest(node.publication)
    assert manifest is not None
    pages = [(node.publication / page.path).read_bytes() for page in manifest.pages]
    found = [_TIME.findall(page) for page in pages]
    return [datetime.fromisoformat(time.decode()) for page in found for time in page]


def test_b5_a_harvest_dated_in_the_future_is_published_under_a_sound_time(node: Node) -> None:
    enter(node, 1, NOW - timedelta(days=1))
    enter(node, 2, NOW + AHEAD)
    assert times(node) == [NOW - timedelta(days=1)] * 2
    enter(node, 3, NOW)
    assert times(node) == [NOW - timedelta(days=1)] * 2 + [NOW]
    assert pole.publish_feed(node).changed == (), "publishing again without news touches no file"
    assert node.ledger.generation() == ""
    assert node.ledger.verify() == []


def test_b5_the_first_harvest_of_all_may_be_it(node: Node) -> None:
    enter(node, 1, NOW + AHEAD)
    (first,) = times(node)
    assert NOW <= first <= datetime.now(UTC)
    enter(node, 2, datetime.now(UTC))
    assert times(node)[0] == first, "a time once given stays"
    assert max(times(node)) <= datetime.now(UTC)


def test_b5_where_the_future_was_published_a_new_stream_begins(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Ahead(datetime):
        @classmethod
        def now(cls, tz: object = None) -> Self:
            return cls.fromtimestamp((NOW + AHEAD).timestamp(), UTC)

    enter(node, 1, NOW - timedelta(days=1))
    enter(node, 2, NOW + AHEAD)
    with monkeypatch.context() as during:
        during.setattr(pole, "datetime", Ahead)
        assert times(node)[-1] == NOW + AHEAD
    enter(node, 3, NOW)
    assert times(node) == [NOW - timedelta(days=1)] * 2 + [NOW]
    generation = node.ledger.generation()
    assert generation
    assert f"#stream-{generation}".encode() in (node.publication / "stream.trig").read_bytes()
    enter(node, 4, NOW)
    times(node)
    assert node.ledger.generation() == generation, "one new stream is enough"
    assert node.ledger.verify() == []


def test_b5_clocks_that_differ_by_minutes_change_nothing(node: Node) -> None:
    moments = [NOW, NOW + timedelta(minutes=30), NOW + timedelta(minutes=10)]
    for number, moment in enumerate(moments, 1):
        enter(node, number, moment)
    assert times(node) == [moments[0], moments[1], moments[1]]
    assert node.ledger.generation() == ""


def test_b5_a_machine_that_has_just_started_judges_nothing(node: Node) -> None:
    enter(node, 1, NOW)
    assert redated(node.ledger, datetime(1970, 1, 1, tzinfo=UTC)) == {}
    assert redated(node.ledger, NOW) == {}
    assert redated(node.ledger, NOW - AHEAD, {"1": "kept"}) == {"1": "kept"}


def test_b5_streams_begun_by_a_clock_that_ran_ahead_go_on_in_order(node: Node) -> None:
    first = node.ledger.begin_stream(NOW + AHEAD)
    second = node.ledger.begin_stream(NOW)
    assert second > first
    assert node.ledger.generation() == second
