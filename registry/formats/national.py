"""The national standard v1.0.2: rows for CSV, objects for JSON."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from registry.formats.csv_dialects import PLAIN_NUMBER, STRICT, Dialect, csv_lines
from registry.formats.errors import UnwritableError
from vocab.mapping import exported_values, national_row
from vocab.namespaces import expand
from vocab.properties import EXPORTED
from vocab.records import Record

COLUMNS: tuple[str, ...] = tuple(one.name for one in EXPORTED)
"""The 32 of the standard, then what the table of properties exports beside them."""
_PLACE = expand("med:Place")
_NUMBERS = frozenset(one.name for one in EXPORTED if one.kind in ("decimal", "number", "share"))
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
    return csv_header(STRICT) + csv_rows([national_row(record)], STRICT)


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


def csv_header(dialect: Dialect) -> bytes:
    """Return the first line of a national CSV file, with what must precede it."""
    return dialect.start + csv_lines([COLUMNS], dialect)


def csv_rows(rows: Iterable[Mapping[str, str]], dialect: Dialect) -> bytes:
    """Return rows as the lines of a national CSV file, without its header."""
    return csv_lines(([row[name] for name in COLUMNS] for row in rows), dialect)


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
