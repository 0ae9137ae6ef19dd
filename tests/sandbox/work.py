"""What a child of these tests does: whatever it is asked, good or bad."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sandbox.frames import Frame

_LIBC = ctypes.CDLL(None, use_errno=True)


def _grow() -> None:
    kept = []
    while True:
        kept.append(bytearray(1_000_000))


def _spin() -> None:
    while True:
        pass


def _io_uring() -> None:
    if _LIBC.syscall(425, 1, ctypes.create_string_buffer(256)) < 0:
        raise OSError(ctypes.get_errno(), "io_uring_setup")


def _ptrace() -> None:
    if _LIBC.ptrace(16, os.getppid(), 0, 0) < 0:
        raise OSError(ctypes.get_errno(), "ptrace")


ACTS: dict[str, Callable[[], object]] = {
    "echo": lambda: None,
    "connect": lambda: socket.create_connection(("127.0.0.1", 1)),
    "unix socket": lambda: socket.socket(socket.AF_UNIX),
    "io_uring": _io_uring,
    "read a file": lambda: Path(__file__).read_bytes(),
    "write a file": lambda: Path("/tmp/sandbox-test").write_bytes(b"x"),  # noqa: S108
    "run a program": lambda: os.execv(sys.executable, [sys.executable]),  # noqa: S606
    "start a program": lambda: subprocess.run([sys.executable], check=True),
    "kill the server": lambda: os.kill(os.getppid(), signal.SIGKILL),
    "trace the server": _ptrace,
    "grow": _grow,
    "spin": _spin,
    "sleep": lambda: time.sleep(60),
    "crash": lambda: os.abort(),
    "more processor time": lambda: __import__("resource").setrlimit(0, (10_000, 10_000)),
}


def answer(head: dict[str, Any], body: bytes) -> Frame:
    """Do what is asked; say what the system refused."""
    try:
        ACTS[head["act"]]()
    except (OSError, ValueError) as error:
        return {"refused": type(error).__name__, "why": str(error)}, body
    except MemoryError:
        return {"refused": "MemoryError"}, body
    return {"pid": os.getpid()}, body
