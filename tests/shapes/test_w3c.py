"""The compiled validator against the W3C SHACL suite: right, or refused by name; never wrong."""

from collections import Counter
from pathlib import Path

import pytest

from shapes.classes import Hierarchy
from shapes.engine import Engine
from tests.shapes import suite

REFUSED = {}


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
        assert engine.refused
        return
    assert not engine.refused
    found = Counter(
        (
            suite.anonymous(result.focus),
            result.spec.path,
            suite.anonymous(result.value),
            result.spec.severity,
            result.spec.component,
            suite.anonymous(result.spec.shape),
        )
        for result in engine.check_graph(case.data)
    )
    assert found == case.expected
