"""What a person decides on a held harvest is done as shown, kept with its reason, and lasts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from harvester.errors import BusyError, DecisionError
from harvester.run import decisions as deciding
from registry.ledger.types import HarvestResult, Kind, Outcome
from tests.harvester.conftest import Registry
from tests.simulator import SimulatedPole, place, places
from vocab.records import Record

DUMP = "/dump.nt"
LATER = datetime(2026, 3, 2, 9, tzinfo=UTC)


def serve(pole: SimulatedPole, records: list[Record]) -> None:
    pole.put(DUMP, "".join(r.body for r in records).encode(), "application/n-triples")


@pytest.fixture
def held(pole: SimulatedPole, registry: Callable[..., Registry]) -> Registry:
    """A registry with 20 places, whose next harvest would delete 15 of them and add one."""
    serve(pole, places(pole, 20))
    node = registry(DUMP, "dump")
    node.harvest()
    serve(pole, [*places(pole, 5), place(pole, "p99")])
    assert node.harvest().outcome is Outcome.HELD
    return node


def test_a_release_applies_what_was_shown_even_when_the_source_is_gone(
    pole: SimulatedPole, held: Registry
) -> None:
    serve(pole, [])
    waiting = held.ledger.last_harvest()
    done = deciding.release(held.ledger, waiting, " the pole closed them ", LATER)
    assert (done.outcome, done.id) == (Outcome.COMMITTED, waiting + 1)
    assert done.report["released"] == waiting
    assert done.report["reason"] == "the pole closed them"
    assert (done.report["counts"]["deleted"], done.report["counts"]["created"]) == (15, 1)
    assert held.names() == ["p01", "p02", "p03", "p04", "p05", "p99"]
    assert held.ledger.held("pole") is None
    assert held.ledger.verify() == []


def test_a_release_moves_the_cursor_so_the_next_visit_finds_nothing_new(
    pole: SimulatedPole, held: Registry
) -> None:
    deciding.release(held.ledger, held.ledger.last_harvest(), "checked", LATER)
    assert held.harvest().outcome is Outcome.UNCHANGED


def test_a_release_brings_the_quarantine_that_was_shown(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    serve(pole, places(pole, 20))
    node = registry(DUMP, "dump")
    node.harvest()
    nameless = place(pole, "p01")
    kept = tuple(line for line in nameless.lines if "<https://schema.org/name>" not in line)
    serve(pole, [Record(nameless.iri, kept), *places(pole, 5)[1:]])
    node.harvest()
    assert list(node.ledger.refusals("pole")) == []
    deciding.release(node.ledger, node.ledger.last_harvest(), "checked", LATER)
    (refusal,) = node.ledger.refusals("pole")
    assert (refusal.subject, refusal.stale) == (nameless.iri, True)
    assert node.ledger.verify() == []


def test_a_discarded_delivery_is_not_held_anew_each_night(
    pole: SimulatedPole, held: Registry
) -> None:
    waiting = held.ledger.last_harvest()
    done = deciding.discard(held.ledger, waiting, "an export that failed", LATER)
    assert done.outcome is Outcome.DISCARDED
    assert done.report["discarded"] == waiting
    for _night in range(2):
        again = held.harvest()
        assert again.outcome is Outcome.UNCHANGED
        assert [hold["code"] for hold in again.report["holds"]] == ["MED-H408", "MED-H400"]
        assert "an export that failed" in again.report["holds"][0]["message_fr"]
        assert again.report["counts"]["held"] == 0
    assert len(held.names()) == 20
    assert held.ledger.verify() == []
    serve(pole, places(pole, 4))
    assert held.harvest().outcome is Outcome.HELD


def test_a_discarded_delivery_may_still_be_released_or_forced(
    pole: SimulatedPole, held: Registry
) -> None:
    waiting = held.ledger.last_harvest()
    deciding.discard(held.ledger, waiting, "no", LATER)
    with pytest.raises(DecisionError, match="awaits no decision"):
        deciding.discard(held.ledger, waiting, "no again", LATER)
    deciding.release(held.ledger, waiting, "yes after all", LATER)
    assert len(held.names()) == 6


def test_a_later_held_delivery_replaces_the_earlier_one(
    pole: SimulatedPole, held: Registry
) -> None:
    first = held.ledger.last_harvest()
    serve(pole, places(pole, 3))
    assert held.harvest().outcome is Outcome.HELD
    with pytest.raises(DecisionError, match=f"Harvest {first} awaits no decision"):
        deciding.release(held.ledger, first, "too late", LATER)
    deciding.release(held.ledger, held.ledger.last_harvest(), "checked", LATER)
    assert len(held.names()) == 3


def test_a_committed_harvest_forgets_what_was_held(pole: SimulatedPole, held: Registry) -> None:
    first = held.ledger.last_harvest()
    serve(pole, [*places(pole, 20), place(pole, "p98")])
    assert held.harvest().outcome is Outcome.COMMITTED
    with pytest.raises(DecisionError):
        deciding.release(held.ledger, first, "too late", LATER)
    assert len(held.names()) == 21


def test_a_failed_harvest_keeps_what_was_held(pole: SimulatedPole, held: Registry) -> None:
    first = held.ledger.last_harvest()
    pole.put(DUMP, b"<broken", "application/n-triples")
    assert held.harvest().outcome is Outcome.FAILED
    assert deciding.release(held.ledger, first, "checked", LATER).outcome is Outcome.COMMITTED


def test_a_release_is_refused_when_a_record_has_changed_since(
    pole: SimulatedPole, held: Registry
) -> None:
    waiting = held.ledger.last_harvest()
    kept = held.ledger.held("pole")
    assert kept is not None
    gone = next(d for d in kept.held.drafts if d.kind is Kind.DELETE)
    change = HarvestResult(Outcome.COMMITTED, LATER, (gone,), held=kept.held)
    held.ledger.commit("pole", change, LATER)
    with pytest.raises(DecisionError, match=f"1 records have changed .* {gone.subject}"):
        deciding.release(held.ledger, held.ledger.last_harvest(), "checked", LATER)
    assert len(held.names()) == 19
    assert held.ledger.last_harvest() == waiting + 1


def test_a_source_that_moved_forgets_what_was_held(pole: SimulatedPole, held: Registry) -> None:
    held.ledger.put_source(replace(held.source, url=pole.url("/elsewhere.nt")))
    with pytest.raises(DecisionError):
        deciding.release(held.ledger, held.ledger.last_harvest(), "checked", LATER)
    assert held.ledger.verify() == []


@pytest.mark.parametrize("decide", [deciding.release, deciding.discard])
@pytest.mark.parametrize(
    ("harvest_id", "reason", "told"),
    [(1, "why", "awaits no decision"), (99, "why", "awaits no decision"), (2, " ", "--reason")],
    ids=["committed", "unknown", "no reason"],
)
def test_what_cannot_be_decided_is_said(
    held: Registry, decide: Callable[..., Any], harvest_id: int, reason: str, told: str
) -> None:
    before = held.ledger.last_harvest()
    with pytest.raises(DecisionError, match=told):
        decide(held.ledger, harvest_id, reason, LATER)
    assert held.ledger.last_harvest() == before


def test_a_decision_waits_for_a_running_harvest_to_end(held: Registry) -> None:
    with held.ledger.lock("pole"), pytest.raises(BusyError):
        deciding.release(held.ledger, held.ledger.last_harvest(), "why", LATER)
