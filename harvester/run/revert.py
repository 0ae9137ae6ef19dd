"""Taking a harvest back: the state before it comes back as new changes; history stays."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from harvester.run.decisions import check_reason, counts_of
from harvester.run.source_lock import registered, source_lock
from harvester.sources.full_read import full_read_cursor
from registry.ledger.cursor import Cursor
from registry.ledger.ledger import Ledger
from registry.ledger.types import (
    Change,
    Draft,
    Harvest,
    HarvestResult,
    Held,
    HeldHarvest,
    Kind,
    Outcome,
)
from registry.sources.absence import marked_at
from vocab.errors import UsageError


def revert(ledger: Ledger, harvest_id: int, reason: str, now: datetime) -> Harvest:
    """Bring back, as new changes, what a harvest found before it.

    The source's cursor says how far it was read: what is undone was not, so it is read whole at
    the next visit. Of the marks on what it misses, those that the harvest set are lifted. What was
    taken back is kept as discarded: a source that still publishes it does not get it in again
    without a person's decision.

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
    if done is None:
        raise _nothing(harvest_id)
    with source_lock(ledger, done.source):
        return ledger.commit(done.source, _reversal(ledger, done, reason.strip(), now), now)


def _reversal(ledger: Ledger, done: Harvest, reason: str, now: datetime) -> HarvestResult:
    """Return the harvest that takes another back; the caller holds the lock of its source."""
    changes = _changes_of(ledger, done)
    cursor, kept = registered(ledger, done.source).cursor, ledger.held(done.source)
    marked = marked_at(cursor, done.started)
    if not changes and not marked:
        raise _nothing(done.id)
    drafts = _back(ledger, done.id, changes)
    lifted = {*marked, *(draft.subject for draft in drafts)}
    left = {s: since for s, since in cursor.missing.items() if s not in lifted}
    undone = _undone(changes, drafts, marked, ledger.known(done.source))
    return HarvestResult(
        outcome=Outcome.COMMITTED,
        started=now,
        drafts=drafts,
        cursor=Cursor(full_read_cursor(cursor.reader), left, cursor.declared),
        report={
            "source": done.source,
            "reverted": done.id,
            "reason": reason,
            "counts": counts_of(drafts, len(left)),
        },
        held=_carrying(undone, kept, drafts),
    )


def _nothing(harvest_id: int) -> UsageError:
    return UsageError(
        "no harvest {harvest_id} changed anything: there is nothing to take back",
        harvest_id=harvest_id,
    )


def _changes_of(ledger: Ledger, done: Harvest) -> tuple[Change, ...]:
    if done.first_seq is None or done.last_seq is None:
        return ()
    return tuple(ledger.changes(done.first_seq - 1, done.last_seq))


def _undone(
    changes: Iterable[Change],
    drafts: tuple[Draft, ...],
    marked: tuple[str, ...],
    known: Mapping[str, str],
) -> Held:
    """What was taken back, as the next delivery would bring it again."""
    ordered = sorted(changes, key=lambda change: change.subject)
    live = {d.subject: d.record.content_hash for d in drafts if d.record is not None}
    return Held(
        drafts=tuple(Draft(change.kind, change.subject, change.record) for change in ordered),
        refusals=(),
        released=(),
        cursor=None,
        base=live | {subject: known[subject] for subject in marked if subject in known},
        missing=marked,
    )


def _carrying(undone: Held, kept: HeldHarvest | None, drafts: Iterable[Draft]) -> Held:
    """Return what was taken back with what persons refused before, but for what now comes back."""
    if kept is None:
        return undone
    before, decided = kept.undone()
    before -= {draft.end for draft in drafts}
    return replace(undone, undone=tuple(sorted(before)), undone_by=decided)


def _back(ledger: Ledger, harvest_id: int, changes: tuple[Change, ...]) -> tuple[Draft, ...]:
    if not changes:
        return ()
    first = min(change.seq for change in changes)
    touched = tuple(change.subject for change in changes)
    present = ledger.before(ledger.head(), touched)
    _refuse_moved(harvest_id, present, changes)
    return _drafts(ledger.before(first - 1, touched), present)


def _refuse_moved(
    harvest_id: int, present: Mapping[str, Change], changes: Iterable[Change]
) -> None:
    """Refuse when a record is no longer what the harvest left; a later change may be undone."""
    left = {change.subject: change.content_hash for change in changes}  # the last one counts
    later = [now for subject, now in present.items() if now.content_hash != left[subject]]
    if later:
        numbers = ", ".join(str(number) for number in sorted({change.harvest for change in later}))
        raise UsageError(
            "{count} of the records of harvest {harvest_id} were changed again by later harvests "
            "({numbers}), {subject} first: take those back before",
            count=len(later),
            harvest_id=harvest_id,
            numbers=numbers,
            subject=later[0].subject,
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
