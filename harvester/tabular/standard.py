"""The columns of the national standard, in its two versions, in a file that people filled in."""

from collections.abc import Iterable

from harvester.tabular.table import Table
from vocab.fields import FIELDS
from vocab.schemes import fold

CURRENT = tuple(field.name for field in FIELDS)
FORMER = tuple(field.old for field in FIELDS if field.old)
MULTIPLE = frozenset(
    name for field in FIELDS if field.multiple for name in (field.name, field.old) if name
)
KNOWN = frozenset(CURRENT) | frozenset(FORMER)
_ONLY_CURRENT = frozenset(CURRENT) - frozenset(FORMER)
_ONLY_FORMER = frozenset(FORMER) - frozenset(CURRENT)
BAN_KEY = "cle_ban"
"""Column of v0.1.1 that v1 dropped: kept as a feature of the address."""


def standard_columns(columns: Iterable[str]) -> dict[str, str]:
    """Find the columns that bear a name of the standard, but for case and accents.

    Returns:
        column of the file -> field of the standard; an exact name wins over a near one.
    """
    columns = tuple(columns)
    found = {column: column for column in columns if column in KNOWN}
    taken = set(found.values())
    for column in columns:
        near = fold(column).replace(" ", "_")
        if column not in found and near in KNOWN and near not in taken:
            found[column] = near
            taken.add(near)
    return found


def version_of(table: Table) -> str:
    """Give the version of the standard that a file follows: 1.0.2, 0.1.1, mixed, or own."""
    named = standard_columns(table.columns)
    fields = set(named.values())
    if not {"id", "nom"} <= fields:
        return "own"
    return "1.0.2"
