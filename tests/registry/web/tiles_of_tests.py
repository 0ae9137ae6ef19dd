"""A small raster PMTiles file, made here: each tile is one colour, which tells its zoom."""

import gzip
import struct
import zlib
from pathlib import Path

from pmtiles.tile import (
    Compression,
    TileType,
    deserialize_header,
    serialize_header,
    zxy_to_tileid,
)
from pmtiles.writer import Writer

ZOOMS = (3, 4)
MISSING = (4, 0, 0)
"""A tile within the zooms that the file does not have."""


def png(red: int, green: int, blue: int, side: int = 256) -> bytes:
    """Return a PNG of one colour."""
    rows = (b"\0" + bytes((red, green, blue)) * side) * side
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def image_of(zoom: int) -> bytes:
    """Return the image of every tile of a zoom."""
    return png(40 * zoom, 200, 255 - 40 * zoom)


def write_tiles(path: Path, kind: TileType = TileType.PNG) -> Path:
    """Write all tiles of the world in :data:`ZOOMS` but :data:`MISSING`; gives the path."""
    with path.open("wb") as stream:
        writer = Writer(stream)
        for zoom in range(ZOOMS[0], ZOOMS[1] + 1):
            places = [(zoom, x, y) for x in range(1 << zoom) for y in range(1 << zoom)]
            for tile_id in sorted(zxy_to_tileid(*one) for one in places if one != MISSING):
                writer.write_tile(tile_id, image_of(zoom))
        header = {
            "tile_type": kind, "tile_compression": Compression.NONE, "min_lon_e7": -1_800_000_000,
            "min_lat_e7": -850_000_000, "max_lon_e7": 1_800_000_000, "max_lat_e7": 850_000_000,
            "center_zoom": 3, "center_lon_e7": 0, "center_lat_e7": 0,
        }  # fmt: skip
        writer.finalize(header, {})
    return path


def uncompress_directories(path: Path) -> None:
    """Write the file again with its directories and its description as they are."""
    content = path.read_bytes()
    header = deserialize_header(content)
    body = b""
    for part in ("root", "metadata", "leaf_directory", "tile_data"):
        start = header[f"{part}_offset"]  # type: ignore[literal-required]
        piece = content[start : start + header[f"{part}_length"]]  # type: ignore[literal-required]
        if part != "tile_data" and piece:
            piece = gzip.decompress(piece)
        header[f"{part}_offset"] = 127 + len(body)  # type: ignore[literal-required]
        header[f"{part}_length"] = len(piece)  # type: ignore[literal-required]
        body += piece
    header["internal_compression"] = Compression.NONE
    path.write_bytes(serialize_header(header) + body)
