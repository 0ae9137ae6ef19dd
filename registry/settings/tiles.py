"""Which streets the map of the results lies on: ``[map] tiles``, an address or a file, and credit.

An address becomes part of the policy of every page (``img-src``), so that nothing goes through
that could say more there than one origin.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from vocab.errors import UsageError

SUFFIX = ".pmtiles"
LONGEST_ADDRESS, LONGEST_CREDIT = 500, 200
_PLACES = ("{z}", "{x}", "{y}")
_ADDRESS = re.compile(
    r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?/[A-Za-z0-9{}._~/%?&=+@!:-]*\Z"
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//|\\\\")


@dataclass(frozen=True, slots=True)
class MapSettings:
    """The section ``[map]`` of the settings.

    Attributes:
        tiles: ``https://…/{z}/{x}/{y}.png``, or the path of a raster PMTiles file; empty for none.
        credit: who made the map, as its licence asks to be told.
    """

    tiles: str = ""
    credit: str = ""


def within(folder: Path, tiles: str) -> str:
    """Return tiles as a file of settings in a folder means them: a path is relative to it."""
    return str(folder / tiles) if tiles and not _SCHEME.match(tiles) else tiles


def is_address(tiles: str) -> bool:
    """Whether tiles come from the web; else they are a file, or there are none."""
    return tiles.startswith(("http://", "https://"))


def origin_of(tiles: str) -> str:
    """Return the origin that pages must allow for images; empty where it is the node's own."""
    if not is_address(tiles):
        return ""
    parts = urlsplit(tiles)
    return f"{parts.scheme}://{parts.netloc}"


def check_tiles(tiles: str, credit: str) -> None:
    """Refuse tiles that no map can show, or whose makers are not named.

    Raises:
        UsageError: says which setting, and what it should be.
    """
    if len(credit) > LONGEST_CREDIT or not credit.isprintable():
        raise UsageError(
            "[map] credit: give {most} printable characters at most", most=LONGEST_CREDIT
        )
    if not tiles:
        return
    if not credit.strip():
        raise UsageError("[map] tiles needs credit: name who made the map, as its licence asks")
    if is_address(tiles):
        _check_address(tiles)
    elif _SCHEME.match(tiles) or not tiles.lower().endswith(SUFFIX):
        raise UsageError(
            "[map] tiles {tiles!r}: give an address https://…/{{z}}/{{x}}/{{y}}.png, or the path "
            "of a file .pmtiles",
            tiles=tiles[:60],
        )


def _check_address(tiles: str) -> None:
    rest = tiles
    for place in _PLACES:
        rest = rest.replace(place, "", 1)
    is_whole = len(rest) == len(tiles) - sum(map(len, _PLACES)) and not set("{}") & set(rest)
    if len(tiles) > LONGEST_ADDRESS or not (_ADDRESS.match(tiles) and is_whole):
        raise UsageError(
            "[map] tiles {tiles!r}: give an address with {{z}}, {{x}} and {{y}} once each, in "
            "ASCII, without password",
            tiles=tiles[:60],
        )
    try:
        port = urlsplit(tiles).port
    except ValueError:
        port = 0
    if port == 0:
        raise UsageError("[map] tiles {tiles!r}: this port is none", tiles=tiles[:60])
