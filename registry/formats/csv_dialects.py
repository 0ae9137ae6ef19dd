"""Rows as CSV in two dialects, and the one guard against formulas.

The strict dialect is for machines and changes no value; the one for Excel (``;``, byte order mark)
disarms cells that a spreadsheet would run as a formula.
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

from vocab.xml import with_blanks

# OWASP ASVS 5.0, 1.2.10, and the full-width twins that some spreadsheets fold to the plain signs.
_FORMULA_STARTS = tuple("=+-@\t\r\n\x00＝＋－＠")
PLAIN_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?\Z")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How rows become bytes.

    Attributes:
        delimiter: between cells.
        start: bytes before the first row.
        disarm: put an apostrophe before cells that a spreadsheet would run as a formula, and write
            telephone numbers so that they need none (:mod:`registry.formats.national`).
    """

    delimiter: str
    start: bytes = b""
    disarm: bool = False


STRICT = Dialect(",")
EXCEL = Dialect(";", start=b"\xef\xbb\xbf", disarm=True)


def csv_lines(rows: Iterable[Iterable[str]], dialect: Dialect) -> bytes:
    """Return any rows as lines of a CSV file, disarmed if the dialect says so."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=dialect.delimiter, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_disarmed(cell) for cell in row] if dialect.disarm else row)
    return with_blanks(text.getvalue().encode())


def _disarmed(cell: str) -> str:
    """The cell behind an apostrophe if a spreadsheet would run it; a longitude of -1.5 is safe."""
    runs = cell.startswith(_FORMULA_STARTS) and not PLAIN_NUMBER.match(cell)
    return f"'{cell}" if runs else cell
