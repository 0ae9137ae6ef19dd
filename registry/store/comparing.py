"""Whether a store holds what the ledger says, modulo the spelling of literals.

Oxigraph rewrites literals (``-3.814200`` becomes ``-3.8142``), so both sides pass through it. Each
record gets the sum of its statements' hashes: one pass, no sorting, a few dozen bytes a record.
"""

import hashlib
from itertools import islice
from typing import IO, cast

import pyoxigraph as ox

from registry.ledger.ledger import Ledger
from registry.store.projected import LAYOUT, VOCABULARY_GRAPH, Naming, Position
from registry.store.updates import entry_hash_at
from vocab.messages import Message

_BATCH = 500
_MODULUS = 1 << 256

Sums = dict[str, int]
"""Subject (or graph) to the sum of its statements' hashes."""


class _LineSink:
    """A file that adds each line written to it to :class:`Sums`, by record."""

    def __init__(self, sums: Sums, key: str | None) -> None:
        self._sums, self._key, self._rest = sums, key, b""

    def write(self, data: bytes) -> int:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            key = self._key or line[1 : line.index(b">")].partition(b"#")[0].decode()
            number = int.from_bytes(hashlib.sha256(line).digest(), "big")
            self._sums[key] = (self._sums.get(key, 0) + number) % _MODULUS
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""


EMPTY = Message("the store is empty: run maillage rebuild")


def store_differences(
    ledger: Ledger, naming: Naming, store: ox.Store, position: Position | None
) -> list[Message]:
    """Return a sentence for each way in which a store differs from the ledger."""
    if position is None:
        return [Message("the store does not say how far it followed: run maillage rebuild")]
    if position.layout != LAYOUT:
        return [
            Message("the store was filled by another version: run maillage rebuild, or harvest")
        ]
    if position.entry_hash != entry_hash_at(ledger, position.seq):
        return [Message("the store followed another ledger than this one: run maillage rebuild")]
    found = sums_of_store(store, naming)
    behind = ledger.head() - position.seq
    lag = [Message("the store is {behind} changes behind the ledger", behind=behind)]
    return (lag if behind else []) + _differing(sums_of_ledger(ledger, naming, position), found)


def sums_of_store(store: ox.Store, naming: Naming) -> Sums:
    """Return the sums of a store's records and of its named graphs, but for the position."""
    sums: Sums = {}
    _add(store, ox.DefaultGraph(), None, sums)
    for graph in (VOCABULARY_GRAPH, naming.harvests_graph):
        _add(store, ox.NamedNode(graph), graph, sums)
    return sums


def sums_of_ledger(ledger: Ledger, naming: Naming, position: Position) -> Sums:
    """Return the sums that a store at ``position`` must have."""
    sums: Sums = {}
    documents = naming.document(ledger.bodies(position.seq))
    while batch := b"".join(islice(documents, _BATCH)):
        _normalised(batch, None, sums)
    for graph in (None, VOCABULARY_GRAPH):
        _normalised(naming.vocabulary.encode(), graph, sums)
    harvests = islice(ledger.harvests_after(0), position.harvest)
    lines = (line for harvest in harvests for line in naming.harvest_lines(harvest))
    _normalised("\n".join(lines).encode(), naming.harvests_graph, sums)
    return sums


def _differing(expected: Sums, found: Sums) -> list[Message]:
    """Return a sentence for each record or graph that is not as the ledger says."""
    return [
        _verdict(key, expected.get(key), found.get(key))
        for key in sorted(expected.keys() | found.keys())
        if expected.get(key) != found.get(key)
    ]


def _verdict(key: str, expected: int | None, found: int | None) -> Message:
    if found is None:
        words = Message("is missing from the store")
    elif expected is None:
        words = Message("is in the store, but not live in the ledger")
    else:
        words = Message("differs between the store and the ledger")
    return Message("{key}: {words}", key=key, words=words)


def _normalised(document: bytes, key: str | None, sums: Sums) -> None:
    store = ox.Store()
    store.bulk_load(document, ox.RdfFormat.N_TRIPLES)
    _add(store, ox.DefaultGraph(), key, sums)


def _add(
    store: ox.Store, graph: ox.NamedNode | ox.DefaultGraph, key: str | None, sums: Sums
) -> None:
    sink = cast("IO[bytes]", _LineSink(sums, key))
    store.dump(sink, ox.RdfFormat.N_TRIPLES, from_graph=graph)
