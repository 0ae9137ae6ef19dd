"""A child can do nothing but answer, in time; whatever it does, its parent goes on."""

import os
import platform
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from sandbox.child import Child, DeadlineError, DeathError, start
from sandbox.isolation import Bounds
from tests.conftest import ROOT

WORK = "tests.sandbox.work"
BOUNDS = Bounds(memory_bytes=300_000_000, cpu_s=20)


@pytest.fixture
def child() -> Iterator[Child]:
    started = start(WORK, BOUNDS)
    yield started
    started.close()


def test_a_question_of_any_size_is_answered(child: Child) -> None:
    for size in (0, 1, 65_536, 65_537, 3_000_001, 60_000_000):
        head, body = child.ask({"act": "echo"}, b"x" * size, deadline_s=20)
        assert (head, len(body)) == ({"pid": child.pid}, size)


@pytest.mark.parametrize(
    "act",
    [
        "connect", "unix socket", "io_uring", "read a file", "write a file", "run a program",
        "start a program", "kill the server", "trace the server", "grow", "more processor time",
    ],
)  # fmt: skip
def test_f10_what_a_child_must_not_do_is_refused(child: Child, act: str) -> None:
    head, _ = child.ask({"act": act}, deadline_s=20)
    assert "refused" in head
    assert child.ask({"act": "echo"}, deadline_s=20)[0] == {"pid": child.pid}


# Each room's work, and the descriptors that it may hold.
WORKS = {
    "registry.store.worker": 512,
    "harvester.parsing.child": 0,
    "harvester.tabular.workbook_child": 0,
    "shapes.oracle_child": 0,
}


@pytest.mark.parametrize("work", WORKS)
def test_f10_one_sandbox_the_strongest_for_all(work: str) -> None:
    """No network namespace of ours, a system-call filter, no new privileges, no file to write."""
    child = start(work, Bounds(1_500_000_000, cpu_s=60, open_files=WORKS[work]))
    try:
        assert child.is_isolated()
        process = Path(f"/proc/{child.pid}")
        status = dict(
            line.split(":\t", 1) for line in (process / "status").read_text().splitlines()
        )
        limits = {
            line[:26].strip(): line[26:].split()[:2]
            for line in (process / "limits").read_text().splitlines()[1:]
        }
        assert (status["Seccomp"], status["NoNewPrivs"]) == ("2", "1")
        ours = Path("/proc/self/ns")
        for kind in ("net", "user"):
            assert (process / "ns" / kind).readlink() != (ours / kind).readlink()
        assert limits["Max address space"] == ["1500000000"] * 2
        assert limits["Max cpu time"] == ["60"] * 2
        assert limits["Max file size"] == limits["Max core file size"] == ["0", "0"]
        assert limits["Max open files"] == [str(WORKS[work] or 3)] * 2
        assert len(list((process / "fd").iterdir())) == 3
        assert b"PATH=" not in (process / "environ").read_bytes().replace(b"PYTHONPATH=", b"")
    finally:
        child.close()


@pytest.mark.skipif(platform.machine() != "x86_64", reason="calls of x86-64")
def test_f10_calls_by_another_table_are_refused() -> None:
    """x86-64 has each call twice: the second table starts at 2^30."""
    program = (
        "import ctypes, sys; from sandbox.isolation import Bounds, isolate\n"
        "assert isolate(Bounds(10**9, open_files=99))\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "sys.exit(libc.syscall(0x40000000 + 41, 1, 1, 0) == -1 and ctypes.get_errno())\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT)
    assert done.returncode == 13


@pytest.mark.parametrize("act", ["sleep", "spin"])
def test_a_child_that_is_late_is_killed(child: Child, act: str) -> None:
    started = time.monotonic()
    with pytest.raises(DeadlineError):
        child.ask({"act": act}, deadline_s=0.3)
    assert time.monotonic() - started < 2
    assert not psutil.pid_exists(child.pid)


def test_a_child_that_does_not_read_is_killed_at_the_deadline(child: Child) -> None:
    assert child.is_isolated()
    os.kill(child.pid, signal.SIGSTOP)
    with pytest.raises(DeadlineError):
        child.ask({"act": "echo"}, b"x" * 10_000_000, deadline_s=0.3)
    assert not psutil.pid_exists(child.pid)


@pytest.mark.parametrize(
    ("act", "bounds", "code"),
    [
        ("crash", BOUNDS, -signal.SIGABRT),
        ("spin", Bounds(300_000_000, cpu_s=1), -signal.SIGKILL),
        ("no such act", BOUNDS, 1),
    ],
)
def test_how_a_child_ended_is_known(act: str, bounds: Bounds, code: int) -> None:
    child = start(WORK, bounds)
    with pytest.raises(DeathError) as death:
        child.ask({"act": act}, deadline_s=20)
    assert death.value.code in (code, -signal.SIGXCPU if act == "spin" else code)
    assert child.close() == death.value.code


def test_processor_time_is_bounded_for_each_question() -> None:
    child = start(WORK, Bounds(300_000_000))
    child.ask({"act": "echo"}, deadline_s=20)
    soft, hard = psutil.Process(child.pid).rlimit(resource.RLIMIT_CPU)
    child.close()
    assert soft in {21, 22}
    assert hard == resource.RLIM_INFINITY


def test_a_child_without_room_for_a_question_is_told() -> None:
    child = start(WORK, Bounds(10_000_000))
    with pytest.raises(DeathError):
        child.ask({"act": "echo"}, b"x" * 60_000_000, deadline_s=20)


def test_nothing_outlives_its_parent_however_busy() -> None:
    program = (
        "import os, psutil, signal, threading, time\n"
        "from sandbox.child import start\n"
        "from sandbox.isolation import Bounds\n"
        "children = [start('tests.sandbox.work', Bounds(300_000_000)) for _ in range(2)]\n"
        "one = lambda: children[0].ask({'act': 'spin'}, deadline_s=99)\n"
        "threading.Thread(target=one, daemon=True).start()\n"
        "children[1].is_isolated()\n"
        "print(*[c.pid for c in psutil.Process().children(recursive=True)], flush=True)\n"
        "time.sleep(0.3)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    pids = [int(pid) for pid in done.stdout.split()]
    assert len(pids) == 3, done.stderr
    deadline = time.monotonic() + 10
    while any(psutil.pid_exists(pid) for pid in pids):
        assert time.monotonic() < deadline, "a child or the fork server lives on"
        time.sleep(0.02)
