"""What one asks of the store and within which limits, what it answers, and whatever answers it."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol, TypedDict, Unpack


class Form(StrEnum):
    """What a query asks for."""

    SOLUTIONS = "solutions"
    BOOLEAN = "boolean"
    TRIPLES = "triples"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one query may take, and how many there may be; announced to clients.

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


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, serialised as its media type says; one cut short is never given."""

    body: bytes
    media_type: str
    form: Form


class Insertion(NamedTuple):
    """Text that the store reads in a query beside what the client wrote; it has no line break.

    Attributes:
        start: offset in the query.
        text: what stands there.
    """

    start: int
    text: str


def with_insertions(query: str, insertions: Sequence[Insertion]) -> str:
    """Return a query as the store reads it."""
    for start, text in sorted(insertions, reverse=True):
        query = f"{query[:start]} {text} {query[start:]}"
    return query


class QueryOptions(TypedDict, total=False):
    """What may be said beside a query.

    Attributes:
        accept: ``Accept`` header of the client.
        format: short name or media type of a format; wins over ``accept``.
        default_graphs: IRIs whose union replaces the default graph.
        named_graphs: IRIs that ``GRAPH`` may use then.
        base_iri: what relative IRIs of the query are resolved against; "" refuses them.
        insertions: what this node adds to the query: not measured, and never refused.
    """

    accept: str | None
    format: str | None
    default_graphs: Sequence[str]
    named_graphs: Sequence[str]
    base_iri: str
    insertions: Sequence[Insertion]


class Queries(Protocol):
    """What answers the queries of visitors, wherever it runs."""

    @property
    def limits(self) -> Limits:
        """What one query may take."""

    def state(self) -> str | None:
        """Return a name of what readers see: another whenever an answer may be another.

        None when there is nothing for them.

        Raises:
            QueryUnavailableError: nobody can say at this moment.
        """

    def ask(self, query: str, **options: Unpack[QueryOptions]) -> Answer:
        """Answer one query.

        Args:
            query: text of a SPARQL 1.1 query.
            options: what more the client says.

        Raises:
            QueryError: one of its family, by what the client can do about it.
        """

    def close(self) -> None:
        """Let go of what answers."""
