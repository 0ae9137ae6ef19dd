"""A spreadsheet that an editor drops, as the places that would be published: read, mended, matched.

    table + what was typed -> ids of published places -> what they say beyond the sheet -> import

What the sheet has no column for stays as it is published: a list of telephones takes no hours away.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from harvester.checking.matching import matched
from harvester.checking.rewriting import rewritten, with_meanings
from harvester.run.proposal import cells_of, keeping
from harvester.tabular.apply import local_id_of
from harvester.tabular.checks import mapping_for
from harvester.tabular.drafting import drafted_mapping, meanings, needs_mapping
from harvester.tabular.further import COLUMNS
from harvester.tabular.given_ids import given_ids
from harvester.tabular.importing import import_table
from harvester.tabular.mapping import WRITTEN, Identity, Reader
from harvester.tabular.mapping import Mapping as TableMapping
from harvester.tabular.reading import read_table
from harvester.tabular.result import ImportResult
from harvester.tabular.table import Options, Row, Table
from vocab.export import national_values, stated_values
from vocab.mapping import PoleIdentity
from vocab.ntriples import day as typed_day
from vocab.order import SEPARATOR
from vocab.positions import POSITION, followed
from vocab.properties import AT_CENTRE, FIELDS, POSITION_KIND, is_meant, property_named
from vocab.records import Record
from vocab.territory import centre_of
from vocab.yes_no import answered, answers_of

_BEYOND = "\u2003"
"""Begins the name of a column that the sheet has not: no name in a file does, as blanks are cut."""
_DERIVED = {"code_insee": "commune"}
"""What follows from a column of the sheet is not kept from what is published."""
_DATE = "date_maj"


@dataclass(frozen=True, slots=True)
class Asked:
    """What an editor said about a sheet.

    Attributes:
        chosen: name of a column -> field that it is; empty: not to be read.
        cells: number of a row, field, value as the report tells it -> what shall stand there.
        meanings: field, text of a cell -> what it means, as said of an earlier sheet.
        is_centred: places without a position stand at the centre of their commune.
        day: date of a place that changes and states none.
        taken: local ids that no new place may have.
    """

    chosen: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[tuple[int, str, str], str] = field(default_factory=dict)
    meanings: Mapping[tuple[str, str], str] = field(default_factory=dict)
    is_centred: bool = False
    day: str = ""
    taken: frozenset[str] = frozenset()

    @classmethod
    def of(cls, sent: Mapping[str, Any]) -> "Asked":
        """Read what came as JSON, mappings with two keys as lists of their items."""
        return cls(
            sent["chosen"],
            {(row, name, old): text for row, name, old, text in sent["cells"]},
            {(name, said): meant for name, said, meant in sent["meanings"]},
            sent["is_centred"],
            sent["day"],
            frozenset(sent["taken"]),
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """A dropped file as it was read.

    Attributes:
        original: the table as the file has it.
        options: with which it was read.
        table: the same with what was typed, the ids and what is published beyond it.
        mapping: of ``table``.
        seen: the mapping by which the columns of the file itself are read.
        written: name of a column -> number of a row -> what a mended file has there.
        meanings: field, text of a cell -> what was said that it means.
        known: local ids of the rows that are published places.
        fresh: local ids that were made for the others.
    """

    original: Table
    options: Options
    table: Table
    mapping: TableMapping
    seen: TableMapping
    written: Mapping[str, Mapping[int, str]]
    meanings: Mapping[tuple[str, str], str]
    known: frozenset[str] = frozenset()
    fresh: frozenset[str] = frozenset()


def read_sheet(
    name: str, data: bytes, options: Options, asked: Asked
) -> tuple[Table, Options, TableMapping]:
    """Return a dropped file as a table, how it was read, and what its columns are.

    Raises:
        MaillageError: it is no table.
    """
    table = read_table(data, name, options, here=True)
    if needs_mapping(table):
        options = replace(options, known=frozenset(meanings()))
        table = read_table(data, name, options, here=True)
    return table, options, drafted_mapping(table, asked.chosen)


class SheetReader:
    """Makes the places of a dropped table.

    Args:
        pole: whose places they are.
        published: local id -> place, as it is published.
        asked: what the editor said.
    """

    def __init__(self, pole: PoleIdentity, published: Mapping[str, Record], asked: Asked) -> None:
        self._pole = pole
        self._published = published
        self._asked = asked

    def read(self, original: Table, options: Options, seen: TableMapping) -> Sheet:
        """Return a table as it shall be imported."""
        table, mapping = _widened(_with_cells(original, _answered(original, seen)), seen)
        table, meanings = self._rewritten(table, mapping)
        table, mapping, known, fresh = self._identified(table, mapping)
        whole = self._with_published(table, mapping, seen)
        centred = self._centred(whole, mapping)
        written = _differences(original, _with_cells(table, centred))
        whole = _with_cells(whole, centred)
        return Sheet(original, options, whole, mapping, seen, written, meanings, known, fresh)

    def result(self, sheet: Sheet) -> ImportResult:
        """Import the table: with what is published beyond any table, dated where it changes."""
        result = import_table(sheet.table, pole=self._pole, mapping=sheet.mapping)
        dates = self._dated_rows(sheet)
        made = (
            self._finished(record, is_dated=bool(dates & {*result.rows_of[record.iri]}))
            for record in result.records
        )
        return replace(result, records=tuple(made))

    def _rewritten(
        self, table: Table, mapping: TableMapping
    ) -> tuple[Table, dict[tuple[str, str], str]]:
        """Return the table with what was typed, and which text of a list was said to mean what."""
        said = self._asked.cells
        meanings = dict(self._asked.meanings)
        meanings |= {
            (name, old): text for (_, name, old), text in said.items() if _is_shared(name, old)
        }
        meant: dict[str, dict[str, str]] = defaultdict(dict)
        for (name, old), text in meanings.items():
            meant[name][old] = text
        typed: dict[tuple[int, str], list[tuple[str, str]]] = defaultdict(list)
        for (number, name, old), text in said.items():
            typed[number, name].append((old, text))
        filled: dict[str, dict[int, str]] = defaultdict(dict)
        for row in table.rows:
            for name, column in _columns(mapping):
                cell = row.cells.get(column, "")
                text = with_meanings(cell, meant[name]) if cell and name in meant else cell
                for old, new in typed.get((row.number, name), ()):
                    text = (
                        text
                        if _is_shared(name, old) and text != cell
                        else rewritten(text, old, new)
                    )
                if text != cell:  # an empty one was emptied: it says nothing any more
                    filled[column][row.number] = text
        return _with_cells(table, filled), meanings

    def _identified(
        self, table: Table, mapping: TableMapping
    ) -> tuple[Table, TableMapping, frozenset[str], frozenset[str]]:
        """Give each row an id: that of the published place that it is, else a new one."""
        (column,) = mapping.identity.columns
        mapping = _beside(table, mapping)
        stated = {row.number: _local_id(row, mapping) for row in table.rows}
        known = {row: one for row, one in stated.items() if one in self._published}
        would_be = given_ids(table, mapping, frozenset()).of
        found = self._matched(table, mapping, {**stated, **would_be}, set(known.values()))
        found = {row: local_id for row, local_id in found.items() if row not in known}
        table = _with_ids(table, column, found, stated)
        mapping = _beside(table, mapping)
        taken = frozenset(self._published) | self._asked.taken
        fresh = given_ids(table, mapping, taken)
        table = _with_cells(table, {fresh.column: fresh.of})
        mapping = mapping_for(table, mapping, complete=False)
        ids = frozenset({*known.values(), *found.values()})
        return table, mapping, ids, frozenset(fresh.of.values())

    def _matched(
        self, table: Table, mapping: TableMapping, ids: Mapping[int, str], named: set[str]
    ) -> dict[int, str]:
        """Return the rows that name no published place and are one all the same."""
        others = {one: record for one, record in self._published.items() if one not in named}
        if not others:
            return {}
        nameless = [row for row in table.rows if ids.get(row.number, "") not in named]
        numbered = {row.number: f"row-{row.number}" for row in nameless}
        plain = replace(mapping, identity=Identity((WRITTEN,)))
        nameless_table = _with_cells(replace(table, rows=tuple(nameless)), {WRITTEN: numbered})
        made = import_table(nameless_table, pole=self._pole, mapping=plain)
        rows = {
            row: _texts(record) for record in made.records for row in made.rows_of[record.iri][:1]
        }
        return matched(rows, {one: _texts(record) for one, record in others.items()}, ids)

    def _with_published(self, table: Table, mapping: TableMapping, seen: TableMapping) -> Table:
        """Fill what the sheet has no column for from the places that are published."""
        beyond = [
            (name, column)
            for name, column in _columns(mapping)
            if name not in seen.fields and _DERIVED.get(name, "") not in seen.fields
        ]
        filled: dict[str, dict[int, str]] = defaultdict(dict)
        for row in table.rows:
            record = self._published.get(_local_id(row, mapping))
            cells = self._kept(cells_of(record), row, mapping, seen) if record else {}
            for name, column in beyond:
                if name in cells and column not in row.cells:
                    filled[column][row.number] = cells[name]
        return _with_cells(table, filled)

    @staticmethod
    def _kept(
        cells: dict[str, str], row: Row, mapping: TableMapping, seen: TableMapping
    ) -> dict[str, str]:
        """Return what is published, without what a position stood for that the sheet changes."""
        mine = {name: _cell(row, mapping, name) for name in POSITION if name in seen.fields}
        return followed(cells | mine, cells)

    def _centred(self, table: Table, mapping: TableMapping) -> dict[str, dict[int, str]]:
        """Return the cells that put places without a position at the centre of their commune."""
        filled: dict[str, dict[int, str]] = {}
        if self._asked.is_centred:
            lacking = replace(table, rows=tuple(_unplaced(table, mapping)))
            result = import_table(lacking, pole=self._pole, mapping=mapping)
            for row, centre in centres(lacking, mapping, result).items():
                named = (*POSITION, POSITION_KIND)
                for name, text in zip(named, (*centre, AT_CENTRE), strict=True):
                    filled.setdefault(mapping.fields[name].columns[0], {})[row] = text
        return filled

    def _dated_rows(self, sheet: Sheet) -> set[int]:
        """Return the rows in which the sheet itself states a date."""
        reader = sheet.seen.fields.get(_DATE)
        return {row.number for row in sheet.table.rows if reader and reader.read(row.cells)}

    def _finished(self, record: Record, *, is_dated: bool) -> Record:
        local_id = next(iter(_texts(record, "id").values()), "")
        before = self._published.get(local_id)
        if before is not None:
            record = keeping(record, before, local_id, self._pole)
        if is_dated or record == before or not self._asked.day:
            return record
        return _dated(record, self._asked.day)


def centres(
    table: Table, mapping: TableMapping, result: ImportResult
) -> dict[int, tuple[str, str]]:
    """Return the rows of places that state no position -> the centre of their commune."""
    unplaced = {row.number for row in _unplaced(table, mapping)}
    found: dict[int, tuple[str, str]] = {}
    for record in result.records:
        number = result.rows_of[record.iri][0]
        if number in unplaced:
            code = national_values(record).get("code_insee", "")
            if centre := centre_of(str(code)):
                found[number] = centre
    return found


def _unplaced(table: Table, mapping: TableMapping) -> Iterator[Row]:
    """Return the rows that say nothing of a position, be it one that cannot be read."""
    for row in table.rows:
        if not any(_cell(row, mapping, name) for name in POSITION):
            yield row


def _answered(table: Table, mapping: TableMapping) -> dict[str, dict[int, str]]:
    """Return the cells that answer the question of their column by yes, no or a tick, in words."""
    found: dict[str, dict[int, str]] = {}
    for name, column in _columns(mapping):
        if answers := answers_of(column, name):
            cells = {row.number: row.cells[column] for row in table.rows if column in row.cells}
            said = {row: answered(answers, cell) for row, cell in cells.items()}
            found[column] = {row: text for row, text in said.items() if text != cells[row]}
    return found


def _is_shared(name: str, old: str) -> bool:
    """Whether what a value was said to be holds for all rows that have it."""
    return bool(old) and is_meant(name)


def _widened(table: Table, mapping: TableMapping) -> tuple[Table, TableMapping]:
    """Add a column for each field that the table has none for."""
    names = [one.name for one in FIELDS if one.name != "id"]
    lacking = [name for name in (*names, *COLUMNS) if name not in mapping.fields]
    readers = {name: Reader((_BEYOND + name,)) for name in lacking}
    columns = tuple(_BEYOND + name for name in lacking)
    wide = replace(mapping, fields={**mapping.fields, **readers})
    return replace(table, columns=(*table.columns, *columns)), wide


def _columns(mapping: TableMapping) -> Iterator[tuple[str, str]]:
    """Return the fields, each with its column."""
    return ((name, reader.columns[0]) for name, reader in mapping.fields.items())


def _cell(row: Row | None, mapping: TableMapping, name: str) -> str:
    reader = mapping.fields.get(name)
    return reader.read(row.cells) if row and reader else ""


def _local_id(row: Row, mapping: TableMapping) -> str:
    return local_id_of(mapping.identity, row.cells)


def _with_ids(
    table: Table, column: str, found: Mapping[int, str], stated: Mapping[int, str]
) -> Table:
    """Write the ids of published places; beside an id of the sheet's own, which stays."""
    empty = {row: local_id for row, local_id in found.items() if not stated[row]}
    beside = {row: local_id for row, local_id in found.items() if stated[row]}
    table = _with_cells(table, {column: empty})
    return _with_cells(table, {WRITTEN: beside}) if beside else table


def _beside(table: Table, mapping: TableMapping) -> TableMapping:
    """Return the mapping that reads first the ids that were written beside the sheet's own."""
    identity = mapping.identity
    if WRITTEN not in table.columns or WRITTEN in identity.columns:
        return mapping
    return replace(mapping, identity=replace(identity, written=WRITTEN))


def _with_cells(table: Table, cells: Mapping[str, Mapping[int, str]]) -> Table:
    """Return a table with more in its cells, and with the columns that they need."""
    rows = tuple(replace(row, cells={**row.cells, **_of_row(row, cells)}) for row in table.rows)
    columns = (*table.columns, *(name for name in cells if name not in table.columns))
    return replace(table, columns=columns, rows=rows)


def _of_row(row: Row, cells: Mapping[str, Mapping[int, str]]) -> dict[str, str]:
    return {column: of[row.number] for column, of in cells.items() if row.number in of}


def _differences(before: Table, after: Table) -> dict[str, dict[int, str]]:
    """Return the cells that differ, by the name that their column has in a file."""
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for old, new in zip(before.rows, after.rows, strict=True):
        for column, text in new.cells.items():
            if text != old.cells.get(column):
                found[column.removeprefix(_BEYOND)][new.number] = text
    return dict(found)


def _texts(record: Record, *names: str) -> dict[str, str]:
    """Return what a record says as texts, several values joined; all of it, or some fields."""
    return {
        name: value if isinstance(value, str) else SEPARATOR.join(value)
        for name, value in stated_values(record).items()
        if not names or name in names
    }


def _dated(record: Record, day: str) -> Record:
    """Return a record that states a day as that of its last change."""
    start = f"<{record.iri}> <{property_named(_DATE).property}> "
    others = [line for line in record.lines if not line.startswith(start)]
    return Record(record.iri, tuple(sorted([*others, f"{start}{typed_day(day)} ."])))
