"""The same file with cells added: every other byte of a text or of a sheet stays as it is."""

from dataclasses import replace

from harvester.tabular.csv_cells import with_csv_cells
from harvester.tabular.given_ids import GivenIds, unwritable
from harvester.tabular.reading import read_table
from harvester.tabular.table import Options, Table
from harvester.tabular.xlsx_cells import with_xlsx_cells


def with_ids(data: bytes, table: Table, ids: GivenIds, options: Options) -> bytes:
    """Return a file with ids in it, in their own column: the one that is there, else one more.

    What is made is read again: its rows hold what they held, and their ids.

    Args:
        data: CSV or XLSX.
        table: that these bytes make.
        ids: to write; at least one.
        options: with which the table was read.

    Raises:
        UsageError: the format is another one, or the sheet is laid out in a way that cells cannot
            be added to.
    """
    if table.facts.format == "csv":
        made = with_csv_cells(data, table, ids)
    elif table.facts.format == "xlsx":
        made = with_xlsx_cells(data, table, ids)
    else:
        raise unwritable(table.name)
    again = read_table(made, table.name, replace(options, sheet=table.facts.sheet or None))
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
