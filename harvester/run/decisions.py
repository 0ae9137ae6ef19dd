"""A person's decision on a held harvest: what it brought is applied as shown, or discarded.

Either way a new harvest reports it, with the reason; the held one stays in the log as it was.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from harvester.decide.absence import AbsenceDecision, absence_findings, absence_summary
from harvester.errors import DecisionError
from harvester.run.report import ZERO_COUNTS, grouped
from harvester.run.source_lock import registered, source_lock
from registry.ledger.cursor import Cursor
from registry.ledger.ledger import Ledger
from registry.ledger.types import (
    Draft,
    Harvest,
    HarvestResult,
    Held,
    HeldHarvest,
    Kind,
    Outcome,
    Source,
)
from registry.sources.absence import grace_days_of


def release(ledger: Ledger, harvest_id: int, reason: str, now: datetime) -> Harvest:
    """Apply what a held harvest brought, exactly as its report showed it.

    A discarded one may still be released, as long as nothing replaced it.

    Args:
        ledger: where the truth is kept.
        harvest_id: the held harvest.
        reason: why, in the operator's words.
        now: moment of the decision, UTC.

    Raises:
        DecisionError: no reason; nothing is kept of that harvest; the state has moved since.
        BusyError: a harvest of the source is running.
    """
    check_reason(reason)
    slug = _kept(ledger, harvest_id).source
    with source_lock(ledger, slug):
        kept = _kept(ledger, harvest_id)
        _check_unmoved(ledger.known(slug), kept)
        result = _applied(registered(ledger, slug), kept, reason, now)
        return ledger.commit(slug, result, now)


def discard(ledger: Ledger, harvest_id: int, reason: str, now: datetime) -> Harvest:
    """Refuse what a held harvest brought; the same delivery will not be held again.

    Raises:
        DecisionError: no reason; nothing is kept of that harvest; it was discarded already.
        BusyError: a harvest of the source is running.
    """
    check_reason(reason)
    slug = _kept(ledger, harvest_id).source
    with source_lock(ledger, slug):
        if _kept(ledger, harvest_id).discarded is not None:
            raise DecisionError("MED-H406", harvest=harvest_id)
        report = {"source": slug, "discarded": harvest_id, "reason": reason.strip()}
        return ledger.commit(slug, HarvestResult(Outcome.DISCARDED, now, report=report), now)


def check_reason(reason: str) -> None:
    """Refuse a decision without a reason.

    Raises:
        DecisionError: it has none.
    """
    if not reason.strip():
        raise DecisionError("MED-H409")


def _kept(ledger: Ledger, harvest_id: int) -> HeldHarvest:
    harvest = ledger.harvest(harvest_id)
    kept = None if harvest is None else ledger.held(harvest.source)
    if kept is None or kept.harvest != harvest_id:
        raise DecisionError("MED-H406", harvest=harvest_id)
    return kept


def _check_unmoved(known: dict[str, str], kept: HeldHarvest) -> None:
    subjects = (*(draft.subject for draft in kept.held.drafts), *kept.held.missing)
    moved = [s for s in subjects if known.get(s) != kept.held.base.get(s)]
    if moved:
        raise DecisionError("MED-H407", harvest=kept.harvest, count=len(moved), subject=moved[0])


def _applied(source: Source, kept: HeldHarvest, reason: str, now: datetime) -> HarvestResult:
    cursor = _cursor(source, kept.held, now)
    marks = (source.cursor if cursor is None else cursor).missing
    absences = AbsenceDecision(marks, kept.held.missing, (), {})
    grace = timedelta(days=grace_days_of(source))
    counts = counts_of(kept.held.drafts, len(marks)) | {"refused": len(kept.held.refusals)}
    return HarvestResult(
        outcome=Outcome.COMMITTED,
        started=now,
        drafts=kept.held.drafts,
        refusals=kept.held.refusals,
        released=kept.held.released,
        cursor=cursor,
        report={
            "source": kept.source,
            "released": kept.harvest,
            "reason": reason.strip(),
            "counts": counts,
            "findings": grouped(absence_findings(absences, grace)),
            "missing": absence_summary(absences, grace),
        },
    )


def _cursor(source: Source, held: Held, now: datetime) -> Cursor | None:
    """Return the cursor to take; the grace of what is missing begins with the decision.

    While the delivery was held nothing was marked, so nobody could have seen it.
    """
    if not held.missing:
        return held.cursor
    base = source.cursor if held.cursor is None else held.cursor
    return replace(base, missing={**base.missing, **dict.fromkeys(held.missing, now)})


def counts_of(drafts: Iterable[Draft], missing: int) -> dict[str, int]:
    """Return the counts of a report for changes that a person decided; ``missing`` after them."""
    kinds = [draft.kind for draft in drafts]
    return ZERO_COUNTS | {
        "created": kinds.count(Kind.CREATE),
        "changed": kinds.count(Kind.UPDATE),
        "deleted": kinds.count(Kind.DELETE),
        "missing": missing,
    }
