"""Terms of well-known vocabularies in a namespace that is written otherwise than it is.

Under the other scheme of its address, with ``www``; of the contract's also with another end: a
prefix declared as ``https://schema.org`` makes ``https://schema.orgname``.

schema.org is read under http and https alike (https://schema.org/docs/faq.html#19), but IRIs are
compared letter by letter: one spelling is kept.
"""

import re
from collections.abc import Iterable

from harvester.clean.records.statements import Statement
from vocab import namespaces

_OTHERS = {
    "http://schema.org/": namespaces.SCHEMA,
    "http://www.schema.org/": namespaces.SCHEMA,
    "https://www.schema.org/": namespaces.SCHEMA,
    "http://w3id.org/mediation-numerique/": "https://w3id.org/mediation-numerique/",
} | {
    space.replace("http:", "https:", 1): space
    for space in (*namespaces.PREFIXES.values(), namespaces.INSEE_COMMUNE, namespaces.WGS84_POS)
    if space.startswith("http:")
}
_OTHER = re.compile("|".join(map(re.escape, _OTHERS)))
_ENDED = {
    f"{scheme}{space.partition('://')[2][:-1]}": space
    for space in (
        namespaces.MED, namespaces.SCHEMA, namespaces.DCT, namespaces.XSD, namespaces.ORG,
        namespaces.LOCN, namespaces.GEO, namespaces.WGS84_POS,
    )
    for scheme in ("http://", "https://")
}  # fmt: skip
"""Namespaces of the contract without their last character, under both schemes."""
_OTHER_END = re.compile(rf"({'|'.join(map(re.escape, _ENDED))})([#/]{{0,2}})([A-Za-z]\w*)")
_TYPE = f"{namespaces.RDF}type"


def other_spaces() -> dict[str, str]:
    """Return each other spelling, with the pattern of what has to follow it."""
    ends = {
        base: "(?:[A-Za-z#]|/[#/])" if space.endswith("/") else "(?:[A-Za-z/]|#[#/])"
        for base, space in _ENDED.items()
    }
    return ends | dict.fromkeys(_OTHERS, "")


def renamed(statement: Statement) -> tuple[Statement, str]:
    """Return a statement with its terms under their usual namespaces, and one that was changed."""
    predicate, found = _term(statement.predicate)
    value = statement.value
    if not statement.is_literal:
        usual = _term if predicate == _TYPE else _usual
        iri, other = usual(statement.text)
        value, found = f"<{iri}>", found or other
    elif value.endswith(">"):
        start, _, datatype = value.rpartition('"^^<')
        iri, other = _term(datatype[:-1])
        value, found = f'{start}"^^<{iri}>', found or other
    return (Statement(statement.subject, predicate, value), found) if found else (statement, "")


def _term(iri: str) -> tuple[str, str]:
    """Return a property, class or datatype under its usual namespace; no page is named so."""
    found = _OTHER_END.fullmatch(iri)
    if found is None:
        return _usual(iri)
    space, given = _ENDED[found.group(1)], found.group(1) + found.group(2)
    if given == space or given in _OTHERS:
        return _usual(iri)
    return space + found.group(3), given


def _usual(iri: str) -> tuple[str, str]:
    found = _OTHER.match(iri)
    if found is None:
        return iri, ""
    return _OTHERS[found.group()] + iri[found.end() :], found.group()


def usual_of(others: Iterable[str]) -> str:
    """Return the usual namespaces of others, in words."""
    spaces = (_OTHERS.get(other) or _ENDED[other.rstrip("#/")] for other in others)
    return ", ".join(dict.fromkeys(spaces))
