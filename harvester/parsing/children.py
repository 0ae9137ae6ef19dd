"""The harvester's side of the nursery: one for a process and its forks, started when needed."""

import atexit
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from harvester.parsing.wire import LIMITS
from vocab.posix import need_posix

_ROOT = Path(__file__).resolve().parents[2]
_PID_BYTES = 4


class Child:
    """A parsing child, which speaks in frames.

    Attributes:
        pid: its process.
        sink: takes what it is asked.
        source: gives what it answers.
    """

    def __init__(self, pid: int, process: int, wire: socket.socket) -> None:
        self.pid = pid
        self.sink = wire.makefile("wb")
        self.source = wire.makefile("rb")
        wire.close()
        self._process = process
        self._lock = threading.Lock()

    def kill(self) -> None:
        """End it, whatever it does; from any thread, at any time."""
        with self._lock, suppress(ProcessLookupError):
            if self._process >= 0:
                signal.pidfd_send_signal(self._process, signal.SIGKILL)

    def close(self) -> None:
        """End it and let go of it."""
        self.kill()
        with self._lock:
            os.close(self._process)
            self._process = -1
        self.source.close()
        with suppress(ConnectionError):  # what it never read is lost with it
            self.sink.close()


class _Nursery:
    """The process that bears the children of this one and of its forks.

    All of them ask on one socket, one message for each child, and are answered on one of their own.
    """

    def __init__(self) -> None:
        need_posix()
        ours, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
        self._owner = os.getpid()
        self._asked = ours
        self._process = subprocess.Popen(
            [sys.executable, "-m", "harvester.parsing.nursery"],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"PYTHONPATH": str(_ROOT), "PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        )
        theirs.close()

    def bear(self, memory_bytes: int, cpu_s: int) -> Child:
        """Give a new child.

        Raises:
            OSError: the nursery is dead, or may start no process.
        """
        ours, theirs = socket.socketpair()
        answer, answered = socket.socketpair()
        try:
            with answer, theirs, answered:
                lent = [theirs.fileno(), answered.fileno()]
                socket.send_fds(self._asked, [LIMITS.pack(memory_bytes, cpu_s)], lent)
                answered.close()  # or we would wait for ourselves when the nursery is dead
                told, descriptors, _, _ = socket.recv_fds(answer, _PID_BYTES, 1)
            if not descriptors:
                raise ConnectionResetError("the nursery of parsing children is gone")
        except OSError:
            ours.close()
            raise
        return Child(int.from_bytes(told, "big"), descriptors[0], ours)

    def close(self) -> None:
        """Let go of it, and end it if it is ours; it ends by itself when all who ask are gone."""
        self._asked.close()
        if self._owner == os.getpid():
            self._process.kill()
            self._process.wait()


_lock = threading.Lock()
_kept: list[_Nursery] = []


def born(memory_bytes: int, cpu_s: int) -> Child:
    """Give a parsing child that may use so much memory and processor time.

    Raises:
        OSError: this machine may start no process.
    """
    with _lock:
        try:
            return _nursery().bear(memory_bytes, cpu_s)
        except OSError:
            _close()  # it died; another may live
            return _nursery().bear(memory_bytes, cpu_s)


def expect() -> None:
    """Start the nursery if there is none, without waiting for it: documents are sure to come.

    Where none can be started, asking for a child says so.
    """
    with _lock, suppress(OSError):
        _nursery()


def _nursery() -> _Nursery:
    if not _kept:
        _kept.append(_Nursery())
    return _kept[0]


def _close() -> None:
    while _kept:
        _kept.pop().close()


atexit.register(_close)
