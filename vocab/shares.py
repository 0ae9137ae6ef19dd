"""Values that are shares of a whole: nodes with a value of a list and, where stated, its share.

As text such a value is ``learning-culture=60``: the notation of the value (its IRI, if the list
does not have it), then its share in per cent, which may be empty.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pyoxigraph as ox

from vocab.namespaces import MED, RDF
from vocab.ntriples import decimal, is_decimal, web_address
from vocab.properties import Property
from vocab.schemes import Concept, concept, match

Nodes = Mapping[tuple[str, str], Sequence[ox.NamedNode | ox.Literal]]
"""The values of a record by (subject, property)."""

_CATEGORY = MED + "needCategory"
_SHARE = MED + "share"


def share_text(value: str, share: str = "") -> str:
    """Return the text of a value with its share."""
    return f"{value}={share}"


def share_column(prop: Property, value: Concept) -> str:
    """Return the name of the column, or the field of a form, that gives the share of a value."""
    return f"{prop.name}_{value.slug.replace('-', '_')}"


def share_lines(iri: str, prop: Property, texts: Iterable[str]) -> Iterator[str]:
    """Return the statements of some shares, each a node of its own below the record."""
    pairs = (text.rpartition("=") for text in texts)
    named = ((_category(prop, value), share) for value, _, share in pairs)
    for number, (category, share) in enumerate(sorted(named), 1):
        node = f"<{iri}#need-{number}>"
        yield f"<{iri}> <{prop.property}> {node} ."
        yield f"{node} <{RDF}type> <{MED}Need> ."
        yield f"{node} <{_CATEGORY}> {category} ."
        if share:
            yield f"{node} <{_SHARE}> {decimal(share)} ."


def shares_in(nodes: Nodes, prop: Property, terms: Iterable[ox.NamedNode | ox.Literal]) -> set[str]:
    """Return the texts of the shares that some nodes of a record state."""
    return {_text(nodes, prop, term.value) for term in terms}


def _category(prop: Property, value: str) -> str:
    found = match(prop.scheme or "", value)
    return web_address(found.iri if found else value)


def _text(nodes: Nodes, prop: Property, node: str) -> str:
    iri, share = _first(nodes, node, _CATEGORY), _first(nodes, node, _SHARE)
    value = concept(iri)
    named = value.notation if value and value.scheme == prop.scheme else iri
    return share_text(named, share if is_decimal(share) else "")


def _first(nodes: Nodes, subject: str, predicate: str) -> str:
    return min((term.value for term in nodes.get((subject, predicate), ())), default="")
