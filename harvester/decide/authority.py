"""Who may speak about what: a record must lie under a namespace granted to its source.

A record whose own IRI is not written in normal form (:mod:`harvester.grants`) is refused, since two
spellings of one record would otherwise be two records.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from harvester import rules
from harvester.delivery import Arrival
from harvester.grants import Grant
from shapes.findings import Finding

_CLAIM = re.compile(
    rb" <(https://w3id\.org/mediation-numerique/ns#statedBy|http://rdfs\.org/ns/void#inDataset)>"
    rb" <([^>]*)> \.$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Screened:
    """Arrivals that the source may state, those that it may not, with why, and what to remark."""

    allowed: tuple[Arrival, ...]
    refused: tuple[tuple[Arrival, Finding], ...]
    remarks: tuple[Finding, ...] = ()


def screen(
    arrivals: Iterable[Arrival],
    slug: str,
    namespaces: tuple[str, ...],
    owner: Callable[[str], str | None],
    others: Iterable[str] = (),
) -> Screened:
    """Separate what a source may state from what it may not.

    Args:
        arrivals: what came.
        slug: the source.
        namespaces: IRI prefixes granted to it.
        owner: gives the source that holds a subject, or None.
        others: IRI prefixes granted to the sources of other poles.
    """
    grant = Grant(namespaces)
    claims = _Claims(grant, Grant(tuple(others)))
    allowed: list[Arrival] = []
    refused: list[tuple[Arrival, Finding]] = []
    for arrival in arrivals:
        finding = _outside_grant(arrival.subject, slug, grant, owner) or claims.false_claim(arrival)
        if finding is None:
            allowed.append(arrival)
        else:
            refused.append((arrival, finding))
    return Screened(tuple(allowed), tuple(refused))


class _Claims:
    """What records say of who publishes them; nobody puts another's name under a record."""

    def __init__(self, own: Grant, others: Grant) -> None:
        self._own = own
        self._others = others
        self._known: dict[tuple[bytes, bytes], bool] = {}

    def false_claim(self, arrival: Arrival) -> Finding | None:
        """Return a finding when a record names another pole, or the data set of another source."""
        for claim in _CLAIM.findall(arrival.body or b""):
            if claim not in self._known:
                self._known[claim] = self._is_false(*(part.decode() for part in claim))
            if self._known[claim]:
                path, value = (part.decode() for part in claim)
                return rules.finding(
                    arrival.subject, "MED-H009", value=f"<{value}>", subject=arrival.subject,
                    claim=value, path=path,
                )  # fmt: skip
        return None

    def _is_false(self, path: str, value: str) -> bool:
        if self._own.covers(value.partition("#")[0]):
            return False
        # The registry itself says which source a record comes from.
        return path.endswith("inDataset") or self._others.covers(value.partition("#")[0])


def _outside_grant(
    subject: str, slug: str, grant: Grant, owner: Callable[[str], str | None]
) -> Finding | None:
    if not grant.covers(subject):
        spaces = ", ".join(grant.namespaces)
        return rules.finding(
            subject, "MED-H001", value=f"<{subject}>", subject=subject, namespaces=spaces
        )
    holder = owner(subject)
    if holder is not None and holder != slug:
        return rules.finding(
            subject, "MED-H002", value=f"<{subject}>", subject=subject, owner=holder
        )
    return None
