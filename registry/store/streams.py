"""A binary file whose content is made, or arrives, as it is read."""

from collections.abc import Iterable, Iterator
from typing import IO, cast


class _Stream:
    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks: Iterator[bytes] = iter(chunks)
        self._buffer = b""

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._buffer) < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._buffer += chunk
        cut = len(self._buffer) if size < 0 else size
        data, self._buffer = self._buffer[:cut], self._buffer[cut:]
        return data


def stream(chunks: Iterable[bytes]) -> IO[bytes]:
    """Return a file over parts, for a reader that only calls ``read``."""
    return cast("IO[bytes]", _Stream(chunks))


def batches(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Join parts into fewer, each of ``size`` or just over it.

    No part is divided: what belongs together, such as a document with blank nodes, is one part.
    """
    held: list[bytes] = []
    length = 0
    for chunk in chunks:
        held.append(chunk)
        length += len(chunk)
        if length >= size:
            yield b"".join(held)
            held.clear()
            length = 0
    if held:
        yield b"".join(held)
