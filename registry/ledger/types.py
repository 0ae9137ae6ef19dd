"""The plain values that go into the ledger and come out of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from registry.ledger.cursor import Cursor
from registry.ledger.options import SourceOptions
from registry.ledger.report import Report
from vocab.records import Record
from vocab.redaction import public

End = tuple[str, str]
"""Where a change leads: subject and content hash; the empty string when it is deleted."""


class Kind(StrEnum):
    """What happened to a subject."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Outcome(StrEnum):
    """How a harvest ended."""

    COMMITTED = "committed"
    UNCHANGED = "unchanged"
    HELD = "held"
    FAILED = "failed"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Source:
    """Where records come from, and on whose behalf it may speak.

    Attributes:
        slug: short name, unique in the node (``[a-z0-9-]+``).
        pole: slug under which the records' pages live; several sources may share one.
        title: name shown to people.
        url: address of the feed, or path of the file for an import.
        kind: ``feed``, ``dump``, ``table``, ``dcat`` or ``file``.
        namespaces: IRI prefixes that the source may state records in.
        allow_private: the operator lets this source be on a loopback or private address.
        every_s: harvest period of the schedule, in seconds; 0 means only on demand.
        cursor: what the harvests remember of it.
        options: what the operator decided for this source.
    """

    slug: str
    pole: str
    title: str
    url: str
    kind: str
    namespaces: tuple[str, ...]
    allow_private: bool = False
    every_s: int = 86_400
    cursor: Cursor = Cursor()  # noqa: RUF009  frozen
    options: SourceOptions = SourceOptions()  # noqa: RUF009  frozen

    @property
    def shown_url(self) -> str:
        """Its address as it may be shown: without user, password, key, token or signature."""
        return public(self.url)


@dataclass(frozen=True, slots=True)
class Draft:
    """A change that comparing decided, not yet in the ledger; ``record`` is None for a deletion."""

    kind: Kind
    subject: str
    record: Record | None

    @property
    def end(self) -> End:
        """What it leads to, whatever was there before."""
        return self.subject, "" if self.record is None else self.record.content_hash


@dataclass(frozen=True, slots=True)
class Version:
    """When a subject changed, how, and by which harvest."""

    harvest: int
    kind: Kind
    time: datetime


class Content(NamedTuple):
    """What a change left, without its body: the number of the change, the hash of its content."""

    seq: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class Change:
    """A change as the ledger holds it.

    Attributes:
        seq: position in the log, from 1, without holes.
        time: moment of the commit, UTC; equal for all changes of one harvest.
        content_hash: SHA-256 of the body; of the empty string for a deletion.
        body: canonical N-Triples; empty for a deletion.
        previous_hash: entry hash of change ``seq - 1`` (64 zeros for the first).
        entry_hash: SHA-256 over all the others; the body enters by its content hash.
    """

    seq: int
    subject: str
    source: str
    harvest: int
    kind: Kind
    time: datetime
    content_hash: str
    body: str
    previous_hash: str
    entry_hash: str

    @property
    def record(self) -> Record | None:
        """The record after the change, or None when it was deleted."""
        return (
            None
            if self.kind is Kind.DELETE
            else Record(self.subject, tuple(self.body.split("\n")[:-1]))
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that did not enter, with the reasons as JSON-ready findings.

    ``stale`` says that an older valid version of it stays published.
    """

    subject: str
    body: str
    findings: tuple[dict[str, Any], ...]
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """What a held harvest would do, kept until a person decides.

    Attributes:
        drafts: as in :class:`HarvestResult`; so ``refusals``, ``released`` and ``cursor``.
        base: content hash of each subject of the drafts, or missing, that was live when they were
            compared.
        missing: live subjects that it does not list; they would be marked, not deleted yet.
        undone: what persons refused before and this delivery does not settle: (subject, content
            hash; empty for a deletion), sorted.
        undone_by: the last harvest in which one did; None when nothing was.
    """

    drafts: tuple[Draft, ...]
    refusals: tuple[Refusal, ...]
    released: tuple[str, ...]
    cursor: Cursor | None
    base: Mapping[str, str]
    missing: tuple[str, ...] = ()
    undone: tuple[End, ...] = ()
    undone_by: int | None = None

    def ends(self) -> set[End]:
        """Return what its changes lead to; what is missing leads to a deletion."""
        return {*(draft.end for draft in self.drafts), *((subject, "") for subject in self.missing)}


@dataclass(frozen=True, slots=True)
class HeldHarvest:
    """A kept delivery as the ledger remembers it.

    Attributes:
        harvest: the one that was held.
        digest: the same for deliveries that would change the same.
        discarded: id of the harvest row in which a person refused it, or None.
        held: what it would do.
    """

    source: str
    harvest: int
    digest: str
    discarded: int | None
    held: Held

    def undone(self) -> tuple[set[End], int | None]:
        """Return all that persons refused of the source, and the last harvest in which one did."""
        before = set(self.held.undone)
        if self.discarded is None:
            return before, self.held.undone_by
        return before | self.held.ends(), self.discarded


class HarvestMark(NamedTuple):
    """The last harvest of a ledger at some moment: id and hash; the id is 0 when there was none."""

    id: int
    entry_hash: str


@dataclass(frozen=True, slots=True)
class HarvestResult:
    """Everything one harvest of one source leaves behind: committed whole or not at all.

    Attributes:
        outcome: how it ended; only ``committed`` may carry changes.
        drafts: changes in the order in which they must be applied.
        refusals: records put in quarantine (each replaces the earlier entry of its subject).
        released: subjects that leave quarantine.
        cursor: new cursor of the source; None keeps the old one.
        report: JSON-ready account for people (counts, findings by rule, what was tried, timings).
        started: when the harvest began, UTC.
        held: what a held harvest would do, or what a committed one undid and which stays
            discarded; it replaces what was kept of the source before.
        nothing_came: the source had nothing new, all changes come from the passing of time: what
            was kept of the source stays.
    """

    outcome: Outcome
    started: datetime
    drafts: tuple[Draft, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    released: tuple[str, ...] = ()
    cursor: Cursor | None = None
    report: dict[str, Any] = field(default_factory=dict)
    held: Held | None = None
    nothing_came: bool = False


@dataclass(frozen=True, slots=True)
class Harvest:
    """A harvest as the ledger remembers it."""

    id: int
    source: str
    outcome: Outcome
    started: datetime
    ended: datetime
    first_seq: int | None
    last_seq: int | None
    report: Report
