"""Proof that a node is sound: its ledger is unaltered, and its projections equal the ledger."""

from collections.abc import Iterable
from dataclasses import dataclass

from registry.follow import Projection
from registry.ledger.ledger import Ledger
from vocab.defect import Defect


@dataclass(frozen=True, slots=True)
class Check:
    """What one part of the node was found to be.

    Attributes:
        name: the part: ``ledger``, or a projection's name.
        defects: one sentence for each; empty when the part is sound.
    """

    name: str
    defects: tuple[Defect, ...]


def verify(ledger: Ledger, projections: Iterable[Projection]) -> tuple[Check, ...]:
    """Check the ledger's hashes, then every projection against the ledger."""
    checks = [Check("ledger", tuple(ledger.verify()))]
    checks += [Check(part.name, tuple(part.differences(ledger))) for part in projections]
    return tuple(checks)
