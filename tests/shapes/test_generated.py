"""Generated files are up to date and reproducible."""

from pathlib import Path

from shapes.catalogue import rules_markdown
from shapes.generate import LISTS, lists_turtle
from shapes.rules import rules
from tests.conftest import ROOT


def test_lists() -> None:
    assert LISTS.read_text(encoding="utf-8") == lists_turtle(), "run python -m shapes.generate"


def test_rules() -> None:
    page = Path(ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert page == rules_markdown(), "run python -m shapes.generate"
    assert all(f"### {rule.code}\n" in page for rule in rules())
