"""``onepercent``: one place in a hundred changed, from the poles' web space to SPARQL and search.

Five poles share the places of the sample network. A warm registry, as one that serves, harvests
them again after each change, as many at a time as its schedule does: from their event streams, and
from dumps of their whole state. Each run changes other places; medians of the runs.
"""

import statistics
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench._network import Feed, feeds, publish_all, sample_records, shared_out
from harvester.run.pipeline import harvest
from harvester.run.schedule import WORKERS
from registry.node import Node
from registry.settings.config import load
from sandbox.gc import tune_gc
from vocab.records import Record, record_from_body

POLES = 5
RUNS = 5
SHARE = 100
_NAME = "<https://schema.org/name> "


def run(runs: int = RUNS) -> dict[str, Any]:
    """Measure."""
    poles = sample_records()
    with tempfile.TemporaryDirectory() as name, feeds(Path(name), POLES) as made:
        hands = shared_out(poles, [feed.namespace for feed in made])
        publish_all(made, hands)
        nodes = {kind: _opened(Path(name) / kind) for kind in ("feed", "dump")}
        times: dict[str, list[float]] = {kind: [] for kind in nodes}
        changed: dict[str, int] = {}
        for kind, node in nodes.items():
            _harvested(node, made, kind)
        tune_gc()  # as a service does; and what this benchmark holds is nobody's garbage
        for turn in range(runs):
            hands = [_changed(hand, turn) for hand in hands]
            publish_all(made, hands)
            for kind, node in nodes.items():
                seconds, changed[kind] = _harvested(node, made, kind)
                times[kind].append(seconds)
        for node in nodes.values():
            node.close()
    return {
        "places": sum(map(len, hands)),
        "changed_from_stream": changed["feed"],
        "changed_from_dump": changed["dump"],
        "stream_seconds": round(statistics.median(times["feed"]), 3),
        "dump_seconds": round(statistics.median(times["dump"]), 3),
        "stream_runs": times["feed"],
        "dump_runs": times["dump"],
    }


def _opened(data: Path) -> Node:
    return Node.open(load(None, {"MAILLAGE_DATA": str(data)}))


def _harvested(node: Node, made: Sequence[Feed], kind: str) -> tuple[float, int]:
    """Harvest every feed and follow; gives seconds and how many places changed."""
    for feed in made:
        if node.ledger.source(feed.slug) is None:
            node.ledger.put_source(feed.source(kind))
    started = time.monotonic()
    with ThreadPoolExecutor(WORKERS) as workers:
        done = list(workers.map(lambda feed: harvest(node.ledger, feed.source(kind)), made))
    node.follow()
    seconds = round(time.monotonic() - started, 3)
    return seconds, sum(one.report["counts"]["changed"] for one in done)


def _changed(records: Sequence[Record], turn: int) -> list[Record]:
    """Return the records with another name for one in a hundred of them."""
    return [
        _renamed(record, turn) if number % SHARE == turn else record
        for number, record in enumerate(records)
    ]


def _renamed(record: Record, turn: int) -> Record:
    own = f"<{record.iri}> {_NAME}"
    lines = [
        line.replace('"', f'"{turn} ', 1) if line.startswith(own) else line for line in record.lines
    ]
    return record_from_body(record.iri, "".join(f"{line}\n" for line in sorted(lines)))
