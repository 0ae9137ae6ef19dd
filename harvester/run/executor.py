"""Several sources harvested side by side, each by a process of its own for as long as it takes.

Python runs on one core per process, and what a source does to the memory of one does nothing to
the others: when the system ends a process, its source has a failed harvest that says so, and the
rest goes on.
"""

import os
import signal
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import wait

from harvester.errors import BusyError, StoppedError
from harvester.grants import overlaps
from harvester.run.pipeline import Options, given_up
from harvester.run.progress import Progress, Stage, Unnoticed
from harvester.run.worker import Advanced, Done, Entered, Leave, Stop, Visit, work
from registry.ledger.ledger import Ledger
from registry.ledger.types import Harvest, Source
from sandbox.forks import end, forked
from vocab.errors import MaillageError

_MOST_JOBS = 8
_CALLED_OFF_WITHIN_S = 2.0


def usual_jobs() -> int:
    """Give how many sources to harvest at once: one waits for its pole while others compute."""
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
        """Give it.

        Raises:
            Exception: the first thing that went wrong with a source.
        """
        for _, error in self.failed:
            raise error
        return self


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
        """Harvest sources as :meth:`visit` does.

        Raises:
            KeyboardInterrupt: Ctrl-C; what ran has ended with a report, the rest never began.
            Exception: what went wrong with a source, once all the others are done.
        """
        return self.visit(sources, progress).checked()

    def visit(self, sources: Iterable[Source], progress: Progress = Unnoticed()) -> Round:  # noqa: B008  keeps nothing
        """Harvest sources, each as soon as a process is free.

        Those whose namespaces overlap take their turns in the order given: the first to state a
        record has it, so that several at a time end as one after the other.

        Args:
            sources: what to visit.
            progress: told how far the harvests are, from this thread; may ask one to end.

        Raises:
            KeyboardInterrupt: Ctrl-C; what ran has ended with a report, the rest never began.
        """
        named = list(sources)
        waiting = named.copy()
        came: dict[str, Harvest | Exception] = {}
        try:
            while waiting or any(hand.source for hand in self._hands):
                self._send_out(waiting)
                came |= self._heard(progress)
        except BaseException as error:
            self._call_off("Ctrl-C" if isinstance(error, KeyboardInterrupt) else repr(error))
            raise
        return round_of((source.slug, came[source.slug]) for source in named)

    def _hired(self) -> "_Hand":
        self._ledger.rest()
        return _Hand(self._ledger, self._options)

    def _send_out(self, waiting: list[Source]) -> None:
        for hand in self._hands:
            if hand.source is None and (source := self._next(waiting)):
                waiting.remove(source)
                hand.visit(source)

    def _next(self, waiting: Sequence[Source]) -> Source | None:
        """Give the first source that shares no namespace with one that runs or waits before it."""
        before = [hand.source for hand in self._hands if hand.source]
        for source in waiting:
            if not overlaps(source, before):
                return source
            before.append(source)
        return None

    def _call_off(self, who: str) -> None:
        """End every harvest under way as if somebody had cancelled it, and wait for that.

        Who waits for a pole that says nothing hears no order: it is ended from here.
        """
        reasons = {
            hand: StoppedError("MED-H430", source=hand.source.slug, who=who)
            for hand in self._hands
            if hand.source is not None
        }
        for hand in self._hands:
            if hand in reasons:
                hand.stop(reasons[hand])
            hand.tell(Leave())
        latest = time.monotonic() + _CALLED_OFF_WITHIN_S
        for hand in [hand for hand in self._hands if not hand.ends_by(latest)]:
            self._hands.remove(hand)
            hand.dismiss()
            if hand.source is not None:
                given_up(self._ledger, hand.source, reasons[hand])

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
        stage: what it does there.
        wire: where it is heard.
    """

    def __init__(self, ledger: Ledger, options: Options) -> None:
        self.source: Source | None = None
        self.stage = Stage.DISCOVER
        self._pid, self.wire = forked(lambda wire: work(wire, ledger, options))

    def visit(self, source: Source) -> None:
        """Send it to a source."""
        self.source = source
        self.stage = Stage.DISCOVER
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
                    self.stage = stage
                    progress.stage(self.source.slug, stage, expected)
                case Advanced(done, size):
                    progress.advance(self.source.slug, done, size)
                case Done(outcome):
                    return outcome
        except StoppedError as error:
            self.stop(error)
        return None

    def ends_by(self, latest: float) -> bool:
        """Let it finish what it was told; whatever it still says is lost.

        Args:
            latest: when to wait no longer (``time.monotonic``), unless it writes down what came.
        """
        with suppress(EOFError, ConnectionError):
            while self.wire.poll(self._patience_s(latest)):
                said = self.wire.recv()
                if isinstance(said, Entered):
                    self.stage = said.stage
            return False
        return True

    def _patience_s(self, latest: float) -> float | None:
        return max(latest - time.monotonic(), 0.0) if self.stage.stoppable else None

    def dismiss(self) -> str:
        """End it; say what had ended it before, if something had."""
        code = end(self._pid)
        self.wire.close()
        return signal.Signals(-code).name if code < 0 else f"code {code}"

    def tell(self, order: Visit | Stop | Leave) -> None:
        """Give it an order; if it is dead, listening will show."""
        with suppress(ConnectionError):
            self.wire.send(order)


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
