"""Generated files are up to date and reproducible."""

from pathlib import Path

import pytest

from shapes.generate import GENERATED, rules_markdown
from shapes.rules import rules


@pytest.mark.parametrize("file", GENERATED, ids=lambda file: file.name)
def test_a_generated_file_is_up_to_date(file: Path) -> None:
    assert file.read_text(encoding="utf-8") == GENERATED[file](), "run python -m shapes.generate"


def test_the_page_of_rules_has_them_all() -> None:
    assert all(f"### {rule.code}\n" in rules_markdown() for rule in rules())
