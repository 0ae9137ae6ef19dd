"""Findings on records that are not validated at all: they stay out, never in unchecked."""

from shapes.spec import Spec
from vocab.messages import Message
from vocab.namespaces import SH, SHAPES

MAX_LINES = 1_000
"""Statements that a record may have: a place has about forty, an attack has millions."""

MAX_FINDINGS = 200
"""Findings reported for one record."""


def _refusal(code: str, name: str, sentence: Message) -> Spec:
    return Spec(f"<{SHAPES}{code}>", f"{SHAPES}{name}", f"{SH}Violation", "", code, sentence)


NOT_VALIDATED = _refusal(
    "MED-X001",
    "Unjudged",
    Message("The record could not be checked within its time. Make it simpler."),
)
TOO_LONG = _refusal(
    "MED-X002",
    "TooLong",
    Message(
        "The record has more than {count} triples. Split it up: a record describes one thing.",
        count=MAX_LINES,
    ),
)
