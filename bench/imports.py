"""``imports``: every real file at hand, through reading, mapping, cleaning and records.

The files are not shipped (``MAILLAGE_REAL_DATA`` names their folder). The eight exports of the
national pipeline bear the standard's own columns; the 33 producers' files have a mapping each, in
``bench/mappings/`` or, for those of the sample network, in ``samples/mappings/``.
"""

import os
import time
from collections import Counter
from pathlib import Path
from typing import Any

from harvester.tabular.importing import import_file
from harvester.tabular.result import ImportResult
from vocab.errors import UsageError
from vocab.mapping import PoleIdentity

ROOT = Path(__file__).resolve().parent.parent
POLE = PoleIdentity("bench", "https://bench.example/id/")
SAMPLES = {
    "bibliotheques-publiques_2020": "bibliotheques",
    "france-services_2024-08-01": "france-services",
    "tiers-lieux-cget_2019": "tiers-lieux",
}


def real_places() -> Path:
    """Return the folder of the real files.

    Raises:
        UsageError: it is not there.
    """
    folder = Path(os.environ.get("MAILLAGE_REAL_DATA", ROOT / ".." / "shared" / "data")) / "places"
    if not folder.is_dir():
        raise UsageError(f"no real files in {folder.resolve()}: set MAILLAGE_REAL_DATA")
    return folder.resolve()


def files(places: Path) -> list[Path]:
    """Return the 41 real files, producers' own first."""
    folders = ("sources", "exports-standard")
    return [path for folder in folders for path in sorted((places / folder).iterdir())]


def mapping_of(path: Path) -> Path | None:
    """Return the mapping file of a producer's file, or None for the standard's own columns.

    Raises:
        UsageError: a producer's file has no mapping yet.
    """
    if path.parent.name == "exports-standard":
        return None
    if path.stem in SAMPLES:
        return ROOT / "samples" / "mappings" / f"{SAMPLES[path.stem]}.toml"
    mapping = ROOT / "bench" / "mappings" / f"{path.stem}.toml"
    if not mapping.is_file():
        raise UsageError(f"{path.name}: write its mapping file {mapping}")
    return mapping


def run() -> dict[str, Any]:
    """Import every file; gives totals, and per file rows, places and lines by rule."""
    started = time.perf_counter()
    by_file: dict[str, Any] = {}
    totals: Counter[str] = Counter()
    for path in files(real_places()):
        begun = time.perf_counter()
        result = import_file(path, POLE, mapping_of(path))
        found = summary(result)
        totals.update({key: found[key] for key in (*_COUNTS, *_HOURS)})
        by_file[path.name] = {**found, "seconds": round(time.perf_counter() - begun, 2)}
    seconds = round(time.perf_counter() - started, 1)
    return {"files": len(by_file), **totals, "seconds": seconds, "by_file": by_file}


_COUNTS = ("rows", "places", "merged_rows", "refused_rows", "unaccounted_rows")
_HOURS = {
    "hours_translated": ("hours-french-to-osm", "hours-osm-mended"),
    "hours_verbatim": (
        "hours-kept-verbatim",
        "hours-text-without-days",
        "hours-text-without-times",
        "hours-range-doubtful",
    ),
}


def summary(result: ImportResult) -> dict[str, Any]:
    """Return the counts of one import, and its report lines counted by level and rule."""
    counts = result.counts
    found: dict[str, Any] = {
        "version": result.facts.version,
        "rows": counts.rows,
        "places": counts.places,
        "merged_rows": counts.merged_rows,
        "refused_rows": counts.refused_rows,
        "unaccounted_rows": counts.unaccounted_rows,
    }
    lines = Counter(line.rule for line in result.lines)
    for name, rules_of_hours in _HOURS.items():
        found[name] = sum(lines[rule] for rule in rules_of_hours)
    levels = {"repair": "repairs", "warning": "warnings", "loss": "losses", "refusal": "refusals"}
    for level, name in levels.items():
        rules = Counter(line.rule for line in result.lines if line.level == level)
        found[name] = dict(sorted(rules.items()))
    return found
