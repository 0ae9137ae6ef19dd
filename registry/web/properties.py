"""Any record as a list of statements that a person can read, whatever its vocabulary."""

from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache

from registry.formats.statements import statements
from registry.web.labels import concept_label
from vocab.fields import FieldDoc, field_docs
from vocab.namespaces import MED, PREFIXES, RDF, SCHEMES
from vocab.records import Record
from vocab.terms import term

_BY_LENGTH = sorted(PREFIXES.items(), key=lambda item: -len(item[1]))


@dataclass(frozen=True, slots=True)
class Statement:
    """One triple in words.

    Attributes:
        node: fragment of the inner node that carries it; empty for the record itself.
        property_iri: IRI of the property.
        label: its name for people.
        text: the value for people.
        iri: the value when it is an IRI, else empty.
        lang: language of the text, or empty.
    """

    node: str
    property_iri: str
    label: str
    text: str
    iri: str
    lang: str


def statements_for_people(
    record: Record, lang: str, *, unknown_only: bool = False
) -> tuple[Statement, ...]:
    """Give a record's triples, those of the subject first.

    Args:
        record: the record.
        lang: language of the labels.
        unknown_only: leave out what our vocabulary knows.
    """
    found = [
        Statement(
            node=triple.subject.removeprefix(record.iri),
            property_iri=triple.predicate,
            label=property_label(triple.predicate, lang),
            text=_words(triple.iri) if triple.iri else triple.text or "",
            iri=triple.iri or "",
            lang=triple.language or "",
        )
        for triple in statements(record)
        if not (unknown_only and is_known(triple.predicate))
    ]
    return tuple(sorted(found, key=lambda item: (item.node, item.property_iri != RDF + "type")))


def property_label(iri: str, lang: str) -> str:
    """Give its label in our vocabulary, else that of its national field, else its short form."""
    found = term(iri) if iri.startswith(MED) else None
    if found:
        return found.label(lang)
    field = _fields().get(iri)
    return field.title(lang) if field else short(iri)


@cache
def _fields() -> dict[str, FieldDoc]:
    """Give the field of each property that carries one field only."""
    counted = Counter(doc.field.property for doc in field_docs())
    return {doc.field.property: doc for doc in field_docs() if counted[doc.field.property] == 1}


@lru_cache(maxsize=4_096)
def is_known(iri: str) -> bool:
    """Tell whether a property is of a vocabulary that the house speaks."""
    return any(iri.startswith(namespace) for namespace in PREFIXES.values())


def short(iri: str) -> str:
    """Give ``schema:name`` for an IRI of a known vocabulary; other IRIs come back whole."""
    for prefix, namespace in _BY_LENGTH:
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def _words(iri: str) -> str:
    return concept_label(iri) if iri.startswith(SCHEMES) else short(iri)
