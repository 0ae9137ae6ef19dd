"""Several sources harvested side by side; each alone at a time, as everywhere.

Threads are enough to use two cores: while one source waits for its pole, for the process that
parses its documents or for the disk, another is compared and checked.
"""

import os
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from harvester.pipeline import Options, harvest
from harvester.problems import BusyError, StoppedError
from harvester.progress import Several, Stage, Unnoticed
from registry.ledger import Ledger
from registry.ledger.types import Harvest, Source

_MOST_JOBS = 8


def usual_jobs() -> int:
    """Give how many sources to harvest at once on this machine."""
    return min(os.cpu_count() or 1, _MOST_JOBS)


class _Interruption(Unnoticed):
    """Ends every harvest at its next step once :attr:`came` is set."""

    def __init__(self) -> None:
        self.came = threading.Event()

    def stage(self, slug: str, stage: Stage, expected: int | None = None) -> None:
        if stage.stoppable:
            self.advance(slug)

    def advance(self, slug: str, done: int = 0, size: int = 0) -> None:
        if self.came.is_set():
            raise StoppedError("MED-H430", source=slug, who="Ctrl-C")


@dataclass(frozen=True, slots=True)
class Round:
    """What came of several sources.

    Attributes:
        done: the harvests, in the order of the sources.
        busy: why others were left out: somebody else harvests them now.
    """

    done: tuple[Harvest, ...]
    busy: tuple[BusyError, ...]


def harvest_side_by_side(
    ledger: Ledger,
    sources: Iterable[Source],
    *,
    jobs: int,
    options: Options,
) -> Round:
    """Harvest sources, ``jobs`` at a time.

    Args:
        ledger: where the truth is kept.
        sources: what to visit.
        jobs: how many at once, at least one.
        options: how to harvest each.

    Raises:
        KeyboardInterrupt: Ctrl-C; what ran has ended with a report, the rest never began.
    """
    interruption = _Interruption()
    told = replace(options, progress=Several(interruption, options.progress))

    def one(source: Source) -> Harvest | BusyError:
        try:
            return harvest(ledger, source, options=told)
        except BusyError as busy:
            return busy

    with ThreadPoolExecutor(max(jobs, 1), "harvest") as workers:
        waiting = [workers.submit(one, source) for source in sources]
        try:
            return round_of(job.result() for job in waiting)
        except KeyboardInterrupt:
            interruption.came.set()
            workers.shutdown(wait=True, cancel_futures=True)
            raise


def round_of(outcomes: Iterable[Harvest | BusyError]) -> Round:
    """Part what came of each source, in order."""
    done: list[Harvest] = []
    busy: list[BusyError] = []
    for came in outcomes:
        if isinstance(came, BusyError):
            busy.append(came)
        else:
            done.append(came)
    return Round(tuple(done), tuple(busy))
