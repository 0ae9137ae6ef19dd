"""Several sources at a time, each in a process of a pool: order, ends of all kinds, no loss."""

import errno
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from harvester.decide import compare
from harvester.errors import BusyError, StoppedError
from harvester.run import pipeline, worker
from harvester.run.board import BoardProgress
from harvester.run.executor import Processes, Round, Visits, Watcher
from harvester.run.pipeline import Options
from harvester.run.progress import Stage
from harvester.run.storage import StorageError
from registry.ledger.errors import LedgerError
from registry.ledger.ledger import Ledger
from registry.ledger.types import Outcome, Source
from registry.state import Board, Run
from tests.harvester.conftest import Registry
from tests.simulator import Document, Fault, Handler, SimulatedPole, place, raw

NAMES = ("a", "b", "c", "d")
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
SLOW = raw(_HEAD + b"#" * 100_000, drip_s=0.1, pieces=300)
SILENT = raw(_HEAD, drip_s=1, pieces=30)  # its first line alone takes most of that


@pytest.fixture
def sources(pole: SimulatedPole, registry: Callable[..., Registry]) -> list[Source]:
    """Four sources of a dump each."""
    first = registry("/a.nt", "dump")
    found = []
    for name in NAMES:
        space = pole.url(f"/id/{name}/")
        source = replace(first.source, slug=name, url=pole.url(f"/{name}.nt"), namespaces=(space,))
        first.ledger.put_source(source)
        body = place(pole, "p1").body.replace(pole.url("/id/"), space).encode()
        pole.put(f"/{name}.nt", body, "application/n-triples")
        found.append(source)
    return found


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Board]:
    with closing(Board(f"sqlite:///{tmp_path}/state.sqlite")) as opened:
        yield opened


@dataclass
class Pool:
    """Harvests in a pool of processes of its own, as the command does."""

    ledger: Ledger
    board: Board
    data: Path

    def __call__(
        self, sources: Iterable[Source], jobs: int, watcher: Watcher | None = None
    ) -> Round:
        self.ledger.rest()
        with closing(Processes(None, self.data, jobs)) as workers:
            return Visits(self.ledger, self.board, workers, watcher or Watcher()).make(sources)


@pytest.fixture
def harvest(ledger: Ledger, board: Board, tmp_path: Path) -> Pool:
    return Pool(ledger, board, tmp_path)


def test_two_run_together_and_reports_keep_the_order(
    pole: SimulatedPole, ledger: Ledger, sources: list[Source], harvest: Pool
) -> None:
    both = threading.Barrier(2, timeout=10)

    def meet(handler: Handler, document: Document | None) -> None:
        both.wait()
        assert document is not None
        handler.reply(200, document.body, {"Content-Type": document.media_type})

    for name in NAMES:
        pole.fail(f"/{name}.nt", meet)
    done = harvest(sources, 2).done
    assert [one.source for one in done] == list(NAMES)
    assert {one.outcome for one in done} == {Outcome.COMMITTED}
    assert ledger.verify() == []


class Heard(Watcher):
    """Keeps what is shown of each source."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.ends: list[str] = []

    def show(self, run: Run) -> None:
        self.runs.append(run)

    def ended(self, slug: str) -> None:
        self.ends.append(slug)


class Kept(Board):
    """Keeps all that is written on it."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.runs: list[Run] = []

    def put(self, run: Run) -> None:
        self.runs.append(run)
        super().put(run)


def test_progress_comes_whole_to_the_board(
    pole: SimulatedPole, ledger: Ledger, sources: list[Source], tmp_path: Path
) -> None:
    for source in sources:
        with closing(Kept(f"sqlite:///{tmp_path}/kept.sqlite")) as board:
            options = Options(progress=BoardProgress(board, every_s=0))
            pipeline.harvest(ledger, source, options=options)
        told = list(dict.fromkeys(run.stage for run in board.runs))
        assert told == ["fetch", "parse", "compare", "check", "commit"]
        assert max(run.size for run in board.runs) == len(pole.documents[f"/{source.slug}.nt"].body)
        assert max(run.done for run in board.runs) >= 1
        assert board.running() == ()


def test_progress_of_other_processes_is_seen_on_the_board(
    pole: SimulatedPole, sources: list[Source], harvest: Pool
) -> None:
    for name in NAMES:
        body = pole.documents[f"/{name}.nt"].body
        kind = b"Content-Type: application/n-triples"
        head = b"HTTP/1.1 200 OK\r\n%s\r\nContent-Length: %d\r\n\r\n" % (kind, len(body))
        pole.fail(f"/{name}.nt", raw(head + body, drip_s=0.1, pieces=25))
    heard = Heard()
    assert {one.outcome for one in harvest(sources, 3, heard).done} == {Outcome.COMMITTED}
    for name in NAMES:
        shown = [run for run in heard.runs if run.source == name]
        assert shown[0].stage == "fetch"
        assert 0 < max(run.size for run in shown) <= len(pole.documents[f"/{name}.nt"].body)
    assert sorted(heard.ends) == list(NAMES)


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Hear Ctrl-C as at a terminal; what starts in the background is deaf to it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class Interrupting(Watcher):
    """Presses Ctrl-C once the first bytes came."""

    def __init__(self) -> None:
        self.pressed = False

    def show(self, run: Run) -> None:
        if run.size and not self.pressed:
            self.pressed = True
            os.kill(os.getpid(), signal.SIGINT)


class InterruptingAtOnce(Watcher):
    """Presses Ctrl-C when the first source is visited."""

    def show(self, run: Run) -> None:
        if run.stage == Stage.FETCH:
            os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize(
    ("answer", "at"),
    [(SLOW, Interrupting), (SILENT, InterruptingAtOnce)],
    ids=["a body that comes slowly", "a pole that says nothing"],
)
def test_ctrl_c_ends_what_runs_and_begins_nothing_more(
    pole: SimulatedPole,
    ledger: Ledger,
    sources: list[Source],
    harvest: Pool,
    answer: Fault,
    at: Callable[[], Watcher],
) -> None:
    pole.fail("/a.nt", answer)
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        harvest(sources, 1, at())
    assert time.monotonic() - started < 10
    (done,) = ledger.harvests()
    assert (done.source, done.outcome) == ("a", Outcome.FAILED)
    assert done.report["error"]["code"] == "MED-H430"
    assert pole.asked("/b.nt") == 0


@dataclass
class Cancelling(Watcher):
    """Wants the harvest of one source to end."""

    board: Board

    def show(self, run: Run) -> None:
        if run.source == "a":
            self.board.cancel("a", "Zoé")


@pytest.mark.parametrize("answer", [SLOW, SILENT], ids=["slow", "silent"])
def test_one_that_is_cancelled_leaves_the_others_alone(
    pole: SimulatedPole, sources: list[Source], harvest: Pool, board: Board, answer: Fault
) -> None:
    pole.fail("/a.nt", answer)
    started = time.monotonic()
    done = harvest(sources, 2, Cancelling(board)).done
    assert time.monotonic() - started < 10
    assert [one.outcome for one in done] == [Outcome.FAILED, *[Outcome.COMMITTED] * 3]
    assert "Zoé" in str(done[0].report["error"])


class Killing(Watcher):
    """Kills the processes of this one so many times while a source is fetched."""

    def __init__(self, slug: str, times: int) -> None:
        self.slug = slug
        self.left = times
        self.killed: set[int | None] = set()

    def show(self, run: Run) -> None:
        if run.source == self.slug and run.size and self.left:
            alive = multiprocessing.active_children()
            if self.killed.isdisjoint(process.pid for process in alive):
                self.left -= 1
                self.killed |= {process.pid for process in alive}
                for process in alive:
                    process.kill()


@pytest.mark.parametrize("jobs", [1, 2])
def test_one_that_the_system_ends_has_a_failed_harvest_and_the_others_go_on(
    pole: SimulatedPole,
    ledger: Ledger,
    sources: list[Source],
    harvest: Pool,
    board: Board,
    jobs: int,
) -> None:
    pole.fail("/b.nt", SLOW)
    heard = Killing("b", 2)
    done = harvest(sources, jobs, heard).done
    assert [one.outcome for one in done] == [
        Outcome.COMMITTED, Outcome.FAILED, Outcome.COMMITTED, Outcome.COMMITTED,
    ]  # fmt: skip
    assert heard.left == 0
    assert done[1].report["error"]["code"] == "MED-H432"
    assert "SIGKILL" in str(done[1].report["error"])
    assert len(ledger.harvests()) == len(NAMES), "each has one report"
    assert multiprocessing.active_children() == []
    assert board.running() == ()
    assert ledger.verify() == []


def test_those_that_a_broken_pool_took_along_are_harvested_again_alone(
    pole: SimulatedPole, ledger: Ledger, sources: list[Source], harvest: Pool
) -> None:
    for name in "ab":
        body = pole.documents[f"/{name}.nt"].body
        kind = b"Content-Type: application/n-triples"
        head = b"HTTP/1.1 200 OK\r\n%s\r\nContent-Length: %d\r\n\r\n" % (kind, len(body))
        pole.fail(f"/{name}.nt", raw(head + body, drip_s=0.1, pieces=25))
    heard = Killing("a", 1)
    done = harvest(sources, 2, heard).done
    assert heard.left == 0
    assert [one.source for one in done] == list(NAMES)
    assert {one.outcome for one in done} == {Outcome.COMMITTED}
    assert len(ledger.harvests()) == len(NAMES), "nothing lost, nothing doubled"
    assert (pole.asked("/a.nt"), pole.asked("/b.nt")) == (2, 2)
    assert ledger.verify() == []


def test_a_report_written_before_the_worker_died_counts(
    pole: SimulatedPole,
    ledger: Ledger,
    sources: list[Source],
    harvest: Pool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The process dies after it committed, before it could say so."""

    def dying(*given: Any, **named: Any) -> None:
        pipeline.harvest(*given, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(worker, "harvest", dying)
    done = harvest(sources[:1], 1).done
    assert [(one.source, one.outcome) for one in done] == [("a", Outcome.COMMITTED)]
    assert len(ledger.harvests()) == 1


def test_a_worker_with_another_ledger_writes_nothing(
    ledger: Ledger, sources: list[Source], board: Board, harvest: Pool, tmp_path: Path
) -> None:
    assert harvest(sources[:1], 1).done
    with closing(Ledger.open(f"sqlite:///{tmp_path}/other/ledger.sqlite")) as other:
        for source in sources:
            other.put_source(source)
        came = Pool(ledger, board, tmp_path / "other")(sources, 2)
        assert other.harvests() == []
    assert [slug for slug, _ in came.failed] == list(NAMES)
    assert "another ledger" in str(came.failed[0][1])


def test_an_error_is_raised_once_the_others_are_done(
    ledger: Ledger, sources: list[Source], harvest: Pool
) -> None:
    unknown = replace(sources[0], slug="nobody")
    with pytest.raises(Exception, match="nobody") as raised:
        harvest([unknown, *sources], 2).checked()
    assert any("in registered" in note for note in raised.value.__notes__), "its trace came along"
    assert [one.source for one in ledger.harvests()] != []
    assert {one.source for one in ledger.harvests()} == set(NAMES)


def _same_names(pole: SimulatedPole, ledger: Ledger, source: Source) -> list[Source]:
    """Two sources that state the same seven places, each with names of its own."""
    found = []
    for slug, name in (("first", "A"), ("second", "B")):
        one = replace(source, slug=slug, pole=slug, url=pole.url(f"/{slug}.nt"))
        body = "".join(place(pole, f"p{n}", nom=name).body for n in range(7))
        body = body.replace(pole.url("/id/"), pole.url("/same/"))
        pole.put(f"/{slug}.nt", body.encode(), "application/n-triples")
        found.append(replace(one, namespaces=(pole.url("/same/"),)))
        ledger.put_source(found[-1])
    return found


def _slow(seconds: float) -> Fault:
    def answer(handler: Handler, document: Document | None) -> None:
        time.sleep(seconds)
        assert document is not None
        handler.reply(200, document.body, {"Content-Type": document.media_type})

    return answer


@pytest.mark.parametrize("jobs", [1, 2, 4])
def test_b4_of_two_sources_with_the_same_places_the_first_has_them(
    pole: SimulatedPole, ledger: Ledger, sources: list[Source], harvest: Pool, jobs: int
) -> None:
    both = _same_names(pole, ledger, sources[0])
    pole.fail("/first.nt", _slow(0.5))  # the second would be there before it
    came = harvest([*both, *sources[1:]], jobs)
    assert (came.busy, came.failed) == ((), ())
    assert [one.source for one in came.done] == ["first", "second", "b", "c", "d"]
    first, second, *others = came.done
    assert {one.outcome for one in (first, *others)} == {Outcome.COMMITTED}
    assert second.outcome is Outcome.HELD
    codes = [found["code"] for found in second.report["findings"]]
    assert codes == ["MED-H002"]
    assert "first" in second.report["findings"][0]["samples"][0]["message_en"]
    assert set(ledger.known("second")) == set()
    assert len(ledger.known("first")) == 7


def test_b4_a_source_that_shares_nothing_does_not_wait(
    pole: SimulatedPole, ledger: Ledger, sources: list[Source], harvest: Pool
) -> None:
    both = _same_names(pole, ledger, sources[0])
    pole.fail("/first.nt", _slow(1.5))
    heard = Heard()
    harvest([*both, sources[1]], 2, heard)
    assert heard.ends == ["b", "first", "second"]


def test_b4_a_record_taken_while_another_source_was_compared_is_a_finding(
    pole: SimulatedPole, ledger: Ledger, sources: list[Source], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two nodes, or a command beside a schedule, harvest the same names at the same time."""
    first, second = _same_names(pole, ledger, sources[0])
    decide, waiting = compare.decide, [first]

    def meanwhile(*arguments: Any, **named: Any) -> Any:
        if waiting:
            pipeline.harvest(ledger, waiting.pop())
        return decide(*arguments, **named)

    monkeypatch.setattr(compare, "decide", meanwhile)
    done = pipeline.harvest(ledger, second)
    assert done.outcome is Outcome.HELD
    assert [found["code"] for found in done.report["findings"]] == ["MED-H002"]
    assert len(ledger.known("first")) == 7
    assert ledger.verify() == []


def test_b4_what_went_wrong_with_one_leaves_the_reports_of_the_others(
    sources: list[Source], harvest: Pool
) -> None:
    unknown = replace(sources[0], slug="nobody")
    came = harvest([unknown, *sources], 2)
    assert [one.source for one in came.done] == list(NAMES)
    assert [slug for slug, _ in came.failed] == ["nobody"]


def test_what_is_busy_is_told_apart(ledger: Ledger, sources: list[Source], harvest: Pool) -> None:
    with ledger.lock("c"):
        came = harvest(sources, 2)
    assert [one.source for one in came.done] == ["a", "b", "d"]
    assert [busy.details["source"] for busy in came.busy] == ["c"]


@pytest.mark.parametrize(
    "error",
    [
        BusyError("MED-H403", source="zinc"),
        StoppedError("MED-H431", source="zinc", seconds=600.0),
        LedgerError("no source is called 'zinc'"),
    ],
)
def test_errors_go_from_one_process_to_another(error: Exception) -> None:
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  just written
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


_DYING = """
import multiprocessing, sys
from multiprocessing.forkserver import _forkserver
from pathlib import Path
from harvester.run.executor import Processes, Watcher, Visits
from registry.ledger.ledger import Ledger
from registry.state import Board
data, jobs = Path(sys.argv[1]), int(sys.argv[2])

class Watching(Watcher):
    def show(self, run):
        pids = [process.pid for process in multiprocessing.active_children()]
        print(*pids, *filter(None, [_forkserver._forkserver_pid]), flush=True)

ledger = Ledger.open(f"sqlite:///{data}/ledger.sqlite")
ledger.rest()
workers, board = Processes(None, data, jobs), Board(f"sqlite:///{data}/state.sqlite")
Visits(ledger, board, workers, Watching()).make(ledger.sources())
"""


@pytest.mark.parametrize("jobs", [1, 2])
def test_workers_die_with_the_command(
    pole: SimulatedPole, sources: list[Source], harvest: Pool, tmp_path: Path, jobs: int
) -> None:
    for name in NAMES:
        pole.fail(f"/{name}.nt", SLOW)
    with subprocess.Popen(
        [sys.executable, "-c", _DYING, tmp_path, str(jobs)], stdout=subprocess.PIPE, text=True
    ) as dying:
        assert dying.stdout is not None
        pids = [int(pid) for pid in dying.stdout.readline().split()]
        while pole.asked("/a.nt") == 0:
            time.sleep(0.05)
        dying.kill()
    assert len(pids) >= jobs
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}/stat").exists() for pid in pids):
        assert time.monotonic() < deadline, "they live on"
        time.sleep(0.05)
    for name in NAMES:
        pole.mend(f"/{name}.nt")
    assert len(harvest(sources, 2).done) == len(NAMES)


def test_a_full_disk_under_a_process_is_told_as_one(
    ledger: Ledger, sources: list[Source], harvest: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        cause = OSError(errno.ENOSPC, "No space left on device")
        raise RuntimeError("cannot be written") from cause

    monkeypatch.setattr(worker, "harvest", full)
    with pytest.raises(StorageError) as told:
        harvest(sources, 1).checked()
    assert told.value.code == "MED-H470"
    assert ledger.place in told.value.message("fr")
