"""The search index: a local read model of the ledger for text, facets, map and "open now"."""

from registry.search.facts import PlaceFacts, facts_of
from registry.search.index import SearchIndex, SearchIndexError
from registry.search.query import (
    EXPECTED,
    FACETS,
    FAMILIES,
    DepartmentCount,
    FacetValue,
    PlaceView,
    PoleSummary,
    Query,
    Resource,
    ResultPage,
)

__all__ = [
    "EXPECTED",
    "FACETS",
    "FAMILIES",
    "DepartmentCount",
    "FacetValue",
    "PlaceFacts",
    "PlaceView",
    "PoleSummary",
    "Query",
    "Resource",
    "ResultPage",
    "SearchIndex",
    "SearchIndexError",
    "facts_of",
]
