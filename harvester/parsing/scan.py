"""Looking at a document's bytes before any parser does: encoding, depth, entities.

Small documents built to harm kill RDF parsers in ways that no ``except`` catches. What is looked
for here costs one regular expression pass and leaves the parsers documents of a human shape.
"""

import json
import re
import zlib
from collections.abc import Iterator
from itertools import compress
from typing import Any

import pyoxigraph as ox

from harvester.errors import DocumentError
from vocab.namespaces import NOT_IN_IRI

MAX_DEPTH = 128
MAX_MEMBERS = 50_000
MAX_TAG = 65_536
_GZIP = b"\x1f\x8b"
_WINDOW, _PIECE = 1_024, 1_048_576
_UTF8_BOM = b"\xef\xbb\xbf"
# Possessive, and open to the end of the text, so that nothing is looked at twice.
_TURTLE_NOISE = re.compile(
    rb'"""(?:[^"\\]++|\\.|"(?!""))*+(?:"""|\Z)' + rb"|'''(?:[^'\\]++|\\.|'(?!''))*+(?:'''|\Z)"
    rb'|"(?:[^"\\\n]++|\\.)*+"' + rb"|'(?:[^'\\\n]++|\\.)*+'"
    rb"|<[^%b]*+>|#[^\n\r]*+|\\." % NOT_IN_IRI.encode(),
    re.DOTALL,
)
_MANY_LINES = (b'"""', b"'''", b"<<", b"\\\n")
"""Without these, no token of Turtle goes on in the next line."""
_NOT_IN_THEM = bytes(set(range(256)) - set(b"\"'<>\\\n "))
_JSON_STRINGS = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\Z)', re.DOTALL)
_XML_TOKENS = re.compile(
    rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)"
    rb"|(?P<tag><(?:[^<>\"']++|\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))*+>?)",
    re.DOTALL,
)
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([^"']+)["']""")
_FORMS = {
    "@id": re.compile(rf"[^{NOT_IN_IRI}\ufffe\uffff]*"),
    "@language": re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*"),
}
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[](){}"))
_NOT_BRACKETS_OR_ENDS = _NOT_BRACKETS.replace(b"\n", b"")
_STEP = {ord("["): 1, ord("("): 1, ord("{"): 1, ord("]"): -1, ord(")"): -1, ord("}"): -1}


def unpack(url: str, data: bytes, max_bytes: int, max_ratio: int = 200) -> bytes:
    """Undo gzip when the bytes are gzip, once and within bounds.

    Raises:
        DocumentError: too large, packed too tightly or twice, damaged, in too many members or cut
            short.
    """
    if not data.startswith(_GZIP):
        return data
    parts: list[bytes] = []
    size = 0
    for part in _members(url, data):
        parts.append(part)
        size += len(part)
        if size > max_bytes:
            raise DocumentError("MED-H106", url=url, limit=max_bytes)
        if size > max(len(data) * max_ratio, 1_000_000):
            raise DocumentError("MED-H104", url=url, limit=max_ratio)
    found = b"".join(parts)
    if found.startswith(_GZIP):
        raise DocumentError("MED-H209", url=url, reason="gzip > gzip")
    return found


def _members(url: str, data: bytes) -> Iterator[bytes]:
    """Return what each member of a gzip file holds, in pieces (RFC 1952, section 2.2)."""
    at = 0
    for _ in range(MAX_MEMBERS):
        stream = zlib.decompressobj(31)
        window = _WINDOW  # grows, so that what follows a small member is not copied each time
        while not stream.eof:
            piece = data[at : at + window]
            try:
                part = stream.decompress(piece, _PIECE)
            except zlib.error as error:
                raise DocumentError("MED-H209", url=url, reason=str(error)) from error
            if not (piece or part):
                raise DocumentError("MED-H209", url=url, reason="end missing")
            at += len(piece) - len(stream.unconsumed_tail) - len(stream.unused_data)
            window = min(window * 2, _PIECE)
            yield part
        if at == len(data):
            return
    raise DocumentError("MED-H209", url=url, reason=f"> {MAX_MEMBERS} members")


def check_text(url: str, data: bytes) -> bytes:
    """Return the document without byte order mark; refuse what is not strict UTF-8.

    Raises:
        DocumentError: naming the offset of the first bad byte.
    """
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError("MED-H202", url=url, offset=error.start) from error
    nul = data.find(b"\x00")
    if nul >= 0:
        raise DocumentError("MED-H225", url=url, offset=nul)
    return data.removeprefix(_UTF8_BOM)


def check_shape(url: str, data: bytes, format_: ox.RdfFormat) -> None:
    """Refuse nesting beyond :data:`MAX_DEPTH`, and XML with a DOCTYPE or an enormous tag.

    Raises:
        DocumentError: saying which.
    """
    if format_ == ox.RdfFormat.RDF_XML:
        _check_xml(url, data)
    elif format_ == ox.RdfFormat.JSON_LD:
        _check_depth(url, _JSON_STRINGS.sub(b"", data))
    else:
        _check_turtle(url, data)


def _check_turtle(url: str, data: bytes) -> None:
    if _may_span_lines(data):
        if sum(data.count(mark) for mark in (b"[", b"(", b"{", b"<<")) > MAX_DEPTH:
            bare = _TURTLE_NOISE.sub(b" ", data)
            _check_depth(url, bare.replace(b"<<", b"[").replace(b">>", b"]"))
        return
    # Most lines hold no bracket, and only the others are worth a regular expression.
    brackets = data.translate(None, _NOT_BRACKETS_OR_ENDS).split(b"\n")
    lines = compress(data.split(b"\n"), brackets)
    _check_depth(url, _TURTLE_NOISE.sub(b" ", b"\n".join(lines)))


def _may_span_lines(data: bytes) -> bool:
    """Whether a token might go on in the next line, looking first at what such tokens need."""
    bare = data.translate(None, _NOT_IN_THEM)
    return any(mark in bare for mark in _MANY_LINES) and any(mark in data for mark in _MANY_LINES)


def _check_depth(url: str, bare: bytes) -> None:
    depth = 0
    for mark in bare.translate(None, _NOT_BRACKETS):
        depth += _STEP[mark]
        if depth > MAX_DEPTH:
            raise DocumentError("MED-H203", url=url, limit=MAX_DEPTH)


def _check_xml(url: str, data: bytes) -> None:
    encoding = _XML_ENCODING.match(data)
    if encoding and encoding.group(1).lower() not in {b"utf-8", b"us-ascii"}:
        raise DocumentError("MED-H202", url=url, offset=encoding.start(1))
    if b"<!doctype" in data.lower() or b"<!entity" in data.lower():
        raise DocumentError("MED-H204", url=url)
    depth = 0
    for found in _XML_TOKENS.finditer(data):
        depth += _step(url, found["tag"])
        if depth > MAX_DEPTH:
            raise DocumentError("MED-H203", url=url, limit=MAX_DEPTH)


def _step(url: str, tag: bytes | None) -> int:
    """Return by how much a tag goes deeper; what is no tag does not."""
    if tag is None:
        return 0
    if len(tag) > MAX_TAG:  # parsers compare each attribute with all others
        start = tag[:60].decode("utf-8", "replace")
        raise DocumentError("MED-H205", url=url, limit=MAX_TAG, start=start)
    return -1 if tag.startswith(b"</") else 0 if tag.endswith(b"/>") else 1


def with_local_contexts(url: str, data: bytes, contexts: dict[str, Any]) -> bytes:
    """Put the contexts of the local list in the place of their addresses.

    Raises:
        DocumentError: JSON that is not strict, or a context that is not on the list.
    """
    replaced = _Contexts(url, contexts)
    try:
        document = json.loads(data, object_pairs_hook=_distinct, parse_constant=_no_constant)
        found = replaced.walk(document)
        return json.dumps(found, ensure_ascii=False).encode() if replaced.changed else data
    except (ValueError, RecursionError) as error:  # half a character cannot be encoded again
        raise DocumentError("MED-H200", url=url, reason=str(error)) from error


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a key is repeated in one object")
    return table


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _refuse_what_would_vanish(node: dict[str, Any]) -> None:
    """Refuse an IRI or a language of no form: JSON-LD leaves out all that it is said of."""
    for key, form in _FORMS.items():
        text = node.get(key)
        if isinstance(text, str) and not form.fullmatch(text):
            raise ValueError(f"{key} cannot be {text!r}")


class _Contexts:
    """Walks a JSON document (its depth is already bounded) and settles every remote context."""

    def __init__(self, url: str, contexts: dict[str, Any]) -> None:
        self._url = url
        self._contexts = contexts
        self.changed = False

    def walk(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self.walk(item) for item in node]
        if not isinstance(node, dict):
            return node
        _refuse_what_would_vanish(node)
        return {
            key: self._settle(value) if key == "@context" else self.walk(value)
            for key, value in node.items()
        }

    def _settle(self, context: Any) -> Any:
        if isinstance(context, list):
            return [self._settle(item) for item in context]
        if isinstance(context, dict):
            if "@import" in context:
                self._refuse(str(context["@import"]))
            return {
                key: self.walk(value) if isinstance(value, dict) else value
                for key, value in context.items()
            }
        if not isinstance(context, str):
            return context
        if context not in self._contexts:
            self._refuse(context)
        self.changed = True
        return self._contexts[context]

    def _refuse(self, context: str) -> None:
        raise DocumentError("MED-H206", url=self._url, context=context)
