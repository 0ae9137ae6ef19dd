"""The language between the pool and its workers: a JSON header, then bytes."""

import json
import struct
from typing import Any

_LENGTHS = struct.Struct(">II")
HEAD_BYTES = _LENGTHS.size


def frame(header: dict[str, Any], body: bytes = b"") -> bytes:
    """Write one message."""
    text = json.dumps(header).encode()
    return _LENGTHS.pack(len(text), len(body)) + text + body


def lengths(head: bytes) -> tuple[int, int]:
    """Read the sizes of the header and of the body from a message's first bytes."""
    header, body = _LENGTHS.unpack(head)
    return header, body


def header_of(text: bytes) -> dict[str, Any]:
    """Read a header."""
    return dict(json.loads(text))
