"""Where to go when a view holds no place: nearby views that do, each with its count."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from registry.search import FACETS, Query
from registry.web.places.outlines import neighbours
from registry.web.places.view_query import query_string
from registry.web.site.i18n import gettext as _
from registry.web.site.labels import departement_label, facet_label
from registry.web.site.node import current_node
from vocab.territory import departements
from vocab.text import name_key

MAX_SUGGESTIONS = 8
_WIDER_KM = 200.0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A view that holds places: what it changes, in words, its parameters and its count."""

    label: str
    view: str
    count: int


def suggestions(query: Query) -> list[Suggestion]:
    """Return the least changes that bring places, in the order of how little they give up."""
    found: list[Suggestion] = []
    seen: set[str] = set()
    for label, other in _candidates(query):
        view = query_string(other)
        if view in seen or len(found) == MAX_SUGGESTIONS:
            continue
        seen.add(view)
        count = current_node().index.count(other)
        if count:
            found.append(Suggestion(label, view, count))
    return found


def _candidates(query: Query) -> Iterator[tuple[str, Query]]:
    yield from _as_departement(query)
    yield from _without_one(query)
    yield from _bordering(query)
    if query.text:
        yield _("“{text}” everywhere", text=query.text), Query(text=query.text)
        words = query.text.split()
        if len(words) > 1:
            for word in words:
                yield _("“{text}” only", text=word), replace(query, text=word)
        yield _("without the words “{text}”", text=query.text), replace(query, text="")


def _as_departement(query: Query) -> Iterator[tuple[str, Query]]:
    """The département whose name or code was typed where a commune or a postcode belongs."""
    typed = name_key(query.locality)
    for found in departements() if typed else ():
        if typed in (name_key(found.code), name_key(found.name)):
            filters = {**query.filters, "departement": (found.code,)}
            label = departement_label(found.code)
            yield label, replace(query, locality="", filters=filters)


def _without_one(query: Query) -> Iterator[tuple[str, Query]]:
    """Each narrowing but words taken off, moments and areas first."""
    if query.open_at:
        yield _("at any time"), replace(query, open_at=None)
    if query.near and query.radius_km < _WIDER_KM:
        yield _("up to {km} km", km=int(_WIDER_KM)), replace(query, radius_km=_WIDER_KM)
    if query.near:
        yield _("at any distance"), replace(query, near=None)
    if query.bbox:
        yield _("outside this map frame"), replace(query, bbox=None)
    if query.locality:
        yield _("elsewhere than “{name}”", name=query.locality), replace(query, locality="")
    terms = current_node().index.terms()
    for facet in FACETS:
        for value in query.filters.get(facet, ()):
            label = facet_label(facet, value, terms.get((facet, value), value))
            yield _("without the filter {name}", name=label), _without_facet(query, facet, value)


def _without_facet(query: Query, facet: str, value: str) -> Query:
    rest = tuple(other for other in query.filters[facet] if other != value)
    filters = {name: values for name, values in query.filters.items() if name != facet}
    return replace(query, filters=filters | ({facet: rest} if rest else {}))


def _bordering(query: Query) -> Iterator[tuple[str, Query]]:
    """The same view in each département that borders the chosen one."""
    chosen = query.filters.get("departement", ())
    if len(chosen) != 1:
        return
    for code in neighbours(chosen[0]):
        filters = {**query.filters, "departement": (code,)}
        yield _("next door: {name}", name=departement_label(code)), replace(query, filters=filters)
