"""A record: one subject IRI with its own triples, as canonical N-Triples lines.

Comparing two versions of a record is comparing two sorted tuples of lines, and a content hash is a
hash of those lines; nothing else needs to understand RDF to know what changed.
Blank nodes never occur in a record: they are replaced on the way in by hash-IRIs below the subject.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from vocab.namespaces import RDF

_TYPE = f"<{RDF}type>"


@dataclass(frozen=True, slots=True)
class Record:
    """One subject's own triples.

    Attributes:
        iri: absolute IRI of the subject, without a fragment.
        lines: sorted, distinct N-Triples statements, each ending in `` .`` and without newline.
    """

    iri: str
    lines: tuple[str, ...]

    @property
    def body(self) -> str:
        """The canonical N-Triples document: one statement a line, each line ended."""
        return "\n".join((*self.lines, ""))

    @property
    def content_hash(self) -> str:
        """SHA-256 of :attr:`body`, in hexadecimal."""
        return hashlib.sha256(self.body.encode()).hexdigest()

    @property
    def types(self) -> tuple[str, ...]:
        """IRIs of the classes that the subject itself is said to belong to."""
        start = f"<{self.iri}> {_TYPE} <"
        return tuple(line[len(start) : -3] for line in self.lines if line.startswith(start))

    def is_a(self, class_: str) -> bool:
        """Whether the subject itself is said to belong to a class, given by its IRI."""
        return f"<{self.iri}> {_TYPE} <{class_}> ." in self.lines

    def triples(self) -> Iterator[ox.Triple]:
        """Parse the lines back to triples, in line order."""
        for quad in ox.parse(self.body.encode(), format=ox.RdfFormat.N_TRIPLES):
            yield quad.triple


def root_of(iri: str) -> str:
    """Return the IRI of the record that a subject belongs to: the IRI without its fragment.

    >>> root_of("https://pole.example/id/place/7#address")
    'https://pole.example/id/place/7'
    """
    return iri.partition("#")[0]


def line_of(triple: ox.Triple) -> str:
    """Return the canonical N-Triples statement of a triple."""
    return f"{triple} ."


def record_from_body(iri: str, body: str) -> Record:
    """Rebuild a record from the canonical body that a ledger or a feed kept."""
    # Not splitlines(): a literal may hold U+0085 or U+2028 as they are.
    return Record(iri, tuple(filter(None, body.split("\n"))))


def group_records(triples: Iterable[ox.Triple]) -> list[Record]:
    """Group triples without blank nodes into records, sorted by IRI.

    Raises:
        ValueError: a subject is a blank node (skolemise first).
    """
    found: dict[str, set[str]] = defaultdict(set)
    for triple in triples:
        if not isinstance(triple.subject, ox.NamedNode):
            raise ValueError(f"subject {triple.subject} is not an IRI: skolemise before grouping")  # noqa: TRY004
        found[root_of(triple.subject.value)].add(line_of(triple))
    return [Record(iri, tuple(sorted(lines))) for iri, lines in sorted(found.items())]
