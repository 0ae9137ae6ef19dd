"""Terms of well-known vocabularies under the other scheme of their address, or with ``www``.

schema.org is read under http and https alike (https://schema.org/docs/faq.html#19), but IRIs are
compared letter by letter: one spelling is kept.
"""

import re
from collections.abc import Iterable

from harvester.normalising.statements import Statement
from vocab import namespaces

_OTHERS = {
    "http://schema.org/": namespaces.SCHEMA,
    "http://www.schema.org/": namespaces.SCHEMA,
    "https://www.schema.org/": namespaces.SCHEMA,
    "http://w3id.org/mediation-numerique/": "https://w3id.org/mediation-numerique/",
} | {
    space.replace("http:", "https:", 1): space
    for space in (*namespaces.PREFIXES.values(), namespaces.INSEE_COMMUNE)
    if space.startswith("http:")
}
_OTHER = re.compile("|".join(map(re.escape, _OTHERS)))


def other_spaces() -> dict[str, str]:
    """Return each other spelling, with the pattern of what has to follow it: nothing."""
    return dict.fromkeys(_OTHERS, "")


def renamed(statement: Statement) -> tuple[Statement, str]:
    """Return a statement with its terms under their usual namespaces, and one that was changed."""
    predicate, found = _usual(statement.predicate)
    value = statement.value
    if not statement.is_literal:
        iri, other = _usual(statement.text)
        value, found = f"<{iri}>", found or other
    elif value.endswith(">"):
        start, _, datatype = value.rpartition('"^^<')
        iri, other = _usual(datatype[:-1])
        value, found = f'{start}"^^<{iri}>', found or other
    return (Statement(statement.subject, predicate, value), found) if found else (statement, "")


def _usual(iri: str) -> tuple[str, str]:
    found = _OTHER.match(iri)
    if found is None:
        return iri, ""
    return _OTHERS[found.group()] + iri[found.end() :], found.group()


def usual_of(others: Iterable[str]) -> str:
    """Return the usual namespaces of others, in words."""
    return ", ".join(dict.fromkeys(_OTHERS[other] for other in others))
