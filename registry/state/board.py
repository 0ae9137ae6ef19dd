"""The running harvests, for whoever asks.

A harvest never fails, or waits long, because the board cannot be written.
"""

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from registry.state.database import Database, metadata

_log = logging.getLogger(__name__)
_WAIT_S = 1.0
_ALIVE_S = 60.0
QUEUE = "queue"
PROJECT = "project"
_SKEW_S = 60.0


@dataclass(frozen=True, slots=True)
class Run:
    """A harvest that waits or runs.

    Attributes:
        position: order in the queue that it came from, from 1.
        stage: ``queue``, the harvester's name of what it does now, or ``project`` when SPARQL and
            search follow what it brought.
        done: records done in this stage.
        expected: records that the stage will do; None when nobody knows.
        size: bytes downloaded.
        began: when it was put on the board, in seconds since 1970, UTC.
        entered: when it entered its stage.
        beat: when it last gave a sign of life.
        cancelled_by: who wants it to end; empty for nobody.
        trial: it is a dry run.
    """

    source: str
    position: int
    stage: str
    done: int
    expected: int | None
    size: int
    began: float
    entered: float
    beat: float
    cancelled_by: str = ""
    trial: bool = False

    @property
    def rate(self) -> float:
        """Records a second in this stage; 0 when nothing was done yet."""
        spent = self.beat - self.entered
        return self.done / spent if spent > 0 else 0.0

    @property
    def left_s(self) -> float | None:
        """Seconds that the stage will still take at this rate; None when nobody knows."""
        if self.expected is None or not self.rate:
            return None
        return max(self.expected - self.done, 0) / self.rate

    def silent_s(self, now: float) -> float:
        """Seconds since the last sign of life; one in the future was no sign of this life.

        Clocks of several machines differ by seconds; one that was set right, by more.
        """
        silent_s = now - self.beat
        return abs(silent_s) if silent_s < -_SKEW_S else max(silent_s, 0.0)


_runs = sa.Table(
    "running_harvests",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("done", sa.BigInteger, nullable=False),
    sa.Column("expected", sa.BigInteger),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("began", sa.Double, nullable=False),
    sa.Column("entered", sa.Double, nullable=False),
    sa.Column("beat", sa.Double, nullable=False),
    sa.Column("cancelled_by", sa.Text, nullable=False),
    sa.Column("trial", sa.Boolean, nullable=False),
)


class Board:
    """The running harvests of one node; safe to use from several threads, processes and machines.

    Args:
        url: as :func:`registry.state.database.state_url` gives it.
    """

    def __init__(self, url: str) -> None:
        self._database = Database(url, _WAIT_S)

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def running(self) -> tuple[Run, ...]:
        """Return the harvests that run, then those that wait, each in their order."""
        runs = (Run(**row._mapping) for row in self._database.read(sa.select(_runs)))
        return tuple(sorted(runs, key=lambda run: (run.stage == QUEUE, run.position, run.source)))

    def queue(self, slugs: Iterable[str]) -> None:
        """Put sources on the board, waiting in this order, save those that run already."""
        now = time.time()
        at_work = {
            run.source
            for run in self.running()
            if run.stage != QUEUE and run.silent_s(now) < _ALIVE_S
        }
        for position, slug in enumerate(slugs, 1):
            if slug not in at_work:
                self.put(Run(slug, position, QUEUE, 0, None, 0, now, now, now))

    def leave(self, slugs: Iterable[str]) -> None:
        """Take off the board those of the sources that still wait."""
        waiting = (_runs.c.source.in_(tuple(slugs))) & (_runs.c.stage == QUEUE)
        self._write(sa.delete(_runs).where(waiting))

    def put(self, run: Run) -> None:
        """Write how far a harvest is; what somebody asked of it stays."""
        row = asdict(run) | {"cancelled_by": ""}
        changes = {name: value for name, value in row.items() if name != "cancelled_by"}
        self._write(self._database.upsert(_runs, row, changes))

    def erase(self, slug: str) -> None:
        """Take a harvest off the board: it ended."""
        self._write(sa.delete(_runs).where(_runs.c.source == slug))

    @contextmanager
    def projecting(self, slugs: Iterable[str]) -> Iterator[None]:
        """Show that SPARQL and search follow what sources brought, save those at work again."""
        now = time.time()
        named = sorted(set(slugs) - {run.source for run in self.running()})
        for slug in named:
            self.put(Run(slug, 1, PROJECT, 0, None, 0, now, now, now))
        try:
            yield
        finally:
            if named:
                mine = _runs.c.source.in_(named) & (_runs.c.stage == PROJECT)
                self._write(sa.delete(_runs).where(mine))

    def cancel(self, slug: str, who: str) -> bool:
        """Ask a harvest to end; return whether there is one."""
        asked = sa.update(_runs).where(_runs.c.source == slug).values(cancelled_by=who)
        return self._write(asked) > 0

    def cancelled_by(self, slug: str) -> str:
        """Return who wants a harvest to end; empty for nobody."""
        return next((run.cancelled_by for run in self.running() if run.source == slug), "")

    def _write(self, statement: sa.UpdateBase) -> int:
        """Return how many rows were written."""
        try:
            return self._database.write(statement)
        except sa.exc.SQLAlchemyError as error:
            _log.warning("the board of running harvests cannot be written: %s", error)
            return 0
