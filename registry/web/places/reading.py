"""How what was typed was read, in words, each part of it with the view that remains without it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time

from registry.find.answer import Answer, Asked, values_of
from registry.find.areas import Area
from registry.find.mistakes import nearly
from registry.find.phrase import Part, Understood
from registry.search.query import Query
from registry.web.places.in_french import in_place, of_place
from registry.web.places.sought import alternatives, in_words, together
from registry.web.places.view_query import query_string
from registry.web.places.ways_out import changed, without_facets
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import number
from registry.web.site.labels import (
    closing_hour,
    concept_label,
    day_without_year,
    departement_name,
    facet_label,
    hour,
    moment,
)
from registry.web.site.node import current_node
from vocab.namespaces import SCHEMES
from vocab.territory import commune
from vocab.text import capitalised, name_key, words

_LARGE, _FIRST = 10_000, 3
"""Of places of one name, these are shown at once: so many inhabitants, or so many places."""
_TOWN = 2_000
"""Inhabitants of a namesake from which on one is asked about it before the list."""
_MOST_SIMILAR, _MOST_COMPARED = 4, 20
_WAYS = frozenset(
    {"modalites-acces/se-presenter", "modalites-acces/prendre-un-rdv-en-ligne",
     "modalites-accompagnement/a-distance", "itinerance/itinerant", "frais/gratuit"}
)  # fmt: skip
"""How one comes, is helped and pays: who asks for one of these has to know that nobody says so."""
_ARRONDISSEMENT = " Arrondissement"


@dataclass(frozen=True, slots=True)
class Chip:
    """Something in force or on offer, with the view to which it leads."""

    label: str
    view: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood, in words.

    Attributes:
        needs: what is looked for; empty for any place.
        care: how one wants to be received besides; empty for any way.
        wished: what brings a place forward: as it was typed, or where nothing else was asked for.
        unstated: those of them that no place listed states: ways to come or to be helped, and all
            that is only wished for.
        filters: the values that were chosen in filters.
        words: words that are looked for as they are.
        where: the place, as a part of a sentence; empty for everywhere.
        when: the moment, as a part of a sentence; empty for any.
        over: that the moment that was named is over and another is meant, in a sentence.
        overruled: words of a moment, where another was chosen.
        corrected: what was typed, where a typing mistake was forgiven.
        lies_in: that a quarter or a former commune was typed, and in what it lies, in a sentence.
        unused: that a street or a distance was typed and is not used, in a sentence.
        one_of_two: that of two needs no place states both, in a sentence.
        parts: each part, to be taken off.
        place: the place as it was typed.
        choices: places of one name, between which one must choose, the largest first.
        smaller: the others of that name, which few people mean.
        similar: places with names like one that is unknown.
        others: other places of that name.
        namesakes: that some of those are towns, in a sentence that asks which one is meant.
        around: where the last words may be the name of a place as well, the view around it.
        called: where a place is all that was typed, the view of what has its words in the name.
        wishes: what may be asked for besides.
        literal: the view that takes the words as they are; empty where that is the same.
    """

    needs: str
    care: str
    wished: tuple[str, ...]
    unstated: tuple[str, ...]
    filters: tuple[str, ...]
    words: str
    where: str
    when: str
    over: str
    overruled: str
    corrected: str
    lies_in: str
    unused: str
    one_of_two: str
    parts: tuple[Chip, ...]
    place: str
    choices: tuple[tuple[Area, str], ...]
    smaller: tuple[tuple[Area, str], ...]
    similar: tuple[tuple[Area, str], ...]
    others: tuple[tuple[Area, str], ...]
    namesakes: str
    around: Chip | None
    called: Chip | None
    wishes: tuple[Chip, ...]
    literal: str


def reading_of(asked: Asked, answer: Answer) -> Reading:
    """Return how a question was read."""
    understood, located = answer.understood, answer.understood.located
    others = located.others if located else ()
    to_choose = (*answer.must_choose, *others) if answer.must_choose else ()
    choices = tuple((area, _in_area(asked, answer, area)) for area in to_choose)
    large = sum(area.population >= _LARGE for area, _link in choices)
    first = max(large, min(_FIRST, len(answer.must_choose)))
    return Reading(
        needs=alternatives(understood.declared),
        care=together(understood.care),
        wished=tuple(map(in_words, _wished(understood))),
        unstated=tuple(_said_alone(concept) for concept in _unstated(answer)),
        filters=tuple(label for label, _without in without_facets(asked)),
        words=_words(asked, answer),
        where=_where(asked, answer),
        when=_when(answer.query),
        over=_over(answer),
        overruled=_overruled(asked, answer),
        corrected=located.corrected if located and not located.unused else "",
        lies_in=_lies_in(answer),
        unused=_unused(answer),
        one_of_two=_one_of_two(answer),
        parts=(*_typed(asked, answer), *_chosen(asked)),
        choices=choices[:first],
        smaller=choices[first:],
        place=_named_place(answer),
        similar=_similar(asked, answer),
        others=tuple((area, _in_area(asked, answer, area)) for area in others if not choices),
        namesakes=_namesakes(answer),
        around=_around_words(asked, answer),
        called=_called(asked, answer),
        wishes=tuple(_wishes(asked, answer)),
        literal=_literal(asked, answer),
    )


def _wished(understood: Understood) -> tuple[str, ...]:
    """The concepts that were typed as wishes; where nothing is needed, all that words wish for."""
    if not understood.declared:
        return understood.wishes
    typed = (name for part in understood.parts if part.kind == "wish" for name in part.concepts)
    return tuple(name for name in dict.fromkeys(typed) if name in understood.wishes)


def _unstated(answer: Answer) -> Iterator[str]:
    """The ways to come or to be helped that were typed, where nothing that is listed states it."""
    wished = set(_wished(answer.understood) if answer.page.total else ())
    if not answer.unstated:
        wished &= _WAYS
    index, query = current_node().index, answer.query
    for concept in sorted(wished):
        for facet, value in values_of((concept,)):
            filters = {**query.filters, facet: (*query.filters.get(facet, ()), value)}
            if not index.count(replace(query, filters=filters)):
                yield concept


def _said_alone(concept: str) -> str:
    """A wish between quotation marks: the ways as people say them, all else by its name."""
    return in_words(concept) if concept in _WAYS else concept_label(SCHEMES + concept)


def _literal(asked: Asked, answer: Answer) -> str:
    """The view that takes the words as they are, where those were taken for anything else."""
    is_other = answer.understood.declared or answer.narrows_nothing
    return query_string(replace(asked, is_literal=True)) if is_other else ""


def area_name(area: Area) -> str:
    """Return the name of an area as people type it, with its département where it has one."""
    if area.kind in ("departement", "region", "land"):
        return area.name
    if area.kind == "arrondissement":
        return area.name.removesuffix(_ARRONDISSEMENT)
    around = _around(area)
    if around == area.name:  # Paris is in Paris
        return around
    return _("{name} ({departement})", name=area.name, departement=around)


def _around(area: Area) -> str:
    """The département of an area; of a postcode, its largest commune as well."""
    inside = departement_name(area.departement)
    largest = commune(area.communes[0]) if area.kind == "postcode" else None
    return f"{largest.name}, {inside}" if largest else inside


def _where(asked: Asked, answer: Answer) -> str:
    if asked.view.bbox:
        return _("in the area of the map")
    if asked.view.near:
        return _("less than {km} km from you", km=number(answer.radius_km or 0))
    area = answer.area
    if area is None:
        return answer.query.locality
    place = area_name(area)
    if answer.radius_km is None:
        return _("in {place}", place=place, in_place=in_place(area, place))
    km = number(answer.radius_km)
    if _reaches_beyond(answer.query):
        return _(
            "in {place} or less than {km} km away",
            place=place, in_place=in_place(area, place), km=km,
        )  # fmt: skip
    return _("less than {km} km from {place}", km=km, place=place, of_place=of_place(place))


def _reaches_beyond(query: Query) -> bool:
    """Whether places of the commune lie outside the circle around it, and are listed as well."""
    index = current_node().index
    return bool(query.communes) and index.count(query) > index.count(replace(query, communes=()))


def _lies_in(answer: Answer) -> str:
    """That a part of a town was typed, and distances are those from the middle of the whole."""
    located, area = answer.understood.located, answer.area
    if not located or not located.former or not area or answer.radius_km is None:
        return ""
    place = area_name(area)
    if name_key(located.former) in name_key(area.name):
        return ""
    return _(
        "“{text}” is in {place}: distances start from the centre of {place}.",
        text=located.former, place=place,
        in_place=in_place(area, place), of_place=of_place(place),
    )  # fmt: skip


def _unused(answer: Answer) -> str:
    """That what was typed beside the name of a place, a street or a quarter, is not used."""
    located, area = answer.understood.located, answer.area
    distance = next((one for one in answer.understood.parts if one.kind == "distance"), None)
    if distance and answer.radius_km is None:
        text = _part(distance, answer)
        return _("“{text}” is not taken into account: say from which town.", text=text)
    if not located or not located.unused or not area:
        return ""
    if answer.radius_km is None:
        return _("“{text}” is not taken into account.", text=located.unused)
    return _(
        "“{text}” is not taken into account: distances start from the centre of {place}.",
        text=located.unused, place=area_name(area), of_place=of_place(area_name(area)),
    )  # fmt: skip


def _one_of_two(answer: Answer) -> str:
    """That each place states one of two needs only."""
    if not answer.none_does_both:
        return ""
    one, other = map(alternatives, answer.understood.both)
    return _(
        "No place here states both “{one}” and “{other}”: each states one of them.",
        one=one, other=other,
    )  # fmt: skip


def _named_place(answer: Answer) -> str:
    """The place as it was typed, in whichever field."""
    understood = answer.understood
    part = next((one for one in understood.parts if one.kind == "place"), None)
    typed = understood.where if part is None or part.field == "where" else understood.need
    return typed[part.start : part.end] if part else typed.strip()


def _namesakes(answer: Answer) -> str:
    """Which of several towns of one name this is about: who means another has to see it first."""
    located, area = answer.understood.located, answer.area
    if area is None or located is None or located.former:
        return ""
    key = name_key(area.name)
    towns = (one for one in located.others if name_key(one.name) == key)
    if not any(one.population >= _TOWN for one in towns):
        return ""
    return _(
        "Several towns are called “{name}”: this is {place}. Did you mean another one?",
        name=area.name, place=area_name(area),
    )  # fmt: skip


def _similar(asked: Asked, answer: Answer) -> tuple[tuple[Area, str], ...]:
    """Places whose names are like the one that is unknown, each with the question about it."""
    if not answer.is_place_unknown:
        return ()
    found = nearly(_named_place(answer), _MOST_COMPARED)
    located = answer.understood.located
    if located and located.abroad:  # Porto may be Porto-Vecchio, London is no Lonçon
        key = name_key(located.abroad)
        found = tuple(area for area in found if name_key(area.name).startswith(key))
    return tuple((area, _in_area(asked, answer, area)) for area in found[:_MOST_SIMILAR])


def _words(asked: Asked, answer: Answer) -> str:
    """The very words that are looked for; signs alone are said too, since they find nothing."""
    if asked.is_literal or answer.understood.phone or not words(asked.need):
        return asked.need
    return answer.declared.text or answer.declared.named


def _when(query: Query) -> str:
    """The moment or the days of a view: what is said is what was looked for."""
    at = query.open_at
    if at and not at.tzinfo:
        return _("open on {day} at {time}", day=day_without_year(at.date()), time=hour(at.time()))
    if at:
        return _("open now")
    days = _(" or ").join(map(day_without_year, query.open_on))
    if days and query.open_between:
        return _("open on {day} {part}", day=days, part=_part_of_day(query.open_between))
    return _("open on {day}", day=days) if days else ""


def _part_of_day(between: tuple[time, time]) -> str:
    start, end = hour(between[0]), closing_hour(between[1])
    return _("between {start} and {end}", start=start, end=end)


def _over(answer: Answer) -> str:
    """That what was named lies behind, and which moment is looked at instead."""
    over, ahead, query = answer.over, answer.query.open_at, answer.query
    if over and query.open_on and query.open_between:
        over = datetime.combine(over.date(), query.open_between[1])
        day, part = day_without_year(query.open_on[0]), _part_of_day(query.open_between)
        said = _("{day} {part}", day=day, part=part)
        return _past(over, said)
    if over is None or ahead is None:
        return ""
    return _past(over, moment(ahead))


def _past(over: datetime, ahead: str) -> str:
    # The French sentence begins with the day.
    said = _("It is past {over}: this is about {next}.", over=moment(over), next=ahead)
    return capitalised(said)


def _overruled(asked: Asked, answer: Answer) -> str:
    """The words of a moment that was not looked for, since another one was chosen."""
    spoken = answer.understood.moment
    if not asked.view.open_at or spoken is None or spoken.is_now:
        return ""
    return ", ".join(
        _part(part, answer) for part in answer.understood.parts if part.kind == "moment"
    )


def _typed(asked: Asked, answer: Answer) -> Iterator[Chip]:
    """Each part of what was typed, with what remains without it."""
    if asked.is_literal:
        yield Chip(
            _("“{text}”", text=asked.need), query_string(replace(asked, need="", is_literal=False))
        )
        return
    understood = answer.understood
    for part in understood.parts:
        need, where = understood.without(part)
        without = replace(asked, need=need, where=where, view=replace(asked.view, page=1))
        yield Chip(_part(part, answer), query_string(without))


def _part(part: Part, answer: Answer) -> str:
    typed = answer.understood.where if part.field == "where" else answer.understood.need
    return typed[part.start : part.end]


def _chosen(asked: Asked) -> Iterator[Chip]:
    """What was chosen besides words: all of it is shown, none can only be guessed."""
    view = asked.view
    if view.near:
        yield Chip(_("around me"), query_string(replace(changed(asked, near=None), radius_km=None)))
    if asked.radius_km is not None:
        label = _("within {km} km", km=number(asked.radius_km))
        yield Chip(label, query_string(replace(asked, radius_km=None)))
    if view.bbox:
        yield Chip(_("in the area of the map"), query_string(changed(asked, bbox=None)))
    if view.open_at:
        at_clock = _("open on {moment}", moment=moment(view.open_at))
        label = _("Open now") if view.open_at.tzinfo else at_clock
        yield Chip(label, query_string(changed(asked, open_at=None)))
    yield from (Chip(label, query_string(without)) for label, without in without_facets(asked))


def _wishes(asked: Asked, answer: Answer) -> Iterator[Chip]:
    """What the words make likely to be wanted, where some place states it."""
    index, terms = current_node().index, current_node().index.terms()
    for facet, value in values_of(answer.understood.wishes):
        chosen = answer.query.filters.get(facet, ())
        if value in chosen:
            continue
        filters = {**answer.query.filters, facet: (*chosen, value)}
        if count := index.count(replace(answer.query, filters=filters)):
            label = facet_label(facet, value, terms[facet, value])
            added = {**asked.view.filters, facet: (*chosen, value)}
            shown = _("{name} ({count})", name=label, count=number(count))
            yield Chip(shown, query_string(changed(asked, filters=added)))


def _called(asked: Asked, answer: Answer) -> Chip | None:
    """The view of the words of a place, where nothing but that was typed as the need."""
    parts = [part for part in answer.understood.parts if part.field == "need"]
    if [part.kind for part in parts] != ["place"] or answer.is_place_unknown:
        return None
    text = _part(parts[0], answer)
    label = _("Search for “{text}” in names and descriptions", text=text)
    return Chip(label, query_string(replace(asked, need=text, is_literal=True)))


def _around_words(asked: Asked, answer: Answer) -> Chip | None:
    """The view around the place that some words may name, where they were taken for others."""
    may_be = answer.understood.perhaps
    if may_be is None or answer.area:
        return None
    areas = may_be.located.areas
    name = _("“{text}”", text=may_be.where) if may_be.located.ask else area_name(areas[0])
    without = replace(asked, need=may_be.need, where=may_be.where)
    view = query_string(replace(without, view=replace(asked.view, page=1)))
    return Chip(_("Search near {place}", place=name, of_place=of_place(name)), view)


def _in_area(asked: Asked, answer: Answer, area: Area) -> str:
    """The same question about one of several places of a name, on the day that was typed there."""
    need, where = answer.understood.need, area_name(area)
    for part in answer.understood.parts:
        if part.kind == "place" and part.field == "need":
            need, _where = answer.understood.without(part)
        elif part.kind == "moment" and part.field == "where":
            where = f"{where} {_part(part, answer)}"
    said_km = answer.understood.radius_km
    radius_km = said_km if asked.radius_km is None else asked.radius_km
    other = replace(asked, need=need, where=where, radius_km=radius_km)
    return query_string(replace(other, view=replace(asked.view, page=1)))
