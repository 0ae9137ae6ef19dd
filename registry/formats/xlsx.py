"""Workbooks of text, written from scratch: sheets with a row of titles, lists to choose from.

Cells are texts, never formulas: what begins with = or + is shown as it is. ECMA-376-1.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

_START = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_DAY = (1980, 1, 1, 0, 0, 0)
"""Date of the parts: the same sheet makes the same bytes."""
_LAST_ROW = 1_048_576
_FONT = '<sz val="11"/><name val="Calibri"/>'
_XF = 'fillId="0" borderId="0"'
_TEXT = f'numFmtId="49" applyNumberFormat="1" {_XF} xfId="0"'
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font>{_FONT}</font><font><b/>{_FONT}</font>'
    '</fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill '
    'patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
    f'<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" {_XF}/></cellStyleXfs>'
    f'<cellXfs count="3"><xf {_TEXT} fontId="0"/><xf {_TEXT} fontId="1" applyFont="1"/>'
    f'<xf {_TEXT} fontId="0" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/>'
    "</cellStyles></styleSheet>"
)
_PLAIN, _TITLE, _WRAPPED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook.

    Attributes:
        name: at most 31 letters.
        rows: their cells; the first names the columns.
        widths: of the columns, in characters.
        choices: column from 0 -> name and column of the sheet that lists its values, how many.
        is_prose: long texts are broken into lines.
    """

    name: str
    rows: Iterable[Sequence[str]]
    widths: Sequence[int] = ()
    choices: Mapping[int, tuple[str, int, int]] = field(default_factory=dict)
    is_prose: bool = False


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return an XLSX file with these sheets."""
    made = io.BytesIO()
    numbers = range(1, len(sheets) + 1)
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, "[Content_Types].xml", _types(numbers))
        _put(archive, "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        _put(archive, "xl/workbook.xml", _book(sheets))
        targets = [("worksheet", f"worksheets/sheet{number}.xml") for number in numbers]
        _put(
            archive, "xl/_rels/workbook.xml.rels", _relations([*targets, ("styles", "styles.xml")])
        )
        _put(archive, "xl/styles.xml", _STYLES)
        for number, sheet in zip(numbers, sheets, strict=True):
            _put(archive, f"xl/worksheets/sheet{number}.xml", _sheet(sheet))
    return made.getvalue()


def letters(column: int) -> str:
    """Return the letters of a column, counted from 0.

    >>> letters(0), letters(25), letters(26), letters(701), letters(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def _put(archive: zipfile.ZipFile, name: str, text: str) -> None:
    info = zipfile.ZipInfo(name, _DAY)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, _START + text)


def _types(numbers: Iterable[int]) -> str:
    parts = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
    parts += [(f"/xl/worksheets/sheet{number}.xml", "worksheet") for number in numbers]
    overrides = "".join(
        f'<Override PartName="{name}" ContentType="{_TYPE}.{kind}+xml"/>' for name, kind in parts
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f"{overrides}</Types>"
    )


def _relations(targets: Iterable[tuple[str, str]]) -> str:
    found = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{found}</Relationships>'


def _book(sheets: Sequence[Sheet]) -> str:
    found = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{number}" r:id="rId{number}"/>'
        for number, sheet in enumerate(sheets, 1)
    )
    return f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{found}</sheets></workbook>'


def _sheet(sheet: Sheet) -> str:
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1" style="{_PLAIN}"/>'
        for n, width in enumerate(sheet.widths, 1)
    )
    style = _WRAPPED if sheet.is_prose else _PLAIN
    rows = "".join(
        f'<row r="{n}">{_cells(cells, n, _TITLE if n == 1 else style)}</row>'
        for n, cells in enumerate(sheet.rows, 1)
    )
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" '
        f'topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"{f'<cols>{widths}</cols>' if widths else ''}<sheetData>{rows}</sheetData>"
        f"{_validations(sheet.choices)}</worksheet>"
    )


def _cells(cells: Sequence[str], row: int, style: int) -> str:
    return "".join(
        f'<c r="{letters(column)}{row}" s="{style}" t="inlineStr"><is><t xml:space="preserve">'
        f"{escape(_holdable(text))}</t></is></c>"
        for column, text in enumerate(cells)
        if text
    )


def _holdable(text: str) -> str:
    """Return a text without what XML 1.0 cannot hold."""
    return "".join(char for char in text if char in "\t\n" or char.isprintable() or char == "\xa0")


def _validations(choices: Mapping[int, tuple[str, int, int]]) -> str:
    found = "".join(
        f'<dataValidation type="list" allowBlank="1" errorStyle="information" '
        f'showInputMessage="1" sqref="{letters(column)}2:{letters(column)}{_LAST_ROW}"><formula1>'
        f"{escape(_range(*source))}</formula1></dataValidation>"
        for column, source in choices.items()
    )
    return f'<dataValidations count="{len(choices)}">{found}</dataValidations>' if choices else ""


def _range(sheet: str, column: int, count: int) -> str:
    name = letters(column)
    return f"'{sheet}'!${name}$2:${name}${count + 1}"
