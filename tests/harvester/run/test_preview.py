"""A dry run tells all that a harvest would do, and leaves no trace."""

from collections.abc import Callable
from typing import Any

from harvester.decide.compare import Guards
from harvester.errors import StoppedError
from harvester.run.pipeline import Options, preview
from harvester.run.progress import Progress, Stage
from registry.history.changes import changed_by, changed_with
from registry.ledger.types import Kind, Outcome
from tests.harvester.conftest import Registry
from tests.simulator import SimulatedPole, place, places

DUMP = "/dump.nt"
AT_ONCE = Guards(grace_days=0)


def serve(pole: SimulatedPole, records: list[Any]) -> None:
    pole.put(DUMP, "".join(r.body for r in records).encode(), "application/n-triples")


def test_a_preview_tells_what_the_harvest_then_does(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    node = registry(DUMP, "dump")
    serve(pole, places(pole, 3))
    node.harvest()
    source = node.kept()
    serve(pole, [*places(pole, 2), place(pole, "p99")])
    told = preview(node.ledger, source, options=Options(node.policy, AT_ONCE))
    shown = list(changed_with(node.ledger, told.drafts))
    assert [one.kind for one in shown] == [Kind.DELETE, Kind.CREATE]
    assert told.harvest.outcome is Outcome.COMMITTED
    assert (node.ledger.last_harvest(), node.kept()) == (1, source)
    done = node.harvest()
    assert done.report["counts"] == told.harvest.report["counts"]
    assert list(changed_by(node.ledger, done)) == shown
    assert list(changed_by(node.ledger, done, 1, 5)) == shown[1:]


def test_a_preview_of_a_harvest_that_would_be_held_shows_it_and_keeps_nothing(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    node = registry(DUMP, "dump")
    serve(pole, places(pole, 20))
    node.harvest()
    serve(pole, places(pole, 2))
    told = preview(node.ledger, node.source, options=Options(node.policy, AT_ONCE))
    assert (told.harvest.outcome, len(told.drafts)) == (Outcome.HELD, 18)
    assert told.harvest.report["holds"]
    assert (node.ledger.last_harvest(), node.ledger.held("pole")) == (1, None)
    held = node.harvest()
    assert list(changed_by(node.ledger, held)) == list(changed_with(node.ledger, told.drafts))


def test_a_preview_of_what_cannot_be_read_says_why(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    node = registry(DUMP, "dump")
    pole.put(DUMP, b"<broken", "application/n-triples")
    told = preview(node.ledger, node.source, options=Options(policy=node.policy))
    assert told.harvest.outcome is Outcome.FAILED
    assert told.harvest.report["error"]["message_fr"]
    assert node.ledger.last_harvest() == 0


class Impatient(Progress):
    """Notes what it is told, and wants the harvest to end when records are checked."""

    def __init__(self, *, stops: bool) -> None:
        self.stops = stops
        self.told: list[str] = []

    def stage(self, slug: str, stage: Stage, expected: int | None = None) -> None:
        self.told.append(stage)
        if self.stops and stage is Stage.CHECK:
            raise StoppedError("MED-H430", source=slug, who="somebody")

    def ended(self, slug: str) -> None:
        self.told.append("ended")


def test_a_preview_that_is_stopped_says_so_and_ends(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    node = registry(DUMP, "dump")
    serve(pole, places(pole, 3))
    progress = Impatient(stops=True)
    told = preview(node.ledger, node.source, options=Options(node.policy, progress=progress))
    assert (told.harvest.outcome, told.harvest.report["error"]["code"]) == ("failed", "MED-H430")
    assert progress.told == ["fetch", "parse", "compare", "check", "ended"]


def test_a_preview_commits_nothing_and_does_not_say_that_it_does(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    node = registry(DUMP, "dump")
    serve(pole, places(pole, 3))
    progress = Impatient(stops=False)
    preview(node.ledger, node.source, options=Options(node.policy, progress=progress))
    assert progress.told == ["fetch", "parse", "compare", "check", "ended"]
    node.harvest(progress=progress)
    assert progress.told[-2:] == ["commit", "ended"]
    serve(pole, [])
    node.harvest(progress=progress)
    assert progress.told[-2:] == ["hold", "ended"]
