"""From lists of cells (CSV, workbooks) to rows with named columns."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from harvester.clean.text import INVISIBLE
from harvester.tabular.table import Options, Problem, Row
from vocab.errors import PublishedError

Line = tuple[int, Sequence[str] | Problem]
"""A row number and its cells, or why they could not be read."""


@dataclass(frozen=True, slots=True)
class Body:
    """The rows below a header."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    blank_rows: int
    renamed: dict[str, str]


def read_body(lines: Iterable[Line], name: str, options: Options, *, padded: bool) -> Body:
    """Name the cells of each row after the first row that holds something.

    Args:
        lines: the rows in order, with their numbers.
        name: of the file, for messages.
        options: the bounds.
        padded: rows come filled up to the same width (workbooks): a short row is then no defect.

    Raises:
        PublishedError: no header, too many columns or rows, or a cell that is too long.
    """
    source = iter(lines)
    columns, renamed = _header(source, name, options)
    rows: list[Row] = []
    blank = 0
    for number, cells in source:
        if not isinstance(cells, Problem) and not any(map(str.strip, cells)):
            blank += 1
            continue
        rows.append(_row(number, cells, columns, name, options, padded=padded))
        if len(rows) > options.max_rows:
            raise PublishedError(
                f"{name}: row {number}: more than {options.max_rows} rows. Split the file",
                f"{name} : ligne {number} : plus de {options.max_rows} lignes. Partagez le fichier",
            )
    return Body(columns, tuple(rows), blank, renamed)


def _header(
    source: Iterator[Line], name: str, options: Options
) -> tuple[tuple[str, ...], dict[str, str]]:
    for number, cells in source:
        if isinstance(cells, Problem):
            raise PublishedError(
                f"{name}: row {number}: the header cannot be read: its quotes are misplaced. "
                f"Write {cells.expected}",
                f"{name} : ligne {number} : l'en-tête est illisible, ses guillemets sont mal "
                f"placés. Écrivez {cells.expected}",
            )
        if any(map(str.strip, cells)):
            return _named(cells, name, options)
    raise PublishedError(
        f"{name}: the file is empty: its first row must name the columns",
        f"{name} : le fichier est vide, alors que sa première ligne doit nommer les colonnes",
    )


def _named(
    cells: Sequence[str], name: str, options: Options
) -> tuple[tuple[str, ...], dict[str, str]]:
    width = max(place for place, cell in enumerate(cells, 1) if cell.strip())
    if width > options.max_columns:
        raise PublishedError(
            f"{name}: {width} columns, the most read here is {options.max_columns}. "
            "Check the separator, or keep the columns that matter",
            f"{name} : {width} colonnes, alors qu'on en lit ici {options.max_columns} au plus. "
            "Vérifiez le séparateur, ou gardez les colonnes qui comptent",
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


def _row(
    number: int,
    cells: Sequence[str] | Problem,
    columns: tuple[str, ...],
    name: str,
    options: Options,
    *,
    padded: bool,
) -> Row:
    if isinstance(cells, Problem):
        return Row(number, {}, cells)
    extra = [cell for cell in cells[len(columns) :] if cell.strip()]
    if extra or (len(cells) < len(columns) and not padded):
        problem = Problem("row-ragged", str(len(cells)), str(len(columns)))
        return Row(number, {}, problem)
    named = {column: cell for column, cell in zip(columns, cells, strict=False) if cell.strip()}
    check_cells(named, number, name, options)
    return Row(number, named)


def check_cells(cells: dict[str, str], number: int, name: str, options: Options) -> None:
    """Refuse the file when a cell of this row is longer than the bound.

    Raises:
        PublishedError: names the file, the row and the column.
    """
    for column, cell in cells.items():
        if len(cell) > options.max_cell:
            raise PublishedError(
                f"{name}: row {number}, column {column!r}: {len(cell)} characters, the most read "
                f"here is {options.max_cell}. Look for a quote that is not closed before",
                f"{name} : ligne {number}, colonne « {column} » : {len(cell)} caractères, alors "
                f"qu'on en lit ici {options.max_cell} au plus. Cherchez avant un guillemet qui "
                "n'est pas fermé",
            )


def check_count(cells: int, name: str, options: Options) -> None:
    """Refuse a text of so many cells that holding them would take all memory.

    Raises:
        PublishedError: names the file, the count and the bound.
    """
    if cells > options.max_cells:
        raise PublishedError(
            f"{name}: about {cells:,} cells, the most read here is {options.max_cells:,}. "
            "Split the file, or keep the columns that matter",
            f"{name} : environ {cells} cellules, alors qu'on en lit ici {options.max_cells} au "
            "plus. Partagez le fichier, ou gardez les colonnes qui comptent",
        )
