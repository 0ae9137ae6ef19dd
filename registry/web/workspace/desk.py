"""What judges and enters what editors write: given to the application by who composes the node."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from registry.web.checks.checker import Document
from shapes.findings import Finding
from vocab.errors import UsageError
from vocab.mapping import PoleIdentity
from vocab.records import Record

DESK = "maillage-desk"


class MovedError(UsageError):
    """Somebody else has changed the place meanwhile; nothing was written over."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What an import would say of one value.

    Attributes:
        field: name of the column; empty when it is about the whole place.
        level: ``repair``, ``warning``, ``loss`` or ``refusal``.
        sentences: what was done and why, by language.
        before: the value as it was typed.
        after: the value that would be published; empty when none would.
    """

    field: str
    level: str
    sentences: Mapping[str, str]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """A place as it was typed, judged.

    Attributes:
        record: the place; None when what was typed is none.
        remarks: of its values.
        findings: of the contract about the record.
        is_refused: whether it would stay out.
    """

    record: Record | None
    remarks: tuple[Remark, ...]
    findings: tuple[Finding, ...]
    is_refused: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One place to enter.

    Attributes:
        iri: of the place.
        record: the place as it shall be; None withdraws it.
        seen: content hash of the version that the person saw; empty for a new place.
        by: number of the account.
        reason: why; kept for good.
    """

    iri: str
    record: Record | None
    seen: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Several places to enter at once.

    Attributes:
        places: IRI -> the place as it shall be; None withdraws it.
        seen: IRI -> content hash of the version that the person saw; nothing of a new place.
        by: number of the account.
        reason: why; kept for good.
    """

    places: Mapping[str, Record | None]
    seen: Mapping[str, str]
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class DroppedSheet:
    """A file that an editor dropped, and what was said of it.

    Attributes:
        name: of the file.
        data: its bytes.
        chosen: name of a column -> field that it is; empty: not to be read.
        cells: number of a row, field, value as the report tells it, what shall stand there.
        meanings: field, text of a cell -> what it means.
        is_centred: places without a position stand at the centre of their commune.
        day: date of a place that changes and states none.
        taken: local ids that no new place may have.
    """

    name: str
    data: bytes
    chosen: Mapping[str, str]
    cells: Sequence[tuple[int, str, str, str]]
    meanings: Mapping[tuple[str, str], str]
    is_centred: bool
    day: str
    taken: frozenset[str] = frozenset()


class Desk(Protocol):
    """Judges places as an import does, and enters them."""

    def cells(self, record: Record) -> dict[str, str]:
        """Return what a place says, by name of column."""
        ...

    def propose(
        self, local_id: str, cells: Mapping[str, str], pole: PoleIdentity, before: Record | None
    ) -> Proposed:
        """Judge a place as it was typed.

        Args:
            local_id: the pole's identifier of the place.
            cells: text by name of column.
            pole: whose place it is.
            before: the place as it is now; None for a new one.
        """
        ...

    def telephone(self, text: str) -> str:
        """Return one telephone number in international form; empty where it is none."""
        ...

    def enter(self, source: str, entry: Entry) -> None:
        """Enter a place into a source that this node states itself, at once.

        Raises:
            MovedError: the place is no longer what the person saw.
            MaillageError: it cannot be entered: the contract refuses it, the source is busy.
        """
        ...

    def enter_all(self, source: str, batch: Batch) -> int:
        """Enter several places at once, all or none; return the number of the harvest.

        Raises:
            MovedError: one of them is no longer what the person saw.
            MaillageError: they cannot be entered.
        """
        ...

    def judge(
        self, sheet: DroppedSheet, pole: PoleIdentity, published: Mapping[str, Record]
    ) -> Document:
        """Say what a dropped file would publish, where it can do no harm.

        Args:
            sheet: the file.
            pole: whose places they are.
            published: local id -> place, as it is published.

        Returns:
            the report (``harvester.checking.document``), of a file that cannot be read as well.

        Raises:
            UnreachableError: it cannot be read now.
        """
        ...

    def rewritten(
        self, sheet: DroppedSheet, pole: PoleIdentity, published: Mapping[str, Record]
    ) -> bytes | Document:
        """Return a dropped file with its ids and what was typed, or why it cannot be written.

        Arguments and errors as of :meth:`judge`.
        """
        ...
