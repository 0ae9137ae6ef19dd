"""What the documents for contributors name exists: files, folders, and the symbols in them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.web.guides.reading import anchor

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("vocab", "sandbox", "shapes", "registry", "harvester", "maillage")
PATH = re.compile(
    rf"`((?:{'|'.join(ROOMS)}|tests|docs|bench|samples|deploy)/[\w./-]*)`(?: \(`(\w+)`\))?"
)
DOCUMENTS = ("CONTRIBUTING.md", "docs/architecture.md", "docs/glossary.md")
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)\s#]*)#?([^)\s]*)\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
MADE_BY_A_RECIPE = re.compile(r"`([\w./-]+)`, new:$", re.MULTILINE)


def named(document: str) -> Iterator[tuple[str, str]]:
    yield from PATH.findall((ROOT / document).read_text(encoding="utf-8"))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_that_a_document_names_exists(document: str) -> None:
    new = set(MADE_BY_A_RECIPE.findall((ROOT / document).read_text(encoding="utf-8")))
    paths = {path for path, _ in named(document)} - new
    assert len(paths) > 5
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []


def test_every_link_of_a_document_leads_to_a_file_or_a_heading() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    assert len(documents) > 80
    broken = []
    for document in documents:
        text = CODE.sub("", document.read_text(encoding="utf-8"))
        for target, part in LINK.findall(text):
            found = document.parent / target if target else document
            if not found.exists() or (part and part not in anchors(found)):
                broken.append(f"{document.relative_to(ROOT)}: {target}#{part}")
    assert broken == []


def anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {anchor(re.sub(r"[`*]", "", heading)) for heading in headings}


def test_ten_questions_are_answered_by_a_path_and_a_symbol() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    _, _, table = text.partition("## Where is…?")
    rows = [line for line in table.partition("\n## ")[0].split("\n") if line.startswith("| W")]
    assert len(rows) >= 10
    for row in rows:
        answers = [(path, symbol) for path, symbol in PATH.findall(row) if symbol]
        assert answers, row
        for path, symbol in answers:
            assert symbol in defined(ROOT / path), f"{symbol} is not defined in {path}"


def defined(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.ClassDef)
    return {node.name for node in tree.body if isinstance(node, kinds)}
