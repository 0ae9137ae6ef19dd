"""Who shows the way where no place near states what was asked for: those that receive anybody."""

from collections.abc import Collection
from dataclasses import replace

from registry.search.index import SearchIndex
from registry.search.query import NO_PHONE, PlaceView, Query, Value

MOST = 3
_REACH_KM, _FAR_KM = 20.0, 40.0
_NO_PUBLIC = ("acces", "ce-lieu-n-accueille-pas-de-public")


def who_orients(
    index: SearchIndex, wanted: Query, welcomes: tuple[Value, ...], shown: Collection[int]
) -> tuple[PlaceView, ...]:
    """Return the places that receive anybody, nearest first: those that can be called, else others.

    Args:
        index: where they are looked for.
        wanted: the view that found nothing near; where it looks is all that counts.
        welcomes: values of facets that such places have one of.
        shown: rowids of places that are shown already.
    """
    anyone = Query(
        any_of=welcomes,
        none_of=(*wanted.none_of, _NO_PUBLIC),
        near=wanted.near,
        radius_km=_REACH_KM,
        communes=wanted.communes,
        bbox=wanted.bbox,
        filters={name: values for name, values in wanted.filters.items() if name == "departement"},
        ranked_at=None if wanted.near else wanted.ranked_at,
        size=MOST + len(shown),
    )
    called = replace(anyone, none_of=(*anyone.none_of, NO_PHONE))
    for view in (called, anyone, replace(called, radius_km=_FAR_KM)):
        found = index.search(view).places
        if new := [one for one in found if one.rowid not in shown]:
            return tuple(new[:MOST])
    return ()
