"""The query processes: right answers, every bomb ends in time, nobody reaches the network."""

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from registry.ledger.ledger import Ledger
from registry.store.embedded import EmbeddedStore
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
from registry.store.folders import Folders
from registry.store.pool import WORK, QueryPool
from registry.store.queries import Limits, QueryOptions
from sandbox.child import start
from sandbox.isolation import Bounds
from tests.registry.ledger.builders import commit, create, place
from tests.registry.store.conftest import BASE, LIMITS

COUNT = "SELECT (COUNT(*) AS ?n) { ?s a <https://schema.org/Place> }"
XML = "application/sparql-results+xml"
HARVESTS = f"{BASE}graph/harvests"


def count(pool: QueryPool) -> int:
    rows = json.loads(pool.ask(COUNT).body)["results"]["bindings"]
    return int(rows[0]["n"]["value"])


@pytest.mark.parametrize(
    ("query", "asked", "media_type", "start"),
    [
        (COUNT, {}, "application/sparql-results+json", b'{"head"'),
        (COUNT, {"accept": XML}, XML, b"<?xml"),
        (COUNT, {"accept": "text/csv;q=0.4, text/*;q=0.2"}, "text/csv", b"n\r\n1500"),
        (COUNT, {"format": "tsv"}, "text/tab-separated-values", b"?n\n1500"),
        (COUNT, {"format": "xml", "accept": "text/csv"}, XML, b"<?xml"),
        (COUNT, {"accept": "application/json"}, "application/json", b'{"head"'),
        ("ASK {}", {}, "application/sparql-results+json", b'{"head":{},"boolean":true}'),
        ("ASK {}", {"format": "csv"}, "text/csv", b"true"),
        ("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", {}, "text/turtle", b"@prefix"),
        ("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", {"format": "nt"}, "application/n-triples", b"<"),
        ("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", {"format": "json"}, "application/ld+json", b"["),
        ("DESCRIBE <x:y>", {"accept": "application/rdf+xml"}, "application/rdf+xml", b"<?xml"),
    ],
)  # fmt: skip
def test_answers_come_in_the_format_asked(
    pool: QueryPool, query: str, asked: QueryOptions, media_type: str, start: bytes
) -> None:
    answer = pool.ask(query, **asked)
    assert answer.media_type == media_type
    assert answer.body.startswith(start)


@pytest.mark.parametrize(
    ("query", "asked", "error"),
    [
        ("CONSTRUCT WHERE {?s ?p ?o}", {"accept": "text/csv"}, FormatRefusedError),
        ("ASK {}", {"accept": "image/png, text/html"}, FormatRefusedError),
        ("ASK {}", {"accept": "text/csv;q=0"}, FormatRefusedError),
        ("ASK {}", {"format": "turtle"}, FormatRefusedError),
        ("ASK {}", {"format": "nonsense"}, QueryRefusedError),
        ("ASK {}", {"default_graphs": ["not an IRI"]}, QueryRefusedError),
        ("ASK", {}, QueryRefusedError),
        ("", {}, QueryRefusedError),
        ("ASK {} \0", {}, QueryRefusedError),
        ("ASK {} ASK {}", {}, QueryRefusedError),
        ("ASK { ?s ?p '" + "x" * 40_000 + "' }", {}, QueryTooLongError),
    ],
)
def test_what_cannot_be_answered_is_refused_by_kind(
    pool: QueryPool, query: str, asked: QueryOptions, error: type[QueryError]
) -> None:
    with pytest.raises(QueryError) as caught:
        pool.ask(query, **asked)
    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELEC * WHERE {}", "line 1, column 10: the query cannot be read from “WHERE {}” on"),
        ("SELECT * WHERE {?s ?p ?o}\nGROUP ?s", "line 2, column 9: the query ends too early"),
        ("SELECT * WHERE { ?s ?p", "line 1, column 23: the query ends too early"),
        ("SELECT ?x { ?x a foaf:Person }", "line 1, column 29: a prefix used before this place"),
        ("SELECT ?z { ?a ?b ?c } GROUP BY ?a", "the SELECT names a variable"),
        ("SELECT * {\n ?s <a b> ?o }", "line 2, column 10: the text between < and >"),
    ],
)
def test_what_cannot_be_read_is_said_without_the_grammar(
    pool: QueryPool, query: str, said: str
) -> None:
    with pytest.raises(QueryRefusedError) as caught:
        pool.ask(query)
    message = caught.value.message("en")
    assert said in message
    assert "expected" not in message


def test_the_dataset_can_be_chosen(pool: QueryPool) -> None:
    harvest = "ASK { ?h <http://www.w3.org/ns/prov#used> ?source }"
    named = f"ASK {{ GRAPH <{HARVESTS}> {{ ?h <http://www.w3.org/ns/prov#used> ?source }} }}"
    asked = [
        pool.ask(harvest).body,
        pool.ask(harvest, default_graphs=[HARVESTS]).body,
        pool.ask(named).body,
        pool.ask(named, named_graphs=[HARVESTS]).body,
        pool.ask(named, default_graphs=[HARVESTS]).body,
        pool.ask(harvest, default_graphs=["https://nowhere.example/"]).body,
    ]
    assert [b"true" in body for body in asked] == [False, True, True, True, False, False]


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "xml"])
def test_an_answer_over_its_limit_is_no_answer(pool: QueryPool, form: str) -> None:
    rows = "SELECT ?s {{ ?s a <https://schema.org/Place> , ?t . }} LIMIT {}"
    pool.ask(rows.format(LIMITS.rows), format=form)
    with pytest.raises(QueryTooLargeError, match="2000 rows"):
        pool.ask(rows.format(LIMITS.rows + 1), format=form)


def test_triples_and_bytes_are_counted_as_well(pool: QueryPool) -> None:
    with pytest.raises(QueryTooLargeError, match="rows"):
        pool.ask("CONSTRUCT WHERE { ?s ?p ?o }")
    with pytest.raises(QueryTooLargeError, match="bytes"):
        pool.ask("SELECT * { ?s ?p ?o . ?a ?b ?c }", format="json")
    rows = json.loads(pool.ask("SELECT * { VALUES () {" + "()" * 1999 + "} }").body)
    assert len(rows["results"]["bindings"]) == 1999


CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i ."
DOUBLING = "".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1}) " for n in range(40))
BOMBS = {
    "cross product counted": f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}",
    "cross product sorted": f"SELECT * {{ {CROSS} }} ORDER BY ?i ?a",
    "cross product distinct": f"SELECT DISTINCT ?a ?e ?i {{ {CROSS} }}",
    "cross product streamed": f"SELECT * {{ {CROSS} }}",
    "cross product constructed": f"CONSTRUCT {{ ?a ?e ?i }} {{ {CROSS} }}",
    "optional product": "SELECT (COUNT(*) AS ?n) {?a ?b ?c OPTIONAL {?d ?e ?f . ?g ?h ?i}}",
    "not exists": "SELECT * { ?a ?b ?c FILTER NOT EXISTS { ?d ?e ?f . ?g ?h ?i FILTER(?i = 1) } }",
    "minus": f"SELECT (COUNT(*) AS ?n) {{ {CROSS} MINUS {{ ?a ?x ?z }} }}",
    "negated path": "SELECT (COUNT(*) AS ?n) { ?a (!<x:y>)* ?b . ?b (!<x:z>)* ?c }",
    "inverse path": "SELECT (COUNT(*) AS ?n) { ?a (!<x:y>|!^<x:y>)* ?b }",
    "regex": "SELECT * { ?a ?b ?c FILTER(REGEX(STR(?c), '([a-z]{1,500}){1,500}$')) }",
    "nested regex": "SELECT * { ?a ?b ?c FILTER(REGEX(STR(?c), '(a?{200}b?{200}){1,40}x')) }",
    "doubling": f"SELECT * {{ BIND('aaaaaaaa' AS ?x0) {DOUBLING} }}",
    "group concat": f"SELECT (GROUP_CONCAT(STR(?a)) AS ?x) {{ {CROSS} }}",
    "replace": "SELECT (STRLEN(REPLACE(REPLACE(REPLACE(?x,'.',?x),'.',?x),'.',?x)) AS ?l) "
    "{ BIND('" + "a" * 900 + "' AS ?x) }",
    "braces": "SELECT * " + "{" * 15_000,
    "balanced braces": "SELECT * " + "{" * 2300 + "}" * 2300,
    "parentheses": "SELECT * { FILTER(" + "(" * 8000 + "1" + ")" * 8000 + ") }",
    "not": "SELECT * { FILTER(" + "!" * 30_000 + "true) }",
    "spaced not": "SELECT * { FILTER(" + "! " * 15_000 + "true) }",
    "minus signs": "SELECT * { FILTER(" + "- " * 15_000 + "1) }",
    "optional": "SELECT * {" + "OPTIONAL{" * 3000 + "}" * 3000 + "}",
    "exists": "SELECT * {" + "FILTER EXISTS{" * 2000 + "}" * 2000 + "}",
    "sub-selects": "SELECT * {" + "{SELECT * {" * 2500 + "}}" * 2500 + "}",
    "unions": "SELECT * {" + "{}UNION" * 4500 + "{} }",
    "ors": "SELECT * { ?s ?p ?o FILTER(" + "1=1||" * 6000 + "1=1) }",
    "path groups": "SELECT * { ?s " + "(" * 8000 + "<x:y>" + ")" * 8000 + " ?o }",
    "path sequence": "SELECT * { ?s <x:y>" + "/<x:y>" * 4500 + " ?o }",
    "blank nodes": "SELECT * { ?s ?p " + "[ ?p " * 4000 + "1" + "]" * 4000 + " }",
    "lists": "SELECT * { ?s ?p " + "(" * 15_000 + ")" * 15_000 + " }",
    "triple terms": "SELECT * { ?s ?p " + "<<( <x:y> <x:y> " * 1500 + "1" + ")>>" * 1500 + " }",
    "repeated triples": "SELECT * {" + "?s ?p ?o." * 3000 + "}",
    "values": "SELECT * { VALUES ?x {" + "1 " * 14_000 + "} VALUES ?y {" + "1 " * 2000 + "} }",
    "functions": "SELECT * { FILTER(" + "STR(" * 6000 + "1" + ")" * 6000 + ") }",
    "if": "SELECT * { FILTER(" + "IF(1," * 5000 + "1" + ",1)" * 3000 + ") }",
    "in IRI": "SELECT * { FILTER(1<" + "(" * 8000 + "1" + ")" * 8000 + ">2) }",
}  # fmt: skip


@pytest.mark.parametrize("family", BOMBS)
def test_every_bomb_ends_in_time_and_the_pool_lives_on(pool: QueryPool, family: str) -> None:
    start = time.monotonic()
    try:
        answer = pool.ask(BOMBS[family])
        assert len(answer.body) <= LIMITS.answer_bytes
    except (QueryRefusedError, QueryTooLargeError, QueryTimeoutError, QueryExhaustedError):
        pass
    assert time.monotonic() - start < LIMITS.time_s + 1.5
    assert count(pool) == 1500


def test_bombs_and_honest_queries_side_by_side(pool: QueryPool) -> None:
    with ThreadPoolExecutor(4) as threads:
        bombs = [
            threads.submit(pool.ask, BOMBS[f"cross product {kind}"])
            for kind in ("counted", "sorted", "distinct")
        ]
        honest = [threads.submit(count, pool) for _ in range(8)]
        assert [future.result() for future in honest] == [1500] * 8
        for bomb in bombs:
            assert isinstance(bomb.exception(), QueryError)


def test_a_worker_killed_while_idle_is_replaced(busy_store: EmbeddedStore) -> None:
    pool = QueryPool(busy_store.folders.root, Limits(workers=1))
    assert count(pool) == 1500
    (process,) = pool._children._free
    os.kill(process.pid, signal.SIGKILL)
    time.sleep(0.1)
    assert count(pool) == 1500
    pool.close()


def test_a_pool_at_its_limit_says_so_and_recovers(busy_store: EmbeddedStore) -> None:
    pool = QueryPool(busy_store.folders.root, Limits(time_s=1, wait_s=0.1, workers=1))
    with ThreadPoolExecutor(1) as threads:
        bomb = threads.submit(pool.ask, BOMBS["cross product counted"])
        time.sleep(0.3)
        with pytest.raises(QueryUnavailableError, match="busy"):
            pool.ask("ASK {}")
        assert isinstance(bomb.exception(), QueryTimeoutError)
    assert count(pool) == 1500
    pool.close()


def test_readers_see_the_next_checkpoint_and_none_before_the_first(
    full_ledger: Ledger, store: EmbeddedStore
) -> None:
    pool = QueryPool(store.folders.root, Limits(workers=1))
    with pytest.raises(QueryUnavailableError, match="nothing has been published"):
        pool.ask("ASK {}")
    seen = []
    for number in range(4):
        commit(full_ledger, "zinc", create(place(60 + number, slug="zinc")))
        store.apply(full_ledger, full_ledger.head())
        seen.append(count(pool))
    assert seen == [35, 36, 37, 38]
    pool.close()


@pytest.fixture
def listener() -> Iterator[tuple[int, list[str]]]:
    """A loopback server that notes whoever connects."""
    server = socket.create_server(("127.0.0.1", 0))
    hits: list[str] = []

    def listen() -> None:
        while True:
            try:
                connection, peer = server.accept()
            except OSError:
                return
            hits.append(str(peer))
            connection.close()

    threading.Thread(target=listen, daemon=True).start()
    yield server.getsockname()[1], hits
    server.shutdown(socket.SHUT_RDWR)
    server.close()


SERVICES = [
    "SELECT * { SERVICE <U> { ?s ?p ?o } }",
    "SELECT * { service <U> { ?s ?p ?o } }",
    "SELECT * { SeRvIcE <U> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <U> { ?s ?p ?o } }",
    "SELECT * {SERVICE<U>{?s ?p ?o}}",
    "SELECT * { SERVICE#comment\n<U> { ?s ?p ?o } }",
    "SELECT * { #comment ' \" <\nSERVICE <U> { ?s ?p ?o } }",
    "PREFIX x: <U> SELECT * { SERVICE x: { ?s ?p ?o } }",
    "PREFIX : <U> SELECT * { SERVICE : { ?s ?p ?o } }",
    "PREFIX : <U> SELECT * { SERVICE:{ ?s ?p ?o } }",
    "PREFIX service: <U> SELECT * { SERVICE service: { ?s ?p ?o } }",
    "SELECT * { BIND(<U> AS ?u) SERVICE ?u { ?s ?p ?o } }",
    "SELECT * { VALUES ?u { <U> } SERVICE ?u { ?s ?p ?o } }",
    "SELECT * { { SELECT * { SERVICE <U> { ?s ?p ?o } } } }",
    "SELECT * { OPTIONAL { SERVICE <U> { ?s ?p ?o } } }",
    "SELECT * { {} UNION { SERVICE <U> { ?s ?p ?o } } }",
    "SELECT * { GRAPH ?g { SERVICE <U> { ?s ?p ?o } } }",
    "SELECT * { ?s ?p ?o MINUS { SERVICE <U> { ?s ?p ?o } } }",
    "SELECT * { FILTER EXISTS { SERVICE <U> { ?s ?p ?o } } }",
    "ASK { SERVICE <U> {} }",
    "CONSTRUCT { ?s ?p ?o } { SERVICE <U> { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE <U> { ?s ?p ?o } }",
    "BASE <U> SELECT * { SERVICE <> { ?s ?p ?o } }",
    "SELECT * { \\u0053ERVICE <U> { ?s ?p ?o } }",
    "SELECT * { \\U00000053ERVICE <U> { ?s ?p ?o } }",
    "SELECT * { BIND('\\u0022' AS ?q) SERVICE <U> {} BIND('\\u0022' AS ?r) }",
    "SELECT * { BIND(<U> AS ?u) FILTER(1<2)SERVICE?u#>\n{ ?s ?p ?o } }",
    "SELECT * { BIND(<U> AS ?u) FILTER(?a<2||true)SERVICE$u#>\n{} }",
    "SELECT * { VALUES ?x { 1 }SERVICE<U>{} }",
    "SELECT * { VALUES ?x { 1.0 } ?x ?y 1SERVICE<U>{} }",
    "SELECT * { ?s ?p '''x' \" '''SERVICE<U>{} }",
    "SELECT * { ?s ?p 'it\\'s'SERVICE<U>{} }",
    "SELECT * { BIND(<U> AS ?u) { FILTER(true)SERVICE ?u {} } }",
    "LOAD <U>",
    "LOAD SILENT <U> INTO GRAPH <x:y>",
    "SELECT * FROM <U> { ?s ?p ?o }",
    "SELECT * FROM NAMED <U> { GRAPH ?g { ?s ?p ?o } }",
    "INSERT { ?s ?p ?o } WHERE { SERVICE <U> { ?s ?p ?o } }",
]


@pytest.mark.parametrize("query", SERVICES)
def test_no_spelling_reaches_the_network(
    pool: QueryPool, busy_store: EmbeddedStore, listener: tuple[int, list[str]], query: str
) -> None:
    port, hits = listener
    text = query.replace("<U>", f"<http://127.0.0.1:{port}/sparql>")
    if "FROM" in query:
        assert b"127.0.0.1" not in pool.ask(text).body
    else:
        with pytest.raises(QueryRefusedError):
            pool.ask(text)
    # The same without the look at its text: the process itself has no way out.
    process = start(WORK, Bounds(LIMITS.memory_bytes, open_files=512))
    request = {
        "query": text, "syntax": "text/csv", "default_graphs": [], "named_graphs": [],
        "rows": 9000, "answer_bytes": 9_000_000,
        "checkpoint": str(busy_store.folders.current()),
    }  # fmt: skip
    header, _ = process.ask(request, deadline_s=5)
    process.close()
    assert header["status"] in ("refused", "failed", "rows", "ok")
    assert hits == []


INNOCENT = [
    "SELECT * { ?service ?p 'SERVICE <http://x/> {}' }",
    'SELECT * { ?s <http://x.example/service> """a "SERVICE" b""" }',
    "PREFIX med: <x:> SELECT * { ?s med:service ?o # SERVICE <x:y> {}\n }",
    "PREFIX service: <x:> SELECT * { ?s service:x ?o }",
    "SELECT * { ?s ?p 'x'@service }",
    "SELECT * { ?s ?p '\\u0053ERVICE' ; <x:INSERT> 'DELETE DATA' }",
    "PREFIX insert: <x:> SELECT ?delete { ?delete insert:load ?o }",
    "BASE <http://x.example/insert> SELECT * { ?s <> ?o }",
    "SELECT * { ?s ?p ?o FILTER(?o < 3 && 4 > ?o) }",
    "SELECT * {" + "{" * 60 + "}" * 60 + "}",
    "SELECT * { ?s ?p '" + "{" * 500 + "' }",
    "SELECT * { ?s ?p ?o } # " + "{" * 500,
]


@pytest.mark.parametrize("query", INNOCENT)
def test_innocent_queries_pass(pool: QueryPool, query: str) -> None:
    assert pool.ask(query + "\nLIMIT 5").body


@pytest.mark.parametrize(
    "query",
    [
        "INSERT DATA { <x:a> <x:b> <x:c> }",
        "DELETE WHERE { ?s ?p ?o }",
        "PREFIX x: <x:> DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
        "WITH <x:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "CLEAR ALL", "DROP SILENT ALL", "CREATE GRAPH <x:g>", "# c\nload <x:g>",
        "COPY DEFAULT TO <x:g>", "MOVE DEFAULT TO <x:g>", "ADD <x:g> TO <x:h>",
    ],
)  # fmt: skip
def test_updates_are_refused_by_name(pool: QueryPool, query: str) -> None:
    with pytest.raises(UpdateRefusedError, match="only reads"):
        pool.ask(query)


def test_a_worker_cannot_write_nor_see_the_service(busy_store: EmbeddedStore) -> None:
    process = start(WORK, Bounds(LIMITS.memory_bytes, open_files=512))
    isolated = process.is_isolated()
    environment = Path(f"/proc/{process.pid}/environ").read_bytes()
    limits = Path(f"/proc/{process.pid}/limits").read_text()
    process.close()
    assert isolated
    assert b"PATH=" not in environment.replace(b"PYTHONPATH=", b"")
    assert "Max file size             0 " in limits
    assert "Max core file size        0 " in limits
    assert Folders(busy_store.folders.root).current() is not None
