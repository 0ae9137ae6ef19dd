"""What is no table, recognised by how it begins: documents, web pages, other archives."""

import io
import re
import zipfile
from dataclasses import dataclass

from vocab.errors import PublishedError

_LOOKED_AT = 4096


@dataclass(frozen=True, slots=True)
class _Kind:
    english: str
    french: str
    remedy: str
    remedy_fr: str


_SAVE = (
    "Open it in a spreadsheet program and save it as XLSX, ODS or CSV (UTF-8)",
    "Ouvrez-le dans un tableur et enregistrez-le en XLSX, ODS ou CSV (UTF-8)",
)
_COPY = (
    "Copy its table into a spreadsheet, and save that as XLSX, ODS or CSV (UTF-8)",
    "Recopiez son tableau dans un tableur, et enregistrez en XLSX, ODS ou CSV (UTF-8)",
)
_UNPACK = (
    "Unpack it and give the file inside",
    "Décompressez-le et donnez le fichier qu'il contient",
)
_BEGINNINGS = (
    (re.compile(rb"%PDF-"), _Kind("a PDF document", "un document PDF", *_COPY)),
    (re.compile(rb"\{\\rtf"), _Kind("a text document (RTF)", "un document de texte (RTF)", *_COPY)),
    (
        re.compile(rb"\x1f\x8b"),
        _Kind("a compressed file (gzip)", "un fichier compressé (gzip)", *_UNPACK),
    ),
    (
        re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta)[\s>]", re.IGNORECASE),
        _Kind("a web page (HTML)", "une page web (HTML)", *_SAVE),
    ),
    (
        re.compile(rb"(?://|/\*|(?:var|let|const)\s|[\w$.]+\s*[(=])[^;,\t|]*?[\[{]\s*[\[{\"]"),
        _Kind(
            "JSON with something before it",
            "du JSON précédé d'autre chose",
            "Remove all that stands before the first [ or {, and after the last ] or }",
            "Retirez tout ce qui précède le premier [ ou {, et ce qui suit le dernier ] ou }",
        ),
    ),
    (
        re.compile(rb"<(?:\?xml|[\w.-]+:?[\w.-]*[\s>])"),
        _Kind("an XML document", "un document XML", *_SAVE),
    ),
)
_LOCK = re.compile(r"~\$|\.~lock\.")
"""How the file begins its name that a spreadsheet program keeps while a file is open in it."""
_PARTS = (
    ("word/document.xml", _Kind("a Word document", "un document Word", *_COPY)),
    ("ppt/presentation.xml", _Kind("a presentation", "une présentation", *_COPY)),
    ("Index/Document.iwa", _Kind("a file of Apple Numbers", "un fichier Numbers d'Apple", *_SAVE)),
)
_ARCHIVE = _Kind("an archive (ZIP)", "une archive (ZIP)", *_UNPACK)
_TEXT_DOCUMENT = _Kind("a text document (ODT)", "un document de texte (ODT)", *_COPY)
_WORKBOOKS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")


def refuse_other_files(data: bytes, name: str) -> None:
    """Refuse what begins like another kind of file than a table.

    Raises:
        PublishedError: names the kind, and how to make a table of it.
    """
    if _LOCK.match(name):
        raise PublishedError(
            f"{name}: not a table: your spreadsheet program keeps this file while another is open "
            f"in it. Give the other one: {_without_lock(name)}",
            f"{name} : ce n'est pas un tableau : votre tableur garde ce fichier tant qu'un autre y "
            f"est ouvert. Donnez l'autre : {_without_lock(name)}",
        )
    start = data[:_LOOKED_AT].lstrip(b"\xef\xbb\xbf \t\r\n")
    for beginning, kind in _BEGINNINGS:
        if beginning.match(start):
            _refuse(name, kind)


def _without_lock(name: str) -> str:
    return _LOCK.sub("", name, count=1).rstrip("#")


def kind_of_workbook(data: bytes, name: str) -> str:
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
        raise PublishedError(
            f"{name}: the file is cut or damaged: {error}",
            f"{name} : le fichier est coupé ou abîmé ({error})",
        ) from error
    if text:
        _refuse(name, _TEXT_DOCUMENT)
    if names.isdisjoint(_WORKBOOKS):
        _refuse(name, next((kind for part, kind in _PARTS if part in names), _ARCHIVE))
    return "ods" if ods else "xlsx"


def _refuse(name: str, kind: _Kind) -> None:
    raise PublishedError(
        f"{name}: not a table: it is {kind.english}. {kind.remedy}",
        f"{name} : ce n'est pas un tableau, mais {kind.french}. {kind.remedy_fr}",
    )
