"""A SPARQL endpoint on loopback that answers queries by GET of a real store, or misbehaves."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox

from vocab.records import Record

Change = Callable[["Endpoint"], None]


class _Handler(BaseHTTPRequestHandler):
    server: "Endpoint"

    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        if "query" not in asked:
            return self._send(200, "text/turtle", self.server.description.encode())
        query = self.server.bend(asked["query"][0])
        self.server.asked.append(query)
        self.server.before(self.server)
        results = self.server.store.query(query)
        if isinstance(results, ox.QueryTriples):
            body = results.serialize(format=ox.RdfFormat.N_TRIPLES)
            return self._send(200, "application/n-triples", body or b"")
        assert isinstance(results, ox.QuerySolutions)
        body = results.serialize(format=ox.QueryResultsFormat.JSON)
        return self._send(200, "application/sparql-results+json", body or b"")

    def _send(self, status: int, media_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


class Endpoint(ThreadingHTTPServer):
    """The store, what was asked of it, and how it misbehaves.

    Attributes:
        bend: what the endpoint makes of a query before it answers.
        before: called before each answer.
        headers: sent with each answer.
        description: what it says of itself when nothing is asked.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.store = ox.Store()
        self.asked: list[str] = []
        self.bend: Callable[[str], str] = str
        self.before: Change = lambda _: None
        self.headers: dict[str, str] = {}
        self.description = "<> a <http://www.w3.org/ns/sparql-service-description#Service> ."

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/sparql"

    def load(self, records: Iterable[Record]) -> None:
        body = "".join(record.body for record in records)
        self.store.load(body.encode(), format=ox.RdfFormat.N_TRIPLES)


@contextmanager
def endpoint() -> Iterator[Endpoint]:
    with Endpoint() as server:
        threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()
        yield server
        server.shutdown()
