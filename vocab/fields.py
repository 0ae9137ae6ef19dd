"""The field table of the national standard, read from ``fields.toml`` (its head says the keys)."""

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Any

from vocab.namespaces import expand


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the national standard v1.0.2 and the way it is written in RDF.

    Attributes:
        name: column name in v1.0.2.
        old: column name in v0.1.1; empty when that version has none.
        node: ``place``, ``address``, ``geometry`` or ``carrier``: what carries the property.
        property: IRI of the RDF property.
        kind: how a value is written (``text``, ``concept``…, listed in ``fields.toml``).
        scheme: slug of the concept scheme that closes the field, or None.
        multiple: holds several values.
        required: mandatory in v1.0.2.
    """

    name: str
    old: str
    node: str
    property: str
    kind: str
    scheme: str | None = None
    multiple: bool = False
    required: bool = False


@dataclass(frozen=True, slots=True)
class FieldDoc:
    """What people read about a field: it belongs to us even when the property is another's.

    Attributes:
        field: the field.
        title_fr: name for people, in French.
        title_en: the same in English.
        definition_fr: sense, in French.
        definition_en: the same in English.
        example: a cell as the standard gives it.
    """

    field: Field
    title_fr: str
    title_en: str
    definition_fr: str
    definition_en: str
    example: str

    @property
    def iri(self) -> str:
        """IRI of the field as a resource (``med:Field``)."""
        return FIELD_NAMESPACE + self.field.name

    @property
    def source(self) -> str:
        """Where the field is defined."""
        return "https://github.com/LaMednum/standard-mediation-num/tree/v1.0.2"

    def title(self, lang: str) -> str:
        """Give the name in ``fr`` or ``en``."""
        return self.title_fr if lang == "fr" else self.title_en

    def definition(self, lang: str) -> str:
        """Give the sense in ``fr`` or ``en``."""
        return self.definition_fr if lang == "fr" else self.definition_en


FIELD_NAMESPACE = "https://w3id.org/mediation-numerique/field/"
_DOC_KEYS = ("title_fr", "title_en", "definition_fr", "definition_en", "example")


def _table() -> list[dict[str, Any]]:
    text = resources.files("vocab").joinpath("fields.toml").read_text(encoding="utf-8")
    entries: list[dict[str, Any]] = tomllib.loads(text)["field"]
    return entries


def _read(entry: dict[str, Any]) -> FieldDoc:
    plain = {key: value for key, value in entry.items() if key not in _DOC_KEYS}
    plain["property"] = expand(plain["property"])
    return FieldDoc(Field(**{"old": "", **plain}), *(entry[key] for key in _DOC_KEYS))


_DOCS = tuple(_read(entry) for entry in _table())
FIELDS: tuple[Field, ...] = tuple(doc.field for doc in _DOCS)
_BY_NAME = {field.name: field for field in FIELDS}


def field_docs() -> tuple[FieldDoc, ...]:
    """Give what people read about the 32 fields, in column order."""
    return _DOCS


def field_named(name: str) -> Field:
    """Give the field of a v1.0.2 column name.

    Raises:
        KeyError: the national standard has no such field.
    """
    return _BY_NAME[name]


def field_of_scheme(scheme: str) -> Field | None:
    """Give the field that a concept scheme closes, or None for a list that closes no field."""
    return next((field for field in FIELDS if field.scheme == scheme), None)
