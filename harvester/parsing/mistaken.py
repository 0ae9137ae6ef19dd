"""What servers send in the place of data, with status 200: login pages, error messages.

Read as a table or as RDF, such a document is an empty one at best, so it is named before any reader
sees it. Only its first bytes are looked at, with bounded regular expressions.
"""

import codecs
import html
import json
import re

from harvester.errors import DocumentError

_LOOKED_AT = 100_000
_SHOWN = 120
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Possessive: comments and declarations before the first element, each looked at once.
_BEFORE = re.compile(r"(?:\s++|<\?[^>]{0,1000}+>|<!--(?:[^-]++|-(?!->)){0,10000}+-->)*+", re.ASCII)
_HTML = re.compile(r"<(?:!doctype\s+html|(?:html|head|body)[\s>])", re.IGNORECASE)
_PART_OF_HTML = re.compile(
    r"<(?:meta|title|script|style|link|div|span|section|main|form|center|table|iframe|h[1-6]|p|br"
    r"|b|pre)[\s/>]",
    re.IGNORECASE,
)
"""In place of a table alone: in Turtle, <p> is a relative IRI."""
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,300})", re.IGNORECASE)
_HEADING = re.compile(r"<h1[^>]{0,200}>([^<]{1,300})", re.IGNORECASE)
_LOGIN = re.compile(
    r"""type\s{0,5}=\s{0,5}["']?password|\b(?:log ?in|sign in|connexion|authentification)\b""",
    re.IGNORECASE,
)
_ROOT = re.compile(r"<(?:!DOCTYPE\s+)?((?:[\w.-]{1,60}:)?[A-Za-z_][\w.-]{0,60})(?=[\s/>])")
_XML_ERRORS = re.compile(
    r"(?:\w+:)?(?:errors?|exception|\w*exceptionreport|fault|envelope|problem|accessdenied)",
    re.IGNORECASE,
)
_XML_TEXT = re.compile(
    r"<(?:\w{1,30}:)?(?:Message|ExceptionText|ServiceException|faultstring|detail|title|error)"
    r"(?:\s[^>]{0,300})?>\s*([^<]{1,500})",
    re.IGNORECASE,
)
_JSON_ERRORS = ("error", "errors", "detail", "message", "title", "fault", "exception", "reason")
_JSON_DATA = frozenset({"@context", "@graph", "@id", "features", "data", "results", "records"})


def refuse_mistaken(url: str, data: bytes, *, table: bool = False) -> None:
    """Refuse a document that is a web page or an error message.

    Args:
        url: its address.
        data: the document; what is gzip or a workbook is not looked into.
        table: a table was asked for, so any XML document is a mistake; else RDF was.

    Raises:
        DocumentError: naming what came instead, with its title or message.
    """
    text = _text(data[:_LOOKED_AT])
    found = _BEFORE.match(text)
    text = text[found.end() :] if found else text
    if _HTML.match(text) or (table and _PART_OF_HTML.match(text)):
        _refuse_page(url, text)
    elif text.startswith("<"):
        _refuse_xml(url, text, xml=table)
    elif text.startswith("{") and len(data) < _LOOKED_AT:
        _refuse_json(url, text)


def _text(start: bytes) -> str:
    wide = start.startswith(_MARKS[1:])
    return start.decode("utf-16" if wide else "utf-8", "replace").removeprefix("\ufeff")


def _refuse_page(url: str, text: str) -> None:
    found = _TITLE.search(text) or _HEADING.search(text)
    title = _shown(html.unescape(found.group(1))) if found else "—"
    code = "MED-H220" if _LOGIN.search(text) else "MED-H219"
    raise DocumentError(code, url=url, title=title)


def _refuse_xml(url: str, text: str, *, xml: bool) -> None:
    root = _ROOT.match(text)
    if root is None:
        return
    if _XML_ERRORS.fullmatch(root.group(1)):
        message = _XML_TEXT.search(text)
        shown = _shown(html.unescape(message.group(1))) if message else root.group(1)
        raise DocumentError("MED-H222", url=url, message=shown)
    if xml and "</" in text:
        raise DocumentError("MED-H221", url=url, root=root.group(1))


def _refuse_json(url: str, text: str) -> None:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return  # its reader will say where it goes wrong
    if not isinstance(document, dict) or document.keys() & _JSON_DATA or _holds_rows(document):
        return
    message = next((document[name] for name in _JSON_ERRORS if document.get(name)), None)
    if message is not None:
        shown = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
        raise DocumentError("MED-H222", url=url, message=_shown(shown))


def _holds_rows(document: dict[str, object]) -> bool:
    """Whether an object holds a list of objects, as a table in JSON does, whatever its name."""
    lists = (value for name, value in document.items() if name not in _JSON_ERRORS)
    return any(isinstance(v, list) and any(isinstance(row, dict) for row in v) for v in lists)


def _shown(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else f"{flat[:_SHOWN]}…"
