"""The report of an import, with what the contract says, as JSON, a spreadsheet (CSV) or text."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from itertools import groupby

from harvester.tabular.result import LEVELS, REPORT_RULES, ImportResult, ReportLine
from registry.formats.csv_dialects import EXCEL, csv_lines
from shapes.findings import Finding, Severity
from shapes.rules import rule as contract_rule
from shapes.verdicts import Verdict, shown, verdicts
from vocab.mapping import national_values
from vocab.properties import FIELDS, FURTHER
from vocab.records import Record

_SAMPLES = 3
_REFUSALS = 25
"""Refused rows are what a person has to correct: more of them are named."""
_SHOWN = 80
_COLUMNS = ("row", "local_id", "column", "rule", "level", "before", "after", "name")
_WORDS = {
    "fr": {
        "sheet": "{name}, feuille « {sheet} »",
        "head": "{name} : {rows} lignes, {places} lieux",
        "merged": "{merged_rows} lignes jointes à un lieu déjà commencé",
        "refused": "{refused_rows} lignes refusées",
        "refusal": "Refus", "loss": "Pertes", "warning": "Avertissements", "repair": "Réparations",
        "info": "À savoir", "row": "ligne", "more": "… et {more} autres",
        "rest": "Toutes les lignes de ce rapport : --format csv (tableur) ou --format json.",
    },
    "en": {
        "sheet": "{name}, sheet “{sheet}”",
        "head": "{name}: {rows} rows, {places} places",
        "merged": "{merged_rows} rows joined a place already begun",
        "refused": "{refused_rows} rows refused",
        "refusal": "Refusals", "loss": "Losses", "warning": "Warnings", "repair": "Repairs",
        "info": "To know", "row": "row", "more": "… and {more} others",
        "rest": "All lines of this report: --format csv (spreadsheet) or --format json.",
    },
}  # fmt: skip
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


def report_json(result: ImportResult, harvest: Mapping[str, object] | None = None) -> str:
    """Return the whole report as one JSON object: file, facts, counts, and every line.

    Args:
        result: what the import gave.
        harvest: what entering it did or would do: outcome, counts and findings.
    """
    counts = {**asdict(result.counts), "unaccounted_rows": result.unaccounted_rows}
    rules = Counter((line.level, line.rule) for line in result.lines)
    by_rule = [
        {"level": level, "rule": rule, "count": count}
        for (level, rule), count in sorted(rules.items())
    ]
    document: dict[str, object] = {
        "file": result.name,
        "facts": asdict(result.facts),
        "counts": counts,
        "rules": by_rule,
        "lines": [asdict(line) for line in result.lines],
    }
    if harvest is not None:
        document["harvest"] = dict(harvest)
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def report_csv(result: ImportResult) -> str:
    """Return one CSV row per report line, with ``;`` and CRLF as spreadsheets expect."""
    lines = map(asdict, result.lines)
    rows = ([str(values[column] or "") for column in _COLUMNS] for values in lines)
    return csv_lines([_COLUMNS, *rows], EXCEL).decode()


def report_text(result: ImportResult, lang: str) -> str:
    """Return the report in ``fr`` or ``en``: by rule, with counts, samples and remedies."""
    words = _WORDS["fr" if lang == "fr" else "en"]
    counts = asdict(result.counts)
    name = words["sheet"].format(name=result.name, sheet=result.facts.sheet)
    out = [words["head"].format(name=name if result.facts.unread_sheets else result.name, **counts)]
    if counts["merged_rows"]:
        out.append(words["merged"].format(**counts))
    if counts["refused_rows"]:
        out.append(words["refused"].format(**counts))
    for level in LEVELS:
        of_level = [line for line in result.lines if line.level == level]
        if of_level:
            out += ["", words[level]]
            out += _level(of_level, words, lang)
    if any(line.lstrip().startswith("… ") for line in out):
        out += ["", words["rest"]]
    return "\n".join(out) + "\n"


def _level(lines: list[ReportLine], words: dict[str, str], lang: str) -> list[str]:
    counts = Counter(line.rule for line in lines)
    ordered = sorted(lines, key=lambda line: (-counts[line.rule], line.rule))
    out: list[str] = []
    for rule, grouped in groupby(ordered, key=lambda line: line.rule):
        found = list(grouped)
        shown = found[: _REFUSALS if found[0].level == "refusal" else _SAMPLES]
        out.append(f"  {counts[rule]} × {_sentence(rule, lang)} [{rule}]")
        out += [f"      {_sample(line, words)}" for line in shown]
        if len(found) > len(shown):
            out.append("      " + words["more"].format(more=len(found) - len(shown)))
    return out


def _sentence(rule: str, lang: str) -> str:
    if rule in REPORT_RULES:
        return REPORT_RULES[rule].sentence(lang)
    contract = contract_rule(rule)
    return contract.message.text(lang).replace("{?value}", "…") if contract else rule


def _sample(line: ReportLine, words: dict[str, str]) -> str:
    where = f"{words['row']} {line.row}" if line.row else ""
    change = _short(line.before)
    if line.after not in ("", line.before):
        change = f"{change} → {_short(line.after)}"
    text = " · ".join(filter(None, (where, line.local_id or "", line.name, line.column, change)))
    # A cell could hold control characters that act on a terminal.
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else f"{flat[: _SHOWN - 1]}…"
