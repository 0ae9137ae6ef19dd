"""Harvesting each source at its own rhythm, inside a running node; alone knows apscheduler.

A source that is due while its last harvest still runs is not started twice, and harvests missed
while the machine slept are made up for once, not one by one.
"""

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from harvester.pipeline import Options, harvest
from harvester.problems import BusyError
from registry.ledger import Ledger
from registry.ledger.types import Harvest, Source
from vocab.errors import MaillageError

_log = logging.getLogger(__name__)
JITTER_SHARE = 0.1
WORKERS = 2


class Schedule:
    """The harvests of one node; use as a context, or call :meth:`start` and :meth:`stop`.

    Args:
        ledger: the node's ledger.
        after: called with each harvest that ended, in the harvesting thread: lets the projections
            follow.
        executor: validates in parallel when given.
        options: how to harvest.
        first_delay_s: pause before the first harvest of each source.
    """

    def __init__(
        self,
        ledger: Ledger,
        after: Callable[[Harvest], None],
        *,
        executor: Executor | None = None,
        options: Options = Options(),  # noqa: B008  frozen
        first_delay_s: float = 5.0,
    ) -> None:
        self._ledger = ledger
        self._after = after
        self._executor = executor
        self._options = options
        self._first_delay_s = first_delay_s
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(WORKERS)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone=UTC,
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Plan every source that has a period, and begin."""
        self.plan(self._ledger.sources())
        self._scheduler.start()

    def stop(self) -> None:
        """Let the running harvests end, start no other."""
        self._scheduler.shutdown(wait=True)

    def planned(self) -> tuple[str, ...]:
        """Give the slugs of the sources that will be harvested, sorted."""
        return tuple(sorted(job.id for job in self._scheduler.get_jobs()))

    def plan(self, sources: Iterable[Source]) -> None:
        """Plan sources: those without a period, or that are files, are left out."""
        wanted = {s.slug: s for s in sources if s.every_s > 0 and s.kind != "file"}
        for job in self._scheduler.get_jobs():
            if job.id not in wanted:
                job.remove()
        first = datetime.now(UTC) + timedelta(seconds=self._first_delay_s)
        for slug, source in wanted.items():
            self._scheduler.add_job(
                self._harvest,
                "interval",
                args=[source],
                id=slug,
                seconds=source.every_s,
                jitter=int(source.every_s * JITTER_SHARE) or None,
                next_run_time=first,
                replace_existing=True,
            )

    def _harvest(self, source: Source) -> None:
        """Harvest one source; what goes wrong with it must not stop the others."""
        try:
            done = harvest(self._ledger, source, executor=self._executor, options=self._options)
        except BusyError as busy:
            _log.info("%s", busy)
        except MaillageError:
            _log.exception("the harvest of %s could not be written down", source.slug)
        else:
            _log.info("harvest %s of %s: %s", done.id, source.slug, done.outcome)
            self._after(done)
