"""RDF terms as canonical N-Triples text, character for character what pyoxigraph writes.

Building lines as text is several times faster than building triples and printing them, and a
property test holds the two together.
"""

import re
from datetime import date

import pyoxigraph as ox

from vocab.namespaces import XSD

_BY_CODE = [*map(chr, range(0x20)), "\x7f", "\ufffe", "\uffff"]
_BY_NAME = {"\b": "b", "\t": "t", "\n": "n", "\f": "f", "\r": "r", '"': '"', "\\": "\\"}
_ESCAPED = {char: f"\\u{ord(char):04X}" for char in _BY_CODE}
_ESCAPED |= {char: f"\\{name}" for char, name in _BY_NAME.items()}
# A JSON file can smuggle in half of a surrogate pair, which no UTF-8 text can hold.
_TO_ESCAPE = re.compile('[\x00-\x1f\x7f"\\\\\ufffe\uffff\ud800-\udfff]')
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WEB = re.compile(r"https?:", re.IGNORECASE)


def literal(text: str) -> str:
    """Give a literal without language, as N-Triples."""
    return f'"{_escape(text)}"'


def tagged(text: str, language: str) -> str:
    """Give a literal in a language (lower-case tag), as N-Triples."""
    return f'"{_escape(text)}"@{language}'


def french(text: str) -> str:
    """Give a literal in French, as N-Triples."""
    return tagged(text, "fr")


def typed(text: str, datatype: str) -> str:
    """Give a literal of that datatype IRI, as N-Triples."""
    return f'"{_escape(text)}"^^<{datatype}>'


def decimal(text: str) -> str:
    """Give an ``xsd:decimal`` with its lexical form kept, else a literal without datatype."""
    return typed(text, XSD + "decimal") if is_decimal(text) else literal(text)


def day(text: str) -> str:
    """Give an ``xsd:date`` for a day of the calendar, else a literal without datatype."""
    return typed(text, XSD + "date") if is_day(text) else literal(text)


def boolean(text: str) -> str:
    """Return an ``xsd:boolean`` for ``true`` and ``false``, else a literal without datatype."""
    return typed(text, XSD + "boolean") if text in ("true", "false") else literal(text)


def web_address(text: str) -> str:
    """Give an IRI node for an http(s) address, as N-Triples, else an ``xsd:anyURI`` literal.

    Other schemes stay literals too: nobody should be led to follow ``javascript:`` as a link.
    """
    if _WEB.match(text) and is_iri(text):
        return f"<{text}>"
    return typed(text, XSD + "anyURI")


def is_iri(text: str) -> bool:
    """Is the text a valid absolute IRI (RFC 3987)?"""
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


def _escape(text: str) -> str:
    if _TO_ESCAPE.search(text) is None:
        return text
    return _TO_ESCAPE.sub(lambda found: _ESCAPED.get(found.group(), "\ufffd"), text)
