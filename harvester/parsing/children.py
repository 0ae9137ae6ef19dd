"""The harvester's side of the nursery: one for each process, started when it is first needed."""

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
    """The process that bears the children of this one."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        self.owner = os.getpid()
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
        try:
            socket.send_fds(self._asked, [LIMITS.pack(memory_bytes, cpu_s)], [theirs.fileno()])
            told, descriptors, _, _ = socket.recv_fds(self._asked, _PID_BYTES, 1)
            if not descriptors:
                raise ConnectionResetError("the nursery of parsing children is gone")
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        return Child(int.from_bytes(told, "big"), descriptors[0], ours)

    def close(self) -> None:
        """End it; it ends by itself when this process is gone."""
        self._asked.close()
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


def _nursery() -> _Nursery:
    if _kept and _kept[0].owner != os.getpid():
        _kept.clear()  # a fork of its owner asks its own
    if not _kept:
        _kept.append(_Nursery())
    return _kept[0]


def _close() -> None:
    while _kept:
        nursery = _kept.pop()
        if nursery.owner == os.getpid():
            nursery.close()


atexit.register(_close)
