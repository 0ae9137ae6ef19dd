"""A place that moved into another: its last version says which (``dct:isReplacedBy``)."""

from dataclasses import replace

from registry.search.facts import facts_of
from registry.search.query import PlaceView, Query
from registry.web.site.language import current_lang
from registry.web.site.node import current_node
from registry.web.workspace.places import WrittenSource
from vocab.namespaces import DCT
from vocab.records import Record

_ANYWHERE_KM = 20_100.0
_OFFERED = 100
"""Places to choose from, the nearest first."""


def successors(written: WrittenSource, record: Record) -> list[tuple[str, PlaceView]]:
    """Return the places of the same source that may take the place of one.

    Returns:
        The pole's identifier of each, and the place: the nearest first, then those without a
        position.
    """
    facts, index = facts_of(record, current_lang()), current_node().index
    filters = {"pole": (written.source.pole,)}
    query = Query(filters=filters, size=_OFFERED, sort="nom")
    found: tuple[PlaceView, ...] = ()
    if facts.latitude is not None and facts.longitude is not None:
        near = (facts.latitude, facts.longitude)
        found = index.search(replace(query, sort="", near=near, radius_km=_ANYWHERE_KM)).places
        query = replace(query, filters=filters | {"manque": ("coordonnees",)})
    # Those at the centre of their commune have a position, yet none that is exact.
    near_iris = {place.iri for place in found}
    found += tuple(one for one in index.search(query).places if one.iri not in near_iris)
    named = ((written.local_id(place.iri), place) for place in found if place.iri != record.iri)
    return [(local_id, place) for local_id, place in named if local_id]


def replaced(record: Record, by: str) -> Record:
    """Return a place that says which one it moved into."""
    lines = {*not_replaced(record).lines, f"{_start(record)}<{by}> ."}
    return Record(record.iri, tuple(sorted(lines)))


def not_replaced(record: Record) -> Record:
    """Return a place as it was before it said which one it moved into."""
    start = _start(record)
    return Record(record.iri, tuple(one for one in record.lines if not one.startswith(start)))


def _start(record: Record) -> str:
    return f"<{record.iri}> <{DCT}isReplacedBy> "
