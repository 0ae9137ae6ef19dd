"""The same file with cells added: every other byte of a text or of a sheet stays as it is.

In a CSV file separator, encoding, quotes and ends of lines do.
"""

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import replace

from harvester.tabular.csvfile import csv_rows, excel_hint
from harvester.tabular.given_ids import GivenIds, header_rows, unwritable
from harvester.tabular.reading import read_table
from harvester.tabular.table import Options, Table
from harvester.tabular.xlsx_cells import with_xlsx_cells

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def with_cells(
    data: bytes, table: Table, cells: Mapping[str, Mapping[int, str]], options: Options
) -> bytes:
    """Return a file with some of its cells written anew, and columns that it lacked.

    Runs in a locked-down child; otherwise as :func:`with_ids`.

    Args:
        data: CSV or XLSX.
        table: that these bytes make.
        cells: name of a column -> number of a row -> what the cell shall hold; never empty.
        options: with which the table was read.

    Raises:
        UsageError: the format is another one, or cells cannot be written into the sheet.
    """
    options = replace(options, sheet=table.facts.sheet or None)
    for column, of in cells.items():
        data = with_ids(data, table, GivenIds(column, dict(of), 0), options, here=True)
        table = read_table(data, table.name, options, here=True)
    return data


def with_ids(
    data: bytes, table: Table, ids: GivenIds, options: Options, *, here: bool = False
) -> bytes:
    """Return a file with ids in it, in their own column: the one that is there, else one more.

    What is made is read again: its rows hold what they held, and their ids.

    Args:
        data: CSV or XLSX.
        table: that these bytes make.
        ids: to write; at least one.
        options: with which the table was read.
        here: this process is a locked-down child already (:func:`.reading.read_table`).

    Raises:
        UsageError: the format is another one, or the sheet is laid out in a way that cells cannot
            be added to.
    """
    if table.facts.format == "csv":
        made = _with_csv_cells(data, table, ids)
    elif table.facts.format == "xlsx":
        made = with_xlsx_cells(data, table, ids)
    else:
        raise unwritable(table.name)
    options = replace(options, sheet=table.facts.sheet or None)
    again = read_table(made, table.name, options, here=here)
    if not _same(table, again, ids):
        raise unwritable(table.name)
    return made


def _same(before: Table, after: Table, ids: GivenIds) -> bool:
    """Return whether a table holds what it held, and the ids."""
    rows = {row.number: row for row in after.rows}
    wanted = {
        row.number: {**row.cells, ids.column: ids.of[row.number]}
        for row in before.rows
        if row.number in ids.of
    }
    kept = {
        row.number: dict(row.cells)
        for row in before.rows
        if row.number not in ids.of and not row.problem
    }
    return [row.number for row in before.rows] == list(rows) and all(
        dict(rows[number].cells) == cells for number, cells in (wanted | kept).items()
    )


def _with_csv_cells(data: bytes, table: Table, ids: GivenIds) -> bytes:
    """Return the bytes of a CSV file with ids; a new column stands after the last named one."""
    marked = (each for each in _MARKS if data.startswith(each[0]))
    mark, encoding = next(marked, (b"", table.facts.encoding))
    text = data[len(mark) :].decode(encoding)
    body = text.lstrip("\ufeff")
    _, rest = excel_hint(body)
    before = text[: len(text) - len(rest)]
    made = "".join(_records(rest, table, ids, 2 if rest != body else 1))
    return mark + (before + made).encode(encoding)


def _records(text: str, table: Table, ids: GivenIds, begins: int) -> Iterator[str]:
    """Return the records of a text, one after the other, each with its new cell."""
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, delimiter=table.facts.separator, strict=True)
    first = 0
    for number, cells in enumerate(csv_rows(reader), begins):
        raw = "".join(lines[first : reader.line_num])
        first = reader.line_num
        unread = not cells or isinstance(cells, csv.Error)
        yield raw if unread else _changed(raw, number, table, ids)


def _changed(raw: str, number: int, table: Table, ids: GivenIds) -> str:
    separator = table.facts.separator
    spans = list(_spans(raw, separator))
    cell = _cell(ids.of.get(number, ""), raw, separator)
    if ids.column in table.columns:
        at = table.columns.index(ids.column)
        if number not in ids.of or at >= len(spans):
            return raw
        begin, end = spans[at]
        return raw[:begin] + cell + raw[end:]
    width = len(table.columns)
    if number < table.header_row or len(spans) < width:
        return raw
    if number in header_rows(table):
        cell = _cell(ids.column, raw, separator)
    end = spans[width - 1][1]
    return raw[:end] + separator + cell + raw[end:]


def _cell(text: str, raw: str, separator: str) -> str:
    """Write a cell as its record does: between quotes where the first one is."""
    written = io.StringIO(newline="")
    csv.writer(
        written,
        delimiter=separator,
        lineterminator="",
        quoting=csv.QUOTE_ALL if raw.startswith('"') else csv.QUOTE_MINIMAL,
    ).writerow([text])
    return written.getvalue() if text else ""


def _spans(raw: str, separator: str) -> Iterator[tuple[int, int]]:
    """Return where each cell of a record begins and ends, quotes included."""
    begin, quoted = 0, False
    for at, char in enumerate(raw):
        if char == '"' and raw[begin] == '"':
            quoted = not quoted
        elif not quoted and char in (separator, "\r", "\n"):
            yield begin, at
            if char != separator:
                return
            begin = at + 1
    yield begin, len(raw)
