"""The harvester's sentences: rules of the shared catalogue with their details filled in."""

from shapes.findings import Finding
from shapes.harvest_rules import harvest_rules as catalogue
from vocab.messages import in_words, translate
from vocab.namespaces import SHAPES
from vocab.redaction import public

__all__ = ["COMPONENT", "catalogue", "finding", "text"]

COMPONENT = f"{SHAPES}HarvestRule"


def text(code: str, lang: str, **details: object) -> str:
    """Return the sentence of a rule with its details filled in; raises ``KeyError`` if unknown.

    A detail that is a message or an error of ours is written in the same language.
    """
    template = catalogue()[code].template
    shown = {name: _shorten(in_words(value, lang)) for name, value in details.items()}
    try:
        return translate(template, lang).format(**shown)
    except (LookupError, ValueError):  # a catalogue with a wrong placeholder
        return template.format(**shown)


def finding(record: str, code: str, *, value: str | None = None, **details: object) -> Finding:
    """Return a finding of the harvester in the form of a validation result."""
    return Finding(
        record=record,
        code=code,
        severity=catalogue()[code].severity,
        focus=record,
        path="",
        value=None if value is None else str(_shorten(value)),
        message_fr=text(code, "fr", **details),
        message_en=text(code, "en", **details),
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
