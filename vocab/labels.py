"""Names of properties and values for people, from our vocabulary."""

from collections import Counter
from functools import cache, lru_cache

from vocab.namespaces import MED, PREFIXES, SCHEMES, short
from vocab.properties import FIELDS, Property
from vocab.schemes import concept
from vocab.terms import term


@lru_cache(maxsize=1_024)
def property_label(iri: str, lang: str) -> str:
    """Return its label in our vocabulary, else that of its national field, else its short form."""
    found = term(iri) if iri.startswith(MED) else None
    if found:
        return found.label(lang)
    field = _fields().get(iri)
    return field.title(lang) if field else short(iri)


def value_label(iri: str, lang: str) -> str:
    """Return the label of a value of our lists, else the short form of an IRI."""
    found = concept(iri) if iri.startswith(SCHEMES) else None
    return found.label(lang) if found else short(iri)


@lru_cache(maxsize=4_096)
def is_known(iri: str) -> bool:
    """Whether a property is of a vocabulary that Maillage uses."""
    return any(iri.startswith(namespace) for namespace in PREFIXES.values())


@cache
def _fields() -> dict[str, Property]:
    """Return the field of each property that carries one field only."""
    counted = Counter(field.property for field in FIELDS)
    return {field.property: field for field in FIELDS if counted[field.property] == 1}
