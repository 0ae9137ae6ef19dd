"""The lists of values and the field table as SKOS and RDF, in canonical N-Triples lines.

https://www.w3.org/TR/skos-reference/; a notation's datatype says which standard spells it so
(section 6.5.1).
"""

from collections.abc import Iterator

from vocab.namespaces import DCT, MED, MED_ONTOLOGY, OWL, RDF, RDFS, SCHEMES, SKOS, XSD
from vocab.ntriples import literal, tagged, typed
from vocab.properties import FIELD_NAMESPACE, FIELDS, STANDARD, Property
from vocab.schemes import Concept, Scheme, concepts, scheme

LICENCE = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
_TRUE = typed("true", XSD + "boolean")
_MATCHES = {
    "close": SKOS + "closeMatch",
    "broad": SKOS + "broadMatch",
    "narrow": SKOS + "narrowMatch",
    "replaced_by": DCT + "isReplacedBy",
    "see_also": RDFS + "seeAlso",
}


def scheme_lines(slug: str) -> tuple[str, ...]:
    """Return a list and its values as sorted, distinct N-Triples lines.

    Raises:
        KeyError: there is no such list.
    """
    found = scheme(slug)
    if found is None:
        raise KeyError(slug)
    pairs = [(found.iri, pair) for pair in _scheme_pairs(found)]
    for value in concepts(slug):
        pairs += [(value.iri, pair) for pair in _concept_pairs(found, value)]
    return tuple(sorted({_line(subject, *pair) for subject, pair in pairs}))


def field_lines() -> tuple[str, ...]:
    """Return the crosswalk of the national standard as sorted, distinct N-Triples lines."""
    return tuple(
        sorted(
            _line(FIELD_NAMESPACE + field.name, *pair)
            for field in FIELDS
            for pair in _field_pairs(field)
        )
    )


def _line(subject: str, predicate: str, value: str) -> str:
    return f"<{subject}> <{predicate}> {value} ."


def _iri(iri: str) -> str:
    return f"<{iri}>"


def _scheme_pairs(found: Scheme) -> Iterator[tuple[str, str]]:
    yield RDF + "type", _iri(SKOS + "ConceptScheme")
    yield DCT + "license", _iri(LICENCE)
    yield RDFS + "isDefinedBy", _iri(MED_ONTOLOGY)
    yield DCT + "source", _source(found.source)
    for lang, definition in (("fr", found.definition_fr), ("en", found.definition_en)):
        yield DCT + "title", tagged(found.title(lang), lang)
        yield SKOS + "prefLabel", tagged(found.title(lang), lang)
        yield SKOS + "definition", tagged(definition, lang)
    for value in concepts(found.slug):
        yield SKOS + "hasTopConcept", _iri(value.iri)
    if found.deprecated:
        yield OWL + "deprecated", _TRUE


def _concept_pairs(found: Scheme, value: Concept) -> Iterator[tuple[str, str]]:
    yield RDF + "type", _iri(SKOS + "Concept")
    yield SKOS + "inScheme", _iri(found.iri)
    yield SKOS + "topConceptOf", _iri(found.iri)
    yield RDFS + "isDefinedBy", _iri(SCHEMES + found.slug)
    yield DCT + "source", _source(found.source)
    yield from _texts(value)
    yield SKOS + "notation", _notation(found, value)
    for other in value.data_inclusion:
        yield SKOS + "notation", typed(other, MED + "DataInclusionValue")
    for attribute, predicate in _MATCHES.items():
        for iri in getattr(value, attribute):
            yield predicate, _iri(iri)
    if found.deprecated:
        yield OWL + "deprecated", _TRUE


def _texts(value: Concept) -> Iterator[tuple[str, str]]:
    for lang in ("fr", "en"):
        yield SKOS + "prefLabel", tagged(value.label(lang), lang)
        if value.definition(lang):
            yield SKOS + "definition", tagged(value.definition(lang), lang)
    for other in value.also:
        if other != value.label_fr:
            yield SKOS + "altLabel", tagged(other, "fr")


def _notation(found: Scheme, value: Concept) -> str:
    """A code stands plain; a national spelling says by its datatype which version spells it so."""
    if found.former_field:
        return typed(value.notation, MED + "FormerNationalValue")
    if found.field and found.slug != "typologie":
        return typed(value.notation, MED + "NationalValue")
    return literal(value.notation)


def _field_pairs(field: Property) -> Iterator[tuple[str, str]]:
    yield RDF + "type", _iri(MED + "Field")
    yield SKOS + "notation", literal(field.name)
    yield SKOS + "example", literal(field.example)
    yield MED + "mapsTo", _iri(field.property)
    yield DCT + "source", _iri(STANDARD)
    yield RDFS + "isDefinedBy", _iri(MED_ONTOLOGY)
    for lang in ("fr", "en"):
        yield RDFS + "label", tagged(field.title(lang), lang)
        yield SKOS + "definition", tagged(field.definition(lang), lang)
    if field.scheme:
        yield MED + "valuesFrom", _iri(SCHEMES + field.scheme)
    if field.old:
        yield MED + "formerName", literal(field.old)


def _source(text: str) -> str:
    return _iri(text) if text.startswith("https://") else tagged(text, "fr")
