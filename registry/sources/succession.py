"""Poles that go on under other addresses: in force only where both sides state it.

The former namespace states ``succession/to``, the new one ``succession/from``; both name both. As a
record lies in the namespace of who may state it, neither can be said by anybody else. What follows
the namespace stays the same: ``FORMER place/7`` goes on as ``NEW place/7``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import pyoxigraph as ox

from registry.ledger.namespaces import space_of
from registry.ledger.types import Source
from vocab.namespaces import DCT, MED, RDF
from vocab.records import Record, line_of

POLE = "pole"
_MOST_MOVES = 10
"""How often a pole may have moved: more is taken for a ring."""


class Side(StrEnum):
    """Who states a succession, as the end of its record's IRI."""

    FORMER = "succession/to"
    NEW = "succession/from"


class Records(Protocol):
    """Where records are found, such as a ledger."""

    def record(self, subject: str) -> Record | None:
        """Return the present record of a subject."""
        ...


@dataclass(frozen=True, slots=True)
class Succession:
    """What one side states.

    Attributes:
        former: namespace that is left, ending in ``/``.
        new: namespace under which it goes on, ending in ``/``.
    """

    former: str
    new: str

    def following(self, iri: str) -> str:
        """Return what an IRI below the former namespace, or anything else, is from now on."""
        return self.new + iri[len(self.former) :] if iri.startswith(self.former) else iri

    def preceding(self, iri: str) -> str:
        """Return what an IRI below the new namespace was; empty for any other."""
        return self.former + iri[len(self.new) :] if iri.startswith(self.new) else ""


def succession_record(stated: Succession, side: Side) -> Record:
    """Return the record by which one side states a succession."""
    own, other, verb = stated.former, stated.new, "isReplacedBy"
    if side is Side.NEW:
        own, other, verb = other, own, "replaces"
    subject = ox.NamedNode(own + side)
    triples = (
        _triple(subject, f"{RDF}type", ox.NamedNode(f"{MED}Succession")),
        _triple(subject, f"{MED}statedBy", ox.NamedNode(own + POLE)),
        _triple(subject, DCT + verb, ox.NamedNode(other + POLE)),
        _triple(subject, f"{MED}formerNamespace", ox.Literal(stated.former)),
        _triple(subject, f"{MED}successorNamespace", ox.Literal(stated.new)),
    )
    return Record(subject.value, tuple(sorted(map(line_of, triples))))


def former_record(stated: Succession, iri: str) -> Record:
    """Return what stays of a record at its former address: where it goes on."""
    subject = ox.NamedNode(iri)
    triples = (
        _triple(subject, f"{RDF}type", ox.NamedNode(f"{MED}FormerRecord")),
        _triple(subject, f"{MED}statedBy", ox.NamedNode(stated.former + POLE)),
        _triple(subject, f"{DCT}isReplacedBy", ox.NamedNode(stated.following(iri))),
    )
    return Record(iri, tuple(sorted(map(line_of, triples))))


def carried(record: Record, stated: Succession) -> Record:
    """Return a record of the former namespace as the new one states it: every IRI follows."""

    def follow(term: ox.NamedNode | ox.Literal) -> ox.NamedNode | ox.Literal:
        return ox.NamedNode(stated.following(term.value)) if _is_iri(term) else term

    lines = {
        line_of(ox.Triple(follow(t.subject), follow(t.predicate), follow(t.object)))  # type: ignore[arg-type]
        for t in record.triples()
    }
    return Record(stated.following(record.iri), tuple(sorted(lines)))


def stated_by(records: Records, namespace: str, side: Side) -> Succession | None:
    """Return the succession that a namespace states; None where it states none that has a sense."""
    record = records.record(namespace + side)
    if record is None or not record.is_a(f"{MED}Succession"):
        return None
    found = Succession(_text(record, "formerNamespace"), _text(record, "successorNamespace"))
    own = found.former if side is Side.FORMER else found.new
    if own != namespace or found.former == found.new or not (found.former and found.new):
        return None
    return found if found == _claimed(record, found, side) else None


def confirmed(records: Records, stated: Succession) -> bool:
    """Whether both sides state a succession."""
    return (
        stated_by(records, stated.former, Side.FORMER) == stated
        and stated_by(records, stated.new, Side.NEW) == stated
    )


def in_force(records: Records, namespace: str) -> Succession | None:
    """Return the succession of a former namespace; None unless both sides state it."""
    found = stated_by(records, namespace, Side.FORMER)
    return found if found and confirmed(records, found) else None


def preceding(records: Records, namespace: str) -> Succession | None:
    """Return the succession by which a namespace came; None unless both sides state it."""
    found = stated_by(records, namespace, Side.NEW)
    return found if found and confirmed(records, found) else None


def successor(records: Records, namespace: str, iri: str) -> str:
    """Return what an IRI of a former namespace is today, however often its pole moved.

    Returns:
        The IRI; empty where no succession is in force, or where they lead round.
    """
    seen = {namespace}
    here = namespace
    while found := in_force(records, here):
        iri, here = found.following(iri), found.new
        if here in seen or len(seen) > _MOST_MOVES:
            return ""
        seen.add(here)
    return iri if here != namespace else ""


def _claimed(record: Record, found: Succession, side: Side) -> Succession | None:
    """The succession, where the poles that the record links to are those of its namespaces."""
    verb, other = ("isReplacedBy", found.new) if side is Side.FORMER else ("replaces", found.former)
    links = [value.value for value in _values(record, DCT + verb) if _is_iri(value)]
    return found if links == [other + POLE] else None


def _text(record: Record, name: str) -> str:
    values = [v.value for v in _values(record, MED + name) if isinstance(v, ox.Literal)]
    return values[0] if len(values) == 1 and values[0].endswith("/") else ""


def _values(record: Record, iri: str) -> Iterator[ox.NamedNode | ox.Literal]:
    for triple in record.triples():
        is_own = triple.subject == ox.NamedNode(record.iri) and triple.predicate.value == iri
        if is_own and isinstance(triple.object, ox.NamedNode | ox.Literal):
            yield triple.object


def _is_iri(term: object) -> bool:
    return isinstance(term, ox.NamedNode)


def _triple(subject: ox.NamedNode, iri: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(iri), value)


def successor_of(records: Records, iri: str, source: Source) -> str:
    """Return what an IRI of a source is today; empty where no succession of it is in force."""
    namespace = space_of(source, iri)
    return successor(records, namespace, iri) if namespace in source.namespaces else ""
