"""Places of the directory that a new one may be already, as a warning before it is published."""

from collections.abc import Iterator
from dataclasses import dataclass

from registry.search.facts import facts_of
from registry.search.query import PlaceView, Query
from registry.web.site.node import current_node, page_url
from registry.web.workspace.draft import Draft
from vocab.records import Record
from vocab.text import words

_LOOKED_AT = 20
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class KnownAlready:
    """A place that may be the same.

    Attributes:
        name: what it is called.
        address: its street and its town.
        page: path of its public page.
        is_same_name: whether the name is the same; else the address is.
    """

    name: str
    address: str
    page: str
    is_same_name: bool


def known_already(draft: Draft, record: Record | None) -> tuple[KnownAlready, ...]:
    """Return the places that a new one may be already: its name, or its numbered address, in town.

    Args:
        draft: the place that is written; one that is published already is compared with nothing.
        record: as it would be published.
    """
    if draft.before is not None or record is None:
        return ()
    facts = facts_of(record)
    name, street = words(facts.name), words(facts.street)
    found: dict[str, KnownAlready] = {}
    for one in _in_town(facts.insee or facts.commune, facts.name, facts.street):
        is_same_name = words(one.name) == name
        is_same_street = words(one.street) == street and any(map(str.isdigit, facts.street))
        if is_same_name or is_same_street:
            where = ", ".join(filter(None, (one.street, f"{one.postcode} {one.commune}".strip())))
            page = page_url(one.pole, one.path)
            found.setdefault(one.iri, KnownAlready(one.name, where, page, is_same_name))
    return tuple(found.values())[:_SHOWN]


def _in_town(town: str, *texts: str) -> Iterator[PlaceView]:
    """Return the places of a commune that bear all words of one of the texts."""
    if not town:
        return
    for text in filter(None, texts):
        query = Query(named=text, locality=town, size=_LOOKED_AT)
        yield from current_node().index.search(query).places
