"""The list of places: what was understood, and what answers it, in words."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from registry.find.answer import Answer, Asked, Finder
from registry.search.hours import local_time, zone_of
from registry.search.index import SearchIndex
from registry.search.query import FACETS, INVENTED, NO_PHONE, FacetValue, PlaceView, Query
from registry.web.answer.admission import UNANSWERED, wait_s
from registry.web.places.emptiness import nearest, reason
from registry.web.places.in_french import of_place
from registry.web.places.opening import Badge, badge_in
from registry.web.places.reading import area_name, reading_of
from registry.web.places.services import look_of
from registry.web.places.set_aside import sentences_set_aside
from registry.web.places.twins import twins_of
from registry.web.places.view_query import parse_asked, query_string
from registry.web.places.ways_out import changed, ways_out, without_place
from registry.web.places.week import week_in_short
from registry.web.site import clock
from registry.web.site.i18n import gettext as _
from registry.web.site.labels import (
    concept_label,
    day_without_year,
    facet_label,
    facet_name,
    moment,
)
from registry.web.site.language import current_lang
from registry.web.site.node import current_node
from vocab.namespaces import SCHEMES
from vocab.properties import AT_CENTRE, facets
from vocab.territory import is_of_another_commune

blueprint = Blueprint("places", __name__)

_FREE = "gratuit"
_HIDDEN_FACETS = ("departement", "manque")
"""The first is a place, the second is for poles: both still work in an address."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet in the form."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class FacetField:
    """A facet in the form."""

    name: str
    title: str
    choices: tuple[Choice, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Quick:
    """A filter that is one press away: its count, and whether it is in force."""

    label: str
    icon: str
    view: str
    count: int | None
    is_on: bool


@dataclass(frozen=True, slots=True)
class UnknownHours:
    """The places whose hours nobody stated: their view, how many, whether some have a phone."""

    view: str
    count: int
    has_phone: bool


@blueprint.get("/lieux")
def listing() -> ResponseReturnValue:
    """Show one page of the places of a view."""
    index = current_node().index
    asked = parse_asked(request.args, clock.now())
    answer = Finder(index).answer(asked)
    _note_unanswered(asked, answer)
    now = local_time(asked.now, answer.clock_of)
    is_open = answer.must_choose or answer.is_place_unknown
    counted = {} if is_open else _counted(index, answer.query)
    groups = [_group(name, values, answer.query) for name, values in counted.items()]
    return render_template(
        "places.html",
        asked=asked,
        answer=answer,
        reading=reading_of(asked, answer),
        page=answer.page,
        badges=_badges(answer, now),
        **_moments(answer, now),
        **_as_listed(answer),
        groups=[group for group in groups if group.name not in _HIDDEN_FACETS],
        empty_filters=len(FACETS) - len(groups),
        filters_open=bool(asked.view.filters),
        quick=tuple(_quick(asked, answer, counted)),
        **_where_none_is(asked, answer),
        unknown_hours=_unknown_hours(asked, answer),
        sets_aside=tuple(sentences_set_aside(asked, answer)),
        **_links(asked),
        asks_where=_asks_where(answer),
        unlocated=_unlocated(counted),
        care_missing=[_label(*value) for value in answer.without_care],
        area_name=area_name,
        has_phone=_has_phone,
        has_doubtful_postcode=is_of_another_commune,
        of_place=of_place,
        look_of=look_of,
        service_iri=lambda concept: SCHEMES + concept,
        shown_services=lambda place: _shown(place.services, answer.understood.declared),
    )


def _counted(index: SearchIndex, query: Query) -> Mapping[str, tuple[FacetValue, ...]]:
    """The values of each facet with as many places as the view has that they lead to.

    Invented places are in few lists (:func:`registry.find.answer.Finder.resolve`): in those of a
    pole, and where they are asked for.
    """
    narrowed = query.real if query.is_all else query
    found = index.facets(narrowed)
    if INVENTED not in narrowed.none_of or INVENTED not in index.terms():
        return found
    rest = tuple(value for value in narrowed.none_of if value != INVENTED)
    whole = index.facets(replace(narrowed, none_of=rest))
    is_asked = query.any_of or query.open_at or query.open_on
    shown = (INVENTED[0],) if is_asked else (INVENTED[0], "pole")
    counted = found | {name: whole[name] for name in shown if name in whole}
    return {name: counted[name] for name in FACETS if name in counted}


def _links(asked: Asked) -> dict[str, object]:
    """The view in addresses: as it is, with another value, on another page, in the form."""
    return {
        "view": query_string(asked),
        "fields_beside_facets": _fields(asked),
        "view_with": lambda **values: query_string(replace(asked, **values)),
        "page_view": lambda number: query_string(asked, page=number),
    }


def _where_none_is(asked: Asked, answer: Answer) -> dict[str, object]:
    """What is said where a view holds no place: why, the nearest, and ways out."""
    if answer.page.total or answer.must_choose:
        return {"ways": [], "reason": "", "nearest": None}
    return {
        "ways": ways_out(asked, answer.area),
        "reason": "" if answer.is_place_unknown else reason(asked, answer),
        "nearest": nearest(answer),
    }


def _as_listed(answer: Answer) -> dict[str, Any]:
    """What there is to say of places beside each other."""
    return {"twins": twins_of(answer.page.places), "further_first": _further_first(answer)}


def _further_first(answer: Answer) -> bool:
    """Whether a place stands before one that is nearer, without another reason than its use."""
    away = [one.distance_km for one in answer.page.places if not one.is_across_sea]
    known = [km for km in away if km is not None]
    is_ranked = answer.query.ranked_at is not None and not answer.query.sort
    return is_ranked and any(later < first for first, later in pairwise(known))


def _asks_where(answer: Answer) -> bool:
    """Whether the list is of the whole country, and no name was looked for in it."""
    query = answer.query
    is_named = query.text or query.named or query.called or query.phone or query.locality
    return not (query.is_local or query.bbox or is_named)


def _unlocated(counted: Mapping[str, tuple[FacetValue, ...]]) -> int:
    """How many of the places listed have no position: those at a centre lack it, and have a pin."""
    lacking = {item.value: item.count for item in counted.get("manque", ())}
    kinds = {item.value: item.count for item in counted.get("position", ())}
    return max(lacking.get("coordonnees", 0) - kinds.get(AT_CENTRE, 0), 0)


def _has_phone(query: Query) -> bool:
    """Whether some place of a view can be called."""
    return current_node().index.count(replace(query, none_of=(*query.none_of, NO_PHONE))) > 0


def _shown(services: Sequence[str], declared: Collection[str]) -> Sequence[str]:
    """The services that a card names, two at most: those asked for, else its first."""
    wanted = {SCHEMES + name for name in declared}
    return ([iri for iri in services if iri in wanted] or services)[:2]


def _note_unanswered(asked: Asked, answer: Answer) -> None:
    """Count a question that found nothing at all, without its place, if only its words did that."""
    node, located, view = current_node(), answer.understood.located, asked.view
    is_place_open = answer.is_place_unknown or (located and (located.ask or located.here))
    listed = 0 if answer.unstated else answer.page.total
    found = listed or (answer.may_be and answer.may_be.total)
    is_near_only = asked.radius_km is not None or answer.understood.radius_km is not None
    is_chosen = view.filters or view.bbox or view.near or view.open_at
    is_narrowed = is_chosen or is_near_only or asked.is_literal
    if not node.config.unanswered or found or is_place_open or is_narrowed:
        return
    if request.method == "GET" and not wait_s(UNANSWERED):
        need, _where = without_place(asked)
        node.state.unanswered.note(need, asked.now.date())


def _label(facet: str, value: str) -> str:
    return concept_label(f"{SCHEMES}{facets()[facet].scheme}/{value}")


def _badges(answer: Answer, now: datetime) -> dict[int, Badge]:
    return {place.rowid: badge_in(answer.query, place, now) for place in _cards(answer)}


def _moments(answer: Answer, now: datetime) -> dict[str, object]:
    """The moment that states are of; on paper, where they are false later, the days to come."""
    today, lang = now.date(), current_lang()
    weeks = {
        place.rowid: week_in_short(place.hours, place.departement, today, lang)
        for place in _cards(answer)
    }
    return {
        "moment_shown": _moment_shown(answer.query, now),
        "weeks": weeks,
        "printed": (moment(now), day_without_year(today + timedelta(days=6))),
    }


def _cards(answer: Answer) -> tuple[PlaceView, ...]:
    may_be = answer.may_be.places if answer.may_be else ()
    return (*answer.page.places, *may_be, *answer.orienting)


def _moment_shown(query: Query, now: datetime) -> str:
    """The moment or the days that the states of the cards are about, in words."""
    if query.open_on and not query.open_at:
        return _(" or ").join(map(day_without_year, query.open_on))
    chosen = query.open_at
    if chosen and not chosen.tzinfo:
        return moment(chosen)
    is_paris = now.utcoffset() == now.astimezone(zone_of("")).utcoffset()
    return moment(now) if is_paris else _("{moment}, local time", moment=moment(now))


def _quick(
    asked: Asked, answer: Answer, counted: Mapping[str, tuple[FacetValue, ...]]
) -> Iterator[Quick]:
    """The filters that most people want, where they would leave some places.

    They look no further than the list that they narrow: else they would show other places than
    those that are counted.
    """
    view, asked = asked.view, _no_further(asked, answer)
    counts, is_on = answer.counts, bool(view.open_at and view.open_at.tzinfo)
    # Where a moment is named, the counts are of that one: nothing is said of now.
    is_of_now = not (answer.query.open_at or answer.query.open_on)
    if is_on or (is_of_now and (counts is None or counts.open)):
        other = changed(asked, open_at=None if is_on else asked.now)
        count = counts.open if counts and not (is_on or answer.unstated) else None
        yield Quick(_("Open now"), "clock", query_string(other), count, is_on)
    for item in counted.get("frais", ()):
        if item.value != _FREE:
            continue
        is_on = _FREE in view.filters.get("frais", ())
        filters = {name: values for name, values in view.filters.items() if name != "frais"}
        other = changed(asked, filters=filters if is_on else filters | {"frais": (_FREE,)})
        count = None if is_on or answer.unstated else item.count
        yield Quick(_("Free"), "", query_string(other), count, is_on)


def _no_further(asked: Asked, answer: Answer) -> Asked:
    """The same within the circle of a list that holds some places."""
    radius_km = answer.radius_km if answer.page.total else None
    return replace(asked, radius_km=asked.radius_km or radius_km)


def _fields(asked: Asked) -> list[tuple[str, str]]:
    """What the form of filters hands on: all that is asked for but what it has fields for."""
    beside = replace(asked, view=Query(near=asked.view.near, bbox=asked.view.bbox), radius_km=None)
    return parse_qsl(query_string(beside))


def _unknown_hours(asked: Asked, answer: Answer) -> UnknownHours | None:
    """What a moment leaves out since nobody stated hours; None where a view is of no moment."""
    if not (answer.query.open_at or answer.query.open_on) or not answer.counts:
        return None
    other = _of_unknown_hours(asked, answer)
    finder = Finder(current_node().index)
    found = finder.resolve(other)
    return UnknownHours(query_string(other), finder.counted(found), _has_phone(found.query))


def _of_unknown_hours(asked: Asked, answer: Answer) -> Asked:
    """The same at any moment and no further, of the places whose hours nobody stated."""
    need, where, understood = asked.need, asked.where, answer.understood
    for part in reversed(understood.parts):
        if part.kind == "moment":
            need, where = understood.without(part)
    filters = {**asked.view.filters, "manque": ("horaires",)}
    other = changed(asked, open_at=None, filters=filters)
    return replace(other, need=need, where=where, radius_km=asked.radius_km or answer.radius_km)


def _group(name: str, values: tuple[FacetValue, ...], query: Query) -> FacetField:
    chosen = set(query.filters.get(name, ()))
    choices = [
        Choice(
            item.value, facet_label(name, item.value, item.iri), item.count, item.value in chosen
        )
        for item in values
    ]
    if name == "departement":
        choices.sort(key=lambda choice: choice.value)
    return FacetField(name, facet_name(name), tuple(choices), bool(chosen) or name == "service")
