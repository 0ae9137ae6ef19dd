"""One function reads every format: what kind of file this is, by how it begins, then its reader."""

import io
import re
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

from harvester.tabular.csvfile import read_csv
from harvester.tabular.jsonfile import read_json
from harvester.tabular.standard import READABLE, version_of
from harvester.tabular.table import Options, Table
from harvester.tabular.workbook import read_workbook
from vocab.errors import PublishedError, UnreachableError, UsageError
from vocab.given_files import bytes_of
from vocab.messages import Message

_NAMED = Message("{name}: {error}")
_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
WORKBOOKS = (_ZIP, _OLE)
"""How the bytes of a workbook begin."""
_LOOKED_AT = 4096


@dataclass(frozen=True, slots=True)
class _Kind:
    name: Message
    remedy: Message


_SAVE = Message("Open it in a spreadsheet program and save it as XLSX, ODS or CSV (UTF-8)")
_COPY = Message("Copy its table into a spreadsheet, and save that as XLSX, ODS or CSV (UTF-8)")
_UNPACK = Message("Unpack it and give the file inside")
_TYPE = Message("Copy what it shows into a table, and save that as XLSX, ODS or CSV (UTF-8)")
_BEGINNINGS = (
    (
        re.compile(
            rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|RIFF.{4}WEBP|II\*\0|MM\0\*|BM.{4}\0{4}"
            rb"|.{4}ftyp(?:heic|heix|mif1|avif)",
            re.DOTALL,
        ),
        _Kind(Message("an image"), _TYPE),
    ),
    (re.compile(rb"%PDF-"), _Kind(Message("a PDF document"), _COPY)),
    (re.compile(rb"\{\\rtf"), _Kind(Message("a text document (RTF)"), _COPY)),
    (
        re.compile(rb"\x1f\x8b"),
        _Kind(Message("a compressed file (gzip)"), _UNPACK),
    ),
    (
        re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta)[\s>]", re.IGNORECASE),
        _Kind(Message("a web page (HTML)"), _SAVE),
    ),
    (
        re.compile(rb"(?://|/\*|(?:var|let|const)\s|[\w$.]+\s*[(=])[^;,\t|]*?[\[{]\s*[\[{\"]"),
        _Kind(
            Message("JSON with something before it"),
            Message("Remove all that stands before the first [ or {, and after the last ] or }"),
        ),
    ),
    (
        re.compile(rb"<(?:\?xml|[\w.-]+:?[\w.-]*[\s>])"),
        _Kind(Message("an XML document"), _SAVE),
    ),
)
_LOCK = re.compile(r"~\$|\.~lock\.")
"""How the file begins its name that a spreadsheet program keeps while a file is open in it."""
_PARTS = (
    ("word/document.xml", _Kind(Message("a Word document"), _COPY)),
    ("ppt/presentation.xml", _Kind(Message("a presentation"), _COPY)),
    ("Index/Document.iwa", _Kind(Message("a file of Apple Numbers"), _SAVE)),
)
_ARCHIVE = _Kind(Message("an archive (ZIP)"), _UNPACK)
_TEXT_DOCUMENT = _Kind(Message("a text document (ODT)"), _COPY)
_WORKBOOKS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")


def read_table(
    source: Path | bytes, name: str = "", options: Options | None = None, *, here: bool = False
) -> Table:
    """Read a table from a file or from its bytes; the content says which format it is.

    Args:
        source: CSV, XLSX, ODS, XLS, JSON or GeoJSON.
        name: what messages call the file; by default the name of the path.
        options: what not to detect, and the bounds.
        here: a workbook is opened by this process, which is a locked-down child already.

    Raises:
        PublishedError: the file is no table, is broken or is too large.
        UsageError: an option asks for something that does not exist.
        UnreachableError: the file cannot be opened.
    """
    options = options or Options()
    options = replace(options, known=options.known | READABLE)
    name = name or (source.name if isinstance(source, Path) else "the file")
    data = _bytes(source, name, options)
    try:
        table = _read(data, name, options, here=here)
    except (PublishedError, UsageError) as error:
        raise type(error)(_NAMED, name=name, error=error) from error
    return replace(table, name=name, facts=replace(table.facts, version=version_of(table)))


def _bytes(source: Path | bytes, name: str, options: Options) -> bytes:
    try:
        size = len(source) if isinstance(source, bytes) else source.stat().st_size
        if size > options.max_bytes:
            raise PublishedError(
                "{name}: {size:,} bytes, the most read here is {max_bytes:,}. Split the file",
                name=name,
                size=size,
                max_bytes=options.max_bytes,
            )
        return source if isinstance(source, bytes) else bytes_of(source)
    except OSError as error:
        raise UnreachableError(
            "{name}: cannot be opened: {reason}", name=name, reason=error.strerror
        ) from error


def _read(data: bytes, name: str, options: Options, *, here: bool) -> Table:
    if data.startswith(_ZIP):
        return read_workbook(data, _kind_of_workbook(data), options, here=here)
    if data.startswith(_OLE):
        return read_workbook(data, "xls", options, here=here)
    _refuse_other_files(data, name)
    start = data[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n\x1e")[:1]
    if start in (b"[", b"{"):
        return read_json(data, options)
    return read_csv(data, options)


def _refuse_other_files(data: bytes, name: str) -> None:
    """Refuse what begins like another kind of file than a table.

    Raises:
        PublishedError: names the kind, and how to make a table of it.
    """
    if _LOCK.match(name):
        raise PublishedError(
            "not a table: your spreadsheet program keeps this file while another is open in it. "
            "Give the other one: {other}",
            other=_LOCK.sub("", name, count=1).rstrip("#"),
        )
    start = data[:_LOOKED_AT].lstrip(b"\xef\xbb\xbf \t\r\n")
    for beginning, kind in _BEGINNINGS:
        if beginning.match(start):
            _refuse(kind)


def _kind_of_workbook(data: bytes) -> str:
    """Return ``ods`` or ``xlsx`` for a ZIP archive that is a workbook.

    Raises:
        PublishedError: the archive is damaged, or something else.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = frozenset(archive.namelist())
            ods = "content.xml" in names
            text = ods and b"opendocument.text" in archive.read("mimetype")[:80]
    except KeyError:
        text = False
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise PublishedError("the file is cut or damaged: {error}", error=error) from error
    if text:
        _refuse(_TEXT_DOCUMENT)
    if names.isdisjoint(_WORKBOOKS):
        _refuse(next((kind for part, kind in _PARTS if part in names), _ARCHIVE))
    return "ods" if ods else "xlsx"


def _refuse(kind: _Kind) -> None:
    raise PublishedError(
        "not a table: it is {kind_name}. {remedy}",
        kind_name=kind.name,
        remedy=kind.remedy,
    )
