"""All places at a glance: the home page, its map, and how many each département has."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from registry.search.query import Query
from registry.web.places.outlines import drawing_size, outlines
from registry.web.places.stitches import knitted, located_places
from registry.web.places.territories import address_of, region_lines
from registry.web.places.three_needs import shown_needs
from registry.web.site.labels import departement_name
from registry.web.site.node import current_node
from vocab.territory import departement
from vocab.text import name_key

blueprint = Blueprint("home", __name__)


@dataclass(frozen=True, slots=True)
class Row:
    """A département: its places, how many of them state their hours, its shade (0: no place)."""

    code: str
    name: str
    places: int
    with_hours: int
    shade: int


SHADES = (1, 3, 6, 13)
"""The least number of places in a stitch of each shade."""
_SHADES = 4
_SORTS: dict[str, Callable[[Row], tuple[object, ...]]] = {
    "nom": lambda row: (name_key(row.name),),
    "code": lambda row: (row.code,),
    "lieux": lambda row: (-row.places, name_key(row.name)),
}


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Show the home page."""
    index = current_node().index
    located = located_places()
    return render_template(
        "home.html",
        places=index.counts().get("Place", 0),
        drawing=knitted(lambda cell, _code: f"shade-{shade_of(located[cell])}", located),
        legend=[
            (shade, least, after - 1 if after else None)
            for shade, (least, after) in enumerate(pairwise((*SHADES, 0)), 1)
        ],
        needs=shown_needs(index.facets(Query().real)),
        regions=region_lines(index.by_departement()),
    )


def shade_of(places: int) -> int:
    """Return the shade of a stitch that so many places fall into: 0 for none, then 1 to 4."""
    return bisect_right(SHADES, places)


@blueprint.get("/couverture")
def coverage() -> ResponseReturnValue:
    """Show how many places each département has, sorted by ``tri``: nom, code or lieux."""
    sort = request.args.get("tri", "nom")
    if sort not in _SORTS:
        raise BadRequest(f"tri={sort[:80]!r}: {', '.join(_SORTS)}")
    rows = _rows()
    steps, most = _steps([row.places for row in rows]), max(row.places for row in rows)
    width, height = drawing_size()
    return render_template(
        "coverage.html",
        regions=region_lines(current_node().index.by_departement()),
        page_of=_page_of,
        rows=sorted(rows, key=_SORTS[sort]),
        shapes=[(shape, row) for shape in outlines() for row in rows if row.code == shape.code],
        legend=[
            (shade + 1, least, upto - 1)
            for shade, (least, upto) in enumerate(pairwise([*steps, most + 1]))
        ],
        empty=sum(not row.places for row in rows),
        sort=sort,
        width=width,
        height=height,
    )


def _page_of(code: str) -> str:
    """The page of a département; for a code of no table, the list of what has it."""
    found = departement(code)
    return address_of(found) if found else url_for("places.listing", departement=code)


def _rows() -> list[Row]:
    index = current_node().index
    counts = index.by_departement()
    timeless = index.facets(Query(filters={"manque": ("horaires",)}).real).get("departement", ())
    without = {item.value: item.count for item in timeless}
    steps = _steps(list(counts.values()))
    return [
        Row(code, departement_name(code), count, count - without.get(code, 0),
            bisect_right(steps, count) if count else 0)
        for code in sorted({shape.code for shape in outlines()} | counts.keys())
        for count in (counts.get(code, 0),)
    ]  # fmt: skip


def _steps(counts: list[int]) -> list[int]:
    """The least count of each shade: as many départements in one as in another."""
    held = sorted(count for count in counts if count)
    return sorted({held[len(held) * part // _SHADES] for part in range(_SHADES)}) if held else []
