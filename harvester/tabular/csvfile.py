"""CSV files as spreadsheets write them."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from harvester.tabular.encoding import decode
from harvester.tabular.finding import SEARCHED, score
from harvester.tabular.header import Line, check_count, read_body
from harvester.tabular.table import Facts, Options, Problem, Table
from vocab.errors import PublishedError, UsageError

_SEPARATORS = (";", ",", "\t", "|")
_RARE = re.compile(r"[^\w\s\"'.-]|[\x1e\x1f]")
_SAMPLE_ROWS = 50
_ENOUGH = 3


def read_csv(data: bytes, options: Options) -> Table:
    """Read a CSV file whose encoding and separator are detected unless given.

    A row whose quotes are misplaced, or that has too many or too few cells, keeps its number and
    carries a problem; the rows after it are read.

    Raises:
        PublishedError: no header, a bound exceeded, or a quote that is never closed.
    """
    text, encoding = decode(data, options.encoding)
    declared, text = excel_hint(_unwrapped(text))
    separator = options.separator or declared or _detect(text, options.known)
    if len(separator) != 1 or separator in '"\r\n':
        raise UsageError(
            "separator {separator!r}: give one character, such as ; or ,", separator=separator
        )
    check_count(text.count(separator), options)
    facts = Facts("csv", encoding, separator)
    return read_body(
        _lines(text, separator, declared, options.max_cell), options, facts, padded=False
    )


def excel_hint(text: str) -> tuple[str | None, str]:
    """Read the ``sep=;`` that spreadsheets accept as a first line."""
    first, _, rest = text.partition("\n")
    hint = first.strip(" \r\n").strip('"')
    if hint.lower().startswith("sep=") and len(hint) == len("sep=;"):
        return hint[-1], rest
    return None, text


def _lines(text: str, separator: str, hint: str | None, longest: int) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    before = 0
    for number, cells in enumerate(csv_rows(reader), 2 if hint else 1):
        if isinstance(cells, csv.Error):
            if "field limit" in str(cells):
                _check_lengths(text, separator, number, before, longest)
            yield number, _broken(cells, number, before + 1)
        else:
            yield number, cells
        before = reader.line_num


def csv_rows(reader: Iterator[list[str]]) -> Iterator[list[str] | csv.Error]:
    """Return the rows of a CSV file, and in place of one that cannot be read, why."""
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield error


def _broken(error: csv.Error, number: int, line: int) -> Problem:
    found = str(error)
    if "end of data" in found or "field limit" in found:
        raise PublishedError(
            'row {number} (line {line} of the text): a quote " opens there and is never '
            "closed, so the rows after it cannot be told apart. Close it, or double it if it is "
            "part of the text",
            number=number,
            line=line,
        ) from error
    return Problem("row-quotes", "", '"…""…""…"')


def _check_lengths(text: str, separator: str, number: int, lines: int, longest: int) -> None:
    """Refuse the file for a cell of a row that is too long, unless an open quote makes it so.

    Args:
        text: of the whole file.
        separator: of its cells.
        number: of the row.
        lines: how many of the text stand before it.
        longest: most characters of a cell.

    Raises:
        PublishedError: names the row, its line and the column.
    """
    start = sum(map(len, islice(io.StringIO(text, newline=""), lines)))
    for place, length in enumerate(_lengths(text, start, separator), 1):
        if length > longest:
            raise PublishedError(
                "row {number} (line {line} of the text), column {place}: {count} characters, the "
                "most read here is {max_cell}. Shorten this cell",
                number=number,
                line=lines + 1,
                place=place,
                count=length,
                max_cell=longest,
            )


def _lengths(text: str, start: int, separator: str) -> Iterator[int]:
    """Return the length of each cell of the row at a position, up to one that is no cell."""
    end = f"[{re.escape(separator)}\r\n]"
    cell = re.compile(rf'"[^"]*+(?:""[^"]*+)*+"(?={end}|\Z)|(?!")(?:(?!{end}).)*+', re.DOTALL)
    while (found := cell.match(text, start)) is not None:
        yield found.end() - start
        start = found.end() + 1
        if text[found.end() : start] != separator:
            return


def _unwrapped(text: str) -> str:
    """Return the rows of a text whose every row became one quoted cell, as spreadsheets do.

    They do so when a file that was opened with the wrong separator is saved.
    """
    lines = text.splitlines()[:_SAMPLE_ROWS]
    inner = [line.strip()[1:-1].replace('""', "") for line in lines if line.strip()]
    wrapped = all(line.strip()[:1] + line.strip()[-1:] == '""' for line in lines if line.strip())
    parted = any(all(separator in line for line in inner) for separator in _SEPARATORS)
    if not inner or not wrapped or not parted or any('"' in line for line in inner):
        return text
    rows = csv.reader(io.StringIO(text, newline=""), delimiter="\x1f")
    try:
        return "\n".join(row[0] if row else "" for row in rows)
    except csv.Error:
        return text


def _detect(text: str, known: frozenset[str]) -> str:
    scores = {separator: _score(text, separator) for separator in _SEPARATORS}
    best = max(_SEPARATORS, key=lambda separator: scores[separator])
    return best if scores[best][1] else _rare(text, known) or best


def _rare(text: str, known: frozenset[str]) -> str | None:
    """Return a character seldom used as separator (~, ^, §) that parts a row into known names."""
    for line in text.splitlines()[:SEARCHED]:
        for separator in map(str, dict.fromkeys(_RARE.findall(line))):
            if score(line.split(separator), known) >= _ENOUGH:
                return separator
    return None


def _score(text: str, separator: str) -> tuple[float, int]:
    """Rate a separator: share of sampled rows of the commonest width, then that width."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows = (cells for cells in csv_rows(reader) if cells)
    widths = [
        0 if isinstance(cells, csv.Error) else len(cells) for cells in islice(rows, _SAMPLE_ROWS)
    ]
    shared = Counter(width for width in widths if width > 1)
    if not shared:
        return (0.0, 0)
    width, count = max(shared.items(), key=lambda one: (one[1], one[0]))
    return (count / len(widths), width)
