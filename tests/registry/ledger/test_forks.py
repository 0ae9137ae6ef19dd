"""A ledger in several processes at once, forked from one that had it open."""

from contextlib import closing

from harvester.run.executor import Crew
from registry.ledger.ledger import Ledger
from registry.ledger.types import Outcome, Source
from tests.simulator import SimulatedPole, place


def test_forks_harvest_into_one_ledger_with_connections_of_their_own(ledger: Ledger) -> None:
    with SimulatedPole() as pole:
        for name in "abcdef":
            space = pole.url(f"/id/{name}/")
            body = place(pole, "p1").body.replace(pole.url("/id/"), space)
            pole.put(f"/{name}.nt", body.encode(), "application/n-triples")
            url = pole.url(f"/{name}.nt")
            ledger.put_source(Source(name, name, name, url, "dump", (space,), allow_private=True))
        sources = ledger.sources()
        with closing(Crew(ledger, jobs=3)) as crew:
            first = crew.harvest(sources).done
            assert ledger.head() == len(sources), "the one that hired them reads on"
            second = crew.harvest(sources).done
    assert {one.outcome for one in first} == {Outcome.COMMITTED}
    assert {one.outcome for one in second} == {Outcome.UNCHANGED}
    assert ledger.verify() == []
