"""What every process of ours that is a fork of another needs."""

import ctypes
import os
import signal
from contextlib import suppress

_PR_SET_PDEATHSIG = 1


def die_with(parent: int) -> None:
    """Have the system end this process when its parent ends.

    Args:
        parent: the process that forked this one, as it knew itself.

    Raises:
        ConnectionError: it is dead already.
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise ConnectionError


def end(pid: int) -> int:
    """End a process that this one forked; give its exit code, or minus the signal that ended it."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)
