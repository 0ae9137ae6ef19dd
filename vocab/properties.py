"""The one table of properties, read from ``properties.toml`` (its head says the keys).

The fields of the national standard are the first part of it, in their column order.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from vocab.namespaces import expand

FIELD_NAMESPACE = "https://w3id.org/mediation-numerique/field/"
"""Before the name of a field of the standard: its IRI as a resource (``med:Field``)."""

STANDARD = "https://github.com/LaMednum/standard-mediation-num/tree/v1.0.2"
"""Where the fields of the standard are defined."""

NAMING = tuple(
    map(expand, ("schema:name", "skos:prefLabel", "foaf:name", "dct:title", "rdfs:label"))
)
"""The properties by which a record is called, the first that it has."""
_LANGS = ("fr", "en")
NODES = frozenset({"place", "address", "geometry", "carrier"})
LISTED = frozenset({"concept", "shares"})
_MEANT = frozenset({"concept", "boolean", "hours", "phone", "email", "web", "pivot"})
PARTS = ("place", "hours", "services", "access", "contact", "audiences", "carrier", "more")
"""The parts of the form of a place, in order."""
FILTERING = LISTED | {"boolean"}
KINDS = FILTERING | {
    "id", "text", "string", "decimal", "number", "share", "date", "hours", "commune", "pivot",
    "phone", "email", "web", "iri",
}  # fmt: skip

LONGEST = {"hours": 10_000, "web": 2_048, "iri": 2_048, "concept": 2_048}
"""Most characters of a value by kind; :data:`SHORT` of all others, of texts without a paragraph."""
SHORT = 300


@dataclass(frozen=True, slots=True)
class PropertyRule:
    """The rule that checks the values of a property: ``shape`` is what it asks, in Turtle."""

    code: str
    severity: str
    shape: str
    name_fr: str
    name_en: str
    message_fr: str
    message_en: str
    why_fr: str
    why_en: str


@dataclass(frozen=True, slots=True, eq=False)
class Property:
    """One property of a class of records; the head of ``properties.toml`` explains the attributes.

    ``property`` is the IRI of the RDF property. Each is one object of the table: it equals only
    itself.
    """

    name: str
    property: str
    kind: str
    title_fr: str
    title_en: str
    definition_fr: str
    definition_en: str
    example: str
    of: str = "Place"
    node: str = "place"
    scheme: str | None = None
    multiple: bool = False
    first_on_export: bool = False
    standard: bool = False
    required: bool = False
    old: str = ""
    derived: bool = False
    column: bool = False
    exported: bool = False
    in_objects: bool = False
    longest: int = SHORT
    heading_fr: str = ""
    heading_en: str = ""
    group: str = ""
    form: str = "more"
    facet: str = ""
    rule: PropertyRule | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.node not in NODES:
            raise ValueError(f"{self.name}: no such kind or node: {self.kind}, {self.node}")
        if (self.kind in LISTED) != bool(self.scheme):
            raise ValueError(f"{self.name}: a {self.kind} goes with a scheme, nothing else does")
        if self.form not in PARTS:
            raise ValueError(f"{self.name}: the form has no part {self.form}")
        if self.facet and self.kind not in FILTERING:
            raise ValueError(f"{self.name}: a {self.kind} cannot filter")
        if self.group and self.node != "place":
            raise ValueError(f"{self.name}: only what the record itself says is shown in a group")

    def is_several(self) -> bool:
        """Return whether a place may have several values, though an export may take one."""
        return self.multiple or self.first_on_export

    def title(self, lang: str) -> str:
        """Return the name in ``fr`` or ``en``."""
        return self.title_fr if lang == "fr" else self.title_en

    def heading(self, lang: str) -> str:
        """Return what stands above its values on pages, in ``fr`` or ``en``."""
        return self.heading_fr if lang == "fr" else self.heading_en

    def definition(self, lang: str) -> str:
        """Return the sense in ``fr`` or ``en``."""
        return self.definition_fr if lang == "fr" else self.definition_en


def properties_of(of: str) -> tuple[Property, ...]:
    """Return the properties of a class of records, in the order of the table."""
    return tuple(found for found in PROPERTIES if found.of == of)


def is_meant(name: str) -> bool:
    """Whether one text of a column of places means one thing, in whichever row it stands.

    So do values of lists, hours and contacts; a postcode may be right in one row and wrong in
    another.
    """
    found = _BY_NAME.get(("Place", name))
    return found is not None and found.kind in _MEANT


def property_named(name: str, of: str = "Place") -> Property:
    """Return the property of that name.

    Raises:
        KeyError: the class has no such property.
    """
    return _BY_NAME[of, name]


def field_of_scheme(scheme: str) -> Property | None:
    """Return the field that a concept scheme closes, or None for a list that closes no field."""
    return next((found for found in FIELDS if found.scheme == scheme), None)


@cache
def facets() -> Mapping[str, Property]:
    """Return parameter in web addresses -> the property of places that filters by it, in order."""
    found = {one.facet: one for one in properties_of("Place") if one.facet}
    return MappingProxyType({facet: found[facet] for facet in _ordered("facets", tuple(found))})


@cache
def group(name: str) -> tuple[Property, ...]:
    """Return the properties whose values a part of a place's page lists, in order."""
    found = {one.name: one for one in properties_of("Place") if one.group == name}
    return tuple(found[one] for one in _ordered(name, tuple(found)))


def _ordered(order: str, names: Sequence[str]) -> list[str]:
    ranks = {name: rank for rank, name in enumerate(_TABLE["order"].get(order, ()))}
    return sorted(names, key=lambda name: ranks.get(name, len(ranks)))


def _read(entry: dict[str, Any]) -> Property:
    rule = entry.pop("rule", None)
    if rule:
        plain = {"severity": "Violation"} | {f"name_{at}": entry[f"title_{at}"] for at in _LANGS}
        texts = plain | _TABLE["kind"].get(entry["kind"], {}) | rule
        scheme = entry.get("scheme", "")
        rule = PropertyRule(**{key: texts[key].replace("{scheme}", scheme) for key in texts})
    headings = {f"heading_{at}": entry[f"title_{at}"] for at in _LANGS}
    longest = {"longest": LONGEST.get(entry["kind"], SHORT)}
    return Property(
        **headings | longest | entry | {"property": expand(entry["property"]), "rule": rule}
    )


_TABLE: dict[str, Any] = tomllib.loads(
    resources.files("vocab").joinpath("properties.toml").read_text(encoding="utf-8")
)
PROPERTIES: tuple[Property, ...] = tuple(map(_read, _TABLE["property"]))
FIELDS: tuple[Property, ...] = tuple(one for one in PROPERTIES if one.standard)
"""The 32 fields of the national standard v1.0.2, in column order."""

FURTHER: tuple[Property, ...] = tuple(one for one in properties_of("Place") if not one.standard)
"""What a place may say beyond the national standard."""

EXPORTED: tuple[Property, ...] = (*FIELDS, *(one for one in FURTHER if one.exported))
"""What has a column of its own in JSON, GeoJSON and, where a place of the file fills it, CSV."""

IN_OBJECTS: tuple[Property, ...] = (*EXPORTED, *(one for one in FURTHER if one.in_objects))
"""What has a member of its own in JSON and GeoJSON, which a national CSV cannot carry."""

POSITION_KIND = "position_kind"
"""Name of the property that says what a position stands for."""
AT_CENTRE = "municipality"
"""Its value in our list where it is the centre of the commune."""

LONGEST_OF: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(NAMING, SHORT)
    | {
        iri: max(one.longest for one in PROPERTIES if one.property == iri)
        for iri in {one.property for one in PROPERTIES}
    }
)
"""Property -> most characters of a value, of all that a record may be called or say."""

_BY_NAME: dict[tuple[str, str], Property] = {(one.of, one.name): one for one in PROPERTIES}
