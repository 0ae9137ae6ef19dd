"""What the child that opens a workbook does: return how its sheets begin, or the cells of one.

A few kilobytes of XLSX or ODS can ask for a sheet of 17 thousand million cells, and what reads
workbooks allots them all. So this runs in a child of :mod:`sandbox`.
"""

import codecs
import datetime
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any
from xml.etree import (
    ElementTree as ET,
)  # runs in bounded memory; expat bounds what entities grow to

from sandbox.frames import Frame

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

MAX_OUT = 150_000_000  # a text shared by many cells is told once and written many times
Cell = int | float | str | bool | datetime.time | datetime.date | datetime.timedelta


def text(cell: Cell) -> str:
    """Return what the spreadsheet shows, in a form that does not depend on its settings."""
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
BOOK = "xl/workbook.xml"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def note(names: list[str], name: str) -> None:
    """Add a name, unless there are many."""
    if len(names) < MAX_NAMED:
        names.append(name)
    elif len(names) == MAX_NAMED:
        names.append("…")


def shown_by_xml(data: bytes, sheet: str) -> dict[str, Any]:
    """Return what the XML of a sheet says beside its values; an XLS file has none.

    That is ``merges``; of an XLSX sheet, by the names of the first cells: ``uncomputed``, with a
    formula and no result of it, ``errors`` and which (``B2 #N/A``), and ``hidden_rows``; and
    ``from_1904``: days are counted from then, as old versions for the Mac do.
    """
    found = {"merges": [], "uncomputed": [], "errors": [], "hidden_rows": [], "from_1904": False}
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names, path = archive.namelist(), part_of(archive, sheet)
            if path in names:
                found |= oddities(archive, path) | {"from_1904": counts_from_1904(archive)}
            elif "content.xml" in names:
                found["merges"] = merges_of_ods(archive, sheet)
    return found


def oddities(archive: zipfile.ZipFile, path: str) -> dict[str, Any]:
    """Look through an XLSX sheet for cells without a value, and for rows that nobody sees."""
    uncomputed: list[str] = []
    errors: list[str] = []
    hidden: list[str] = []
    with archive.open(path) as stream:
        for _, element in ET.iterparse(stream):  # noqa: S314  as said above
            name = element.get("r", "?")
            if element.tag == f"{SPREADSHEET}c":
                if is_uncomputed(element):
                    note(uncomputed, name)
                elif element.get("t") == "e":
                    note(errors, f"{name} {element.findtext(f'{SPREADSHEET}v') or ''}")
                element.clear()
            elif element.tag == f"{SPREADSHEET}row":
                if element.get("hidden") in {"1", "true"} and len(element):
                    note(hidden, name)
                element.clear()
    return {"uncomputed": uncomputed, "errors": errors, "hidden_rows": hidden}


def merges_of_ods(archive: zipfile.ZipFile, sheet: str) -> list[list[list[int]]]:
    """Return the cells that an ODS sheet joins over rows: first and last row and column, from 0."""
    found: list[list[list[int]]] = []
    top = 0
    with archive.open("content.xml") as stream:
        for event, element in ET.iterparse(stream, ("start", "end")):  # noqa: S314  as above
            if event == "start" and element.tag == f"{TABLE}table":
                name, top = element.get(f"{TABLE}name"), 0
            elif event == "end" and element.tag == f"{TABLE}table-row":
                if name == sheet:
                    found += joined_from(element, top)
                top += int(element.get(f"{TABLE}number-rows-repeated", "1"))
                element.clear()
    return found


def joined_from(row: ET.Element, top: int) -> list[list[list[int]]]:
    """Return the joined cells that begin in a row of an ODS sheet and reach below it."""
    found, left = [], 0
    for cell in row:
        height = int(cell.get(f"{TABLE}number-rows-spanned", "1"))
        width = int(cell.get(f"{TABLE}number-columns-spanned", "1"))
        if height > 1:
            found.append([[top, left], [top + height - 1, left + width - 1]])
        left += int(cell.get(f"{TABLE}number-columns-repeated", "1"))
    return found


def counts_from_1904(archive: zipfile.ZipFile) -> bool:
    """Whether a workbook counts its days from 1904 (ECMA-376 part 1, 18.2.28)."""
    properties = ET.fromstring(archive.read(BOOK)).find(f"{SPREADSHEET}workbookPr")  # noqa: S314
    return properties is not None and properties.get("date1904") in {"1", "true", "on"}


def is_uncomputed(cell: ET.Element) -> bool:
    """Whether a cell holds a formula without a result; an empty text is one."""
    formula, value = cell.find(f"{SPREADSHEET}f"), cell.find(f"{SPREADSHEET}v")
    empty = value is None or not value.text
    return formula is not None and empty and cell.get("t", "n") == "n"


def part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the part of an XLSX file that holds a sheet; empty when it cannot be told."""
    names = archive.namelist()
    links = "xl/_rels/workbook.xml.rels"
    if BOOK not in names or links not in names:
        return ""
    sheets = ET.fromstring(archive.read(BOOK)).iter(f"{SPREADSHEET}sheet")  # noqa: S314  as above
    wanted = next((one.get(RELATION) for one in sheets if one.get("name") == sheet), None)
    targets = ET.fromstring(archive.read(links))  # noqa: S314  as above
    target = next((one.get("Target", "") for one in targets if one.get("Id") == wanted), "")
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def begins(sheet: "CalamineSheet") -> list[list[str]]:
    """Return the first rows of a sheet as texts."""
    rows = sheet.to_python(skip_empty_area=False, nrows=PREVIEW_ROWS)
    return [[text(cell) for cell in row[:PREVIEW_COLUMNS]] for row in rows]


def prepare() -> None:
    """Load what reading a workbook may need."""
    import python_calamine  # noqa: F401  the others that import this module do without

    codecs.lookup("cp437")  # names in a ZIP archive


def answer(asked: dict[str, Any], data: bytes) -> Frame:
    """Read a workbook: return its sheets, and one list of texts per row of the one asked for.

    Where no sheet is asked for and several hold something, the head shows how each begins instead.
    What cannot be read comes back as ``refused``: needs a password, is unreadable, holds too much.
    """
    import python_calamine

    try:
        workbook = python_calamine.load_workbook(io.BytesIO(data))
        sheets = {name: workbook.get_sheet_by_name(name) for name in workbook.sheet_names}
    except python_calamine.PasswordError:
        return {"refused": "password"}, b""
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        return {"refused": "unreadable", "reason": str(error)}, b""
    wanted = asked["sheet"]
    filled = [name for name, sheet in sheets.items() if sheet.end is not None]
    seen = python_calamine.SheetVisibleEnum.Visible
    hidden = [one.name for one in workbook.sheets_metadata if one.visible != seen]
    found: dict[str, Any] = {"all": list(sheets), "filled": filled, "hidden": hidden}
    if not wanted and len(filled) > 1:
        return found | {"previews": {name: begins(sheets[name]) for name in filled}}, b""
    chosen = wanted or (filled[0] if filled else "")
    found["chosen"] = chosen if chosen in sheets else None
    found |= shown_by_xml(data, chosen)
    if chosen not in filled:
        return found, b""
    found["merges"] = sheets[chosen].merged_cell_ranges or found["merges"]
    rows = sheets[chosen].to_python(skip_empty_area=False, nrows=asked["rows"])
    lines, size = [], 0
    for row in rows:
        lines.append(json.dumps([text(cell) for cell in row]))
        size += len(lines[-1]) + 1
        if size > MAX_OUT:
            return {"refused": "too much"}, b""
    return found, "\n".join(lines).encode()
