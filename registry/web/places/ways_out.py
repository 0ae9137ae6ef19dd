"""Where a view holds no place: the least changes that bring some."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from registry.find.answer import Asked, Finder
from registry.find.areas import Area
from registry.find.phrase import understand, words_to_try
from registry.search.query import FACETS, INVENTED, Query
from registry.web.places.outlines import neighbours
from registry.web.places.view_query import query_string
from registry.web.site.i18n import gettext as _
from registry.web.site.labels import departement_label, facet_label
from registry.web.site.node import current_node

MAX_WAYS = 8
_WIDER_KM = 200.0
_FEW_NAMES = 25
"""Places of the whole country whose names or addresses bear a word that tells them apart."""


@dataclass(frozen=True, slots=True)
class WayOut:
    """A view that holds places: what it changes, in words, its parameters and its count."""

    label: str
    view: str
    count: int


def ways_out(asked: Asked, area: Area | None = None) -> list[WayOut]:
    """Return the least changes that bring places, in the order of how little they give up.

    Args:
        asked: what found nothing.
        area: the place that it names, where that is known.
    """
    finder = Finder(current_node().index)
    found: list[WayOut] = []
    seen: set[str] = set()
    for label, other in _candidates(asked, area):
        view = query_string(other)
        if view in seen or len(found) == MAX_WAYS:
            continue
        seen.add(view)
        if count := finder.count(other):
            found.append(WayOut(label, view, count))
    return found


def without_facets(asked: Asked) -> Iterator[tuple[str, Asked]]:
    """Return each chosen value of a facet in words, with the view without it."""
    terms = current_node().index.terms()
    view = asked.view
    for facet in FACETS:
        for value in view.filters.get(facet, ()):
            label = facet_label(facet, value, terms.get((facet, value), value))
            rest = tuple(other for other in view.filters[facet] if other != value)
            filters = {name: values for name, values in view.filters.items() if name != facet}
            yield label, changed(asked, filters=filters | ({facet: rest} if rest else {}))


def changed(asked: Asked, **values: object) -> Asked:
    """Return what is asked for with other values in its view, from the first page."""
    return replace(asked, view=replace(asked.view, page=1, **values))  # type: ignore[arg-type]


def _candidates(asked: Asked, area: Area | None) -> Iterator[tuple[str, Asked]]:
    yield from _without_one(asked, area.name if area else asked.where)
    yield from _bordering(asked, area)
    if asked.need:
        yield from _other_words(asked)
    facet, value = INVENTED
    if INVENTED in current_node().index.terms() and facet not in asked.view.filters:
        filters = {**asked.view.filters, facet: (value,)}
        yield _("invented places, shown as examples"), changed(asked, filters=filters)


def _without_one(asked: Asked, place: str) -> Iterator[tuple[str, Asked]]:
    """Each narrowing but words taken off, moments and areas first."""
    view = asked.view
    if view.open_at:
        yield _("at any time"), changed(asked, open_at=None)
    said_km = understand(asked.need, asked.where).radius_km
    narrow_km = said_km if asked.radius_km is None else asked.radius_km
    if narrow_km is not None and narrow_km < _WIDER_KM:
        yield _("up to {km} km", km=int(_WIDER_KM)), replace(asked, radius_km=_WIDER_KM)
    if view.near:
        yield _("at any distance"), replace(changed(asked, near=None), radius_km=None)
    if view.bbox:
        yield _("outside the area of the map"), changed(asked, bbox=None)
    need, where = without_place(asked)
    if where:
        elsewhere = replace(asked, need=need, where="")
        yield _("elsewhere in France, not only “{name}”", name=place or where), elsewhere
    for label, without in without_facets(asked):
        yield _("without the filter {name}", name=label), without


def _bordering(asked: Asked, area: Area | None) -> Iterator[tuple[str, Asked]]:
    """The same view in each département that borders the one that was chosen or written."""
    chosen = asked.view.filters.get("departement", ())
    if len(chosen) == 1:
        for code in neighbours(chosen[0]):
            filters = {**asked.view.filters, "departement": (code,)}
            yield _beside(code), changed(asked, filters=filters)
    elif area and area.kind == "departement":
        for code in neighbours(area.code):
            yield _beside(code), replace(changed(asked), where=code)


def _beside(code: str) -> str:
    return _("next door: {name}", name=departement_label(code))


def _other_words(asked: Asked) -> Iterator[tuple[str, Asked]]:
    need, where = without_place(asked)
    if not need:
        return
    yield _("“{text}” everywhere", text=need), replace(asked, need=need, where="", view=Query())
    if len(need.split()) > 1:
        for word in filter(_says_enough, words_to_try(need)):
            yield _("“{text}” only", text=word), replace(asked, need=word, where=where)
    yield _("without “{text}”", text=need), replace(asked, need="", where=where)


def _says_enough(word: str) -> bool:
    """Whether a word alone is worth a search: it is a need, or few names of places bear it.

    « locale » and « cap », of a « mission locale » and « Cap emploi », stand in many names and say
    nothing without the word beside them.
    """
    understood = understand(word)
    if understood.declared or understood.care:
        return True
    return 0 < current_node().index.count(Query(named=word).real) <= _FEW_NAMES


def without_place(asked: Asked) -> tuple[str, str]:
    """Return what is looked for and where, the place that was typed with the need taken out."""
    understood = understand(asked.need, asked.where)
    for part in understood.parts:
        if part.kind == "place" and part.field == "need":
            need, _where = understood.without(part)
            return need, understood.need[part.start : part.end]
    return asked.need, asked.where
