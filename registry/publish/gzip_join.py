"""One gzip file out of pieces that were compressed separately.

Each piece is a run of deflate blocks that ends at a byte boundary (``Z_FULL_FLUSH``), so pieces
laid end to end are one deflate stream (RFC 1951, and what the pigz program does). A single gzip
member lets a reader see that a file was cut short, which a chain of members would hide.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# RFC 1952: deflate, no name, no time, unknown system: the same bytes on every machine, every day.
_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_LAST_EMPTY_BLOCK = b"\x03\x00"
_CRC_POLYNOMIAL = 0xEDB88320
_ONE = 1 << 31
_X_TO_8 = 1 << 23
_LEVEL = 6


@dataclass(frozen=True, slots=True)
class Piece:
    """Compressed bytes, with the CRC-32 and the length of what they hold."""

    deflated: bytes
    crc: int
    length: int


def deflate(content: bytes) -> Piece:
    """Compress a piece that can stand between others."""
    compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    deflated = compressor.compress(content) + compressor.flush(zlib.Z_FULL_FLUSH)
    return Piece(deflated, zlib.crc32(content), len(content))


def joined_gzip(pieces: Iterable[Piece]) -> Iterator[bytes]:
    """Return the gzip file that holds the pieces one after the other, a part at a time."""
    crc, length = 0, 0
    yield _HEADER
    for piece in pieces:
        crc = crc_of_both(crc, piece.crc, piece.length)
        length += piece.length
        yield piece.deflated
    yield _LAST_EMPTY_BLOCK
    yield struct.pack("<II", crc, length & 0xFFFFFFFF)


def crc_of_both(first: int, second: int, second_length: int) -> int:
    """Return the CRC-32 of two texts one after the other, from theirs and the length of the second.

    A CRC is a remainder of polynomials over GF(2); appending ``n`` bytes multiplies it by
    ``x^(8n)`` (zlib's ``crc32_combine``).

    >>> crc_of_both(zlib.crc32(b"mail"), zlib.crc32(b"lage"), 4) == zlib.crc32(b"maillage")
    True
    """
    shift, power = _ONE, _X_TO_8
    while second_length:
        if second_length & 1:
            shift = _product(power, shift)
        power = _product(power, power)
        second_length >>= 1
    return _product(shift, first) ^ second


def _product(left: int, right: int) -> int:
    """The product of two remainders, coefficients from the highest bit down."""
    total = 0
    bit = _ONE
    while bit:
        if left & bit:
            total ^= right
        right = (right >> 1) ^ (_CRC_POLYNOMIAL if right & 1 else 0)
        bit >>= 1
    return total
