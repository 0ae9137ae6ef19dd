"""The compiled validator against the W3C SHACL suite: right, or refused by name; never wrong."""

from collections import Counter
from pathlib import Path

import pytest

from shapes.classes import Hierarchy
from shapes.engine import Engine
from tests.shapes import suite

REFUSED = {
    "core/path/path-strange-001.ttl": "two forms of path in one node: ill-formed (SHACL 2.3.1)",
    "core/path/path-strange-002.ttl": "two forms of path in one node: ill-formed (SHACL 2.3.1)",
    "sparql/node/prefixes-001.ttl": "prefixes declared by imports",
    "sparql/node/sparql-001.ttl": "a variable as property, which the window cannot foresee",
    "sparql/node/sparql-002.ttl": "a SPARQL constraint that is its own shape",
    "sparql/node/sparql-003.ttl": "a SPARQL constraint that is its own shape",
    "sparql/property/sparql-001.ttl": "$PATH",
} | {
    name: "custom components and pre-binding: outside the subset"
    for name in suite.names()
    if name.startswith(("sparql/component/", "sparql/pre-binding/"))
}


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("w3c")
    suite.unpack(path)
    return path


@pytest.mark.parametrize("name", suite.names())
def test_suite(folder: Path, name: str) -> None:
    case = suite.read(folder / name)
    engine = Engine(case.shapes, Hierarchy([]))
    if name in REFUSED:
        assert engine.refused, REFUSED[name]
        return
    assert not engine.refused
    found = Counter(suite.key(result) for result in engine.check_graph(case.data))
    assert found == case.expected


def test_counts() -> None:
    """docs/validation.md gives these numbers."""
    core = [name for name in suite.names() if name.startswith("core/")]
    assert (len(core), len([name for name in core if name in REFUSED])) == (98, 2)
    assert len(suite.names()) - len(core) == len(REFUSED) - 2 == 23
