"""Several sources harvested at a time: each is a task of a ``concurrent.futures`` executor.

What a source does to the memory of one worker does nothing to the others. When the system ends a
worker, the sources that it may have taken along are harvested again, one at a time; one that ends
its worker again has a failed harvest that says so, and the rest goes on.
"""

import os
import signal
import time
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import NamedTuple, Protocol

from harvester.errors import BusyError, StoppedError
from harvester.grants import overlaps
from harvester.run import fork_server
from harvester.run.cluster import gone
from harvester.run.pipeline import given_up
from harvester.run.progress import Stage
from harvester.run.worker import Order, Outcome, Task, carry_out, reported, start
from registry.ledger.errors import LockedError
from registry.ledger.ledger import Ledger
from registry.ledger.types import Harvest, Source
from registry.state import QUEUE, Board, Run
from vocab.errors import MaillageError
from vocab.posix import need_posix

_MOST_JOBS = 8
_LOOK_S = 0.2
"""Seconds between two looks at the board of running harvests."""
_CALLED_OFF_WITHIN_S = 2.0
_RELEASED_WITHIN_S = 5.0
"""Seconds in which the lock of a source is free again whose worker died."""
_WRITING = (Stage.HOLD, Stage.COMMIT)


def usual_jobs() -> int:
    """Return how many sources to harvest at once: one waits for its pole while others compute."""
    return min((os.cpu_count() or 1) + 1, _MOST_JOBS)


@dataclass(frozen=True, slots=True)
class Round:
    """What came of several sources.

    Attributes:
        done: the harvests, in the order of the sources.
        busy: why others were left out: somebody else harvests them now.
        failed: sources that have no harvest, with what went wrong.
        behind: why SPARQL and search could not follow; None when they did, or need not.
    """

    done: tuple[Harvest, ...]
    busy: tuple[BusyError, ...]
    failed: tuple[tuple[str, Exception], ...] = ()
    behind: MaillageError | None = None

    def checked(self) -> "Round":
        """Return it.

        Raises:
            Exception: why the first source has no harvest that has none.
        """
        for error in (*self.busy, *(error for _, error in self.failed)):
            raise error
        return self


class Watcher:
    """Shown how far harvests are, by the thread that waits for them; this one tells nobody."""

    def show(self, run: Run) -> None:
        """Show a running harvest as it stands on the board."""

    def ended(self, slug: str) -> None:
        """Show that the harvest of a source is over."""


class Workers(Protocol):
    """An executor of tasks, started again when it breaks."""

    @property
    def slots(self) -> int:
        """How many tasks it runs at a time."""

    def submit(self, task: Task) -> Future[Outcome]:
        """Run a task; a future that raises lost its worker."""

    def cause(self, error: BaseException) -> str:
        """Return what ended a worker, in a few words; ``error`` is what its future raised."""

    def kill(self) -> None:
        """End what runs, where that is possible."""

    def close(self) -> None:
        """Let go of it; a harvest under way is not waited for."""


class Processes:
    """Workers of this machine: the standard library's pool of processes.

    They come from the fork server, with all loaded; one alone is a fork of this process, which must
    have no other thread yet. A ledger that this process has open is rested before that.

    Args:
        file: the settings, as :func:`registry.settings.config.load` takes them.
        data: the data folder, where the command line names it.
        jobs: how many at most.
    """

    def __init__(self, file: Path | None, data: Path | None, jobs: int) -> None:
        need_posix()
        self.slots = jobs
        self._settings = (file, data)
        self._pool = self._started(get_context("fork") if jobs == 1 else fork_server.context())

    def _started(self, context: BaseContext) -> ProcessPoolExecutor:
        pool = ProcessPoolExecutor(self.slots, context, start, self._settings)
        pool.submit(os.getpid)  # starts the first process
        return pool

    def submit(self, task: Task) -> Future[Outcome]:
        """Run a task; a future that raises lost its worker."""
        with suppress(BrokenProcessPool):
            return self._pool.submit(carry_out, task)
        self._pool = self._started(fork_server.context())
        return self._pool.submit(carry_out, task)

    def cause(self, error: BaseException) -> str:
        """Return the signals or codes with which processes ended."""
        for process in self._processes():
            process.join()
        codes = [process.exitcode or 0 for process in self._processes()]
        return ", ".join(
            signal.Signals(-code).name if code < 0 else f"code {code}" for code in codes
        )

    def kill(self) -> None:
        """End all processes: what they were writing is not there then."""
        for process in self._processes():
            process.kill()
        for process in self._processes():
            process.join()

    def close(self) -> None:
        """End all; a harvest under way is not waited for and brings nothing."""
        self.kill()
        self._pool.shutdown(cancel_futures=True)

    def _processes(self) -> list[BaseProcess]:
        # Only Python 3.14 ends them by a method of the pool.
        return list((self._pool._processes or {}).values())


class _Running(NamedTuple):
    source: Source
    task: Task


@dataclass
class Visits:
    """The harvests of several sources, each as soon as a worker is free; used once.

    Those whose namespaces overlap wait for each other in the order given: the first to state a
    record has it, so that several at a time end as one after the other.

    Attributes:
        ledger: where the truth is kept.
        board: where workers write how far they are, and read whether to end.
        workers: who harvests.
        watcher: shown how far harvests are.
        order: what the operator asks of them.
    """

    ledger: Ledger
    board: Board
    workers: Workers
    watcher: Watcher = field(default_factory=Watcher)
    order: Order = Order()  # noqa: RUF009  frozen
    _waiting: list[Source] = field(init=False, default_factory=list)
    _running: dict[Future[Outcome], _Running] = field(init=False, default_factory=dict)
    _lost: list[Source] = field(init=False, default_factory=list)
    _tried_again: set[str] = field(init=False, default_factory=set)
    _came: dict[str, Harvest | Exception] = field(init=False, default_factory=dict)

    def make(self, sources: Iterable[Source]) -> Round:
        """Harvest sources.

        Raises:
            KeyboardInterrupt: Ctrl-C; what ran has ended with a report, the rest never began.
        """
        named = list(sources)
        slugs = [source.slug for source in named]
        self._waiting += named
        self.board.queue(slugs)
        try:
            while self._waiting or self._lost or self._running:
                self._submit()
                self._listen()
        except BaseException as error:
            self._call_off("Ctrl-C" if isinstance(error, KeyboardInterrupt) else repr(error))
            raise
        finally:
            self.board.leave(slugs)
        return round_of((slug, self._came[slug]) for slug in slugs)

    def _submit(self) -> None:
        """Return the workers what they can take; a source that lost its worker runs alone."""
        if self._lost:
            if not self._running:
                self._start(self._lost.pop(0))
            return
        while len(self._running) < self.workers.slots and (source := self._next()):
            self._waiting.remove(source)
            self._start(source)

    def _next(self) -> Source | None:
        """Return the first source that shares no namespace with one that runs or waits before."""
        before = [running.source for running in self._running.values()]
        for source in self._waiting:
            if not overlaps(source, before):
                return source
            before.append(source)
        return None

    def _start(self, source: Source) -> None:
        task = Task(source.slug, self.order, self.ledger.mark())
        self._running[self.workers.submit(task)] = _Running(source, task)

    def _listen(self) -> None:
        """Wait a moment for tasks to end; show how far the others are."""
        ended, _ = wait(self._running, _LOOK_S, FIRST_COMPLETED)
        for future in ended:
            running = self._running.pop(future)
            came = self._outcome(future, running)
            if came is not None:
                self._came[running.source.slug] = came
                self.watcher.ended(running.source.slug)
        for run in self._at_work():
            self.watcher.show(run)

    def _at_work(self) -> list[Run]:
        """Return what the board says of the sources that workers have."""
        slugs = {running.source.slug for running in self._running.values()}
        return [run for run in self.board.running() if run.source in slugs and run.stage != QUEUE]

    def _outcome(self, future: Future[Outcome], running: _Running) -> Harvest | Exception | None:
        """Return what came of a task; None when its source is to be harvested again."""
        try:
            error = future.exception()
        except CancelledError as cancelled:
            raise gone() from cancelled
        if error is not None:
            return self._outcome_of_lost(running, error)
        result = future.result()
        if isinstance(result, Exception):
            return result
        return self.ledger.harvest(result) or LookupError(result)

    def _outcome_of_lost(
        self, running: _Running, error: BaseException
    ) -> Harvest | Exception | None:
        """Return the report that a worker wrote before it died, or why it is not asked again."""
        source = running.source
        with suppress(LockedError), self.ledger.lock(source.slug, _RELEASED_WITHIN_S):
            """Wait until the dead worker's lock is free: it may not be dead, and still write."""
        self.board.erase(source.slug)
        if report := reported(self.ledger, running.task):
            return report
        if source.slug not in self._tried_again:
            self._tried_again.add(source.slug)
            self._lost.append(source)
            return None
        cause = self.workers.cause(error)
        return self._given_up(source, StoppedError("MED-H432", source=source.slug, reason=cause))

    def _given_up(self, source: Source, error: StoppedError) -> Harvest | Exception:
        """Write down that a source has no harvest; return why that is not so if it cannot be."""
        self.board.erase(source.slug)
        try:
            return given_up(self.ledger, source, error)
        except Exception as failure:  # noqa: BLE001  reported once all the others are done
            return failure

    def _call_off(self, who: str) -> None:
        """End every harvest under way as if somebody had cancelled it, and wait for that."""
        begun = list(self._running.values())
        for running in begun:
            self.board.cancel(running.source.slug, who)
        latest = time.monotonic() + _CALLED_OFF_WITHIN_S
        while wait(self._running, _LOOK_S).not_done:
            is_writing = any(run.stage in _WRITING for run in self._at_work())
            if time.monotonic() > latest and not is_writing:
                break
        self.workers.kill()
        for running in begun:
            if reported(self.ledger, running.task) is None:
                slug = running.source.slug
                self._given_up(running.source, StoppedError("MED-H430", source=slug, who=who))


def round_of(outcomes: Iterable[tuple[str, Harvest | Exception]]) -> Round:
    """Part what came of each source, given by its slug, in order."""
    done: list[Harvest] = []
    busy: list[BusyError] = []
    failed: list[tuple[str, Exception]] = []
    for slug, came in outcomes:
        if isinstance(came, Harvest):
            done.append(came)
        elif isinstance(came, BusyError):
            busy.append(came)
        else:
            failed.append((slug, came))
    return Round(tuple(done), tuple(busy), tuple(failed))
