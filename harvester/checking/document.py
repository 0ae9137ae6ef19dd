"""What is said of a file, as JSON: its facts, how its columns were read, verdicts row by row."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import chain, islice
from typing import Any

from harvester.checking.cells import CellFinding, one_each
from harvester.checking.sheet import Sheet, centres
from harvester.checking.words import error_words, sentence_of
from harvester.clean.text import clean_text
from harvester.delivery import Arrival
from harvester.tabular.drafting import ReadColumn
from harvester.tabular.mapping import Mapping as TableMapping
from harvester.tabular.result import LEVELS, REPORT_RULES, ImportResult, ReportLine
from harvester.tabular.table import Row, Table
from shapes.findings import Finding, Severity
from vocab.errors import MaillageError, PublishedError
from vocab.export import national_values
from vocab.namespaces import DCT, FOAF, RDFS, SCHEMA, SKOS
from vocab.ntriples import is_literal, literal_parts

MAX_LINES = 5_000
"""Lines of a report that are given, the gravest first; the others are counted."""
MAX_ADDRESSES = 30
"""Rows without a position of which the addresses are told: a service is asked for as many."""
MAX_COLUMNS = 500
_SHOWN = 300
_NAMES = tuple(
    f"<{name}>"
    for name in (f"{SCHEMA}name", f"{SKOS}prefLabel", f"{FOAF}name", f"{DCT}title", f"{RDFS}label")
)
_GRAVITY = {Severity.VIOLATION: 0, Severity.WARNING: 1, Severity.INFO: 2}


def too_much() -> PublishedError:
    """Return the error of a file that asks for more than one check is given."""
    return PublishedError(
        "the file asks for too much memory or time. If it is a table, save its sheet alone as CSV "
        "(UTF-8); if it is long, split it"
    )


def of_error(error: MaillageError) -> dict[str, Any]:
    """Return why a file cannot be read, in each language, without its name: the reader has that."""
    why = error.sentence.values.get("error")
    said = why if isinstance(why, MaillageError) else error
    return {"kind": "unreadable", "error": error_words(said.sentence).texts()}


def of_table(
    table: Table,
    mapping: TableMapping,
    columns: Iterable[ReadColumn],
    result: ImportResult,
) -> dict[str, Any]:
    """Return the report of a table.

    Args:
        table: as read.
        mapping: that it was read by.
        columns: what each was read as.
        result: of the import, with all that the contract says.
    """
    joined = one_each(result.lines, table, mapping)
    joined.sort(key=lambda one: (LEVELS.index(one.line.level), one.line.row))
    shown = _shown(joined)
    columns = list(columns)
    summary = result.summary(())
    said = {line.rule for one in shown for line in (one.line, *one.follows)}
    return {
        "kind": "table",
        **summary,
        "rules": _counted(joined),
        "rows_to_improve": len({one.line.row for one in joined if is_to_improve(one.line)}),
        "lines": [_line(one, place) for one, place in _named(shown, table, mapping)],
        "lines_left_out": len(joined) - len(shown),
        "header_row": table.header_row,
        "columns": [_shortened(asdict(column)) for column in columns[:MAX_COLUMNS]],
        "columns_left_out": max(len(columns) - MAX_COLUMNS, 0),
        "sentences": {
            rule: sentence_of(rule).texts() for rule in sorted(said) if rule in REPORT_RULES
        },
    }


def of_columns(table: Table, columns: Iterable[ReadColumn]) -> dict[str, Any]:
    """Return the report of a dropped table of which nobody knows yet where the names stand."""
    found = [_shortened(asdict(column)) for column in columns]
    return {
        "kind": "columns",
        "facts": asdict(table.facts),
        "counts": {"rows": len(table.rows)},
        "header_row": table.header_row,
        "columns": found[:MAX_COLUMNS],
        "columns_left_out": max(len(found) - MAX_COLUMNS, 0),
    }


def of_sheet(sheet: Sheet, result: ImportResult) -> dict[str, Any]:
    """Return what publishing a dropped sheet needs beside its report.

    Args:
        sheet: as it was read.
        result: of its import.
    """
    rows = centres(sheet.table, sheet.mapping, result)
    return {
        "places": [
            {
                "iri": record.iri,
                "rows": result.rows_of[record.iri],
                "lines": record.lines,
                "is_refused": record.iri in result.refused,
            }
            for record in result.records
        ],
        "known": sorted(sheet.known),
        "fresh": sorted(sheet.fresh),
        "centrable": len(rows),
        "unplaced": list(islice(_addresses(result, rows), MAX_ADDRESSES)),
        "meanings": [[name, said, meant] for (name, said), meant in sheet.meanings.items()],
    }


def _addresses(result: ImportResult, rows: Collection[int]) -> Iterator[dict[str, Any]]:
    """Return row, name and address of the places that stand in some rows."""
    for record in result.records:
        row, values = result.rows_of[record.iri][0], national_values(record)
        if row in rows and values.get("adresse"):
            yield {
                "row": row,
                "name": values.get("nom", ""),
                "street": values["adresse"],
                "postcode": values.get("code_postal", ""),
                "commune": values.get("commune", ""),
                "insee": values["code_insee"],
            }


def is_to_improve(line: ReportLine) -> bool:
    """Whether a finding keeps nothing out, and the pole can do something about it."""
    is_advice = line.level == "info" and line.rule.startswith("MED-")
    return line.level in ("loss", "warning") or is_advice


def _shown(joined: Sequence[CellFinding]) -> list[CellFinding]:
    """Return the findings that are named: some of each rule, then the gravest."""
    if len(joined) <= MAX_LINES:
        return list(joined)
    share = MAX_LINES // (2 * len({one.line.rule for one in joined}))
    seen: Counter[str] = Counter()
    chosen: set[int] = set()
    for number, one in enumerate(joined):
        seen[one.line.rule] += 1
        if seen[one.line.rule] <= share:
            chosen.add(number)
    rest = (number for number in range(len(joined)) if number not in chosen)
    chosen.update(islice(rest, MAX_LINES - len(chosen)))
    return [joined[number] for number in sorted(chosen)]


def _counted(joined: Iterable[CellFinding]) -> list[dict[str, Any]]:
    """Return how often each rule is told, as the report of an import does, and in how many rows."""
    counted: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in joined:
        counted[one.line.level, one.line.rule].append(one.line.row)
    return [
        {"level": level, "rule": rule, "count": len(rows), "rows": len(set(rows))}
        for (level, rule), rows in sorted(counted.items())
    ]


def _line(joined: CellFinding, place: tuple[str, str]) -> dict[str, Any]:
    """Return a finding, with the codes of those on the same cell that it stands for."""
    name, address = place
    line = _shortened(asdict(replace(joined.line, name=name)) | {"address": address})
    return line | {"follows": [one.rule for one in joined.follows]}


def _named(
    joined: Iterable[CellFinding], table: Table, mapping: TableMapping
) -> Iterator[tuple[CellFinding, tuple[str, str]]]:
    """Return findings with the name and the address of the place, as the row has them.

    The address only where a street is told and no name: it is what such a row is called by.
    """
    rows = {row.number: row for row in table.rows}
    for one in joined:
        row = rows.get(one.line.row)
        found = dict(_texts(row, mapping)) if row else {}
        name = clean_text("nom", one.line.name).value or found.get("nom", "")
        if name or not found.get("adresse"):
            yield one, (name, "")
            continue
        town = " ".join(filter(None, (found["code_postal"], found["commune"])))
        yield one, ("", ", ".join(filter(None, (found["adresse"], town))))


def _texts(row: Row, mapping: TableMapping) -> Iterator[tuple[str, str]]:
    """Return what a row says of the name and the address; ``NC`` or a dash says nothing."""
    for field in ("nom", "adresse", "code_postal", "commune"):
        reader = mapping.fields.get(field)
        yield field, clean_text(field, reader.read(row.cells)).value if reader else ""


def _shortened(values: Mapping[str, Any]) -> dict[str, Any]:
    """Cut long texts: a cell may hold 100,000 characters."""
    return {name: _short(one) for name, one in values.items()}


def _short(value: Any) -> Any:
    """Cut a text, or each of several."""
    if isinstance(value, tuple):
        return tuple(map(short, value))
    return short(value) if isinstance(value, str) else value


def short(text: str) -> str:
    """Return a text as a report repeats it, cut where it is long."""
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def printable(text: str) -> str:
    """Return a text as a sentence may repeat it, whatever it holds."""
    return "".join(char if char.isprintable() else "\ufffd" for char in short(text))


def of_records(
    name: str, arrivals: Sequence[Arrival], findings: Sequence[Finding]
) -> dict[str, Any]:
    """Return the report of records in RDF.

    Args:
        name: of the file.
        arrivals: the records as they came.
        findings: what is said of them.
    """
    ordered = sorted(findings, key=lambda found: _GRAVITY[found.severity])
    shown = ordered[:MAX_LINES]
    refused = {one.record for one in findings if one.severity is Severity.VIOLATION}
    records = {arrival.subject for arrival in arrivals}
    counted = Counter((found.severity, found.code) for found in findings)
    bodies = {arrival.subject: arrival.body or b"" for arrival in arrivals}
    about = dict.fromkeys(found.record for found in shown)
    return {
        "kind": "rdf",
        "file": name,
        "counts": {"records": len(records), "refused": len(refused & records)},
        "rules": [
            {"severity": severity, "code": code, "count": count}
            for (severity, code), count in sorted(counted.items())
        ],
        "names": {iri: found for iri in about if (found := _name(iri, bodies.get(iri, b"")))},
        "findings": [_shortened(found.fields()) for found in shown],
        "findings_left_out": max(len(ordered) - MAX_LINES, 0),
    }


def _name(subject: str, body: bytes) -> str:
    """Return what a record calls itself; empty when it has no name."""
    start = f"<{subject}> "
    stated = (line[len(start) :] for line in body.decode().split("\n") if line.startswith(start))
    found = [line.partition(" ") for line in stated]
    values = (value.removesuffix(" .") for name in _NAMES for one, _, value in found if one == name)
    literals = (literal_parts(value)[0] for value in values if is_literal(value))
    return short(" ".join(next(chain(literals, ("",))).split()))
