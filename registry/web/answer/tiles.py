"""The streets below the map of the results: tiles of a raster PMTiles v3 file, one by one.

A file is opened for each tile, so that it can be replaced while the node runs. What is wrong with
it is logged once; pages then show the outlines that the node has itself.
"""

import gzip
import logging
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, request
from pmtiles.reader import Reader
from pmtiles.tile import (
    Compression,
    Entry,
    HeaderDict,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_directory,
    find_tile,
    zxy_to_tileid,
)
from werkzeug.exceptions import NotFound

from registry.settings.config import Config
from registry.settings.tiles import is_address
from registry.web.site.language import root_prefix

blueprint = Blueprint("tiles", __name__)

EXTENSION = "maillage.tiles"
_TYPES = {
    TileType.PNG: "image/png", TileType.JPEG: "image/jpeg", TileType.WEBP: "image/webp",
    TileType.AVIF: "image/avif",
}  # fmt: skip
_DAMAGE = (
    OSError, EOFError, ValueError, ArithmeticError, IndexError, zlib.error, MagicNumberNotFound,
    SpecVersionUnsupported,
)  # fmt: skip
"""What the library raises on files that are none, or are cut short."""
_MAX_READ_BYTES = 8_000_000
_DEEPEST_DIRECTORY = 4
"""Directories from the root to a tile, as PMTiles v3 bounds them."""
_DEEPEST_ZOOM = 26
_WEB_ZOOMS = (0, 19)
_DAY_S = 86_400
_LOG = logging.getLogger(__name__)


class _UnusableError(ValueError):
    """A file of tiles that no map of ours can show; the argument says why."""


class TileDamageError(Exception):
    """A tile that cannot be read, though the file was sound when the node started."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Tiles that pages show.

    Attributes:
        address: with ``{z}``, ``{x}``, ``{y}``, as Leaflet fills them in.
        zooms: least and greatest zoom for which there are tiles.
        credit: who made them.
    """

    address: str
    zooms: tuple[int, int]
    credit: str


@dataclass
class TileFile:
    """A raster PMTiles file."""

    path: Path
    zooms: tuple[int, int]
    content_type: str
    _was_logged: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        """Return the image of a tile; None when the file has none.

        Raises:
            TileDamageError: the file cannot be read any more, as the log tells once.
        """
        try:
            with _opened(self.path) as reader:
                return _tile_of(reader, zxy_to_tileid(zoom, column, row))
        except _DAMAGE as error:
            self._log(error)
            raise TileDamageError from error

    def _log(self, error: Exception) -> None:
        with self._lock:
            is_first, self._was_logged = not self._was_logged, True
        if is_first:
            _log_damage(self.path, error)


def install_tiles(app: Flask, config: Config) -> None:
    """Open the tiles of the settings, if they are a file; a damaged one is logged and left out."""
    if config.map_tiles and not is_address(config.map_tiles):
        app.extensions[EXTENSION] = _file_of(Path(config.map_tiles))


def ground_of(config: Config) -> Ground | None:
    """Return the tiles that the running application shows; None for none."""
    if is_address(config.map_tiles):
        return Ground(config.map_tiles, _WEB_ZOOMS, config.map_credit)
    found = _current()
    if found is None:
        return None
    return Ground(f"{root_prefix()}/tuiles/{{z}}/{{x}}/{{y}}", found.zooms, config.map_credit)


@blueprint.get("/tuiles/<int:zoom>/<int:column>/<int:row>")
def tile(zoom: int, column: int, row: int) -> Response:
    """Return one tile of the file: 204 where it has none, 404 beyond its zooms or the world.

    What a damaged file does not give is not kept: it may be mended at any time.

    Raises:
        NotFound: the node shows no tiles of a file, or not at this place.
    """
    found = _current()
    if found is None or not found.zooms[0] <= zoom <= found.zooms[1]:
        raise NotFound
    if max(column, row) >= 1 << zoom:
        raise NotFound
    try:
        image = found.tile(zoom, column, row)
    except TileDamageError:
        return Response(status=204, headers={"Cache-Control": "no-store"})
    response = Response(image, content_type=found.content_type) if image else Response(status=204)
    response.headers["Cache-Control"] = f"public, max-age={_DAY_S}"
    if image:
        response.set_etag(f"{zlib.crc32(image):08x}-{len(image):x}")
        response.make_conditional(request)
    return response


def _current() -> TileFile | None:
    found: TileFile | None = current_app.extensions.get(EXTENSION)
    return found


def _file_of(path: Path) -> TileFile | None:
    try:
        with _opened(path) as reader:
            header = reader.header()
            content_type, zooms = _checked(header)
            _directory(reader, header, header["root_offset"], header["root_length"])
    except _DAMAGE as error:
        _log_damage(path, error)
        return None
    return TileFile(path, zooms, content_type)


def _log_damage(path: Path, error: Exception) -> None:
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    _LOG.warning("map tiles %s: cannot be shown (%s)", path, reason)


def _checked(header: HeaderDict) -> tuple[str, tuple[int, int]]:
    content_type = _TYPES.get(header["tile_type"])
    if content_type is None or header["tile_compression"] is not Compression.NONE:
        raise _UnusableError("its tiles are no plain images: PNG, JPEG, WebP or AVIF are shown")
    directories = header["internal_compression"]
    if directories not in (Compression.NONE, Compression.GZIP):
        raise _UnusableError(
            f"the internal compression of its directories is {directories.name.lower()}: write it "
            "again with gzip or none"
        )
    least, most = header["min_zoom"], header["max_zoom"]
    if not least <= most <= _DEEPEST_ZOOM:
        raise _UnusableError(f"zooms from {least} to {most} make no sense")
    return content_type, (least, most)


def _tile_of(reader: Reader, tile_id: int) -> bytes | None:
    """Look a tile up from directory to directory: the library knows compressed ones only."""
    header = reader.header()
    offset, length = header["root_offset"], header["root_length"]
    for _ in range(_DEEPEST_DIRECTORY):
        entry = find_tile(_directory(reader, header, offset, length), tile_id)
        if entry is None:
            return None
        if entry.run_length:
            at = header["tile_data_offset"] + entry.offset
            return bytes(reader.get_bytes(at, entry.length)) or None
        offset, length = header["leaf_directory_offset"] + entry.offset, entry.length
    return None


def _directory(reader: Reader, header: HeaderDict, offset: int, length: int) -> list[Entry]:
    content = reader.get_bytes(offset, length)
    if header["internal_compression"] is Compression.NONE:
        content = gzip.compress(content, compresslevel=0)  # the only form that the library reads
    return deserialize_directory(content)


@contextmanager
def _opened(path: Path) -> Iterator[Reader]:
    with path.open("rb") as stream:

        def read(offset: int, length: int) -> bytes:
            if length > _MAX_READ_BYTES:
                raise _UnusableError(f"a part of {length} bytes")
            stream.seek(offset)
            part = stream.read(length)
            if len(part) < length:
                raise _UnusableError("it is cut short")
            return part

        yield Reader(read)
