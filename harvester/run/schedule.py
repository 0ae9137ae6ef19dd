"""Harvesting each source at its own rhythm, inside a running node; only this uses apscheduler.

Only active sources are planned. What the operator registers, pauses or ends while the node runs is
seen at the next look at the ledger. A source that is due while its last harvest still runs is not
started twice, and harvests missed while the machine slept are made up for once, not one by one.
A stream that asks for more time between two visits gets it: visits that come too soon are left out,
but for those that it announced itself. A clock that is set right keeps nobody waiting.
Dry runs that visitors asked for are taken one at a time, beside the harvests.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Self

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler

from harvester.errors import BusyError
from harvester.run.pipeline import Options, harvest, preview
from harvester.run.storage import environment_fault
from registry.history.changes import changed_with
from registry.ledger.ledger import Ledger
from registry.ledger.types import Harvest, Source
from registry.sources.lifecycle import is_active
from registry.state.trials import MAX_CHANGES, Trial, Trials
from vocab.ages import is_younger
from vocab.errors import MaillageError

_log = logging.getLogger(__name__)
JITTER_SHARE = 0.1
WORKERS = 3
"""Harvests at a time: one waits for its pole or its parsing child while others compute."""
BUSY_S = 60.0
"""Seconds after which a source is visited that somebody else was visiting."""
FULL_S = 900.0
"""Seconds after which a source is visited again whose harvest, or what follows it, found the disk
full or faulty."""
_TRIALS, _ERRANDS = "trials", "errands"
_SLACK_S = 60.0
_LATEST = 10
"""Rows of the log of a source among which its last visit is looked for."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What makes a source be planned again when it changes."""

    url: str
    every_s: int


class Schedule:
    """The harvests of one node; use as a context, or call :meth:`start` and :meth:`stop`.

    Args:
        ledger: the node's ledger.
        after: called with each harvest that ended, in the harvesting thread: lets the projections
            follow.
        at_once: how many sources are harvested at a time.
        visit: harvests a source and returns its report; by default, in the thread that calls it.
        options: how to harvest.
        first_delay_s: pause before the first harvest of each source.
        look_s: seconds between two looks at what is registered and at what is due.
        due: called at each look with the slugs of the sources that can be visited now; gives those
            of them that announced a change. They are visited at once, as if their moment had come.
        trials: the dry runs that visitors ask for; None takes none.
        errands: called every ``look_s`` seconds, one call at a time, beside the harvests: asks
            mailboxes, sends what waits.
    """

    def __init__(
        self,
        ledger: Ledger,
        after: Callable[[Harvest], None],
        *,
        at_once: int = WORKERS,
        visit: Callable[[Source], Harvest] | None = None,
        options: Options = Options(),  # noqa: B008  frozen
        first_delay_s: float = 5.0,
        look_s: float = 30.0,
        due: Callable[[Collection[str]], Iterable[str]] = lambda _: (),
        trials: Trials | None = None,
        errands: Callable[[], None] | None = None,
    ) -> None:
        self._ledger = ledger
        self._after = after
        self._harvest_now = visit or partial(harvest, ledger, options=options)
        self._options = options
        self._first_delay_s = first_delay_s
        self._look_s = look_s
        self._due = due
        self._trials = trials
        self._errands = errands
        self._plans: dict[str, _Plan] = {}
        self._harvested: set[str] = set()
        self._announced: set[str] = set()
        self._stopping = threading.Event()
        self._looking = threading.Thread(target=self._keep_looking, name="look", daemon=True)
        self._scheduler = BackgroundScheduler(
            executors={
                "default": ThreadPoolExecutor(at_once),
                _TRIALS: ThreadPoolExecutor(1),
                _ERRANDS: ThreadPoolExecutor(1),
            },
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone=UTC,
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Plan every source that has a period, and begin."""
        self.plan(self._ledger.sources(cursors=False))
        if self._errands:
            self._scheduler.add_job(
                self._run_errands,
                "interval",
                args=[self._errands],
                seconds=self._look_s,
                next_run_time=datetime.now(UTC),
                executor=_ERRANDS,
            )
        self._scheduler.start()
        self._looking.start()

    def stop(self) -> None:
        """Let the running harvests end, start no other."""
        self._stopping.set()
        self._looking.join()
        self._scheduler.shutdown(wait=True)

    def planned(self) -> tuple[str, ...]:
        """Return the slugs of the sources that will be harvested, sorted."""
        return tuple(sorted(self._plans))

    def plan(self, sources: Iterable[Source]) -> None:
        """Plan sources: those that are not active, have no period, or are files, are left out.

        A source whose plan stays as it was keeps its next moment.
        """
        wanted = {s.slug: _Plan(s.url, s.every_s) for s in sources if _is_visited(s)}
        for slug in self._plans.keys() - wanted.keys():
            self._scheduler.remove_job(slug)
        for slug, plan in wanted.items():
            if self._plans.get(slug) != plan:
                self._add(slug, plan.every_s)
        self._plans = wanted

    def _add(self, slug: str, every_s: int) -> None:
        self._scheduler.add_job(
            self._harvest,
            "interval",
            args=[slug],
            id=slug,
            seconds=every_s,
            jitter=int(every_s * JITTER_SHARE) or None,
            next_run_time=datetime.now(UTC) + timedelta(seconds=self._first_delay_s),
            replace_existing=True,
        )

    def _run_errands(self, errands: Callable[[], None]) -> None:
        """Run them once; whatever goes wrong is logged without words that they carry."""
        try:
            errands()
        except Exception as error:  # noqa: BLE001  logged, then run again
            fault = environment_fault(error, "the node")
            _log.error("mailboxes and outbox: %s", fault or type(error).__name__)

    def _keep_looking(self) -> None:
        """Look from time to time, as no clock that is set otherwise can change."""
        while not self._stopping.wait(self._look_s):
            try:
                self._look()
            except Exception as error:  # noqa: BLE001  logged, then looked again
                fault = environment_fault(error, "the node")
                _log.error("looking at what is due: %s", fault or repr(error))

    def _look(self) -> None:
        """See what the operator changed, and which sources say that they changed."""
        self.plan(self._ledger.sources(cursors=False))
        self._wake()
        for slug in self._due(self._plans.keys() - self._harvested):
            self._announced.add(slug)
            self._soon(slug)
        if self._trials:
            for slug in self._trials.take(time.time()):
                self._scheduler.add_job(self._try, args=[self._trials, slug], executor=_TRIALS)

    def _wake(self) -> None:
        """Visit now what was planned by a clock that ran ahead: its moment is too far away."""
        now = datetime.now(UTC)
        for job in self._scheduler.get_jobs():
            if plan := self._plans.get(job.id):
                most_s = max(plan.every_s * (1 + JITTER_SHARE), FULL_S) + _SLACK_S
                if job.next_run_time and (job.next_run_time - now).total_seconds() > most_s:
                    _log.warning("the clock went back: %s is visited now", job.id)
                    self._soon(job.id)

    def _try(self, trials: Trials, slug: str) -> None:
        """Keep what a harvest would do; whatever goes wrong must not stop the others."""
        source = self._ledger.source(slug)
        try:
            if source is not None and trials.obstacle(source) is None:
                self._keep(trials, source)
        except BusyError as busy:
            _log.info("%s", busy)
            trials.put_back(slug)
        except MaillageError:
            _log.exception("the dry run of %s could not be carried out", slug)
        finally:
            trials.end(slug)

    def _keep(self, trials: Trials, source: Source) -> None:
        found = preview(self._ledger, source, options=self._options)
        trial = Trial(found.harvest, len(found.drafts), found.missing)
        trials.keep(trial, changed_with(self._ledger, found.drafts[:MAX_CHANGES]))
        _log.info("dry run of %s: %s", source.slug, found.harvest.outcome)

    def _harvest(self, slug: str) -> None:
        """Harvest one source; what it announces meanwhile waits for the next look."""
        self._harvested.add(slug)
        try:
            self._visit(slug)
        finally:
            self._harvested.discard(slug)

    def _visit(self, slug: str) -> None:
        """Visit one source; what goes wrong with it must not stop the others."""
        source = self._ledger.source(slug)
        is_announced = slug in self._announced
        self._announced.discard(slug)
        if source is None or not is_active(source):
            return
        if not is_announced and self._is_early(source):
            return
        if delay_s := self._visit_now(source):
            if is_announced:
                self._announced.add(slug)
            self._soon(slug, delay_s)

    def _visit_now(self, source: Source) -> float:
        """Harvest a source; give the seconds after which to try again, 0 for its next moment."""
        try:
            return self._harvest_and_log(source)
        except Exception as error:
            if (fault := environment_fault(error, "the node")) is None:
                raise
            _log.error("the harvest of %s, or what follows it, stopped: %s", source.slug, fault)
            return FULL_S

    def _harvest_and_log(self, source: Source) -> float:
        try:
            done = self._harvest_now(source)
        except BusyError as busy:
            _log.info("%s", busy)
            return BUSY_S
        except MaillageError:
            _log.exception("the harvest of %s could not be written down", source.slug)
        else:
            _log.info("harvest %s of %s: %s", done.id, source.slug, done.outcome)
            self._after(done)
        return 0.0

    def _soon(self, slug: str, delay_s: float = 0.0) -> None:
        moment = datetime.now(UTC) + timedelta(seconds=delay_s)
        with suppress(JobLookupError):  # no longer planned
            self._scheduler.modify_job(slug, next_run_time=moment)

    def _is_early(self, source: Source) -> bool:
        """Whether the source's stream asked to be left alone longer (LDES 1.0, polling).

        Two runs may come closer than their period by the jitter of both.
        """
        asked_s = source.cursor.declared.polling_s * (1 - 2 * JITTER_SHARE)
        latest = self._ledger.harvests(source.slug, _LATEST) if asked_s else []
        visit = next(filter(_is_visit, latest), None)
        return visit is not None and is_younger(visit.started.timestamp(), asked_s, time.time())


def _is_visit(harvest: Harvest) -> bool:
    """Whether a row of the log is a visit, not a person's decision."""
    return not harvest.report.keys() & {"reason", "removed"}


def _is_visited(source: Source) -> bool:
    return source.every_s > 0 and source.kind != "file" and is_active(source)
