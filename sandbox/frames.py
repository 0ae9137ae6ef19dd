"""Messages between processes of a node: two sizes, a JSON head, then bytes."""

import json
import socket
import struct
import time
from typing import Any

_LENGTHS = struct.Struct(">II")
_CHUNK = 1 << 20
_SHORT = 1 << 16

Frame = tuple[dict[str, Any], bytes]


def send(connection: socket.socket, head: dict[str, Any], body: bytes = b"") -> None:
    """Send one message; raises ``OSError`` when the other end is gone."""
    text = json.dumps(head).encode()
    start = _LENGTHS.pack(len(text), len(body)) + text
    if len(body) <= _SHORT:
        connection.sendall(start + body)
    else:  # a long body is not copied
        connection.sendall(start)
        connection.sendall(body)


def receive(connection: socket.socket, deadline: float | None = None) -> Frame | None:
    """Return one message; None when the other end closed.

    Args:
        connection: where it comes from.
        deadline: moment of the monotonic clock until which all of it must be there.

    Raises:
        OSError: the connection broke, ``TimeoutError`` when the deadline has passed.
    """
    lengths = _exactly(connection, _LENGTHS.size, deadline)
    if lengths is None:
        return None
    head_size, body_size = _LENGTHS.unpack(lengths)
    head = _exactly(connection, head_size, deadline)
    body = _exactly(connection, body_size, deadline)
    if head is None or body is None:
        return None
    return json.loads(head), body


def _exactly(connection: socket.socket, size: int, deadline: float | None) -> bytes | None:
    parts: list[bytes] = []
    while size > 0:
        if deadline is not None:
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                raise TimeoutError
            connection.settimeout(left_s)
        # One that blocks waits for all of it, which then needs no room for a copy.
        most = size if connection.gettimeout() is None else min(size, _CHUNK)
        part = connection.recv(most, socket.MSG_WAITALL)
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)
