"""``cold``: the whole sample network from its feeds over HTTP to SPARQL and search, from nothing.

``maillage harvest --all`` runs as a registry's operator runs it, interpreter start included, on 5
and on 20 feeds that share the same places. The plain pipeline that it is compared with parses each
dump with rdflib, checks it with pySHACL and puts it as one graph into an Oxigraph server. pySHACL
would need the better part of an hour for all places, so it is measured on a part of them, and its
time per place counts for the others: ``plain_seconds`` says so, its parts stand beside it.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import rdflib
import requests
from pyshacl import validate as pyshacl_validate

from bench._network import Feed, feeds, publish_all, sample_records, shared_out
from bench._oxigraph import served
from bench._watch import Watched, watched
from registry.ledger.ledger import Ledger
from registry.node import Node
from registry.search.query import Query
from registry.settings.config import load
from shapes.contract import shapes_files
from vocab.records import Record

FEEDS = (5, 20)
RUNS = 3
PYSHACL_PLACES = 100
_COUNT = "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/mediation-numerique/ns#Place> }"


def run(counts: Sequence[int] = FEEDS, runs: int = RUNS) -> dict[str, Any]:
    """Measure; medians of ``runs``."""
    poles = sample_records()
    result: dict[str, Any] = {}
    for count in counts:
        result |= _measured(poles, count, runs)
    result["plain_over_maillage"] = round(
        result["plain_seconds"] / result[f"seconds_{counts[0]}_feeds"], 1
    )
    return result


def _measured(poles: dict[str, tuple[Record, ...]], count: int, runs: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name, feeds(Path(name), count) as made:
        publish_all(made, shared_out(poles, [feed.namespace for feed in made]))
        done = [harvested(Path(name) / f"registry-{turn}", made) for turn in range(runs)]
        found = {
            f"seconds_{count}_feeds": statistics.median(one.seconds for one in done),
            f"peak_mb_{count}_feeds": max(one.peak_mb for one in done),
        }
        if count == FEEDS[0]:
            found |= {"places": queryable(Path(name) / "registry-0")} | _plain(made)
    return found


def harvested(data: Path, made: Sequence[Feed]) -> Watched:
    """Harvest all feeds into a new data folder, by the command of an operator."""
    data.mkdir()
    ledger = Ledger.open(f"sqlite:///{data / 'ledger.sqlite'}")
    for feed in made:
        ledger.put_source(feed.source())
    ledger.close()
    command = [sys.executable, "-m", "maillage", "--data", str(data), "harvest", "--all"]
    done = watched(command)
    if done.code not in {0, 1}:  # 1: some records broke the contract and stayed out
        raise SystemExit(f"the harvest ended with code {done.code}")
    return done


def queryable(data: Path) -> int:
    """Return how many places SPARQL finds, after making sure that search finds as many."""
    with Node.open(load(None, {"MAILLAGE_DATA": str(data)})) as node:
        body = node.queries.ask(_COUNT, format="csv").body
        found = int(body.decode().split()[1])
        searched = node.index.search(Query(size=1)).total
    if found != searched or not found:
        raise SystemExit(f"SPARQL finds {found} places, search {searched}")
    return found


def _plain(made: Sequence[Feed]) -> dict[str, float]:
    """Measure the plain pipeline, seconds by step."""
    shapes_graph = rdflib.Graph()
    for path in shapes_files():
        shapes_graph.parse(path)
    parse = put = 0.0
    places = 0
    with served() as server:
        for feed in made:
            text = (feed.web / "dump.nt").read_text(encoding="utf-8")
            places += text.count("ns#Place> .\n")
            started = time.monotonic()
            graph = rdflib.Graph().parse(data=text, format="nt")
            parse += time.monotonic() - started
            started = time.monotonic()
            _put(server, feed, graph)
            put += time.monotonic() - started
    shacl = _pyshacl(made[0], shapes_graph) * places
    return {
        "plain_parse_seconds": round(parse, 1),
        "plain_put_seconds": round(put, 1),
        "plain_pyshacl_seconds_by_proportion": round(shacl, 1),
        "plain_seconds": round(parse + put + shacl, 1),
    }


def _put(server: str, feed: Feed, graph: rdflib.Graph) -> None:
    answer = requests.put(
        f"{server}/store",
        params={"graph": feed.namespace},
        data=graph.serialize(format="nt").encode(),
        headers={"Content-Type": "application/n-triples"},
        timeout=600,
    )
    answer.raise_for_status()


def _pyshacl(feed: Feed, shapes_graph: rdflib.Graph) -> float:
    """Return pySHACL's seconds per place."""
    ledger = Ledger.open(f"sqlite:///{feed.ledger}")
    chosen = [record for _, record in zip(range(PYSHACL_PLACES), ledger.records(), strict=False)]
    ledger.close()
    graph = rdflib.Graph().parse(data="".join(record.body for record in chosen), format="nt")
    started = time.monotonic()
    pyshacl_validate(graph, shacl_graph=shapes_graph)
    return (time.monotonic() - started) / len(chosen)
