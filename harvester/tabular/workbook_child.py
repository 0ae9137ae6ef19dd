"""The process that opens a workbook: reads it on standard input, writes its cells as JSON lines.

A few kilobytes of XLSX or ODS can ask for a sheet of 17 thousand million cells, and what reads
workbooks allots them all. So this runs alone, with its memory and its time bounded by itself, and
imports nothing of the project. First line out: the sheets; then one list of texts per row. Where no
sheet is asked for and several hold something, it shows how each begins instead.
"""

import datetime
import io
import json
import resource
import sys
import zipfile
from typing import TYPE_CHECKING, Any
from xml.etree import (
    ElementTree as ET,
)  # runs in bounded memory; expat bounds what entities grow to

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

MAX_MEMORY_BYTES = 1_000_000_000
MAX_SECONDS = 45
MAX_OUT = 150_000_000  # a text shared by many cells is told once and written many times
Cell = int | float | str | bool | datetime.time | datetime.date | datetime.timedelta


def text(cell: Cell) -> str:
    """Give what the spreadsheet shows, in a form that does not depend on its settings."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e16 else repr(cell)
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ")
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    if isinstance(cell, datetime.time):
        return cell.isoformat("minutes")
    if isinstance(cell, datetime.timedelta):
        minutes = int(cell.total_seconds()) // 60
        return f"{minutes // 60:02}:{minutes % 60:02}"
    return str(cell)


PREVIEW_ROWS, PREVIEW_COLUMNS = 30, 200
MAX_NAMED = 20
SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def uncomputed(data: bytes, sheet: str) -> list[str]:
    """Give the first cells of an XLSX sheet that hold a formula and no result of it."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        path = part_of(archive, sheet)
        if path not in archive.namelist():
            return []
        found: list[str] = []
        with archive.open(path) as stream:
            for _, cell in ET.iterparse(stream):  # noqa: S314  as said above
                if cell.tag == f"{SPREADSHEET}c":
                    if is_uncomputed(cell):
                        found.append(cell.get("r", "?"))
                    cell.clear()
                if len(found) == MAX_NAMED:
                    return [*found, "…"]
    return found


def is_uncomputed(cell: ET.Element) -> bool:
    """Say whether a cell holds a formula without a result; an empty text is one."""
    formula, value = cell.find(f"{SPREADSHEET}f"), cell.find(f"{SPREADSHEET}v")
    empty = value is None or not value.text
    return formula is not None and empty and cell.get("t", "n") == "n"


def part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Give the part of an XLSX file that holds a sheet; empty when it cannot be told."""
    names = archive.namelist()
    book, links = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    if book not in names or links not in names:
        return ""
    sheets = ET.fromstring(archive.read(book)).iter(f"{SPREADSHEET}sheet")  # noqa: S314  as above
    wanted = next((one.get(RELATION) for one in sheets if one.get("name") == sheet), None)
    targets = ET.fromstring(archive.read(links))  # noqa: S314  as above
    target = next((one.get("Target", "") for one in targets if one.get("Id") == wanted), "")
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def begins(sheet: "CalamineSheet") -> list[list[str]]:
    """Give the first rows of a sheet as texts."""
    rows = sheet.to_python(skip_empty_area=False, nrows=PREVIEW_ROWS)
    return [[text(cell) for cell in row[:PREVIEW_COLUMNS]] for row in rows]


def main() -> int:
    """Read the workbook; give the exit code.

    It is 3 when the workbook needs a password, 4 when it is unreadable, 5 when it holds too much.
    """
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    import python_calamine

    wanted, max_rows = sys.argv[1], int(sys.argv[2])
    try:
        data = sys.stdin.buffer.read()
        workbook = python_calamine.load_workbook(io.BytesIO(data))
        sheets = {name: workbook.get_sheet_by_name(name) for name in workbook.sheet_names}
    except python_calamine.PasswordError:
        return 3
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        sys.stderr.write(str(error))
        return 4
    filled = [name for name, sheet in sheets.items() if sheet.end is not None]
    if not wanted and len(filled) > 1:
        previews = {name: begins(sheets[name]) for name in filled}
        sys.stdout.write(
            json.dumps({"all": list(sheets), "filled": filled, "previews": previews}) + "\n"
        )
        return 0
    chosen = wanted or (filled[0] if filled else "")
    found: dict[str, Any] = {"all": list(sheets), "filled": filled}
    found["chosen"] = chosen if chosen in sheets else None
    found["merges"] = sheets[chosen].merged_cell_ranges or [] if chosen in filled else []
    found["uncomputed"] = uncomputed(data, chosen) if chosen in filled else []
    sys.stdout.write(json.dumps(found) + "\n")
    if chosen in filled:
        written = 0
        for row in sheets[chosen].to_python(skip_empty_area=False, nrows=max_rows):
            written += sys.stdout.write(json.dumps([text(cell) for cell in row]) + "\n")
            if written > MAX_OUT:
                return 5
    return 0


if __name__ == "__main__":
    sys.exit(main())
