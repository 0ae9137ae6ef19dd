"""What every kind of source gives: records as they came, and how far that may be trusted."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from harvester.fetch import Fetcher
from harvester.parsing import Parser
from harvester.parsing.known import content_digest
from registry.ledger.cursor import Rhythm
from registry.ledger.types import Source
from shapes.findings import Finding
from vocab.records import Record, record_from_body


class Arrival(NamedTuple):
    """One record as it came, or the news that it was deleted.

    Attributes:
        subject: IRI of the record.
        body: canonical N-Triples, sorted, each line ended; None for a deletion.
        faults: findings of the reading itself that keep the record out.
        remarks: findings of what was changed in it (:mod:`harvester.clean.records`).
    """

    subject: str
    body: bytes | None
    faults: tuple[Finding, ...] = ()
    remarks: tuple[Finding, ...] = ()

    @property
    def content_hash(self) -> str:
        """SHA-256 of the body, as :attr:`vocab.records.Record.content_hash` computes it."""
        return content_digest(self.body or b"")

    def record(self) -> Record:
        """Return the record; an empty one for a deletion."""
        return record_from_body(self.subject, (self.body or b"").decode())


@dataclass(frozen=True, slots=True)
class Delivery:
    """Everything that one visit to a source brought.

    Attributes:
        arrivals: at most one per subject.
        full: the arrivals are the whole state, so what is missing from them is gone.
        cursor: what the reader wants to know at the next visit, JSON-ready.
        unchanged: the source has nothing new; ``arrivals`` is empty.
        findings: remarks about documents that keep nothing out.
        rollback: why the source seems to have gone back to an earlier state, or None.
        pages_read: documents that were downloaded whole and parsed.
        expected: how many members or records the source says it has, or None.
        counted: how many of them were seen, this time or before.
        imported: the report of the import, when the source is a table; JSON-ready.
        rhythm: what the source declares about time.
    """

    arrivals: tuple[Arrival, ...]
    full: bool
    cursor: dict[str, Any] = field(default_factory=dict)
    unchanged: bool = False
    findings: tuple[Finding, ...] = ()
    rollback: str | None = None
    pages_read: int = 0
    expected: int | None = None
    counted: int = 0
    imported: dict[str, Any] | None = None
    rhythm: Rhythm = Rhythm()  # noqa: RUF009  frozen


class Reader(Protocol):
    """One kind of source."""

    def __call__(self, source: Source, fetcher: Fetcher, parser: Parser) -> Delivery:
        """Visit a source, starting from its cursor.

        Raises:
            PublishedError: what it publishes cannot be used.
            UnreachableError: it could not be had whole.
        """
        ...
