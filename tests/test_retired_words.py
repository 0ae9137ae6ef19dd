"""Names are those of the glossary: words that were given up do not come back."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("vocab", "sandbox", "shapes", "registry", "harvester", "maillage")
RETIRED_WORDS = """
adrift afresh apart astray born brood chair crew door doors fate hand
hands heap hear heard hears hire hired judging keeper mend mended nursery
owed patience piled seats shortcuts slip slips stranger strangers tell telling tells
told turn turned turns unnoticed vanishing visiting wires
"""
RETIRED = frozenset(RETIRED_WORDS.split())
"""Parts of names; what each became is in docs/glossary.md."""
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def names(path: Path) -> Iterator[tuple[int, str]]:
    """Every name that a module gives to something, with its line, and its own."""
    yield 0, path.stem
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr


def test_no_name_uses_a_retired_word() -> None:
    breaches = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        for line, name in names(path)
        if RETIRED & {part.lower() for part in _PART.findall(name)}
    ]
    assert breaches == []
