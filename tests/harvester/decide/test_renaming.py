"""A delivery in which many records changed their IRI is held; few, or new content, is not."""

from typing import Any

import pytest

from registry.ledger.types import Outcome
from tests.simulator import SimulatedPole, place

DUMP = "/dump.nt"


def put(pole: SimulatedPole, names: list[tuple[str, str]]) -> None:
    records = [place(pole, local, nom=name) for local, name in names]
    body = "".join(record.body for record in records)
    pole.put(DUMP, body.encode(), "application/n-triples")


SEVEN = [(f"p{number}", f"Lieu {number}") for number in range(7)]


@pytest.mark.parametrize(
    ("after", "is_held"),
    [
        ([*SEVEN[:4], *((f"q{n}", f"Lieu {n}") for n in (4, 5, 6))], True),
        ([*SEVEN[:5], *((f"q{n}", f"Lieu {n}") for n in (5, 6))], False),
        ([*SEVEN[:4], *((f"q{n}", f"Autre {n}") for n in (4, 5, 6))], False),
        (SEVEN[:4], False),
        ([*SEVEN[:4], *((f"p{n}", f"Autre {n}") for n in (4, 5, 6))], False),
    ],
)
def test_changed_identities_are_held(
    pole: SimulatedPole, registry: Any, after: list[tuple[str, str]], is_held: bool
) -> None:
    put(pole, SEVEN)
    node = registry(DUMP, "dump")
    node.harvest()
    put(pole, after)
    done = node.harvest()
    assert done.outcome is (Outcome.HELD if is_held else Outcome.COMMITTED)
    assert [hold["code"] for hold in done.report["holds"]] == (["MED-H411"] if is_held else [])
    if is_held:
        assert "place/p4" in done.report["holds"][0]["message_fr"]
        assert len(node.names()) == 7
