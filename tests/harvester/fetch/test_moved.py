"""A source that moved for good: read where it is, told, and moved when the operator says so."""

from collections.abc import Callable

import pytest

from harvester.fetch import Attempt
from harvester.fetch.values import moved_to
from registry.ledger.types import Outcome
from registry.sources.lifecycle import moved
from tests.harvester.conftest import Registry
from tests.simulator import SimulatedPole, Stream, places, redirect

OLD, MID, NEW = "https://old.example/", "https://mid.example/", "https://new.example/"


def hop(url: str, status: int, target: str = "") -> Attempt:
    return Attempt(url, status, 0, 0.0, "", target)


@pytest.mark.parametrize(
    ("attempts", "expected"),
    [
        ([hop(OLD, 301, NEW), hop(NEW, 200)], NEW),
        ([hop(OLD, 308, NEW), hop(NEW, 304)], NEW),
        ([hop(OLD, 301, MID), hop(MID, 308, NEW), hop(NEW, 200)], NEW),
        ([hop(OLD, 301, NEW), hop(NEW, 503), hop(OLD, 301, NEW), hop(NEW, 200)], NEW),
        ([hop(OLD, 302, NEW), hop(NEW, 200)], ""),
        ([hop(OLD, 301, MID), hop(MID, 302, NEW), hop(NEW, 200)], ""),
        ([hop(OLD, 301, NEW), hop(NEW, 404)], ""),
        ([hop(OLD, 301, OLD)], ""),
        ([hop(OLD, 301, MID), hop(MID, 301, OLD)], ""),
        ([hop(OLD, 200)], ""),
        ([hop(MID, 301, NEW), hop(NEW, 200)], ""),
        ([], ""),
    ],
)
def test_only_a_permanent_and_answering_address_counts(
    attempts: list[Attempt], expected: str
) -> None:
    assert moved_to(OLD, attempts) == expected


def test_a_move_is_told_and_keeps_records_and_cursor(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 4))
    pole.fail("/old", redirect(stream.url, 301))
    node = registry("/old")
    first = node.harvest()
    assert first.outcome is Outcome.COMMITTED
    assert first.report["moved"]["to"] == stream.url
    assert "maillage source moved pole" in first.report["moved"]["message_en"]
    assert node.kept().url == pole.url("/old"), "nothing moves by itself"
    known = node.ledger.known("pole")
    node.ledger.put_source(moved(node.kept(), stream.url))
    asked = len(pole.requests)
    node.source = node.kept()
    second = node.harvest()
    assert second.outcome is Outcome.UNCHANGED
    assert all(request.conditional for request in pole.requests[asked:]), "nothing comes twice"
    assert node.ledger.known("pole") == known
    assert node.source.options.lifecycle.former == (pole.url("/old"),)
    assert "moved" not in second.report


def test_a_passing_redirect_is_no_move(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 1))
    pole.fail("/old", redirect(stream.url, 302))
    assert "moved" not in registry("/old").harvest().report
