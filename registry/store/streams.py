"""A binary file whose content is made, or arrives, as it is read."""

from collections.abc import Iterable, Iterator
from typing import IO, cast


class _Stream:
    def __init__(self, parts: Iterable[bytes]) -> None:
        self._parts: Iterator[bytes] = iter(parts)
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._rest) < size:
            part = next(self._parts, None)
            if part is None:
                break
            self._rest += part
        cut = len(self._rest) if size < 0 else size
        data, self._rest = self._rest[:cut], self._rest[cut:]
        return data


def stream(parts: Iterable[bytes]) -> IO[bytes]:
    """Give a file over parts, for a reader that only calls ``read``."""
    return cast("IO[bytes]", _Stream(parts))


def portions(parts: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Join parts into fewer, each of ``size`` or just over it.

    No part is divided: what belongs together, such as a document with blank nodes, is one part.
    """
    held: list[bytes] = []
    length = 0
    for part in parts:
        held.append(part)
        length += len(part)
        if length >= size:
            yield b"".join(held)
            held.clear()
            length = 0
    if held:
        yield b"".join(held)
