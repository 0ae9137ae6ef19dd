"""What one asks of the index and what it answers: plain values, no SQL."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from vocab.properties import facets

PAGE_SIZE = 25
NEAR_RADIUS_KM = 30.0

FACETS: tuple[str, ...] = (*facets(), "departement", "pole", "manque")
"""URL parameter of each facet, in the order of the pages: those of properties, then our own."""

# What a place should state and may lack: the values of the facet `manque`.
EXPECTED = ("horaires", "telephone", "services", "coordonnees")

# Families of places that the map distinguishes, in the order of their numbers in `points`.
FAMILIES = ("bibliotheque", "france-services", "tiers-lieu", "autre")


@dataclass(frozen=True, slots=True)
class Query:
    """A view on the places: every part narrows it (AND); values of one facet widen it (OR).

    Attributes:
        text: words that must all occur (accents, case and endings do not count).
        filters: facet (one of :data:`FACETS`) -> chosen values.
        bbox: west, south, east, north in WGS 84 degrees.
        locality: name of a commune, postcode or INSEE code.
        near: latitude, longitude; keeps what lies within ``radius_km``, nearest first by default.
        open_at: moment at which the places must be open; without a zone, by each place's own clock.
        page: from 1.
        size: places on a page.
        sort: ``nom``, ``maj`` (latest first), ``ancien`` (oldest first); empty: the most relevant.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bbox: tuple[float, float, float, float] | None = None
    locality: str = ""
    near: tuple[float, float] | None = None
    radius_km: float = NEAR_RADIUS_KM
    open_at: datetime | None = None
    page: int = 1
    size: int = PAGE_SIZE
    sort: str = ""


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A place as a list shows it. Coordinates in WGS 84 degrees, None when unknown."""

    rowid: int
    iri: str
    pole: str
    path: str
    name: str
    street: str
    postcode: str
    commune: str
    departement: str
    latitude: float | None
    longitude: float | None
    family: int
    hours: str
    modified: str
    summary: str
    services: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    distance_km: float | None = None


@dataclass(frozen=True, slots=True)
class ResultPage:
    """One page of the answer; ``total`` counts the whole answer."""

    total: int
    page: int
    pages: int
    places: tuple[PlaceView, ...]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet: its slug in URLs, the IRI that labels it, and how many places have it."""

    value: str
    iri: str
    count: int


@dataclass(frozen=True, slots=True)
class Resource:
    """Where the page of a record is, whatever its class; ``gone`` when its pole deleted it."""

    iri: str
    pole: str
    path: str
    source: str
    kind: str
    title: str
    gone: bool
    time: str


@dataclass(frozen=True, slots=True)
class PoleSummary:
    """A pole as seen from the index: how much it publishes, and when its data last changed."""

    slug: str
    places: int
    resources: int
    last_change: str
