"""Reading canonical N-Triples lines without a parser, at a microsecond a line.

Records are kept as canonical lines (see ``vocab/records.py``), whose form is narrow enough to be
cut at its first two spaces. Only lines that the house wrote itself come here, never a stranger's
document.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from registry.formats.errors import UnwritableError
from vocab.records import Record

_DIRECTION = re.compile(r'"@[A-Za-z0-9-]+--[a-z]+\Z')
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_SHORT = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


class Statement(NamedTuple):
    """One triple, its terms as plain strings.

    Attributes:
        subject: IRI, or a blank node as ``_:name``.
        predicate: IRI.
        iri: IRI or blank node of the object, or None when the object is a literal.
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
        UnwritableError: a line holds a triple term or a text direction of RDF 1.2.
    """
    for line in record.lines:
        subject, predicate, value = line[:-2].split(" ", 2)
        if (
            subject[0] not in "<_"
            or value[0] not in '<"_'
            or value.startswith("<<")
            or _DIRECTION.search(value)
        ):
            raise UnwritableError(
                "{iri} holds {line!r}: not a statement of RDF 1.1, so only N-Triples can carry it.",
                iri=record.iri,
                line=line[:200],
            )
        yield Statement(_name(subject), predicate[1:-1], *_terms(value))


def _terms(value: str) -> tuple[str | None, str | None, str | None, str | None]:
    """IRI, text, datatype and language of an object."""
    if value[0] in "<_":
        return _name(value), None, None, None
    end = value.rindex('"')
    text, tail = value[1:end], value[end + 1 :]
    if "\\" in text:
        text = _ESCAPE.sub(_unescaped, text)
    if not tail:
        return None, text, None, None
    return (None, text, None, tail[1:]) if tail[0] == "@" else (None, text, tail[3:-1], None)


def _name(term: str) -> str:
    return term[1:-1] if term[0] == "<" else term


def _unescaped(escape: re.Match[str]) -> str:
    short, long, letter = escape.groups()
    return _SHORT[letter] if letter else chr(int(short or long, 16))
