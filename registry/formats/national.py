"""The national standard v1.0.2: rows for CSV, objects for JSON."""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from registry.formats.csv_dialects import PLAIN_NUMBER, STRICT, Dialect, csv_lines
from registry.formats.errors import UnwritableError
from vocab.mapping import exported_values, national_row
from vocab.namespaces import expand
from vocab.order import SEPARATOR
from vocab.phones import as_dialled
from vocab.properties import EXPORTED, FIELDS
from vocab.records import Record

STANDARD: tuple[str, ...] = tuple(one.name for one in FIELDS)
"""The 32 columns of the standard: a file has no others while no place of it says more."""
COLUMNS: tuple[str, ...] = tuple(one.name for one in EXPORTED)
"""The 32 of the standard, then what the table of properties exports beside them."""
_PLACE = expand("med:Place")
_LINE_END = b"\r\n"
_NUMBERS = frozenset(one.name for one in EXPORTED if one.kind in ("decimal", "number", "share"))
_PHONES = frozenset(one.name for one in EXPORTED if one.kind == "phone")
_OWN_PREFIX = re.compile(r"\A(\+[0-9]{3})(?= [0-9 ]+\Z)")
_TRUTHS = frozenset(one.name for one in EXPORTED if one.kind == "boolean")


def is_place(record: Record) -> bool:
    """Whether the record is a place: the national standard describes nothing else."""
    return _PLACE in record.types


def national_csv(record: Record) -> bytes:
    """Return a place as a strict national CSV of one row below its header.

    Raises:
        UnwritableError: the record is not a place.
    """
    _require_place(record, "CSV")
    row = national_row(record)
    columns = columns_for(says_more(row))
    return csv_header(STRICT, columns) + csv_rows([row], STRICT, columns)


def national_json(record: Record) -> bytes:
    """Return a place as a JSON object with the national names.

    Raises:
        UnwritableError: the record is not a place.
    """
    _require_place(record, "JSON")
    return (json.dumps(national_object(record), ensure_ascii=False, indent=1) + "\n").encode()


def national_object(record: Record) -> dict[str, Any]:
    """Return what a place states under the national names: lists as lists, degrees as numbers."""
    values = exported_values(record)
    return {"iri": record.iri} | {name: _json_value(name, value) for name, value in values.items()}


def says_more(row: Mapping[str, str]) -> bool:
    """Whether a national row has cells beyond the columns of the standard."""
    return not row.keys().isdisjoint(COLUMNS[len(STANDARD) :])


def columns_for(more: bool) -> tuple[str, ...]:
    """Return the columns of a file; ``more``: some place of it says more than the standard asks."""
    return COLUMNS if more else STANDARD


def csv_header(dialect: Dialect, columns: Sequence[str] = STANDARD) -> bytes:
    """Return the first line of a national CSV file, with what must precede it."""
    return dialect.start + csv_lines([columns], dialect)


def csv_rows(
    rows: Iterable[Mapping[str, str]], dialect: Dialect, columns: Sequence[str] = STANDARD
) -> bytes:
    """Return rows as the lines of a national CSV file, without its header."""
    cells = ([row.get(name, "") for name in columns] for row in rows)
    if dialect.disarm:
        phones = frozenset(index for index, name in enumerate(columns) if name in _PHONES)
        cells = (_with_phones(row, phones) for row in cells)
    return csv_lines(cells, dialect)


def _with_phones(row: Sequence[str], phones: Collection[int]) -> list[str]:
    """Write numbers as people dial them: in international form they begin like a formula."""
    return [_phones(cell) if index in phones else cell for index, cell in enumerate(row)]


def _phones(cell: str) -> str:
    numbers = map(as_dialled, cell.split(SEPARATOR))
    return SEPARATOR.join(_OWN_PREFIX.sub(r"(\1)", number) for number in numbers)


def widened(lines: bytes, dialect: Dialect) -> bytes:
    """Return lines of the columns of the standard with an empty cell for each further one."""
    further = dialect.delimiter.encode() * (len(COLUMNS) - len(STANDARD))
    *whole, rest = lines.split(_LINE_END)
    quotes, found = 0, []
    for line in whole:
        quotes += line.count(b'"')  # an odd number: the line breaks within a cell
        found.append(line if quotes % 2 else line + further)
    return _LINE_END.join([*found, rest])


def _json_value(name: str, value: str | tuple[str, ...]) -> str | float | bool | list[str]:
    if isinstance(value, tuple):
        return list(value)
    if name in _TRUTHS and value in ("true", "false"):
        return value == "true"
    return float(value) if name in _NUMBERS and PLAIN_NUMBER.match(value) else value


def _require_place(record: Record, form: str) -> None:
    if not is_place(record):
        raise UnwritableError(
            "{iri} is not a place: the national {form} describes places only. Ask for JSON-LD or "
            "Turtle.",
            iri=record.iri,
            form=form,
        )
