"""Triples of a description, from names written as ``prefix:name``."""

from collections.abc import Iterator

import pyoxigraph as ox

from vocab.messages import Message
from vocab.namespaces import XSD, expand

Subject = ox.NamedNode | ox.BlankNode


def texts(subject: str, curie: str, text: str | Message) -> Iterator[ox.Triple]:
    """Return a message in each language, a name in French; an empty one is left unsaid."""
    said = text.texts() if isinstance(text, Message) else {"fr": text} if text else {}
    for lang, words in said.items():
        yield ox.Triple(_node(subject), _property(curie), ox.Literal(words, language=lang))


def link(subject: str, curie: str, target: str) -> ox.Triple:
    """Link two nodes, each an IRI or a blank node written ``_:name``."""
    return ox.Triple(_node(subject), _property(curie), _node(target))


def typed(subject: str, curie: str, target: str, *classes: str) -> Iterator[ox.Triple]:
    """Link two nodes and say what the second is: validators do not fetch the lists it is from."""
    yield link(subject, curie, target)
    for cls in classes:
        yield link(target, "rdf:type", expand(cls))


def value(subject: str, curie: str, content: str | int, datatype: str = "string") -> ox.Triple:
    """State a value of an XML Schema datatype."""
    literal = ox.Literal(str(content), datatype=ox.NamedNode(XSD + datatype))
    return ox.Triple(_node(subject), _property(curie), literal)


def _node(name: str) -> Subject:
    return ox.BlankNode(name[2:]) if name.startswith("_:") else ox.NamedNode(name)


def _property(curie: str) -> ox.NamedNode:
    return ox.NamedNode(expand(curie))
