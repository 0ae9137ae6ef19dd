"""From lists of cells (CSV, workbooks) to rows with named columns."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice

from harvester.clean.text import INVISIBLE
from harvester.tabular.finding import SEARCHED, folded, joined, place_of_header, score
from harvester.tabular.table import Facts, Options, Problem, Row, Table
from vocab.errors import PublishedError
from vocab.text import fold

Line = tuple[int, Sequence[str] | Problem]
"""A row number and its cells, or why they could not be read."""
Merge = tuple[tuple[int, int], tuple[int, int]]
"""Cells joined into one: (first row, first column) and (last row, last column), from 0."""
_TOTAL = re.compile(
    r"(?:(?:sous|grand)[ -])?tota(?:l|ux)\b|(?:nombre|nb)\.? (?:total )?de\b|somme\b|moyenne\b"
)
_NUMBER = re.compile(r"[\d\s.,%€]+")
_NOTE = re.compile(
    r"\*|\(?\d\)|n\.?b\.?\b|notes?\b|nota\b|remarques?\b|sources? ?:|legende\b|attention\b"
    r"|(?:derniere )?mise a jour\b|mis a jour\b|maj\b|p\.?s\.? ?:|fait (?:a|le)\b|document\b"
)
"""How what people write below their table begins, in folded letters."""
_ENOUGH_NAMES = 3
_SHOWN = 80


def read_body(
    lines: Iterable[Line],
    options: Options,
    facts: Facts,
    *,
    padded: bool,
    merges: Sequence[Merge] = (),
) -> Table:
    """Name the cells of each row below the header.

    Args:
        lines: the rows in order, with their numbers.
        options: the bounds, and names by which the header is known.
        facts: known so far; what is passed over here is added.
        padded: rows come filled up to the same width (workbooks): a short row is then no defect.
        merges: joined cells: below the header, their text stands for each row that they cover.

    Raises:
        PublishedError: no header, too many columns or rows, or a cell that is too long.
    """
    source = iter(lines)
    header = _header(source, options)
    merged = _Merged(merges, header.last_row)
    read = _Rows(header, merged, options, padded, notes=list(header.titles))
    for number, cells in chain(header.read_ahead, source):
        read.add(number, cells)
    if merged.count:
        read.notes.append((0, "cells-merged", str(merged.count)))
    needed = len(header.columns)
    rows = read.rows if padded else _without_shifted(read.rows, read.widths, needed)
    facts = replace(facts, blank_rows=read.blank, passed_over=(*read.notes, *facts.passed_over))
    return Table(header.columns, tuple(rows), facts, header.renamed, header.first_row)


@dataclass
class _Rows:
    """The rows below a header as they are read, and what is noted on the way."""

    header: "_Header"
    merged: "_Merged"
    options: Options
    padded: bool
    notes: list[tuple[int, str, str]]
    rows: list[Row] = field(default_factory=list)
    widths: list[int] = field(default_factory=list)
    blank: int = 0
    is_other_table: bool = False

    def add(self, number: int, cells: "Sequence[str] | Problem") -> None:
        """Take one row; blank ones are counted, those that are no place noted."""
        if not isinstance(cells, Problem):
            if not any(map(str.strip, cells)):
                self.blank += 1
                return
            if rule := _not_a_place(cells, self.header, began=bool(self.rows)):
                self.notes.append((number, rule, _text(cells)))
                return
            self.is_other_table |= _is_other_header(cells, self.options.known)
            cells = self.merged.filled(number, cells)
        if self.is_other_table:
            cells = Problem("row-other-table", _text(_cells((number, cells)))[:_SHOWN], "")
        self.rows.append(self._row(number, cells))
        self.widths.append(0 if isinstance(cells, Problem) else len(cells))
        if len(self.rows) > self.options.max_rows:
            raise PublishedError(
                "row {number}: more than {max_rows} rows. Split the file",
                number=number,
                max_rows=self.options.max_rows,
            )

    def _row(self, number: int, cells: "Sequence[str] | Problem") -> Row:
        if isinstance(cells, Problem):
            return Row(number, {}, cells)
        columns = self.header.columns
        extra = any(cell.strip() for cell in cells[len(columns) :])
        if extra or (len(cells) < len(columns) and not self.padded):
            return Row(number, {}, Problem("row-ragged", str(len(cells)), str(len(columns))))
        named = {column: cell for column, cell in zip(columns, cells, strict=False) if cell.strip()}
        check_cells(named, number, self.options)
        return Row(number, named)


def _without_shifted(rows: Sequence[Row], widths: Sequence[int], needed: int) -> Iterator[Row]:
    """Refuse rows that alone have more cells than named columns, even if the last ones are empty.

    A separator inside a cell moves all that follows it into the next column. Where most rows end
    with one empty cell more than the header, nothing has moved.
    """
    counted = Counter(width for width in widths if width)
    usual = max(counted, key=lambda width: (counted[width], -width), default=0)
    for row, width in zip(rows, widths, strict=True):
        if row.problem or width in (usual, needed):
            yield row
        else:
            yield Row(row.number, {}, Problem("row-ragged", str(width), str(needed)))


@dataclass(frozen=True, slots=True)
class _Header:
    """The names of the columns, and what was read to find them.

    Attributes:
        columns: their names.
        renamed: those that had to get another name -> as written.
        rows: what the rows that name columns hold, folded.
        first_row: number of the first row that names columns.
        last_row: number of the last one.
        titles: rows above that hold something.
        read_ahead: rows below that were read already.
    """

    columns: tuple[str, ...]
    renamed: dict[str, str]
    rows: tuple[tuple[str, ...], ...]
    first_row: int
    last_row: int
    titles: tuple[tuple[int, str, str], ...]
    read_ahead: tuple[Line, ...]


class _Merged:
    """Repeats the text of joined cells on each row that they cover."""

    def __init__(self, merges: Sequence[Merge], header: int) -> None:
        self.count = 0
        self._starts: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for (top, left), (bottom, _) in merges:
            if bottom > top >= header:  # rows count from 0 here, and from 1 in the header's number
                self._starts[top + 1].append((left, bottom + 1))
        self._open: dict[int, tuple[int, str]] = {}

    def filled(self, number: int, cells: Sequence[str]) -> Sequence[str]:
        """Return the cells of a row, with those that a joined cell above stands for."""
        given = list(cells)
        for column, (last, text) in self._open.items():
            if number <= last and column < len(given) and not given[column].strip():
                given[column] = text
                self.count += 1
        for column, last in self._starts.get(number, ()):
            self._open[column] = (last, given[column])
        return given


def _not_a_place(cells: Sequence[str], header: _Header, *, began: bool) -> str:
    """Return the rule by which a row below the header is no place; empty when it may be one."""
    if _names(cells) in header.rows:
        return "row-header-repeated"
    if began and _is_total(cells):
        return "row-total"
    filled = [cell for cell in cells if cell.strip()]
    alone = len(filled) == 1 and len(header.columns) >= _ENOUGH_NAMES
    return "row-note" if alone and _NOTE.match(fold(filled[0])) else ""


def _names(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the cells of a row of names, folded, without what is empty at its end."""
    names = [folded(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _is_other_header(cells: Sequence[str], known: frozenset[str]) -> bool:
    """Return whether a row names the columns of a further table below the first one."""
    filled = [cell for cell in cells if cell.strip()]
    return len(filled) >= _ENOUGH_NAMES and score(cells, known) * 2 > len(filled)


def _is_total(cells: Sequence[str]) -> bool:
    """Return whether a row sums the others up: a word for it, and nothing but numbers beside."""
    first, *others = [cell for cell in cells if cell.strip()]
    return bool(_TOTAL.match(fold(first))) and all(map(_NUMBER.fullmatch, others))


def _text(cells: Sequence[str]) -> str:
    return " | ".join(" ".join(cell.split()) for cell in cells if cell.strip())


def _header(source: Iterator[Line], options: Options) -> _Header:
    ahead = list(islice(source, SEARCHED))
    read = [None if isinstance(cells, Problem) else cells for _, cells in ahead]
    found = place_of_header(read, options.known)
    above = ahead[: found.start] if found else ahead
    for number, cells in above:
        if isinstance(cells, Problem):
            raise PublishedError(
                "row {number}: the header cannot be read: its quotes are misplaced. Write "
                "{expected}",
                number=number,
                expected=cells.expected,
            )
    if not found:
        raise PublishedError("the file is empty: its first row must name the columns")
    naming = [_cells(ahead[place]) for place in found]
    columns, renamed = _named(joined(*naming) if len(found) > 1 else naming[0], options)
    titles = (
        (number, "row-above-header", _text(_cells((number, cells)))) for number, cells in above
    )
    return _Header(
        columns,
        renamed,
        tuple(map(_names, naming)),
        ahead[found[0]][0],
        ahead[found[-1]][0],
        tuple(title for title in titles if title[2]),
        tuple(ahead[found.stop :]),
    )


def _cells(line: Line) -> Sequence[str]:
    _, cells = line
    return () if isinstance(cells, Problem) else cells


def _named(cells: Sequence[str], options: Options) -> tuple[tuple[str, ...], dict[str, str]]:
    width = max(place for place, cell in enumerate(cells, 1) if cell.strip())
    if width > options.max_columns:
        raise PublishedError(
            "{width} columns, the most read here is {max_columns}. Check the separator, "
            "or keep the columns that matter",
            width=width,
            max_columns=options.max_columns,
        )
    columns: dict[str, None] = {}
    renamed: dict[str, str] = {}
    for place, cell in enumerate(cells[: options.max_columns], 1):
        written = " ".join(INVISIBLE.sub("", cell).split())
        column = written or f"column {place}"
        while column in columns:
            column = f"{column} ({place})"
        if column != written:
            renamed[column] = written
        columns[column] = None
    return tuple(columns), renamed


def check_cells(cells: dict[str, str], number: int, options: Options) -> None:
    """Refuse the file when a cell of this row is longer than the bound.

    Raises:
        PublishedError: names the row and the column.
    """
    for column, cell in cells.items():
        if len(cell) > options.max_cell:
            raise PublishedError(
                "row {number}, column {column!r}: {count} characters, the most read here "
                "is {max_cell}. Look for a quote that is not closed before",
                number=number,
                column=column,
                count=len(cell),
                max_cell=options.max_cell,
            )


def check_count(cells: int, options: Options) -> None:
    """Refuse a text of so many cells that holding them would take all memory.

    Raises:
        PublishedError: names the count and the bound.
    """
    if cells > options.max_cells:
        raise PublishedError(
            "about {cells:,} cells, the most read here is {max_cells:,}. Split the file, "
            "or keep the columns that matter",
            cells=cells,
            max_cells=options.max_cells,
        )
