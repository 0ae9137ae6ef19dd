"""Cells added to a sheet of an XLSX workbook, in its XML: styles, formulas, drawings all stay.

A library that opens and saves a workbook drops what it does not know, and the results of formulas.
Format: ECMA-376-1, 18.3.1 (worksheets).
"""

import io
import re
import zipfile
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape

from harvester.tabular.given_ids import GivenIds, header_rows, unwritable
from harvester.tabular.table import Table
from harvester.tabular.workbook_child import part_of
from registry.formats.xlsx import letters

_MAX_UNPACKED = 1_000_000_000
_SPANS = re.compile(rb'\s+spans\s*=\s*(?:"[^"]*"|\'[^\']*\')')
_LETTERS = re.compile(r"[A-Z]+")
_MAX_COLUMNS = 16_384


@dataclass
class _Cell:
    """Where a cell stands in the XML, and what it looks like."""

    begin: int
    end: int
    style: str
    filled: bool = False


@dataclass
class _Row:
    """Where a row's end tag stands in the XML, and its cells by column from 0."""

    end: int
    prefix: str
    cells: dict[int, _Cell] = field(default_factory=dict)


def with_xlsx_cells(data: bytes, table: Table, ids: GivenIds) -> bytes:
    """Return the bytes of a workbook with ids in the sheet that was read.

    Raises:
        UsageError: the sheet is written in a way that cells cannot be added to, or is too large.
    """
    made = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(made, "w") as copy:
            if sum(part.file_size for part in archive.infolist()) > _MAX_UNPACKED:
                raise unwritable(table.name)
            part = part_of(archive, table.facts.sheet)
            xml = _with_cells(archive.read(part), table, ids)
            copy.comment = archive.comment
            for info in archive.infolist():
                held = xml if info.filename == part else archive.read(info)
                copy.writestr(info, held, compress_type=info.compress_type)
    except (expat.ExpatError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise unwritable(table.name) from error
    return made.getvalue()


def _with_cells(xml: bytes, table: Table, ids: GivenIds) -> bytes:
    scan = _Scan(xml)
    rows = scan.rows
    written = dict(ids.of)
    if ids.column in table.columns:
        column = table.columns.index(ids.column)
    else:
        below = (row for number, row in rows.items() if number >= table.header_row)
        filled = [at for row in below for at, cell in row.cells.items() if cell.filled]
        column = 1 + max(filled, default=0)
        written |= dict.fromkeys(header_rows(table), ids.column)
    if column >= _MAX_COLUMNS or not written.keys() <= rows.keys():
        raise unwritable(table.name)
    edits = [(*span, b"") for span in scan.hints]
    edits += [_edit(rows[number], number, column, text) for number, text in written.items()]
    for begin, end, new in sorted(edits, reverse=True):
        xml = xml[:begin] + new + xml[end:]
    return xml


def _edit(row: _Row, number: int, column: int, text: str) -> tuple[int, int, bytes]:
    """Return what to write where, so that a cell holds a text."""
    there = row.cells.get(column)
    after = [cell.begin for at, cell in row.cells.items() if at > column]
    beside = row.cells.get(column - 1)
    style = (there or beside or _Cell(0, 0, "")).style
    name = f"{row.prefix}c"
    attributes = f' r="{letters(column)}{number}"' + (f' s="{escape(style)}"' if style else "")
    inside = f"<{row.prefix}is><{row.prefix}t>{escape(text)}</{row.prefix}t></{row.prefix}is>"
    new = f'<{name}{attributes} t="inlineStr">{inside}</{name}>'.encode()
    if there:
        return there.begin, there.end, new
    at = min([row.end, *after])
    return at, at, new


def _column(reference: str) -> int:
    found = _LETTERS.match(reference)
    number = 0
    for letter in found[0] if found else "":
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


class _Scan:
    """Reads where the rows and cells of a sheet stand in its XML, in UTF-8.

    Attributes:
        rows: by number, from 1.
        hints: where it says how far the sheet and its rows go, which nobody needs.
    """

    def __init__(self, xml: bytes) -> None:
        self.rows: dict[int, _Row] = {}
        self.hints: list[tuple[int, int]] = []
        self._xml = xml
        self._row: _Row | None = None
        self._number = 0
        self._dimension = 0
        self._cell: _Cell | None = None
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.XmlDeclHandler = self._declared
        self._parser.Parse(xml, True)

    def _refuse(self, *_: object) -> None:
        raise expat.ExpatError("a document type has no place in a sheet")

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding or "utf-8").lower() not in {"utf-8", "us-ascii"}:
            self._refuse()

    def _start(self, name: str, given: dict[str, str]) -> None:
        prefix, _, local = name.rpartition(":")
        begin = self._parser.CurrentByteIndex
        if local == "row":
            self._number = int(given.get("r", self._number + 1))
            end = self._xml.index(b">", begin) + 1
            self._row = _Row(end, f"{prefix}:" if prefix else "")
            self.rows[self._number] = self._row
            if spans := _SPANS.search(self._xml, begin, end):
                self.hints.append(spans.span())
        elif local == "c" and self._row:
            last = max(self._row.cells, default=-1)
            column = _column(given["r"]) if "r" in given else last + 1
            self._cell = _Cell(begin, begin, given.get("s", ""))
            self._row.cells[column] = self._cell
        elif local == "dimension":
            self._dimension = begin
        elif local in {"v", "is", "f"} and self._cell:
            self._cell.filled = True

    def _end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local == "c" and self._cell:
            self._cell.end = self._end_of(self._cell.begin)
            self._cell = None
        elif local == "dimension":
            self.hints.append((self._dimension, self._end_of(self._dimension)))
        elif local == "row" and self._row:
            self._row.end = self._parser.CurrentByteIndex
            self._row = None

    def _end_of(self, begin: int) -> int:
        """Return where the element ends that began there and ends now."""
        tag_end = self._xml.index(b">", begin)
        if self._xml[tag_end - 1 : tag_end] == b"/":
            return tag_end + 1
        return self._xml.index(b">", self._parser.CurrentByteIndex) + 1
