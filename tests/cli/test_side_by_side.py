"""``maillage harvest --all`` while somebody else harvests one of the sources."""

from pathlib import Path

import pytest

from harvester.pipeline import Options
from harvester.problems import BusyError
from registry.cli.context import Settings
from registry.cli.running import harvest_all
from registry.config import Config
from registry.ledger.types import Source
from registry.node import Node
from registry.runs import Board, board_url
from tests.simulator import SimulatedPole, place


def test_what_the_others_brought_is_shown_though_one_was_busy(tmp_path: Path) -> None:
    settings = Settings(None, tmp_path, "fr", quiet=True)
    with SimulatedPole() as pole, Node.open(Config(data=tmp_path)) as node:
        found = place(pole, "p1")
        pole.put("/free.nt", found.body.encode(), "application/n-triples")
        spaces = {"busy": "https://busy.example/", "free": pole.url("/id/")}
        sources = [
            Source(slug, slug, slug, pole.url(f"/{slug}.nt"), "dump", (space,), allow_private=True)
            for slug, space in spaces.items()
        ]
        for source in sources:
            node.ledger.put_source(source)
        with node.ledger.lock("busy"), pytest.raises(BusyError):
            harvest_all(node, sources, settings, Options(), 2)
        assert node.index.resource(found.iri) is not None
        assert Board(board_url(node.config)).running() == ()
