"""JSON-LD of records: one object a record, its inner nodes nested where they are mentioned.

Written with a plain context of prefixes, which every JSON-LD processor reads without fetching
anything, and without a library, because nested and shortened objects are what makes JSON-LD worth
having.
"""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from registry.formats.statements import Statement, statements
from registry.formats.turtle import shortened
from vocab.namespaces import PREFIXES, RDF
from vocab.records import Record

CONTEXT: dict[str, str] = dict(sorted(PREFIXES.items()))
_TYPE = f"{RDF}type"
_SCHEME = re.compile(rf"<({'|'.join(PREFIXES)}):(?!//)")
_MAX_NESTING = 4
_Shorten = Callable[[str], str]


def jsonld(record: Record) -> bytes:
    """Return a record as a JSON-LD document."""
    document = jsonld_document(record)
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def jsonld_document(record: Record) -> dict[str, Any]:
    """Return a record as a JSON-LD document, to be embedded or written."""
    nodes = jsonld_nodes(record)
    if len(nodes) > 1:
        return {"@context": CONTEXT, "@graph": nodes}
    own = dict(nodes[0]) if nodes else {"@id": record.iri}
    return {"@context": [CONTEXT, own.pop("@context")] if "@context" in own else CONTEXT, **own}


def jsonld_nodes(record: Record) -> list[dict[str, Any]]:
    """Return the node objects of a record, the subject first, to stand under :data:`CONTEXT`.

    Inner nodes that nothing mentions follow the subject as objects of their own.
    """
    taken = _schemes_taken_for_prefixes(record)
    nodes = _Writer(statements(record), _plain if taken else _short).nodes(record.iri)
    if taken:
        for node in nodes:
            node["@context"] = dict.fromkeys(sorted(taken))
    return nodes


def _schemes_taken_for_prefixes(record: Record) -> set[str]:
    """Schemes of IRIs, such as ``geo:``, that a reader would take for our prefix of that name.

    A text that only looks like such an IRI costs the record its short names and nothing else.
    """
    return set(_SCHEME.findall(record.body))


def _plain(iri: str) -> str:
    return iri


def _short(iri: str) -> str:
    return shortened(iri) or iri


class _Writer:
    """Makes node objects of statements, each node once."""

    def __init__(self, found: Iterable[Statement], shorten: _Shorten) -> None:
        self._shorten = shorten
        self._waiting: dict[str, list[Statement]] = {}
        for statement in found:
            self._waiting.setdefault(statement.subject, []).append(statement)

    def nodes(self, root: str) -> list[dict[str, Any]]:
        """The root's node object, then those of nodes that no other one nested."""
        nodes = [self._node(root, 0)] if root in self._waiting else []
        while self._waiting:
            nodes.append(self._node(next(iter(self._waiting)), 0))
        return nodes

    def _node(self, subject: str, depth: int) -> dict[str, Any]:
        node: dict[str, Any] = {"@id": subject, "@type": []}
        for statement in self._waiting.pop(subject):
            if statement.predicate == _TYPE and statement.iri is not None:
                node["@type"].append(self._shorten(statement.iri))
            else:
                key = self._shorten(statement.predicate)
                node.setdefault(key, []).append(self._value(statement, depth))
        return {key: _compacted(value) for key, value in node.items() if value}

    def _value(self, statement: Statement, depth: int) -> Any:
        if statement.iri is not None:
            if statement.iri in self._waiting and depth < _MAX_NESTING:
                return self._node(statement.iri, depth + 1)
            return {"@id": statement.iri}
        if statement.language is not None:
            return {"@language": statement.language, "@value": statement.text}
        if statement.datatype is not None:
            return {"@type": self._shorten(statement.datatype), "@value": statement.text}
        return statement.text


def _compacted(value: Any) -> Any:
    """A list of one as the one; everything else as it is."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value
