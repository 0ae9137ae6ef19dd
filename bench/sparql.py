"""``sparql``: ten queries put to a node over HTTP, to the engine below it, and to Fuseki.

The sample network is harvested by command from five feeds, as an operator does. What the node's
triple store holds then is dumped and loaded into Oxigraph's own server (``serve-read-only``, after
``oxigraph optimize``) and, where Java and Maven are, into Fuseki (TDB2). All get the same text at
the same moment, in turn, over one connection each, and give SPARQL results in JSON, which are read
to their end. A comment that no text had before makes each answer a first one; ``warm_ms`` is a text
that was asked before. Milliseconds are medians of the turns, ratios those of the pairs.
"""

import http.client
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox

from bench import _fuseki, _oxigraph
from bench._network import feeds, publish_all, sample_records, shared_out
from bench._servers import free_port, running
from bench.cold import harvested
from registry.node import Node
from registry.settings.config import load
from registry.store.embedded import EmbeddedStore

QUERIES = Path(__file__).resolve().parent / "sparql"
FEEDS = 5
TURNS = 11
QUICK_MS = 5.0
"""Under which nobody notices what the engine alone would take."""
_RESULTS = "application/sparql-results+json"
_TIMEOUT_S = 120.0


@dataclass(frozen=True, slots=True)
class _Asked:
    """One answer: how long it took to its last byte, and how many rows it had."""

    ms: float
    rows: int


class _Engine:
    """An endpoint, asked over one connection."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._path = parts.path
        self._connection = http.client.HTTPConnection(parts.netloc, timeout=_TIMEOUT_S)

    def ask(self, text: str) -> _Asked:
        """Put a query.

        Raises:
            SystemExit: it was refused.
        """
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": _RESULTS}
        body = urlencode({"query": text})
        started = time.perf_counter()
        self._connection.request("POST", self._path, body, headers)
        response = self._connection.getresponse()
        answer = response.read()
        ms = (time.perf_counter() - started) * 1000
        if response.status != http.client.OK:
            raise SystemExit(f"{self._path} answered {response.status}: {answer[:200]!r}")
        return _Asked(ms, len(json.loads(answer)["results"]["bindings"]))


def run(turns: int = TURNS) -> dict[str, Any]:
    """Measure.

    Raises:
        SystemExit: a server does not start or refuses, or the node and its engine do not answer
            with as many rows.
    """
    with tempfile.TemporaryDirectory() as name, ExitStack() as started:
        data, dump = Path(name) / "registry", Path(name) / "dump.nq"
        with feeds(Path(name), FEEDS) as made:
            publish_all(made, shared_out(sample_records(), [feed.namespace for feed in made]))
            harvested(data, made)
        statements = _dumped(data, dump)
        ours = _Engine(started.enter_context(_served(data)))
        raw = _Engine(started.enter_context(_oxigraph.served_read_only(dump)))
        address = started.enter_context(_fuseki.served(dump))
        fuseki = _Engine(address) if address else None
        found = {
            path.stem: _measured(path.read_text("utf-8"), turns, ours, raw, fuseki)
            for path in sorted(QUERIES.glob("*.rq"))
        }
    slow = [one["ratio"] for one in found.values() if one["ours_ms"] >= QUICK_MS]
    return {
        "statements": statements,
        "fuseki_version": _fuseki.VERSION if fuseki else None,
        "worst_ratio_to_raw": max(slow, default=0.0),
        "queries": found,
    }


def _dumped(data: Path, dump: Path) -> int:
    """Write what the store of a node holds as N-Quads; give how many statements that is."""
    with Node.open(load(None, {"MAILLAGE_DATA": str(data)})) as node:
        assert isinstance(node.store, EmbeddedStore)
        store = ox.Store.read_only(str(node.store.folders.current()))
        store.dump(str(dump), ox.RdfFormat.N_QUADS)
        return len(store)


@contextmanager
def _served(data: Path) -> Iterator[str]:
    """Serve a node as its operator does; gives what answers queries."""
    port = free_port()
    command = [
        sys.executable, "-m", "maillage", "--data", str(data),
        "serve", "--port", str(port), "--no-harvest", "--no-publish",
    ]  # fmt: skip
    with running(command, port):
        yield f"http://127.0.0.1:{port}/sparql"


def _measured(
    text: str, turns: int, ours: _Engine, raw: _Engine, fuseki: _Engine | None
) -> dict[str, Any]:
    """Ask every engine in turn, each time first another; give milliseconds."""
    engines = [ours, raw, *([fuseki] if fuseki else [])]
    answers: dict[_Engine, list[_Asked]] = {engine: [] for engine in engines}
    warm: list[_Asked] = []
    for turn in range(-1, turns):
        asked = f"{text}# {turn}\n"
        for engine in _rotated(engines, turn):
            answers[engine].append(engine.ask(asked))
        warm.append(ours.ask(asked))
    # The first turn was for files, and for Java, to get warm.
    mine, theirs = answers[ours][1:], answers[raw][1:]
    if {one.rows for one in mine} != {one.rows for one in theirs}:
        raise SystemExit(f"{mine[0].rows} rows, but {theirs[0].rows} of the engine: {text}")
    pairs = zip(mine, theirs, strict=True)
    return {
        "ours_ms": _median(mine),
        "raw_ms": _median(theirs),
        "fuseki_ms": _median(answers[fuseki][1:]) if fuseki else None,
        "warm_ms": _median(warm[1:]),
        "ratio": round(statistics.median(a.ms / b.ms for a, b in pairs), 3),
        "rows": mine[0].rows,
        "fuseki_rows": answers[fuseki][0].rows if fuseki else None,
    }


def _rotated(engines: Sequence[_Engine], turn: int) -> list[_Engine]:
    start = turn % len(engines)
    return [*engines[start:], *engines[:start]]


def _median(answers: Sequence[_Asked]) -> float:
    return round(statistics.median(one.ms for one in answers), 2)
