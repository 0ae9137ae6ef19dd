"""From errors to answers: the one table of HTTP codes, and pages that a person can read."""

import json
import logging
import secrets
import sqlite3
from collections.abc import Mapping

from flask import Flask, Response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from registry.formats.rdf import UnwritableError
from registry.search.index import SearchIndexError
from registry.store.formats import PROBLEM
from registry.web.answer.security_log import logged_path
from registry.web.site.i18n import lazy_gettext
from registry.web.site.labels import contact_link
from registry.web.site.language import current_lang
from registry.web.site.node import current_node
from vocab.errors import MaillageError, PublishedError, UnreachableError, UsageError

_LOG = logging.getLogger(__name__)
_KEPT_HEADERS = ("Allow", "Content-Range", "Retry-After")
"""Headers of an error that say to a program what it may ask instead."""
_REFERENCED = frozenset({400, 413, 422, 429, 431})
"""Refusals that somebody may ask the operator about, as about any fault of ours."""
_MOST_LOGGED = 300
"""Characters of a path and of a reason that the log keeps."""

# First match wins: families after their members.
STATUS: tuple[tuple[type[MaillageError], int], ...] = (
    (UnwritableError, 406),
    (UsageError, 400),
    (SearchIndexError, 503),
    (UnreachableError, 503),
    (PublishedError, 422),
    (MaillageError, 500),
)


_SAID: Mapping[int, tuple[lazy_gettext, lazy_gettext]] = {
    400: (
        lazy_gettext("This address cannot be understood"),
        lazy_gettext("One of its parts makes no sense here. Correct it, or search again below."),
    ),
    403: (
        lazy_gettext("Request refused"),
        lazy_gettext("It comes from another site. Make it from the pages of this registry."),
    ),
    404: (
        lazy_gettext("Page not found"),
        lazy_gettext(
            "No page has this address: it may be mistyped, or the page has moved. "
            "Say below what you need and where: the search finds it again."
        ),
    ),
    405: (
        lazy_gettext("Method refused"),
        lazy_gettext("This address does not answer this HTTP method."),
    ),
    406: (
        lazy_gettext("Format not available"),
        lazy_gettext("Ask for HTML, Turtle, JSON-LD, N-Triples, RDF/XML or JSON."),
    ),
    410: (
        lazy_gettext("Record withdrawn"),
        lazy_gettext("The pole that kept this record withdrew it from its feed."),
    ),
    413: (
        lazy_gettext("Too much was sent"),
        lazy_gettext("This address does not read as much. Send less, or in several parts."),
    ),
    416: (
        lazy_gettext("No such part"),
        lazy_gettext(
            "The file is shorter than what the Range header asks for. Ask for the whole of it."
        ),
    ),
    422: (
        lazy_gettext("A document cannot be read"),
        lazy_gettext(
            "What this page is made of does not keep to its format. Nothing you typed is wrong."
        ),
    ),
    429: (
        lazy_gettext("Too many requests"),
        lazy_gettext("This network asks for a great deal at once. Wait a minute, then try again."),
    ),
    431: (
        lazy_gettext("The address is too long"),
        lazy_gettext(
            "It is longer than what is read here, or your browser sent very much beside it. "
            "Shorten the address, or begin again below."
        ),
    ),
    503: (
        lazy_gettext("Service unavailable for a moment"),
        lazy_gettext("The directory is busy or being brought up to date. Try again in a moment."),
    ),
}
"""What happened and what to do, by code."""
_ELSE = (
    lazy_gettext("Something broke on our side"),
    lazy_gettext("You did nothing wrong, and nothing is lost. Try again in a moment."),
)


def install_errors(app: Flask) -> None:
    """Answer every error in the language and the form that was asked for."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(MaillageError, _maillage_error)
    app.register_error_handler(sqlite3.DatabaseError, _index_fault)
    app.register_error_handler(500, _bug)


def _http(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, RequestRedirect):
        return error.get_response()
    code = error.code or 500
    reference = logged(code, error)
    response = _answer(code, error.description or "" if code == 400 else "", reference)
    response.headers.extend(
        [(name, value) for name, value in error.get_headers() if name in _KEPT_HEADERS]
    )
    return response


def _maillage_error(error: MaillageError) -> Response:
    code = next(status for family, status in STATUS if isinstance(error, family))
    # What goes wrong on our side names files and addresses of ours: that is for the log.
    detail = error.message(current_lang()) if code < 500 else ""
    return _answer(code, detail, logged(code, error))


def _index_fault(error: sqlite3.DatabaseError) -> Response:
    """The search index, which alone is read without SQLAlchemy, is damaged or cannot be read."""
    return _answer(503, "", logged(503, error))


def _bug(error: Exception) -> Response:
    return _answer(500, "", logged(500, getattr(error, "original_exception", None) or error))


def logged(code: int, error: Exception) -> str:
    """Write an error to the log, our faults with their traces, and return its reference there.

    Args:
        code: of HTTP; those about which nobody would ask the operator get no reference.
        error: why.
    """
    if code < 500 and code not in _REFERENCED:
        return ""
    reference = secrets.token_hex(6)
    if code >= 500 and not isinstance(error, HTTPException):
        _LOG.error("request failed, reference %s", reference, exc_info=error)
    else:
        # Without values of the query: words and position of a visitor are not for the log.
        reason = str(error).partition("=")[0][:_MOST_LOGGED]
        asked = request.method, logged_path()[:_MOST_LOGGED], reason
        _LOG.info("answered %d, reference %s: %s %r: %r", code, reference, *asked)
    return reference


def _answer(code: int, detail: str, reference: str) -> Response:
    title, advice = _title_and_advice(code)
    if _wants_json():
        more = {"reference": reference} if reference else {}
        answer = problem(code, title, detail or advice, **more)
    else:
        answer = error_page(code, title, advice, detail, reference)
    answer.vary.add("Accept")
    return answer


def problem(code: int, title: str, detail: str, **more: str) -> Response:
    """Return an error for programs (RFC 9457)."""
    members = {"type": "about:blank", "title": title, "status": code, "detail": detail}
    return Response(json.dumps(members | more, ensure_ascii=False), code, mimetype=PROBLEM)


def error_page(code: int, title: str, advice: str, detail: str, reference: str = "") -> Response:
    """Return an error for people.

    Args:
        code: of HTTP.
        title: what happened.
        advice: what to do.
        detail: which value, and what it should be; empty where there is none to name.
        reference: number under which the log tells more; empty where it tells nothing.
    """
    page = render_template(
        "error.html",
        code=code,
        title=title,
        advice=advice,
        detail=detail,
        reference=reference,
        contact=contact_link(current_node().config.contact),
    )
    return Response(page, code, mimetype="text/html")


def _wants_json() -> bool:
    if request.path.endswith((".json", ".geojson", ".jsonld")):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html")
    return best == "application/json"


def _title_and_advice(code: int) -> tuple[str, str]:
    title, advice = _SAID.get(code, _ELSE)
    return str(title), str(advice)
