"""Frames between the harvester and its parsing child: two lengths, a JSON head, raw bytes."""

import json
import struct
from typing import IO, Any

_LENGTHS = struct.Struct(">IQ")

LIMITS = struct.Struct(">QI")
"""What is asked of the nursery: bytes of memory and seconds of processor time of a child."""


def write_frame(stream: IO[bytes], head: dict[str, Any], body: bytes = b"") -> None:
    """Send one frame."""
    text = json.dumps(head).encode()
    stream.write(_LENGTHS.pack(len(text), len(body)))
    stream.write(text)
    stream.write(body)
    stream.flush()


def read_frame(stream: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """Receive one frame, or None when the other side has gone."""
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    head_size, body_size = _LENGTHS.unpack(lengths)
    head = stream.read(head_size)
    body = stream.read(body_size)
    if len(head) < head_size or len(body) < body_size:
        return None
    return json.loads(head), body
