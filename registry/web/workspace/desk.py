"""What judges and enters what editors write: given to the application by who composes the node."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

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

    def enter(self, source: str, entry: Entry) -> None:
        """Enter a place into a source that this node states itself, at once.

        Raises:
            MovedError: the place is no longer what the person saw.
            MaillageError: it cannot be entered: the contract refuses it, the source is busy.
        """
        ...
