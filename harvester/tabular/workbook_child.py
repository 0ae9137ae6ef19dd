"""What the child that opens a workbook does: return how its sheets begin, or the cells of one.

A few kilobytes of XLSX or ODS can ask for a sheet of 17 thousand million cells, and what reads
workbooks allots them all. So this runs in a child of :mod:`sandbox`.
"""

import codecs
import datetime
import io
import json
import zipfile
from dataclasses import asdict, dataclass, field
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


@dataclass
class Oddities:
    """What an XLSX sheet holds that its values do not show, by the names of the first cells.

    Attributes:
        uncomputed: cells with a formula and no result of it.
        errors: cells that hold an error and which: ``B2 #N/A``.
        hidden_rows: numbers of the rows that are hidden, by hand or by a filter.
        from_1904: days are counted from 1904, as old versions for the Mac do.
    """

    uncomputed: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    hidden_rows: list[str] = field(default_factory=list)
    from_1904: bool = False

    def see_cell(self, cell: ET.Element) -> None:
        """Take note of a cell."""
        if is_uncomputed(cell):
            note(self.uncomputed, cell.get("r", "?"))
        elif cell.get("t") == "e":
            note(self.errors, f"{cell.get('r', '?')} {cell.findtext(f'{SPREADSHEET}v') or ''}")

    def see_row(self, row: ET.Element) -> None:
        """Take note of a row that nobody sees."""
        if row.get("hidden") in {"1", "true"} and len(row):
            note(self.hidden_rows, row.get("r", "?"))


def note(names: list[str], name: str) -> None:
    """Add a name, unless there are many."""
    if len(names) < MAX_NAMED:
        names.append(name)
    elif len(names) == MAX_NAMED:
        names.append("…")


def oddities(data: bytes, sheet: str) -> Oddities:
    """Look through an XLSX sheet; other formats have none that is seen here."""
    found = Oddities()
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return found
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        path = part_of(archive, sheet)
        if path not in archive.namelist():
            return found
        found.from_1904 = counts_from_1904(archive)
        with archive.open(path) as stream:
            for _, element in ET.iterparse(stream):  # noqa: S314  as said above
                if element.tag == f"{SPREADSHEET}c":
                    found.see_cell(element)
                    for part in list(element):
                        element.remove(part)
                elif element.tag == f"{SPREADSHEET}row":
                    found.see_row(element)
                    element.clear()
    return found


def merges_of_ods(data: bytes, sheet: str) -> list[list[list[int]]]:
    """Return the cells that an ODS sheet joins over rows: first and last row and column, from 0."""
    found: list[list[list[int]]] = []
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return found
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if "content.xml" not in archive.namelist():
            return found
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
    if chosen not in filled:
        return found | {"merges": merges_of_ods(data, chosen)} | asdict(Oddities()), b""
    found["merges"] = sheets[chosen].merged_cell_ranges or merges_of_ods(data, chosen)
    found |= asdict(oddities(data, chosen))
    rows = sheets[chosen].to_python(skip_empty_area=False, nrows=asked["rows"])
    lines, size = [], 0
    for row in rows:
        lines.append(json.dumps([text(cell) for cell in row]))
        size += len(lines[-1]) + 1
        if size > MAX_OUT:
            return {"refused": "too much"}, b""
    return found, "\n".join(lines).encode()
