"""The view in the address: URL parameters to what is asked for, and back.

A parameter that has no sense is an error 400, never a silently wider search.
"""

import math
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from registry.find.answer import Asked
from registry.search.query import FACETS, Query
from registry.web.site.i18n import PARIS
from registry.web.site.i18n import gettext as _

MAX_TEXT = 200
MAX_VALUES = 50
MAX_VALUES_LENGTH = 4_000
MAX_PAGE = 100_000
MAX_RADIUS_KM = 200.0
YEARS = range(1900, 2200)  # far from the ends of the calendar, where time zones have no room
SORTS = ("", "nom", "maj", "ancien")
NEED, PLACE, NEAR, RADIUS, BOX = "q", "ou", "pres", "rayon", "bbox"
OPEN, OPEN_AT, PAGE, SORT = "ouvert", "quand", "page", "tri"
LITERAL, MAY_BE = "mots", "peut-etre"
FRAME, ZOOM = "cadre", "zoom"
MAX_ZOOM = 22.0
WHOLE_ZOOM = 5.0
"""The zoom at which the mainland fills a screen: that of a frame that names none."""
_WIDEST_PX = 4_096
_WORLD_PX = 256
"""Width of the world at zoom 0."""
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_WORLD = (-180.0, -90.0, 180.0, 90.0)


def parse_asked(args: MultiDict[str, str], now: datetime) -> Asked:
    """Read what is asked for from URL parameters.

    Raises:
        BadRequest: names the parameter, its value and what it should be.
    """
    view = Query(
        filters=_filters(args),
        bbox=_box(args.get(BOX, "")),
        near=_near(args.get(NEAR, "")),
        open_at=_moment(args, now),
        page=_page(args.get(PAGE, "")),
        sort=_sort(args.get(SORT, "")),
    )
    return Asked(
        need=_text(args, NEED),
        where=_text(args, PLACE),
        view=view,
        now=now,
        radius_km=_radius(args.get(RADIUS, "")),
        is_literal=_flag(args, LITERAL),
        may_be=_flag(args, MAY_BE),
    )


def parse_frame(args: MultiDict[str, str]) -> tuple[tuple[float, float, float, float], float]:
    """Read what a map shows: its box (west, south, east, north in degrees) and its zoom.

    The zoom is no deeper than that at which a wide screen could show the box: whoever asks for the
    world at the zoom of a street gets what a map of the world can show.

    Raises:
        BadRequest: names the parameter, its value and what it should be.
    """
    text = args.get(ZOOM, "")
    zoom = _floats(text) or [-1.0 if text else WHOLE_ZOOM]
    if len(zoom) > 1 or not 0 <= zoom[0] <= MAX_ZOOM:
        raise _bad_request(ZOOM, text, _("a number from 0 to {most}", most=f"{MAX_ZOOM:g}"))
    box = _box(args.get(FRAME, ""), FRAME) or _WORLD
    share = max(box[2] - box[0], 2 * (box[3] - box[1])) / 360  # of the width of the world
    return box, min(zoom[0], math.log2(_WIDEST_PX / _WORLD_PX / share) if share else MAX_ZOOM)


def query_string(asked: Asked, *, page: int | None = None) -> str:
    """Write what is asked for as URL parameters, without what is at its default."""
    view = asked.view
    pairs: list[tuple[str, str]] = []
    pairs += [(name, value) for name, value in _typed(asked) if value]
    for facet in FACETS:
        pairs += [(facet, value) for value in view.filters.get(facet, ())]
    if view.near:
        pairs.append((NEAR, _numbers(view.near)))
    if asked.radius_km is not None:
        pairs.append((RADIUS, f"{asked.radius_km:g}"))
    if view.bbox:
        pairs.append((BOX, _numbers(view.bbox)))
    if view.open_at:
        wall_clock = view.open_at.tzinfo is None
        pairs.append((OPEN_AT, view.open_at.strftime("%Y-%m-%dT%H:%M")) if wall_clock
                     else (OPEN, "1"))  # fmt: skip
    if view.sort:
        pairs.append((SORT, view.sort))
    if page and page > 1:
        pairs.append((PAGE, str(page)))
    return urlencode(pairs)


def _typed(asked: Asked) -> Iterator[tuple[str, str]]:
    yield NEED, asked.need
    yield LITERAL, "1" if asked.is_literal else ""
    yield PLACE, asked.where
    yield MAY_BE, "1" if asked.may_be else ""


def _without_direction(text: str) -> str:
    """Leave out marks that turn the direction of what follows: nobody types them."""
    return _DIRECTION.sub("", text)


def _text(args: MultiDict[str, str], name: str) -> str:
    value = _without_direction(args.get(name, "")).strip()
    if len(value) > MAX_TEXT or "\0" in value:
        expected = _("{most} characters at most, no control character", most=MAX_TEXT)
        raise _bad_request(name, value[:40], expected)
    return value


def _filters(args: MultiDict[str, str]) -> dict[str, tuple[str, ...]]:
    found, count, length = {}, 0, 0
    for facet in FACETS:
        values = tuple(dict.fromkeys(value for value in args.getlist(facet) if value))
        count += len(values)
        length += sum(map(len, values))
        # Of all facets together: the page has a link to the view without each value.
        if count > MAX_VALUES:
            raise _bad_request(facet, str(count), _("{most} values at most", most=MAX_VALUES))
        if length > MAX_VALUES_LENGTH:
            long = _("{most} characters at most in all", most=MAX_VALUES_LENGTH)
            raise _bad_request(facet, values[-1], long)
        if values:
            found[facet] = values
    return found


def _box(text: str, name: str = BOX) -> tuple[float, float, float, float] | None:
    match _floats(text):
        case [west, south, east, north] if (
            -180 <= west <= east <= 180 and -90 <= south <= north <= 90
        ):
            return west, south, east, north
    if text:
        raise _bad_request(name, text, _("west,south,east,north in degrees"))
    return None


def _near(text: str) -> tuple[float, float] | None:
    match _floats(text):
        case [latitude, longitude] if abs(latitude) <= 90 and abs(longitude) <= 180:
            return latitude, longitude
    if text:
        raise _bad_request(NEAR, text, _("latitude,longitude in degrees"))
    return None


def _radius(text: str) -> float | None:
    match _floats(text):
        case [radius] if 0 < radius <= MAX_RADIUS_KM:
            return radius
    if text:
        expected = _("a number of kilometres, {most} at most", most=f"{MAX_RADIUS_KM:g}")
        raise _bad_request(RADIUS, text, expected)
    return None


def _moment(args: MultiDict[str, str], now: datetime) -> datetime | None:
    chosen = args.get(OPEN_AT, "")
    if chosen:
        moment = None
        with suppress(ValueError, OverflowError):
            moment = _by_the_clock(datetime.fromisoformat(chosen))
        if moment is None or moment.year not in YEARS:
            expected = _("a date and time such as 2026-03-04T10:00")
            raise _bad_request(OPEN_AT, chosen, expected)
        return moment
    return now if _flag(args, OPEN) else None


def _by_the_clock(moment: datetime) -> datetime:
    """Return a moment as the clocks of the places show it; one with a zone is one of France."""
    return moment.astimezone(PARIS).replace(tzinfo=None) if moment.tzinfo else moment


def _flag(args: MultiDict[str, str], name: str) -> bool:
    value = args.get(name, "")
    if value not in ("", "1"):
        raise _bad_request(name, value, "1")
    return bool(value)


def _page(text: str) -> int:
    if not text:
        return 1
    digits = text.lstrip("0") if text.isascii() and text.isdigit() else ""
    if not digits or len(digits) > len(str(MAX_PAGE)) or int(digits) > MAX_PAGE:
        raise _bad_request(PAGE, text, _("a page number from 1"))
    return int(digits)


def _sort(text: str) -> str:
    if text not in SORTS:
        raise _bad_request(SORT, text, _("nom, maj, ancien or nothing"))
    return text


def _floats(text: str) -> list[float]:
    """The numbers of a list, as Python reads them; none where one is none."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        return []
    return numbers if all(map(math.isfinite, numbers)) else []


def _numbers(values: tuple[float, ...]) -> str:
    return ",".join(f"{value:.5f}".rstrip("0").rstrip(".") for value in values)


def _bad_request(name: str, value: str, expected: str) -> BadRequest:
    return BadRequest(f"{name}={value[:80]!r}: {expected}")
