"""A real SPARQL service on loopback, which can be made to misbehave."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox

from registry.store.service import Service

SECRET = "Bearer opensesame"  # noqa: S105 - of a server that lives for one test


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.headers.get("Authorization") != SECRET:
            return self._send(401, b"who are you?")
        if self.server.fault == "error":
            return self._send(500, b"stack trace of the back end")
        if self.server.fault == "slow":
            time.sleep(3)
        try:
            if self.path == "/update":
                self.server.store.update(text)
                return self._send(204, b"")
            return self._send(200, self._answer(text))
        except SyntaxError as error:
            return self._send(400, str(error).encode())

    def _answer(self, text: str) -> bytes:
        asked = parse_qs(urlsplit(self.path).query)
        graphs: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [
            ox.NamedNode(iri) for iri in asked.get("default-graph-uri", [])
        ]
        results = self.server.store.query(text, default_graph=graphs or None)
        if isinstance(results, ox.QueryTriples):
            body = results.serialize(format=ox.RdfFormat.N_TRIPLES)
        else:
            body = results.serialize(format=ox.QueryResultsFormat.JSON)
        assert body is not None
        return body[: len(body) // 2] if self.server.fault == "half" else body

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.server.fault == "drip":
            for byte in body:
                self.wfile.write(bytes([byte]))
                time.sleep(0.2)
        else:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    fault = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.store = ox.Store()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that gave up is no error here."""

    @property
    def service(self) -> Service:
        base = f"http://127.0.0.1:{self.server_port}"
        return Service(f"{base}/query", f"{base}/update", SECRET)


@contextmanager
def serving() -> Iterator[_Server]:
    with _Server() as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()
