"""A ledger in several processes at once, beside one that has it open."""

from contextlib import closing
from pathlib import Path

import pytest

from harvester.run.executor import Processes, Visits
from registry.ledger.ledger import Ledger
from registry.ledger.types import Outcome, Source
from registry.settings.config import load
from registry.state import Board, state_url
from tests.simulator import SimulatedPole, place


@pytest.mark.parametrize("jobs", [1, 3], ids=["a fork", "from the fork server"])
def test_processes_harvest_into_one_ledger_with_connections_of_their_own(
    ledger: Ledger, url: str, tmp_path: Path, jobs: int
) -> None:
    settings = tmp_path / "maillage.toml"
    settings.write_text(f'[node]\ndata = "data"\nledger_url = "{url}"\n')
    with SimulatedPole() as pole:
        for name in "abcdef":
            space = pole.url(f"/id/{name}/")
            body = place(pole, "p1").body.replace(pole.url("/id/"), space)
            pole.put(f"/{name}.nt", body.encode(), "application/n-triples")
            url = pole.url(f"/{name}.nt")
            ledger.put_source(Source(name, name, name, url, "dump", (space,), allow_private=True))
        sources = ledger.sources()
        ledger.rest()
        with (
            closing(Processes(settings, None, jobs)) as workers,
            closing(Board(state_url(load(settings, {})))) as board,
        ):
            first = Visits(ledger, board, workers).make(sources).done
            assert ledger.head() == len(sources), "the one that started them reads on"
            second = Visits(ledger, board, workers).make(sources).done
    assert {one.outcome for one in first} == {Outcome.COMMITTED}
    assert {one.outcome for one in second} == {Outcome.UNCHANGED}
    assert ledger.verify() == []
