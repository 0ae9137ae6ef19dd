"""A query process: opens one immutable checkpoint, answers one query after another, can be killed.

It has no network, no file to write, bounded memory and processor time. Started by
:mod:`registry.store.pool` as ``python -m registry.store.worker MEMORY_BYTES``; speaks
:mod:`registry.store.frames` on its standard input and output.
"""

import os
import sys
from functools import partial
from typing import Any

from registry.store import isolation
from registry.store.frames import frames, received

ISOLATED = isolation.leave_network() if __name__ == "__main__" else False

# After leaving the network: a process with threads may not change its user namespace.
import pyoxigraph as ox  # noqa: E402

from registry.store import serialize  # noqa: E402

Reply = tuple[dict[str, Any], bytes]


def answer(store: ox.Store, request: dict[str, Any]) -> Reply:
    """Answer one query, whole or not at all."""
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


def main() -> None:
    """Answer one request after another until the pool goes away."""
    isolation.limit_process(int(sys.argv[1]))
    _send({"isolated": ISOLATED})
    path, store = "", None
    while (message := received(partial(os.read, 0))) is not None:
        request, _ = message
        if request["checkpoint"] != path or store is None:
            store = None
            try:
                store = ox.Store.read_only(request["checkpoint"])
            except (OSError, RuntimeError) as error:
                _send({"status": "unopened", "message": str(error)})
                continue
            path = request["checkpoint"]
        isolation.limit_cpu(request["time_s"])
        _send(*answer(store, request))


def _send(header: dict[str, Any], body: bytes = b"") -> None:
    for data in frames(header, body):
        view = memoryview(data)
        while view:
            view = view[os.write(1, view) :]


if __name__ == "__main__":
    main()
