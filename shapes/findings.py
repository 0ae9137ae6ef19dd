"""What validation says about a record: one finding per broken constraint and value."""

from enum import StrEnum
from typing import Any, NamedTuple

from vocab.messages import DEFAULT, SOURCE, Message, languages


class Severity(StrEnum):
    """SHACL severities; only a violation keeps a record out."""

    VIOLATION = "Violation"
    WARNING = "Warning"
    INFO = "Info"


class Labels(NamedTuple):
    """A sentence whose languages are labels in RDF.

    Attributes:
        texts: (language, text) pairs.
        value: stands for ``{?value}`` in them (SHACL, 5.3.2); None where they are whole.
    """

    texts: tuple[tuple[str, str], ...]
    value: str | None = None

    def message(self, lang: str) -> str:
        """Return the text in a language; in English, else in any, where it lacks that one."""
        known = dict(self.texts)
        said = (known.get(each) for each in (lang, SOURCE, DEFAULT, *known))
        text = next(filter(None, said), "")
        return text if self.value is None else text.replace("{?value}", self.value)


Sentence = Message | Labels
"""What is said in each language, by a catalogue or by labels."""


class Finding(NamedTuple):
    """One validation result, in words that the owner of the record can act on.

    Attributes:
        record: IRI of the root record, even when the focus node lies below it.
        code: stable code of the rule, such as ``MED-P003`` (documented on its own page).
        severity: SHACL severity.
        focus: IRI of the focus node.
        path: property IRI, or SPARQL-style path text; empty for a node constraint.
        value: offending value as an N-Triples term, or None when the defect is an absence.
        sentence: what is wrong and how to correct it, not yet in any language.
        shape: IRI of the source shape.
        component: IRI of the constraint component.
    """

    record: str
    code: str
    severity: Severity
    focus: str
    path: str
    value: str | None
    sentence: Sentence
    shape: str
    component: str

    def message(self, lang: str) -> str:
        """Return the sentence in a language."""
        return self.sentence.message(lang)

    def messages(self) -> dict[str, str]:
        """Return the sentence in every language, as machines read it: ``message_fr`` and so on."""
        return {f"message_{lang}": self.sentence.message(lang) for lang in languages()}

    def fields(self) -> dict[str, Any]:
        """Return what the ledger and programs read: JSON-ready, said in every language."""
        head = {name: getattr(self, name) for name in self._fields[:6]}
        return {**head, **self.messages(), "shape": self.shape, "component": self.component}
