"""Validation of the places of a file, reported by row beside what the import says."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from harvester.tabular.result import ImportResult, ReportLine
from shapes.findings import Finding, Severity
from shapes.verdicts import Verdict, shown, verdicts
from vocab.mapping import national_values
from vocab.properties import FIELDS, FURTHER
from vocab.records import Record

_COLUMN_OF: Mapping[str, str] = {
    prop.property: prop.name for prop in (*FIELDS, *FURTHER) if prop.standard or prop.column
}


def validated(result: ImportResult) -> ImportResult:
    """Return an import whose rows are refused as well where the contract refuses their place.

    The records stay: a refused one goes to quarantine, and its last version stays published.
    """
    refused = [verdict for verdict in verdicts(result.records) if verdict.is_refused]
    lines = [line for verdict in refused for line in _lines(verdict, result)]
    return replace(
        result,
        refused=frozenset(verdict.record.iri for verdict in refused),
        lines=tuple(sorted((*result.lines, *lines), key=lambda line: line.row)),
    )


def _lines(verdict: Verdict, result: ImportResult) -> Iterator[ReportLine]:
    record = verdict.record
    values = national_values(record)
    local_id, name = str(values.get("id", "")), str(values.get("nom", ""))
    for finding in verdict.findings:
        if finding.severity is Severity.VIOLATION:
            for row in result.rows_of[record.iri]:
                yield _line(row, local_id, name, finding, record)


def _line(row: int, local_id: str, name: str, finding: Finding, record: Record) -> ReportLine:
    column = _COLUMN_OF.get(finding.path, "")
    text = shown(finding.value)
    value = text if text != record.iri else ""
    return ReportLine(row, local_id, column, finding.code, "refusal", value, name=name)
