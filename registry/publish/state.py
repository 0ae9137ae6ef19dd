"""Counts of the current state, added up over its chunks."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from registry.formats.geojson import Box
from registry.publish.chunks import Chunk


@dataclass(frozen=True, slots=True)
class StateFacts:
    """What the state holds.

    Attributes:
        span: IRIs of the first and the last record, or None when there is none.
        records: live records.
        places: live places.
        triples: statements.
        classes: class IRI and how many records state it, by IRI.
        properties: property IRI, its statements and its subjects, by IRI.
        subjects: how many subjects there are.
        box: around all placed places, or None.
    """

    span: tuple[str, str] | None
    records: int
    places: int
    triples: int
    classes: tuple[tuple[str, int], ...]
    properties: tuple[tuple[str, int, int], ...]
    subjects: int
    box: Box | None

    def is_within(self, namespace: str) -> bool:
        """Whether every record has an IRI in a namespace; in sorted order, two are enough."""
        return self.span is not None and all(iri.startswith(namespace) for iri in self.span)


def facts_of(state: Sequence[Chunk]) -> StateFacts:
    """Add up the facts of all chunks."""
    classes: Counter[str] = Counter()
    triples: Counter[str] = Counter()
    subjects: Counter[str] = Counter()
    for chunk in state:
        classes.update(chunk.facts.classes)
        for name, (statements, of) in chunk.facts.properties.items():
            triples[name] += statements
            subjects[name] += of
    return StateFacts(
        span=(state[0].facts.first, state[-1].facts.last) if state else None,
        records=sum(chunk.facts.records for chunk in state),
        places=sum(chunk.facts.places for chunk in state),
        triples=sum(chunk.facts.triples for chunk in state),
        classes=tuple(sorted(classes.items())),
        properties=tuple((name, triples[name], subjects[name]) for name in sorted(triples)),
        # No subject is of two records, nor a record of two chunks.
        subjects=sum(chunk.facts.subjects for chunk in state),
        box=box_of(state),
    )


def box_of(state: Sequence[Chunk]) -> Box | None:
    """Return the box around every placed place; None when there is none."""
    boxes = [chunk.facts.box for chunk in state if chunk.facts.box]
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return (min(west), min(south), max(east), max(north))
