"""The schedule: each source at its rhythm, projections told, a clean stop."""

import threading
import time
from dataclasses import replace

from harvester.schedule import Schedule
from registry.ledger.types import Harvest, Outcome
from registry.lifecycle import Status, turned
from tests.harvester.conftest import NOW
from tests.simulator import Stream, places


def test_sources_are_harvested_and_those_who_follow_are_told(pole, registry) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 2))
    node = registry(stream.path)
    node.ledger.put_source(replace(node.source, every_s=1))
    node.ledger.put_source(replace(node.source, slug="asleep", every_s=0))
    told: list[Harvest] = []
    twice = threading.Event()

    def follow(done: Harvest) -> None:
        told.append(done)
        if len(told) == 2:
            twice.set()

    with Schedule(node.ledger, follow, first_delay_s=0):
        assert twice.wait(20)
    ended = len(node.ledger.harvests())
    assert [done.outcome for done in told[:2]] == [Outcome.COMMITTED, Outcome.UNCHANGED]
    assert {done.source for done in told} == {"pole"}
    assert len(told) == ended, "nothing runs after the stop"


def test_a_source_that_left_is_not_planned_any_more(pole, registry) -> None:
    node = registry("/nothing")
    schedule = Schedule(node.ledger, lambda done: None, first_delay_s=3_600)
    with schedule:
        assert schedule.planned() == ("pole",)
        schedule.plan(())
        assert schedule.planned() == ()


def test_only_active_sources_are_planned(registry) -> None:
    node = registry("/nothing")
    for status in Status:
        source = replace(node.source, slug=status.value, namespaces=("https://x.example/",))
        node.ledger.put_source(replace(source, options={"lifecycle": {"status": status.value}}))
    odd = {"lifecycle": {"status": "sleeping"}}
    node.ledger.put_source(replace(node.source, slug="odd", options=odd))
    with Schedule(node.ledger, lambda done: None, first_delay_s=3_600) as schedule:
        assert schedule.planned() == ("active", "pole")


def test_what_the_operator_changes_is_seen_while_the_node_runs(registry) -> None:
    node = registry("/nothing")
    with Schedule(node.ledger, lambda done: None, first_delay_s=3_600, look_s=0.1) as schedule:
        node.ledger.put_source(turned(node.source, Status.PAUSED, NOW))
        assert _becomes(schedule, ())
        node.ledger.put_source(node.source)
        assert _becomes(schedule, ("pole",))


def test_a_source_that_announced_a_change_is_visited_before_its_time(pole, registry) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 2))
    node = registry(stream.path)
    asked = [("pole", "nobody"), ()]
    done = threading.Event()
    with Schedule(
        node.ledger,
        lambda harvest: done.set(),
        first_delay_s=3_600,
        look_s=0.1,
        due=lambda: asked.pop(0) if asked else (),
    ):
        assert done.wait(20)
    assert len(node.ledger.harvests()) == 1


def _becomes(schedule: Schedule, planned: tuple[str, ...]) -> bool:
    deadline = time.monotonic() + 10
    while schedule.planned() != planned and time.monotonic() < deadline:
        time.sleep(0.05)
    return schedule.planned() == planned
