"""What is too much in a record: it stays out, unread, or with its longest texts named."""

from collections.abc import Iterator
from dataclasses import replace

from shapes.spec import Result, Spec
from vocab.messages import Message
from vocab.namespaces import SH, SHAPES
from vocab.ntriples import literal, split_statements, text_of
from vocab.properties import LONGEST_OF
from vocab.records import Record

MAX_LINES = 1_000
"""Statements that a record may have: a place has about forty, an attack has millions."""

MAX_VALUE = 1_000
"""Characters of a value that a finding keeps."""

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
_LONG_TEXT = Message(
    "“{value}” has {count} characters, where {most} are the most. Shorten it, or put it where it "
    "belongs: a name is no description."
)
LONG_TEXT = _refusal(
    "MED-X003", "LongText", Message(_LONG_TEXT.template, value="…", count="…", most="…")
)
_SHORTEST = min(LONGEST_OF.values())
_SHOWN = 60


def long_texts(record: Record) -> Iterator[Result]:
    """Return a result for each value of a property of the table that is longer than it may be.

    What the table does not know is bounded where documents are read.
    """
    for line in record.lines:
        if len(line) <= _SHORTEST:
            continue
        ((subject, predicate, value),) = split_statements([line])
        text, most = text_of(value), LONGEST_OF.get(predicate[1:-1])
        if most is not None and len(text) > most:
            start = "".join(one if one.isprintable() else "\ufffd" for one in text[:_SHOWN])
            said = Message(_LONG_TEXT.template, value=f"{start}…", count=len(text), most=most)
            yield Result(
                replace(LONG_TEXT, path=predicate[1:-1], sentence=said), subject, bounded(value)
            )


def bounded(value: str) -> str:
    """Return a term; of one that is very long, a plain literal with its beginning."""
    if len(value) <= MAX_VALUE:
        return value
    text = text_of(value)
    return value if len(text) <= MAX_VALUE else literal(f"{text[:MAX_VALUE]}…")
