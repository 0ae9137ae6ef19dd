"""Try a file: a form, and the report on what is dropped there; nothing of it is kept."""

import json
from collections.abc import Callable
from pathlib import PurePosixPath

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge, ServiceUnavailable

from registry.accounts.types import Access
from registry.formats.csv_dialects import EXCEL, csv_lines
from registry.web.access.declared import access
from registry.web.answer.admission import CHECKS
from registry.web.answer.uploads import MB, PATH, largest_body
from registry.web.checks.checker import CHECKER, Checker, Document
from registry.web.checks.verdict import (
    SEEN,
    Verdict,
    field_title,
    left_out_words,
    said,
    spreadsheet,
    unread_words,
)
from registry.web.errors import logged, problem
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import lazy_gettext
from registry.web.site.node import current_node
from vocab.slugs import slug_of

blueprint = Blueprint("checks", __name__)

JSON, CSV, HTML = "application/json", "text/csv", "text/html"
_LONGEST_NAME = 120
_FORMATS = {
    "csv": "CSV", "xlsx": "XLSX", "ods": "ODS", "xls": "XLS", "json": "JSON",
    "geojson": "GeoJSON",
}  # fmt: skip
_ENCODINGS = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8", "cp1252": "Windows-1252", "mac_roman": "Mac OS Roman",
    "cp850": "MS-DOS (850)", "latin-1": "ISO 8859-1", "utf-16": "UTF-16", "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16", "utf-32": "UTF-32",
}  # fmt: skip
_SEPARATORS = {
    ";": lazy_gettext("semicolon"),
    ",": lazy_gettext("comma"),
    "\t": lazy_gettext("tabulation"),
    "|": lazy_gettext("vertical bar"),
}


@blueprint.get(PATH)
def page() -> ResponseReturnValue:
    """Show the form: what is read, up to which size, and that nothing is kept."""
    return _form()


@blueprint.post(PATH)
@access(Access.PUBLIC)
def verify() -> ResponseReturnValue:
    """Check the file that comes with the form; answer as a page, JSON or CSV."""
    checker = _checker()
    if checker is None:
        raise ServiceUnavailable
    release: Callable[[], None] = current_app.extensions[CHECKS].take(request.remote_addr or "")
    try:
        request.max_content_length = largest_body(current_node().config)
        name, data = _sent()
        if not name and not data:
            return _refused(400, _("No file was sent. Choose one, then press the button again."))
        document = checker.check(name, data)
    finally:
        release()
    return _answered(name, document)


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> Response:
    """Say on the form how much is read, also of what the server refused unread."""
    return _refused(413, too_large_words(), error)


def _checker() -> Checker | None:
    """What checks files; None where this node checks none."""
    found: Checker | None = current_app.extensions.get(CHECKER)
    return found if current_node().config.checked_mb else None


def _sent() -> tuple[str, bytes]:
    """Return the name and the bytes of the file, both empty when there is none.

    Raises:
        RequestEntityTooLarge: it is larger than this node reads.
    """
    upload = request.files.get("fichier")
    if upload is None:
        return "", b""
    with upload.stream as stream:
        data = stream.read(largest_body(current_node().config))
    if len(data) > current_node().config.checked_mb * MB:
        raise RequestEntityTooLarge
    return plain_name(upload.filename or ""), data


def plain_name(sent: str) -> str:
    r"""Return the name of a file without the folders, signs and length that a browser never sends.

    >>> plain_name("C:\\Users\\moi\\lieux.csv"), plain_name("../../etc/passwd\r\n")
    ('lieux.csv', 'passwd')
    """
    name = PurePosixPath(sent.replace("\\", "/")).name
    shown = "".join(char for char in name if char.isprintable()).strip()
    stem, dot, ending = shown.rpartition(".")
    if len(shown) > _LONGEST_NAME and dot and len(ending) <= len("geojson"):
        return f"{stem[: _LONGEST_NAME - len(ending) - 1]}.{ending}"
    return shown[:_LONGEST_NAME]


def _answered(name: str, document: Document) -> Response:
    """Send a report in the form that was asked for."""
    wanted = _wanted()
    if document["kind"] == "unreadable":
        return _refused(422, said(document["error"]), name=name)
    if wanted == JSON:
        body = json.dumps(document, ensure_ascii=False)
        return _uncached(Response(body, content_type=JSON))
    verdict = Verdict(document)
    if wanted == CSV:
        response = Response(
            csv_lines(spreadsheet(verdict), EXCEL), content_type=f"{CSV}; charset=utf-8"
        )
        file = f"{slug_of(f'verification {PurePosixPath(name).stem}', 'verification', 60)}.csv"
        response.headers.set("Content-Disposition", "attachment", filename=file)
        return _uncached(response)
    return _uncached(
        Response(
            render_template(
                "verdict.html",
                name=name,
                verdict=verdict,
                document=document,
                facts=_facts(document.get("facts", {}), document.get("header_row", 0)),
                field_title=field_title,
                unread_words=unread_words,
                left_out_words=left_out_words,
                seen_groups=SEEN,
                limit_mb=current_node().config.checked_mb,
            ),
            mimetype=HTML,
        )
    )


def _wanted() -> str:
    """Return the media type of the answer: a button of the form decides, else ``Accept``."""
    named = {"csv": CSV, "json": JSON}.get(request.form.get("format", ""))
    return named or _accepted()


def _accepted() -> str:
    return request.accept_mimetypes.best_match([HTML, JSON, CSV], HTML) or HTML


def _refused(code: int, why: str, error: Exception | None = None, name: str = "") -> Response:
    """Say why a file was not checked, on the page of the form."""
    if error is not None:
        logged(code, error)
    # The form of what is too large cannot be read.
    if (_accepted() if code == 413 else _wanted()) == JSON:
        return _uncached(problem(code, _("The file was not checked"), why))
    return _uncached(Response(_form(why, name), code, mimetype=HTML))


def _form(error: str = "", name: str = "") -> str:
    return render_template(
        "verify.html",
        error=error,
        name=name,
        is_open=_checker() is not None,
        limit_mb=current_node().config.checked_mb,
    )


def too_large_words() -> str:
    """Say how large a file may be, and what to do."""
    return _(
        "The file is too large: {most} MB are read here at most. Split it, or keep the columns "
        "that matter.",
        most=current_node().config.checked_mb,
    )


def _facts(facts: dict[str, str], header_row: int) -> list[tuple[str, str]]:
    """Return what was recognised about a table, by its name in words."""
    if not facts:
        return []
    separator = facts["separator"]
    found = [
        (_("Format"), _FORMATS.get(facts["format"], facts["format"])),
        (_("Sheet"), facts["sheet"]),
        (_("Row of the titles"), str(header_row) if header_row else ""),
        (_("Separator"), str(_SEPARATORS.get(separator, separator))),
        (_("Encoding"), _ENCODINGS.get(facts["encoding"], facts["encoding"])),
        (_("Other sheets, not read"), ", ".join(facts["unread_sheets"])),
    ]
    return [(label, value) for label, value in found if value]


def _uncached(response: Response) -> Response:
    """Have nobody keep what was said of somebody's file."""
    response.headers["Cache-Control"] = "no-store"
    return response
