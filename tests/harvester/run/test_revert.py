"""Taking a harvest back: the state before it, as new changes."""

from typing import Any

import pytest

from harvester.run.revert import revert
from registry.ledger.types import Outcome
from tests.harvester.conftest import NOW, Registry
from tests.simulator import SimulatedPole, place, places
from vocab.errors import UsageError

DUMP = "/dump.nt"
WHY = "the pole closed fifteen places"


def put(pole: SimulatedPole, records: list[Any]) -> None:
    body = "".join(record.body for record in records)
    pole.put(DUMP, body.encode(), "application/n-triples")


@pytest.fixture
def node(pole: SimulatedPole, registry: Any) -> Registry:
    """A registry that took in twenty places."""
    put(pole, places(pole, 20))
    made: Registry = registry(DUMP, "dump")
    made.harvest()
    return made


def test_a_harvest_is_taken_back_as_new_changes(pole: SimulatedPole, node: Registry) -> None:
    before = {record.iri: record for record in node.ledger.records()}
    changed = [place(pole, f"p{number:02d}", nom=f"Nouveau {number}") for number in range(1, 20)]
    put(pole, [*changed, place(pole, "neuf")])
    done = node.harvest()
    assert done.outcome is Outcome.COMMITTED
    assert {record.iri: record for record in node.ledger.records()} != before
    back = revert(node.ledger, done.id, "a slip of the pole", NOW)
    assert (back.report["reverted"], back.report["reason"]) == (done.id, "a slip of the pole")
    assert {record.iri: record for record in node.ledger.records()} == before
    assert node.harvest().outcome is Outcome.UNCHANGED
    assert node.ledger.verify() == []


def test_what_changed_again_is_not_taken_back(pole: SimulatedPole, node: Registry) -> None:
    put(pole, [*places(pole, 20), place(pole, "neuf")])
    first = node.harvest()
    put(pole, places(pole, 20)[:19])
    second = node.harvest()
    assert second.outcome is Outcome.COMMITTED
    with pytest.raises(UsageError, match=f"later harvests \\({second.id}\\)"):
        revert(node.ledger, first.id, WHY, NOW)
    with pytest.raises(UsageError, match="changed anything"):
        revert(node.ledger, node.harvest().id, WHY, NOW)


def test_a_source_that_still_publishes_it_does_not_get_it_in_again(
    pole: SimulatedPole, node: Registry
) -> None:
    before = node.ledger.known("pole")
    wrong = [*places(pole, 19), place(pole, "neuf")]
    put(pole, wrong)
    done = node.harvest()
    revert(node.ledger, done.id, "a slip of the pole", NOW)
    pole.put(DUMP, pole.documents[DUMP].body + b"\n", "application/n-triples")
    again = node.harvest()
    assert (again.outcome, node.ledger.known("pole")) == (Outcome.UNCHANGED, before)
    assert [hold["code"] for hold in again.report["holds"]] == ["MED-H408"]
    put(pole, [*wrong, place(pole, "autre")])
    held = node.harvest()
    assert (held.outcome, node.ledger.known("pole")) == (Outcome.HELD, before)
    assert [hold["code"] for hold in held.report["holds"]] == ["MED-H410"]
    assert node.harvest(forced="it is right after all").outcome is Outcome.COMMITTED
    assert node.ledger.verify() == []
