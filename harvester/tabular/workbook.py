"""Workbooks (XLSX, ODS, XLS), read by a child process of their own."""

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any, Protocol

from harvester.tabular import workbook_child
from harvester.tabular.finding import score
from harvester.tabular.header import Line, read_body
from harvester.tabular.table import Facts, Options, Table
from sandbox.child import ChildError, DeadlineError, start
from sandbox.frames import Frame
from sandbox.isolation import Bounds
from vocab.errors import PublishedError, UsageError
from vocab.messages import Message

_WORK = "harvester.tabular.workbook_child"
_BOUNDS = Bounds(memory_bytes=1_000_000_000, cpu_s=90)
_DEADLINE_S = 50
_NO_WORKBOOK = "Cannot detect file format"
"""What the reader says where the parts of a workbook are missing."""
_HEADER_ROWS = 100
_ENOUGH_NAMES = 2
_ODDITIES = {
    "uncomputed": "formulas-uncomputed",
    "errors": "cells-in-error",
    "hidden_rows": "rows-hidden",
}
"""What the process tells of the sheet -> the rule."""


class _Asked(Protocol):
    """What opens a workbook: a child, or this process."""

    def ask(self, head: dict[str, Any], body: bytes = b"", *, deadline_s: float) -> Frame:
        """Answer as :func:`harvester.tabular.workbook_child.answer` does."""

    def close(self) -> object:
        """Let go of it."""


class _Here:
    """This process opens the workbook: it is a locked-down child already, and can start none."""

    def ask(self, head: dict[str, Any], body: bytes = b"", *, deadline_s: float) -> Frame:
        return workbook_child.answer(head, body)

    def close(self) -> None:
        """Nothing is held."""


def read_workbook(data: bytes, kind: str, options: Options, *, here: bool = False) -> Table:
    """Read one sheet: the one asked for, else the one that looks most like a table of places.

    Below the header, the text of merged cells stands for each row that they cover.

    Numbers lose what the spreadsheet already lost (leading zeros of postcodes and SIRET): cleaning
    repairs that. Dates and times come in ISO 8601.

    Args:
        data: the file.
        kind: ``xlsx``, ``ods`` or ``xls``.
        options: which sheet, and the bounds.
        here: no child is started, as this process is one, locked down already.

    Raises:
        PublishedError: not a workbook, protected by a password, too large, or no header.
        UsageError: the sheet asked for does not exist.
    """
    sheets, lines, likely = _sheet(data, options, here=here)
    if not sheets["filled"]:
        raise PublishedError(
            "the workbook is empty: none of its sheets holds anything. Give the one that "
            "holds the places",
        )
    if sheets["chosen"] is None:
        raise UsageError(
            "no sheet {sheet!r}; its sheets are: {sheets}",
            sheet=options.sheet,
            sheets=", ".join(sheets["all"]),
        )
    facts = _facts(kind, sheets, likely)
    return read_body(_lines(lines), options, facts, padded=True, merges=sheets["merges"])


def _facts(kind: str, sheets: dict[str, Any], likely: tuple[str, ...]) -> Facts:
    """Return what was found about a workbook, and which other sheets look like its table."""
    others = tuple(sheet for sheet in sheets["filled"] if sheet != sheets["chosen"])
    unread = [(0, "sheet-of-places-unread", sheet) for sheet in likely]
    odd = [(0, rule, ", ".join(sheets[key])) for key, rule in _ODDITIES.items() if sheets[key]]
    return Facts(
        kind,
        sheet=sheets["chosen"],
        unread_sheets=tuple(sheet for sheet in others if sheet not in likely),
        passed_over=(*unread, *odd),
        days_from_1904=sheets["from_1904"],
    )


def _most_like_places(
    previews: dict[str, list[list[str]]], hidden: list[str], options: Options
) -> tuple[str, tuple[str, ...]]:
    """Return the sheet with most known names in one row, and the others that look as much like it.

    Of equals, a sheet that is seen comes before one that is hidden; then the widest, then the
    first. A hidden sheet is no further table of places.
    """

    def names(sheet: str) -> int:
        return max((score(row, options.known) for row in previews[sheet]), default=0)

    def likeness(sheet: str) -> tuple[int, bool, bool]:
        width = max((sum(bool(cell.strip()) for cell in row) for row in previews[sheet]), default=0)
        return names(sheet), sheet not in hidden, width > 1

    seen = [sheet for sheet in previews if sheet not in hidden and names(sheet) >= _ENOUGH_NAMES]
    chosen = max(seen or previews, key=likeness)
    return chosen, tuple(sheet for sheet in seen if sheet != chosen)


def _lines(text: bytes) -> Iterator[Line]:
    for number, line in enumerate(text.decode().splitlines(), 1):
        yield number, json.loads(line)


def _sheet(
    data: bytes, options: Options, *, here: bool
) -> tuple[dict[str, Any], bytes, tuple[str, ...]]:
    """Return what is known of the sheets, the rows of one, and which others look like it."""
    asked: _Asked = _Here() if here else start(_WORK, _BOUNDS)
    with closing(asked) as child:
        sheets, lines = _asked(child, data, options.sheet or "", options)
        if "previews" not in sheets:
            return sheets, lines, ()
        chosen, likely = _most_like_places(sheets["previews"], sheets["hidden"], options)
        found, lines = _asked(child, data, chosen, options)
        return sheets | found, lines, likely


def _asked(child: _Asked, data: bytes, sheet: str, options: Options) -> Frame:
    asked = {"sheet": sheet, "rows": options.max_rows + _HEADER_ROWS}
    try:
        found, lines = child.ask(asked, data, deadline_s=_DEADLINE_S)
    except DeadlineError as error:
        raise PublishedError(
            "the workbook takes too long to open. {as_csv}", as_csv=_AS_CSV
        ) from error
    except ChildError as error:
        raise _too_much() from error
    refused = found.get("refused")
    if refused == "password":
        raise PublishedError("the workbook is protected by a password. Save a copy without one")
    if refused == "unreadable":
        reason = found["reason"][:200]
        if _NO_WORKBOOK in reason:
            raise PublishedError(
                "the workbook cannot be read: it is damaged or incomplete. {as_csv}", as_csv=_AS_CSV
            )
        raise PublishedError(
            "the workbook cannot be read ({reason}). {as_csv}",
            reason=reason,
            as_csv=_AS_CSV,
        )
    if refused:
        raise _too_much()
    return found, lines


def _too_much() -> PublishedError:
    return PublishedError(
        "the workbook asks for too much memory or time: a sheet may hold something far "
        "below or to the right of its table. {as_csv}",
        as_csv=_AS_CSV,
    )


_AS_CSV = Message("Save the sheet as CSV (UTF-8) and import that")
