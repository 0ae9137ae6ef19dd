"""The columns of the national standard, in its two versions, in a file that people filled in."""

import re
from collections.abc import Callable, Iterable

from harvester.tabular.finding import folded
from harvester.tabular.further import COLUMNS as FURTHER_COLUMNS
from harvester.tabular.table import Table
from vocab.properties import FIELDS, FURTHER
from vocab.schemes import former, match

CURRENT = tuple(field.name for field in FIELDS)
FORMER = tuple(field.old for field in FIELDS if field.old)
MULTIPLE = frozenset(
    name for field in FIELDS if field.multiple for name in (field.name, field.old) if name
)
KNOWN = frozenset(CURRENT) | frozenset(FORMER)
READABLE = KNOWN | {name for name, column in FURTHER_COLUMNS.items() if column.prop.column}
"""Names that columns may have without any mapping file."""

_ONLY_CURRENT = frozenset(CURRENT) - frozenset(FORMER)
_ONLY_FORMER = frozenset(FORMER) - frozenset(CURRENT)
_SHARED_LISTS = {
    field.name: field.scheme
    for field in FIELDS
    if field.name in ("services", "modalites_accompagnement") and field.scheme
}
_DROPPED = {prop.old: prop.name for prop in FURTHER if prop.old}
"""Columns of v0.1.1 that v1 dropped -> the property that keeps what they say."""


def standard_columns(columns: Iterable[str]) -> dict[str, str]:
    """Find the columns that have a name of the table of properties, but for case and accents.

    Returns:
        column of the file -> property; an exact name wins over a near one.
    """
    columns = tuple(columns)
    found = {column: column for column in columns if column in READABLE}
    found |= {column: _DROPPED[column] for column in columns if column in _DROPPED}
    taken = set(found.values())
    for column in columns:
        near = folded(column)
        if column not in found and near in READABLE and near not in taken:
            found[column] = near
            taken.add(near)
    return found


def version_of(table: Table) -> str:
    """Return the version of the standard that a file follows: 1.0.2, 0.1.1, mixed, or own."""
    named = standard_columns(table.columns)
    fields = set(named.values())
    if not {"id", "nom"} <= fields:
        return "own"
    filled = {named[column] for row in table.rows for column in row.cells if column in named}
    filled = filled or fields
    current = bool(filled & _ONLY_CURRENT) or _holds(table, named, _is_current)
    older = bool(filled & _ONLY_FORMER) or _holds(table, named, _is_former)
    if current and older:
        return "mixed"
    return "0.1.1" if older else "1.0.2"


def _holds(table: Table, named: dict[str, str], is_of_version: Callable[[str, str], bool]) -> bool:
    """Whether a column that both versions share holds a value that only one of them has."""
    shared = {column: field for column, field in named.items() if field in _SHARED_LISTS}
    cells = {
        (shared[column], cell)
        for row in table.rows
        for column, cell in row.cells.items()
        if column in shared
    }
    return any(
        is_of_version(field, part) for field, cell in cells for part in re.split("[|;]", cell)
    )


def _is_current(field: str, value: str) -> bool:
    return match(_SHARED_LISTS[field], value) is not None and former(field, value) is None


def _is_former(field: str, value: str) -> bool:
    return former(field, value) is not None and match(_SHARED_LISTS[field], value) is None
