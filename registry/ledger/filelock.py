"""A lock between processes, kept by the operating system: it vanishes with its holder.

The holder writes who it is into the file, so that a refusal can name it.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from registry.ledger.errors import LockedError
from vocab.messages import Message
from vocab.posix import need_posix

_RETRY_S = 0.05
_WIDTH = 20

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> None:
        os.lseek(descriptor, 1 << 30, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:

    def _try_lock(descriptor: int) -> None:
        need_posix()
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _holder(path: Path) -> str:
    return path.read_text("utf-8", errors="replace")[:_WIDTH].strip() or "?"


def _take(descriptor: int, path: Path, what: Message, wait_s: float) -> None:
    deadline = time.monotonic() + wait_s
    while True:
        try:
            _try_lock(descriptor)
        except OSError as error:
            if time.monotonic() >= deadline:
                holder = _holder(path)
                raise LockedError(
                    "{what} is being worked on by process {holder} (lock file {path}): wait for "
                    "it to end, or stop that process",
                    what=what,
                    holder=holder,
                    path=path,
                ) from error
            time.sleep(_RETRY_S)
        else:
            return


@contextmanager
def exclusive(path: Path, what: Message, wait_s: float = 0.0) -> Iterator[None]:
    """Hold the lock ``path`` for the length of the block.

    Args:
        path: lock file; created with its folder, never removed.
        what: name of the protected thing, for the refusal.
        wait_s: how long to wait for another holder, in seconds.

    Raises:
        LockedError: another process (or thread) still holds it after ``wait_s``.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(descriptor, path, what, wait_s)
        # Over what was there: a file emptied first is written to disk when it is closed.
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, f"{os.getpid():<{_WIDTH}}\n".encode())
        yield
    finally:
        os.close(descriptor)
