"""A simulated pole: a web space on loopback, over real HTTP, that one can change and break.

    with SimulatedPole() as pole:
        pole.put("/dump.nt", b"...")            # a document, with ETag and Last-Modified
        pole.fail("/dump.nt", status(503), times=2)   # then it works again
        pole.requests                            # what was asked, in order

An event stream is written by :class:`Stream`: small pages, the last one open, in a layout of its
own, so that the harvester is tried on other streams than those that Maillage publishes.
"""

import contextlib
import gzip
import hashlib
import itertools
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from vocab.mapping import PoleIdentity, place_record
from vocab.records import Record

PREFIXES = """\
@prefix ldes: <https://w3id.org/ldes#> . @prefix tree: <https://w3id.org/tree#> .
@prefix as: <https://www.w3.org/ns/activitystreams#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix med: <https://w3id.org/mediation-numerique/ns#> .
@prefix schema: <https://schema.org/> . @prefix hydra: <http://www.w3.org/ns/hydra/core#> .
"""


@dataclass
class Document:
    body: bytes
    media_type: str
    immutable: bool = False
    validators: bool = True

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


@dataclass(frozen=True)
class Asked:
    path: str
    status: int
    conditional: bool
    headers: dict[str, str]


Fault = Callable[["Handler", Document | None], None]


def status(code: int, **headers: str) -> Fault:
    def answer(handler: "Handler", _: Document | None) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        handler.reply(code, b"", named)

    return answer


def redirect(target: str, code: int = 302) -> Fault:
    return status(code, Location=target)


def raw(payload: bytes, *, drip_s: float = 0.0, pieces: int = 1) -> Fault:
    """Send these very bytes, whole or piece by piece, then close the connection."""

    def answer(handler: "Handler", _: Document | None) -> None:
        handler.note(0)
        handler.close_connection = True
        size = max(len(payload) // pieces, 1)
        with contextlib.suppress(OSError):
            for start in range(0, len(payload), size):
                handler.wfile.write(payload[start : start + size])
                handler.wfile.flush()
                time.sleep(drip_s)

    return answer


def endless(head: bytes, pieces: Callable[[int], bytes], *, pause_s: float = 0.0) -> Fault:
    """Send a head, then one piece after another until the client goes."""

    def answer(handler: "Handler", _: Document | None) -> None:
        handler.note(200)
        handler.close_connection = True
        with contextlib.suppress(OSError):
            handler.wfile.write(head)
            for number in itertools.count():
                handler.wfile.write(pieces(number))
                time.sleep(pause_s)

    return answer


def written(make: Callable[[str], tuple[str, bytes]]) -> Fault:
    """Make the answer, media type and body, from the address that is asked for."""

    def answer(handler: "Handler", _: Document | None) -> None:
        media_type, body = make(handler.path)
        handler.reply(200, body, {"Content-Type": media_type})

    return answer


def truncated(keep: int) -> Fault:
    """Announce the whole length, send only the first bytes."""

    def answer(handler: "Handler", document: Document | None) -> None:
        body = document.body if document else b""
        head = (
            f"HTTP/1.1 200 OK\r\nContent-Type: text/turtle\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        raw(head.encode() + body[:keep])(handler, document)

    return answer


def gzip_bomb(size: int) -> Fault:
    def answer(handler: "Handler", _: Document | None) -> None:
        packed = gzip.compress(b"\0" * size)
        handler.reply(200, packed, {"Content-Encoding": "gzip", "Content-Type": "text/turtle"})

    return answer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two writes: each page would wait 40 ms
    server: "_Server"

    def do_GET(self) -> None:
        pole = self.server.pole
        document = pole.documents.get(self.path)
        fault = pole.next_fault(self.path) or (None if document else pole.answer_for(self.path))
        if fault is not None:
            fault(self, document)
        elif document is None:
            self.reply(404, b"", {})
        else:
            self._serve(document)

    def _serve(self, document: Document) -> None:
        headers = {"Content-Type": document.media_type}
        if document.immutable:
            headers["Cache-Control"] = "public, max-age=31536000, immutable"
        if document.validators:
            headers["ETag"] = document.etag
            if self.headers.get("If-None-Match") == document.etag:
                self.reply(304, b"", headers)
                return
        self.reply(200, document.body, headers)

    def reply(self, code: int, body: bytes, headers: dict[str, str]) -> None:
        self.note(code)
        with contextlib.suppress(OSError):
            self.send_response(code)
            for name, value in headers.items():
                self.send_header(name, value)
            if code != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def note(self, code: int) -> None:
        asked = {name.lower(): value for name, value in self.headers.items()}
        conditional = "if-none-match" in asked or "if-modified-since" in asked
        self.server.pole.requests.append(Asked(self.path, code, conditional, asked))

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the tests read ``requests``."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    pole: "SimulatedPole"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up on a broken answer is what the tests are about."""


@dataclass
class SimulatedPole:
    documents: dict[str, Document] = field(default_factory=dict)
    requests: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._faults: dict[str, list[Fault]] = defaultdict(list)
        self._answers: list[tuple[str, Fault]] = []
        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.pole = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def url(self, path: str = "") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def put(
        self, path: str, body: bytes | str, media_type: str = "text/turtle", **more: bool
    ) -> None:
        content = body.encode() if isinstance(body, str) else body
        self.documents[path] = Document(content, media_type, **more)

    def fail(self, path: str, fault: Fault, times: int = 1_000_000) -> None:
        self._faults[path] = [fault] * min(times, 1_000)

    def mend(self, path: str) -> None:
        self._faults.pop(path, None)

    def answer(self, start: str, fault: Fault) -> None:
        """Answer so, for ever, at every address that begins so and holds no document."""
        self._answers.append((start, fault))

    def answer_for(self, path: str) -> Fault | None:
        return next((fault for start, fault in self._answers if path.startswith(start)), None)

    def next_fault(self, path: str) -> Fault | None:
        waiting = self._faults.get(path)
        return waiting.pop(0) if waiting else None

    def asked(self, path: str = "") -> int:
        """How often a path was asked for; all paths when none is named."""
        return sum(path in {"", request.path} for request in self.requests)


@dataclass(frozen=True)
class Change:
    """One event of a stream: the record as it is now; without one, a deletion."""

    subject: str
    record: Record | None = None


class Stream:
    """Writes changes as an event stream on a simulated pole.

    Attributes:
        graphs: payloads stand in named graphs, else the member itself carries the triples.
        totals: the root counts the members.
        ordered: the stream announces time and sequence.
    """

    def __init__(
        self,
        pole: SimulatedPole,
        *,
        path: str = "/ldes",
        page_size: int = 3,
        graphs: bool = True,
        totals: bool = False,
        ordered: bool = True,
        day: str = "2026-01-01",
    ) -> None:
        self.pole, self.path, self.page_size = pole, path, page_size
        self.graphs, self.totals, self.ordered, self.day = graphs, totals, ordered, day
        self.changes: list[Change] = []
        self.extra_root = ""

    @property
    def url(self) -> str:
        return self.pole.url(self.path)

    def page(self, number: int) -> str:
        return f"{self.path}/{number}"

    def publish(self, *changes: Change | Record) -> None:
        for change in changes:
            whole = change if isinstance(change, Change) else Change(change.iri, change)
            self.changes.append(whole)
        numbered = list(enumerate(self.changes, 1))
        size = self.page_size
        chunks = [numbered[i : i + size] for i in range(0, len(numbered), size)]
        for number, chunk in enumerate(chunks, 1):
            body = PREFIXES + "".join(self._member(seq, change) for seq, change in chunk)
            flag = "<> ldes:immutable true ." if len(chunk) == size else ""
            text = f"{body}\n<> a tree:Node . {flag}"
            self.pole.put(self.page(number), text, "application/trig")
        self.pole.put(self.path, self._root(len(chunks)), "application/trig")

    def _root(self, pages: int) -> str:
        total = f"hydra:totalItems {len(self.changes)} ;" if self.totals else ""
        order = "ldes:timestampPath dct:created ; ldes:sequencePath med:ledgerSequence ;"
        links = "".join(
            f"<{self.path}> tree:relation [ a tree:Relation ; tree:node <{self.page(n)}> ] .\n"
            for n in range(1, pages + 1)
        )
        return f"""{PREFIXES}
<#s> a ldes:EventStream ; tree:view <{self.path}> ; {total} {order if self.ordered else ""}
  ldes:versionOfPath dct:isVersionOf ; ldes:versionDeleteObject as:Delete .
<{self.path}> a tree:Node . {links} {self.extra_root}"""

    def _member(self, seq: int, change: Change) -> str:
        member = f"<{self.url}/v{seq}>"
        verb = "as:Delete" if change.record is None else "as:Update"
        stamp = f"{self.day}T{seq // 3600:02d}:{seq // 60 % 60:02d}:{seq % 60:02d}Z"
        head = (
            f"<{self.path}#s> tree:member {member} . {member} a {verb} ;"
            f' dct:isVersionOf <{change.subject}> ; dct:created "{stamp}"^^xsd:dateTime ;'
            f" med:ledgerSequence {seq} .\n"
        )
        if change.record is None:
            return head
        body = change.record.body
        if self.graphs:
            return f"{head}{member} {{ {body} }}\n"
        own = body.replace(f"<{change.subject}>", member)
        return head + own.replace(f"<{change.subject}#", f"{member[:-1]}#")


def place(pole: SimulatedPole, local: str, **values: str) -> Record:
    """A valid place of a simulated pole; ``values`` are fields of the national standard."""
    base = {
        "id": local,
        "nom": f"Lieu {local}",
        "commune": "Reims",
        "code_postal": "51100",
        "code_insee": "51454",
        "adresse": "1 rue de Vesle",
        "services": "Aide aux démarches administratives",
        "date_maj": "2026-01-31",
    }
    identity = PoleIdentity("simulated", pole.url("/id/"), pole.url("/id/pole"))
    return place_record(base | values, identity)


def places(pole: SimulatedPole, count: int) -> list[Record]:
    """Several valid places, ``p01``, ``p02``…"""
    return [place(pole, f"p{number:02d}") for number in range(1, count + 1)]
