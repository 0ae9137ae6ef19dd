"""``docs/benchmarks.md``: every figure as measured, with the machine and the day.

What each benchmark measured last is kept in ``bench/results.json``; the page is made from it.
"""

import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.asked import ASKED, figure_of

RESULTS = Path(__file__).resolve().parent / "results.json"
REPORT = RESULTS.parent.parent / "docs" / "benchmarks.md"
_LONG = 2_000
LOOPS = 10_000_000
_HEAD = """# Benchmarks

`make bench` runs all and rewrites this page; `.venv/shipped/bin/python -m bench NAME --record` runs
one and rewrites its part. What is measured is what is shipped: libraries of the tests would be
loaded too, and make each start a tenth of a second longer. Seconds are those of the host at that
hour: `loop` is what ten million turns of a plain Python loop took just before and just after
(seconds), so that two days can be compared. A ratio is measured against a peer in the same run.
What was asked is held against the median of the last runs on such a machine with such a Python, at
most nine, with the lowest and the highest beside it; a count of faults is that of the last run.
"""
_RUNS = 9

Result = dict[str, Any]


def recorded(run: Callable[[], Result]) -> Result:
    """Run a benchmark; give its figures with the day, the machine and the speed of the host."""
    before = _loop_s()
    figures = run()
    machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    return {
        "day": datetime.now(UTC).date().isoformat(),
        "machine": machine,
        "loop": [before, _loop_s()],
        "figures": figures,
    }


def record(results: dict[str, Result]) -> None:
    """Keep the results beside those of the other benchmarks, and rewrite the page."""
    known = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    for name, result in results.items():
        before = known.get(name, {})
        alike = before.get("runs", []) if before.get("machine") == result["machine"] else []
        runs = [*alike, _headline(name, result["figures"])]
        figures = {key: _kept(value) for key, value in result["figures"].items()}
        known[name] = result | {"figures": figures, "runs": runs[-_RUNS:]}
    known = dict(sorted(known.items()))
    RESULTS.write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    REPORT.write_text(page(known), encoding="utf-8")


def page(results: dict[str, Result]) -> str:
    """Return the page for the results of all benchmarks."""
    return "\n".join(_lines(results))


def _headline(name: str, figures: dict[str, Any]) -> dict[str, float]:
    """Return the figures of a run that something was asked of."""
    told = {one.key: figure_of(figures, one.key) for one in ASKED if one.bench == name}
    return {key: figure for key, figure in told.items() if figure is not None}


def _loop_s() -> float:
    started, total = time.perf_counter(), 0
    for number in range(LOOPS):
        total += number * number
    return round(time.perf_counter() - started, 2)


def _lines(results: dict[str, Result]) -> list[str]:
    lines = [_HEAD, "| asked | measured | holds | benchmark |", "|---|---|---|---|"]
    for one in ASKED:
        runs = results.get(one.bench, {}).get("runs", ())
        figures = [run[one.key] for run in runs if one.key in run]
        if one.is_of_faults:
            figures = figures[-1:]
        if figures:
            holds = "yes" if one.holds(statistics.median(figures)) else "**no**"
            asked = f"{one.text}: {one.sign} {one.limit:,}"
            lines.append(f"| {asked} | {_median(figures)} | {holds} | `{one.bench}` |")
    for name, result in results.items():
        before, after = result["loop"]
        lines += ["", f"## {name}", ""]
        lines += [f"{result['day']}, {result['machine']}, loop {before:g} and {after:g}.", ""]
        lines += ["| figure | value |", "|---|---|"]
        lines += [f"| `{key}` | {_shown(value)} |" for key, value in result["figures"].items()]
    return [*lines, ""]


def _median(figures: list[float]) -> str:
    told = f"{statistics.median(figures):,g}"
    low, high = min(figures), max(figures)
    return told if low == high else f"{told} ({low:,g} to {high:,g}, {len(figures)} runs)"


def _kept(value: object) -> object:
    text = _shown(value)
    return value if len(text) <= _LONG else f"({len(text):,} characters: run the command)"


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.3f}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
