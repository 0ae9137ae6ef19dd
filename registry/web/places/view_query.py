"""The view in the address: URL parameters to a :class:`Query` and back.

A parameter that has no sense is an error 400, never a silently wider search.
"""

import math
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from registry.search.query import FACETS, NEAR_RADIUS_KM, Query
from registry.web.site.i18n import gettext as _

MAX_TEXT = 200
MAX_VALUES = 50
MAX_VALUES_LENGTH = 4_000
MAX_PAGE = 100_000
MAX_RADIUS_KM = 200.0
YEARS = range(1900, 2200)  # far from the ends of the calendar, where time zones have no room
SORTS = ("", "nom", "maj", "ancien")
TEXT, LOCALITY, NEAR, RADIUS, BOX = "q", "ou", "pres", "rayon", "bbox"
OPEN, OPEN_AT, PAGE, SORT = "ouvert", "quand", "page", "tri"


def parse_query(args: MultiDict[str, str], now: datetime) -> Query:
    """Read a view from URL parameters.

    Raises:
        BadRequest: names the parameter, its value and what it should be.
    """
    return Query(
        text=_text(args, TEXT),
        filters=_filters(args),
        bbox=_box(args.get(BOX, "")),
        locality=_text(args, LOCALITY),
        near=_near(args.get(NEAR, "")),
        radius_km=_radius(args.get(RADIUS, "")),
        open_at=_moment(args, now),
        page=_page(args.get(PAGE, "")),
        sort=_sort(args.get(SORT, "")),
    )


def query_string(query: Query, *, page: int | None = None) -> str:
    """Write a view as URL parameters, without what is at its default."""
    pairs: list[tuple[str, str]] = []
    if query.text:
        pairs.append((TEXT, query.text))
    if query.locality:
        pairs.append((LOCALITY, query.locality))
    for facet in FACETS:
        pairs += [(facet, value) for value in query.filters.get(facet, ())]
    if query.near:
        pairs.append((NEAR, _numbers(query.near)))
        if not math.isclose(query.radius_km, NEAR_RADIUS_KM):
            pairs.append((RADIUS, f"{query.radius_km:g}"))
    if query.bbox:
        pairs.append((BOX, _numbers(query.bbox)))
    if query.open_at:
        wall_clock = query.open_at.tzinfo is None
        pairs.append((OPEN_AT, query.open_at.strftime("%Y-%m-%dT%H:%M")) if wall_clock
                     else (OPEN, "1"))  # fmt: skip
    if query.sort:
        pairs.append((SORT, query.sort))
    if page and page > 1:
        pairs.append((PAGE, str(page)))
    return urlencode(pairs)


def _text(args: MultiDict[str, str], name: str) -> str:
    value = args.get(name, "").strip()
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


def _box(text: str) -> tuple[float, float, float, float] | None:
    match _floats(text):
        case [west, south, east, north] if (
            -180 <= west <= east <= 180 and -90 <= south <= north <= 90
        ):
            return west, south, east, north
    if text:
        raise _bad_request(BOX, text, _("west,south,east,north in degrees"))
    return None


def _near(text: str) -> tuple[float, float] | None:
    match _floats(text):
        case [latitude, longitude] if abs(latitude) <= 90 and abs(longitude) <= 180:
            return latitude, longitude
    if text:
        raise _bad_request(NEAR, text, _("latitude,longitude in degrees"))
    return None


def _radius(text: str) -> float:
    match _floats(text):
        case [radius] if 0 < radius <= MAX_RADIUS_KM:
            return radius
    if text:
        expected = _("a number of kilometres, {most} at most", most=f"{MAX_RADIUS_KM:g}")
        raise _bad_request(RADIUS, text, expected)
    return NEAR_RADIUS_KM


def _moment(args: MultiDict[str, str], now: datetime) -> datetime | None:
    chosen = args.get(OPEN_AT, "")
    if chosen:
        moment = None
        with suppress(ValueError):
            moment = datetime.fromisoformat(chosen)
        if moment is None or moment.year not in YEARS:
            expected = _("a date and time such as 2026-03-04T10:00")
            raise _bad_request(OPEN_AT, chosen, expected)
        return moment.astimezone(UTC) if moment.tzinfo else moment
    flag = args.get(OPEN, "")
    if flag not in ("", "1"):
        raise _bad_request(OPEN, flag, "1")
    return now if flag else None


def _page(text: str) -> int:
    if not text:
        return 1
    if not (text.isascii() and text.isdigit() and 0 < int(text[:7]) <= MAX_PAGE):
        raise _bad_request(PAGE, text, _("a page number from 1"))
    return int(text[:7])


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
