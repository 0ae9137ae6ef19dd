"""What is taken away from a child before it reads its first byte, for good.

Two walls against the network, each enough alone: an empty network namespace, and a system-call
filter. Only the standard library.
"""

import ctypes
import errno
import math
import platform
import struct
from dataclasses import dataclass

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_STANDARD_STREAMS = 3

# linux/bpf_common.h, linux/seccomp.h: instruction codes and what a filter may answer.
_LOAD_WORD = 0x20
_JUMP_IF_EQUAL = 0x15
_JUMP_IF_AT_LEAST = 0x35
_RETURN = 0x06
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | errno.EACCES
_OFFSET_OF_CALL, _OFFSET_OF_ARCHITECTURE = 0, 4
_X32 = 0x40000000
"""From here on x86-64 counts its calls once more (asm/unistd.h)."""

# platform.machine() → AUDIT_ARCH_… of linux/audit.h, and the numbers of: socket, socketpair,
# execve, execveat, kill, ptrace, process_vm_readv, process_vm_writev, io_uring_setup.
_CALLS = {
    "x86_64": (0xC000003E, (41, 53, 59, 322, 62, 101, 310, 311, 425)),
    "aarch64": (0xC00000B7, (198, 199, 221, 281, 129, 117, 270, 271, 425)),
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one child may use.

    Attributes:
        memory_bytes: address space.
        cpu_s: processor time in all its life, in seconds; None where only each question is bounded.
        open_files: descriptors that it may hold, the standard streams included; 0 leaves it no
            other than these, so that it opens no file.
    """

    memory_bytes: int
    cpu_s: int | None = None
    open_files: int = 0


def isolate(bounds: Bounds) -> bool:
    """Lock this process down; whether the host allowed at least one wall against the network.

    It can write no file, start no program and touch no other process.
    """
    import resource  # POSIX alone has it

    isolated = _leave_network()
    limits = [
        (resource.RLIMIT_AS, bounds.memory_bytes),
        (resource.RLIMIT_NOFILE, max(bounds.open_files, _STANDARD_STREAMS)),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ]
    limits += [] if bounds.cpu_s is None else [(resource.RLIMIT_CPU, bounds.cpu_s)]
    for kind, wanted in limits:
        hard = resource.getrlimit(kind)[1]
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (most, most))
    return isolated


def limit_cpu(seconds: float) -> None:
    """Have this process killed once it used ``seconds`` more of processor time."""
    import resource

    usage = resource.getrusage(resource.RUSAGE_SELF)
    most = math.ceil(usage.ru_utime + usage.ru_stime + seconds)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _leave_network() -> bool:
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        # A privileged process needs no user namespace of its own.
        in_namespace = any(
            libc.unshare(flags) == 0 for flags in (_CLONE_NEWUSER | _CLONE_NEWNET, _CLONE_NEWNET)
        )
        return _refuse_calls(libc) or in_namespace
    except (OSError, AttributeError):
        return False


class _Program(ctypes.Structure):
    """``struct sock_fprog``."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def _refuse_calls(libc: ctypes.CDLL) -> bool:
    if platform.machine() not in _CALLS:
        return False
    architecture, calls = _CALLS[platform.machine()]
    refusal = len(calls) + 5
    code = [
        (_LOAD_WORD, 0, 0, _OFFSET_OF_ARCHITECTURE),
        (_JUMP_IF_EQUAL, 0, refusal - 2, architecture),
        (_LOAD_WORD, 0, 0, _OFFSET_OF_CALL),
        (_JUMP_IF_AT_LEAST, refusal - 4, 0, _X32),
        *((_JUMP_IF_EQUAL, refusal - place, 0, call) for place, call in enumerate(calls, 5)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    packed = b"".join(struct.pack("=HBBI", *instruction) for instruction in code)
    program = _Program(len(code), packed)
    done: int = libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)
    return done == 0
