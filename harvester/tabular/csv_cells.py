"""Cells added to a CSV file: separator, encoding, quotes and ends of lines stay as they are."""

import codecs
import csv
import io
from collections.abc import Iterator

from harvester.tabular.csvfile import excel_hint
from harvester.tabular.given_ids import GivenIds, header_rows
from harvester.tabular.table import Table

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def with_csv_cells(data: bytes, table: Table, ids: GivenIds) -> bytes:
    """Return the bytes of a CSV file with ids; a new column stands after the last named one."""
    marked = (each for each in _MARKS if data.startswith(each[0]))
    mark, encoding = next(marked, (b"", table.facts.encoding))
    text = data[len(mark) :].decode(encoding)
    body = text.lstrip("\ufeff")
    _, rest = excel_hint(body)
    before = text[: len(text) - len(rest)]
    made = "".join(_records(rest, table, ids, 1 if rest != body else 0))
    return mark + (before + made).encode(encoding)


def _records(text: str, table: Table, ids: GivenIds, number: int) -> Iterator[str]:
    """Return the records of a text, one after the other, each with its new cell."""
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, delimiter=table.facts.separator, strict=True)
    while True:
        number, first = number + 1, reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = []
        raw = "".join(lines[first : reader.line_num])
        yield _changed(raw, number, table, ids) if cells else raw


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
