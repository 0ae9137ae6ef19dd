"""Our client as a program of its own: read a stream, say how many members it has.

``python -m bench._replicate URL`` loads the client and nothing of the benchmarks, which
:mod:`bench.ldes` times it against.
"""

import sys

from harvester.fetch import Fetcher, Policy
from harvester.parsing import Parser
from harvester.sources import ldes
from registry.ledger.types import Source
from sandbox.gc import tune_gc


def replicate(url: str) -> int:
    """Read a stream from its first page to records in hand; give how many members it has."""
    source = Source("bench", "bench", "bench", url, "feed", (url,), allow_private=True)
    with Fetcher(Policy(allow_private=True)) as fetcher, Parser() as parser:
        delivery = ldes.read(source, fetcher, parser)
    return delivery.counted


if __name__ == "__main__":
    tune_gc()  # as the command does
    sys.stdout.write(f"{replicate(sys.argv[1])}\n")
