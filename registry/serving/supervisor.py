"""The processes of a serving node: started from one that does nothing else, replaced when they end.

The supervisor holds the listening sockets and no thread, file or database, so that it may fork at
any time. Its children end with it, however it ends.
"""

import logging
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import FrameType

from registry.serving import ServingError
from sandbox.forks import end, forked
from vocab.errors import MaillageError, UsageError

_LOG = logging.getLogger(__name__)
_SETTLED_S = 10.0
_MAX_EARLY_EXITS = 5
_PAUSE_S = 1.0

Work = Callable[[Callable[[], None]], None]
"""What a process does until SIGTERM; it calls what it is given once it is ready."""


@dataclass(slots=True)
class _Child:
    name: str
    work: Work
    pid: int
    started: float
    early_exits: int = 0


def stop_on(*signals: signal.Signals) -> None:
    """Exit on signals after closing what is open; the exit code is a shell's."""
    for number in signals:
        signal.signal(number, _exit)


_signals: list[int] = []
"""Signals that came. Python swallows what a handler raises while an object is finalized."""


def _exit(number: int, _frame: FrameType | None) -> None:
    _signals.append(number)
    # Another SIGTERM must not cut short what closes; a second Ctrl-C may.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if number == signal.SIGINT:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    raise SystemExit(128 + number)


class Supervisor:
    """Starts processes, replaces those that end, stops them all; use as a context."""

    def __init__(self) -> None:
        self._children: dict[int, _Child] = {}

    def __enter__(self) -> "Supervisor":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, name: str, work: Work) -> None:
        """Start a process and wait until it is ready.

        Raises:
            MaillageError: what the process could not start for.
        """
        self._start(_Child(name, work, 0, 0.0))

    def supervise(self) -> None:
        """Replace what ends, until a signal stops it (:func:`stop_on`).

        Raises:
            ServingError: a process ends again and again as soon as it is started.
        """
        while True:
            if _signals:
                raise SystemExit(128 + _signals[-1])
            pid, status = os.waitpid(-1, 0)
            child = self._children.pop(pid, None)
            if child is not None:
                code = os.waitstatus_to_exitcode(status)
                _LOG.error("process %s (%s) ended with %s and is replaced", child.name, pid, code)
                self._replace(child)

    def stop(self) -> None:
        """End every process, the latest first; each finishes what it has begun.

        A second Ctrl-C does not wait for them.
        """
        children = sorted(self._children.values(), key=lambda child: -child.started)
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGTERM)
        try:
            for child in children:
                with suppress(ChildProcessError):
                    os.waitpid(child.pid, 0)
                self._children.pop(child.pid, None)
        finally:
            for pid in self._children:
                end(pid)
            self._children.clear()

    def _replace(self, child: _Child) -> None:
        is_early = time.monotonic() - child.started < _SETTLED_S
        child.early_exits = child.early_exits + 1 if is_early else 0
        while child.early_exits < _MAX_EARLY_EXITS:
            time.sleep(_PAUSE_S * child.early_exits)
            try:
                self._start(child)
            except MaillageError as error:
                _LOG.error("process %s cannot start: %s", child.name, error)
                child.early_exits += 1
            else:
                return
        raise ServingError(
            "process {name} ends as soon as it is started: the log says why", name=child.name
        )

    def _start(self, child: _Child) -> None:
        child.pid, connection = forked(lambda connection: _run(child, connection))
        child.started = time.monotonic()
        self._children[child.pid] = child
        with connection:
            try:
                failure = connection.recv()
            except EOFError:  # it ended without a message: replaced like any other
                return
        if failure is not None:
            self._children.pop(child.pid)
            os.waitpid(child.pid, 0)
            if isinstance(failure, UsageError):
                raise failure
            raise ServingError(failure.sentence.template, **failure.sentence.values)


def _run(child: _Child, connection: Connection) -> None:
    """Do the work of a process that was just forked."""
    stop_on(signal.SIGTERM)

    def ready() -> None:
        if not connection.closed:
            connection.send(None)
            connection.close()

    try:
        child.work(ready)
    except SystemExit:
        return
    except MaillageError as error:
        if connection.closed:
            _LOG.error("%s: %s", child.name, error)
            raise
        connection.send(error)
    except Exception:
        _LOG.exception("process %s", child.name)
        raise
