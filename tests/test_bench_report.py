"""The page of benchmarks: made from what was measured, judged by what was asked."""

import json
import platform
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bench import report
from bench.__main__ import names
from bench.asked import ASKED, LEAST, MOST, Asked, figure_of


def test_the_page_is_what_was_measured_and_every_figure_asked_for_is_there() -> None:
    known = json.loads(report.RESULTS.read_text("utf-8"))
    assert report.REPORT.read_text("utf-8") == report.page(known)
    assert known.keys() <= set(names())
    assert {one.bench for one in ASKED} <= set(names())
    missing = [
        (one.bench, one.key)
        for one in ASKED
        if one.bench in known and figure_of(known[one.bench]["figures"], one.key) is None
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("sign", "figure", "good"),
    [(LEAST, 5, True), (LEAST, 4.9, False), (MOST, 5, True), (MOST, 5.1, False)],
)
def test_a_figure_is_held_against_its_limit(sign: str, figure: float, good: bool) -> None:
    assert Asked("ldes", "ratio", sign, 5, "").holds(figure) is good


def test_a_list_counts_as_its_length() -> None:
    assert figure_of({"lost": ["one", "two"], "odd": "text"}, "lost") == 2
    assert figure_of({"odd": "text"}, "odd") is None
    assert figure_of({}, "lost") is None


@pytest.fixture
def nothing_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Results and page in a folder of their own, where nothing was recorded yet."""
    monkeypatch.setattr(report, "RESULTS", tmp_path / "results.json")
    monkeypatch.setattr(report, "REPORT", tmp_path / "benchmarks.md")
    monkeypatch.setattr(report, "LOOPS", 1_000)


@pytest.mark.usefixtures("nothing_recorded")
def test_runs_are_kept_and_the_median_is_judged() -> None:
    for ratio in (*range(20), 4.0, 6.0, 5.5, 5.25):
        figures: dict[str, Any] = {"ratio": ratio, "by_member": "x" * 5_000}
        report.record({"ldes": report.recorded(partial(dict, figures))})
    page = report.REPORT.read_text("utf-8")
    assert (
        "| times as fast as the reference client: ≥ 5 | 15 (4 to 19, 9 runs) | yes | `ldes` |"
        in page
    )
    assert "| `ratio` | 5.250 |" in page
    assert "5,000 characters" in page
    assert "xxx" not in page + report.RESULTS.read_text("utf-8")
    report.record({"nochange": report.recorded(lambda: {"requests_per_source": 2})})
    page = report.REPORT.read_text("utf-8")
    assert "| requests of a source without news: ≤ 1 | 2 | **no** | `nochange` |" in page
    assert "## ldes" in page, "the others stay"
    for failures in (4, 0):
        report.record({"bombs": report.recorded(partial(dict, failures=failures))})
    page = report.REPORT.read_text("utf-8")
    assert "| bombs not ended in one clear error: ≤ 0 | 0 | yes | `bombs` |" in page


@pytest.mark.usefixtures("nothing_recorded")
def test_runs_on_another_machine_are_not_held_against_this_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for version, ratio in (("3.11.7", 3), ("3.11.2", 6), ("3.11.2", 8)):
        monkeypatch.setattr(platform, "python_version", partial(str, version))
        report.record({"ldes": report.recorded(partial(dict, ratio=ratio))})
    assert ": ≥ 5 | 7 (6 to 8, 2 runs) | yes |" in report.REPORT.read_text("utf-8")
