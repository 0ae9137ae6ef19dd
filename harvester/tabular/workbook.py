"""Workbooks (XLSX, ODS, XLS), read by a bounded process of their own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from harvester.tabular.finding import score
from harvester.tabular.header import Line, known_names, read_body
from harvester.tabular.table import Facts, Options, Table
from vocab.errors import PublishedError, UsageError
from vocab.messages import Message
from vocab.posix import need_posix

_CHILD = Path(__file__).with_name("workbook_child.py")
_PASSWORD, _UNREADABLE = 3, 4
_TIMEOUT_S = 50
_HEADER_ROWS = 100
_ENOUGH_NAMES = 2
_ODDITIES = {
    "uncomputed": "formulas-uncomputed",
    "errors": "cells-in-error",
    "hidden_rows": "rows-hidden",
}
"""What the process tells of the sheet -> the rule."""


def read_workbook(data: bytes, name: str, kind: str, options: Options) -> Table:
    """Read one sheet: the one asked for, else the one that looks most like a table of places.

    Below the header, the text of merged cells stands for each row that they cover.

    Numbers lose what the spreadsheet already lost (leading zeros of postcodes and SIRET): cleaning
    repairs that. Dates and times come in ISO 8601.

    Raises:
        PublishedError: not a workbook, protected by a password, too large, or no header.
        UsageError: the sheet asked for does not exist.
    """
    output = _run(data, name, options.sheet or "", options).splitlines()
    sheets = json.loads(output[0])
    likely: tuple[str, ...] = ()
    if "previews" in sheets:
        chosen, likely = _most_like_places(sheets["previews"], sheets["hidden"], options)
        output = _run(data, name, chosen, options).splitlines()
        sheets |= json.loads(output[0])
    if not sheets["filled"]:
        raise PublishedError(
            "{name}: the workbook is empty: none of its sheets holds anything. Give the one that "
            "holds the places",
            name=name,
        )
    if sheets["chosen"] is None:
        raise UsageError(
            "{name}: no sheet {sheet!r}; its sheets are: {sheets}",
            name=name,
            sheet=options.sheet,
            sheets=", ".join(sheets["all"]),
        )
    body = read_body(_lines(output[1:]), name, options, padded=True, merges=sheets["merges"])
    others = tuple(sheet for sheet in sheets["filled"] if sheet != sheets["chosen"])
    told = [*body.passed_over, *((0, "sheet-of-places-unread", sheet) for sheet in likely)]
    told += [(0, rule, ", ".join(sheets[name])) for name, rule in _ODDITIES.items() if sheets[name]]
    facts = Facts(
        kind,
        sheet=sheets["chosen"],
        unread_sheets=tuple(sheet for sheet in others if sheet not in likely),
        blank_rows=body.blank_rows,
        passed_over=tuple(told),
        days_from_1904=sheets["from_1904"],
    )
    return Table(name, body.columns, body.rows, facts, body.renamed, body.header_row)


def _most_like_places(
    previews: dict[str, list[list[str]]], hidden: list[str], options: Options
) -> tuple[str, tuple[str, ...]]:
    """Return the sheet with most known names in one row, and the others that look as much like it.

    Of equals, a sheet that is seen comes before one that is hidden; then the widest, then the
    first. A hidden sheet is no further table of places.
    """
    known = known_names(options)

    def names(sheet: str) -> int:
        return max((score(row, known) for row in previews[sheet]), default=0)

    def likeness(sheet: str) -> tuple[int, bool, bool]:
        width = max((sum(bool(cell.strip()) for cell in row) for row in previews[sheet]), default=0)
        return names(sheet), sheet not in hidden, width > 1

    seen = [sheet for sheet in previews if sheet not in hidden and names(sheet) >= _ENOUGH_NAMES]
    chosen = max(seen or previews, key=likeness)
    return chosen, tuple(sheet for sheet in seen if sheet != chosen)


def _lines(output: list[str]) -> Iterator[Line]:
    for number, line in enumerate(output, 1):
        yield number, json.loads(line)


def _run(data: bytes, name: str, sheet: str, options: Options) -> str:
    need_posix()
    rows = options.max_rows + _HEADER_ROWS
    try:
        done = subprocess.run(  # noqa: S603 - our own program, no shell, no text of the file
            [sys.executable, "-I", str(_CHILD), sheet, str(rows)],
            input=data,
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PublishedError(
            "{name}: the workbook takes too long to open. {as_csv}", name=name, as_csv=_AS_CSV
        ) from error
    if done.returncode == 0:
        return done.stdout.decode()
    if done.returncode == _PASSWORD:
        raise PublishedError(
            "{name}: the workbook is protected by a password. Save a copy without one", name=name
        )
    if done.returncode == _UNREADABLE:
        reason = done.stderr.decode(errors="replace")[:200]
        raise PublishedError(
            "{name}: the workbook cannot be read ({reason}). {as_csv}",
            name=name,
            reason=reason,
            as_csv=_AS_CSV,
        )
    raise PublishedError(
        "{name}: the workbook asks for too much memory or time: a sheet may hold something far "
        "below or to the right of its table. {as_csv}",
        name=name,
        as_csv=_AS_CSV,
    )


_AS_CSV = Message("Save the sheet as CSV (UTF-8) and import that")
