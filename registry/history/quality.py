"""How the quality of a source moved: the mean shares of its live places after each harvest.

Read from the log only, so that a harvest pays nothing for it: each version of a place is judged
once, whatever the number of harvests that kept it, and kept (docs/decisions/0018).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from statistics import fmean
from typing import Protocol

from registry.ledger.ledger import Ledger
from registry.ledger.types import Content, Harvest
from shapes.quality import Quality, QualityMeasures, quality_measures
from shapes.verdicts import verdicts

LATEST = 10
"""Harvests that are measured."""

_PORTION = 512
"""Versions that are judged, and kept, at once."""

_Move = tuple[str, Content | None]
"""A subject and what it became; None where it was deleted."""
_Judgement = QualityMeasures | None
"""What a version is worth on any day; None for what is no place."""


class Kept(Protocol):
    """Where judgements are kept, by the hash of what was judged; it may lose any of them."""

    def of(self, contents: Iterable[str]) -> Mapping[str, _Judgement]:
        """Return those that are known."""

    def keep(self, judgements: Mapping[str, _Judgement]) -> None:
        """Keep more of them."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Quality of a source's places once a harvest was committed.

    Attributes:
        harvest: its id.
        at: its end, UTC; the day from which ages count.
        places: how many places of the source lived then; at least one.
        quality: the means of their shares.
    """

    harvest: int
    at: datetime
    places: int
    quality: Quality


def measured_harvests(ledger: Ledger, source_slug: str, limit: int = LATEST) -> tuple[Harvest, ...]:
    """Return the latest harvests of a source that changed something, oldest first.

    Those that changed nothing are passed over, as far back as a hundred harvests.
    """
    changing = [item for item in ledger.harvests(source_slug) if item.last_seq is not None]
    return tuple(reversed(changing[:limit]))


def measures(ledger: Ledger, points: tuple[Harvest, ...], kept: Kept) -> tuple[Measure, ...]:
    """Measure a source after each of its harvests; those that left no place have no measure.

    What was judged before is not judged again.

    Args:
        ledger: the truth.
        points: what :func:`measured_harvests` gives.
        kept: judgements of before, to which new ones are added.
    """
    moves = [_moves(ledger, points, number) for number in range(len(points))]
    versions = _versions(moves)
    known = dict(kept.of(versions))
    for portion in _judged(ledger, _unknown(versions, known)):
        kept.keep(portion)
        known |= portion
    return tuple(_measured(points, moves, known))


def judge_new(ledger: Ledger, source_slug: str, kept: Kept) -> Iterator[int]:
    """Judge what :func:`measures` would have to, so that nobody waits for it; give counts done."""
    points = measured_harvests(ledger, source_slug)
    versions = _versions(_moves(ledger, points, number) for number in range(len(points)))
    for portion in _judged(ledger, _unknown(versions, kept.of(versions))):
        kept.keep(portion)
        yield len(portion)


def _moves(ledger: Ledger, points: tuple[Harvest, ...], number: int) -> list[_Move]:
    """What lived after the first of some harvests, or what a later one changed."""
    point = points[number]
    if not number:
        return list(ledger.live_versions(point.source, point.last_seq or 0).items())
    return list(ledger.moves((point.first_seq or 1) - 1, point.last_seq or 0))


def _versions(moves: Iterable[list[_Move]]) -> dict[str, int]:
    """The number of a change that left each content."""
    every = (content for some in moves for _subject, content in some if content is not None)
    return {content.content_hash: content.seq for content in every}


def _unknown(versions: Mapping[str, int], known: Mapping[str, _Judgement]) -> list[int]:
    return [seq for content, seq in versions.items() if content not in known]


def _judged(ledger: Ledger, seqs: list[int]) -> Iterator[dict[str, _Judgement]]:
    """Judge versions by the numbers of their changes, a portion at a time."""
    for start in range(0, len(seqs), _PORTION):
        records = (record for _seq, record in ledger.records_at(seqs[start : start + _PORTION]))
        yield {
            item.record.content_hash: quality_measures(item.record, item.findings)
            for item in verdicts(records)
        }


def _measured(
    points: tuple[Harvest, ...], moves: list[list[_Move]], known: Mapping[str, _Judgement]
) -> Iterator[Measure]:
    live: dict[str, QualityMeasures] = {}
    for point, some in zip(points, moves, strict=True):
        for subject, content in some:
            live.pop(subject, None)
            if content is not None and (found := known[content.content_hash]) is not None:
                live[subject] = found
        if live:
            at = point.ended.astimezone(UTC)
            yield Measure(point.id, at, len(live), _mean(live.values(), at.date()))


def _mean(live: Iterable[QualityMeasures], today: date) -> Quality:
    all_of = [measure.on(today) for measure in live]
    return Quality(
        completeness=fmean(item.completeness for item in all_of),
        validity=fmean(item.validity for item in all_of),
        freshness=fmean(item.freshness for item in all_of),
        linkage=fmean(item.linkage for item in all_of),
    )
