"""One query process as the pool holds it: started, asked, killed at the deadline."""

import os
import select
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from registry.store.frames import CHUNK, frames, received
from vocab.posix import need_posix

_ROOT = Path(__file__).resolve().parents[2]
_START_S = 20.0
_MS = 1000


class DeadlineError(Exception):
    """The process did not answer in time."""


class DeathError(Exception):
    """The process ended instead of answering; carries its return code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"the query process ended with {code}")
        self.code = code


class Process:
    """A worker process; asked by one thread at a time.

    Attributes:
        isolated: whether the host let it leave the network; None until it said so.
    """

    def __init__(self, memory_bytes: int) -> None:
        """Start it; returns at once, it gets ready meanwhile."""
        need_posix()
        environment = {
            "PYTHONPATH": str(_ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "LC_ALL": "C.UTF-8",
            # Each arena of glibc reserves address space, which is what the limit counts.
            "MALLOC_ARENA_MAX": "2",
            # A query frees and takes millions of small pieces: keeping more of them at hand makes
            # long answers a tenth quicker, for 32 MB at the very most.
            "GLIBC_TUNABLES": "glibc.malloc.tcache_count=1000",
        }
        self._child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "registry.store.worker", str(memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            # Ctrl-C in the terminal is for the service, which then closes its workers.
            start_new_session=True,
            bufsize=0,
        )
        self.isolated: bool | None = None
        _widen(self._child.stdout)

    def greet(self) -> None:
        """Wait until it is ready and knows whether it is isolated."""
        if self.isolated is None:
            header, _ = self._receive(time.monotonic() + _START_S)
            self.isolated = bool(header["isolated"])

    def ask(self, request: dict[str, Any], timeout_s: float) -> tuple[dict[str, Any], bytes]:
        """Send a request and wait for its answer.

        Raises:
            DeadlineError: no whole answer within ``timeout_s`` seconds.
            DeathError: the process ended.
        """
        self.greet()
        try:
            for data in frames(request):
                self._write(data)
        except BrokenPipeError as error:
            raise DeathError(self._child.wait()) from error
        return self._receive(time.monotonic() + timeout_s)

    def kill(self) -> None:
        """End it, whatever it does."""
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                pipe.close()

    def is_alive(self) -> bool:
        """Say whether it still runs."""
        return self._child.poll() is None

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._child.pid

    def _write(self, data: bytes) -> None:
        assert self._child.stdin is not None  # noqa: S101 - Popen was given PIPE
        view = memoryview(data)
        while view:
            view = view[os.write(self._child.stdin.fileno(), view) :]

    def _receive(self, deadline: float) -> tuple[dict[str, Any], bytes]:
        assert self._child.stdout is not None  # noqa: S101 - Popen was given PIPE
        descriptor = self._child.stdout.fileno()
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)

        def read(size: int) -> bytes:
            left_s = deadline - time.monotonic()
            if left_s <= 0 or not poll.poll(left_s * _MS):
                raise DeadlineError
            return os.read(descriptor, size)

        message = received(read)
        if message is None:
            raise DeathError(self._child.wait())
        return message


def _widen(pipe: IO[bytes] | None) -> None:
    """Let a whole answer wait in a pipe, where the system can: its two ends then take no turns."""
    assert pipe is not None  # noqa: S101 - Popen was given PIPE
    # Linux alone knows it, and refuses more than a user may have.
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, CHUNK)
