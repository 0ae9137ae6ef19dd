"""Our harvester on our own publisher: what a node publishes is exactly what a node harvests."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from registry.ledger.types import Outcome
from tests.harvester.conftest import PublishingPole, Registry
from tests.simulator import SimulatedPole, place, places


def test_the_registry_holds_what_the_pole_holds_byte_for_byte(
    pole: SimulatedPole, publishing: PublishingPole, registry: Callable[..., Registry]
) -> None:
    records = places(pole, 40)
    rich = place(
        pole,
        "p00",
        latitude="49.2578",
        longitude="4.0319",
        presentation_resume='Guillemets "droits", \\ barre, tabulation\t et 😀',
        horaires="Mo-Fr 09:00-12:00",
        pivot="13002603200016",
        telephone="+33326000000",
    )
    publishing.state([*records, rich])
    node = registry("/feed/stream.trig")
    assert node.harvest().outcome is Outcome.COMMITTED
    assert node.ledger.known("pole") == publishing.ledger.known("places")

    pole.requests.clear()
    done = node.harvest()
    assert done.outcome is Outcome.UNCHANGED
    assert [(r.path, r.status) for r in pole.requests] == [("/feed/stream.trig", 304)]

    publishing.state([*records[3:], place(pole, "p03", nom="Changé"), place(pole, "p77"), rich])
    node.harvest()
    assert node.ledger.known("pole") == publishing.ledger.known("places")
    assert node.ledger.verify() == []


@pytest.mark.parametrize("suffix", [".nt.gz", ".ttl", ".jsonld"])
def test_every_dump_gives_the_same_state_as_the_stream(
    pole: SimulatedPole, publishing: PublishingPole, registry: Callable[..., Registry], suffix: str
) -> None:
    publishing.state([*places(pole, 12), place(pole, "g", latitude="49.2578", longitude="4.0319")])
    (path,) = (p for p in pole.documents if p.endswith(suffix) and "catalog" not in p)
    node = registry(path, "dump")
    done = node.harvest()
    assert done.outcome is Outcome.COMMITTED, done.report.get("error")
    assert node.ledger.known("pole") == publishing.ledger.known("places")


def test_a_registry_may_change_from_dump_to_stream(
    pole: SimulatedPole, publishing: PublishingPole, registry: Callable[..., Registry]
) -> None:
    publishing.state(places(pole, 5))
    (dump,) = (path for path in pole.documents if path.endswith(".nt.gz"))
    node = registry(dump, "dump")
    node.harvest()
    node.ledger.put_source(replace(node.source, url=pole.url("/feed/stream.trig"), kind="feed"))
    done = node.harvest()
    assert (done.outcome, done.report["counts"]["unchanged"]) == (Outcome.UNCHANGED, 5)
