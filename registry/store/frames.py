"""The language between processes of a node: sizes, a JSON header, then bytes."""

import json
import struct
from collections.abc import Callable, Iterator
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


def received(read: Callable[[int], bytes]) -> tuple[dict[str, Any], bytes] | None:
    """Read one message; None when the other end closed.

    Each message is answered before the next is sent, so that nothing comes after it.

    Args:
        read: gives some bytes, at most as many as it is asked for; none at the end.
    """
    data = _at_least(read, b"", HEAD_BYTES)
    if data is None:
        return None
    header_size, body_size = _LENGTHS.unpack_from(data)
    start = HEAD_BYTES + header_size
    data = _at_least(read, data, start)
    if data is None:
        return None
    parts = [data[start:]]
    missing = start + body_size - len(data)
    while missing > 0:
        part = read(min(CHUNK, missing))
        if not part:
            return None
        parts.append(part)
        missing -= len(part)
    return dict(json.loads(data[HEAD_BYTES:start])), b"".join(parts)


def _at_least(read: Callable[[int], bytes], data: bytes, size: int) -> bytes | None:
    while len(data) < size:
        part = read(max(_SHORT, size - len(data)))
        if not part:
            return None
        data += part
    return data
