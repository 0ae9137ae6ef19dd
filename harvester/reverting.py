"""Taking a harvest back: the state before it comes back as new changes; history stays."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from harvester.deciding import check_reason, counts_of
from harvester.turns import alone
from registry.ledger import Ledger
from registry.ledger.types import Change, Draft, Harvest, HarvestResult, Held, Kind, Outcome
from vocab.errors import UsageError


def revert(ledger: Ledger, harvest_id: int, reason: str, now: datetime) -> Harvest:
    """Bring back, as new changes, what a harvest found before it.

    The source's cursor stays, and what was taken back is kept as discarded: a source that still
    publishes it does not get it in again without a person's word.

    Args:
        ledger: where the truth is kept.
        harvest_id: the harvest to take back.
        reason: why, in the operator's words; kept for good.
        now: moment of the decision, UTC.

    Raises:
        DecisionError: no reason.
        UsageError: the harvest changed nothing, or later harvests changed the same records: those
            must be taken back first.
        BusyError: the source is being harvested.
    """
    check_reason(reason)
    done = ledger.harvest(harvest_id)
    if done is None or done.first_seq is None or done.last_seq is None:
        raise UsageError(f"no harvest {harvest_id} changed anything: there is nothing to take back")
    with alone(ledger, done.source):
        drafts = _back(ledger, harvest_id, done.first_seq, done.last_seq)
        undone = _undone(ledger.changes(done.first_seq - 1, done.last_seq), drafts)
        report = {
            "source": done.source,
            "reverted": harvest_id,
            "reason": reason.strip(),
            "counts": counts_of(drafts),
        }
        result = HarvestResult(Outcome.COMMITTED, now, drafts, report=report, held=undone)
        return ledger.commit(done.source, result, now)


def _undone(changes: Iterable[Change], drafts: tuple[Draft, ...]) -> Held:
    """What was taken back, as the next delivery would bring it again."""
    ordered = sorted(changes, key=lambda change: change.subject)
    return Held(
        drafts=tuple(Draft(change.kind, change.subject, change.record) for change in ordered),
        refusals=(),
        released=(),
        cursor=None,
        base={d.subject: d.record.content_hash for d in drafts if d.record is not None},
    )


def _back(ledger: Ledger, harvest_id: int, first: int, last: int) -> tuple[Draft, ...]:
    touched = tuple(change.subject for change in ledger.changes(first - 1, last))
    present = ledger.before(ledger.head(), touched)
    _refuse_moved(harvest_id, present.values())
    return _drafts(ledger.before(first - 1, touched), present)


def _refuse_moved(harvest_id: int, present: Iterable[Change]) -> None:
    later = [change for change in present if change.harvest != harvest_id]
    if later:
        numbers = ", ".join(str(number) for number in sorted({change.harvest for change in later}))
        raise UsageError(
            f"{len(later)} of the records of harvest {harvest_id} were changed again by later "
            f"harvests ({numbers}), {later[0].subject} first: take those back before"
        )


def _drafts(past: Mapping[str, Change], present: Mapping[str, Change]) -> tuple[Draft, ...]:
    drafts = []
    for subject in sorted(present):
        before = past[subject].record if subject in past else None
        now = present[subject].record
        if before == now:
            continue
        kind = Kind.DELETE if before is None else Kind.CREATE if now is None else Kind.UPDATE
        drafts.append(Draft(kind, subject, before))
    return tuple(drafts)
