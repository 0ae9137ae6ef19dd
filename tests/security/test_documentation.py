"""Every proof that docs/security.md names is there."""

import ast
import re

from tests.conftest import ROOT

DOCUMENT = (ROOT / "docs" / "security.md").read_text("utf-8")
THIS = "test_documentation.py"
PROOF = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def defined_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_test_that_is_named_exists() -> None:
    named = PROOF.findall(DOCUMENT)
    assert named
    assert [f"{path}::{name}" for path, name in named if name not in defined_in(path)] == []


def test_every_defence_has_its_proof() -> None:
    rows = [
        line for line in DOCUMENT.splitlines() if re.match(r"\| (?!attack|asset|ASVS|---)", line)
    ]
    defences = [row for row in rows if row.count(" | ") >= 2]
    assert defences
    assert [row for row in defences if not PROOF.search(row)] == []


def test_every_test_of_this_room_is_named() -> None:
    here = sorted((ROOT / "tests" / "security").glob("test_*.py"))
    ours = {path.relative_to(ROOT).as_posix() for path in here if path.name != THIS}
    assert ours <= {path for path, _ in PROOF.findall(DOCUMENT)}


def test_every_module_that_is_named_exists() -> None:
    for name in re.findall(r"`((?:harvester|registry|shapes)/[\w/.]+)`", DOCUMENT):
        assert (ROOT / name).exists(), name
