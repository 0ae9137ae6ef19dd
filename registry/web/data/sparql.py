"""The SPARQL endpoint: SPARQL 1.1 Protocol, read only, over the node's query processes.

Without a query, ``/sparql`` describes itself: as RDF (SPARQL 1.1 Service Description), or as the
editor's page for a browser. With ``graph`` or ``default`` in its place it gives one graph (SPARQL
1.1 Graph Store HTTP Protocol, sections 4.2 and 5.2). Answers are whole or refused; every refusal
says what to do.
"""

from __future__ import annotations

import json
from urllib.parse import unquote_to_bytes

from flask import Blueprint, Response, current_app, render_template, request

from registry.accounts.types import Access
from registry.blocks.answering import Resolved, head_of_both, resolve
from registry.blocks.reading import read_blocks
from registry.store import formats
from registry.store.errors import (
    FormatRefusedError,
    QueryError,
    QueryRefusedError,
    QueryTooLongError,
    QueryUnavailableError,
    UpdateRefusedError,
)
from registry.store.queries import Answer, Form
from registry.web.access.declared import access
from registry.web.answer.admission import ADMISSION, QueryAdmission
from registry.web.data.sparql_description import describe
from registry.web.data.sparql_errors import (
    GraphMissingError,
    MediaTypeRefusedError,
    MethodRefusedError,
    error_response,
)
from registry.web.data.sparql_tags import QueryOperation, known_tag, query_tag, tagged
from registry.web.site import clock
from registry.web.site.node import absolute, current_node
from vocab.messages import Message
from vocab.ntriples import is_valid_iri

blueprint = Blueprint("sparql", __name__)

_QUERY_TYPE = "application/sparql-query"
_UPDATE_TYPE = "application/sparql-update"
_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
READING = ("GET", "HEAD", "POST", "OPTIONS")
_GRAPH, _DEFAULT_GRAPH = "graph", "default"
_FORMAT_NAMES = ("format", "output", "results")
"""Parameters that name a format: ours, Jena's, and what SPARQLWrapper sends beside them."""
_WRITING = ("PUT", "PATCH", "DELETE")
_TRIES = 2
"""A harvest may come in while a query is answered; two in a row are told."""


@blueprint.route("/sparql", methods=[*READING, *_WRITING], provide_automatic_options=False)
@access(Access.PUBLIC)
def endpoint() -> Response:
    """Answer a query, or describe the service."""
    if request.method == "OPTIONS":
        return Response(status=204, headers={"Allow": ", ".join(READING)})
    if request.method in _WRITING:
        raise MethodRefusedError(
            "{method} would write; this endpoint answers GET and POST", method=request.method
        )
    operation = _read_operation()
    if _names_graph():
        return _graph(operation)
    if operation is None:
        return _description()
    accept, name = request.headers.get("Accept"), _format()
    try:
        tag = query_tag(operation, accept, name)
        if known := known_tag(tag):
            return tagged(Response(status=304), known)
        answer = _answer(operation, accept, name)
    except FormatRefusedError:
        if _wants_page():
            _answer(operation, None, None)  # a query that is wrong is told as that, first
        raise
    return tagged(_response(answer.body, answer.media_type), tag)


def _wants_page() -> bool:
    """Whether a person asks, by a program that shows pages and names no format of results."""
    return not _format() and request.accept_mimetypes["text/html"] > 0


@blueprint.errorhandler(QueryError)
def refused(error: QueryError) -> Response:
    """Say why there is no answer; see :func:`~registry.web.data.sparql_errors.error_response`."""
    return error_response(error, READING)


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
    response.headers["Access-Control-Allow-Methods"] = ", ".join(READING)
    response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type, If-None-Match"
    exposed = ["ETag", "Retry-After", *announced]
    response.headers["Access-Control-Expose-Headers"] = ", ".join(exposed)
    response.vary.add("Accept")
    return response


def _answer(operation: QueryOperation, accept: str | None, name: str | None) -> Answer:
    """Answer a query; its blocks by an index that shows what the store shows."""
    if not read_blocks(operation.query):
        return _admitted(operation, Resolved(operation.query, ()), accept, name)
    node = current_node()
    for _ in range(_TRIES):
        head = head_of_both(node.index, node.store)
        resolved = resolve(operation.query, node.index, clock.now())
        answer = _admitted(operation, resolved, accept, name)
        if head_of_both(node.index, node.store) == head:
            return answer
    raise QueryUnavailableError("the data changes at this moment: ask again in a few seconds")


def _admitted(
    operation: QueryOperation, resolved: Resolved, accept: str | None, name: str | None
) -> Answer:
    admission: QueryAdmission = current_app.extensions[ADMISSION]
    return admission.ask(
        current_node().queries,
        request.remote_addr or "",
        resolved.query,
        insertions=resolved.insertions,
        accept=accept,
        format=name,
        default_graphs=operation.default_graphs,
        named_graphs=operation.named_graphs,
        # SPARQL 1.1 Query, section 4.1.1.2, and RFC 3986, section 5.1.3: else that of the service.
        base_iri=absolute("/sparql"),
    )


def _format() -> str | None:
    """Return the format that a parameter names, whatever the client calls it."""
    given = (request.values.get(name) for name in _FORMAT_NAMES)
    return next((value for value in given if value), None)


def _names_graph() -> bool:
    return _GRAPH in request.args or _DEFAULT_GRAPH in request.args


def _graph(operation: QueryOperation | None) -> Response:
    """The graph that the address names."""
    if operation is not None:
        raise QueryRefusedError(
            "graph and default name a graph to read, without a query; a query names its own by "
            "default-graph-uri"
        )
    graphs = _graph_names()
    if graphs and not _holds(graphs):
        raise GraphMissingError(
            "there is no graph <{graph}> here; the description of this service names those there "
            "are",
            graph=graphs[0],
        )
    everything = QueryOperation("CONSTRUCT WHERE { ?s ?p ?o }", graphs, ())
    answer = _answer(everything, request.headers.get("Accept"), _format())
    return _response(answer.body, answer.media_type)


def _graph_names() -> tuple[str, ...]:
    """Return the graph to read; none for the default graph."""
    named = request.args.getlist(_GRAPH)
    if len(named) + (_DEFAULT_GRAPH in request.args) > 1:
        raise QueryRefusedError("one graph at a time: either graph=IRI, once, or default")
    for iri in named:
        if not is_valid_iri(iri):
            raise QueryRefusedError("graph={iri!r} is not an absolute IRI", iri=iri)
    return tuple(named)


def _holds(graphs: tuple[str, ...]) -> bool:
    answer = _answer(QueryOperation("ASK { ?s ?p ?o }", graphs, ()), None, formats.JSON)
    return bool(json.loads(answer.body)["boolean"])


def _read_operation() -> QueryOperation | None:
    """Read one of the three requests that the protocol knows; None when it carries no query."""
    _check_utf8(request.query_string)
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
        if _names_graph():
            raise _no_update()
        kind = request.mimetype or Message("nothing")
        raise MediaTypeRefusedError(
            "a POST carries {form_types} with query=…, or {query_type}; this one says {kind}",
            form_types=_FORM_TYPES[0],
            query_type=_QUERY_TYPE,
            kind=kind,
        )
    if request.mimetype == _FORM_TYPES[0]:
        _check_utf8(request.get_data())
    if "update" in request.form:
        raise _no_update()
    query = _single(request.form.getlist("query"))
    if query is None:
        raise QueryRefusedError("the form has no parameter named query")
    return _with_dataset(query)


def _check_utf8(encoded: bytes) -> None:
    """Refuse what is not UTF-8: with other characters in its place, it would be another query."""
    decoded = unquote_to_bytes(encoded)
    try:
        decoded.decode("utf-8")
    except UnicodeDecodeError as error:
        raise QueryRefusedError(
            "the parameters are not UTF-8: byte {byte:02X} after {position} others is wrong",
            byte=decoded[error.start],
            position=error.start,
        ) from error


def _with_dataset(query: str) -> QueryOperation:
    default = tuple(request.values.getlist("default-graph-uri"))
    return QueryOperation(query, default, tuple(request.values.getlist("named-graph-uri")))


def _single(values: list[str]) -> str | None:
    if len(values) > 1:
        raise QueryRefusedError(
            "{count} parameters are named query: send one at a time", count=len(values)
        )
    return values[0] if values else None


def _direct_query() -> str:
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8"):
        raise MediaTypeRefusedError("a query is sent in UTF-8, not in {charset}", charset=charset)
    limit = current_node().queries.limits.query_bytes
    data = request.stream.read(limit + 1)
    if len(data) > limit:
        raise QueryTooLongError(
            "the query has more than the {limit} bytes that are read here", limit=limit
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise QueryRefusedError(
            "the query is not UTF-8: byte {position} is wrong", position=error.start
        ) from error


def _description() -> Response:
    accept = request.headers.get("Accept")
    name = _format()
    preferred = formats.negotiate(accept, (*formats.offered(Form.TRIPLES), "text/html"))
    if not name and preferred == "text/html":
        return Response(render_template("sparql.html"), mimetype="text/html")
    media_type, syntax = formats.choose(Form.TRIPLES, accept, name)
    limits = current_node().queries.limits
    return _response(describe(absolute("/sparql"), limits, syntax), media_type)


def _response(body: bytes, media_type: str) -> Response:
    has_charset = media_type.startswith("text/")
    response = Response(
        body, content_type=f"{media_type}; charset=utf-8" if has_charset else media_type
    )
    response.headers["Cache-Control"] = "no-cache"
    return response


def _no_update() -> UpdateRefusedError:
    return UpdateRefusedError(
        "this endpoint only reads (SELECT, ASK, CONSTRUCT, DESCRIBE); data enters by the harvest "
        "of the poles' feeds"
    )
