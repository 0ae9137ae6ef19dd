"""The language between the pool and its workers: a JSON header, then bytes."""

import json
import struct
from collections.abc import Iterator
from typing import Any

_LENGTHS = struct.Struct(">II")
HEAD_BYTES = _LENGTHS.size
CHUNK = 1 << 20
"""Bytes read or waiting at once between two processes."""
_SHORT = 1 << 16


def frames(header: dict[str, Any], body: bytes = b"") -> Iterator[bytes]:
    """Write one message, in pieces to be sent one after another: a long body is not copied."""
    text = json.dumps(header).encode()
    head = _LENGTHS.pack(len(text), len(body)) + text
    if len(body) <= _SHORT:
        yield head + body
    else:
        yield head
        yield body


def lengths(head: bytes) -> tuple[int, int]:
    """Read the sizes of the header and of the body from a message's first bytes."""
    header, body = _LENGTHS.unpack(head)
    return header, body


def header_of(text: bytes) -> dict[str, Any]:
    """Read a header."""
    return dict(json.loads(text))
