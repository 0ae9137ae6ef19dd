"""The sample network from an empty data folder, then a second start; memory of every process.

``peak_mb`` is the largest resident size that any process of the network ever had (``VmHWM``),
sampled while it runs; seconds are wall clock of ``python -m samples.demo --once``, interpreter
start and stop included.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

_STEP_S = 0.2
_MB = 1_000_000


def run() -> dict[str, Any]:
    """Measure both starts of the demo; needs its ports (8000 to 8005) to be free."""
    with tempfile.TemporaryDirectory() as folder:
        first = _start(Path(folder))
        second = _start(Path(folder))
        sizes = {entry.name: _size_mb(entry) for entry in sorted(Path(folder).iterdir())}
    return {
        "places": first["places"],
        "refused_rows": first["refused_rows"],
        "seconds": first["seconds"],
        "stage_seconds": first["stages"],
        "second_start_seconds": second["seconds"],
        "peak_mb": max(first["peak_mb"], second["peak_mb"]),
        "data_mb": sizes,
    }


def _start(data: Path) -> dict[str, Any]:
    start = time.monotonic()
    command = [sys.executable, "-m", "samples.demo", "--data", str(data), "--once"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as demo:
        peak = _watched(demo)
        out = demo.stdout.read() if demo.stdout else b""
    if demo.returncode:
        raise SystemExit(f"the demo ended with code {demo.returncode}")
    result: dict[str, Any] = json.loads(out)
    result |= {"seconds": round(time.monotonic() - start, 2), "peak_mb": round(peak, 1)}
    return result


def _watched(demo: subprocess.Popen[bytes]) -> float:
    peak = 0.0
    root = psutil.Process(demo.pid)
    while demo.poll() is None:
        try:
            family = [root, *root.children(recursive=True)]
        except psutil.NoSuchProcess:
            break
        peak = max([peak, *(_high_water_mb(process.pid) for process in family)])
        time.sleep(_STEP_S)
    return peak


def _high_water_mb(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / _MB
    return 0.0


def _size_mb(folder: Path) -> float:
    """Size on disk; files linked several times (checkpoints of the store) count once."""
    seen = {
        (s.st_dev, s.st_ino): s.st_size
        for p in folder.rglob("*")
        if (s := p.stat()) and p.is_file()
    }
    return round(sum(seen.values()) / _MB, 1)
