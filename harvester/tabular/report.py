"""The report of an import, with what the contract says, as JSON, a spreadsheet (CSV) or text."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace

from harvester.tabular.result import LEVELS, REPORT_RULES, ImportResult, Level, ReportLine
from registry.formats.csv_dialects import EXCEL, csv_lines
from shapes.findings import Finding, Severity
from shapes.rules import rule as contract_rule
from shapes.verdicts import Verdict, shown, verdicts
from vocab.mapping import national_values
from vocab.messages import Message
from vocab.properties import FIELDS, FURTHER
from vocab.records import Record

_SAMPLES = 3
_REFUSALS = 25
"""Refused rows are what a person has to correct: more of them are named."""
_SHOWN = 80
_COLUMNS = ("row", "local_id", "column", "rule", "level", "before", "after", "name")
_TITLES: Mapping[Level, Message] = {
    "refusal": Message("Refusals"),
    "loss": Message("Losses"),
    "warning": Message("Warnings"),
    "repair": Message("Repairs"),
    "info": Message("To know"),
}
_REST = Message("All lines of this report: --format csv (spreadsheet) or --format json.")
_LEVEL_OF: Mapping[Severity, Level] = {
    Severity.VIOLATION: "refusal",
    Severity.WARNING: "warning",
    Severity.INFO: "info",
}
_COLUMN_OF: Mapping[str, str] = {
    prop.property: prop.name for prop in (*FIELDS, *FURTHER) if prop.standard or prop.column
}


def validated(result: ImportResult, *, advice: bool = False) -> ImportResult:
    """Return an import whose rows are refused as well where the contract refuses their place.

    The records stay: a refused one goes to quarantine, and its last version stays published.

    Args:
        result: what the import gave.
        advice: what the contract asks to mend, or advises, is a line of the report too.
    """
    refused: set[str] = set()
    lines: list[ReportLine] = []
    for verdict in verdicts(result.records):
        if verdict.is_refused:
            refused.add(verdict.record.iri)
        if advice or verdict.is_refused:
            lines += _lines(verdict, result, advice=advice)
    return replace(
        result,
        refused=frozenset(refused),
        lines=tuple(sorted((*result.lines, *lines), key=lambda line: line.row)),
    )


def _lines(verdict: Verdict, result: ImportResult, *, advice: bool) -> Iterator[ReportLine]:
    record = verdict.record
    values = national_values(record)
    local_id, name = str(values.get("id", "")), str(values.get("nom", ""))
    for finding in verdict.findings:
        if advice or finding.severity is Severity.VIOLATION:
            for row in result.rows_of[record.iri]:
                yield _line(row, local_id, name, finding, record)


def _line(row: int, local_id: str, name: str, finding: Finding, record: Record) -> ReportLine:
    column = _COLUMN_OF.get(finding.path, "")
    text = shown(finding.value)
    value = text if text != record.iri else ""
    level = _LEVEL_OF[finding.severity]
    return ReportLine(row, local_id, column, finding.code, level, value, name=name)


def report_json(result: ImportResult, harvest: Mapping[str, object] | None = None) -> str:
    """Return the whole report as one JSON object: file, facts, counts, and every line.

    Args:
        result: what the import gave.
        harvest: what entering it did or would do: outcome, counts and findings.
    """
    document = result.summary(result.lines)
    if harvest is not None:
        document["harvest"] = dict(harvest)
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def report_csv(result: ImportResult) -> str:
    """Return one CSV row per report line, with ``;`` and CRLF as spreadsheets expect."""
    lines = map(asdict, result.lines)
    rows = ([str(values[column] or "") for column in _COLUMNS] for values in lines)
    return csv_lines([_COLUMNS, *rows], EXCEL).decode()


def report_text(result: ImportResult, lang: str) -> str:
    """Return the report in a language: by rule, with counts, samples and remedies."""
    counts, name = result.counts, result.name
    if result.facts.unread_sheets:
        name = Message("{name}, sheet “{sheet}”", name=name, sheet=result.facts.sheet)
    rows, places = counts.rows, counts.places
    said = [Message("{name}: {rows} rows, {places} places", name=name, rows=rows, places=places)]
    if joined := counts.merged_rows:
        said.append(Message("{joined} rows joined a place already begun", joined=joined))
    if refused := counts.refused_rows:
        said.append(Message("{refused} rows refused", refused=refused))
    out = [each.message(lang) for each in said]
    for level in LEVELS:
        of_level = [line for line in result.lines if line.level == level]
        if of_level:
            out += ["", _TITLES[level].message(lang), *_level(of_level, _samples(level), lang)]
    rules = Counter((line.level, line.rule) for line in result.lines)
    if any(count > _samples(level) for (level, _), count in rules.items()):
        out += ["", _REST.message(lang)]
    return "\n".join(out) + "\n"


def _samples(level: Level) -> int:
    return _REFUSALS if level == "refusal" else _SAMPLES


def _level(lines: list[ReportLine], samples: int, lang: str) -> Iterator[str]:
    """Return the lines of one level by rule, the most frequent first."""
    by_rule = defaultdict(list)
    for line in lines:
        by_rule[line.rule].append(line)
    for rule, found in sorted(by_rule.items(), key=lambda each: (-len(each[1]), each[0])):
        yield f"  {len(found)} × {_sentence(rule, lang)} [{rule}]"
        yield from (f"      {_sample(line, lang)}" for line in found[:samples])
        if more := len(found[samples:]):
            yield f"      {Message('… and {more} others', more=more).message(lang)}"


def _sentence(rule: str, lang: str) -> str:
    if rule in REPORT_RULES:
        return REPORT_RULES[rule].sentence(lang)
    contract = contract_rule(rule)
    return contract.message.message(lang) if contract else rule


def _sample(line: ReportLine, lang: str) -> str:
    where = Message("row {row}", row=line.row).message(lang) if line.row else ""
    change = _short(line.before)
    if line.after not in ("", line.before):
        change = f"{change} → {_short(line.after)}"
    text = " · ".join(filter(None, (where, line.local_id or "", line.name, line.column, change)))
    # A cell could hold control characters that act on a terminal.
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else f"{flat[: _SHOWN - 1]}…"
