"""Bytes that unpack to more, to no end, or to something else than they say."""

import functools
import gzip
import struct
import zlib

from tests.security.bombs.bomb import NT, PATH, TURTLE, Bomb, dump, served, slow
from tests.simulator import SimulatedPole, endless, gzip_bomb, raw

_GZIP = "application/gzip"
_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/turtle\r\n"
_LINE = b'<urn:a> <urn:b> "c" .\n'


@functools.cache
def _zeros(times: int = 1) -> bytes:
    """300 MB of spaces packed, and packed again."""
    packed = zlib.compressobj(9, wbits=31)
    made = b"".join(packed.compress(b" " * 1_000_000) for _ in range(300)) + packed.flush()
    return functools.reduce(lambda data, _: gzip.compress(data), range(times - 1), made)


def _coded(coding: str, body: bytes) -> bytes:
    head = f"Content-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n"
    return _OK + head.encode() + body


def _answers(make: bytes) -> Bomb:
    return Bomb("dump", "MED-H105", lambda pole: pole.fail(PATH, raw(make)))


def _endless_gzip(pole: SimulatedPole) -> None:
    packer = zlib.compressobj(0, wbits=31)

    def piece(_: int) -> bytes:
        data = packer.compress(_LINE * 50_000)
        return b"%x\r\n%s\r\n" % (len(data), data)

    head = _OK + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    pole.fail(PATH, endless(head, piece))


def _damaged(place: int) -> bytes:
    packed = bytearray(gzip.compress(_LINE * 1_000))
    packed[place] ^= 0xFF
    return bytes(packed)


def _twice(pole: SimulatedPole) -> None:
    body = gzip.compress(_zeros())
    pole.fail(PATH, raw(_coded("gzip", body)))


COMPRESSION: dict[str, Bomb] = {
    "gzip of 300 MB": dump("MED-H104", _GZIP, lambda _: _zeros()),
    "gzip of a gzip": dump("MED-H209", _GZIP, lambda _: _zeros(2)),
    "gzip of gzips, five deep": dump("MED-H209", _GZIP, lambda _: _zeros(5)),
    "gzip in a coding": Bomb("dump", "MED-H104", _twice),
    "coding of 100 MB": Bomb(
        "dump", "MED-H104", lambda pole: pole.fail(PATH, gzip_bomb(100_000_000))
    ),
    "coding without end": Bomb("dump", "MED-H106", _endless_gzip),
    "a million gzip members": dump("MED-H209", _GZIP, lambda _: gzip.compress(b"") * 1_000_000),
    "gzip cut short": dump("MED-H209", _GZIP, gzip.compress(_LINE * 1_000)[:-9]),
    "gzip of a header alone": dump("MED-H209", _GZIP, b"\x1f\x8b\x08"),
    "gzip with a wrong checksum": dump("MED-H209", _GZIP, _damaged(-6)),
    "gzip with a wrong length": dump("MED-H209", _GZIP, _damaged(-2)),
    "gzip with damaged data": dump("MED-H209", _GZIP, _damaged(20)),
    "gzip with a name without end": dump(
        "MED-H209", _GZIP, b"\x1f\x8b\x08\x08" + bytes(6) + b"n" * 5_000_000
    ),
    "gzip with a large extra field": dump(
        "MED-H209", _GZIP, b"\x1f\x8b\x08\x04" + bytes(6) + struct.pack("<H", 65_535) + b"x" * 9
    ),
    "gzip, then noise": dump("MED-H209", _GZIP, gzip.compress(_LINE) + b"\x00\xff" * 1_000),
    "coding called br": _answers(_coded("br", b"\x8b\x02\x80" * 9)),
    "coding called zstd": _answers(_coded("zstd", b"\x28\xb5\x2f\xfd" * 9)),
    "coding called deflate": _answers(_coded("deflate", zlib.compress(_LINE))),
    "fifty codings": _answers(_coded(", ".join(["gzip"] * 50), gzip.compress(_LINE))),
    "gzipped table of 300 MB": served("table", "MED-H104", "text/csv", lambda _: _zeros()),
    "gzipped sitemap of 300 MB": served(
        "sitemap", "MED-H106", "application/xml", lambda _: _zeros()
    ),
    "gzipped sitemap in a gzip": served(
        "sitemap", "MED-H209", "application/xml", gzip.compress(gzip.compress(b"<urlset/>"))
    ),
    "gzipped table in a gzip": served(
        "table", "MED-H209", "text/csv", gzip.compress(gzip.compress(b"id;nom\n1;x\n"))
    ),
    "gzipped stream of 300 MB": served("feed", "MED-H104", NT, lambda _: _zeros()),
    "gzipped catalogue of 300 MB": served("dcat", "MED-H104", TURTLE, lambda _: _zeros()),
}  # fmt: skip
_SLOW = ("coding without end",)
COMPRESSION |= {name: slow(COMPRESSION[name]) for name in _SLOW}
