"""What a harvest changed, or would change: the two versions of each record, from the ledger."""

from collections.abc import Iterator, Sequence

from registry.history.difference import RecordDifference, difference
from registry.ledger.ledger import Ledger
from registry.ledger.types import Change, Draft, Harvest

_PAGE = 200


def count_of(ledger: Ledger, harvest: Harvest) -> int:
    """Return how many changes a harvest made, or how many of a held one are kept."""
    if harvest.first_seq is not None and harvest.last_seq is not None:
        return harvest.last_seq - harvest.first_seq + 1
    return len(_held_drafts(ledger, harvest))


def changed_by(
    ledger: Ledger, harvest: Harvest, start: int = 0, count: int | None = None
) -> Iterator[RecordDifference]:
    """Stream what a harvest changed, in its order.

    What a held harvest would change is compared with what is live now.

    Args:
        ledger: where the versions are.
        harvest: committed or held; any other changed nothing.
        start: how many changes to pass over.
        count: how many to give at most; by default, all the others.
    """
    total = count_of(ledger, harvest)
    end = total if count is None else min(total, start + count)
    if harvest.first_seq is None:
        yield from changed_with(ledger, _held_drafts(ledger, harvest)[start:end])
        return
    first = harvest.first_seq
    for low in range(first + start, first + end, _PAGE):
        high = min(low + _PAGE, first + end) - 1
        yield from _differences(ledger, first - 1, list(ledger.changes(low - 1, high)))


def changed_with(ledger: Ledger, drafts: Sequence[Draft]) -> Iterator[RecordDifference]:
    """Stream what drafts would change in what is live now."""
    head = ledger.head()
    for start in range(0, len(drafts), _PAGE):
        yield from _differences(ledger, head, drafts[start : start + _PAGE])


def _differences(
    ledger: Ledger, moment: int, page: Sequence[Change] | Sequence[Draft]
) -> Iterator[RecordDifference]:
    """Compare what became of some records with what each was at a moment of the log."""
    before = ledger.before(moment, tuple(one.subject for one in page))
    for one in page:
        earlier = before.get(one.subject)
        yield difference(one.subject, None if earlier is None else earlier.record, one.record)


def _held_drafts(ledger: Ledger, harvest: Harvest) -> tuple[Draft, ...]:
    kept = ledger.held(harvest.source)
    return kept.held.drafts if kept and kept.harvest == harvest.id else ()
