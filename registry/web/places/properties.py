"""Any record as a list of statements that a person can read, whatever its vocabulary."""

from dataclasses import dataclass

from registry.formats.statements import statements
from registry.web.site.labels import concept_label
from vocab.labels import is_known, property_label
from vocab.namespaces import RDF, SCHEMES, short
from vocab.records import Record


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
    """Return a record's triples, those of the subject first.

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
            text=_label(triple.iri) if triple.iri else triple.text or "",
            iri=triple.iri or "",
            lang=triple.language or "",
        )
        for triple in statements(record)
        if not (unknown_only and is_known(triple.predicate))
    ]
    return tuple(sorted(found, key=lambda item: (item.node, item.property_iri != RDF + "type")))


def _label(iri: str) -> str:
    return concept_label(iri) if iri.startswith(SCHEMES) else short(iri)
