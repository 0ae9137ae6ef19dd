"""A clock that runs ahead during one harvest, then is right again: told, and nothing waits."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from harvester.decide.absence import KnownAbsences, decide_absences
from harvester.run.pipeline import Options, harvest
from harvester.run.schedule import Schedule
from registry.ledger.types import HarvestResult, Outcome
from registry.settings.config import Config, Reach
from registry.state import NodeState
from registry.state.board import Run
from registry.state.inbox import GAP_S
from registry.state.trials import State
from tests.harvester.conftest import Registry
from tests.simulator import SimulatedPole, Stream, places
from vocab.ages import is_younger

AHEAD = timedelta(days=40)
Sources = Callable[..., Registry]


def waiting_stream(pole: SimulatedPole, registry: Sources, asks_s: int = 3_600) -> Registry:
    """A source whose stream wants to be left alone for an hour."""
    stream = Stream(pole)
    stream.extra_root = f"<> ldes:pollingInterval {asks_s} ."
    stream.publish(*places(pole, 2))
    return registry(stream.path)


def visits(node: Registry, **more: Any) -> int:
    """Let a schedule run for a few looks; give how many harvests there are then."""
    with Schedule(node.ledger, lambda done: None, look_s=0.1, options=Options(node.policy), **more):
        time.sleep(1.5)
    return len(node.ledger.harvests())


def test_b5_a_visit_in_the_future_is_not_early(pole: SimulatedPole, registry: Sources) -> None:
    node = waiting_stream(pole, registry)
    harvest(node.ledger, node.source, now=datetime.now(UTC) + AHEAD, options=Options(node.policy))
    assert visits(node, first_delay_s=0) == 2
    assert visits(node, first_delay_s=0) == 2, "now its wish holds"


def test_b5_a_clock_that_went_back_is_told_once(pole: SimulatedPole, registry: Sources) -> None:
    node = waiting_stream(pole, registry)
    now = datetime.now(UTC)

    def codes(moment: datetime) -> list[str]:
        done = harvest(node.ledger, node.source, now=moment, options=Options(node.policy))
        told = [found["code"] for found in done.report.get("findings", ())]
        return [code for code in told if code.startswith("MED-H")]

    assert codes(now) == []
    assert codes(now + AHEAD) == []
    assert codes(now + timedelta(minutes=1)) == ["MED-H462"]
    assert codes(now + timedelta(minutes=2)) == []
    assert codes(now - timedelta(minutes=2)) == [], "harvests of one node overlap"


def test_b5_what_was_planned_by_a_clock_ahead_is_visited_now(
    pole: SimulatedPole, registry: Sources
) -> None:
    node = waiting_stream(pole, registry)
    done = threading.Event()
    with Schedule(
        node.ledger, lambda harvest: done.set(), first_delay_s=AHEAD.total_seconds(), look_s=0.1,
        options=Options(node.policy),
    ):  # fmt: skip
        assert done.wait(20)


def test_b5_a_notice_taken_in_the_future_swallows_no_other(tmp_path: Path) -> None:
    inbox, now = NodeState(Config(data=tmp_path)).inbox, time.time()
    inbox.mark_due("pole")
    assert inbox.take_due(now + AHEAD.total_seconds()) == ("pole",)
    inbox.mark_due("pole")
    assert inbox.take_due(now) == ("pole",)
    inbox.mark_due("pole")
    assert inbox.take_due(now + GAP_S / 2) == (), "the polite minimum holds again"
    assert inbox.take_due(now + GAP_S) == ("pole",)


def test_b5_a_dry_run_taken_in_the_future_keeps_no_other_waiting(tmp_path: Path) -> None:
    trials, now = NodeState(Config(data=tmp_path, web_trials=Reach.PRIVATE)).trials, time.time()
    assert trials.ask("pole", now)
    assert trials.take(now + AHEAD.total_seconds()) == ("pole",)
    trials.end("pole")
    assert trials.wait_s("pole", now) == 0
    assert trials.ask("pole", now)
    assert trials.state("pole") is State.ASKED
    assert trials.waited_s("pole", now - 100) == 0


def test_b5_a_mark_in_the_future_counts_from_now() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    known = KnownAbsences(
        now, timedelta(days=7), {"urn:a": now + AHEAD, "urn:b": now - timedelta(days=8)}
    )
    decision = decide_absences({"urn:a", "urn:b"}, frozenset(), known)
    assert (decision.marks, set(decision.expired)) == ({"urn:a": now}, {"urn:b"})
    assert decision.newly == ()


def test_b5_a_sign_of_life_in_the_future_is_none() -> None:
    run = Run("s", 1, "fetch", 0, None, 0, 0.0, 0.0, 1_000_000.0)
    assert run.silent_s(1_000_010.0) == 10
    assert run.silent_s(999_990.0) == 0, "clocks of machines differ by seconds"
    assert run.silent_s(1_000_000.0 - AHEAD.total_seconds()) == AHEAD.total_seconds()


@pytest.mark.parametrize(
    ("then", "expected"), [(0.0, False), (95.0, True), (100.0, True), (100.1, False), (1e9, False)]
)
def test_b5_an_age_is_never_negative(then: float, expected: bool) -> None:
    assert is_younger(then, 10.0, 100.0) is expected


def test_b6_what_a_stream_announces_itself_is_not_early(
    pole: SimulatedPole, registry: Sources, tmp_path: Path
) -> None:
    node = waiting_stream(pole, registry)
    node.harvest()
    inbox = NodeState(Config(data=tmp_path)).inbox
    inbox.mark_due("pole")
    harvest(node.ledger, node.source, options=Options(node.policy))

    def due(planned: Any) -> tuple[str, ...]:
        return inbox.take_due(time.time(), planned)

    assert visits(node, first_delay_s=3_600, due=due) == 3
    inbox.mark_due("pole")
    assert visits(node, first_delay_s=3_600, due=due) == 3, "too soon after the one before"
    later = time.time() + GAP_S
    assert (
        visits(node, first_delay_s=3_600, due=lambda planned: inbox.take_due(later, planned)) == 4
    )


def test_b6_a_notice_outlives_a_harvest_by_somebody_else(
    pole: SimulatedPole, registry: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harvester.run.schedule.BUSY_S", 0.2)
    node = waiting_stream(pole, registry)
    harvest(node.ledger, node.source, options=Options(node.policy))
    told, done = [("pole",)], threading.Event()
    with Schedule(
        node.ledger, lambda harvest: done.set(), first_delay_s=3_600, look_s=0.1,
        options=Options(node.policy), due=lambda _: told.pop() if told else (),
    ):  # fmt: skip
        with node.ledger.lock("pole"):
            time.sleep(1)
            assert (told, done.is_set()) == ([], False)
        assert done.wait(20)


def test_b6_a_decision_is_no_visit(pole: SimulatedPole, registry: Sources) -> None:
    """An hour after its last visit a source is due, whatever a person decided meanwhile."""
    node = waiting_stream(pole, registry)
    now = datetime.now(UTC)
    harvest(node.ledger, node.source, now=now - timedelta(hours=2), options=Options(node.policy))
    report = {"source": "pole", "reverted": 9, "reason": "why"}
    node.ledger.commit("pole", HarvestResult(Outcome.COMMITTED, now, report=report), now)
    assert visits(node, first_delay_s=0) == 3


def test_b6_without_a_notice_the_wish_of_a_stream_holds(
    pole: SimulatedPole, registry: Sources
) -> None:
    node = waiting_stream(pole, registry)
    harvest(node.ledger, node.source, options=Options(node.policy))
    assert visits(node, first_delay_s=0) == 1
