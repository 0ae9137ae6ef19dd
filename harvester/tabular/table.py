"""What reading a file gives: columns, rows as people count them, and what was found about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Options:
    """How to read a file; whatever is None is detected.

    Attributes:
        encoding: Python name of the text encoding of a CSV file.
        separator: the character between the cells of a CSV file.
        sheet: name of the sheet of a workbook.
        known: folded names of columns by which the header and the sheet of a table are found.
        path: where the list of objects is in a JSON file, keys separated by dots.
        max_bytes: larger files are refused.
        max_rows: files with more rows are refused.
        max_columns: files with more columns are refused.
        max_cell: longest cell, in characters.
        max_cells: text files with more separators of cells are refused before they are read.
    """

    encoding: str | None = None
    separator: str | None = None
    sheet: str | None = None
    path: str | None = None
    known: frozenset[str] = frozenset()
    max_bytes: int = 200_000_000
    max_rows: int = 1_000_000
    max_columns: int = 2_000
    max_cell: int = 100_000
    max_cells: int = 20_000_000


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one row cannot be read: the code of a rule, what was found, what was expected."""

    rule: str
    found: str
    expected: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file.

    Attributes:
        number: as people see it: the spreadsheet's own row number (the header is usually 1), or
            the rank of the object in a JSON list, from 1.
        cells: column -> text, without the empty cells.
        problem: set when the row could not be read; its cells must not be used then.
    """

    number: int
    cells: Mapping[str, str]
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What was detected about a file.

    Attributes:
        format: csv, xlsx, ods, xls, json or geojson.
        encoding: of a text file, else an empty string.
        separator: of a CSV file, else an empty string.
        sheet: that was read in a workbook, else an empty string.
        unread_sheets: other sheets of the workbook that hold something.
        blank_rows: how many wholly empty rows were passed over.
        passed_over: what else was, or was filled in: row (0: the file), rule, text.
        days_from_1904: numbers of days in a workbook count from 1904, not from 1900.
        version: of the national standard: 1.0.2, 0.1.1, mixed, or own (other columns).
    """

    format: str
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    unread_sheets: tuple[str, ...] = ()
    blank_rows: int = 0
    passed_over: tuple[tuple[int, str, str], ...] = ()
    days_from_1904: bool = False
    version: str = "own"


@dataclass(frozen=True, slots=True)
class Table:
    """A file as a table: its columns in order, its rows that hold something, and its facts."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    facts: Facts
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Columns that had to get another name (empty or repeated headers): new name -> as written."""
    header_row: int = 0
    """Number of the first row that names columns; 0 where names come with each row (JSON)."""
    name: str = ""
    """Of the file, for people."""
