"""Processes of ours that are forks of another."""

import ctypes
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe

from vocab.posix import need_posix

_PR_SET_PDEATHSIG = 1


def forked(work: Callable[[Connection], None]) -> tuple[int, Connection]:
    """Fork this process for some work; give the new one's number and the wire to it.

    It ends with the work, or with this process; Ctrl-C is this one's to answer.
    """
    need_posix()
    ours, theirs = Pipe()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            ours.close()
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            die_with(parent)
            work(theirs)
            code = 0
        finally:
            os._exit(code)  # never back into the work of whoever forked this
    theirs.close()
    return pid, ours


def die_with(parent: int) -> None:
    """Have the system end this process when its parent ends; raises when it is dead already."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise ConnectionError


def end(pid: int) -> int:
    """End a process that this one forked; give its exit code, or minus the signal that ended it."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)
