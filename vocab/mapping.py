"""A row of the national standard becomes a record: ``properties.toml`` read outwards.

Nothing is lost on the way: a value that cannot take the form of its field (a date that is none, a
word outside the list) stays a plain literal on the field's property, so that the shapes name it and
an export gives it back. The way back is :mod:`vocab.export`; both are reached from here.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from vocab.errors import PublishedError
from vocab.export import (
    ARRONDISSEMENT,
    exported_values,
    further_values,
    national_row,
    national_values,
)
from vocab.insee import arrondissement, is_collectivity, is_commune_code, territory_iri
from vocab.namespaces import (
    GEO,
    INSEE_ARRONDISSEMENT,
    INSEE_COMMUNE,
    LOCN,
    MED,
    RDF,
    SCHEMA,
    SF,
)
from vocab.ntriples import boolean, day, decimal, french, is_decimal, literal, typed, web_address
from vocab.order import STATED_ORDER, canonical, order_text, split_values
from vocab.properties import FIELDS, Property, property_named
from vocab.records import Record
from vocab.schemes import match
from vocab.shares import share_lines
from vocab.territory import departement_of_commune, departement_of_postcode, is_elsewhere

__all__ = [
    "FIELDS",
    "PoleIdentity",
    "exported_values",
    "further_values",
    "national_row",
    "national_values",
    "place_iri",
    "place_record",
]

_UNKNOWN_PIVOT = re.compile(r"\s*0+\s*")


@dataclass(frozen=True, slots=True)
class PoleIdentity:
    """Who states the records, and under which addresses.

    Attributes:
        slug: short name of the pole.
        namespace: IRI prefix of everything that the pole states; ends in ``/``.
        iri: IRI of the pole itself: ``namespace`` followed by ``pole``.
    """

    slug: str
    namespace: str
    iri: str = ""

    def __post_init__(self) -> None:
        if not self.iri:
            object.__setattr__(self, "iri", f"{self.namespace}pole")


def place_iri(namespace: str, local_id: str) -> str:
    """Return the IRI of a place: the namespace, ``place/`` and the local id, percent-encoded.

    Raises:
        PublishedError: the id is empty; a place without its own id has no identity to keep.

    >>> place_iri("https://pole.example/id/", "structure 1/é")
    'https://pole.example/id/place/structure%201%2F%C3%A9'
    """
    if not local_id.strip():
        raise PublishedError(
            "a place has no id: give each row its own stable `id` (the row number is not one)"
        )
    # A segment of dots alone would be resolved away by anyone who follows the address.
    path = (
        local_id.replace(".", "%2E")
        if local_id in {".", ".."}
        else quote(local_id, safe="", errors="replace")
    )
    return f"{namespace}place/{path}"


def place_record(values: Mapping[str, str | Sequence[str]], pole: PoleIdentity) -> Record:
    """Write what is said of a place as a record.

    Args:
        values: name of a property of places -> value; several values as a sequence or, for the
            fields of the standard, separated by ``|``. Blank means absent.
        pole: who states the place.

    Raises:
        PublishedError: the id is missing.
        KeyError: the table has no such property.
    """
    named = {name: property_named(name) for name in values}
    given = {name: split_values(named[name], value) for name, value in values.items()}
    if "pivot" in given:
        given["pivot"] = tuple(n for n in given["pivot"] if not _UNKNOWN_PIVOT.fullmatch(n))
    iri = place_iri(pole.namespace, _one(given, "id"))
    nodes = {"place"} | {named[name].node for name, texts in given.items() if texts}
    lines = {f"<{iri}> <{MED}statedBy> <{pole.iri}> .", *_node_lines(iri, nodes)}
    for name, texts in given.items():
        lines.update(_property_lines(iri, named[name], texts))
    lines.update(_derived_lines(iri, given))
    return Record(iri, tuple(sorted(lines)))


_NODE_SUFFIX = {
    "place": ">",
    "address": "#address>",
    "geometry": "#geometry>",
    "carrier": "#carrier>",
}
_LINKS = {
    "address": (SCHEMA + "address",),
    "geometry": (SCHEMA + "geo", GEO + "hasGeometry"),
    "carrier": (MED + "carriedBy",),
}
_TYPES = {
    "place": (MED + "Place", SCHEMA + "Place"),
    "address": (SCHEMA + "PostalAddress", LOCN + "Address"),
    "geometry": (SCHEMA + "GeoCoordinates", SF + "Point"),
    "carrier": (MED + "Organization",),
}


def _node_lines(iri: str, used: Iterable[str]) -> Iterator[str]:
    for node in used:
        subject = f"<{iri}{_NODE_SUFFIX[node]}"
        for link in _LINKS.get(node, ()):
            yield f"<{iri}> <{link}> {subject} ."
        for type_iri in _TYPES[node]:
            yield f"{subject} <{RDF}type> <{type_iri}> ."


def _property_lines(iri: str, prop: Property, texts: Sequence[str]) -> Iterator[str]:
    if prop.kind == "shares":
        yield from share_lines(iri, prop, texts)
        return
    write = _WRITERS[prop.kind]
    start = f"<{iri}{_NODE_SUFFIX[prop.node]} <{prop.property}> "
    for text in texts:
        yield f"{start}{write(prop, text)} ."
    if prop.standard and len(texts) > 1:
        stated = _as_exported(prop, texts)
        if stated != canonical(prop, stated):
            yield f"<{iri}> <{STATED_ORDER}> {literal(order_text(prop, stated))} ."


def _as_exported(field: Property, texts: Sequence[str]) -> list[str]:
    """Return the values as an export will spell them, in the order stated, without repeats."""
    if field.scheme is None:
        return list(dict.fromkeys(texts))
    found = [match(field.scheme, text) for text in texts]
    spelled = [value.notation if value else text for value, text in zip(found, texts, strict=True)]
    return list(dict.fromkeys(spelled))


def _derived_lines(iri: str, given: Mapping[str, Sequence[str]]) -> Iterator[str]:
    insee = _one(given, "code_insee")
    if arrondissement(insee):
        yield f"<{iri}> <{ARRONDISSEMENT}> <{INSEE_ARRONDISSEMENT}{insee}> ."
    code = _departement(insee, _one(given, "code_postal"), _one(given, "commune"))
    if code:
        name = "overseasCollectivity" if is_collectivity(code) else "departement"
        yield f"<{iri}> <{MED}{name}> <{territory_iri(code)}> ."
    latitude, longitude = _one(given, "latitude"), _one(given, "longitude")
    if _is_degrees(latitude, 90) and _is_degrees(longitude, 180):
        point = typed(f"POINT({longitude} {latitude})", GEO + "wktLiteral")
        yield f"<{iri}#geometry> <{GEO}asWKT> {point} ."


def _one(given: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(given.get(name, ())), "")


@lru_cache(maxsize=65_536)
def _departement(insee: str, postcode: str, name: str) -> str | None:
    if is_commune_code(insee):
        return departement_of_commune(insee)
    # A commune that lies elsewhere contradicts the postcode: nothing says which of them is right.
    return None if is_elsewhere(name, postcode) else departement_of_postcode(postcode)


def _is_degrees(text: str, limit: int) -> bool:
    return is_decimal(text) and abs(float(text)) <= limit


def _commune(_: Property, text: str) -> str:
    if not is_commune_code(text):
        return literal(text)
    district = arrondissement(text)
    return f"<{INSEE_COMMUNE}{district.parent if district else text}>"


def _concept(prop: Property, text: str) -> str:
    found = match(prop.scheme or "", text)
    if found:
        return f"<{found.iri}>"
    return literal(text) if prop.standard else web_address(text)


_WRITERS: Mapping[str, Callable[[Property, str], str]] = {
    **dict.fromkeys(
        ("id", "string", "pivot", "hours", "phone", "email"), lambda _, text: literal(text)
    ),
    **dict.fromkeys(("decimal", "number", "share"), lambda _, text: decimal(text)),
    **dict.fromkeys(("web", "iri"), lambda _, text: web_address(text)),
    "text": lambda _, text: french(text),
    "date": lambda _, text: day(text),
    "boolean": lambda _, text: boolean(text),
    "commune": _commune,
    "concept": _concept,
}
