"""A child process as whoever uses it holds it: started, asked, killed at the deadline.

One fork server starts the children of this process and of its forks; it is started when needed,
and again when it died. It is not known here what a child does.
"""

import atexit
import json
import os
import select
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import astuple
from pathlib import Path
from typing import Any

from sandbox.frames import Frame, receive, send
from sandbox.isolation import Bounds
from vocab.posix import need_posix

_ROOT = Path(__file__).resolve().parents[1]
_START_S = 20.0
_REAP_S = 10.0
_NUMBER_BYTES = 32
_ENVIRONMENT = {
    "PYTHONPATH": str(_ROOT),
    "PYTHONDONTWRITEBYTECODE": "1",
    "LC_ALL": "C.UTF-8",
    # Each arena of glibc reserves address space, which is what the limit counts.
    "MALLOC_ARENA_MAX": "2",
    # A query frees and takes millions of small pieces: keeping more of them at hand makes long
    # answers a tenth quicker, for 32 MB at the very most.
    "GLIBC_TUNABLES": "glibc.malloc.tcache_count=1000",
}


class ChildError(Exception):
    """A child gave no answer."""


class DeadlineError(ChildError):
    """It did not answer in time, and was killed."""

    def __str__(self) -> str:
        return "the child process did not answer in time"


class DeathError(ChildError):
    """It ended instead of answering.

    Attributes:
        code: its exit code, or minus the signal that ended it; None when nobody knows, because the
            fork server died and its children with it.
    """

    def __init__(self, code: int | None) -> None:
        super().__init__(f"the child process ended with {code}")
        self.code = code


class Child:
    """A locked-down process; asked by one thread at a time.

    Attributes:
        pid: its process number.
    """

    def __init__(self, pid: int, wire: socket.socket, control: socket.socket) -> None:
        self.pid = pid
        self._wire, self._control = wire, control
        self._isolated: bool | None = None
        self._code: int | None = None

    def is_isolated(self) -> bool:
        """Wait until it is ready; whether the host let it be cut off from the network.

        Raises:
            ChildError: it does not get ready.
        """
        if self._isolated is None:
            head, _ = self._received(time.monotonic() + _START_S)
            self._isolated = bool(head["isolated"])
        return self._isolated

    def ask(self, head: dict[str, Any], body: bytes = b"", *, deadline_s: float) -> Frame:
        """Send a question and wait for its answer; without one, the child is no more.

        Raises:
            DeadlineError: no whole answer within ``deadline_s`` seconds.
            DeathError: the child ended.
        """
        self.is_isolated()
        deadline = time.monotonic() + deadline_s
        self._wire.settimeout(deadline_s)
        with suppress(ConnectionError):  # it died: receiving tells
            try:
                send(self._wire, head | {"deadline_s": deadline_s}, body)
            except TimeoutError:
                self.close()
                raise DeadlineError from None
        return self._received(deadline)

    def is_alive(self) -> bool:
        """Whether one that is not being asked still waits for a question."""
        poll = select.poll()
        poll.register(self._wire, select.POLLIN)
        return self._isolated is None or not poll.poll(0)

    def kill(self) -> None:
        """End it, whatever it does; from any thread, at any time."""
        with suppress(OSError):  # closed already
            self._control.shutdown(socket.SHUT_WR)

    def close(self) -> int | None:
        """End it and let go of it; return what it ended with, None when nobody knows."""
        self.kill()
        self._wire.close()
        with suppress(OSError), self._control:
            self._control.settimeout(_REAP_S)
            if code := self._control.recv(_NUMBER_BYTES):
                self._code = int(code)
        return self._code

    def _received(self, deadline: float) -> Frame:
        try:
            message = receive(self._wire, deadline)
        except TimeoutError:
            self.close()
            raise DeadlineError from None
        except OSError:
            message = None
        if message is None:
            raise DeathError(self.close())
        return message


class _Server:
    """The fork server, as its children's parent sees it."""

    def __init__(self, work: str) -> None:
        need_posix()
        self._requests, theirs = socket.socketpair()
        self._owner = os.getpid()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "sandbox.server", work],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env=_ENVIRONMENT,
                start_new_session=True,  # Ctrl-C in the terminal is for the command
            )

    def start(self, work: str, bounds: Bounds) -> Child:
        """Start a child.

        Raises:
            OSError: the server is dead, or may start no process.
        """
        wire, theirs = socket.socketpair()
        control, child_end = socket.socketpair()
        try:
            with theirs, child_end:
                request = json.dumps([work, *astuple(bounds)]).encode()
                socket.send_fds(self._requests, [request], [theirs.fileno(), child_end.fileno()])
            if not (pid := control.recv(_NUMBER_BYTES)):
                raise ConnectionResetError("the fork server is gone")
        except OSError:
            wire.close()
            control.close()
            raise
        return Child(int(pid), wire, control)

    def close(self) -> None:
        """Let go of it, and end it if it is ours; it ends by itself when all who ask are gone."""
        self._requests.close()
        if self._owner == os.getpid():
            self._process.kill()
            self._process.wait()


_lock = threading.Lock()
_kept: list[_Server] = []


def start(work: str, bounds: Bounds) -> Child:
    """Start a child.

    Args:
        work: the module that says what it does, as :mod:`sandbox.server` has it.
        bounds: what it may use.

    Raises:
        OSError: this machine may start no process.
    """
    with _lock:
        try:
            return _server(work).start(work, bounds)
        except OSError:
            _close()  # it died; another may live
            return _server(work).start(work, bounds)


def expect(work: str) -> None:
    """Start the fork server if there is none, without waiting for it: children are sure to come.

    Where none can be started, asking for a child says so.
    """
    with _lock, suppress(OSError):
        _server(work)


def _server(work: str) -> _Server:
    if not _kept:
        _kept.append(_Server(work))
    return _kept[0]


def _close() -> None:
    while _kept:
        _kept.pop().close()


atexit.register(_close)
