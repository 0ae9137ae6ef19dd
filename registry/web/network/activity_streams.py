"""A notice in Activity Streams 2.0, read without trusting it: one announced address."""

import json
from typing import Any
from urllib.parse import urlsplit

from vocab.errors import UsageError
from vocab.urls import as_asked

MAX_DEPTH = 16
_MAX_URL = 2_048
_AS = "https://www.w3.org/ns/activitystreams"
_VERBS = frozenset({"Announce", "Update"})


def announced(body: bytes) -> str:
    """Return the address that a notice announces (``object`` of an Announce or an Update).

    Raises:
        UsageError: no JSON, too deep, another vocabulary, or no http(s) address; says which.
    """
    document = _parsed(body)
    if not _speaks_as(document.get("@context")):
        raise UsageError('"@context" must name {context}.', context=_AS)
    if not _VERBS & _types(document):
        raise UsageError('"type" must be Announce or Update.')
    found = document.get("object")
    address = found.get("id", found.get("@id")) if isinstance(found, dict) else found
    if not isinstance(address, str) or not _is_address(address):
        raise UsageError('"object" must be the http(s) address of the source.')
    return as_asked(address)


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        text = body.decode("utf-8")
        if _depth(text) > MAX_DEPTH:
            raise UsageError("The JSON has more than {limit} levels.", limit=MAX_DEPTH)
        document = json.loads(text)
    except ValueError as error:
        raise UsageError("The body is not JSON in UTF-8.") from error
    if not isinstance(document, dict):
        raise UsageError("The body must be a JSON object.")
    return document


def _depth(text: str) -> int:
    """How deep brackets nest, those of strings left out; measured before anything recurses."""
    deepest = depth = 0
    quoted = escaped = False
    for char in text:
        if quoted:
            quoted = escaped or char != '"'
            escaped = char == "\\" and not escaped
        elif char == '"':
            quoted = True
        elif char in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "]}":
            depth -= 1
    return deepest


def _speaks_as(context: object) -> bool:
    return _AS in (context if isinstance(context, list) else [context])


def _types(document: dict[str, Any]) -> set[str]:
    found = document.get("type", document.get("@type"))
    names = found if isinstance(found, list) else [found]
    return {name.removeprefix(f"{_AS}#") for name in names if isinstance(name, str)}


def _is_address(text: str) -> bool:
    if len(text) > _MAX_URL or not text.isascii() or any(c <= " " or c in '<>"\\' for c in text):
        return False
    try:
        parts = urlsplit(text)
        _port = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
