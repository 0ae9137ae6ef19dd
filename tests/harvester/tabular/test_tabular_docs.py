"""docs/import.md: each example is imported, and gives what the guide says."""

import json
import re
from pathlib import Path

import pytest

from harvester.tabular.importing import import_file
from tests.harvester.tabular.helpers import POLE
from vocab.mapping import national_row

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "import.md"
BLOCKS = re.findall(
    r"^```(\w+) (\S+)\n(.*?)^```$", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL
)
RESULTS = {name: text for kind, name, text in BLOCKS if kind == "json"}


def test_every_block_belongs_to_an_example() -> None:
    assert {name.partition(".")[0] for _, name, _ in BLOCKS} == set(RESULTS)
    assert len(RESULTS) == 3


@pytest.mark.parametrize("example", RESULTS)
def test_example_gives_what_the_guide_says(example: str, tmp_path: Path) -> None:
    for kind, name, text in BLOCKS:
        if kind != "json":
            (tmp_path / name).write_text(text, "utf-8")
    result = import_file(tmp_path / f"{example}.csv", POLE, tmp_path / f"{example}.toml")
    rows = [national_row(record) for record in result.records]
    expected = json.loads(RESULTS[example])
    assert [
        {key: row[key] for key in said} for row, said in zip(rows, expected, strict=True)
    ] == expected
    assert result.counts.unaccounted_rows == 0
