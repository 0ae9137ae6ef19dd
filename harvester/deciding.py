"""A person's word on a held harvest: what it brought is applied as shown, or discarded.

Either way a new harvest tells of it, with the reason; the held one stays in the log as it was.
"""

from collections.abc import Iterable
from datetime import datetime

from harvester.problems import DecisionError
from harvester.report import NOTHING_CAME
from harvester.turns import alone
from registry.ledger import Ledger
from registry.ledger.types import (
    Draft,
    Harvest,
    HarvestResult,
    Held,
    HeldHarvest,
    Kind,
    Outcome,
)


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
    with alone(ledger, slug):
        kept = _kept(ledger, harvest_id)
        _check_unmoved(ledger.known(slug), kept)
        return ledger.commit(slug, _applied(kept, reason, now), now)


def discard(ledger: Ledger, harvest_id: int, reason: str, now: datetime) -> Harvest:
    """Refuse what a held harvest brought; the same delivery will not be held anew.

    Raises:
        DecisionError: no reason; nothing is kept of that harvest; it was discarded already.
        BusyError: a harvest of the source is running.
    """
    check_reason(reason)
    slug = _kept(ledger, harvest_id).source
    with alone(ledger, slug):
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
    subjects = (draft.subject for draft in kept.held.drafts)
    moved = [s for s in subjects if known.get(s) != kept.held.base.get(s)]
    if moved:
        raise DecisionError("MED-H407", harvest=kept.harvest, count=len(moved), subject=moved[0])


def _applied(kept: HeldHarvest, reason: str, now: datetime) -> HarvestResult:
    return HarvestResult(
        outcome=Outcome.COMMITTED,
        started=now,
        drafts=kept.held.drafts,
        refusals=kept.held.refusals,
        released=kept.held.released,
        cursor=kept.held.cursor,
        report={
            "source": kept.source,
            "released": kept.harvest,
            "reason": reason.strip(),
            "counts": _counts(kept.held),
        },
    )


def _counts(held: Held) -> dict[str, int]:
    return counts_of(held.drafts) | {"refused": len(held.refusals)}


def counts_of(drafts: Iterable[Draft]) -> dict[str, int]:
    """Give the counts of a report for changes that a person decided."""
    kinds = [draft.kind for draft in drafts]
    return NOTHING_CAME | {
        "created": kinds.count(Kind.CREATE),
        "changed": kinds.count(Kind.UPDATE),
        "deleted": kinds.count(Kind.DELETE),
    }
