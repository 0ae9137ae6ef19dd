"""Every finding of a harvest, not a few samples: complete, and never more than one in memory.

The ledger keeps refused records with all their findings, and every version of a record that
entered. Warnings are therefore not stored a second time: the rules are asked again about what is
published, which gives the same answers as long as the contract is the same.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from registry.ledger.ledger import Ledger
from registry.ledger.types import Harvest, Refusal
from registry.web.harvests.report import objects
from shapes.findings import Finding, Labels, Severity
from shapes.verdicts import validate
from vocab.namespaces import SHAPES
from vocab.records import Record

_COMPONENT = f"{SHAPES}HarvestRule"


def findings_of(ledger: Ledger, harvest: Harvest, *, latest: bool) -> Iterator[Finding]:
    """Return what is wrong: first what stopped the harvest, then source, refusals, records.

    Args:
        ledger: the truth.
        harvest: the harvest.
        latest: it is the last one of its source. Then the answer is all that is to be corrected
            today: the quarantine, and every live record. An older harvest is answered by what it
            changed and by the samples that it kept.
    """
    yield from _reported(harvest, [harvest.report.get("error")])
    yield from _reported(harvest, harvest.report.get("holds"))
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


def _reported(harvest: Harvest, values: object) -> Iterator[Finding]:
    """What kept the harvest from being applied: it is about the source's own address."""
    for item in objects(values):
        yield _finding({"severity": Severity.VIOLATION, **item}, _address(harvest))


def _sampled(harvest: Harvest, quarantined: frozenset[str] | None) -> Iterator[Finding]:
    """What only the report keeps: rows, pages, the catalogue.

    When the quarantine is given, refusals are read from it instead.
    """
    for group in objects(harvest.report.get("findings")):
        is_violation = group.get("severity") == Severity.VIOLATION
        own = str(group.get("code", "")).startswith("MED-H")
        if not own and not (is_violation and quarantined is None):
            continue
        common = {name: group.get(name) for name in ("code", "severity", "path")}
        for sample in objects(group.get("samples")):
            if not (is_violation and quarantined and sample.get("record") in quarantined):
                yield _finding({**sample, **common}, _address(harvest))


def _refused(refusal: Refusal) -> Iterator[Finding]:
    for item in refusal.findings:
        yield _finding(item, refusal.subject)


def _finding(stored: Mapping[str, Any], record: str) -> Finding:
    """Read a finding back; what is missing or odd in an old report takes a plain value."""
    code = str(stored.get("code") or "MED-H000")
    severity = stored.get("severity")
    about = str(stored.get("record") or record)
    value = stored.get("value")
    return Finding(
        record=about,
        code=code,
        severity=Severity(severity) if severity in list(Severity) else Severity.VIOLATION,
        focus=str(stored.get("focus") or about),
        path=str(stored.get("path") or ""),
        value=None if value is None else str(value),
        sentence=_said(stored),
        shape=str(stored.get("shape") or f"{SHAPES}{code}"),
        component=str(stored.get("component") or _COMPONENT),
    )


def _said(stored: Mapping[str, Any]) -> Labels:
    """Return the sentence in the languages of the day when it was stored."""
    names = (name for name in stored if name.startswith("message_"))
    return Labels(tuple((name.partition("_")[2], str(stored[name] or "")) for name in names))


def _address(harvest: Harvest) -> str:
    return str(harvest.report.get("url") or harvest.source)
