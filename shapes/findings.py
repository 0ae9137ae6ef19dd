"""What validation says about a record: one finding per broken constraint and value."""

from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """SHACL severities; only a violation keeps a record out."""

    VIOLATION = "Violation"
    WARNING = "Warning"
    INFO = "Info"


class Finding(NamedTuple):
    """One validation result, in words that the owner of the record can act on.

    Attributes:
        record: IRI of the root record, even when the focus node lies below it.
        code: stable code of the rule, such as ``MED-P003`` (documented on its own page).
        severity: SHACL severity.
        focus: IRI of the focus node.
        path: property IRI, or SPARQL-style path text; empty for a node constraint.
        value: offending value as an N-Triples term, or None when the defect is an absence.
        message_fr: what is wrong and how to correct it, in French.
        message_en: the same in English.
        shape: IRI of the source shape.
        component: IRI of the constraint component.
    """

    record: str
    code: str
    severity: Severity
    focus: str
    path: str
    value: str | None
    message_fr: str
    message_en: str
    shape: str
    component: str

    def message(self, lang: str) -> str:
        """Return the sentence in ``fr`` or ``en``."""
        return self.message_fr if lang == "fr" else self.message_en
