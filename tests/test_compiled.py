"""What was compiled is what the sources say, or nothing starts."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from registry.compiled import compiled_from

ROOT = Path(__file__).resolve().parent.parent
NAMED = (ROOT / "deploy" / "compiled.txt").read_text(encoding="utf-8").split()


def test_what_is_to_be_compiled_are_sources_of_ours_in_order() -> None:
    assert sorted(set(NAMED)) == NAMED
    assert [path for path in NAMED if not (ROOT / path).is_file()] == []


def test_what_runs_is_what_was_compiled() -> None:
    if os.environ.get("CI"):
        assert list(compiled_from()) == NAMED, "where changes are judged there is a compiler"
    for path in compiled_from():
        module = import_module(path.removesuffix(".py").replace("/", "."))
        assert str(module.__file__).endswith(".so")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Give the sources alone, said to be compiled as they are."""
    for room in ("harvester", "registry", "shapes", "vocab"):
        shutil.copytree(
            ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("*.so", "__pycache__")
        )
    digests = {path: hashlib.sha256((ROOT / path).read_bytes()).hexdigest() for path in NAMED}
    (tmp_path / "registry" / "compiled.json").write_text(json.dumps(digests), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("fr", "compilés avant que leurs sources ne changent : {}. Lancez `make setup`"),
        ("en", "compiled before their sources changed: {}. Run `make setup`"),
    ],
)
def test_no_command_runs_what_its_source_no_longer_says(tree: Path, lang: str, told: str) -> None:
    command = [sys.executable, "-m", "registry.cli.main", "--lang", lang, "--data", "kept"]
    command += ["source", "list"]
    fine = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    assert (fine.returncode, fine.stderr) == (0, "")
    with (tree / NAMED[0]).open("a", encoding="utf-8") as source:
        source.write("# changed\n")
    (tree / NAMED[1]).unlink()
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr == f"maillage: {told.format(', '.join(NAMED[:2]))}\n"
