"""Findings in people's words: the place by its name, the value as it was written, the remedy."""

from collections.abc import Mapping
from dataclasses import dataclass

from registry.ledger.report import Report, objects, read_finding
from registry.ledger.types import Refusal
from registry.web.site.difference_words import Said, record_name
from registry.web.site.i18n import gettext as _
from registry.web.site.iri_words import known_words, local_name, record_title
from registry.web.site.labels import any_value
from registry.web.site.language import current_lang
from registry.web.site.node import url_of_iri
from shapes.findings import Finding
from shapes.verdicts import shown

_VALUE = "{?value}"
"""Where the sentence of a rule names the value (SHACL, section 5.3.2)."""


@dataclass(frozen=True, slots=True)
class RecordWords:
    """A record that a report speaks of.

    Attributes:
        name: what it is called.
        page: path of its page; empty when it has none.
        row: number of its line in the sheet of its pole; None when the report does not know it.
        subject: its IRI, for the technical part.
    """

    name: Said
    page: str
    row: int | None
    subject: str


@dataclass(frozen=True, slots=True)
class FindingWords:
    """What is wrong with a record: in a sentence that says the remedy, and the value at fault."""

    record: RecordWords
    code: str
    message: str
    value: str


def record_words(
    iri: str, rows: Mapping[str, int] | None = None, lines: tuple[str, ...] = ()
) -> RecordWords:
    """Return a record by its name.

    Args:
        iri: its IRI, or that of a node in it.
        rows: number of the line in the sheet, by the record's name there.
        lines: what it states as N-Triples, where the index does not know it.
    """
    subject = iri.partition("#")[0]
    title, local = record_title(subject), local_name(subject)
    return RecordWords(
        record_name(subject, lines, title or local),
        url_of_iri(subject) or "",
        (rows or {}).get(local),
        subject,
    )


def finding_words(found: Finding, record: RecordWords) -> FindingWords:
    """Say a finding about a record, in the language of the request."""
    value = value_words(found)
    message = found.message(current_lang())
    message = message.replace(_VALUE, value) if value else any_value(message)
    for iri in (found.focus, record.subject):
        if "://" in iri:
            message = message.replace(iri, _("“{name}”", name=record.name.text))
    return FindingWords(record, found.code, message, value)


def value_words(found: Finding) -> str:
    """Return the value at fault as a person reads it; empty when the fault is that there is none.

    The name of the list's value, the territory or the record where it is one that we know.
    """
    if found.value is None or found.value in {f"<{found.record}>", f"<{found.focus}>"}:
        return ""
    text = shown(found.value) or found.value  # one that the harvester shortened is no term any more
    return (found.value.startswith("<") and known_words(found.value[1:-1])) or text


def refusal_words(
    refusal: Refusal, rows: Mapping[str, int] | None = None
) -> tuple[RecordWords, tuple[FindingWords, ...]]:
    """Return the record that was kept out, and why."""
    record = record_words(refusal.subject, rows, statements_of(refusal))
    reasons = (read_finding(each, refusal.subject) for each in refusal.findings)
    return record, tuple(finding_words(each, record) for each in reasons)


def statements_of(refusal: Refusal) -> tuple[str, ...]:
    """Return what a record that was kept out states, as N-Triples lines."""
    return tuple(line for line in refusal.body.split("\n") if line)


def rows_of(report: Report) -> dict[str, int]:
    """Return the line of the sheet by the name that a place has there, as far as a report says.

    Only the report of a sheet names lines, and only those that it has something to say of.
    """
    imported = report.get("import")
    lines = objects(imported.get("lines")) if isinstance(imported, dict) else []
    return {
        str(line.get("local_id")): row
        for line in reversed(lines)
        if isinstance(row := line.get("row"), int) and line.get("local_id")
    }
