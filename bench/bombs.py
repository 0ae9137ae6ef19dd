"""``bombs``: every structured bomb of the tests, with the usual limits, one process after another.

Each bomb (``tests/security/bombs``) is set off in a fresh process that harvests it over loopback,
reads the page that tells of it and harvests another source. Seconds are those of the harvest, so
without the start of the process; memory is the largest resident size that any one process of the
family ever had, the simulated pole included, which lives in the harvester's process here.
"""

import json
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench._watch import watched
from tests.security.bombs import BOMBS
from tests.security.bombs.driver import shooting_range

MAX_SECONDS = 60.0
MAX_MB = 1_073.741824
_WORST = 10


def run(part: str = "") -> dict[str, Any]:
    """Return each bomb's seconds and memory, the worst of both, and what went beyond the limits.

    Args:
        part: only bombs whose name holds it; by default, all.
    """
    names = [name for name in BOMBS if part in name]
    with ThreadPoolExecutor(max((os.cpu_count() or 2) // 2, 1)) as workers:
        told = dict(zip(names, workers.map(_measured, names), strict=True))
    failed = {name: one["failure"] for name, one in told.items() if one["failure"]}
    return {
        "bombs": len(told),
        "failures": len(failed),
        "failed": failed,
        "worst_seconds": max(one["seconds"] for one in told.values()),
        "worst_mb": max(one["peak_mb"] for one in told.values()),
        "slowest": _worst(told, "seconds"),
        "largest": _worst(told, "peak_mb"),
        "by_bomb": {name: [one["seconds"], one["peak_mb"]] for name, one in told.items()},
    }


def _worst(told: dict[str, dict[str, Any]], key: str) -> dict[str, float]:
    names = sorted(told, key=lambda name: -told[name][key])[:_WORST]
    return {name: told[name][key] for name in names}


def _measured(name: str) -> dict[str, Any]:
    done = watched([sys.executable, "-m", "bench.bombs", name])
    said: dict[str, Any] = json.loads(done.out) if done.out else {}
    seconds, failure = said.get("seconds", done.seconds), said.get("failure", "")
    beyond = {
        f"exit {done.code}": done.code != 0,
        f"{seconds} s": seconds > MAX_SECONDS,
        f"{done.peak_mb} MB": done.peak_mb > MAX_MB,
    }
    failure = failure or ", ".join(told for told, is_beyond in beyond.items() if is_beyond)
    return {"seconds": seconds, "peak_mb": done.peak_mb, "failure": failure}


def explode(name: str) -> dict[str, Any]:
    """Set one bomb off here; give its seconds, and what did not hold."""
    failure = ""
    with tempfile.TemporaryDirectory() as folder, shooting_range(Path(folder)) as ground:
        started = time.monotonic()
        try:
            ground.explode(BOMBS[name])
        except AssertionError as error:
            failure = str(error).split("\n")[0] or "an assertion of the driver"
        seconds = round(time.monotonic() - started, 2)
        ground.harvest_another()
    return {"seconds": seconds, "failure": failure}


if __name__ == "__main__":
    json.dump(explode(sys.argv[1]), sys.stdout)
