"""A table becomes records: each row makes a place, joins one, or is refused by name."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from harvester.clean.date import serial_of_1900
from harvester.clean.types import Note
from harvester.tabular.apply import Draft, draft_of, local_id_of, refusal_of
from harvester.tabular.checks import file_lines, mapping_for
from harvester.tabular.further import COLUMNS
from harvester.tabular.mapping import Mapping
from harvester.tabular.mapping_file import load_mapping
from harvester.tabular.place import made_place
from harvester.tabular.reading import read_table
from harvester.tabular.result import ImportResult, ReportLine
from harvester.tabular.standard import MULTIPLE
from harvester.tabular.table import Table
from vocab.mapping import PoleIdentity
from vocab.records import Record
from vocab.text import fold

_TEXTS = {"presentation_detail": "\n", "horaires": " ; "}


def import_file(path: Path, pole: PoleIdentity, mapping_path: Path | None = None) -> ImportResult:
    """Read a file and make its rows places of a pole.

    Args:
        path: CSV, XLSX, ODS, XLS, JSON or GeoJSON.
        pole: whose places they are; their IRIs lie under its namespace.
        mapping_path: TOML file for a producer's own columns; none for the national standard.

    Raises:
        PublishedError: the file is no table, or lacks the column of the id.
        UsageError: the mapping file is wrong.
        UnreachableError: a file cannot be opened.
    """
    mapping = load_mapping(mapping_path) if mapping_path else None
    table = read_table(path, options=mapping.options if mapping else None)
    return import_table(table, pole=pole, mapping=mapping)


def import_table(
    table: Table, *, pole: PoleIdentity, mapping: Mapping | None = None
) -> ImportResult:
    """Make the rows of a table places of a pole, and say what became of every row and value.

    Args:
        table: as read.
        pole: whose places they are.
        mapping: for a producer's own columns; none for the columns of the national standard.

    Raises:
        PublishedError: the table lacks the column of the id.
    """
    rules = mapping_for(table, mapping)
    lines = list(file_lines(table, rules))
    drafts = _grouped(_drafts(table, rules, lines), lines, merge=rules.identity.group)
    records: dict[str, Record] = {}
    rows_of: dict[str, tuple[int, ...]] = {}
    for draft in drafts:
        record = _record(draft, pole, lines)
        if record is None:
            continue
        if record.iri in records:
            lines += _repeated(draft, rows_of[record.iri][0])
            continue
        records[record.iri] = record
        rows_of[record.iri] = tuple(draft.rows)
    ordered = sorted(_named(lines, table, rules), key=lambda line: line.row)
    return ImportResult(
        table.name, table.facts, tuple(records.values()), rows_of, tuple(ordered), len(table.rows)
    )


def _named(lines: Iterable[ReportLine], table: Table, mapping: Mapping) -> Iterator[ReportLine]:
    """Return the lines, those of refused rows with the name of the place."""
    reader = mapping.fields.get("nom")
    rows = {row.number: row for row in table.rows}
    for line in lines:
        if line.level == "refusal" and reader and line.row in rows:
            yield replace(line, name=" ".join(reader.read(rows[line.row].cells).split()))
        else:
            yield line


def _drafts(table: Table, mapping: Mapping, lines: list[ReportLine]) -> Iterable[Draft]:
    for row in table.rows:
        if why := row.problem:
            line = ReportLine(row.number, None, "", why.rule, "refusal", why.found, why.expected)
            lines.append(line)
        elif refused := refusal_of(row, mapping.refusals):
            column, value, because = refused
            id_ = local_id_of(mapping.identity, row.cells) or None
            lines.append(
                ReportLine(row.number, id_, column, "not-a-place", "refusal", value, because)
            )
        else:
            draft = draft_of(row, mapping)
            if table.facts.days_from_1904 and (day := draft.cells.get("date_maj")):
                draft.cells["date_maj"] = serial_of_1900(day.strip())
            yield draft


def _grouped(drafts: Iterable[Draft], lines: list[ReportLine], *, merge: bool) -> list[Draft]:
    """Return one draft per local id; rows without an id, or that repeat one, are refused.

    Args:
        drafts: one per row, in order.
        lines: the report, which refusals and conflicts are added to.
        merge: the mapping says that rows with the same id are one place.
    """
    places: dict[str, Draft] = {}
    for draft in drafts:
        first = places.get(draft.local_id)
        if not draft.local_id:
            lines.append(ReportLine(draft.rows[0], None, "id", "id-missing", "refusal"))
        elif first is None:
            places[draft.local_id] = draft
        elif merge:
            _join(first, draft)
        else:
            lines += _repeated(draft, first.rows[0])
    return list(places.values())


def _join(place: Draft, row: Draft) -> None:
    """Add what a further row says: lists are united, texts follow, the first of others stays.

    Beyond the standard the last row wins.
    """
    place.rows.extend(row.rows)
    place.lines.extend(row.lines)
    for name, text in row.cells.items():
        known = place.cells.get(name, "")
        if not known or name in COLUMNS:
            place.cells[name] = text
        elif name in MULTIPLE:
            place.cells[name] = "|".join(dict.fromkeys([*known.split("|"), *text.split("|")]))
        elif name in _TEXTS:
            if text not in known.split(_TEXTS[name]):
                place.cells[name] = f"{known}{_TEXTS[name]}{text}"
        elif fold(text) != fold(known):
            number = row.rows[0]
            place.lines.append(
                ReportLine(number, place.local_id, name, "group-conflict", "loss", text, known)
            )


def _record(draft: Draft, pole: PoleIdentity, lines: list[ReportLine]) -> Record | None:
    """Clean a draft and make its record, or refuse all its rows."""
    lines.extend(draft.lines)
    made = made_place(draft.local_id, draft.cells, pole)
    lines.extend(_line(note, draft) for note in made.notes)
    for number in draft.rows if made.refusals else ():
        lines.extend(_line(note, draft, number) for note in made.refusals)
    return made.record


def _repeated(draft: Draft, began: int) -> Iterator[ReportLine]:
    """Refuse a place whose id is that of an earlier one."""
    id_ = draft.local_id
    for number in draft.rows:
        yield ReportLine(number, id_, "id", "id-repeated", "refusal", id_, str(began))


def _line(note: Note, draft: Draft, row: int | None = None) -> ReportLine:
    number = draft.rows[0] if row is None else row
    return ReportLine(
        number, draft.local_id, note.column, note.rule, note.level, note.before, note.after
    )
