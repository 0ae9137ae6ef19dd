"""Taking away from a query process what a query must never have: network, memory, time, files.

Two walls against the network, each enough alone: an empty network namespace, and a system-call
filter that refuses ``socket``. Only the standard library: this runs before anything is loaded.
"""

import ctypes
import errno
import math
import platform
import struct

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_OPEN_FILES = 512

# linux/bpf_common.h, linux/seccomp.h: instruction codes and what a filter may answer.
_LOAD_WORD = 0x20
_JUMP_IF_EQUAL = 0x15
_RETURN = 0x06
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | errno.EACCES
_OFFSET_OF_CALL, _OFFSET_OF_ARCHITECTURE = 0, 4

# platform.machine() → (AUDIT_ARCH_…, numbers of socket and io_uring_setup), linux/audit.h.
_CALLS = {
    "x86_64": (0xC000003E, (41, 425)),
    "aarch64": (0xC00000B7, (198, 425)),
}


def leave_network() -> bool:
    """Cut the process off from every network; say whether the host allowed at least one wall."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        # A privileged process needs no user namespace of its own.
        in_namespace = any(
            libc.unshare(flags) == 0 for flags in (_CLONE_NEWUSER | _CLONE_NEWNET, _CLONE_NEWNET)
        )
        return _refuse_sockets(libc) or in_namespace
    except (OSError, AttributeError):
        return False


class _Program(ctypes.Structure):
    """``struct sock_fprog``."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def _refuse_sockets(libc: ctypes.CDLL) -> bool:
    if platform.machine() not in _CALLS:
        return False
    architecture, calls = _CALLS[platform.machine()]
    count = len(calls)
    code = [
        (_LOAD_WORD, 0, 0, _OFFSET_OF_ARCHITECTURE),
        (_JUMP_IF_EQUAL, 0, count + 1, architecture),
        (_LOAD_WORD, 0, 0, _OFFSET_OF_CALL),
        *((_JUMP_IF_EQUAL, count - index, 0, call) for index, call in enumerate(calls)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    packed = b"".join(struct.pack("=HBBI", *instruction) for instruction in code)
    program = _Program(len(code), packed)
    done: int = libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)
    return done == 0


def limit_process(memory_bytes: int) -> None:
    """Bound address space and open files; forbid writing files and dumping core, for good."""
    import resource  # POSIX alone has it

    files = min(_OPEN_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    for kind, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_NOFILE, files),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def limit_cpu(seconds: float) -> None:
    """Have the process killed once it used ``seconds`` more of processor time."""
    import resource  # loaded by limit_process before files were taken away

    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = usage.ru_utime + usage.ru_stime
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(used + seconds), hard))
