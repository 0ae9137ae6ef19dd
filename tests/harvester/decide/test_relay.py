"""Nodes that harvest nodes: each publishes its ledger over HTTP, as a feed that others follow."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from harvester.run.pipeline import Options, harvest, import_into
from registry.ledger.ledger import Ledger
from registry.ledger.options import SourceOptions
from registry.ledger.types import Harvest, Outcome, Source
from registry.publish.pole import PoleDescription
from registry.publish.publisher import publish
from tests.harvester.conftest import TYPES
from tests.simulator import SimulatedPole, place
from vocab.records import Record


@dataclass
class Relay:
    """A node on loopback: its own places, the feeds that it follows, its own feed."""

    name: str
    web: SimulatedPole
    ledger: Ledger
    folder: Path

    @property
    def space(self) -> str:
        return self.web.url("/id/")

    @property
    def stream(self) -> str:
        return self.web.url("/feed/stream.trig")

    def own(self, *records: Record) -> None:
        """State places of this node's own file."""
        source = Source(self.name, self.name, self.name, "lieux.csv", "file", (self.space,))
        if self.ledger.source(self.name) is None:
            self.ledger.put_source(source)
        import_into(self.ledger, source, records)
        self.publish()

    def follow(self, other: "Relay", *spaces: str) -> None:
        """Register another node's feed for the namespaces that it may state."""
        slug = f"from-{other.name}"
        passed_on = tuple(space for space in spaces if space != other.space)
        self.ledger.put_source(
            Source(
                slug, other.name, slug, other.stream, "feed", spaces,
                allow_private=True, options=SourceOptions(relays=passed_on),
            )
        )  # fmt: skip

    def round(self) -> list[Harvest]:
        """Harvest every feed followed, then publish."""
        feeds = [source for source in self.ledger.sources() if source.kind == "feed"]
        done = [harvest(self.ledger, feed, options=Options()) for feed in feeds]
        self.publish()
        return done

    def publish(self) -> None:
        pole = PoleDescription(
            self.name, slug=self.name, namespace=self.space, feed_url=self.web.url("/feed/")
        )
        publish(self.ledger, pole, self.folder)
        for file in self.folder.rglob("*"):
            if file.is_file():
                path = f"/feed/{file.relative_to(self.folder).as_posix()}"
                self.web.put(path, file.read_bytes(), TYPES.get(file.suffix, "text/plain"))

    def held(self) -> dict[str, str]:
        """Content hash of every live record, whoever stated it."""
        slugs = [source.slug for source in self.ledger.sources()]
        return {iri: found for slug in slugs for iri, found in self.ledger.known(slug).items()}


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[Callable[..., list[Relay]]]:
    made: list[Relay] = []

    def make(*names: str) -> list[Relay]:
        for name in names:
            web = SimulatedPole()
            web.__enter__()
            ledger = Ledger.open(f"sqlite:///{tmp_path}/{name}.sqlite")
            made.append(Relay(name, web, ledger, tmp_path / name))
        return made

    yield make
    for node in made:
        node.ledger.close()
        node.web.__exit__()


def settle(nodes: Sequence[Relay], rounds: int = 4) -> None:
    for _ in range(rounds):
        for node in nodes:
            node.round()
    heads = [node.ledger.head() for node in nodes]
    last = [done.outcome for node in nodes for done in node.round()]
    assert [node.ledger.head() for node in nodes] == heads, "the loop settles"
    assert set(last) == {Outcome.UNCHANGED}


def rich(node: Relay, local: str, **more: str) -> Record:
    return place(node.web, local, latitude="49.2578", longitude="4.0319", **more)


def test_a_chain_keeps_iris_versions_and_bodies_and_brings_deletions_to_its_end(
    nodes: Callable[..., Any],
) -> None:
    origin, middle, end = nodes("origin", "middle", "end")
    records = [rich(origin, f"p{n}") for n in range(5)]
    origin.own(*records)
    middle.follow(origin, origin.space)
    end.follow(middle, origin.space)
    settle([middle, end])
    assert end.held() == origin.held()
    origin.own(*records[2:-1], rich(origin, "p4", nom="Renommé"))
    settle([middle, end])
    assert end.held() == origin.held()
    assert end.ledger.record(records[4].iri) == rich(origin, "p4", nom="Renommé")
    assert len([c for c in end.ledger.changes() if c.subject == records[0].iri]) == 2
    assert end.ledger.verify() == []


def test_two_registries_that_follow_each_other_settle(nodes: Callable[..., Any]) -> None:
    """Each may relay the other's records and its own: what comes back changes nothing."""
    one, two = nodes("one", "two")
    both = (one.space, two.space)
    mine = [rich(one, f"a{n}") for n in range(3)]
    yours = [rich(two, f"b{n}") for n in range(3)]
    one.own(*mine)
    two.own(*yours)
    one.follow(two, *both)
    two.follow(one, *both)
    settle([one, two])
    assert one.held() == two.held()
    assert len(one.held()) == 6
    owners = {r.iri: (one.ledger.owner(r.iri), two.ledger.owner(r.iri)) for r in (*mine, *yours)}
    assert set(owners.values()) == {("one", "from-one"), ("from-two", "two")}

    one.own(*mine[1:])
    two.own(*yours[:2], rich(two, "b2", nom="Renommé"))
    settle([one, two])
    assert one.held() == two.held()
    assert one.ledger.owner(mine[0].iri) is None, "the loop does not bring it back"
    assert one.ledger.record(yours[2].iri) == rich(two, "b2", nom="Renommé")
    assert [
        len([c for c in node.ledger.changes() if c.subject == mine[0].iri]) for node in (one, two)
    ] == [2, 2]


def test_three_registries_in_a_ring_settle_and_a_deletion_goes_round_once(
    nodes: Callable[..., Any],
) -> None:
    ring = nodes("one", "two", "three")
    spaces = [node.space for node in ring]
    for node in ring:
        node.own(rich(node, "x"), rich(node, "y"))
    for number, node in enumerate(ring):
        node.follow(ring[number - 1], *spaces)
    settle(ring, rounds=6)
    assert [len(node.held()) for node in ring] == [6, 6, 6]
    gone = rich(ring[0], "x")
    ring[0].own(rich(ring[0], "y"))
    settle(ring, rounds=6)
    assert [gone.iri in node.held() for node in ring] == [False, False, False]
    assert [len([c for c in node.ledger.changes() if c.subject == gone.iri]) for node in ring] == [
        2,
        2,
        2,
    ]


@pytest.mark.parametrize("relay_first", [False, True])
def test_a_record_of_the_poles_own_source_is_never_taken_over_by_a_relay(
    nodes: Callable[..., Any], relay_first: bool
) -> None:
    """Directly from the pole and through a relay that is late: the direct source has the word."""
    origin, relay, end = nodes("origin", "relay", "end")
    relay.follow(origin, origin.space)
    origin.own(rich(origin, "p1"))
    relay.round()
    origin.own(rich(origin, "p1", nom="Renommé"))  # the relay has not heard of it yet
    end.follow(origin, origin.space)
    end.follow(relay, origin.space)
    order = ["from-relay", "from-origin"] if relay_first else ["from-origin", "from-relay"]
    for slug in order * 3:
        harvest(end.ledger, _source(end, slug))
    assert end.ledger.record(rich(origin, "p1").iri) == rich(origin, "p1", nom="Renommé")
    assert end.ledger.owner(rich(origin, "p1").iri) == "from-origin"


def test_the_report_says_what_was_set_aside(nodes: Callable[..., Any]) -> None:
    one, two = nodes("one", "two")
    one.own(rich(one, "a"))
    two.own(rich(two, "b"))
    two.follow(one, one.space)
    two.round()
    one.follow(two, one.space, two.space)
    (done,) = one.round()
    assert done.outcome is Outcome.COMMITTED
    told = {found["code"]: found["count"] for found in done.report["findings"]}
    assert told["MED-H310"] == 1
    assert done.report["counts"]["refused"] == 0


def _source(node: Relay, slug: str) -> Source:
    found = node.ledger.source(slug)
    assert found is not None
    return replace(found)
