"""Run benchmarks: ``python -m bench NAME --json`` prints one, ``--all`` rewrites the report.

Each module of this package with a ``run() -> dict`` is a benchmark; units are in the keys.
"""

import argparse
import importlib
import json
import pkgutil
import subprocess
import sys
from typing import Any

import bench
from bench.report import write_report


def names() -> list[str]:
    """Names of the benchmarks, in alphabetical order."""
    found = (m.name for m in pkgutil.iter_modules(bench.__path__))
    return sorted(n for n in found if n not in {"__main__", "report"} and not n.startswith("_"))


def measure(name: str) -> dict[str, Any]:
    """Run one benchmark and give what it measured."""
    result: dict[str, Any] = importlib.import_module(f"bench.{name}").run()
    return result


def _measured_apart(name: str) -> dict[str, Any]:
    """Run one benchmark in a process of its own: peak memory is that of the process."""
    command = [sys.executable, "-m", "bench", name, "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def main() -> int:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("name", nargs="?", choices=names())
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--all", action="store_true", help="run all, rewrite docs/benchmarks.md")
    given = parser.parse_args()
    if given.all:
        write_report({name: _measured_apart(name) for name in names()})
        return 0
    if given.name is None:
        parser.error(f"name one of {', '.join(names())}, or --all")
    result = measure(given.name)
    json.dump(result, sys.stdout, ensure_ascii=False, indent=None if given.json else 2)
    print()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
