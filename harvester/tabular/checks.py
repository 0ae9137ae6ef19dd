"""What can be said of a file before its rows: columns missing, unused or renamed, letters lost."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from harvester.tabular.encoding import DOS, MAC
from harvester.tabular.mapping import (
    WRITTEN,
    Identity,
    Mapping,
    Reader,
    changing_columns,
    has_own_column,
)
from harvester.tabular.result import Level, ReportLine
from harvester.tabular.standard import KNOWN, standard_columns
from harvester.tabular.table import Options, Row, Table
from harvester.tabular.unread_hours import unread_hours_lines
from vocab.errors import PublishedError
from vocab.messages import Message

_LOST = "\ufffd"
_NEAR = 8
_OLD_ENCODINGS = {MAC: "encoding-mac", DOS: "encoding-dos"}
_LEVELS: dict[str, Level] = {
    "formulas-uncomputed": "loss",
    "cells-in-error": "loss",
    "sheet-of-places-unread": "loss",
    "rows-hidden": "warning",
}
"""Levels of what was passed over or found in a file; info for all else."""
_ONE_WORD = re.compile(r"[\w./\\:@%+=,~-]+")


def mapping_for(table: Table, mapping: Mapping | None, *, complete: bool = True) -> Mapping:
    """Return the mapping to use: the one given, completed, or the standard's own columns.

    Args:
        table: as read.
        mapping: the one given, if any.
        complete: the only column of the id must be there.

    Raises:
        PublishedError: the table lacks a column that makes the id.
    """
    if mapping is None:
        mapping = _standard(table)
    elif mapping.standard_columns:
        mapping = _completed(mapping, table)
    if WRITTEN in table.columns and not has_own_column(mapping):
        return replace(mapping, identity=replace(mapping.identity, written=WRITTEN))
    missing = [column for column in mapping.identity.columns if column not in table.columns]
    needed = complete or len(mapping.identity.columns) > 1
    # Where all rows are broken, or an empty list names no column, the id is not what is wrong.
    if missing and needed and table.columns:
        lacking = Message(
            "no column {missing!r}, which makes the id of each place. Its columns are: {columns}… "
            "If it has no ids, have them written into a copy: maillage import {file} --write-ids. "
            "Else import it with a mapping file that says where the id is (docs/import.md)",
            missing=missing[0],
            columns=", ".join(table.columns[:_NEAR]),
            file=as_word(table.name),
        )
        raise PublishedError("{name}: {error}", name=table.name, error=lacking)
    return mapping


def _standard(table: Table) -> Mapping:
    named = standard_columns(table.columns)
    by_field = {field: column for column, field in named.items()}
    usual = WRITTEN if WRITTEN in table.columns else "id"
    identity = Identity((by_field.get("id", usual),))
    fields = {field: Reader((column,)) for column, field in named.items() if field != "id"}
    return Mapping("", Options(), identity, dict(fields))


def _completed(mapping: Mapping, table: Table) -> Mapping:
    """Add the columns that have a name of the standard, for fields that the mapping does not fill.

    A rule that looks at such a column for something else does not hide it.
    """
    ignored = {column for column in table.columns if is_ignored(column, mapping.ignore)}
    fields = dict(mapping.fields)
    for column, field in standard_columns(table.columns).items():
        chosen = any(choice.target == field for choice in mapping.choices)
        if column not in ignored and field not in fields and field != "id" and not chosen:
            fields[field] = Reader((column,))
    return replace(mapping, fields=fields)


def is_ignored(column: str, ignore: tuple[str, ...]) -> bool:
    """Whether a column is left out on purpose; a final ``*`` stands for any end."""
    return column in ignore or any(
        pattern.endswith("*") and column.startswith(pattern[:-1]) for pattern in ignore
    )


def file_lines(table: Table, mapping: Mapping) -> Iterator[ReportLine]:
    """Return the report lines about columns and about letters lost before the file came here."""
    if rule := _OLD_ENCODINGS.get(table.facts.encoding):
        yield ReportLine(0, None, "", rule, "info", table.facts.encoding)
    if not table.rows:
        yield ReportLine(0, None, "", "rows-none", "loss")
    yield from _column_lines(table, mapping)
    yield from _identity_lines(table, mapping)
    for sheet in table.facts.unread_sheets:
        yield ReportLine(0, None, "", "sheet-unread", "info", sheet)
    for number, rule, text in table.facts.passed_over:
        yield ReportLine(number, None, "", rule, _LEVELS.get(rule, "info"), text)
    if table.facts.blank_rows:
        yield ReportLine(0, None, "", "rows-blank", "info", str(table.facts.blank_rows))
    readers = (reader for name, reader in mapping.fields.items() if name in KNOWN)
    cleaned = frozenset(column for reader in readers for column in reader.columns)
    for row in table.rows:
        yield from _lost_letters(row, cleaned)


def _column_lines(table: Table, mapping: Mapping) -> Iterator[ReportLine]:
    used = frozenset(mapping.columns())
    filled = Counter(column for row in table.rows for column in row.cells)
    unused = [
        column
        for column in table.columns
        if column in filled and column not in used and not is_ignored(column, mapping.ignore)
    ]
    for column in unused:
        yield ReportLine(0, None, column, "column-unused", "info", str(filled[column]))
    yield from unread_hours_lines(table, mapping, unused)
    for column in table.columns:
        if column in filled and column in table.renamed:
            written = table.renamed[column]
            yield ReportLine(0, None, column, "column-renamed", "info", written, column)
    for column in sorted(used - frozenset(table.columns)):
        yield ReportLine(0, None, column, "column-missing", "warning")


def _identity_lines(table: Table, mapping: Mapping) -> Iterator[ReportLine]:
    """Warn of ids that are made of what changes, on the rows where no id is written."""
    changing = changing_columns(mapping)
    written = mapping.identity.written
    rows = [row for row in table.rows if not row.problem and not row.cells.get(written)]
    if changing and rows:
        columns = ", ".join(changing)
        yield ReportLine(0, None, columns, "id-derived", "warning", str(len(rows)))


def _lost_letters(row: Row, cleaned: frozenset[str]) -> Iterator[ReportLine]:
    """Flag cells whose letters were lost before they came here; cleaning flags those it sees."""
    for column, text in row.cells.items():
        if _LOST in text and column not in cleaned:
            yield ReportLine(row.number, None, column, "characters-lost", "warning", text, text)


def as_word(path: object) -> str:
    """Return a path as one word of a command to copy, whatever blanks or signs are in it.

    >>> as_word("lieux.csv"), as_word("Lieux (2024).csv")
    ('lieux.csv', '"Lieux (2024).csv"')
    """
    text = str(path)
    return text if _ONE_WORD.fullmatch(text) else f'"{text}"'
