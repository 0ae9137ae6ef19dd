"""How the quality of a source moved: the mean shares of its live places after each harvest.

Read from the log only, so that a harvest pays nothing for it: each version of a place is measured
once, whatever the number of harvests that kept it (docs/decisions/0018).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from statistics import fmean

from registry.ledger.ledger import Ledger
from registry.ledger.types import Harvest
from shapes.quality import Quality, QualityMeasures, quality_measures
from shapes.verdicts import verdicts
from vocab.records import Record

LATEST = 10
"""Harvests that are measured."""

_Live = dict[str, QualityMeasures]


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


def measures(ledger: Ledger, points: tuple[Harvest, ...]) -> tuple[Measure, ...]:
    """Measure a source after each of its harvests; those that left no place have no measure.

    Args:
        ledger: the truth.
        points: what :func:`measured_harvests` gives.
    """
    return tuple(_measured(ledger, points))


def _measured(ledger: Ledger, points: tuple[Harvest, ...]) -> Iterator[Measure]:
    live: _Live = {}
    for number, point in enumerate(points):
        if number:
            _advance(ledger, point, live)
        else:
            live = _measures_of(ledger.records(point.source, upto=point.last_seq))
        if live:
            at = point.ended.astimezone(UTC)
            yield Measure(point.id, at, len(live), _mean(live.values(), at.date()))


def _advance(ledger: Ledger, point: Harvest, live: _Live) -> None:
    """Bring the measures from one harvest to the next."""
    if point.first_seq is None:
        return
    changes = list(ledger.changes(point.first_seq - 1, point.last_seq))
    for change in changes:
        live.pop(change.subject, None)
    live.update(_measures_of(change.record for change in changes if change.record is not None))


def _measures_of(records: Iterable[Record]) -> _Live:
    found = (
        (item.record.iri, quality_measures(item.record, item.findings))
        for item in verdicts(records)
    )
    return {iri: measure for iri, measure in found if measure is not None}


def _mean(live: Iterable[QualityMeasures], today: date) -> Quality:
    all_of = [measure.on(today) for measure in live]
    return Quality(
        completeness=fmean(item.completeness for item in all_of),
        validity=fmean(item.validity for item in all_of),
        freshness=fmean(item.freshness for item in all_of),
        linkage=fmean(item.linkage for item in all_of),
    )
