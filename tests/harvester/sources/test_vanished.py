"""What each kind of source that tells its whole state no longer lists: marked, then deleted."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import pytest

from harvester.run.pipeline import Options, harvest
from registry.ledger.ledger import Ledger
from registry.ledger.types import Harvest, Kind, Outcome, Source
from tests.harvester.conftest import NOW
from tests.harvester.sources import test_paged as paged
from tests.harvester.sources import test_sitemap as web
from tests.harvester.sources import test_table as table
from tests.harvester.sources.sparql_server import Endpoint, endpoint
from tests.simulator import SimulatedPole, places
from vocab.records import Record

GRACE = 7
NAMES = [f"p{number:02d}" for number in range(1, 6)]
ANEW = [*NAMES, "p06"]
"""With a new one: the very state of before would be held as a step back."""
Publish = Callable[[Sequence[str]], None]


def _table(pole: SimulatedPole) -> tuple[str, Publish]:
    def publish(names: Sequence[str]) -> None:
        pole.put("/lieux.csv", table.csv_of([table.row(name) for name in names]), "text/csv")

    return pole.url("/lieux.csv"), publish


def _pages(pole: SimulatedPole) -> tuple[str, Publish]:
    def publish(names: Sequence[str]) -> None:
        for name in names:
            told = web.LIBRARY | {"name": name}
            pole.put(f"/id/place/{name}", web.html(told), "text/html")
        listed = web.listing(pole, *(f"/id/place/{name}" for name in names))
        pole.put("/sitemap.xml", listed, "application/xml")

    return pole.url("/sitemap.xml"), publish


def _paged(pole: SimulatedPole) -> tuple[str, Publish]:
    def publish(names: Sequence[str]) -> None:
        paged.put(pole, _named(pole, names))

    return pole.url("/c"), publish


def _named(pole: SimulatedPole, names: Sequence[str]) -> list[Record]:
    return [one for one in places(pole, 6) if one.iri.rpartition("/")[2] in names]


def _sparql(server: Endpoint, pole: SimulatedPole) -> tuple[str, Publish]:
    def publish(names: Sequence[str]) -> None:
        server.store.update("DELETE WHERE { ?s ?p ?o }")
        server.load(_named(pole, names))

    return server.url, publish


class Visits:
    """A registry that visits one source on numbered days."""

    def __init__(self, ledger: Ledger, source: Source) -> None:
        self.ledger = ledger
        ledger.put_source(source)

    def on(self, day: int) -> Harvest:
        done = harvest(self.ledger, self.source, now=NOW + timedelta(days=day), options=Options())
        assert done.outcome in (Outcome.COMMITTED, Outcome.UNCHANGED), done.report
        return done

    @property
    def source(self) -> Source:
        found = self.ledger.source("pole")
        assert found is not None
        return found

    @property
    def live(self) -> int:
        return len(self.ledger.known("pole"))

    @property
    def marks(self) -> int:
        return len(self.source.cursor.missing)


@pytest.fixture(params=["table", "sitemap", "dump", "sparql"])
def followed(
    pole: SimulatedPole, ledger: Ledger, request: pytest.FixtureRequest
) -> Iterator[tuple[Visits, Publish]]:
    """A source of each kind that gave five places on day 0, and how it publishes others."""
    kind = request.param
    with endpoint() as server:
        laid = {"table": _table, "sitemap": _pages, "dump": _paged}
        url, publish = laid[kind](pole) if kind in laid else _sparql(server, pole)
        spaces = (pole.url("/id/"),)
        visits = Visits(ledger, Source("pole", "pole", "Pole", url, kind, spaces, True))
        publish(NAMES)
        visits.on(0)
        assert (visits.live, visits.marks) == (5, 0)
        yield visits, publish
        assert ledger.verify() == []


def test_what_is_no_longer_listed_is_marked_then_deleted(
    followed: tuple[Visits, Publish],
) -> None:
    visits, publish = followed
    publish(NAMES[:-1])
    marked = visits.on(1)
    assert (marked.report["counts"]["missing"], marked.first_seq) == (1, None)
    assert (visits.live, visits.marks) == (5, 1)
    visits.on(GRACE)
    assert (visits.live, visits.marks) == (5, 1)
    deleted = visits.on(GRACE + 1)
    assert deleted.report["counts"]["deleted"] == 1
    assert (visits.live, visits.marks) == (4, 0)
    *_, last = visits.ledger.changes()
    assert last.kind is Kind.DELETE
    publish(ANEW)
    assert visits.on(GRACE + 2).report["counts"]["created"] == 2
    assert visits.live == 6


def test_what_comes_back_in_time_loses_its_mark(followed: tuple[Visits, Publish]) -> None:
    visits, publish = followed
    publish(NAMES[1:])
    visits.on(1)
    assert (visits.live, visits.marks) == (5, 1)
    publish(ANEW)
    assert visits.on(5).report["counts"]["created"] == 1
    assert (visits.live, visits.marks) == (6, 0)
    visits.on(GRACE + 9)
    assert (visits.live, visits.marks) == (6, 0)
