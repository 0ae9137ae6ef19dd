"""What was only wished for, which keeps no place out of a list: then somebody has to state it."""

from collections.abc import Sequence
from dataclasses import replace

from registry.find.phrase import Understood
from registry.search.index import SearchIndex
from registry.search.query import Query, Value


def unstated_wishes(
    index: SearchIndex, wanted: Query, understood: Understood, values: Sequence[Value]
) -> tuple[str, ...]:
    """Return all that was asked for, where that is wishes or care and no place found states any.

    Such a list answers nobody: its places can only be asked. A place that states one of several is
    an answer, and so is what bears the words that were typed.

    Args:
        index: what the view is counted in.
        wanted: the view, as it is listed.
        understood: how the words were read.
        values: (facet, value) pairs of those wishes and that care.

    Returns:
        Concepts, as list and slug; empty where something answers, or where nothing is listed.
    """
    is_more = wanted.any_of or wanted.text or wanted.named or wanted.phone or wanted.called
    if is_more or not values or not index.count(wanted):
        return ()
    if index.count(replace(wanted, any_of=tuple(values))):
        return ()
    return (*understood.care, *understood.wishes)
