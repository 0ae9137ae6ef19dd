"""The national standard v1.0.2: rows for CSV, objects for JSON.

Two CSV dialects: the strict one is for machines and changes no value; the one for Excel (``;``,
byte order mark) disarms cells that a spreadsheet would run as a formula.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from registry.formats.errors import UnwritableError
from vocab.mapping import exported_values, national_row
from vocab.namespaces import expand
from vocab.properties import EXPORTED
from vocab.records import Record
from vocab.xml import with_blanks

COLUMNS: tuple[str, ...] = tuple(one.name for one in EXPORTED)
"""The 32 of the standard, then what the table of properties exports beside them."""
_PLACE = expand("med:Place")
_NUMBERS = frozenset(one.name for one in EXPORTED if one.kind in ("decimal", "number", "share"))
_TRUTHS = frozenset(one.name for one in EXPORTED if one.kind == "boolean")
# OWASP ASVS 5.0, 1.2.10, and the full-width twins that some spreadsheets fold to the plain signs.
_FORMULA_STARTS = tuple("=+-@\t\r\n\x00＝＋－＠")
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?\Z")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How rows become bytes.

    Attributes:
        delimiter: between cells.
        start: bytes before the first row.
        disarm: put an apostrophe before cells that a spreadsheet would run.
    """

    delimiter: str
    start: bytes = b""
    disarm: bool = False


STRICT = Dialect(",")
EXCEL = Dialect(";", start=b"\xef\xbb\xbf", disarm=True)


def is_place(record: Record) -> bool:
    """Whether the record is a place, which alone the national standard describes."""
    return _PLACE in record.types


def national_csv(record: Record) -> bytes:
    """Give a place as a strict national CSV of one row below its header.

    Raises:
        UnwritableError: the record is not a place.
    """
    _require_place(record, "CSV")
    return csv_header(STRICT) + csv_rows([national_row(record)], STRICT)


def national_json(record: Record) -> bytes:
    """Give a place as a JSON object with the national names.

    Raises:
        UnwritableError: the record is not a place.
    """
    _require_place(record, "JSON")
    return (json.dumps(national_object(record), ensure_ascii=False, indent=1) + "\n").encode()


def national_object(record: Record) -> dict[str, Any]:
    """Give what a place states under the national names: lists as lists, degrees as numbers."""
    values = exported_values(record)
    return {"iri": record.iri} | {name: _json_value(name, value) for name, value in values.items()}


def csv_header(dialect: Dialect) -> bytes:
    """Give the first line of a national CSV file, with what must precede it."""
    return dialect.start + csv_lines([COLUMNS], dialect)


def csv_rows(rows: Iterable[Mapping[str, str]], dialect: Dialect) -> bytes:
    """Give rows as the lines of a national CSV file, without its header."""
    return csv_lines(([row[name] for name in COLUMNS] for row in rows), dialect)


def csv_lines(rows: Iterable[Iterable[str]], dialect: Dialect) -> bytes:
    """Give any rows as lines of a CSV file, disarmed if the dialect says so."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=dialect.delimiter, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_disarmed(cell) for cell in row] if dialect.disarm else row)
    return with_blanks(text.getvalue().encode())


def _disarmed(cell: str) -> str:
    """The cell behind an apostrophe if a spreadsheet would run it; a longitude of -1.5 is safe."""
    runs = cell.startswith(_FORMULA_STARTS) and not _PLAIN_NUMBER.match(cell)
    return f"'{cell}" if runs else cell


def _json_value(name: str, value: str | tuple[str, ...]) -> str | float | bool | list[str]:
    if isinstance(value, tuple):
        return list(value)
    if name in _TRUTHS and value in ("true", "false"):
        return value == "true"
    return float(value) if name in _NUMBERS and _PLAIN_NUMBER.match(value) else value


def _require_place(record: Record, form: str) -> None:
    if not is_place(record):
        raise UnwritableError(
            "{iri} is not a place: the national {form} describes places only. Ask for JSON-LD or "
            "Turtle.",
            iri=record.iri,
            form=form,
        )
