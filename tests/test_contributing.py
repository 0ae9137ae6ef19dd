"""The recipes of CONTRIBUTING.md, followed to the letter in a copy of the project."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GUIDE = ROOT / "CONTRIBUTING.md"
STEP = re.compile(
    r"^(?P<words>[^\n]*)\n```(?P<language>\w+)\n(?P<block>.*?)^```$", re.MULTILINE | re.DOTALL
)
WHERE = re.compile(
    r"`(?P<path>[^`]+)`, (?:(?P<side>after|before) `(?P<marker>[^`]+)`|(?P<whole>new|at its end)):$"
)
COPIED = ("vocab", "sandbox", "shapes", "registry", "harvester", "maillage", "samples", "docs")


@dataclass(frozen=True)
class Recipe:
    title: str
    text: str


def recipes() -> Iterator[Recipe]:
    _, _, all_of_them = GUIDE.read_text(encoding="utf-8").partition("\n# Recipes\n")
    for part in all_of_them.split("\n## ")[1:]:
        title, _, text = part.partition("\n")
        yield Recipe(title, text)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project, without the folders that no recipe needs."""
    target = tmp_path / "project"
    leave = shutil.ignore_patterns("__pycache__", "poles", ".*")
    for name in (*COPIED, "tests"):
        shutil.copytree(ROOT / name, target / name, ignore=leave)
    for name in ("pyproject.toml", "CONTRIBUTING.md", "CHANGELOG.md", "README.md", "Makefile"):
        shutil.copy(ROOT / name, target / name)
    return target


def put(project: Path, where: re.Match[str], block: str) -> None:
    path = project / where["path"]
    if where["whole"] == "new":
        assert not path.exists(), path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block, encoding="utf-8")
        return
    before = path.read_text(encoding="utf-8")
    marker = where["marker"]
    if marker is None:
        path.write_text(before + block, encoding="utf-8")
        return
    assert before.count(marker) == 1, (
        f"{path}: {marker!r} stands there {before.count(marker)} times"
    )
    block = block if marker[-1:] != " " else block.rstrip("\n") + " "
    at = before.index(marker)
    if where["side"] == "after":
        at += len(marker) if marker[-1:] == " " else len(marker) + 1  # the line's end
    path.write_text(before[:at] + block + before[at:], encoding="utf-8")


def run(project: Path, commands: str) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    given = {"PATH": path, "PYTHONPATH": str(project), "PYTEST_ADDOPTS": "-p no:cacheprovider"}
    done = subprocess.run(
        ["sh", "-e", "-c", commands], cwd=project, capture_output=True, text=True, timeout=300,
        env=os.environ | given,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-3_000:]


@pytest.mark.slow
@pytest.mark.parametrize("recipe", [*recipes()], ids=lambda recipe: recipe.title)
def test_a_recipe_does_what_it_says(recipe: Recipe, copy: Path) -> None:
    commands = 0
    for step in STEP.finditer(recipe.text):
        if step["language"] == "sh":
            run(copy, step["block"])
            commands += 1
        else:
            where = WHERE.search(step["words"])
            assert where, f"no place is named for the block under {step['words']!r}"
            put(copy, where, step["block"])
    assert commands or recipe.title == "Add a property"  # tests/test_property.py follows it
