"""``docs/benchmarks.md``: every figure as measured, with the machine it was measured on."""

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

REPORT = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
_LONG = 2_000


def write_report(results: dict[str, dict[str, Any]]) -> None:
    """Rewrite the report from the results of all benchmarks."""
    REPORT.write_text("\n".join(_lines(results)), encoding="utf-8")


def _lines(results: dict[str, dict[str, Any]]) -> list[str]:
    day = datetime.now(UTC).date().isoformat()
    machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    lines = [
        "# Benchmarks",
        "",
        f"Measured on {day} ({machine}) by `make bench`; one of them: "
        "`.venv/bin/python -m bench NAME --json`.",
        "",
    ]
    for name, result in results.items():
        lines += [f"## {name}", "", "| figure | value |", "|---|---|"]
        lines += [f"| `{key}` | {_shown(value)} |" for key, value in result.items()]
        lines.append("")
    return lines


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.3f}"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONG else f"({len(text):,} characters: run the command)"
