"""The schedule: each source at its rhythm, projections told, a clean stop."""

import errno
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path

import pytest

from harvester.run import schedule
from harvester.run.board import BoardProgress
from harvester.run.pipeline import Options, preview
from harvester.run.schedule import Schedule
from registry.ledger.options import Life, SourceOptions, Status, options_of
from registry.ledger.types import Harvest, Kind, Outcome
from registry.settings.config import Config, Reach
from registry.sources.lifecycle import with_status
from registry.state import Board, NodeState
from registry.state.trials import State, Trials
from tests.harvester.conftest import NOW, Registry
from tests.simulator import SimulatedPole, Stream, places


@pytest.fixture
def trials(tmp_path: Path) -> Trials:
    return NodeState(Config(data=tmp_path, web_trials=Reach.PRIVATE)).trials


def test_sources_are_harvested_and_those_who_follow_are_told(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
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


def test_errands_are_run_again_whatever_went_wrong(
    tmp_path: Path, registry: Callable[..., Registry], caplog: pytest.LogCaptureFixture
) -> None:
    again = threading.Event()
    runs: list[int] = []

    def errands() -> None:
        runs.append(1)
        if len(runs) == 1:
            raise RuntimeError("a word of somebody")
        again.set()

    node = registry(tmp_path)
    with Schedule(node.ledger, lambda done: None, look_s=0.05, errands=errands):
        assert again.wait(10)
    assert "RuntimeError" in caplog.text
    assert "a word of somebody" not in caplog.text


def test_a_source_that_left_is_not_planned_any_more(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    node = registry("/nothing")
    schedule = Schedule(node.ledger, lambda done: None, first_delay_s=3_600)
    with schedule:
        assert schedule.planned() == ("pole",)
        schedule.plan(())
        assert schedule.planned() == ()


def test_only_active_sources_are_planned(registry: Callable[..., Registry]) -> None:
    node = registry("/nothing")
    for status in Status:
        source = replace(node.source, slug=status.value, namespaces=("https://x.example/",))
        node.ledger.put_source(replace(source, options=SourceOptions(lifecycle=Life(status))))
    odd = options_of({"lifecycle": {"status": "sleeping"}})
    node.ledger.put_source(replace(node.source, slug="odd", options=odd))
    with Schedule(node.ledger, lambda done: None, first_delay_s=3_600) as schedule:
        assert schedule.planned() == ("active", "pole")


def test_what_the_operator_changes_is_seen_while_the_node_runs(
    registry: Callable[..., Registry],
) -> None:
    node = registry("/nothing")
    with Schedule(node.ledger, lambda done: None, first_delay_s=3_600, look_s=0.1) as schedule:
        node.ledger.put_source(with_status(node.source, Status.PAUSED, NOW))
        assert _becomes(schedule, ())
        node.ledger.put_source(node.source)
        assert _becomes(schedule, ("pole",))


def test_a_source_that_announced_a_change_is_visited_before_its_time(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
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
        due=lambda planned: asked.pop(0) if asked else (),
    ):
        assert done.wait(20)
    assert len(node.ledger.harvests()) == 1


def tried(node: Registry, trials: Trials, *slugs: str, wanted: State = State.DONE) -> None:
    """Let a schedule that harvests nothing carry out the dry runs asked for."""
    for slug in slugs:
        assert trials.ask(slug, time.time())
    options = Options(policy=node.policy)
    with Schedule(
        node.ledger, lambda done: None, first_delay_s=3_600, look_s=0.1, trials=trials,
        options=options,
    ):  # fmt: skip
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and any(trials.state(s) is not wanted for s in slugs):
            time.sleep(0.05)


def test_an_announcement_waits_until_its_source_is_planned(
    pole: SimulatedPole, registry: Callable[..., Registry], tmp_path: Path
) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 2))
    node = registry(stream.path)
    inbox = NodeState(Config(data=tmp_path)).inbox
    node.ledger.put_source(with_status(node.source, Status.PAUSED, NOW))
    inbox.mark_due("pole")
    looks = threading.Semaphore(0)
    done = threading.Event()

    def due(planned: Collection[str]) -> tuple[str, ...]:
        looks.release()
        return inbox.take_due(time.time(), planned)

    with Schedule(
        node.ledger, lambda harvest: done.set(), first_delay_s=3_600, look_s=0.1, due=due
    ):
        assert all(looks.acquire(timeout=10) for _ in range(3))
        node.ledger.put_source(node.source)
        assert done.wait(20)


def test_an_announcement_during_a_harvest_waits_for_its_end(
    pole: SimulatedPole, registry: Callable[..., Registry], tmp_path: Path
) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 2))
    node = registry(stream.path)
    inbox = NodeState(Config(data=tmp_path)).inbox
    looks = threading.Semaphore(0)
    again = threading.Event()
    done: list[Harvest] = []

    def follow(harvest: Harvest) -> None:
        done.append(harvest)
        if len(done) == 2:
            again.set()
            return
        inbox.mark_due("pole")
        for _ in range(3):
            looks.acquire(timeout=10)

    def due(planned: Collection[str]) -> tuple[str, ...]:
        looks.release()
        return inbox.take_due(time.time(), planned)

    with Schedule(node.ledger, follow, first_delay_s=0, look_s=0.1, due=due):
        assert again.wait(20)


@pytest.mark.parametrize("status", [Status.PROPOSED, Status.PREVIEW, Status.ACTIVE])
def test_a_dry_run_that_was_asked_for_is_carried_out(
    pole: SimulatedPole, registry: Callable[..., Registry], trials: Trials, status: Status
) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 2))
    node = registry(stream.path)
    for step in (Status.PREVIEW, status):
        node.ledger.put_source(with_status(node.kept(), step, NOW))
    before = node.kept()
    tried(node, trials, "pole")
    found = trials.get("pole")
    assert found is not None
    assert (found.harvest.outcome, found.total) == (Outcome.COMMITTED, 2)
    assert [one.kind for one in trials.differences("pole")] == [Kind.CREATE] * 2
    assert (node.ledger.last_harvest(), node.kept()) == (0, before)


def test_a_dry_run_that_may_not_be_is_not(
    pole: SimulatedPole, registry: Callable[..., Registry], trials: Trials
) -> None:
    node = registry("/nothing")
    node.ledger.put_source(with_status(node.source, Status.PAUSED, NOW))
    tried(node, trials, "pole", "nobody", wanted=State.LOST)
    assert (trials.state("pole"), trials.state("nobody")) == (State.LOST, State.LOST)
    assert pole.requests == []


def test_a_dry_run_of_a_busy_source_waits(
    pole: SimulatedPole, registry: Callable[..., Registry], trials: Trials
) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 1))
    node = registry(stream.path)
    lock = node.ledger.lock("pole")
    lock.__enter__()
    threading.Timer(0.5, lambda: lock.__exit__(None, None, None)).start()
    tried(node, trials, "pole")
    found = trials.get("pole")
    assert found is not None
    assert found.total == 1


def test_a_busy_source_is_visited_soon_again(
    pole: SimulatedPole, registry: Callable[..., Registry], monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 1))
    node = registry(stream.path)
    monkeypatch.setattr(schedule, "BUSY_S", 0.3)
    done = threading.Event()
    lock = node.ledger.lock("pole")
    lock.__enter__()
    threading.Timer(0.5, lambda: lock.__exit__(None, None, None)).start()
    with Schedule(node.ledger, lambda harvest: done.set(), first_delay_s=0):
        assert done.wait(20)


def test_a_full_disk_is_tried_again_though_only_what_follows_met_it(
    pole: SimulatedPole, registry: Callable[..., Registry], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "FULL_S", 0.2)
    stream = Stream(pole)
    stream.publish(*places(pole, 1))
    node = registry(stream.path)
    node.ledger.put_source(replace(node.source, every_s=3600))
    followed: list[Harvest] = []
    done = threading.Event()

    def follow(harvest: Harvest) -> None:
        followed.append(harvest)
        if len(followed) == 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        done.set()

    with Schedule(node.ledger, follow, first_delay_s=0):
        assert done.wait(10)
    assert [harvest.outcome for harvest in followed] == [Outcome.COMMITTED, Outcome.UNCHANGED]


def test_a_dry_run_can_be_ended_and_leaves_the_board(
    pole: SimulatedPole, registry: Callable[..., Registry], trials: Trials, tmp_path: Path
) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 1))
    node = registry(stream.path)
    board = Board(f"sqlite:///{tmp_path / 'state.sqlite'}")
    board.queue(["pole"])
    board.cancel("pole", "Ada")
    told = preview(
        node.ledger, node.source, options=Options(node.policy, progress=BoardProgress(board))
    )
    assert told.harvest.outcome is Outcome.FAILED
    assert told.harvest.report["error"]["code"] == "MED-H430"
    assert board.running() == ()
    board.close()


def _becomes(schedule: Schedule, planned: tuple[str, ...]) -> bool:
    deadline = time.monotonic() + 10
    while schedule.planned() != planned and time.monotonic() < deadline:
        time.sleep(0.05)
    return schedule.planned() == planned
