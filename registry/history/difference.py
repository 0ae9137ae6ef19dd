"""How two versions of a record differ: property by property for people, line by line for machines.

Pure: bodies in, differences out. Where the versions are found is :mod:`registry.history.changes`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from registry.formats.statements import Statement, statements
from registry.ledger.types import Kind
from vocab.records import Record

PATCH_TYPE = "application/rdf-patch"


@dataclass(frozen=True, slots=True)
class Field:
    """One property of one node of a record, where it differs.

    Attributes:
        node: fragment of the inner node (``#address``); empty for the record itself.
        property_iri: IRI of the property.
        before: values that are gone, as text or IRI, with ``@lang``.
        after: values that are new; values that stay are in neither.
    """

    node: str
    property_iri: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordDifference:
    """What happened to one record.

    Attributes:
        fields: the properties that differ, by node and IRI; all of them when it is new or gone.
        removed: N-Triples lines that are gone, sorted.
        added: N-Triples lines that are new, sorted.
    """

    subject: str
    kind: Kind
    fields: tuple[Field, ...]
    removed: tuple[str, ...]
    added: tuple[str, ...]


def difference(subject: str, before: Record | None, after: Record | None) -> RecordDifference:
    """Compare two versions of a record; None where there is none."""
    old = frozenset(before.lines if before else ())
    new = frozenset(after.lines if after else ())
    removed, added = tuple(sorted(old - new)), tuple(sorted(new - old))
    fields = tuple(_fields(subject, removed, added))
    return RecordDifference(subject, _kind(before, after), fields, removed, added)


def _kind(before: Record | None, after: Record | None) -> Kind:
    if before is None:
        return Kind.CREATE
    return Kind.DELETE if after is None else Kind.UPDATE


def _fields(subject: str, removed: tuple[str, ...], added: tuple[str, ...]) -> Iterator[Field]:
    old, new = _values(subject, removed), _values(subject, added)
    for node, name in sorted(old.keys() | new.keys()):
        key = (node, name)
        yield Field(node, name, tuple(old.get(key, ())), tuple(new.get(key, ())))


def _values(subject: str, lines: tuple[str, ...]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for triple in statements(Record(subject, lines)):
        node = triple.subject.removeprefix(subject)
        found[node, triple.predicate].append(_text(triple))
    return dict(found)


def _text(triple: Statement) -> str:
    if triple.iri is not None:
        return triple.iri
    text = triple.text or ""
    return f"{text}@{triple.language}" if triple.language else text


def patch(identifier: str, differences: Iterable[RecordDifference]) -> Iterator[str]:
    """Write differences as one transaction of an RDF Patch (https://afs.github.io/rdf-patch/).

    Args:
        identifier: IRI of the patch, for its header.
        differences: what it does, in order.
    """
    yield f"H id <{identifier}> .\nTX .\n"
    for one in differences:
        yield "".join(f"D {line}\n" for line in one.removed)
        yield "".join(f"A {line}\n" for line in one.added)
    yield "TC .\n"
