"""One cell, one finding: what cleaning and the contract say of the same cell, told once, as typed.

Cleaning repairs a value step by step, or refuses it; the contract then judges what is left, and
says "missing" of a cell that is filled. Whoever reads a report on their own file looks for the
cell as they typed it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

from harvester.tabular.mapping import Mapping
from harvester.tabular.result import ReportLine
from harvester.tabular.table import Row, Table
from shapes.rule_fields import fields_of

_CONTRACT = "MED-"
_SPACES = "spaces-normalised"
_IN_WORDS = frozenset(
    {"hours-kept-verbatim", "hours-text-without-days", "hours-text-without-times"}
)
"""Publishes a value as its words alone: the field itself stays empty."""


@dataclass(frozen=True, slots=True)
class CellFinding:
    """What a report says of a cell, and what it does not say beside it.

    Attributes:
        line: the finding, with the value as it was typed.
        follows: the other findings on the same cell: steps that led there, or what comes of it.
    """

    line: ReportLine
    follows: tuple[ReportLine, ...] = ()

    @property
    def is_lost(self) -> bool:
        """Whether the field has lost what the cell says."""
        lines = (self.line, *self.follows)
        return any(one.level == "loss" or one.rule in _IN_WORDS for one in lines)

    @property
    def is_emptied(self) -> bool:
        """Whether the cell said that it says nothing, as “NC” does."""
        line = self.line
        return line.level == "repair" and bool(line.before) and not line.after


def one_each(lines: Iterable[ReportLine], table: Table, mapping: Mapping) -> list[CellFinding]:
    """Return the lines of a report with those joined that are about the same value of a cell.

    Args:
        lines: of the import and of the contract, those of a row in the order of the steps.
        table: as read.
        mapping: that it was read by.
    """
    rows = {row.number: row for row in table.rows}
    by_row: dict[int, list[ReportLine]] = defaultdict(list)
    for line in lines:
        by_row[line.row].append(line)
    return list(
        chain.from_iterable(
            _row(found, _Cells(rows.get(number), mapping)) for number, found in by_row.items()
        )
    )


class _Cells:
    """The cells of one row by the fields that they were read as."""

    def __init__(self, row: Row | None, mapping: Mapping) -> None:
        self._cells = row.cells if row else {}
        self._readers = mapping.fields

    def typed(self, field: str) -> str:
        """Return what was typed for a field; empty where nothing was."""
        reader = self._readers.get(field)
        return " ".join(reader.read(self._cells).split()) if reader else ""


def _row(lines: list[ReportLine], cells: _Cells) -> Iterator[CellFinding]:
    found: list[CellFinding] = []
    for line in lines:
        if not _judges(line):
            _add_step(found, line)
    for line in lines:
        if _judges(line):
            _add_verdict(found, line, cells)
    yield from found


def _judges(line: ReportLine) -> bool:
    """Whether a line says what a row lacks, as the contract does: a name, for one."""
    is_missing = line.level == "refusal" and bool(line.column) and not line.before
    return is_missing or line.rule.startswith(_CONTRACT)


def _add_step(found: list[CellFinding], line: ReportLine) -> None:
    """Join a step of cleaning to the one that it goes on from, or add it."""
    for place, cell in enumerate(found if line.row and line.column else ()):
        before = cell.line
        if before.column != line.column:
            continue
        if line.before and before.level == "repair" and before.after == line.before:
            # Of what was taken out one says more than of the blanks that were left.
            if line.rule == _SPACES:
                found[place] = CellFinding(replace(before, after=line.after), (*cell.follows, line))
            else:
                joined = replace(line, before=before.before)
                found[place] = CellFinding(joined, (*cell.follows, before))
            return
        if not line.before and line.level == "repair" and before.level == "loss":
            found[place] = CellFinding(replace(before, after=line.after), (*cell.follows, line))
            return
    found.append(CellFinding(line))


def _add_verdict(found: list[CellFinding], line: ReportLine, cells: _Cells) -> None:
    """Join what the contract says to what became of the cell before, or add it as typed."""
    fields = _fields(line)
    if line.before:
        column = fields[0] if len(fields) == 1 else line.column
        _add_step(found, replace(line, column=column))
        return
    about = [cell for cell in found if cell.line.column in fields]
    causes = [cell for cell in about if cell.is_lost]
    emptied = next((cell for cell in about if cell.is_emptied), None)
    if not causes and emptied:
        joined = replace(line, column=emptied.line.column, before=emptied.line.before)
        found[found.index(emptied)] = CellFinding(joined, (emptied.line, *emptied.follows))
    elif not causes:
        found.append(CellFinding(replace(line, before=cells.typed(line.column))))
    elif line.level == "refusal" and causes[0].line.level != "refusal":
        _refuse(found, line, causes, cells)
    else:
        first = causes[0]
        found[found.index(first)] = CellFinding(first.line, (*first.follows, line))


def _refuse(
    found: list[CellFinding], line: ReportLine, causes: list[CellFinding], cells: _Cells
) -> None:
    """Put a refusal in the place of the losses that it comes from."""
    first = causes[0].line
    typed = first.before if len(causes) == 1 else cells.typed(first.column) or first.before
    place = found.index(causes[0])
    follows = tuple(chain.from_iterable((cell.line, *cell.follows) for cell in causes))
    found[place] = CellFinding(replace(line, column=first.column, before=typed), follows)
    for cell in causes[1:]:
        found.remove(cell)


def _fields(line: ReportLine) -> tuple[str, ...]:
    """Return the fields of the standard that a finding is about."""
    return (line.column,) if line.column else fields_of(line.rule)
