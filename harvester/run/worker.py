"""What a worker of an executor does: harvest the source that a task names.

A task carries names only. The worker opens the ledger and the board by its own settings, so that no
address and no password travels or is logged.
"""

import os
import pickle
import signal
import threading
import traceback
from dataclasses import dataclass, replace
from functools import cache
from multiprocessing import parent_process
from pathlib import Path

from harvester.fetch import policy_of
from harvester.run.board import BoardProgress
from harvester.run.pipeline import Options, harvest
from harvester.run.progress import Progress
from harvester.run.storage import environment_fault
from registry.ledger.ledger import Ledger
from registry.ledger.types import Harvest, HarvestMark
from registry.settings.config import Config, load
from registry.state import Board, state_url
from sandbox.gc import tune_gc
from shapes.contract import engine
from vocab.errors import UsageError


@dataclass(frozen=True, slots=True)
class Order:
    """What the operator asks of a harvest, as of :class:`harvester.run.pipeline.Options`."""

    forced: str = ""
    full_read: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """The harvest of one source.

    Attributes:
        slug: the source.
        order: what the operator asks of it.
        mark: the ledger's last harvest when the task was made: the worker's ledger must hold it.
    """

    slug: str
    order: Order
    mark: HarvestMark


Outcome = int | Exception
"""What a task returns: the number of the harvest, or why there is none."""


_settings: dict[str, Path | None] = {"file": None, "data": None}


def start(file: Path | None, data: Path | None) -> None:
    """Prepare a process of a local pool, whose settings are those of the command.

    Ctrl-C is the command's to answer; the process ends with the command, however that ends.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _settings.update(file=file, data=data)
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGKILL)


def carry_out(task: Task) -> Outcome:
    """Harvest a source; return the number of the harvest, or why there is none.

    An executor may start a task again whose worker it believes dead: what was done is not done
    twice. What it returns can always be pickled: an error that cannot would break a pool.
    """
    place = "the node"
    try:
        ledger, options = _opened()
        place = ledger.place
        _check_ledger(ledger, task)
        if (report := reported(ledger, task)) is not None:
            return report.id
        options = replace(options, forced=task.order.forced, full_read=task.order.full_read)
        return harvest(ledger, task.slug, options=options).id
    except Exception as error:  # noqa: BLE001  raised by the process that gave the task
        if fault := environment_fault(error, place):  # its causes would be lost on the way
            return fault
        error.add_note("".join(traceback.format_exception(error)))
        return error if _can_be_pickled(error) else RuntimeError(*error.__notes__)


def reported(ledger: Ledger, task: Task) -> Harvest | None:
    """Return the harvest that a task has written down already, by a worker that died since."""
    latest = ledger.harvests(task.slug, 1)
    return next((one for one in latest if one.id > task.mark.id), None)


def options_of(config: Config, progress: Progress) -> Options:
    """Return how a node harvests by its settings."""
    return Options(
        policy_of(config),
        reread_days=config.reread_days,
        stuck_after_s=config.stuck_after_s,
        progress=progress,
        kept=config.kept,
    )


@cache
def _opened() -> tuple[Ledger, Options]:
    """Open the ledger and the board, once for all the tasks of this process."""
    config = load(_settings["file"], None, data=_settings["data"])
    config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    progress = BoardProgress(Board(state_url(config)))
    opened = Ledger.open(config.ledger_address), options_of(config, progress)
    engine()
    tune_gc()
    return opened


def _check_ledger(ledger: Ledger, task: Task) -> None:
    """Refuse to write into another ledger than that of the node that gave the task.

    Raises:
        UsageError: the settings of this worker name another ledger.
    """
    if not ledger.holds(task.mark):
        raise UsageError(
            "the worker that was to harvest {slug!r} has another ledger ({place}): start it in the "
            "folder of the node's maillage.toml, or with the node's MAILLAGE_* variables",
            slug=task.slug,
            place=ledger.place,
        )


def _can_be_pickled(error: Exception) -> bool:
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301  just written
    except Exception:  # noqa: BLE001  errors of libraries fail in their own ways
        return False
    return True
