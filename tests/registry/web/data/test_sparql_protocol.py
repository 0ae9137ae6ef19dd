"""``/sparql`` over real HTTP: the SPARQL 1.1 Protocol, after the W3C's own test cases."""

import html
import http.client
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
from flask import Flask
from jinja2 import DictLoader
from SPARQLWrapper import JSON, SPARQLWrapper
from werkzeug.serving import make_server

from registry.ledger.ledger import Ledger
from registry.settings.config import Config
from registry.store.embedded import EmbeddedStore
from registry.store.pool import QueryPool
from registry.store.projected import VOCABULARY_GRAPH, Naming
from registry.store.queries import Limits
from registry.web.answer.admission import NodeLimits
from registry.web.data import sparql
from registry.web.site.language import LanguagePrefix
from registry.web.site.node import EXTENSION
from tests.registry.ledger.builders import filled, iri
from vocab.namespaces import SD

BASE = "https://registry.example/"
HARVESTS = f"{BASE}graph/harvests"
FORM = "application/x-www-form-urlencoded"
PROBLEM = "application/problem+json"
QUERY = "application/sparql-query"
RESULTS = "application/sparql-results+json"
PLACES = "SELECT ?s { ?s a <https://schema.org/Place> }"
DESCRIPTION = f"DESCRIBE <{iri(0)}>"
USED = "ASK { ?h <http://www.w3.org/ns/prov#used> ?s }"
LIMITS = Limits(time_s=1, rows=100, workers=2)
TEMPLATES = {
    "sparql.html": "<h1>editor</h1>",
    "error.html": "<h1>{{ title }}</h1>{{ detail }}<i>{{ reference }}</i>",
}


@dataclass
class Parts:
    """What the endpoint asks of a node."""

    config: Config
    queries: QueryPool


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    folder = tmp_path_factory.mktemp("endpoint")
    ledger = Ledger.open(f"sqlite:///{folder / 'ledger.sqlite'}")
    filled(ledger)
    store = EmbeddedStore(folder / "store", Naming(BASE, "<x:a> <x:b> <x:c> .\n"))
    store.apply(ledger, ledger.head())
    pool = QueryPool(store.folders.root, LIMITS)
    app = Flask(__name__)
    app.jinja_env.loader = DictLoader(TEMPLATES)
    app.extensions[EXTENSION] = Parts(Config(Path(folder), base_url=BASE), pool)
    NodeLimits.of(threads=8).install(app)
    app.register_blueprint(sparql.blueprint)
    app.wsgi_app = LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign,assignment]  # as Flask says to
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield "127.0.0.1", server.server_port
    server.shutdown()
    server.server_close()
    pool.close()
    ledger.close()


@dataclass
class Reply:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


def send(
    address: tuple[str, int],
    method: str,
    parameters: object = "",
    body: bytes | str | None = None,
    lang: str = "",
    **headers: str,
) -> Reply:
    """Send a request to the endpoint; ``content_type`` becomes ``Content-Type``."""
    text = parameters if isinstance(parameters, str) else urlencode(parameters)  # type: ignore[arg-type]  # pairs
    connection = http.client.HTTPConnection(*address, timeout=20)
    connection.putrequest(method, f"{lang}/sparql?{text}" if text else f"{lang}/sparql")
    data = body.encode() if isinstance(body, str) else body
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    if data is not None:
        connection.putheader("Content-Length", str(len(data)))
    connection.endheaders(data)
    response = connection.getresponse()
    reply = Reply(response.status, response.headers, response.read())
    connection.close()
    return reply


# name: method, URL parameters, Content-Type, body, status, media type of the answer
CASES = {
    "query_get": ("GET", {"query": "ASK {}"}, None, None, 200, RESULTS),
    "query_post_form": ("POST", "", FORM, "query=ASK%20%7B%7D", 200, RESULTS),
    "query_post_multipart": (
        "POST", "", "multipart/form-data; boundary=b",
        '--b\r\nContent-Disposition: form-data; name="query"\r\n\r\nASK {}\r\n--b--\r\n',
        200, RESULTS),
    "query_post_direct": ("POST", "", QUERY, "ASK {}", 200, RESULTS),
    "query_post_direct_charset": ("POST", "", f"{QUERY}; charset=UTF-8", "ASK {}", 200, RESULTS),
    "query_post_form_charset": ("POST", "", f"{FORM}; charset=UTF-8", "query=ASK{}", 200, RESULTS),
    "query_content_type_select": ("GET", {"query": PLACES}, None, None, 200, RESULTS),
    "query_content_type_describe": (
        "GET", {"query": DESCRIPTION}, None, None, 200, "text/turtle"),
    "query_content_type_construct": (
        "GET", {"query": f"CONSTRUCT WHERE {{ <{iri(0)}> a ?c }}"}, None, None, 200, "text/turtle"),
    "query_format": ("GET", {"query": PLACES, "format": "csv"}, None, None, 200, "text/csv"),
    "query_format_in_form": ("POST", "", FORM, "format=tsv&query=ASK{}", 200,
                             "text/tab-separated-values"),
    "bad_query_method": ("PUT", {"query": "ASK {}"}, None, None, 405, "text/plain"),
    "bad_query_delete": ("DELETE", "", None, None, 405, "text/plain"),
    "bad_multiple_queries": ("GET", "query=ASK{}&query=ASK{}", None, None, 400, "text/plain"),
    "bad_multiple_queries_form": ("POST", "", FORM, "query=ASK{}&query=ASK{}", 400, "text/plain"),
    "bad_query_wrong_media_type": ("POST", "", "text/plain", "ASK {}", 415, "text/plain"),
    "bad_query_missing_form_type": ("POST", "", None, "query=ASK%20%7B%7D", 415, "text/plain"),
    "bad_query_missing_direct_type": ("POST", "", None, "ASK {}", 415, "text/plain"),
    "bad_query_non_utf8": (
        "POST", "", f"{QUERY}; charset=UTF-16", "ASK {}".encode("utf-16"), 415, "text/plain"),
    "bad_query_broken_utf8": ("POST", "", QUERY, b"ASK { ?s ?p '\xff' }", 400, "text/plain"),
    "bad_query_latin1_get": (
        "GET", "query=ASK%20%7B%3Fs%20%3Fp%20%22%E9%22%7D", None, None, 400, "text/plain"),
    "bad_query_latin1_form": (
        "POST", "", FORM, "query=ASK%20%7B%3Fs%20%3Fp%20%22%E9%22%7D", 400, "text/plain"),
    "bad_query_latin1_form_raw": (
        "POST", "", FORM, b"query=ASK {?s ?p '\xe9'}", 400, "text/plain"),
    "bad_graph_latin1": ("GET", "query=ASK{}&default-graph-uri=x:%E9", None, None, 400,
                         "text/plain"),
    "query_utf8_form": (
        "POST", "", FORM, "query=ASK%20%7B%3Fs%20%3Fp%20%22%C3%A9%22%7D", 200, RESULTS),
    "bad_query_syntax": ("GET", {"query": "ASK {"}, None, None, 400, "text/plain"),
    "bad_query_empty": ("GET", {"query": ""}, None, None, 400, "text/plain"),
    "bad_query_no_parameter": ("POST", "", FORM, "q=ASK", 400, "text/plain"),
    "bad_query_unknown_format": (
        "GET", {"query": "ASK {}", "format": "pdf"}, None, None, 400, "text/plain"),
    "bad_query_service": (
        "GET", {"query": "ASK {SERVICE <x:a> {}}"}, None, None, 400, "text/plain"),
    "bad_query_too_long_get": (
        "GET", {"query": "ASK {} #" + "x" * 33_000}, None, None, 413, "text/plain"),
    "bad_query_too_long_direct": ("POST", "", QUERY, "ASK {} #" + "x" * 33_000, 413, "text/plain"),
    "bad_query_too_large": ("GET", {"query": "SELECT * {?s ?p ?o}"}, None, None, 400, "text/plain"),
    "bad_update_get": ("GET", {"update": "CLEAR ALL"}, None, None, 403, "text/plain"),
    "bad_update_form": ("POST", "", FORM, "update=CLEAR%20ALL", 403, "text/plain"),
    "bad_update_direct": (
        "POST", "", "application/sparql-update", "CLEAR ALL", 403, "text/plain"),
    "bad_update_as_query": ("POST", "", QUERY, "CLEAR ALL", 403, "text/plain"),
    "bad_update_in_query_form": ("POST", "", FORM, "query=CLEAR%20ALL", 403, "text/plain"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_protocol(address: tuple[str, int], name: str) -> None:
    method, parameters, content_type, body, status, media_type = CASES[name]
    headers = {"content_type": content_type} if content_type else {}
    reply = send(address, method, parameters, body, **headers)
    assert (reply.status, reply.headers.get_content_type()) == (status, media_type), reply.body
    assert reply.body


REFUSED = {
    "update": ({"update": "CLEAR ALL"}, "ce point d'accès ne fait que lire", "only reads (SELECT"),
    "format": (
        {"query": "ASK {}", "format": "pdf"}, "format « pdf » inconnu", "format 'pdf' is unknown",
    ),
    "rows": ({"query": "SELECT * {?s ?p ?o}"}, "plus de 100 lignes", "more than 100 rows"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("accept", ["text/html, */*;q=0.1", "text/plain, */*;q=0.1"])
def test_a_refusal_is_told_in_the_language_of_the_address(
    address: tuple[str, int], name: str, accept: str
) -> None:
    parameters, french, english = REFUSED[name]
    french_text, said = (
        html.unescape(send(address, "GET", parameters, lang=lang, accept=accept).body.decode())
        for lang in ("", "/en")
    )
    assert (french in french_text, english in french_text) == (True, False), french_text
    assert (french in said, english in said) == (False, True), said


@pytest.mark.parametrize(
    "accept",
    ["text/html, */*;q=0.8", "text/plain, */*;q=0.8", "application/json, */*;q=0.8", "*/*"],
)
@pytest.mark.parametrize("lang", ["", "/en"])
def test_a_refused_query_has_a_reference_that_the_log_has(
    address: tuple[str, int], accept: str, lang: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "registry.web.errors")
    body = send(address, "GET", {"query": "ASK {"}, lang=lang, accept=accept).body.decode()
    (reference,) = set(re.findall("[0-9a-f]{12}", body))
    (line,) = [one for one in caplog.messages if reference in one]
    assert "answered 400" in line
    assert "'/sparql'" in line


@pytest.mark.parametrize(
    ("accept", "query", "status", "media_type"),
    [
        ("*/*", PLACES, 200, RESULTS),
        ("text/csv", PLACES, 200, "text/csv"),
        ("text/csv;q=0.1, application/sparql-results+xml;q=0.9", PLACES, 200,
         "application/sparql-results+xml"),
        ("application/xml, */*;q=0.1", PLACES, 200, "application/xml"),
        ("text/turtle, application/sparql-results+json;q=0.5", PLACES, 200, RESULTS),
        ("text/*;q=0.3, text/csv;q=0, application/xml;q=0.2", PLACES, 200,
         "text/tab-separated-values"),
        ("text/csv;q=NaN, text/tab-separated-values;q=0.1", PLACES, 200,
         "text/tab-separated-values"),
        ("nonsense", PLACES, 200, RESULTS),
        (",;=,/" * 1500, PLACES, 406, "text/plain"),
        ("application/rdf+xml", PLACES, 406, "text/plain"),
        ("image/png", "CONSTRUCT WHERE {<x:a> ?p ?o}", 406, "text/plain"),
        ("application/n-triples", "CONSTRUCT WHERE {<x:a> ?p ?o}", 200, "application/n-triples"),
        ("application/ld+json", DESCRIPTION, 200, "application/ld+json"),
        ("application/rdf+xml;q=0.8, text/turtle;q=0.7", DESCRIPTION, 200,
         "application/rdf+xml"),
        ("text/html", "ASK", 400, "text/html"),
        ("text/html", "SELECT", 400, "text/html"),
        ("text/html", "SELECT * { ?s ?p }", 400, "text/html"),
        ("application/xhtml+xml, text/html;q=0.9", "rien", 400, "text/html"),
        ("text/html", PLACES, 406, "text/html"),
        ("text/html, */*;q=0.8", "ASK {", 400, "text/html"),
    ],
)  # fmt: skip
def test_the_format_is_negotiated(
    address: tuple[str, int], accept: str, query: str, status: int, media_type: str
) -> None:
    reply = send(address, "GET", {"query": query}, accept=accept)
    assert (reply.status, reply.headers.get_content_type()) == (status, media_type)
    assert "Accept" in reply.headers["Vary"]


def test_every_format_holds_the_same_rows(address: tuple[str, int]) -> None:
    formats = {
        "json": ox.QueryResultsFormat.JSON,
        "xml": ox.QueryResultsFormat.XML,
        "tsv": ox.QueryResultsFormat.TSV,
    }
    found = []
    for name, form in formats.items():
        reply = send(address, "GET", {"query": PLACES, "format": name})
        rows = ox.parse_query_results(reply.body, form)
        assert isinstance(rows, ox.QuerySolutions)
        found.append({row["s"] for row in rows})
    csv = send(address, "GET", {"query": PLACES, "format": "csv"}).body.decode().split("\r\n")
    assert found[0] == found[1] == found[2] == {ox.NamedNode(line) for line in csv[1:-1]}
    assert len(found[0]) == 34


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ([("query", USED)], False),
        ([("query", USED), ("default-graph-uri", HARVESTS)], True),
        (
            [("query", USED), ("default-graph-uri", "x:other"), ("default-graph-uri", HARVESTS)],
            True,
        ),
        ([("query", USED), ("named-graph-uri", HARVESTS)], False),
        ([("query", f"ASK {{ GRAPH ?g {USED[4:]} }}"), ("named-graph-uri", HARVESTS)], True),
        ([("query", f"ASK {{ GRAPH ?g {USED[4:]} }}"), ("default-graph-uri", HARVESTS)], False),
        ([("query", f"ASK FROM <x:other> {USED[4:]}"), ("default-graph-uri", HARVESTS)], True),
        ([("query", f"ASK FROM <{HARVESTS}> {USED[4:]}")], True),
    ],
)
@pytest.mark.parametrize("how", ["get", "form", "direct"])
def test_the_dataset_is_the_protocols(
    address: tuple[str, int], parameters: list[tuple[str, str]], expected: bool, how: str
) -> None:
    if how == "get":
        reply = send(address, "GET", parameters)
    elif how == "form":
        reply = send(address, "POST", "", urlencode(parameters), content_type=FORM)
    else:
        (_, query), *graphs = parameters
        reply = send(address, "POST", graphs, query, content_type=QUERY)
    assert json.loads(reply.body)["boolean"] is expected


ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "text/plain"),
        ("text/html, */*;q=0.8", "text/html"),
        ("application/sparql-results+json, application/problem+json", PROBLEM),
    ],
)
def test_e6_a_query_out_of_time_is_not_invited_to_come_again(
    address: tuple[str, int], accept: str, media_type: str
) -> None:
    reply = send(address, "GET", {"query": ENDLESS}, accept=accept)
    assert (reply.status, reply.headers.get_content_type()) == (422, media_type)
    assert reply.headers["Retry-After"] is None
    assert b"1 s" in reply.body
    if media_type == PROBLEM:
        assert json.loads(reply.body)["error"] == "query-timeout"
    assert send(address, "GET", {"query": "ASK {}"}).status == 200


RELATIVE = {
    "get": ("SELECT (<x> AS ?y) {}", f"{BASE}x"),
    "empty": ("SELECT (<> AS ?y) {}", f"{BASE}sparql"),
    "fragment": ("SELECT (<#x> AS ?y) {}", f"{BASE}sparql#x"),
    "parent": ("SELECT (<../id/x> AS ?y) {}", f"{BASE}id/x"),
    "own base": ("BASE <https://a.example/b/> SELECT (<x> AS ?y) {}", "https://a.example/b/x"),
    "relative base": ("BASE <b/> SELECT (<x> AS ?y) {}", f"{BASE}b/x"),
    "relative prefix": ("PREFIX p: <g/> SELECT (p:x AS ?y) {}", f"{BASE}g/x"),
}


@pytest.mark.parametrize("name", RELATIVE)
@pytest.mark.parametrize("how", ["get", "form", "direct"])
def test_e6_relative_iris_are_resolved_against_the_endpoint(
    address: tuple[str, int], name: str, how: str
) -> None:
    query, iri_found = RELATIVE[name]
    if how == "get":
        reply = send(address, "GET", {"query": query, "format": "csv"}, lang="/en")
    elif how == "form":
        body = urlencode({"query": query, "format": "csv"})
        reply = send(address, "POST", "", body, content_type=FORM)
    else:
        reply = send(address, "POST", {"format": "csv"}, query, content_type=QUERY)
    assert reply.body.decode().split() == ["y", iri_found]


def test_e6_a_relative_graph_in_a_query_is_found(address: tuple[str, int]) -> None:
    query = f"ASK FROM <graph/harvests> {USED[4:]}"
    assert json.loads(send(address, "GET", {"query": query}).body)["boolean"] is True


GRAPHS = {
    "named": ({"graph": HARVESTS}, 200, "prov:Activity"),
    "vocabulary": ({"graph": VOCABULARY_GRAPH}, 200, "x:c"),
    "default, in small": ("default&format=nt", 400, "100"),  # more than an answer may hold
    "empty": ("graph=", 400, "absolute IRI"),
    "relative": ({"graph": "graph/harvests"}, 400, "absolute IRI"),
    "no IRI": ({"graph": "x:a b"}, 400, "absolute IRI"),
    "SPARQL": ({"graph": "x:a> { ?s ?p ?o } GRAPH <x:b"}, 400, "absolute IRI"),
    "unknown": ({"graph": "https://elsewhere.example/g"}, 404, "description of this service"),
    "two": ([("graph", HARVESTS), ("graph", VOCABULARY_GRAPH)], 400, "one graph at a time"),
    "both": (f"default&graph={quote(HARVESTS)}", 400, "one graph at a time"),
    "with a query": ({"graph": HARVESTS, "query": "ASK {}"}, 400, "default-graph-uri"),
}


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("accept", ["*/*", "text/html,*/*;q=0.8"])
def test_e6_a_graph_that_is_named_is_read_or_refused(
    address: tuple[str, int], name: str, accept: str
) -> None:
    parameters, status, words = GRAPHS[name]
    reply = send(address, "GET", parameters, lang="/en", accept=accept)
    assert (reply.status, words in reply.body.decode()) == (status, True), reply.body
    assert b"SPARQL-service-description" not in reply.body
    if status == 200:
        assert reply.headers.get_content_type() == "text/turtle"
    head = send(address, "HEAD", parameters)
    assert (head.status, head.body) == (status, b"")


def test_e6_a_graph_is_read_whole_and_alone(address: tuple[str, int]) -> None:
    reply = send(address, "GET", {"graph": HARVESTS}, accept="application/n-triples")
    asked = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{HARVESTS}> {{ ?s ?p ?o }} }}"
    same = send(address, "GET", {"query": asked}, accept="application/n-triples")
    assert sorted(reply.body.split(b"\n")) == sorted(same.body.split(b"\n"))
    assert reply.headers.get_content_type() == "application/n-triples"
    assert send(address, "GET", {"graph": HARVESTS, "output": "csv"}).status == 406


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_e6_a_graph_is_not_written(address: tuple[str, int], method: str) -> None:
    reply = send(
        address, method, {"graph": HARVESTS}, "<x:a> <x:b> 1 .", content_type="text/turtle"
    )
    assert reply.status == (403 if method == "POST" else 405)


PROBLEMS = {
    "problem alone": (PROBLEM, PROBLEM),
    "beside results": (f"{RESULTS}, {PROBLEM};q=0.1", PROBLEM),
    "json": ("application/json, text/plain, */*", PROBLEM),
    "page first": (f"text/html, {PROBLEM};q=0.9, */*;q=0.1", "text/html"),
    "refused": (f"{PROBLEM};q=0", "text/plain"),
    "everything": ("*/*", "text/plain"),
    "results alone": (RESULTS, "text/plain"),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_e6_errors_are_problems_for_who_asks_for_them(address: tuple[str, int], name: str) -> None:
    accept, media_type = PROBLEMS[name]
    reply = send(address, "GET", {"query": "ASK {"}, accept=accept, lang="/en")
    assert (reply.status, reply.headers.get_content_type()) == (400, media_type)
    assert "Accept" in reply.headers["Vary"]
    if media_type == PROBLEM:
        problem = json.loads(reply.body)
        assert (problem["status"], problem["error"]) == (400, "query-refused")
        assert problem["detail"].startswith("line 1, column 6: the query ends too early")
        assert problem["title"]


@pytest.mark.parametrize("query", [PLACES, "ASK {}", DESCRIPTION, None])
def test_e6_who_asks_for_problems_gets_answers_too(
    address: tuple[str, int], query: str | None
) -> None:
    usual = send(address, "GET", {"query": query} if query else "")
    reply = send(address, "GET", {"query": query} if query else "", accept=PROBLEM)
    assert (reply.status, reply.headers["Content-Type"]) == (200, usual.headers["Content-Type"])
    assert reply.body == usual.body
    xml = send(address, "GET", {"query": "ASK {}"}, accept=f"{PROBLEM}, application/xml;q=0.1")
    assert xml.headers.get_content_type() == "application/xml"


SYNTAXES = {
    "text/n3": ox.RdfFormat.N3,
    "text/rdf+n3": ox.RdfFormat.N3,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
}


@pytest.mark.parametrize("media_type", SYNTAXES)
@pytest.mark.parametrize("asked", [{"query": f"DESCRIBE <{iri(0)}>"}, {"graph": HARVESTS}, {}])
def test_e6_graphs_are_written_in_what_holds_them(
    address: tuple[str, int], media_type: str, asked: dict[str, str]
) -> None:
    reply = send(address, "GET", asked, accept=media_type)
    assert (reply.status, reply.headers.get_content_type()) == (200, media_type)
    plain = send(address, "GET", asked, accept="application/n-triples")
    wanted = {quad.triple for quad in ox.parse(plain.body, format=ox.RdfFormat.N_TRIPLES)}
    found = list(ox.parse(reply.body, format=SYNTAXES[media_type]))
    assert {quad.triple for quad in found} == wanted
    assert {quad.graph_name for quad in found} == {ox.DefaultGraph()}
    assert send(address, "GET", {"query": PLACES}, accept=media_type).status == 406


CONSTRUCTED = f"CONSTRUCT WHERE {{ <{iri(0)}> a ?c }}"
FORMATS = {
    "output": (PLACES, "output=json", 200, RESULTS),
    "output csv": (PLACES, "output=CSV", 200, "text/csv"),
    "output xml": (PLACES, "output=xml", 200, "application/sparql-results+xml"),
    "results": (PLACES, "results=tsv", 200, "text/tab-separated-values"),
    "all of SPARQLWrapper": (PLACES, "format=json&output=json&results=json", 200, RESULTS),
    "format first": (PLACES, "output=xml&format=csv", 200, "text/csv"),
    "nothing named": (PLACES, "format=&output=", 200, RESULTS),
    "media type": (PLACES, "output=application/sparql-results%2Bxml", 200,
                   "application/sparql-results+xml"),
    "plus not encoded": (PLACES, "format=application/sparql-results+xml", 200,
                         "application/sparql-results+xml"),
    "n3": (CONSTRUCTED, "output=n3", 200, "text/n3"),
    "trig": (CONSTRUCTED, "format=trig", 200, "application/trig"),
    "n-quads": (CONSTRUCTED, "format=nq", 200, "application/n-quads"),
    "json-ld": (CONSTRUCTED, "output=json-ld", 200, "application/ld+json"),
    "unknown": (PLACES, "output=pdf", 400, "text/plain"),
    "thrift": (PLACES, "output=thrift", 400, "text/plain"),
    "of another kind": (PLACES, "output=n3", 406, "text/plain"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("how", ["get", "form", "direct"])
def test_e6_a_format_is_named_in_the_ways_of_other_endpoints(
    address: tuple[str, int], name: str, how: str
) -> None:
    query, parameters, status, media_type = FORMATS[name]
    text = f"{parameters}&{urlencode({'query': query})}"
    if how == "get":
        reply = send(address, "GET", text)
    elif how == "form":
        reply = send(address, "POST", "", text, content_type=FORM)
    else:
        reply = send(address, "POST", parameters, query, content_type=QUERY)
    assert (reply.status, reply.headers.get_content_type()) == (status, media_type), reply.body


def test_limits_and_cors_are_announced(address: tuple[str, int]) -> None:
    reply = send(address, "GET", {"query": "ASK {}"}, origin="https://elsewhere.example")
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert reply.headers["X-Query-Seconds-Limit"] == "1"
    assert reply.headers["X-Query-Rows-Limit"] == "100"
    assert "Retry-After" in reply.headers["Access-Control-Expose-Headers"]
    preflight = send(address, "OPTIONS", access_control_request_method="POST")
    assert (preflight.status, preflight.body) == (204, b"")
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    refused = send(address, "PATCH")
    assert "GET" in refused.headers["Allow"]
    assert refused.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("accept", "media_type", "syntax"),
    [
        ("*/*", "text/turtle", ox.RdfFormat.TURTLE),
        ("application/rdf+xml", "application/rdf+xml", ox.RdfFormat.RDF_XML),
        ("application/ld+json, text/html;q=0.5", "application/ld+json", ox.RdfFormat.JSON_LD),
        ("application/n-triples", "application/n-triples", ox.RdfFormat.N_TRIPLES),
    ],
)
def test_without_a_query_the_service_describes_itself(
    address: tuple[str, int], accept: str, media_type: str, syntax: ox.RdfFormat
) -> None:
    reply = send(address, "GET", accept=accept)
    assert (reply.status, reply.headers.get_content_type()) == (200, media_type)
    graph = ox.Store()
    graph.load(reply.body, syntax)
    question = f"""PREFIX sd: <{SD}> ASK {{
        ?service a sd:Service ; sd:endpoint <{BASE}sparql> ; sd:supportedLanguage sd:SPARQL11Query ;
          sd:resultFormat <http://www.w3.org/ns/formats/SPARQL_Results_CSV> ;
          sd:defaultDataset [ a sd:Dataset ; sd:defaultGraph [ a sd:Graph ] ;
            sd:namedGraph [ a sd:NamedGraph ; sd:name <{HARVESTS}> ] ] .
        FILTER NOT EXISTS {{ ?service sd:feature sd:BasicFederatedQuery }} }}"""
    assert bool(graph.query(question))
    objects = [quad.object for quad in graph.quads_for_pattern(None, None, None)]
    comments = [each for each in objects if isinstance(each, ox.Literal) and "1 s" in each.value]
    assert sorted(str(each.language) for each in comments) == ["en", "fr"]


def test_a_browser_gets_the_editor(address: tuple[str, int]) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    reply = send(address, "GET", accept=accept)
    assert (reply.status, reply.headers.get_content_type()) == (200, "text/html")
    assert b"editor" in reply.body
    assert send(address, "GET", "format=turtle", accept=accept).body.startswith(b"@prefix")


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "'\"><b>", "é\u2028\u202e", "%00", "\r\nX: y"]
)
def test_hostile_text_in_a_refusal_stays_text(address: tuple[str, int], text: str) -> None:
    parameters = f"query={quote('ASK {} ' + text)}&format={quote(text)}"
    reply = send(address, "GET", parameters, accept="text/html")
    assert (reply.status, reply.headers.get_content_type()) == (400, "text/html")
    assert b"<script" not in reply.body
    assert b"<b>" not in reply.body
    assert "X" not in reply.headers


def test_a_common_client_is_served(address: tuple[str, int]) -> None:
    client = SPARQLWrapper(f"http://{address[0]}:{address[1]}/sparql")
    client.setReturnFormat(JSON)
    for method in ("GET", "POST"):
        client.setMethod(method)
        client.setQuery(PLACES)
        answer = client.queryAndConvert()
        assert isinstance(answer, dict)
        assert len(answer["results"]["bindings"]) == 34
