"""A first mapping for a sheet in somebody's own words: which column may be which field.

Columns are known by their names, never by what they hold; one that could mean two fields is left
for a person to say. The names are in ``column_names.toml``.
"""

import json
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Dict
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from itertools import islice
from types import MappingProxyType

from harvester.tabular.finding import folded
from harvester.tabular.given_ids import given_ids
from harvester.tabular.mapping import WRITTEN, Identity, Mapping, Reader
from harvester.tabular.standard import standard_columns
from harvester.tabular.table import Options, Table
from vocab.text import fold

_EXAMPLES = 3
_NEEDED = frozenset({"id", "nom"})


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """A column of a sheet, and what it is read as.

    Attributes:
        name: as the sheet has it.
        field: of the standard, or one beyond it; where it is not read, the one that it may be;
            empty where nobody knows.
        is_guessed: its name is not the standard's: somebody has to confirm it.
        is_read: the field is taken from it; otherwise that is only what it may be.
        filled: how many rows have something in it.
        example: what the first of them has.
        examples: what the first ones have that differ.
    """

    name: str
    field: str
    is_guessed: bool
    is_read: bool
    filled: int
    example: str
    examples: tuple[str, ...] = ()


@cache
def meanings() -> Dict[str, str]:
    """Return what people call columns, folded as headers are -> the field that is meant."""
    text = resources.files("harvester.tabular").joinpath("column_names.toml").read_text("utf-8")
    return {
        name.replace(" ", "_"): field
        for field, names in tomllib.loads(text).items()
        for name in names
    }


def guessed_columns(table: Table) -> dict[str, str]:
    """Return the columns without a name of the standard -> the field that their name may mean.

    Of several that mean the same field, the first; none that has its own column already.
    """
    named = standard_columns(table.columns)
    taken = set(named.values())
    found: dict[str, str] = {}
    for column in table.columns:
        field = meanings().get(_key(column), "")
        if column not in named and field and field not in taken:
            found[column] = field
            taken.add(field)
    return found


def _key(column: str) -> str:
    words = "".join(char if char.isalnum() else " " for char in fold(column))
    return folded(" ".join(words.split()))


@cache
def _likenesses() -> Dict[str, str]:
    """Return words, folded -> the field that a column named by one of them may be."""
    text = resources.files("harvester.tabular").joinpath("column_likeness.toml").read_text("utf-8")
    return {word: field for field, words in tomllib.loads(text).items() for word in words}


def like_fields(columns: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """Return columns that nobody knows -> the field that a word of their name makes likely.

    That is a question to ask, never a way to read: a column whose words say two fields has none.

    Args:
        columns: their names.
        taken: fields that have their column already.
    """
    found: dict[str, str] = {}
    for column in columns:
        words = _key(column).split("_")
        fields = {_likenesses()[word] for word in words if word in _likenesses()} - {*taken}
        if len(fields) == 1:
            found[column] = fields.pop()
    return found


def needs_mapping(table: Table) -> bool:
    """Whether a table lacks the columns without which none of its rows is a place as it is."""
    return not set(standard_columns(table.columns).values()) >= _NEEDED


def drafted_mapping(table: Table, chosen: Dict[str, str] = MappingProxyType({})) -> Mapping:
    """Return a mapping by the standard's names, by what people call columns, and by what was said.

    The id is what a column of ids holds; without one, what ``--write-ids`` would write.

    Args:
        table: as read.
        chosen: name of a column -> field that somebody says it is; empty: it is not to be read.
            Of several columns for one field, the last is read.
    """
    said = {_key(name): field for name, field in chosen.items()}
    asked = {name: said[_key(name)] for name in table.columns if _key(name) in said}
    known = standard_columns(table.columns) | guessed_columns(table)
    taken = set(asked.values())
    fields = {name: field for name, field in known.items() if field not in taken} | asked
    by_field = {field: column for column, field in fields.items() if field}
    identity = Identity((by_field.pop("id", WRITTEN),))
    ordered = [column for column in table.columns if by_field.get(fields.get(column, "")) == column]
    readers = {fields[column]: Reader((column,)) for column in ordered}
    return Mapping("", Options(), identity, readers)


def with_given_ids(table: Table, mapping: Mapping) -> tuple[Table, int]:
    """Return a table with the ids that ``--write-ids`` would write into it, and how many.

    Where its column of ids is there already, it is left as it is: an empty cell is to be mended.
    """
    (column,) = mapping.identity.columns
    if column in table.columns:
        return table, 0
    of = given_ids(table, mapping, frozenset()).of
    rows = tuple(
        replace(row, cells={**row.cells, column: of[row.number]}) if row.number in of else row
        for row in table.rows
    )
    return replace(table, columns=(*table.columns, column), rows=rows), len(of)


def read_columns(table: Table, mapping: Mapping) -> Iterator[ReadColumn]:
    """Say of each column of a table what it is read as."""
    by_column = {column: name for name, one in mapping.fields.items() for column in one.columns}
    by_column |= dict.fromkeys(mapping.identity.columns, "id")
    named, guessed = standard_columns(table.columns), guessed_columns(table)
    unknown = [name for name in table.columns if name not in by_column and name not in guessed]
    like = like_fields(unknown, by_column.values())
    filled = Counter(column for row in table.rows for column in row.cells)
    for column in table.columns:
        if column in table.renamed and column not in filled:
            continue  # an empty column that nobody named
        texts = (row.cells[column] for row in table.rows if column in row.cells)
        examples = tuple(islice(dict.fromkeys(texts), _EXAMPLES))
        example = examples[0] if examples else ""
        field = by_column.get(column) or guessed.get(column) or like.get(column, "")
        is_read, is_guessed = column in by_column, bool(field) and column not in named
        yield ReadColumn(column, field, is_guessed, is_read, filled[column], example, examples)


def mapping_text(mapping: Mapping) -> str:
    """Write a drafted mapping as the file that ``maillage import --mapping`` reads."""
    (column,) = mapping.identity.columns
    lines = ["[id]", f"column = {_quoted(column)}", "", "[columns]"]
    lines += [f"{name} = {_quoted(one.columns[0])}" for name, one in mapping.fields.items()]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Write a TOML basic string: JSON's escapes are among its own."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
