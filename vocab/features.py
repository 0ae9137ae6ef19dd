"""What a place says beyond the national standard: chiefly the features of the 2015 agreement."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from vocab.namespaces import MED, RDF, SCHEMA
from vocab.ntriples import day, decimal, french, literal, web_address

Nodes = Mapping[tuple[str, str], Sequence[ox.NamedNode | ox.Literal]]


@dataclass(frozen=True, slots=True, order=True)
class Need:
    """A category of need that a place answers, with its share.

    Attributes:
        category: IRI of a concept of the list ``need``.
        share: per cent of the place's activity, 0 to 100; None when not stated.
    """

    category: str
    share: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PlaceFeatures:
    """What a place says beyond the 32 national fields; everything is optional.

    Tuples are sets: they are kept sorted and without repeats, as RDF would give them back.

    Attributes:
        needs: categories of need, with their shares.
        permanence: IRI of a concept of the list ``permanence``.
        available_from: first day of a temporary place, ``YYYY-MM-DD``.
        available_through: its last day, included.
        network_kinds: IRIs of concepts of the list ``network-kinds``.
        networks: IRIs of the networks to which the place belongs.
        carrier_kind: IRI of a concept of the list ``carrier-kinds``.
        mediator_kinds: IRIs of concepts of the list ``mediator-kinds``.
        audience_kinds: IRIs of concepts of the list ``audience-kinds``.
        opening_hours_text: hours as written, when they could not become OSM ``opening_hours``.
        former_values: IRIs of v0.1.1 values as stated before migration (lists ``v0-1-…``).
        ban_key: key of the address in the Base adresse nationale (``cle_ban`` of v0.1.1).
        other_identifiers: identifiers that others gave to the place (national id segments).
    """

    needs: tuple[Need, ...] = ()
    permanence: str = ""
    available_from: str = ""
    available_through: str = ""
    network_kinds: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    carrier_kind: str = ""
    mediator_kinds: tuple[str, ...] = ()
    audience_kinds: tuple[str, ...] = ()
    opening_hours_text: str = ""
    former_values: tuple[str, ...] = ()
    ban_key: str = ""
    other_identifiers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, tuple):
                object.__setattr__(self, field.name, tuple(sorted(set(value), key=str)))


_PROPERTIES = {
    "permanence": (MED + "permanence", web_address),
    "available_from": (MED + "availableFrom", day),
    "available_through": (MED + "availableThrough", day),
    "network_kinds": (MED + "networkKind", web_address),
    "networks": (MED + "memberOfNetwork", web_address),
    "mediator_kinds": (MED + "mediatorKind", web_address),
    "audience_kinds": (MED + "audienceKind", web_address),
    "opening_hours_text": (MED + "openingHoursText", french),
    "former_values": (MED + "formerValue", web_address),
    "other_identifiers": (SCHEMA + "identifier", literal),
}
CARRIER_KIND = MED + "carrierKind"
BAN_KEY = MED + "banKey"


def feature_lines(iri: str, features: PlaceFeatures) -> Iterator[str]:
    """Give the statements about the place itself and its needs.

    The carrier's kind and the address key belong to nodes that the national fields share:
    :mod:`vocab.mapping` writes them.
    """
    for name, (predicate, write) in _PROPERTIES.items():
        value = getattr(features, name)
        for text in (value,) if isinstance(value, str) and value else value:
            yield f"<{iri}> <{predicate}> {write(text)} ."
    for number, need in enumerate(features.needs, 1):
        yield from _need_lines(iri, f"<{iri}#need-{number}>", need)


def _need_lines(iri: str, node: str, need: Need) -> Iterator[str]:
    yield f"<{iri}> <{MED}need> {node} ."
    yield f"{node} <{RDF}type> <{MED}Need> ."
    yield f"{node} <{MED}needCategory> {web_address(need.category)} ."
    if need.share is not None:
        yield f"{node} <{MED}share> {decimal(format(need.share, 'f'))} ."


def features_in(nodes: Nodes, place: str, address: str, carrier: str) -> PlaceFeatures:
    """Read the features back from a record's values by (subject, property)."""
    found: dict[str, object] = {}
    for name, (predicate, _) in _PROPERTIES.items():
        texts = _texts(nodes, place, predicate)
        if texts:
            found[name] = texts if isinstance(getattr(_NOTHING, name), tuple) else texts[0]
    found["needs"] = tuple(_need(nodes, node) for node in _texts(nodes, place, MED + "need"))
    found["carrier_kind"] = _first(nodes, carrier, CARRIER_KIND)
    found["ban_key"] = _first(nodes, address, BAN_KEY)
    return PlaceFeatures(**found)  # type: ignore[arg-type]  # names and kinds come from the class


def _need(nodes: Nodes, node: str) -> Need:
    share = _first(nodes, node, MED + "share")
    try:
        return Need(_first(nodes, node, MED + "needCategory"), Decimal(share) if share else None)
    except InvalidOperation:
        return Need(_first(nodes, node, MED + "needCategory"))


def _texts(nodes: Nodes, subject: str, predicate: str) -> tuple[str, ...]:
    return tuple(sorted(term.value for term in nodes.get((subject, predicate), ())))


def _first(nodes: Nodes, subject: str, predicate: str) -> str:
    return next(iter(_texts(nodes, subject, predicate)), "")


_NOTHING = PlaceFeatures()
