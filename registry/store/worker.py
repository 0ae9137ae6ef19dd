"""What a query process does: opens one immutable checkpoint, answers one query after another.

Runs in a child of :mod:`sandbox`, asked by :mod:`registry.store.pool`.
"""

from typing import Any

import pyoxigraph as ox

from registry.store import serialize
from sandbox.frames import Frame

_opened: dict[str, ox.Store] = {}
"""The checkpoint that was asked last."""


def answer(request: dict[str, Any], _body: bytes) -> Frame:
    """Answer one query, whole or not at all."""
    try:
        store = _checkpoint(request["checkpoint"])
    except (OSError, RuntimeError) as error:
        return {"status": "unopened", "message": str(error)}, b""
    try:
        return {"status": "ok"}, _evaluate(store, request)
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


def _checkpoint(path: str) -> ox.Store:
    if path not in _opened:
        _opened.clear()
        _opened[path] = ox.Store.read_only(path)
    return _opened[path]


def _evaluate(store: ox.Store, request: dict[str, Any]) -> bytes:
    defaults: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [
        ox.NamedNode(iri) for iri in request["default_graphs"]
    ]
    named: list[ox.NamedNode | ox.BlankNode] = [
        ox.NamedNode(iri) for iri in request["named_graphs"]
    ]
    has_dataset = bool(defaults or named)
    results = store.query(
        request["query"],
        base_iri=request.get("base_iri") or None,
        default_graph=defaults if has_dataset else None,
        named_graphs=named if has_dataset else None,
    )
    return serialize.answer_bytes(
        results, request["syntax"], request["rows"], request["answer_bytes"]
    )
