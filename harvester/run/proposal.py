"""A place as a person proposes it in a form, with the verdicts that an import would give."""

from collections.abc import Mapping
from dataclasses import dataclass

from harvester.clean.types import Note
from harvester.tabular.further import COLUMNS
from harvester.tabular.place import made_place
from shapes.findings import Finding, Severity
from shapes.verdicts import validate
from vocab.export import Values, stated_values
from vocab.mapping import PoleIdentity
from vocab.order import SEPARATOR
from vocab.properties import FIELDS
from vocab.records import Record


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a form says of a place.

    Attributes:
        record: the place; None when the cells are no place.
        notes: what was repaired, doubted or lost, and why the cells are no place.
        findings: what the contract says of the record.
    """

    record: Record | None
    notes: tuple[Note, ...]
    findings: tuple[Finding, ...]

    @property
    def is_refused(self) -> bool:
        """Whether it would stay out."""
        kept_out = any(finding.severity is Severity.VIOLATION for finding in self.findings)
        return self.record is None or kept_out


def proposed(
    local_id: str, cells: Mapping[str, str], pole: PoleIdentity, before: Record | None = None
) -> Proposal:
    """Make a place of what a form says.

    What the place says already beyond the table of properties stays as it is.

    Args:
        local_id: the pole's identifier of the place.
        cells: text by field of the national standard or name of a further column.
        pole: whose place it is.
        before: the place as it is now; None for a new one.

    Raises:
        PublishedError: the id is empty.
    """
    made = made_place(local_id, cells, pole)
    if made.record is None:
        return Proposal(None, (*made.notes, *made.refusals), ())
    record = made.record if before is None else keeping(made.record, before, local_id, pole)
    return Proposal(record, made.notes, tuple(validate((record,))))


def cells_of(record: Record) -> dict[str, str]:
    """Return what a place says as the cells of a form, which :func:`proposed` reads back."""
    values = stated_values(record)
    cells = {field.name: _joined(values, field.name) for field in FIELDS}
    cells["horaires"] = cells["horaires"] or _joined(values, "opening_hours_text")
    for name, column in COLUMNS.items():
        if column.value:
            cells[name] = _share(values, column.prop.name, column.value)
        else:
            cells[name] = _joined(values, name)
    return {name: text for name, text in cells.items() if text}


def _joined(values: Values, name: str) -> str:
    value = values.get(name, "")
    return value if isinstance(value, str) else SEPARATOR.join(value)


def _share(values: Values, name: str, value: str) -> str:
    """Return the share of a value of a list, or that it applies; empty where it does not."""
    for text in values.get(name, ()):
        named, _, share = text.rpartition("=")
        if named == value:
            return share or "oui"
    return ""


def keeping(record: Record, before: Record, local_id: str, pole: PoleIdentity) -> Record:
    """Add to a record the statements that the one before has beyond the table of properties.

    Args:
        record: as cells make it.
        before: the place as it is published.
        local_id: the pole's identifier of the place.
        pole: whose place it is.
    """
    known = made_place(local_id, cells_of(before), pole).record
    beyond = set(before.lines) - set(known.lines if known else ())
    return Record(record.iri, tuple(sorted({*record.lines, *beyond})))
