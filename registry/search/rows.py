"""A change of the ledger as rows of the index: pure, so that ``differences`` can compare them."""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from registry.ledger.namespaces import relayed, space_of
from registry.ledger.types import Change, Source
from registry.search.facts import PLACE, PlaceFacts, Reading, facet_values, facts_of
from registry.search.positions import point_to_check
from registry.search.words import stems
from vocab.namespaces import MED
from vocab.properties import NAMING
from vocab.records import Record
from vocab.schemes import concept
from vocab.text import name_key

_KINDS = (
    "Place", "Pole", "Network", "Organization", "Person", "Agreement", "Succession",
    "FormerRecord",
)  # fmt: skip
_SEARCHED = ("service", "type", "programme")

PLACE_COLUMNS = (
    "iri", "pole", "path", "name", "sort_key", "street", "postcode", "commune", "commune_key",
    "insee", "departement", "latitude", "longitude", "hours", "modified", "summary",
    "phone", "commune_latitude", "commune_longitude",
)  # fmt: skip
DOUBTFUL = "latitude <> commune_latitude OR longitude <> commune_longitude"
"""Condition of SQL: a place has a second point, as its commune contradicts its position."""


@dataclass(frozen=True, slots=True)
class PlaceRows:
    """The rows of one place: its columns, its three texts, its facet values with their IRIs."""

    columns: tuple[object, ...]
    texts: tuple[str, str, str]
    facets: tuple[tuple[str, str, str], ...]

    @property
    def pairs(self) -> set[tuple[str, str]]:
        """Facet values without their IRIs."""
        return {(facet, value) for facet, value, _ in self.facets}


def page_path(iri: str, source: Source) -> str:
    """Return the path of a record's page under the pole of its source.

    It is what follows the longest granted namespace in the IRI; for a record that the source passes
    on for others, the whole IRI without its scheme, as two origins may use one local name.
    Percent-encoding is undone, as a web server does before it passes a path on, except in a
    segment of dots, which browsers would resolve away.

    >>> space = "https://zinc.example/id/"
    >>> zinc = Source("zinc", "zinc", "Zinc", "https://zinc.example/feed/", "feed", (space,))
    >>> page_path(f"{space}place/caf%C3%A9", zinc)
    'place/café'
    """
    space = space_of(source, iri)
    path = iri.partition("://")[2] if space in relayed(source) else iri.removeprefix(space)
    if "%" not in path:
        return path
    decoded = ((segment, unquote(segment)) for segment in path.split("/"))
    return "/".join(raw if plain in (".", "..") else plain for raw, plain in decoded)


def kind_of(record: Record) -> str:
    """Return the local name of the record's class in the vocabulary, or ``Resource``."""
    types = set(record.types)
    return next((kind for kind in _KINDS if MED + kind in types), "Resource")


def resource_row(
    change: Change, record: Record, source: Source, place: PlaceRows | None
) -> tuple[object, ...]:
    """Return the row of ``resource`` for a record; ``place`` spares reading a place twice."""
    gone, named = 0, names_of(record, source, place)
    return (record.iri, *named, gone, change.time.isoformat(), change.content_hash)


def names_of(record: Record, source: Source, place: PlaceRows | None) -> tuple[str, ...]:
    """Return pole, path, source, kind and title of a record."""
    if place is not None:
        kind, title = "Place", str(place.columns[PLACE_COLUMNS.index("name")])
    else:
        kind, title = kind_of(record), _title(record)
    return (source.pole, page_path(record.iri, source), source.slug, kind, title)


def place_rows(record: Record, source: Source) -> PlaceRows | None:
    """Return the rows of a place record; None when the record is not a place."""
    if not record.is_a(PLACE):
        return None
    facts = facts_of(record)
    facets = facet_values(facts, source.pole)
    path = page_path(record.iri, source)
    columns = (
        record.iri, source.pole, path, facts.name, name_key(facts.name), facts.street,
        facts.postcode, facts.commune, name_key(facts.commune), facts.insee, facts.departement,
        facts.latitude, facts.longitude, facts.hours, facts.modified,
        facts.summary, next(iter(facts.phones), ""), *_other_point(facts),
    )  # fmt: skip
    return PlaceRows(columns, _texts(facts), tuple(facets))


def _other_point(facts: PlaceFacts) -> tuple[float | None, float | None]:
    """The centre of the commune that contradicts a position, else that position."""
    if facts.latitude is None or facts.longitude is None:
        return None, None
    return point_to_check(facts.insee, (facts.latitude, facts.longitude))


def _texts(facts: PlaceFacts) -> tuple[str, str, str]:
    locality = f"{facts.commune} {facts.postcode} {facts.street}"
    body = " ".join((facts.summary, facts.description, facts.complement, *facts.other_labels))
    listed = [iri for facet in _SEARCHED for iri in facts.concepts[facet]]
    return stems(facts.name), stems(locality), f"{stems(body)} {_stemmed_labels(tuple(listed))}"


@lru_cache(maxsize=8192)
def _stemmed_labels(iris: tuple[str, ...]) -> str:
    """The words of concepts in both languages, so that one may type what a service is called."""
    known = [found for found in map(concept, iris) if found]
    return stems(" ".join(f"{found.label_fr} {found.label_en}" for found in known))


def _title(record: Record) -> str:
    reading = Reading(record)
    return next((text for text in map(reading.one, NAMING) if text), "")
