"""How much one query may take; announced to clients, enforced by :mod:`registry.store.pool`."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one query and of the pool.

    Attributes:
        time_s: wall-clock and CPU time of a query, in seconds.
        memory_bytes: address space of a worker; under 1 GiB pyoxigraph does not start.
        rows: solutions or triples in an answer.
        answer_bytes: size of a serialised answer.
        query_bytes: size of a query's text in UTF-8.
        depth: how deep brackets may nest, and how long a run of one operator may be.
        wait_s: how long a query may wait for a free worker, in seconds.
        workers: queries answered at once; 0 means one per processor.
    """

    time_s: float = 10.0
    memory_bytes: int = 1536 * 1024 * 1024
    rows: int = 100_000
    answer_bytes: int = 64_000_000
    query_bytes: int = 32 * 1024
    depth: int = 64
    wait_s: float = 5.0
    workers: int = 0

    @property
    def concurrency(self) -> int:
        """How many queries run at once."""
        return self.workers or os.cpu_count() or 1
