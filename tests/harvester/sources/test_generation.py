"""A stream that begins anew, after its ledger was restored: read whole, nothing doubled or lost."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from harvester.decide.compare import Guards
from registry.ledger.types import Harvest, Outcome
from tests.harvester.conftest import PublishingPole, Registry
from tests.simulator import SimulatedPole, Stream, place, places
from vocab.records import Record

RESTORED = "20260301-120000-000000"


def codes(harvest: Harvest) -> set[str]:
    return {finding["code"] for finding in harvest.report.get("findings", ())}


def restored(publishing: PublishingPole, records: list[Record]) -> None:
    """The pole's ledger goes back to what it was, and says so."""
    before = publishing.description
    publishing.description = replace(before, generation=RESTORED)
    publishing.state(records)


def test_f1_a_new_generation_with_the_same_places_changes_nothing(
    pole: SimulatedPole, publishing: PublishingPole, registry: Callable[..., Registry]
) -> None:
    records = places(pole, 12)
    publishing.state(records)
    node = registry("/feed/stream.trig")
    node.harvest()
    known, head = node.ledger.known("pole"), node.ledger.head()

    restored(publishing, records)
    done = node.harvest()
    assert done.outcome is Outcome.UNCHANGED
    assert done.report["counts"]["unchanged"] == 12
    assert (node.ledger.known("pole"), node.ledger.head()) == (known, head)
    assert codes(done) == {"MED-H546"}

    pole.requests.clear()
    assert node.harvest().outcome is Outcome.UNCHANGED
    assert [request.status for request in pole.requests] == [304]


def test_f1_a_shorter_history_is_a_new_stream_not_one_that_went_back(
    pole: SimulatedPole,
    publishing: PublishingPole,
    registry: Callable[..., Registry],
    tmp_path: Path,
) -> None:
    """The reader saw 14 changes; the restored ledger has 12 of them, then goes on its own way."""
    records = places(pole, 12)
    publishing.state(records)
    publishing.state([*records[1:], place(pole, "p01", nom="Changé"), place(pole, "late")])
    node = registry("/feed/stream.trig")
    node.harvest()
    assert len(node.names()) == 13

    other = _another_ledger(publishing, tmp_path)
    other.state(records)
    done = node.harvest()
    assert done.outcome is Outcome.COMMITTED, done.report
    assert not done.report.get("holds")
    # p01 is as the pole states it again; "late" is absent, which is no tombstone.
    assert node.ledger.known("pole") == other.ledger.known("places")
    counts = done.report["counts"]
    assert (counts["created"], counts["changed"], counts["unchanged"]) == (0, 1, 11)

    other.state([*records, place(pole, "late"), place(pole, "later")])
    done = node.harvest()
    assert done.outcome is Outcome.COMMITTED
    assert node.ledger.known("pole") == other.ledger.known("places")
    assert "MED-H546" not in codes(done)
    assert node.ledger.verify() == []
    other.ledger.close()


def _another_ledger(publishing: PublishingPole, tmp_path: Path) -> PublishingPole:
    """The pole's ledger as it was before its first change."""
    folder = tmp_path / "restored"
    folder.mkdir()
    other = type(publishing)(publishing.pole, folder)
    other.description = replace(publishing.description, generation=RESTORED)
    return other


def test_f1_what_a_new_generation_lacks_is_missing_before_it_is_deleted(
    pole: SimulatedPole,
    publishing: PublishingPole,
    registry: Callable[..., Registry],
    tmp_path: Path,
) -> None:
    records = places(pole, 12)
    publishing.state(records)
    node = registry("/feed/stream.trig")
    node.harvest()
    other = _another_ledger(publishing, tmp_path)
    other.state(records[:11])
    other.ledger.close()
    done = node.harvest(guards=Guards(grace_days=7))
    assert len(node.names()) == 12
    assert done.report["counts"]["missing"] == 1


def test_f1_a_new_generation_that_lacks_most_is_held(
    pole: SimulatedPole,
    publishing: PublishingPole,
    registry: Callable[..., Registry],
    tmp_path: Path,
) -> None:
    records = places(pole, 30)
    publishing.state(records)
    node = registry("/feed/stream.trig")
    node.harvest()
    other = _another_ledger(publishing, tmp_path)
    other.state(records[:3])
    other.ledger.close()
    done = node.harvest()
    assert done.outcome is Outcome.HELD
    assert {hold["code"] for hold in done.report["holds"]} == {"MED-H400"}
    assert len(node.names()) == 30


def test_f1_near_miss_a_stream_of_the_same_name_that_went_back_is_held(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 6))
    node = registry(stream.path)
    node.harvest()
    stream.changes = stream.changes[:3]
    stream.publish()
    done = node.harvest()
    assert done.outcome is Outcome.HELD
    assert {hold["code"] for hold in done.report["holds"]} == {"MED-H402"}


@pytest.mark.parametrize("name", ["<#other>", "<urn:x:stream>"])
def test_f1_any_publisher_may_begin_a_stream_anew(
    pole: SimulatedPole, registry: Callable[..., Registry], name: str
) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 6))
    node = registry(stream.path)
    node.harvest()
    stream.changes = stream.changes[:5]
    stream.publish()
    for path, document in list(pole.documents.items()):
        renamed = document.body.decode().replace("<#s>", name).replace("</ldes#s>", name)
        pole.put(path, renamed, document.media_type)
    done = node.harvest()
    assert done.outcome is Outcome.COMMITTED
    assert "MED-H546" in codes(done)
    assert len(node.names()) == 5  # without grace


def test_f1_near_miss_a_stream_without_a_name_of_its_own_is_not_anew_each_time(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole, totals=True)
    stream.publish(*places(pole, 4))

    def unnamed() -> None:
        root = pole.documents[stream.path].body.decode()
        root = root.replace("<#s> a", "</ldes> <urn:x:describes> [ a")
        root = root.replace("as:Delete .", "as:Delete ] .")
        pole.put(stream.path, root, "application/trig")

    unnamed()
    node = registry(stream.path)
    assert node.harvest().outcome is Outcome.COMMITTED
    stream.publish(place(pole, "p09"))
    unnamed()
    done = node.harvest()
    assert "MED-H546" not in codes(done)
    assert len(node.names()) == 5
