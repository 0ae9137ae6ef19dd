"""Canonical N-Triples, written and read as text: terms, statements, escapes.

What is written is character for character what pyoxigraph writes, several times faster than
building triples and printing them; a property test holds the two together. What is read here we
wrote ourselves: its form is narrow enough to be cut at spaces, and a term is known by its first
character. An untrusted document is for a parser.
"""

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

import pyoxigraph as ox

from vocab.namespaces import RDF, XSD

LANG_STRING = f"{RDF}langString"
XSD_STRING = f"{XSD}string"
UCHAR = r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})"
"""Pattern of the numbers of characters in escapes (RDF 1.1 N-Triples, section 7)."""

_BY_CODE = [*map(chr, range(0x20)), "\x7f", "\ufffe", "\uffff"]
_BY_NAME = {"\b": "b", "\t": "t", "\n": "n", "\f": "f", "\r": "r", '"': '"', "\\": "\\"}
_ESCAPED = {char: f"\\u{ord(char):04X}" for char in _BY_CODE}
_ESCAPED |= {char: f"\\{name}" for char, name in _BY_NAME.items()}
# A JSON file can smuggle in half of a surrogate pair, which no UTF-8 text can hold.
_BY_LETTER = {name: char for char, name in _BY_NAME.items()} | {"'": "'"}
_ESCAPE = re.compile(rf"{UCHAR}|\\(.)")
_TO_ESCAPE = re.compile('[\x00-\x1f\x7f"\\\\\ufffe\uffff\ud800-\udfff]')
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WEB = re.compile(r"https?:", re.IGNORECASE)


def literal(text: str) -> str:
    """Return a literal without language, as N-Triples."""
    return f'"{_escape(text)}"'


def tagged(text: str, language: str) -> str:
    """Return a literal in a language (lower-case tag), as N-Triples."""
    return f'"{_escape(text)}"@{language}'


def french(text: str) -> str:
    """Return a literal in French, as N-Triples."""
    return tagged(text, "fr")


def typed(text: str, datatype: str) -> str:
    """Return a literal of that datatype IRI, as N-Triples."""
    return f'"{_escape(text)}"^^<{datatype}>'


def decimal(text: str) -> str:
    """Return an ``xsd:decimal`` with its lexical form kept, else a literal without datatype."""
    return typed(text, XSD + "decimal") if is_decimal(text) else literal(text)


def day(text: str) -> str:
    """Return an ``xsd:date`` for a day of the calendar, else a literal without datatype."""
    return typed(text, XSD + "date") if is_day(text) else literal(text)


def boolean(text: str) -> str:
    """Return an ``xsd:boolean`` for ``true`` and ``false``, else a literal without datatype."""
    return typed(text, XSD + "boolean") if text in ("true", "false") else literal(text)


def web_address(text: str) -> str:
    """Return an IRI node for an http(s) address, as N-Triples, else an ``xsd:anyURI`` literal.

    Other schemes stay literals too: nobody should be led to follow ``javascript:`` as a link.
    """
    if _WEB.match(text) and is_valid_iri(text):
        return f"<{text}>"
    return typed(text, XSD + "anyURI")


def iri(text: str) -> str:
    """Return an absolute IRI, as N-Triples.

    Raises:
        ValueError: the text is none.
    """
    return str(ox.NamedNode(text))


def is_valid_iri(text: str) -> bool:
    """Whether the text is a valid absolute IRI (RFC 3987)."""
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def is_decimal(text: str) -> bool:
    """Is the text a valid ``xsd:decimal`` (XML Schema 1.1, part 2, 3.3.3)?"""
    return _DECIMAL.fullmatch(text) is not None


def is_day(text: str) -> bool:
    """Is the text a day of the calendar, written ``YYYY-MM-DD``?"""
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_iri(term: str) -> bool:
    """Whether the term is an IRI."""
    return term[0] == "<"


def is_blank(term: str) -> bool:
    """Whether the term is a blank node."""
    return term[0] == "_"


def is_literal(term: str) -> bool:
    """Whether the term is a literal."""
    return term[0] == '"'


def iri_of(term: str) -> str:
    """Return the IRI between the angle brackets."""
    return term[1:-1]


@lru_cache(maxsize=16_384)
def literal_parts(term: str) -> tuple[str, str, str]:
    """Split a literal into its lexical form, datatype IRI and language tag (lower case or empty).

    >>> literal_parts('"Lyon"@fr')
    ('Lyon', 'http://www.w3.org/1999/02/22-rdf-syntax-ns#langString', 'fr')
    """
    end = term.rindex('"')
    text, suffix = term[1:end], term[end + 1 :]
    lexical = unescape(text) if "\\" in text else text
    if suffix.startswith("@"):
        return lexical, LANG_STRING, suffix[1:].lower()
    return lexical, suffix[3:-1] if suffix else XSD_STRING, ""


def text_of(term: str) -> str:
    """Return what ``STR()`` of SPARQL gives: IRI or lexical form; empty for a blank node."""
    if term[0] == '"':
        text = term[1:-1] if term[-1] == '"' else term[1 : term.rindex('"')]
        return unescape(text) if "\\" in text else text
    return term[1:-1] if term[0] == "<" else ""


def split_statements(lines: Iterable[str]) -> list[list[str]]:
    """Split statements without their line ends into subject, predicate and object."""
    return [line[:-2].split(" ", 2) for line in lines]


def split_document(document: bytes) -> list[list[str]]:
    """Split the statements of a whole document into subject, predicate and object."""
    return [statement.split(" ", 2) for statement in document.decode().split(" .\n")[:-1]]


def unescape(text: str) -> str:
    """Replace the escapes of N-Triples by the characters that they stand for."""
    return _ESCAPE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _BY_LETTER[match[3]]


def _escape(text: str) -> str:
    if _TO_ESCAPE.search(text) is None:
        return text
    return _TO_ESCAPE.sub(lambda found: _ESCAPED.get(found.group(), "\ufffd"), text)
