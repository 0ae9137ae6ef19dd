"""A command run to its end, with its time and the memory of every process that it had."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_STEP_S = 0.05
_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Watched:
    """What a command took.

    Attributes:
        seconds: wall clock, from before its first process to after its last.
        cpu_seconds: processor time of all its processes, as last seen of each.
        peak_mb: the largest resident size that any one of its processes ever had (``VmHWM``).
        out: what it wrote on standard output.
        code: its exit code.
    """

    seconds: float
    cpu_seconds: float
    peak_mb: float
    out: bytes
    code: int


def watched(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Watched:
    """Run a command whose standard output is small, and watch its family."""
    started = time.monotonic()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        peak, cpu_s = _seen(process)
        out = process.stdout.read() if process.stdout else b""
    seconds = round(time.monotonic() - started, 3)
    return Watched(seconds, round(cpu_s, 2), round(peak, 1), out, process.returncode)


def _seen(process: subprocess.Popen[bytes]) -> tuple[float, float]:
    """Return the peak memory of one process and the processor time of all, until the first ends.

    What the kernel counts of ended children misses those that nobody waits for.
    """
    peak = 0.0
    cpu_s: dict[int, float] = {}
    while process.poll() is None:
        for pid in _family(process.pid):
            with suppress(OSError):
                cpu_s[pid] = _cpu_s(pid)
            peak = max(peak, _high_water_mb(pid))
        time.sleep(_STEP_S)
    return peak, sum(cpu_s.values())


def cpu_s_of_family(pid: int) -> float:
    """Return the processor time that a process and its descendants took so far, in seconds."""
    return sum(_cpu_s(one) for one in _family(pid))


def _family(pid: int) -> list[int]:
    """Give a process and its descendants; looking at all processes would slow what is measured."""
    found = [pid]
    for one in found:
        with suppress(OSError):
            for thread in Path(f"/proc/{one}/task").iterdir():
                found += map(int, (thread / "children").read_text().split())
    return found


def _cpu_s(pid: int) -> float:
    """Return user and system time (proc_pid_stat(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _high_water_mb(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / _MB
    return 0.0
