"""pyshacl-turbo on the generated places, in a process of its own: prints places a second.

It is a library of the tests, so the Python that has it may be another than the one that measures.
"""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from vocab.records import Record


def turbo_rate() -> float:
    """Return how many generated places the engine judges in a second of processor time."""
    command = shutil.which("pyshacl-turbo")
    if command is None:
        raise FileNotFoundError("pyshacl-turbo: run `make setup-dev` and put .venv/bin into PATH")
    python = str(Path(command).with_name("python"))
    told = [python, "-m", "bench._turbo"]
    done = subprocess.run(told, capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout))


def _measure(stream: Iterator[Record]) -> float:
    """Judge all places in portions; the shapes are compiled before the clock starts."""
    from tests.shapes.turbo import PORTION, compiled, report_of

    program, seconds, count = compiled(), 0.0, 0
    while batch := list(islice(stream, PORTION)):
        count += len(batch)
        start = time.process_time()
        report_of(program, batch)
        seconds += time.process_time() - start
    return count / seconds


if __name__ == "__main__":
    from bench.validation import PLACES, places

    print(json.dumps(_measure(places(PLACES))))
