"""Reading canonical N-Triples lines without a parser, at a microsecond a line.

Records are kept as canonical lines (see ``vocab/records.py``), whose form is narrow enough for one
regular expression. Only lines that the house wrote itself come here, never a stranger's document.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from vocab.records import Record

_LINE = re.compile(
    r'<([^>]*)> <([^>]*)> (?:<([^>]*)>|"((?:[^"\\]|\\.)*)"(?:\^\^<([^>]*)>|@([A-Za-z0-9-]+))?) \.',
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_SHORT = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


class Statement(NamedTuple):
    """One triple, its terms as plain strings.

    Attributes:
        subject: IRI.
        predicate: IRI.
        iri: IRI of the object, or None when the object is a literal.
        text: lexical form of the literal, or None when the object is an IRI.
        datatype: IRI of the datatype; None for a plain string and for a text with a language.
        language: language tag, or None.
    """

    subject: str
    predicate: str
    iri: str | None
    text: str | None
    datatype: str | None
    language: str | None


def statements(record: Record) -> Iterator[Statement]:
    """Give the record's triples in line order.

    Raises:
        ValueError: a line is not a canonical statement without blank nodes.
    """
    for line in record.lines:
        found = _LINE.fullmatch(line)
        if found is None:
            raise ValueError(f"record {record.iri}: not a canonical N-Triples statement: {line!r}")
        subject, predicate, iri, text, datatype, language = found.groups()
        if text is not None and "\\" in text:
            text = _ESCAPE.sub(_unescaped, text)
        yield Statement(subject, predicate, iri, text, datatype, language)


def _unescaped(escape: re.Match[str]) -> str:
    short, long, letter = escape.groups()
    return _SHORT[letter] if letter else chr(int(short or long, 16))
