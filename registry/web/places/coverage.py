"""Where places are, and where few are: a drawn map by département, and the table behind it."""

from bisect import bisect_right
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from registry.search import Query
from registry.web.places.outlines import drawing_size, outlines
from registry.web.site.labels import departement_name
from registry.web.site.node import current_node
from vocab.text import name_key

blueprint = Blueprint("coverage", __name__)

CLASSES = 5
_SORTS = ("nom", "code", "lieux")


@dataclass(frozen=True, slots=True)
class Row:
    """A département: its places, how many of them state their hours, its shade (0: no place)."""

    code: str
    name: str
    places: int
    with_hours: int
    shade: int


@blueprint.get("/couverture")
def coverage() -> ResponseReturnValue:
    """Show how many places each département has, sorted by ``tri``: nom, code or lieux."""
    sort = request.args.get("tri", "nom")
    if sort not in _SORTS:
        raise BadRequest(f"tri={sort[:80]!r}: {', '.join(_SORTS)}")
    rows = _rows()
    steps = _steps([row.places for row in rows])
    width, height = drawing_size()
    return render_template(
        "coverage.html",
        rows=sorted(rows, key=partial(_rank, sort)),
        shapes=[(shape, next(row for row in rows if row.code == shape.code))
                for shape in outlines()],
        legend=_legend(steps, max((row.places for row in rows), default=0)),
        empty=sum(not row.places for row in rows),
        sort=sort,
        width=width,
        height=height,
    )  # fmt: skip


def _rows() -> list[Row]:
    index = current_node().index
    counts = {item.code: item.count for item in index.by_departement()}
    timeless = index.facets(Query(filters={"manque": ("horaires",)})).get("departement", ())
    without = {item.value: item.count for item in timeless}
    steps = _steps(list(counts.values()))
    codes = sorted({shape.code for shape in outlines()} | counts.keys())
    return [
        Row(code, departement_name(code), counts.get(code, 0),
            counts.get(code, 0) - without.get(code, 0), _shade(counts.get(code, 0), steps))
        for code in codes
    ]  # fmt: skip


def _steps(counts: list[int]) -> list[int]:
    """The least count of each shade: as many départements in one as in another."""
    held = sorted(count for count in counts if count)
    return sorted({held[len(held) * part // CLASSES] for part in range(CLASSES)}) if held else []


def _shade(count: int, steps: list[int]) -> int:
    return bisect_right(steps, count) if count else 0


def _legend(steps: list[int], most: int) -> list[tuple[int, int, int]]:
    """(shade, from, to) of each shade."""
    ends = [*(step - 1 for step in steps[1:]), most]
    return list(zip(range(1, len(steps) + 1), steps, ends, strict=True))


def _rank(sort: str, row: Row) -> tuple[int, str]:
    if sort == "lieux":
        return -row.places, name_key(row.name)
    return 0, row.code if sort == "code" else name_key(row.name)
