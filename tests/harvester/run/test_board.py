"""The board of running harvests: what they tell while they run, and how one is cancelled."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from harvester.fetch import Policy
from harvester.run.board import BoardProgress
from harvester.run.pipeline import Options, preview
from harvester.run.progress import Progress, Stage
from registry.ledger.types import Outcome
from registry.state import QUEUE, Board, Run
from sandbox import pool
from sandbox.child import Child, start
from sandbox.isolation import Bounds
from tests.harvester.conftest import PublishingPole, Registry
from tests.simulator import SimulatedPole, place, places, raw

DUMP = "/dump.nt"


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Board]:
    opened = Board(f"sqlite:///{tmp_path}/state.sqlite")
    yield opened
    opened.close()


def dripping(pole: SimulatedPole) -> None:
    """Serve a document that comes in small pieces for longer than any test waits."""
    body = b"#" * 100_000
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/n-triples\r\nContent-Length: {len(body)}"
    pole.fail(DUMP, raw(f"{head}\r\n\r\n".encode() + body, drip_s=0.1, pieces=200))


def wait_for(board: Board, wanted: Callable[[Run], bool]) -> Run:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        for run in board.running():
            if wanted(run):
                return run
        time.sleep(0.02)
    pytest.fail(f"never seen; the board says {board.running()}")


class Recorder(Progress):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.progress: list[tuple[Stage | str, object]] = []
        self.done: dict[str, int] = dict.fromkeys(Stage, 0)
        self.size = 0

    def stage(self, slug: str, stage: Stage, expected: int | None = None) -> None:
        self.progress.append((stage, expected))

    def advance(self, slug: str, done: int = 0, size: int = 0) -> None:
        self.done[self.progress[-1][0]] += done
        self.size += size

    def ended(self, slug: str) -> None:
        self.progress.append(("ended", slug))


def test_each_stage_is_told_with_what_is_expected_and_done(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    body = "".join(record.body for record in places(pole, 20)).encode()
    pole.put(DUMP, body, "application/n-triples")
    recorder = Recorder()
    done = registry(DUMP, "dump").harvest(progress=recorder)
    assert recorder.progress == [
        (Stage.FETCH, None),
        (Stage.PARSE, None),
        (Stage.COMPARE, None),
        (Stage.CHECK, 20),
        (Stage.COMMIT, None),
        ("ended", "pole"),
    ]
    assert (recorder.done[Stage.PARSE], recorder.done[Stage.CHECK]) == (20, 20)
    assert recorder.size == len(body)
    assert done.report["timings"].keys() == {"fetch", "parse", "compare", "check"}


def test_a_stream_tells_how_many_records_it_will_bring(
    pole: SimulatedPole, publishing: PublishingPole, registry: Callable[..., Registry]
) -> None:
    publishing.state(places(pole, 20))
    recorder, node = Recorder(), registry("/feed/stream.trig")
    assert node.harvest(progress=recorder).outcome is Outcome.COMMITTED
    steps = [(stage, expected) for stage, expected in recorder.progress if stage != "ended"]
    assert steps[:2] == [(Stage.DISCOVER, None), (Stage.FETCH, 20)]
    assert {stage for stage, _ in steps} == set(Stage) - {Stage.HOLD, Stage.PROJECT}
    assert recorder.done[Stage.PARSE] == 20

    again = Recorder()
    assert node.harvest(progress=again).outcome is Outcome.UNCHANGED
    assert again.progress[0] == (Stage.DISCOVER, None)
    assert Stage.FETCH not in dict(again.progress), "nothing to fetch was found"


def test_steps_that_take_turns_go_on_with_one_count(board: Board) -> None:
    progress = BoardProgress(board, every_s=0)
    progress.stage("pole", Stage.DISCOVER)
    progress.advance("pole", 1)
    progress.stage("pole", Stage.FETCH, 40)
    progress.advance("pole", 30, 1_000)
    (fetching,) = board.running()
    progress.stage("pole", Stage.PARSE)
    (parsing,) = board.running()
    assert (parsing.stage, parsing.done, parsing.expected, parsing.size) == ("parse", 30, 40, 1_000)
    assert parsing.entered == fetching.entered, "the rate is that of the whole visit"
    progress.stage("pole", Stage.CHECK, 40)
    assert board.running()[0].done == 0


def test_a_dry_run_is_called_one(
    pole: SimulatedPole, registry: Callable[..., Registry], board: Board
) -> None:
    seen: list[bool] = []

    class Looking(BoardProgress):
        def advance(self, slug: str, done: int = 0, size: int = 0) -> None:
            super().advance(slug, done, size)
            seen.extend(run.trial for run in board.running())

    pole.put(DUMP, place(pole, "p1").body.encode(), "application/n-triples")
    node, looking = registry(DUMP, "dump"), Looking(board, every_s=0)
    preview(node.ledger, node.source, options=Options(node.policy, progress=looking))
    assert set(seen) == {True}
    seen.clear()
    node.harvest(progress=looking)
    assert set(seen) == {False}


def test_short_steps_are_not_written(board: Board) -> None:
    progress = BoardProgress(board, every_s=3_600)
    progress.stage("pole", Stage.FETCH)
    progress.stage("pole", Stage.PARSE)
    assert board.running()[0].stage == "fetch"
    progress.stage("pole", Stage.FETCH)
    time.sleep(0.25)  # longer than a short one
    progress.advance("pole", 5, 100)
    progress.stage("pole", Stage.PARSE)
    assert (board.running()[0].stage, board.running()[0].done) == ("parse", 5)
    progress.stage("pole", Stage.COMPARE)
    assert board.running()[0].stage == "compare"


def test_a_cancelled_harvest_ends_and_changes_nothing(
    pole: SimulatedPole, registry: Callable[..., Registry], board: Board
) -> None:
    node = registry(DUMP, "dump")
    pole.put(DUMP, place(pole, "p1").body.encode(), "application/n-triples")
    node.harvest()
    dripping(pole)
    board.queue(["pole"])
    with ThreadPoolExecutor(1) as worker:
        running = worker.submit(node.harvest, progress=BoardProgress(board, every_s=0.05))
        seen = wait_for(board, lambda run: run.stage == "fetch" and run.size > 0)
        assert board.cancel("pole", "Ada")
        done = running.result(10)
    assert (seen.done, seen.expected, seen.position) == (0, None, 1)
    assert done.outcome is Outcome.FAILED
    assert done.report["error"]["code"] == "MED-H430"
    assert "Ada" in done.report["error"]["message_fr"]
    assert node.names() == ["p1"]
    assert board.running() == ()
    pole.mend(DUMP)
    assert node.harvest().outcome is Outcome.UNCHANGED, "the lock is free"


def test_a_harvest_without_a_sign_of_life_is_ended(
    pole: SimulatedPole, registry: Callable[..., Registry], board: Board
) -> None:
    node = registry(DUMP, "dump")
    pole.put(DUMP, place(pole, "p1").body.encode(), "application/n-triples")
    node.harvest()
    pole.fail(DUMP, raw(b"HTTP/1.1 200 OK\r\n", drip_s=30))
    started = time.monotonic()
    done = node.harvest(
        policy=Policy(deadline_s=30), stuck_after_s=0.5, progress=BoardProgress(board, every_s=0)
    )
    assert time.monotonic() - started < 10
    assert (done.outcome, done.report["error"]["code"]) == (Outcome.FAILED, "MED-H431")
    assert "0.5 s" in done.report["error"]["message_en"]
    assert node.names() == ["p1"]
    assert board.running() == ()
    pole.mend(DUMP)
    assert node.harvest().outcome is Outcome.UNCHANGED, "the lock is free"


def test_slow_is_not_stuck(pole: SimulatedPole, registry: Callable[..., Registry]) -> None:
    body = place(pole, "p1").body.encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/n-triples\r\nContent-Length: {len(body)}"
    pole.fail(DUMP, raw(f"{head}\r\n\r\n".encode() + body, drip_s=0.15, pieces=10))
    assert registry(DUMP, "dump").harvest(stuck_after_s=0.8).outcome is Outcome.COMMITTED


def test_a_parser_that_hangs_is_ended(
    pole: SimulatedPole, registry: Callable[..., Registry], monkeypatch: pytest.MonkeyPatch
) -> None:
    hung: list[Any] = []

    def hanging(work: str, bounds: Bounds) -> Child:
        child = start(work, bounds)
        child.is_isolated()
        os.kill(child.pid, signal.SIGSTOP)
        hung.append(child.pid)
        return child

    monkeypatch.setattr(pool, "start", hanging)
    pole.put(DUMP, place(pole, "p1").body.encode(), "application/n-triples")
    done = registry(DUMP, "dump").harvest(stuck_after_s=0.5)
    assert (done.outcome, done.report["error"]["code"]) == (Outcome.FAILED, "MED-H431")
    assert [pid for pid in hung if Path(f"/proc/{pid}/exe").exists()] == []


def test_nobody_is_cancelled_who_does_not_run(board: Board) -> None:
    assert not board.cancel("nobody", "Ada")


def test_the_wish_of_an_earlier_run_does_not_end_the_next(
    pole: SimulatedPole, registry: Callable[..., Registry], board: Board
) -> None:
    pole.put(DUMP, place(pole, "p1").body.encode(), "application/n-triples")
    board.put(Run("pole", 1, "check", 3, 9, 0, 0.0, 0.0, 0.0))  # its process was killed
    assert board.cancel("pole", "Ada")
    assert (
        registry(DUMP, "dump").harvest(progress=BoardProgress(board)).outcome is Outcome.COMMITTED
    )


def test_a_board_that_cannot_be_written_fails_no_harvest(
    pole: SimulatedPole, registry: Callable[..., Registry], tmp_path: Path
) -> None:
    pole.put(DUMP, place(pole, "p1").body.encode(), "application/n-triples")
    board = Board(f"sqlite:///{tmp_path}/no/such/folder/state.sqlite")
    assert (
        registry(DUMP, "dump").harvest(progress=BoardProgress(board)).outcome is Outcome.COMMITTED
    )


def test_the_queue_keeps_its_order_and_leaves_who_runs_alone(board: Board) -> None:
    now = time.time()
    board.put(Run("b", 1, "check", 50, 100, 0, now - 10, now - 10, now))
    board.queue(["c", "b", "a"])
    progress = [(run.source, run.stage, run.position) for run in board.running()]
    assert progress == [("b", "check", 1), ("c", QUEUE, 1), ("a", QUEUE, 3)]
    board.leave(["a", "b", "c"])
    (run,) = board.running()
    assert run.rate == pytest.approx(5)
    assert run.left_s == pytest.approx(10)


def test_the_board_is_written_once_in_a_while(board: Board) -> None:
    progress = BoardProgress(board, every_s=3_600)
    progress.stage("pole", Stage.CHECK, 100_000)
    started = time.process_time()
    for _ in range(100_000):
        progress.advance("pole", 1)
    assert time.process_time() - started < 5
    assert board.running()[0].done == 0


def test_threads_share_a_board(board: Board) -> None:
    progress = BoardProgress(board, every_s=0)

    def work(slug: str) -> None:
        progress.stage(slug, Stage.CHECK, 20)
        for _ in range(20):
            progress.advance(slug, 1)

    threads = [threading.Thread(target=work, args=(slug,)) for slug in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(run.source, run.done) for run in board.running()] == [("a", 20), ("b", 20), ("c", 20)]
