"""``maillage verify`` on a node that somebody tampered with."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from harvester.run.pipeline import import_into
from maillage.main import cli
from registry.ledger.types import Source
from registry.node import Node
from registry.settings.config import Config
from tests.shapes import samples

SPACE = samples.BASE


@pytest.fixture
def verified(tmp_path: Path) -> Callable[[str], str]:
    """What verifying says of a node whose ledger and index were altered by hand."""
    with Node.open(Config(data=tmp_path)) as node:
        source = Source("zinc", "zinc", "Zinc", "lieux.csv", "file", (SPACE,))
        node.ledger.put_source(source)
        import_into(node.ledger, source, [samples.good()])
        node.follow()
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as ledger:
        ledger.execute("UPDATE change SET time = '2020-01-01T00:00:00.000000+00:00'")
        ledger.commit()
    with closing(sqlite3.connect(tmp_path / "index.sqlite")) as index:
        index.execute("UPDATE place SET name = 'Autre'")
        index.commit()

    def run(lang: str) -> str:
        told = CliRunner().invoke(cli, ["--data", str(tmp_path), "--lang", lang, "verify"])
        assert told.exit_code == 1, told.output
        return told.output

    return run


def test_each_defect_is_told_in_the_language_asked_for(verified: Callable[[str], str]) -> None:
    french, english = verified("fr"), verified("en")
    assert "ligne modifiée (empreinte d'entrée)" in french
    assert "its row was altered (entry hash differs)" in english
    assert "différents de la fiche du journal" in french
    assert "differ from the ledger's record" in english
    for words in ("altered", "differ ", "does not"):
        assert words not in french
    assert len(french.splitlines()) == len(english.splitlines())
