"""Which places of a pole an editor looks at: words, what they lack, of which type, in an order."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import request

from registry.search.query import EXPECTED, PlaceView, Query
from registry.web.places.view_query import MAX_TEXT
from registry.web.site.labels import facet_label
from registry.web.site.node import current_node

PER_PAGE = 50
OLDEST = "ancien"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class PlaceFilter:
    """What is looked for among the places of a pole.

    Attributes:
        slug: of the pole.
        words: of the name, the street or the commune.
        missing: what the places lack; empty: nothing in particular.
        kind: value of their type; empty: whatever type.
        sort: ``ancien``, the oldest record first; empty: by name.
    """

    slug: str
    words: str = ""
    missing: str = ""
    kind: str = ""
    sort: str = ""

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of an address that asks for the same."""
        asked = {"q": self.words, "manque": self.missing, "type": self.kind, "tri": self.sort}
        return {name: text for name, text in asked.items() if text}

    def query(self, page: int = 1, size: int = PER_PAGE) -> Query:
        """Return the question to the index."""
        asked = {"pole": self.slug, "manque": self.missing, "type": self.kind}
        filters = {name: (value,) for name, value in asked.items() if value}
        sort = self.sort or "nom"
        return Query(named=self.words, filters=filters, page=page, size=size, sort=sort)

    def places(self) -> Iterator[PlaceView]:
        """Return all places that fit, by name."""
        index, page = current_node().index, 1
        while True:
            found = index.search(self.query(page, _AT_ONCE))
            yield from found.places
            if page >= found.pages:
                return
            page += 1


def asked_places(slug: str) -> PlaceFilter:
    """Return what the address asks for: ``q``, ``manque``, ``type``, ``tri``."""
    asked = request.args
    missing = asked.get("manque", "")
    sort = OLDEST if asked.get("tri") == OLDEST else ""
    words, kind = asked.get("q", "").strip()[:MAX_TEXT], asked.get("type", "")[:MAX_TEXT]
    return PlaceFilter(slug, words, missing if missing in EXPECTED else "", kind, sort)


def kinds(slug: str) -> list[tuple[str, str, int]]:
    """Return the types of the places of a pole: value, words, how many."""
    found = current_node().index.facets(Query(filters={"pole": (slug,)})).get("type", ())
    named = [(one.value, facet_label("type", one.value, one.iri), one.count) for one in found]
    return sorted(named, key=lambda each: each[1])


def kind_name(wanted: PlaceFilter) -> str:
    """Return the type of place that is looked for, in words."""
    return next((name for value, name, _ in kinds(wanted.slug) if value == wanted.kind), "")
