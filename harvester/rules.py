"""The harvester's sentences: rules of the shared catalogue with their details filled in."""

from dataclasses import dataclass

from registry.ledger.report import COMPONENT
from shapes.findings import Finding
from shapes.harvest_rules import harvest_rules as catalogue
from vocab.messages import Message, in_words
from vocab.namespaces import SHAPES
from vocab.redaction import public

__all__ = ["catalogue", "finding", "sentence"]


@dataclass(frozen=True, slots=True)
class _Short:
    """A message or an error of ours as a detail of a sentence, cut in each language."""

    said: object

    def message(self, lang: str) -> object:
        return _shorten(in_words(self.said, lang))


def sentence(code: str, /, **details: object) -> Message:
    """Return the sentence of a rule with its details; raises ``KeyError`` if it is unknown.

    A detail that is a message or an error of ours is written in the language of the sentence.
    """
    shown = {
        name: _Short(value) if hasattr(value, "message") else _shorten(value)
        for name, value in details.items()
    }
    return Message(catalogue()[code].template, **shown)


def finding(record: str, code: str, *, value: str | None = None, **details: object) -> Finding:
    """Return a finding of the harvester in the form of a validation result."""
    return Finding(
        record=record,
        code=code,
        severity=catalogue()[code].severity,
        focus=record,
        path="",
        value=None if value is None else str(_shorten(value)),
        sentence=sentence(code, **details),
        shape=f"{SHAPES}{code}",
        component=COMPONENT,
    )


def _shorten(value: object, limit: int = 300) -> object:
    """Cut untrusted text before it reaches a page or a log.

    Control characters are removed, and what proves who is asking is left out of addresses.
    """
    if not isinstance(value, str):
        return value
    clean = "".join(c if c.isprintable() else "�" for c in public(value))
    return clean if len(clean) <= limit else f"{clean[:limit]}…"
