"""Sources that moved for good, as their servers say; pure.

A permanent redirect (RFC 9110, 15.4.2 and 15.4.9) is followed for the visit, reported,
and changes nothing else: the operator approves the new address.
"""

from collections.abc import Sequence

from harvester.fetch import Attempt
from vocab.urls import as_asked

_PERMANENT = frozenset({301, 308})
_ANSWERS = frozenset({200, 304})


def moved_to(url: str, attempts: Sequence[Attempt]) -> str:
    """Return the address that a source moved to; empty when it did not, or when nothing is there.

    Only an unbroken chain of permanent redirects from the registered address counts: what lies
    behind a temporary one may change tomorrow.
    """
    url = as_asked(url)
    last = {attempt.url: attempt for attempt in attempts}
    reached = url
    for _ in range(len(last)):
        hop = last.get(reached)
        if hop is None or hop.status not in _PERMANENT:
            break
        reached = hop.target
    there = last.get(reached)
    return reached if reached != url and there and there.status in _ANSWERS else ""
