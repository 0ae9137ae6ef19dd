"""Build the fonts and pictograms that pages load, out of the packages of their authors.

Once the packages are unpacked, each in a folder of its own name::

    npm pack @fontsource-variable/bricolage-grotesque@5.3.0 \
        @fontsource-variable/atkinson-hyperlegible-next@5.3.0 lucide-static@1.62.0
    python -m registry.web.dress.build FOLDER

A development tool: fonttools is not among the libraries of a node.
"""

import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import GlyphCoordinates
from fontTools.varLib.instancer import instantiateVariableFont
from fontTools.varLib.iup import iup_delta

VENDOR = Path(__file__).parent.parent / "static" / "vendor"
CHARACTERS = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "\u00a0¡¢£¥§©«®°±²³·¹»¼½¾¿×÷ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝŒßàáâãäåæçèéêëìíîïñòóôõöùúûüýÿœ"
    + "–—‘’‚“”„†•…‹›€−™"
)
"""What French needs, and the names of its neighbours; others come from the system's fonts."""
PICTOGRAMS = (
    "accessibility arrow-right baby backpack ban book-open brain briefcase bus calendar-check "
    "calendar-clock calendar-off chart-column check chevron-left chevron-right circle-check "
    "circle-help circle-x clock clock-alert cloud-off code coffee copy database download ear euro "
    "external-link eye-off file-check flag footprints git-compare graduation-cap hammer "
    "hand-coins hand-helping heart-handshake history inbox info landmark languages laptop library "
    "lightbulb list locate-fixed log-in log-out mail map map-pin menu minus monitor network "
    "palette phone play plus printer refresh-cw route rss search send share-2 shield-check "
    "sliders-horizontal smartphone store table-2 ticket triangle-alert upload user-round users "
    "users-round venus wifi x"
)
"""The names of Lucide for what is drawn."""
_CONTOURS_OF_A_SLASHED_ZERO = 3
_PHANTOM_POINTS = 4
"""What a variation moves after the points of a glyph: its two bearings and its two heights."""
_DRAWN = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Font:
    """A font to build: its package, its file there, and the weights that are kept of it."""

    package: str
    file: str
    name: str
    weights: float | tuple[float, float]


FONTS = (
    Font("fontsource-variable-bricolage-grotesque", "bricolage-grotesque-latin-wght-normal.woff2",
         "bricolage-grotesque", 700),
    Font("fontsource-variable-atkinson-hyperlegible-next",
         "atkinson-hyperlegible-next-latin-wght-normal.woff2",
         "atkinson-hyperlegible-next", (400, 700)),
)  # fmt: skip


def build_font(font: Font, packages: Path, target: Path) -> None:
    """Write a font with its licence: only our characters and weights, as WOFF2."""
    package = _package(packages, font.package)
    opened = TTFont(package / "files" / font.file, recalcTimestamp=False)
    options = Options()
    options.flavor = "woff2"
    options.hinting = False
    options.layout_features = ["kern", "ccmp", "mark", "mkmk", "tnum"]
    subsetter = Subsetter(options)
    subsetter.populate(text=CHARACTERS)
    subsetter.subset(opened)
    _open_zero(opened)
    instantiateVariableFont(opened, {"wght": font.weights}, inplace=True)
    opened.flavor = "woff2"
    folder = target / font.name
    folder.mkdir(parents=True, exist_ok=True)
    opened.save(folder / f"{font.name}.woff2")
    shutil.copyfile(package / "LICENSE", folder / "LICENSE.txt")


def _open_zero(font: TTFont) -> None:
    """Take the slash out of a zero that has one: among words it reads as computer code.

    Neither the font nor its features have a plain one. The slash stands between two hollows, each
    with one straight side along it: joined beside it, they are the hollow of a plain zero.
    """
    glyph = font["glyf"]["zero"]
    ends = list(glyph.endPtsOfContours)
    if len(ends) < _CONTOURS_OF_A_SLASHED_ZERO:
        return
    order = list(range(ends[0] + 1))
    for first, last in pairwise(ends):
        hollow = range(first + 1, last + 1)
        begin = _after_the_straight_side(hollow, glyph.flags)
        order += [*range(begin, last + 1), *range(first + 1, begin)]
    _keep_variations_whole(font, glyph)
    glyph.coordinates = GlyphCoordinates([glyph.coordinates[point] for point in order])
    glyph.flags = bytearray(glyph.flags[point] for point in order)
    glyph.endPtsOfContours = [ends[0], ends[-1]]
    glyph.numberOfContours = len(glyph.endPtsOfContours)
    phantoms = range(len(order), len(order) + _PHANTOM_POINTS)
    for variation in font["gvar"].variations["zero"]:
        variation.coordinates = [variation.coordinates[point] for point in (*order, *phantoms)]


def _after_the_straight_side(hollow: range, flags: Sequence[int]) -> int:
    """The point where the one straight side of a contour ends: two points on the curve in a row."""
    (begin,) = (
        point
        for point in hollow
        if flags[point] & 1 and flags[point - 1 if point > hollow[0] else hollow[-1]] & 1
    )
    return begin


def _keep_variations_whole(font: TTFont, glyph: Any) -> None:
    """Write out the moves of points that a heavier weight leaves to be guessed from neighbours."""
    points = [*glyph.coordinates, *[(0, 0)] * _PHANTOM_POINTS]
    for variation in font["gvar"].variations["zero"]:
        variation.coordinates = iup_delta(
            variation.coordinates, points, list(glyph.endPtsOfContours)
        )


def build_sprite(packages: Path, target: Path) -> None:
    """Write the pictograms as the symbols of one SVG, each under its name, with their licence."""
    package = _package(packages, "lucide-static")
    folder = target / "lucide"
    folder.mkdir(parents=True, exist_ok=True)
    symbols = "".join(
        f'<symbol id="{name}" viewBox="0 0 24 24">{_drawing(package, name)}</symbol>\n'
        for name in PICTOGRAMS.split()
    )
    sprite = (
        "<!-- @license lucide-static v1.62.0 - ISC -->\n"
        f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}</svg>\n'
    )
    (folder / "icons.svg").write_text(sprite, encoding="utf-8")
    shutil.copyfile(package / "LICENSE", folder / "LICENSE.txt")


def _drawing(package: Path, name: str) -> str:
    """The shapes of a pictogram; colour, width and joins are those of the style sheet."""
    text = (package / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    found = _DRAWN.search(text)
    if found is None:
        raise ValueError(f"{name}.svg is no SVG")
    return re.sub(r"\s+/>", "/>", re.sub(r">\s+<", "><", found[1].strip()))


def _package(packages: Path, name: str) -> Path:
    found = sorted(packages.glob(f"{name}-[0-9]*/package"))
    if not found:
        raise FileNotFoundError(f"{packages}: no folder {name}-VERSION/package")
    return found[-1]


if __name__ == "__main__":
    for each in FONTS:
        build_font(each, Path(sys.argv[1]), VENDOR)
    build_sprite(Path(sys.argv[1]), VENDOR)
