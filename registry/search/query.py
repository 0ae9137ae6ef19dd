"""What one asks of the index and what it answers: plain values, no SQL."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Self

from vocab.properties import facets

PAGE_SIZE = 25
NEAR_RADIUS_KM = 30.0

FACETS: tuple[str, ...] = (*facets(), "departement", "pole", "manque")
"""URL parameter of each facet, in the order of the pages: those of properties, then our own."""

# What a place should state and may lack: the values of the facet `manque`.
EXPECTED = ("horaires", "telephone", "services", "coordonnees")


Value = tuple[str, str]
"""A facet and one of its values."""
INVENTED: Value = ("exemple", "oui")
"""What an invented place has."""
NO_PHONE: Value = ("manque", "telephone")
"""What a place has that states no number."""


@dataclass(frozen=True, slots=True)
class Query:
    """A view on the places: every part narrows it (AND); values of one facet widen it (OR).

    Attributes:
        text: words that must all occur (accents, case and endings do not count).
        named: words that must all occur in the name or the address.
        phone: digits of a telephone number, as people dial it.
        filters: facet (one of :data:`FACETS`) -> chosen values.
        any_of: (facet, value) pairs, of which a place has one at least, whatever the facet.
        or_named: texts; a place in whose name all words of one stand need not have one of
            ``any_of``.
        called: a name; a place that bears it needs no value of ``any_of``, and comes first.
        none_of: (facet, value) pairs, of which a place has none.
        preferred: (facet, value) pairs that bring a place forward, where ``ranked_at`` is given.
        first: (facet, value) pairs; a place that has one comes before all that have none.
        behind: (facet, value) pairs; a place that has one comes after all that have none.
        mainly: (facet, value) pairs; a place that has none of them stands further back.
        bbox: west, south, east, north in WGS 84 degrees; nearest to its middle first by default.
        locality: name of a commune, postcode or INSEE code.
        near: latitude, longitude; keeps what lies within ``radius_km``, nearest first by default.
        communes: INSEE codes of communes, whose places are kept however far they lie from ``near``.
        is_rough: whether ``near`` is some kilometres off what was asked for.
        island: code of the island from which one looks (:mod:`vocab.islands`), whose places come
            first; empty for the mainland; None: nobody knows, or it does not matter.
        open_at: moment at which the places must be open; without a zone, by each place's own clock.
        open_on: days on one of which the places must open, by each place's own clock.
        open_between: times of those days between which they must open, if only those count.
        page: from 1.
        size: places on a page.
        sort: ``nom``, ``maj`` (latest first), ``ancien`` (oldest first); empty: the most relevant.
        ranked_at: moment for which the most useful place comes first, where ``sort`` is empty:
            distance, whether it is open, what one knows of it (:mod:`registry.search.ranking`).
        ranked_most: places around a point of which each is ranked so: beyond, distance decides.
    """

    text: str = ""
    named: str = ""
    phone: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    any_of: tuple[Value, ...] = ()
    or_named: tuple[str, ...] = ()
    called: str = ""
    none_of: tuple[Value, ...] = ()
    preferred: tuple[Value, ...] = ()
    first: tuple[Value, ...] = ()
    behind: tuple[Value, ...] = ()
    mainly: tuple[Value, ...] = ()
    bbox: tuple[float, float, float, float] | None = None
    locality: str = ""
    near: tuple[float, float] | None = None
    radius_km: float = NEAR_RADIUS_KM
    communes: tuple[str, ...] = ()
    is_rough: bool = False
    island: str | None = None
    open_at: datetime | None = None
    open_on: tuple[date, ...] = ()
    open_between: tuple[time, time] | None = None
    page: int = 1
    size: int = PAGE_SIZE
    sort: str = ""
    ranked_at: datetime | None = None
    ranked_most: int = 5_000

    @property
    def ages(self) -> bool:
        """Whether what it finds, or its order, is another as time goes by."""
        return bool(self.open_at or self.open_on or self.ranked_at)

    @property
    def at_any_time(self) -> Self:
        """The same, whether places are open or not."""
        return replace(self, open_at=None, open_on=(), open_between=None)

    @property
    def real(self) -> Self:
        """The same without invented places, to which nobody is sent, unless those are asked for."""
        if INVENTED[0] in self.filters:
            return self
        return replace(self, none_of=(*self.none_of, INVENTED))

    @property
    def is_all(self) -> bool:
        """Whether nothing narrows it or ranks what it finds: all that is published."""
        return replace(self, sort="", page=1) == type(self)()

    @property
    def start(self) -> tuple[float, float] | None:
        """Where distances start that order a view: what is near, else the middle of its box."""
        if self.near or self.bbox is None:
            return self.near
        west, south, east, north = self.bbox
        return (south + north) / 2, (west + east) / 2

    @property
    def is_local(self) -> bool:
        """Whether it asks for places that one person can reach."""
        return bool(self.near or self.communes or self.filters.get("departement"))


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A place as a list shows it. Coordinates in WGS 84 degrees, None when unknown.

    ``hours`` are those that a program reads; ``writes_hours`` tells whether it states any, be it in
    words that only people understand. A position is doubtful that lies far from its commune:
    its distance is that of the further of both then. A distance is rough where it starts from a
    point that is some kilometres off; across the sea lies what no road leads to from there.
    """

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
    hours: str
    modified: str
    summary: str
    phone: str
    services: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    fees: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    is_example: bool = False
    writes_hours: bool = False
    distance_km: float | None = None
    is_position_doubtful: bool = False
    is_at_centre: bool = False
    is_distance_rough: bool = False
    is_across_sea: bool = False


@dataclass(frozen=True, slots=True)
class ResultPage:
    """One page of the answer; ``total`` counts the whole answer."""

    total: int
    page: int
    pages: int
    places: tuple[PlaceView, ...]


@dataclass(frozen=True, slots=True)
class OpenCounts:
    """How many places of a view are open at a moment, closed, or do not say."""

    open: int
    closed: int
    unknown: int


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
