"""What a record says about its place, read once from its triples, for index and card alike."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from registry.search.query import EXPECTED
from shapes.graph import NOTHING, graph_of_record
from vocab.insee import code_of, territory_iri
from vocab.namespaces import DCT, INSEE_COMMUNE, MED, ORG, SCHEMA, SCHEMES
from vocab.ntriples import is_literal, literal_parts, text_of
from vocab.order import STATED_ORDER, as_stated, read_orders
from vocab.properties import AT_CENTRE, LONGEST_OF, SHORT, facets, properties_of
from vocab.records import Record
from vocab.schemes import concept_iri
from vocab.territory import departement_of

PLACE = MED + "Place"
_TEXTS = {
    f"<{property_}>": name
    for name, property_ in {
        "name": SCHEMA + "name",
        "summary": MED + "summary",
        "description": SCHEMA + "description",
        "hours": SCHEMA + "openingHours",
        "hours_text": MED + "openingHoursText",
        "modified": DCT + "modified",
        "collected_by": MED + "collectedBy",
        "parent": MED + "parentStructure",
        "accessibility": MED + "accessibilityRecord",
        "booking": MED + "bookingPage",
        "available_from": MED + "availableFrom",
        "available_through": MED + "availableThrough",
    }.items()
}
_HOURS = f"<{SCHEMA}openingHours>"
_IN_LANGUAGES = frozenset({"name", "summary", "description", "hours_text"})
_LISTS = {
    f"<{SCHEMA}telephone>": "phones",
    f"<{SCHEMA}email>": "emails",
    f"<{SCHEMA}url>": "sites",
    f"<{MED}otherLabel>": "other_labels",
    f"<{MED}memberOfNetwork>": "networks",
}
_ORDERED = {
    said: _LISTS[f"<{said.property}>"]
    for said in properties_of("Place")
    if said.standard and f"<{said.property}>" in _LISTS
}
"""Properties whose values have an order: the first is the one that people call, write to, open."""
_ORDER = f"<{STATED_ORDER}>"
_CONCEPTS = {
    f"<{said.property}>": facet
    for facet, said in facets().items()
    if said.kind == "concept" and said.node == "place"
}
_FURTHER = {
    f"<{said.property}>": said.name
    for said in properties_of("Place")
    if said.group or said.kind == "boolean"
}
_TRUTHS = {said.name: facet for facet, said in facets().items() if said.kind == "boolean"}
CENTRE_OF_COMMUNE = concept_iri("position-kinds", AT_CENTRE)
"""The kind of a position that is only the centre of a commune."""
_YES_OR_NO = {"true": "oui", "1": "oui", "false": "non", "0": "non"}
_EMPTY: dict[str, Any] = dict.fromkeys(_TEXTS.values(), "") | dict.fromkeys(_LISTS.values(), ())
_NO_CONCEPTS: dict[str, tuple[str, ...]] = dict.fromkeys(_CONCEPTS.values(), ())


@dataclass(frozen=True, slots=True)
class Need:
    """A category of need that the place answers, with its share in percent when it is stated."""

    category: str
    share: float | None


@dataclass(frozen=True, slots=True)
class Organisation:
    """The organisation that carries the place: SIRET, RNA or RIDET, kind (concept IRI), name."""

    identifier: str
    kind: str
    name: str


class PlaceFacts(NamedTuple):
    """A place in plain values: texts in the language asked for, concepts as IRIs.

    Coordinates are WGS 84 degrees. ``concepts`` maps a facet of ``FACETS`` to concept
    IRIs, or to plain words where the pole used some that are not in the list. ``further`` maps
    names of other properties, which pages list or filter by, to their values.
    """

    iri: str
    name: str
    summary: str
    description: str
    street: str
    complement: str
    postcode: str
    commune: str
    insee: str
    departement: str
    latitude: float | None
    longitude: float | None
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    sites: tuple[str, ...]
    hours: str
    hours_text: str
    modified: str
    collected_by: str
    parent: str
    accessibility: str
    booking: str
    other_labels: tuple[str, ...]
    available_from: str
    available_through: str
    networks: tuple[str, ...]
    carrier: Organisation | None
    needs: tuple[Need, ...]
    concepts: Mapping[str, tuple[str, ...]]
    further: Mapping[str, tuple[str, ...]]

    @property
    def position_kind(self) -> str:
        """What the position stands for, as the IRI of a concept; empty where that is not said."""
        return next(iter(self.concepts.get("position", ())), "")

    @property
    def is_at_centre(self) -> bool:
        """Whether the position is said to be only that of the centre of the commune."""
        return self.position_kind == CENTRE_OF_COMMUNE

    @property
    def is_example(self) -> bool:
        """Whether the place is invented, to show what a record can say."""
        return any(_YES_OR_NO.get(text) == "oui" for text in self.further.get("exemple", ()))


class Reading:
    """The triples of one record by subject and property, in a stable order."""

    def __init__(self, record: Record) -> None:
        """Index the record once; a term is read when it is asked for."""
        self.iri = record.iri
        self._nodes = graph_of_record(record).spo

    def all(self, property_: str, subject: str | None = None) -> tuple[str, ...]:
        """Every value of a property, as text."""
        terms = self.node(subject).get(f"<{property_}>")
        return _all(terms, property_) if terms else ()

    def one(self, property_: str, subject: str | None = None, lang: str = "fr") -> str:
        """The value in ``lang``, else in French, else the first; empty when there is none."""
        terms = self.node(subject).get(f"<{property_}>")
        return _one(terms, lang, property_) if terms else ""

    def number(self, property_: str, subject: str | None = None) -> float | None:
        """The value as a number, or None when it is missing or not one."""
        try:
            return float(self.one(property_, subject))
        except ValueError:
            return None

    def node(self, subject: str | None = None) -> Mapping[str, list[str]]:
        """What is said of a node, by default the record itself: N-Triples terms by property."""
        return self._nodes.get(f"<{self.iri if subject is None else subject}>", NOTHING)


def _all(terms: Sequence[str], property_: str) -> tuple[str, ...]:
    return tuple(_bounded(text_of(term), property_) for term in terms)


def _one(terms: Sequence[str], lang: str, property_: str) -> str:
    best = terms[0] if len(terms) == 1 else min(terms, key=lambda t: _language_rank(t, lang))
    return _bounded(text_of(best), property_)


def _bounded(text: str, property_: str) -> str:
    """Cut what no rule bounded when it came: pages and the index repeat it."""
    if len(text) <= SHORT:
        return text
    most = LONGEST_OF.get(property_)
    return text if most is None or len(text) <= most else f"{text[:most]}…"


def _language_rank(term: str, lang: str) -> int:
    language = literal_parts(term)[2] if is_literal(term) else ""
    return {lang: 0, "fr": 1}.get(language, 2)


def facts_of(record: Record, lang: str = "fr") -> PlaceFacts:
    """Read a place record; texts come in ``lang`` when it has them, else in French."""
    reading = Reading(record)
    address = _node(reading, SCHEMA + "address", "#address")
    geometry = _node(reading, SCHEMA + "geo", "#geometry")
    insee = reading.one(MED + "commune").removeprefix(INSEE_COMMUNE)
    postcode = reading.one(SCHEMA + "postalCode", address)
    return PlaceFacts(
        iri=record.iri,
        street=reading.one(SCHEMA + "streetAddress", address),
        complement=reading.one(MED + "addressComplement", address),
        postcode=postcode,
        commune=reading.one(SCHEMA + "addressLocality", address),
        insee=insee,
        departement=_departement(reading, insee, postcode),
        latitude=reading.number(SCHEMA + "latitude", geometry),
        longitude=reading.number(SCHEMA + "longitude", geometry),
        carrier=_carrier(reading),
        needs=_needs(reading),
        **_own_values(reading.node(), lang),
    )


def _own_values(own: Mapping[str, list[str]], lang: str) -> dict[str, Any]:
    """Read what the record says of itself: only what is there is looked at, of all it may say."""
    concepts = dict(_NO_CONCEPTS)
    further: dict[str, tuple[str, ...]] = {}
    found = _EMPTY | {"concepts": concepts, "further": further}
    for predicate, terms in own.items():
        if name := _TEXTS.get(predicate):
            found[name] = _one(terms, lang if name in _IN_LANGUAGES else "fr", predicate[1:-1])
        elif facet := _CONCEPTS.get(predicate):
            concepts[facet] = _all(terms, predicate[1:-1])
        elif name := _LISTS.get(predicate):
            found[name] = _all(terms, predicate[1:-1])
        elif name := _FURTHER.get(predicate):
            further[name] = _all(terms, predicate[1:-1])
    orders = read_orders(map(text_of, own[_ORDER])) if _ORDER in own else {}
    for said, name in _ORDERED.items():
        if len(found[name]) > 1:
            found[name] = tuple(as_stated(said, found[name], orders))
    several = own.get(_HOURS, ())
    if len(several) > 1:  # nothing says whether they add up or replace each other
        texts = (*_all(several, SCHEMA + "openingHours"), found["hours_text"])
        found |= {"hours": "", "hours_text": "; ".join(filter(None, texts))}
    return found


def facet_values(facts: PlaceFacts, pole: str) -> list[tuple[str, str, str]]:
    """Return (facet, slug, IRI) for all that a place can be filtered by."""
    found = [
        (facet, iri.rstrip("/").rpartition("/")[2], iri)
        for facet, iris in facts.concepts.items()
        for iri in iris
        if iri.startswith(SCHEMES)
    ]
    found += [("besoin", need.category.rpartition("/")[2], need.category) for need in facts.needs]
    if facts.carrier and facts.carrier.kind:
        found.append(("porteur", facts.carrier.kind.rpartition("/")[2], facts.carrier.kind))
    if facts.departement:
        found.append(("departement", facts.departement, territory_iri(facts.departement)))
    found.append(("pole", pole, pole))
    found += _truths(facts)
    present = _present(facts)
    found += [("manque", value, value) for value in EXPECTED if not present[value]]
    return sorted(set(found))


def _truths(facts: PlaceFacts) -> Iterator[tuple[str, str, str]]:
    for name, facet in _TRUTHS.items():
        for text in facts.further.get(name, ()):
            if value := _YES_OR_NO.get(text):
                yield facet, value, value


def _present(facts: PlaceFacts) -> dict[str, bool]:
    """Say which of ``EXPECTED`` a place states; hours that only a person can read do count."""
    return {
        "horaires": bool(facts.hours or facts.hours_text),
        "telephone": bool(facts.phones),
        "services": bool(facts.concepts.get("service")),
        "coordonnees": None not in (facts.latitude, facts.longitude) and not facts.is_at_centre,
    }


def _node(reading: Reading, property_: str, fragment: str) -> str:
    linked = reading.one(property_)
    return linked if linked.startswith(reading.iri + "#") else reading.iri + fragment


def _departement(reading: Reading, insee: str, postcode: str) -> str:
    stated = code_of(reading.one(MED + "departement") or reading.one(MED + "overseasCollectivity"))
    if stated or not (insee or postcode):
        return stated
    return departement_of(insee or postcode) or ""


def _carrier(reading: Reading) -> Organisation | None:
    node = reading.one(MED + "carriedBy")
    if not node:
        return None
    return Organisation(
        identifier=reading.one(ORG + "identifier", node),
        kind=reading.one(MED + "carrierKind", node),
        name=reading.one(SCHEMA + "name", node),
    )


def _needs(reading: Reading) -> tuple[Need, ...]:
    nodes = reading.all(MED + "need")
    return tuple(
        Need(reading.one(MED + "needCategory", node), reading.number(MED + "share", node))
        for node in nodes
        if reading.one(MED + "needCategory", node)
    )
