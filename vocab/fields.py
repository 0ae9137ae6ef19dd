"""The field table of the national standard, read from ``fields.toml`` (its head says the keys)."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

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


_DOC_KEYS = {"title_fr", "title_en", "definition_fr", "definition_en", "example"}


@lru_cache(maxsize=1)
def field_table() -> tuple[dict[str, object], ...]:
    """Give the raw entries of ``fields.toml``, documentation keys included."""
    text = resources.files("vocab").joinpath("fields.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["field"])


def _field(entry: dict[str, object]) -> Field:
    plain = {key: value for key, value in entry.items() if key not in _DOC_KEYS}
    plain["property"] = expand(str(plain["property"]))
    return Field(**{"old": "", **plain})  # type: ignore[arg-type]  # our own table; tests read it whole


FIELDS: tuple[Field, ...] = tuple(_field(entry) for entry in field_table())
_BY_NAME = {field.name: field for field in FIELDS}


def field_named(name: str) -> Field:
    """Give the field of a v1.0.2 column name.

    Raises:
        KeyError: the national standard has no such field.
    """
    return _BY_NAME[name]


def field_of_scheme(scheme: str) -> Field | None:
    """Give the field that a concept scheme closes, or None for a list that closes no field."""
    return next((field for field in FIELDS if field.scheme == scheme), None)
