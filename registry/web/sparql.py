"""The SPARQL endpoint: SPARQL 1.1 Protocol, read only, over the node's query processes.

Without a query, ``/sparql`` describes itself: as RDF (SPARQL 1.1 Service Description), or as the
editor's page for a browser. Answers are whole or refused; every refusal says what to do.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, current_app, render_template, request
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _

from registry.store import formats
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
from registry.store.limits import Limits
from registry.store.tokens import Form
from registry.web.admission import Admission, Allowance, QueryBudgetError
from registry.web.allowances import Door
from registry.web.language import current_lang
from registry.web.node import absolute, current_node
from registry.web.service_description import describe

blueprint = Blueprint("sparql", __name__)

_QUERY_TYPE = "application/sparql-query"
_UPDATE_TYPE = "application/sparql-update"
_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
_READING = ("GET", "HEAD", "POST", "OPTIONS")
_WRITING = ("PUT", "PATCH", "DELETE")
_RETRY_AFTER_S = 10
ADMISSION = "maillage.admission"


@blueprint.record
def _keep_a_door(state: BlueprintSetupState) -> None:
    state.app.extensions.setdefault(ADMISSION, Admission(Allowance()))


class MediaTypeRefusedError(QueryError):
    """A POST whose body is neither a form nor a query."""


class MethodRefusedError(QueryError):
    """A method that would write."""


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
    (QueryTimeoutError, 503),
    (QueryExhaustedError, 503),
    (QueryUnavailableError, 503),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks: section 2.1 of the protocol, whichever way it came."""

    query: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]


@blueprint.route("/sparql", methods=[*_READING, *_WRITING], provide_automatic_options=False)
def endpoint() -> Response:
    """Answer a query, or describe the service."""
    if request.method == "OPTIONS":
        return Response(status=204, headers={"Allow": ", ".join(_READING)})
    if request.method in _WRITING:
        raise MethodRefusedError(
            f"{request.method} would write; this endpoint answers GET and POST",
            f"{request.method} écrirait ; ce point d'accès répond à GET et POST",
        )
    asked = _asked()
    if asked is None:
        return _description()
    with _admission().asking(request.remote_addr or ""):
        answer = current_node().queries.ask(
            asked.query,
            accept=request.headers.get("Accept"),
            format=request.values.get("format"),
            default_graphs=asked.default_graphs,
            named_graphs=asked.named_graphs,
        )
    return _response(answer.body, answer.media_type)


@blueprint.errorhandler(QueryError)
def refused(error: QueryError) -> Response:
    """Say why there is no answer, in the client's language, with what to do about it."""
    code = next(status for family, status in STATUS if isinstance(error, family))
    title, detail = _title(code), error.message(current_lang())
    if request.accept_mimetypes["text/html"] > request.accept_mimetypes["text/plain"]:
        page = render_template("error.html", code=code, title=title, advice="", detail=detail)
        response = Response(page, code, mimetype="text/html")
    else:
        response = Response(f"{title}\n{detail}\n", code, mimetype="text/plain")
    if code == 503:
        response.headers["Retry-After"] = str(_RETRY_AFTER_S)
    if isinstance(error, QueryBudgetError):
        response.headers["Retry-After"] = str(error.wait_s)
    if code == 405:
        response.headers["Allow"] = ", ".join(_READING)
    return response


@blueprint.after_request
def open_to_all(response: Response) -> Response:
    """Let scripts of every origin ask, and announce the limits."""
    limits = current_node().queries.limits
    announced = {
        "X-Query-Seconds-Limit": f"{limits.time_s:g}",
        "X-Query-Rows-Limit": str(limits.rows),
        "X-Query-Bytes-Limit": str(limits.answer_bytes),
    }
    response.headers.update(announced)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = ", ".join(_READING)
    response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type"
    response.headers["Access-Control-Expose-Headers"] = ", ".join(["Retry-After", *announced])
    response.vary.add("Accept")
    return response


def _asked() -> Asked | None:
    """Read the request; None when it carries no query.

    Raises:
        QueryError: the request is none of the three that the protocol knows.
    """
    if "update" in request.args:
        raise _no_update()
    if request.method != "POST":
        query = _single(request.args.getlist("query"))
        return None if query is None else _with_dataset(query)
    if request.mimetype == _UPDATE_TYPE:
        raise _no_update()
    if request.mimetype == _QUERY_TYPE:
        return _with_dataset(_direct_query())
    if request.mimetype not in _FORM_TYPES:
        raise MediaTypeRefusedError(
            f"a POST carries {_FORM_TYPES[0]} with query=…, or {_QUERY_TYPE}; "
            f"this one says {request.mimetype or 'nothing'}",
            f"un POST porte {_FORM_TYPES[0]} avec query=…, ou {_QUERY_TYPE} ; "
            f"celui-ci annonce {request.mimetype or 'rien'}",
        )
    if "update" in request.form:
        raise _no_update()
    query = _single(request.form.getlist("query"))
    if query is None:
        raise QueryRefusedError(
            "the form has no parameter named query",
            "le formulaire n'a pas de paramètre nommé query",
        )
    return _with_dataset(query)


def _with_dataset(query: str) -> Asked:
    default = tuple(request.values.getlist("default-graph-uri"))
    return Asked(query, default, tuple(request.values.getlist("named-graph-uri")))


def _single(values: list[str]) -> str | None:
    if len(values) > 1:
        raise QueryRefusedError(
            f"{len(values)} parameters are named query: send one at a time",
            f"{len(values)} paramètres se nomment query : envoyez-en un à la fois",
        )
    return values[0] if values else None


def _direct_query() -> str:
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8"):
        raise MediaTypeRefusedError(
            f"a query is sent in UTF-8, not in {charset}",
            f"une requête s'envoie en UTF-8, pas en {charset}",
        )
    limit = _limits().query_bytes
    data = request.stream.read(limit + 1)
    if len(data) > limit:
        raise QueryTooLongError(
            f"the query has more than the {limit} bytes that are read here",
            f"la requête a plus que les {limit} octets qui sont lus ici",
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise QueryRefusedError(
            f"the query is not UTF-8: byte {error.start} is wrong",
            f"la requête n'est pas en UTF-8 : l'octet {error.start} est faux",
        ) from error


def _description() -> Response:
    accept = request.headers.get("Accept")
    name = request.args.get("format")
    media_types = tuple(formats.offered(Form.TRIPLES))
    wanted = formats.negotiate(accept, (*media_types, "text/html"))
    if not name and wanted == "text/html":
        return Response(render_template("sparql.html"), mimetype="text/html")
    media_type, syntax = formats.choose(Form.TRIPLES, accept, name)
    return _response(describe(absolute("/sparql"), _limits(), syntax), media_type)


def _response(body: bytes, media_type: str) -> Response:
    has_charset = media_type.startswith("text/")
    response = Response(
        body, content_type=f"{media_type}; charset=utf-8" if has_charset else media_type
    )
    response.headers["Cache-Control"] = "no-cache"
    return response


def _admission() -> Door:
    found: Door = current_app.extensions[ADMISSION]
    return found


def _limits() -> Limits:
    return current_node().queries.limits


def _no_update() -> UpdateRefusedError:
    return UpdateRefusedError(
        "this endpoint only reads (SELECT, ASK, CONSTRUCT, DESCRIBE); "
        "data enters by the harvest of the poles' feeds",
        "ce point d'accès ne fait que lire (SELECT, ASK, CONSTRUCT, DESCRIBE) ; "
        "les données entrent par la moisson des flux des pôles",
    )


def _title(code: int) -> str:
    titles: dict[int, str] = {
        400: _("La requête SPARQL est refusée."),
        403: _("Ce point d’accès ne modifie rien."),
        405: _("Cette adresse ne répond pas à cette méthode HTTP."),
        406: _("Aucun des formats acceptés ne convient à la réponse."),
        413: _("Le texte de la requête est trop long."),
        415: _("Le type du contenu envoyé n’est pas compris."),
    }
    return titles.get(code) or _("La requête n’a pas abouti dans les limites du service.")
