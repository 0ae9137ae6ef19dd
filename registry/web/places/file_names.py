"""The name of a file of places says what it holds: ten of them in a folder can be told apart."""

from collections.abc import Iterator

from registry.find.answer import Asked, Resolved
from registry.web.site.labels import facet_label
from registry.web.site.node import current_node
from vocab.slugs import slug_of

_FIRST = "lieux"
_MOST = 60
"""Longest name without its ending, in characters: all of them are ASCII letters, digits and -."""


def file_name(asked: Asked, found: Resolved, ending: str) -> str:
    """Return the name of the file that holds the places of a question: ``lieux-wifi-lyon.csv``.

    Args:
        asked: the question.
        found: how it was read.
        ending: what the file is, without its dot.
    """
    said = " ".join(_said(asked, found))
    name = slug_of(f"{_FIRST} {said}", _FIRST, _MOST) if said else _FIRST
    return f"{name}.{ending}"


def _said(asked: Asked, found: Resolved) -> Iterator[str]:
    terms = current_node().index.terms() if asked.view.filters else {}
    yield asked.need
    yield from (
        facet_label(facet, value, terms.get((facet, value), value))
        for facet, values in asked.view.filters.items()
        for value in values
    )
    if not (asked.view.near or asked.view.bbox):  # a place beside a position has no part in it
        yield found.area.name if found.area else asked.where
