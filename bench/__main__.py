"""Run benchmarks: ``python -m bench NAME --json`` prints one, ``--record`` keeps what it measured.

Each module of this package with a ``run() -> dict`` is a benchmark; units are in the keys.
"""

import argparse
import importlib
import json
import pkgutil
import subprocess
import sys

import bench
from bench.report import Result, record, recorded

_OF_THE_TESTS = {"bombs", "cluster", "paint"}
"""They need the libraries of the tests, which would be loaded into what the others measure."""


def names() -> list[str]:
    """Names of the benchmarks, in alphabetical order."""
    found = (m.name for m in pkgutil.iter_modules(bench.__path__))
    return sorted(
        n for n in found if n not in {"__main__", "asked", "report"} and not n.startswith("_")
    )


def measure(name: str) -> Result:
    """Run one benchmark and give what it measured."""
    return recorded(importlib.import_module(f"bench.{name}").run)


def _record_apart(name: str) -> None:
    """Run one benchmark in a process of its own: peak memory is that of the process."""
    subprocess.run([sys.executable, "-m", "bench", name, "--record"], check=True)


def main() -> int:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("name", nargs="?", choices=names())
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--record", action="store_true", help="rewrite docs/benchmarks.md")
    parser.add_argument(
        "--all", action="store_true", help="run and record all that need no library of the tests"
    )
    given = parser.parse_args()
    if given.all:
        for name in names():
            if name not in _OF_THE_TESTS:
                _record_apart(name)
        return 0
    if given.name is None:
        parser.error(f"name one of {', '.join(names())}, or --all")
    result = measure(given.name)
    if given.record:
        record({given.name: result})
    told = {"loop": result["loop"], **result["figures"]}
    json.dump(told, sys.stdout, ensure_ascii=False, indent=None if given.json else 2)
    print()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
