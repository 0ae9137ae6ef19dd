"""Every finding of a harvest, not a few samples: complete, and never more than one in memory.

The ledger keeps refused records with all their findings, and every version of a record that
entered. Warnings are therefore not stored a second time: the rules are asked again about what is
published, which gives the same answers as long as the contract is the same.
"""

from collections.abc import Iterator

from registry.ledger.ledger import Ledger
from registry.ledger.report import read_finding
from registry.ledger.types import Harvest, Refusal
from shapes.findings import Finding, Severity
from shapes.verdicts import validate
from vocab.records import Record


def findings_of(ledger: Ledger, harvest: Harvest, *, latest: bool) -> Iterator[Finding]:
    """Return what is wrong: first what stopped the harvest, then source, refusals, records.

    Args:
        ledger: the truth.
        harvest: the harvest.
        latest: it is the last one of its source. Then the answer is all that is to be corrected
            today: the quarantine, and every live record. An older harvest is answered by what it
            changed and by the samples that it kept.
    """
    yield from harvest.report.problems
    yield from _sampled(harvest, _quarantined(ledger, harvest) if latest else None)
    if latest:
        for refusal in ledger.refusals(harvest.source):
            yield from _refused(refusal)
    yield from validate(_records(ledger, harvest, latest=latest))


def newer_than(ledger: Ledger, harvest: Harvest) -> int | None:
    """Return the id of the latest harvest of the same source, when it is a later one."""
    newest = ledger.harvests(harvest.source, 1)
    return newest[0].id if newest and newest[0].id != harvest.id else None


def _quarantined(ledger: Ledger, harvest: Harvest) -> frozenset[str]:
    return frozenset(refusal.subject for refusal in ledger.refusals(harvest.source))


def _records(ledger: Ledger, harvest: Harvest, *, latest: bool) -> Iterator[Record]:
    if latest:
        yield from ledger.records(harvest.source)
    elif harvest.first_seq is not None and harvest.last_seq is not None:
        for change in ledger.changes(harvest.first_seq - 1, harvest.last_seq):
            if change.record is not None:
                yield change.record


def _sampled(harvest: Harvest, quarantined: frozenset[str] | None) -> Iterator[Finding]:
    """What only the report keeps: rows, pages, the catalogue.

    When the quarantine is given, refusals are read from it instead.
    """
    for group in harvest.report.findings:
        is_violation = group.severity == Severity.VIOLATION
        if not group.code.startswith("MED-H") and not (is_violation and quarantined is None):
            continue
        for sample in group.samples:
            if not (is_violation and quarantined and sample.record in quarantined):
                yield sample


def _refused(refusal: Refusal) -> Iterator[Finding]:
    return (read_finding(each, refusal.subject) for each in refusal.findings)
