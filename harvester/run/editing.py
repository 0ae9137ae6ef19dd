"""What a person changes in a source of this node itself: some places, at once, and the rest stays.

The same screening, validation and comparison as for any delivery; what the contract refuses is
told to the person instead of entering the quarantine.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any

from harvester.delivery import Arrival, Delivery
from harvester.errors import DecisionError, ExplainedError
from harvester.run.decisions import check_reason
from harvester.run.pipeline import Options, settle
from harvester.run.source_lock import registered, source_lock
from registry.ledger.ledger import Ledger
from registry.ledger.types import Harvest, HarvestResult
from registry.sources.hosted import KIND
from vocab.errors import UsageError
from vocab.records import Record


@dataclass(frozen=True, slots=True)
class Edit:
    """What a person changes.

    Attributes:
        places: IRI -> the place as it shall be; None withdraws it.
        seen: IRI -> content hash of the version that the person saw; empty for a new place.
        by: opaque number of the account.
        reason: why, in the person's words; kept for good.
    """

    places: Mapping[str, Record | None]
    seen: Mapping[str, str] = field(default_factory=dict)
    by: str = ""
    reason: str = ""


class MovedError(ExplainedError, UsageError):
    """Somebody else has changed a place meanwhile; nothing was written over.

    Attributes:
        subjects: the places that moved, sorted.
    """

    subjects: tuple[str, ...] = ()


class RefusedError(ExplainedError, UsageError):
    """The contract refuses a place; nothing was written.

    Attributes:
        findings: JSON-ready findings by IRI of the place.
    """

    findings: Mapping[str, tuple[dict[str, Any], ...]] = MappingProxyType({})


def commit_edit(ledger: Ledger, slug: str, edit: Edit, now: datetime) -> Harvest:
    """Commit what a person changed, all of it or nothing, as a harvest of its own.

    Args:
        ledger: where the truth is kept.
        slug: a source that this node states itself.
        edit: the places.
        now: moment of the act, UTC.

    Raises:
        DecisionError: no reason.
        UsageError: the source is unknown, or is read from elsewhere.
        MovedError: a place is no longer what the person saw.
        RefusedError: the contract refuses a place.
        BusyError: the source is being harvested.
    """
    check_reason(edit.reason)
    with source_lock(ledger, slug):
        source = registered(ledger, slug)
        if source.kind != KIND:
            raise DecisionError("MED-H422", source=slug)
        _check_unmoved(ledger, slug, edit)
        return settle(
            ledger,
            slug,
            Delivery(_arrivals(edit), full=False, cursor=source.cursor.reader),
            now=now,
            options=Options(forced=edit.reason),
            besides={"edited_by": edit.by, "reason": edit.reason.strip()},
            write=partial(_written, ledger),
        )


def _arrivals(edit: Edit) -> tuple[Arrival, ...]:
    return tuple(
        Arrival(iri, None if place is None else place.body.encode())
        for iri, place in sorted(edit.places.items())
    )


def _check_unmoved(ledger: Ledger, slug: str, edit: Edit) -> None:
    present = ledger.known_of(slug, edit.places)
    moved = sorted(i for i in edit.places if present.get(i, "") != edit.seen.get(i, ""))
    if moved:
        error = MovedError("MED-H420", count=len(moved), subject=moved[0])
        error.subjects = tuple(moved)
        raise error


def _written(ledger: Ledger, slug: str, result: HarvestResult, ended: datetime) -> Harvest:
    """Commit, unless a place was refused: a person at a form is told at once."""
    if result.refusals:
        first = min(each.subject for each in result.refusals)
        error = RefusedError("MED-H421", count=len(result.refusals), subject=first)
        error.findings = {each.subject: each.findings for each in result.refusals}
        raise error
    return ledger.commit(slug, result, ended)
