"""Why a query got no answer, for people and for programs: the one table of HTTP codes for it.

A client that accepts ``application/problem+json`` or ``application/json`` at least as gladly as
HTML gets a problem (RFC 9457) with a member ``error`` that names its kind; a browser gets a page;
all others a text.
"""

import re
from collections.abc import Sequence

from flask import Response, request

from registry.store.errors import (
    FormatRefusedError,
    QueryError,
    QueryExhaustedError,
    QueryRefusedError,
    QueryTimeoutError,
    QueryTooLargeError,
    QueryTooLongError,
    QueryUnavailableError,
    UpdateRefusedError,
)
from registry.store.formats import PROBLEM
from registry.web.answer.admission import QueryBudgetError
from registry.web.errors import error_page, logged, problem
from registry.web.site.i18n import gettext as _
from registry.web.site.language import current_lang

_JSON = (PROBLEM, "application/json")
_RETRY_AFTER_S = 10
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


class MediaTypeRefusedError(QueryError):
    """A POST whose body is neither a form nor a query."""


class MethodRefusedError(QueryError):
    """A method that would write."""


class GraphMissingError(QueryError):
    """A graph that is asked for by its name, and is not there."""


# First match wins: families after their members.
STATUS: tuple[tuple[type[QueryError], int], ...] = (
    (QueryTooLongError, 413),
    (UpdateRefusedError, 403),
    (MethodRefusedError, 405),
    (MediaTypeRefusedError, 415),
    (FormatRefusedError, 406),
    (QueryRefusedError, 400),
    (QueryTooLargeError, 400),
    (QueryBudgetError, 429),
    (GraphMissingError, 404),
    # Not 503: asked again as it is, the query would end in the same way.
    (QueryTimeoutError, 422),
    (QueryExhaustedError, 422),
    (QueryUnavailableError, 503),
)


def error_response(error: QueryError, methods: Sequence[str]) -> Response:
    """Say why there is no answer, in the client's language, with what to do about it.

    Args:
        error: why.
        methods: those of HTTP that the endpoint answers.
    """
    code = next(status for family, status in STATUS if isinstance(error, family))
    response = _written(error, code)
    if code == 503:
        response.headers["Retry-After"] = str(_RETRY_AFTER_S)
    if isinstance(error, QueryBudgetError):
        response.headers["Retry-After"] = str(error.wait_s)
    if code == 405:
        response.headers["Allow"] = ", ".join(methods)
    return response


def _written(error: QueryError, code: int) -> Response:
    title, detail = _title(code), error.message(current_lang())
    accepted = request.accept_mimetypes
    json_quality = max((quality for name, quality in accepted if name.lower() in _JSON), default=0)
    is_json = bool(json_quality) and json_quality >= accepted["text/html"]
    is_page = not is_json and accepted["text/html"] > accepted["text/plain"]
    # Programs ask again and again what is busy: the log would hold nothing else.
    reference = logged(code, error) if is_page or code < 500 else ""
    if is_json:
        # The name of the error's class in words: query-timeout.
        kind = _WORD.sub("-", type(error).__name__.removesuffix("Error")).lower()
        more = {"reference": reference} if reference else {}
        return problem(code, title, detail, error=kind, **more)
    if is_page:
        advice = _("Change the query, or begin with an example.")
        return error_page(code, title, advice, detail, reference)
    said = f"{_('Reference of the incident:')} {reference}\n" if reference else ""
    return Response(f"{title}\n{detail}\n{said}", code, mimetype="text/plain")


def _title(code: int) -> str:
    titles: dict[int, str] = {
        400: _("The SPARQL query is refused."),
        403: _("This endpoint changes nothing."),
        404: _("There is no such graph."),
        405: _("This address does not answer this HTTP method."),
        406: _("None of the accepted formats fits the answer."),
        413: _("The text of the query is too long."),
        415: _("The type of the content sent is not understood."),
        422: _("The query asks for more than a query may take here."),
    }
    return titles.get(code) or _("The query did not finish within the limits of the service.")
