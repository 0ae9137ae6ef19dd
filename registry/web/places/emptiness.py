"""Why a view holds no place, and the place that comes nearest to what was asked for."""

from dataclasses import replace

from registry.find.answer import Answer, Asked, Finder
from registry.search.query import PlaceView
from registry.web.places.ways_out import changed, without_facets, without_place
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import ngettext, number
from registry.web.site.node import current_node
from vocab.territory import departement

_ANYWHERE_KM = 20_100.0
_OVERSEAS_KM = 1_000.0
"""What is further away lies beyond an ocean: nobody goes there for it."""


def reason(asked: Asked, answer: Answer) -> str:
    """Return which part of a question leaves nothing, in a sentence."""
    count = Finder(current_node().index).count
    view = asked.view
    if view.open_at and count(changed(asked, open_at=None)):
        return _("Places match the rest, but none of them is open then.")
    for label, without in without_facets(asked):
        if count(without):
            return _("It is the filter “{name}” that leaves none.", name=label)
    need, where = without_place(asked)
    if where or view.bbox or view.near:
        anywhere = changed(asked, bbox=None, near=None)
        elsewhere = count(replace(anywhere, need=need, where="", radius_km=None))
        if elsewhere:
            return ngettext(
                "{count} place matches elsewhere in France, none here.",
                "{count} places match elsewhere in France, none here.",
                elsewhere,
                count=number(elsewhere),
            )
    if answer.understood.declared:
        return _("No place of the whole directory says yet that it does this.")
    return _("No place of the whole directory holds these words.") if asked.need else ""


def nearest(answer: Answer) -> PlaceView | None:
    """Return the nearest place that answers: from a département, the nearest to its middle.

    Its distance is told from where one searched, so not where one searched in a département. What
    lies beyond an ocean is near nobody: then there is none.
    """
    if answer.nearest:
        return answer.nearest if _is_this_side(answer.nearest) else None
    query = answer.declared
    codes = query.filters.get("departement", ())
    found = departement(codes[0]) if len(codes) == 1 else None
    if answer.page.total or found is None or found.box is None or not (query.any_of or query.text):
        return None
    box = found.box
    anywhere = replace(
        query,
        filters={name: values for name, values in query.filters.items() if name != "departement"},
        near=((box.south + box.north) / 2, (box.west + box.east) / 2),
        radius_km=_ANYWHERE_KM,
        ranked_at=None,
        sort="",
        size=1,
        page=1,
    )
    places = current_node().index.search(anywhere).places
    found_there = [replace(one, distance_km=None) for one in places if _is_this_side(one)]
    return next(iter(found_there), None)


def _is_this_side(place: PlaceView) -> bool:
    return place.distance_km is None or place.distance_km <= _OVERSEAS_KM
