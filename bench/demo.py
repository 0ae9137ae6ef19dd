"""The sample network from an empty data folder, then a second start; memory of every process.

``peak_mb`` is the largest resident size that any process of the network ever had (``VmHWM``),
sampled while it runs; seconds are wall clock of ``python -m samples.demo --once``, interpreter
start and stop included.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench._watch import watched

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
    done = watched([sys.executable, "-m", "samples.demo", "--data", str(data), "--once"])
    if done.code:
        raise SystemExit(f"the demo ended with code {done.code}")
    result: dict[str, Any] = json.loads(done.out)
    return result | {"seconds": round(done.seconds, 2), "peak_mb": done.peak_mb}


def _size_mb(folder: Path) -> float:
    """Size on disk; files linked several times (checkpoints of the store) count once."""
    seen = {
        (s.st_dev, s.st_ino): s.st_size
        for p in folder.rglob("*")
        if (s := p.stat()) and p.is_file()
    }
    return round(sum(seen.values()) / _MB, 1)
