"""Several sources harvested side by side, each by a process of its own for as long as it takes.

Python runs on one core per process, and what a source does to the memory of one does nothing to
the others: when the system ends a process, its source has a failed harvest that says so, and the
rest goes on.
"""

import os
import signal
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import wait

from harvester.hands import Advanced, Done, Entered, Leave, Stop, Visit, work
from harvester.pipeline import Options, given_up
from harvester.problems import BusyError, StoppedError
from harvester.progress import Progress, Unnoticed
from registry.forks import end, forked
from registry.ledger.ledger import Ledger
from registry.ledger.types import Harvest, Source

_MOST_JOBS = 8
_READ_BYTES = 65_536


def usual_jobs() -> int:
    """Give how many sources to harvest at once: one waits for its pole while others compute."""
    return min((os.cpu_count() or 1) + 1, _MOST_JOBS)


@dataclass(frozen=True, slots=True)
class Round:
    """What came of several sources.

    Attributes:
        done: the harvests, in the order of the sources.
        busy: why others were left out: somebody else harvests them now.
    """

    done: tuple[Harvest, ...]
    busy: tuple[BusyError, ...]


class Crew:
    """Processes that harvest, until :meth:`close`.

    They are forks: hire a crew before threads use the ledger.

    Args:
        ledger: where the truth is kept.
        jobs: how many sources at once, at least one.
        options: how to harvest each.
    """

    def __init__(self, ledger: Ledger, *, jobs: int, options: Options = Options()) -> None:  # noqa: B008  frozen
        self._ledger = ledger
        self._options = options
        self._hands = [self._hired() for _ in range(max(jobs, 1))]

    def close(self) -> None:
        """Let all go; a harvest under way is not waited for and brings nothing."""
        for hand in self._hands:
            hand.dismiss()
        self._hands.clear()

    def harvest(self, sources: Iterable[Source], progress: Progress = Unnoticed()) -> Round:  # noqa: B008  keeps nothing
        """Harvest sources, each as soon as a process is free.

        Args:
            sources: what to visit.
            progress: told how far the harvests are, from this thread; may ask one to end.

        Raises:
            KeyboardInterrupt: Ctrl-C; what ran has ended with a report, the rest never began.
            Exception: what went wrong with a source, once all the others are done.
        """
        named = list(sources)
        waiting = deque(named)
        came: dict[str, Harvest | Exception] = {}
        try:
            while waiting or any(hand.source for hand in self._hands):
                self._send_out(waiting)
                came |= self._heard(progress)
        except BaseException as error:
            self._call_off("Ctrl-C" if isinstance(error, KeyboardInterrupt) else repr(error))
            raise
        return round_of(came[source.slug] for source in named)

    def _hired(self) -> "_Hand":
        self._ledger.rest()
        return _Hand(self._ledger, self._options)

    def _send_out(self, waiting: deque[Source]) -> None:
        for hand in self._hands:
            if waiting and hand.source is None:
                hand.visit(waiting.popleft())

    def _call_off(self, who: str) -> None:
        """End every harvest under way as if somebody had cancelled it, and wait for that."""
        for hand in self._hands:
            if hand.source is not None:
                hand.stop(StoppedError("MED-H430", source=hand.source.slug, who=who))
            hand.tell(Leave())
        for hand in self._hands:
            hand.wait_for_the_end()

    def _heard(self, progress: Progress) -> dict[str, Harvest | Exception]:
        """Wait for one or more processes to say something; give what came of sources."""
        came: dict[str, Harvest | Exception] = {}
        busy = {hand.wire: hand for hand in self._hands if hand.source}
        for wire in wait(list(busy)):
            hand = busy[wire]  # type: ignore[index]  # wait() gives back what it was given
            source = hand.source
            assert source is not None  # noqa: S101  it was busy
            try:
                outcome = hand.listen(progress)
            except (EOFError, ConnectionError):
                outcome = self._replaced(hand, source)
            if outcome is not None:
                hand.source = None
                came[source.slug] = outcome
                progress.ended(source.slug)
        return came

    def _replaced(self, hand: "_Hand", source: Source) -> Harvest | Exception:
        """Hire another in the place of one that the system ended, and write down that it did."""
        reason = hand.dismiss()
        hand.source = None
        self._hands[self._hands.index(hand)] = self._hired()
        try:
            error = StoppedError("MED-H432", source=source.slug, reason=reason)
            return given_up(self._ledger, source, error)
        except Exception as error:  # noqa: BLE001  raised once all the others are done
            return error


class _Hand:
    """One process of a crew.

    Attributes:
        source: what it harvests now; None while it waits.
        wire: where it is heard.
    """

    def __init__(self, ledger: Ledger, options: Options) -> None:
        self.source: Source | None = None
        self._pid, self.wire = forked(lambda wire: work(wire, ledger, options))

    def visit(self, source: Source) -> None:
        """Send it to a source."""
        self.source = source
        self.tell(Visit(source))

    def stop(self, error: StoppedError) -> None:
        """Ask it to end its harvest for the reason that an error gives."""
        self.tell(Stop(error.code, error.details))

    def listen(self, progress: Progress) -> Harvest | Exception | None:
        """Pass on one thing that it says; give what came of its source when it is done.

        Raises:
            EOFError: it is dead.
        """
        assert self.source is not None  # noqa: S101  nobody else is listened to
        try:
            match self.wire.recv():
                case Entered(stage, expected):
                    progress.stage(self.source.slug, stage, expected)
                case Advanced(done, size):
                    progress.advance(self.source.slug, done, size)
                case Done(outcome):
                    return outcome
        except StoppedError as error:
            self.stop(error)
        return None

    def wait_for_the_end(self) -> None:
        """Let it finish what it was told; whatever it still says is lost."""
        with suppress(ConnectionError):
            while os.read(self.wire.fileno(), _READ_BYTES):
                pass

    def dismiss(self) -> str:
        """End it; say what had ended it before, if something had."""
        code = end(self._pid)
        self.wire.close()
        return signal.Signals(-code).name if code < 0 else f"code {code}"

    def tell(self, order: Visit | Stop | Leave) -> None:
        """Give it an order; if it is dead, listening will show."""
        with suppress(ConnectionError):
            self.wire.send(order)


def round_of(outcomes: Iterable[Harvest | Exception]) -> Round:
    """Part what came of each source, in order.

    Raises:
        Exception: the first that is no harvest and not for want of a turn.
    """
    done: list[Harvest] = []
    busy: list[BusyError] = []
    for came in outcomes:
        if isinstance(came, Harvest):
            done.append(came)
        elif isinstance(came, BusyError):
            busy.append(came)
        else:
            raise came
    return Round(tuple(done), tuple(busy))
