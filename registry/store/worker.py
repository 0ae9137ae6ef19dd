"""What a query process does: opens one immutable checkpoint, answers one query after another.

Runs in a child of :mod:`sandbox`, asked by :mod:`registry.store.pool`.
"""

from typing import Any

import pyoxigraph as ox

from registry.store import serialize
from sandbox.frames import Frame


class _Worker:
    """Holds the checkpoint that was asked last."""

    def __init__(self) -> None:
        self._path = ""
        self._store: ox.Store | None = None

    def answer(self, request: dict[str, Any], _body: bytes) -> Frame:
        """Answer one query, whole or not at all."""
        try:
            store = self._opened(request["checkpoint"])
        except (OSError, RuntimeError) as error:
            return {"status": "unopened", "message": str(error)}, b""
        try:
            body = _evaluate(store, request)
        except SyntaxError as error:
            return {"status": "refused", "message": str(error)}, b""
        except serialize.TooManyRowsError:
            return {"status": "rows"}, b""
        except serialize.TooManyBytesError:
            return {"status": "bytes"}, b""
        except MemoryError:
            return {"status": "memory"}, b""
        except (OSError, ValueError, RuntimeError) as error:
            return {"status": "failed", "message": str(error)}, b""
        return {"status": "ok"}, body

    def _opened(self, path: str) -> ox.Store:
        if self._store is None or path != self._path:
            self._store = None
            self._store, self._path = ox.Store.read_only(path), path
        return self._store


answer = _Worker().answer


def _evaluate(store: ox.Store, request: dict[str, Any]) -> bytes:
    defaults: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = []
    defaults += [ox.NamedNode(iri) for iri in request["default_graphs"]]
    named: list[ox.NamedNode | ox.BlankNode] = []
    named += [ox.NamedNode(iri) for iri in request["named_graphs"]]
    has_dataset = bool(defaults or named)
    results = store.query(
        request["query"],
        base_iri=request.get("base_iri") or None,
        default_graph=defaults if has_dataset else None,
        named_graphs=named if has_dataset else None,
    )
    bounds = request["syntax"], request["rows"], request["answer_bytes"]
    if isinstance(results, ox.QueryTriples):
        return serialize.triples_bytes(results, *bounds)
    return serialize.results_bytes(results, *bounds)
