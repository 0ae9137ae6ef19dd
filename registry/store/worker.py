"""A query process: opens one immutable checkpoint, answers one query after another, can be killed.

It has no network, no file to write, bounded memory and processor time. Started by
:mod:`registry.store.pool` as ``python -m registry.store.worker MEMORY_BYTES``; speaks
:mod:`registry.store.frames` on its standard input and output.
"""

import csv
import io
import os
import sys
from collections.abc import Iterable, Iterator
from typing import IO, Any, cast

from registry.store import isolation
from registry.store.frames import HEAD_BYTES, frame, header_of, lengths

ISOLATED = isolation.leave_network() if __name__ == "__main__" else False

# After leaving the network: a process with threads may not change its user namespace.
import pyoxigraph as ox  # noqa: E402

from vocab.namespaces import PREFIXES  # noqa: E402

_RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
_GRAPHS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
_SHORTEST_ROW = 2
_PREFIXED = (ox.RdfFormat.TURTLE, ox.RdfFormat.RDF_XML)

Reply = tuple[dict[str, Any], bytes]


class _TooManyError(Exception):
    """The answer passed one of its limits."""


class _Sink:
    """A file in memory that refuses to grow beyond a limit."""

    def __init__(self, most: int) -> None:
        self._most, self._size, self.is_full = most, 0, False
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._size += len(data)
        if self._size > self._most:
            self.is_full = True
            raise OSError("answer too large")
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def content(self) -> bytes:
        return b"".join(self._parts)


def answer(store: ox.Store, request: dict[str, Any]) -> Reply:
    """Answer one query, whole or not at all."""
    sink = _Sink(request["answer_bytes"])
    try:
        body = _evaluate(store, request, sink)
    except SyntaxError as error:
        return {"status": "refused", "message": str(error)}, b""
    except _TooManyError:
        return {"status": "rows"}, b""
    except MemoryError:
        return {"status": "memory"}, b""
    except (OSError, ValueError, RuntimeError) as error:
        status = "bytes" if sink.is_full else "failed"
        return {"status": status, "message": str(error)}, b""
    return {"status": "ok"}, body


def _evaluate(store: ox.Store, request: dict[str, Any], sink: _Sink) -> bytes:
    defaults: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = []
    defaults += [ox.NamedNode(iri) for iri in request["default_graphs"]]
    named: list[ox.NamedNode | ox.BlankNode] = []
    named += [ox.NamedNode(iri) for iri in request["named_graphs"]]
    has_dataset = bool(defaults or named)
    results = store.query(
        request["query"],
        default_graph=defaults if has_dataset else None,
        named_graphs=named if has_dataset else None,
    )
    output = cast("IO[bytes]", sink)
    if isinstance(results, ox.QueryTriples):
        _write_triples(results, output, request)
        return sink.content()
    syntax = _RESULTS.get(request["syntax"], ox.QueryResultsFormat.JSON)
    results.serialize(output, syntax)
    body = sink.content()
    if isinstance(results, ox.QuerySolutions):
        _check_rows(body, syntax, request["rows"])
    return body


def _write_triples(triples: ox.QueryTriples, output: IO[bytes], request: dict[str, Any]) -> None:
    syntax = _GRAPHS.get(request["syntax"], ox.RdfFormat.TURTLE)
    prefixes = PREFIXES if syntax in _PREFIXED else None
    ox.serialize(_counted(triples, request["rows"]), output, syntax, prefixes=prefixes)


def _counted(items: Iterable[Any], most: int) -> Iterator[Any]:
    for number, item in enumerate(items):
        if number >= most:
            raise _TooManyError
        yield item


def _check_rows(body: bytes, syntax: ox.QueryResultsFormat, most: int) -> None:
    """Refuse more than ``most`` solutions; a short body cannot hold them and is not counted."""
    if len(body) < most * _SHORTEST_ROW:
        return
    rows: Iterable[Any]
    if syntax == ox.QueryResultsFormat.CSV:
        rows = iter(csv.reader(io.StringIO(body.decode(), newline="")))
        next(iter(rows), None)
    else:
        rows = cast("Iterable[Any]", ox.parse_query_results(body, syntax))
    for _ in _counted(rows, most):
        pass


def main() -> None:
    """Answer one request after another until the pool goes away."""
    isolation.limit_process(int(sys.argv[1]))
    _send(frame({"isolated": ISOLATED}))
    path, store = "", None
    while (request := _receive()) is not None:
        if request["checkpoint"] != path or store is None:
            store = None
            try:
                store = ox.Store.read_only(request["checkpoint"])
            except (OSError, RuntimeError) as error:
                _send(frame({"status": "unopened", "message": str(error)}))
                continue
            path = request["checkpoint"]
        isolation.limit_cpu(request["time_s"])
        _send(frame(*answer(store, request)))


def _receive() -> dict[str, Any] | None:
    head = _read(HEAD_BYTES)
    return None if head is None else header_of(_read(lengths(head)[0]) or b"{}")


def _read(size: int) -> bytes | None:
    data = b""
    while len(data) < size:
        part = os.read(0, size - len(data))
        if not part:
            return None
        data += part
    return data


def _send(data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(1, view) :]


if __name__ == "__main__":
    main()
