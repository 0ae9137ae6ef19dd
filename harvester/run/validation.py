"""Validation of what is new, in this process or spread over an executor."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from itertools import islice

from shapes.findings import Finding
from shapes.verdicts import validate
from vocab.records import Record

BATCH = 1_000


def validated(records: Iterable[Record], executor: Executor | None = None) -> Iterator[Finding]:
    """Return the findings of all records.

    Args:
        records: what to check.
        executor: spreads batches over its workers; any ``concurrent.futures`` one will do.
    """
    if executor is None:
        yield from validate(records)
        return
    for findings in executor.map(_check, _batches(records)):
        yield from findings


def _batches(records: Iterable[Record]) -> Iterator[Sequence[Record]]:
    waiting = iter(records)
    while batch := list(islice(waiting, BATCH)):
        yield batch


def _check(records: Sequence[Record]) -> list[Finding]:
    return list(validate(records))
