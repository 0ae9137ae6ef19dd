"""A process that harvests one source after another for a crew, and tells it how far it is.

It is a fork of the process that hired it: all is loaded, and nothing is handed over but orders
and what comes of them. It dies with whoever hired it.
"""

import pickle
import time
import traceback
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection

from harvester.errors import StoppedError
from harvester.run.pipeline import Options, harvest
from harvester.run.progress import Stage
from harvester.run.storage import environment_fault
from registry.ledger.ledger import Ledger
from registry.ledger.types import Harvest, Source

_TELL_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class Visit:
    """The order to harvest a source."""

    source: Source


@dataclass(frozen=True, slots=True)
class Stop:
    """The order to end the harvest under way; nothing when it is over already."""

    code: str
    details: dict[str, object]


@dataclass(frozen=True, slots=True)
class Leave:
    """The order to end once the harvest under way is over."""


@dataclass(frozen=True, slots=True)
class Entered:
    """The harvest entered a stage, in which so many records are expected."""

    stage: Stage
    expected: int | None


@dataclass(frozen=True, slots=True)
class Advanced:
    """So many records more are done, so many bytes more downloaded."""

    done: int
    size: int


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a visit: a harvest, or why there is none."""

    outcome: Harvest | Exception


class _Telling:
    """Progress told over a wire, ten times a second at most; hears the order to stop."""

    def __init__(self, wire: Connection) -> None:
        self._wire = wire
        self._done = self._size = 0
        self._told = 0.0

    def stage(self, slug: str, stage: Stage, expected: int | None = None) -> None:
        """Tell that the source enters a stage."""
        self._flush()
        self._wire.send(Entered(stage, expected))
        if stage.stoppable:
            self._hear()

    def advance(self, slug: str, done: int = 0, size: int = 0) -> None:
        """Add up records and bytes; tell them when the last time is long enough ago."""
        self._done += done
        self._size += size
        if time.monotonic() - self._told >= _TELL_EVERY_S:
            self._flush()
            self._hear()

    def tried(self, slug: str) -> None:
        """Tell nothing: crews make no dry runs."""

    def ended(self, slug: str) -> None:
        """Tell the last records; that it is over shows in what came of it."""
        self._flush()

    def _flush(self) -> None:
        if self._done or self._size:
            self._wire.send(Advanced(self._done, self._size))
            self._done = self._size = 0
        self._told = time.monotonic()

    def _hear(self) -> None:
        if self._wire.poll():
            order = self._wire.recv()
            if isinstance(order, Stop):
                raise StoppedError(order.code, **order.details)


def work(wire: Connection, ledger: Ledger, options: Options) -> None:
    """Follow orders until one says to leave."""
    told = replace(options, progress=_Telling(wire))
    while not isinstance(order := wire.recv(), Leave):
        if isinstance(order, Visit):  # else a stop that came too late
            wire.send(Done(_outcome(ledger, order.source, told)))


def _outcome(ledger: Ledger, source: Source, options: Options) -> Harvest | Exception:
    try:
        return harvest(ledger, source, options=options)
    except Exception as error:  # noqa: BLE001  whoever hired this process raises it
        if fault := environment_fault(error, ledger.place):  # its causes would not travel
            return fault
        error.add_note("".join(traceback.format_exception(error)))
        return error if _may_travel(error) else RuntimeError(*error.__notes__)


def _may_travel(error: Exception) -> bool:
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301  just written
    except Exception:  # noqa: BLE001  errors of libraries fail in their own ways
        return False
    return True
