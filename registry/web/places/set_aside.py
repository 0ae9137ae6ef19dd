"""What a view asks for that another part of it overrules: said on the page, and to programs."""

from collections.abc import Iterator

from flask import request

from registry.find.answer import Answer, Asked, Resolved
from registry.web.places.view_query import OPEN, OPEN_AT, PLACE, RADIUS
from registry.web.places.ways_out import without_place
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import number

Parameter = tuple[str, str]
"""A name and its value, as they stand in the address."""


def parameters_set_aside(asked: Asked, found: Resolved) -> Iterator[Parameter]:
    """Return the parameters of a view that another one, or the place, leaves without effect.

    Args:
        asked: the view.
        found: what it was understood as.
    """
    if asked.where and _is_overruled(asked, found):
        yield PLACE, asked.where
    is_open = found.must_choose or found.is_place_unknown
    if asked.radius_km is not None and found.radius_km is None and not is_open:
        yield RADIUS, f"{asked.radius_km:g}"
    if request.args.get(OPEN) and request.args.get(OPEN_AT):
        yield OPEN, "1"


def sentences_set_aside(asked: Asked, answer: Answer) -> Iterator[str]:
    """Return one plain sentence for each of them, and for a page that the list does not have.

    So it does for a place that stands beside a position within the words of the need.
    """
    _need, place = without_place(asked)
    if place and not (asked.where or asked.is_literal) and _is_overruled(asked, answer):
        yield _beside_a_position(asked, place)
    for name, value in parameters_set_aside(asked, answer):
        if name == PLACE:
            yield _beside_a_position(asked, value)
        elif name == RADIUS:
            yield _radius(asked)
        else:
            text = _("Open now")
            yield _("“{text}” is not taken into account: you chose another moment.", text=text)
    if asked.view.page > answer.page.pages:
        yield _("There is no page {page}: this is the last one.", page=number(asked.view.page))


def _is_overruled(asked: Asked, found: Resolved) -> bool:
    """Whether a place that was typed gives way to a frame or a position: « ici » is the latter."""
    located = found.understood.located
    is_here = located is not None and located.here
    return bool(asked.view.bbox or (asked.view.near and not is_here))


def _beside_a_position(asked: Asked, place: str) -> str:
    if asked.view.bbox:
        return _("“{text}” is not taken into account: the search is in a map frame.", text=place)
    return _("“{text}” is not taken into account: the search is around a position.", text=place)


def _radius(asked: Asked) -> str:
    text = _("within {km} km", km=number(asked.radius_km or 0))
    if asked.view.bbox:
        return _("“{text}” is not taken into account.", text=text)
    return _("“{text}” is not taken into account: say from which town.", text=text)
