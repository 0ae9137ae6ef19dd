"""From errors to answers: the one table of HTTP codes, and pages that a person can read."""

import json
import logging
import secrets

from flask import Flask, Response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from registry.formats.rdf import UnwritableError
from registry.search.index import SearchIndexError
from registry.store.formats import PROBLEM
from registry.web.site.i18n import gettext as _
from registry.web.site.language import current_lang
from vocab.errors import MaillageError, PublishedError, UnreachableError, UsageError

_LOG = logging.getLogger(__name__)
_KEPT_HEADERS = ("Allow", "Content-Range", "Retry-After")
"""Headers of an error that say to a program what it may ask instead."""

# First match wins: families after their members.
STATUS: tuple[tuple[type[MaillageError], int], ...] = (
    (UnwritableError, 406),
    (UsageError, 400),
    (SearchIndexError, 503),
    (UnreachableError, 503),
    (PublishedError, 422),
    (MaillageError, 500),
)


def install_errors(app: Flask) -> None:
    """Answer every error in the language and the form that was asked for."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(MaillageError, _maillage_error)
    app.register_error_handler(500, _bug)


def _http(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, RequestRedirect):
        return error.get_response()
    code = error.code or 500
    response = _answer(code, error.description if code == 400 else None)
    response.headers.extend(
        [(name, value) for name, value in error.get_headers() if name in _KEPT_HEADERS]
    )
    return response


def _maillage_error(error: MaillageError) -> Response:
    code = next(status for family, status in STATUS if isinstance(error, family))
    # What goes wrong on our side names files and addresses of ours: that is for the log.
    return _answer(code, error.message(current_lang()) if code < 500 else _reference(error))


def _bug(error: Exception) -> Response:
    return _answer(500, _reference(error))


def _reference(error: Exception) -> str:
    reference = secrets.token_hex(6)
    _LOG.error("request failed, reference %s", reference, exc_info=error)
    return str(_("Reference of the incident: {reference}", reference=reference))


def _answer(code: int, detail: str | None) -> Response:
    title, advice = _title_and_advice(code)
    if _wants_json():
        return problem(code, title, detail or advice)
    return error_page(code, title, advice, detail)


def problem(code: int, title: str, detail: str, **more: str) -> Response:
    """Return an error for programs (RFC 9457)."""
    members = {"type": "about:blank", "title": title, "status": code, "detail": detail}
    return Response(json.dumps(members | more, ensure_ascii=False), code, mimetype=PROBLEM)


def error_page(code: int, title: str, advice: str, detail: str | None) -> Response:
    """Return an error for people."""
    page = render_template("error.html", code=code, title=title, advice=advice, detail=detail)
    return Response(page, code, mimetype="text/html")


def _wants_json() -> bool:
    if request.path.endswith((".json", ".geojson", ".jsonld")):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html")
    return best == "application/json"


def _title_and_advice(code: int) -> tuple[str, str]:
    titles = {
        400: (_("Malformed request"), _("A parameter of the address makes no sense here.")),
        403: (
            _("Request refused"),
            _("It comes from another site. Make it from the pages of this registry."),
        ),
        404: (
            _("Page not found"),
            _("No page has this address. The search will probably help."),
        ),
        405: (_("Method refused"), _("This address does not answer this HTTP method.")),
        406: (
            _("Format not available"),
            _("Ask for HTML, Turtle, JSON-LD, N-Triples, RDF/XML or JSON."),
        ),
        410: (
            _("Record withdrawn"),
            _("The pole that kept this record withdrew it from its feed."),
        ),
        413: (
            _("Too much was sent"),
            _("This address does not read as much. Send less, or in several parts."),
        ),
        416: (
            _("No such part"),
            _("The file is shorter than what the Range header asks for. Ask for the whole of it."),
        ),
        429: (_("Too many requests"), _("Wait a minute before you try again.")),
        503: (_("Service unavailable for a moment"), _("Try again in a moment.")),
    }
    fallback = (_("Service error"), _("The incident is logged. Try again in a moment."))
    return titles.get(code, fallback)
