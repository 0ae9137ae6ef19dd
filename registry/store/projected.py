"""What the store must hold for a given ledger: pure text, no store in sight.

Default graph: the live records, each with one ``void:inDataset`` naming its source, and the
vocabulary, whose labels they can be joined with. Named graphs: the vocabulary only, the harvests
(PROV-O), and the position that the store has reached.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from urllib.parse import quote

import pyoxigraph as ox

from registry.ledger.types import Harvest, Outcome
from vocab.namespaces import HYDRA, MED_ONTOLOGY, NOT_IN_IRI, PROV, RDF, RDFS, SCHEMA, VOID, XSD
from vocab.records import Record, line_of, record_from_body, root_of

VOCABULARY_GRAPH = MED_ONTOLOGY
POSITION_GRAPH = "urn:maillage:position"
LAYOUT = 2
"""Which statements go into which graph, as this module says: raise it when that changes, so that
stores made before are filled anew. 1, which said no layout: no vocabulary in the default graph."""
_STORE = "urn:maillage:store"
_NO_IRI = re.compile(f"[{NOT_IN_IRI}]")
_STATUS = {
    Outcome.COMMITTED: "CompletedActionStatus",
    Outcome.UNCHANGED: "CompletedActionStatus",
    Outcome.HELD: "PotentialActionStatus",
    Outcome.FAILED: "FailedActionStatus",
    Outcome.DISCARDED: "CompletedActionStatus",
}


@dataclass(frozen=True, slots=True)
class Position:
    """How far a store has followed, and what it followed.

    Attributes:
        seq: last change applied.
        entry_hash: entry hash of that change: the store belongs to this ledger and no other.
        harvest: last harvest described.
        vocabulary: SHA-256 of the vocabulary loaded.
        layout: the :data:`LAYOUT` that it was filled by.
    """

    seq: int
    entry_hash: str
    harvest: int
    vocabulary: str
    layout: int = LAYOUT

    def lines(self) -> tuple[str, ...]:
        """Return the N-Triples statements that say so."""
        return tuple(
            f'<{_STORE}> <{_STORE}:{name.replace("_", "-")}> "{value}" .'
            for name, value in asdict(self).items()
        )


def position_of(values: dict[str, str]) -> Position | None:
    """Read a position from property → value, as :meth:`Position.lines` wrote it; None if cut."""
    try:
        return Position(
            int(values[f"{_STORE}:seq"]),
            values[f"{_STORE}:entry-hash"],
            int(values[f"{_STORE}:harvest"]),
            values[f"{_STORE}:vocabulary"],
            int(values.get(f"{_STORE}:layout", 1)),
        )
    except (KeyError, ValueError):
        return None


# What the vocabulary says stays when a record that says the same goes: it is never the record's.
@lru_cache(maxsize=2)
def _statements(vocabulary: str) -> frozenset[str]:
    return frozenset(vocabulary.split("\n"))


@lru_cache(maxsize=2)
def _subjects(vocabulary: str) -> frozenset[str]:
    """Return the records that the subjects of the vocabulary belong to."""
    return frozenset(root_of(line[1 : line.index(">")]) for line in _statements(vocabulary) if line)


@dataclass(frozen=True, slots=True)
class Naming:
    """The IRIs that a node gives to its own things.

    Attributes:
        base_url: address of the node, ending in a slash.
        vocabulary: the vocabulary as N-Triples.
    """

    base_url: str
    vocabulary: str = ""

    @property
    def harvests_graph(self) -> str:
        """Graph that holds the harvests."""
        return f"{self.base_url}graph/harvests"

    @property
    def vocabulary_hash(self) -> str:
        """SHA-256 of the vocabulary."""
        return hashlib.sha256(self.vocabulary.encode()).hexdigest()

    def source(self, slug: str) -> str:
        """IRI of a source, as a data set.

        What an IRI cannot hold is percent-encoded: earlier versions registered any short name.

        >>> Naming("https://node.example/").source("zinc <été>")
        'https://node.example/source/zinc%20%3Cété%3E'
        """
        return f"{self.base_url}source/{_NO_IRI.sub(lambda found: quote(found[0]), slug)}"

    def harvest(self, number: int) -> str:
        """IRI of a harvest, as an activity."""
        return f"{self.base_url}harvest/{number}"

    def membership(self, slug: str, subject: str) -> str:
        """Return the statement that a record comes from a source."""
        return f"<{subject}> <{VOID}inDataset> <{self.source(slug)}> ."

    def lines(self, slug: str, record: Record) -> tuple[str, ...]:
        """Return a record's statements in the default graph, but for those of the vocabulary."""
        own = record.lines
        if record.iri in _subjects(self.vocabulary):
            own = tuple(line for line in own if line not in _statements(self.vocabulary))
        return (*own, self.membership(slug, record.iri))

    def document(self, bodies: Iterable[tuple[str, str, str]]) -> Iterator[bytes]:
        """Stream the records as N-Triples, from (source slug, subject, canonical body)."""
        described = _subjects(self.vocabulary)
        for slug, subject, body in bodies:
            if subject in described:
                lines = self.lines(slug, record_from_body(subject, body))
                yield "".join(f"{line}\n" for line in lines).encode()
            else:
                yield f"{body}{self.membership(slug, subject)}\n".encode()

    def harvest_lines(self, harvest: Harvest) -> tuple[str, ...]:
        """Describe a harvest as a ``prov:Activity``."""
        subject = ox.NamedNode(self.harvest(harvest.id))
        first, last = harvest.first_seq, harvest.last_seq
        count = 0 if first is None or last is None else last - first + 1
        moment = ox.NamedNode(f"{XSD}dateTime")
        pairs: tuple[tuple[str, ox.NamedNode | ox.Literal], ...] = (
            (f"{RDF}type", ox.NamedNode(f"{PROV}Activity")),
            (f"{PROV}used", ox.NamedNode(self.source(harvest.source))),
            (f"{PROV}startedAtTime", ox.Literal(harvest.started.isoformat(), datatype=moment)),
            (f"{PROV}endedAtTime", ox.Literal(harvest.ended.isoformat(), datatype=moment)),
            (f"{SCHEMA}actionStatus", ox.NamedNode(SCHEMA + _STATUS[harvest.outcome])),
            (f"{RDFS}comment", ox.Literal(harvest.outcome.value)),
            (f"{HYDRA}totalItems", ox.Literal(count)),
        )
        return tuple(line_of(ox.Triple(subject, ox.NamedNode(p), o)) for p, o in pairs)
