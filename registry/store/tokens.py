r"""A look at a query before any parser sees it: length, depth, kind, SERVICE, updates.

It reads tokens (SPARQL 1.1, section 19.8), so that words inside strings, IRIs and comments do not
count. A text whose tokens could be cut in more than one way is judged by the strictest reading:

* ``\uXXXX`` may be decoded before parsing (section 19.2) or not: both texts are checked;
* ``<…>`` after an operand may be two comparisons: its brackets count, and a SERVICE in it as well;
* ``1SERVICE`` and ``SERVICE:x{`` have the keyword in them for a parser that needs no space;
* after a quote that nothing closes, all the rest counts as if it stood outside of a string.

No pattern reads the same text twice (possessive ``*+``), so the cost grows with the length only.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from registry.store.errors import QueryRefusedError, QueryTooLongError, UpdateRefusedError
from registry.store.queries import Form, Limits
from vocab.ntriples import UCHAR

_FORMS = {
    "select": Form.SOLUTIONS,
    "ask": Form.BOOLEAN,
    "construct": Form.TRIPLES,
    "describe": Form.TRIPLES,
}
_UPDATES = frozenset(
    ("insert", "delete", "load", "clear", "drop", "create", "add", "move", "copy", "with")
)
_TOKEN = re.compile(
    r"""
      (?P<space> \s+ | \#[^\r\n]* )
    | (?P<iri> <(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*> )
    | (?P<string>
          \"{3} (?: \"{0,2} (?: [^"\\] | \\. ) )*+ \"{3}
        | '{3} (?: '{0,2} (?: [^'\\] | \\. ) )*+ '{3}
        | \" (?!\"\") (?: [^"\\\r\n] | \\. )*+ \"
        | ' (?!'') (?: [^'\\\r\n] | \\. )*+ ' )
    | (?P<unclosed> ["'] .* )
    | (?P<variable> [?$]\w+ )
    | (?P<language> @[A-Za-z]+(?:-[A-Za-z0-9]+)* )
    | (?P<prefixed> (?:\w[\w.-]*+)?+ :(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])* )
    | (?P<word> \w[\w.-]*+ )
    | (?P<open> [{(\[] )
    | (?P<close> [})\]] )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_CODEPOINT = re.compile(UCHAR)
_MAX_CODEPOINT = 0x10FFFF
_BRACKETED = ("iri", "open", "close", "unclosed")


class Token(NamedTuple):
    """A token of a query: its kind, its text, and the offset of its first character."""

    kind: str
    text: str
    start: int


def check(query: str, limits: Limits) -> Form:
    """Return what a query asks for, before it is parsed.

    Raises:
        QueryTooLongError: its text exceeds ``limits.query_bytes``.
        UpdateRefusedError: it is a SPARQL update.
        QueryRefusedError: it nests too deep, or calls another service.
    """
    size = len(query.encode("utf-8", "surrogatepass"))
    if size > limits.query_bytes:
        raise QueryTooLongError(
            "the query has {size} bytes; this endpoint reads {query_bytes}",
            size=size,
            query_bytes=limits.query_bytes,
        )
    if "\0" in query:
        raise QueryRefusedError("the query holds a NUL character: remove it")
    written = list(tokens(query))
    readings = [written]
    decoded = _CODEPOINT.sub(_character, query)
    if decoded != query:
        readings.append(list(tokens(decoded)))
    for reading in readings:
        _check_depth(reading, limits.depth)
        _check_service(reading)
    return _form(written)


def _character(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code <= _MAX_CODEPOINT else match[0]


def tokens(text: str) -> Iterator[Token]:
    """Return the tokens of a query but its spaces and comments; any text has some."""
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "space":
            yield Token(str(match.lastgroup), match[0], match.start())


def has_escaped_characters(text: str) -> bool:
    r"""Whether ``\uXXXX`` stands in a query, which some parsers decode before they read it."""
    return _CODEPOINT.search(text) is not None


def _check_depth(reading: list[Token], most: int) -> None:
    depth, run, before = 0, 0, ""
    for token in reading:
        run = run + 1 if token.kind == "other" and token.text == before else 0
        before = token.text
        for character in token.text if token.kind in _BRACKETED else "":
            depth += (character in "{([") - (character in "})]")
            depth = max(depth, 0)
        if depth > most or run > most:
            raise QueryRefusedError(
                "the query nests deeper than {most} levels: flatten its groups and brackets",
                most=most,
            )


def _check_service(reading: list[Token]) -> None:
    for token, following in pairwise([*reading, Token("other", "", 0)]):
        text = token.text.lower()
        if "service" not in text:
            continue
        hidden = token.kind == "iri" and ")" in text[: text.index("service")]
        glued = token.kind == "prefixed" and following.text == "{"
        if token.kind in ("word", "unclosed") or hidden or glued:
            raise QueryRefusedError(
                "SERVICE is refused: this endpoint calls no other, and answers only med:around, "
                "med:nearest, med:box and med:search itself; query the other one directly"
            )


def _form(reading: list[Token]) -> Form:
    for token in reading:
        word = token.text.lower()
        if token.kind != "word" or word in ("base", "prefix", "version"):
            continue
        if word in _UPDATES:
            raise UpdateRefusedError(
                "{word} is an update; this endpoint only reads (SELECT, ASK, CONSTRUCT, "
                "DESCRIBE). Data enters by harvests only",
                word=word.upper(),
            )
        return _FORMS.get(word, Form.SOLUTIONS)
    return Form.SOLUTIONS
