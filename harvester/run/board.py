"""Progress of harvests written on the board of their node, once a second at most."""

import time
from dataclasses import replace
from threading import Lock

from harvester.errors import StoppedError
from harvester.run.progress import Progress, Stage
from registry.state import QUEUE, Board, Run

WRITE_EVERY_S = 1.0
_SHORT_S = 0.2


class BoardProgress(Progress):
    """Writes progress on a board, and passes on a request to cancel."""

    def __init__(self, board: Board, every_s: float = WRITE_EVERY_S) -> None:
        self._board = board
        self._every_s = every_s
        self._lock = Lock()
        self._runs: dict[str, Run] = {}
        self._written: dict[str, float] = {}
        self._changed_at: dict[str, float] = {}
        self._tried: set[str] = set()

    def stage(self, slug: str, stage: Stage, expected: int | None = None) -> None:
        """Write that a source enters a stage."""
        now = time.time()
        with self._lock:
            run = self._runs.get(slug) or self._first(slug, now)
            run = replace(run, trial=slug in self._tried)
            moved = _entered(run, stage, expected, now)
            self._runs[slug] = moved
            # The steps of a visit may change with every page: what follows a short one waits.
            was_short = now - self._changed_at.get(slug, 0.0) < _SHORT_S
            due = not (_goes_on(run, stage) and was_short) or self._is_due(slug, now)
            self._changed_at[slug] = now
        if due:
            self._write(moved, stoppable=stage.stoppable)

    def advance(self, slug: str, done: int = 0, size: int = 0) -> None:
        """Note more records and bytes; write them when the last time is long enough ago."""
        now = time.time()
        with self._lock:
            run = self._runs[slug]
            moved = replace(run, done=run.done + done, size=run.size + size, beat=now)
            self._runs[slug] = moved
            due = self._is_due(slug, now)
        if due:
            self._write(moved, stoppable=True)

    def check(self, slug: str) -> None:
        """Pass on a request to cancel."""
        if who := self._board.cancelled_by(slug):
            raise StoppedError("MED-H430", source=slug, who=who)

    def tried(self, slug: str) -> None:
        """Note that a source is only tried."""
        with self._lock:
            self._tried.add(slug)

    def ended(self, slug: str) -> None:
        """Take a source off the board."""
        with self._lock:
            self._runs.pop(slug, None)
            self._written.pop(slug, None)
            self._changed_at.pop(slug, None)
            self._tried.discard(slug)
        self._board.erase(slug)

    def _is_due(self, slug: str, now: float) -> bool:
        return now - self._written.get(slug, 0.0) >= self._every_s

    def _first(self, slug: str, now: float) -> Run:
        """What the queue said of a source; a row that a dead harvest left counts for nothing."""
        for run in self._board.running():
            if run.source == slug and run.stage == QUEUE:
                return run
        self._board.erase(slug)
        return Run(slug, 1, QUEUE, 0, None, 0, now, now, now)

    def _write(self, run: Run, *, stoppable: bool) -> None:
        with self._lock:
            self._written[run.source] = run.beat
        self._board.put(run)
        if stoppable:
            self.check(run.source)


def _entered(run: Run, stage: Stage, expected: int | None, now: float) -> Run:
    if _goes_on(run, stage) and expected is None:
        return replace(run, stage=stage.value, beat=now)
    return replace(run, stage=stage.value, done=0, expected=expected, entered=now, beat=now)


def _goes_on(run: Run, stage: Stage) -> bool:
    """Whether a step of a visit follows another: the count of records is one."""
    return stage.is_visit and run.stage in (Stage.FETCH, Stage.PARSE)
