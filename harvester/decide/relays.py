"""Nodes that pass on what others state: which source counts when a record comes from several.

A source relays the namespaces that its option ``relays`` names; it speaks for the others itself.
What a relay brings of a namespace that a source of this node speaks for itself is set aside, even
while that source holds nothing under the name: so a record deleted at its origin cannot come back
by a loop of registries. Of two relays, the one that brought a record first keeps it. Setting aside
is no breach of authority: a relay passes on all that it holds, as it must.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from harvester import rules
from harvester.delivery import Arrival
from harvester.grants import Grant
from registry.ledger.namespaces import relayed
from registry.ledger.types import Source
from registry.sources.lifecycle import is_active
from shapes.findings import Finding


@dataclass(frozen=True, slots=True)
class ScreenedRelay:
    """Arrivals to decide on, and how many were set aside because another source states them."""

    kept: tuple[Arrival, ...]
    set_aside: int

    def remarks(self, source: Source) -> tuple[Finding, ...]:
        """Say how many records were set aside."""
        if not self.set_aside:
            return ()
        return (rules.finding(source.url, "MED-H310", count=self.set_aside, source=source.slug),)


def screen_relayed(
    source: Source,
    arrivals: tuple[Arrival, ...],
    known: Mapping[str, str],
    sources: Iterable[Source],
    owner: Callable[[str], str | None],
) -> ScreenedRelay:
    """Set aside what a relay brings although another source of this node states it.

    Args:
        source: the source that was visited.
        arrivals: what came.
        known: what the source holds: its own records stay its own.
        sources: every source of this node.
        owner: gives the source that holds a subject, or None.
    """
    relayed_grant = Grant(relayed(source))
    if not relayed_grant.namespaces:
        return ScreenedRelay(arrivals, 0)
    others = [s for s in sources if s.slug != source.slug and is_active(s)]
    direct = Grant(tuple(n for s in others for n in s.namespaces if n not in relayed(s)))

    def is_stated_elsewhere(subject: str) -> bool:
        if subject in known or not relayed_grant.covers(subject):
            return False
        return direct.covers(subject) or owner(subject) not in {None, source.slug}

    kept = tuple(arrival for arrival in arrivals if not is_stated_elsewhere(arrival.subject))
    return ScreenedRelay(kept, len(arrivals) - len(kept))
