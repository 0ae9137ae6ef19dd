"""``ldes``: replication of our own feed, our client against the reference one, in turn.

The places of the sample network, about 21,000, are published as one event stream and
served on loopback. Each client is a process of its own, timed from its start to its end, that reads
the whole stream and counts the members in hand; ours also compares versions and makes records. The
reference is the npm package ``ldes-client``, unordered, its fastest way; ``bench/ldes/`` pins it.
It is installed once into a folder of the user's cache.
"""

import json
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench._network import feeds, publish_all, sample_records, shared_out
from bench._npm import installed_by_npm
from bench._watch import watched
from vocab.errors import UsageError

PINNED = Path(__file__).resolve().parent / "ldes"
RUNS = 3
VERSION = json.loads((PINNED / "package.json").read_text())["dependencies"]["ldes-client"]


@dataclass(frozen=True, slots=True)
class _Done:
    """One replication: wall clock, CPU of all its processes, largest process, members counted."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    members: int


def run(runs: int = RUNS) -> dict[str, Any]:
    """Measure pairs of runs; ratios are medians over the pairs.

    Raises:
        UsageError: Node is not installed, or the two clients do not count the same members.
    """
    client = installed()
    with tempfile.TemporaryDirectory() as name, feeds(Path(name), 1) as made:
        publish_all(made, shared_out(sample_records(), [made[0].namespace]))
        url = made[0].source().url
        ours_by = [sys.executable, "-m", "bench._replicate", url]
        theirs_by = ["node", str(client / "replicate.mjs"), url]
        pairs = [(_done(ours_by), _done(theirs_by)) for _ in range(runs)]
    ours, theirs = zip(*pairs, strict=True)
    counted = {one.members for one in (*ours, *theirs)}
    if len(counted) != 1 or counted == {0}:
        raise UsageError(f"the clients do not count the same members: {sorted(counted)}")
    ratios = [b.seconds / a.seconds for a, b in pairs]
    return {
        "ldes_client_version": VERSION,
        "pairs": runs,
        **_figures("ours", ours),
        **_figures("ldes_client", theirs),
        "ratio": round(statistics.median(ratios), 1),
        "ratio_lowest": round(min(ratios), 1),
        "ratio_of_cpu": round(
            statistics.median(b.cpu_seconds / a.cpu_seconds for a, b in pairs), 1
        ),
    }


def _figures(name: str, done: Sequence[_Done]) -> dict[str, Any]:
    seconds = statistics.median(one.seconds for one in done)
    return {
        f"{name}_members": done[0].members,
        f"{name}_seconds": seconds,
        f"{name}_cpu_seconds": statistics.median(one.cpu_seconds for one in done),
        f"{name}_members_per_second": round(done[0].members / seconds),
        f"{name}_peak_mb": max(one.peak_mb for one in done),
    }


def installed() -> Path:
    """Return the folder that holds the reference client, installed as the lock file pins it."""
    return installed_by_npm(PINNED, f"ldes-client-{VERSION}", "ldes-client")


def _done(command: Sequence[str]) -> _Done:
    done = watched(command)
    if done.code:
        raise UsageError(f"{command[0]} ended with code {done.code}")
    return _Done(done.seconds, done.cpu_seconds, done.peak_mb, int(done.out))
