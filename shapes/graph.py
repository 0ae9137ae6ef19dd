"""A small graph as nested dictionaries of N-Triples terms: a record's, or the shapes' own."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox

from vocab.namespaces import RDF, RDFS
from vocab.records import Record

TYPE = f"<{RDF}type>"
SUBCLASS = f"<{RDFS}subClassOf>"
FIRST, REST, NIL = f"<{RDF}first>", f"<{RDF}rest>", f"<{RDF}nil>"

Properties = dict[str, list[str]]
NOTHING: Mapping[str, list[str]] = {}


class Graph:
    """Triples by subject and predicate, every term in its N-Triples text.

    Attributes:
        spo: subject → predicate → objects, each distinct.
        own_classes: the graph says something about the hierarchy of classes itself.
    """

    __slots__ = ("_incoming", "own_classes", "spo")

    def __init__(self, spo: dict[str, Properties]) -> None:
        self.spo = spo
        self.own_classes = _mentions_classes(spo)
        self._incoming: dict[str, Properties] | None = None

    def objects(self, subject: str, predicate: str) -> list[str]:
        """Return the values of a property."""
        return self.spo.get(subject, NOTHING).get(predicate, [])

    def value(self, subject: str, predicate: str) -> str | None:
        """Return the first value of a property, or None."""
        found = self.objects(subject, predicate)
        return found[0] if found else None

    def subjects(self, predicate: str, value: str) -> list[str]:
        """Return the subjects that have a value for a property (builds an inverse index once)."""
        if self._incoming is None:
            self._incoming = {}
            for subject, predicate_of, target in self.triples():
                self._incoming.setdefault(target, {}).setdefault(predicate_of, []).append(subject)
        return self._incoming.get(value, NOTHING).get(predicate, [])

    def triples(self) -> Iterator[tuple[str, str, str]]:
        """Return every triple once."""
        for subject, properties in self.spo.items():
            for predicate, values in properties.items():
                for value in values:
                    yield subject, predicate, value

    def items(self, head: str) -> list[str]:
        """Return the members of an RDF list.

        Raises:
            ValueError: the list is broken or goes round in circles.
        """
        found: list[str] = []
        seen: set[str] = set()
        while head != NIL:
            first, rest = self.objects(head, FIRST), self.objects(head, REST)
            if len(first) != 1 or len(rest) != 1 or head in seen:
                raise ValueError(f"{head} is not a well-formed list")
            seen.add(head)
            found.append(first[0])
            head = rest[0]
        return found


def _mentions_classes(spo: Mapping[str, Properties]) -> bool:
    for properties in spo.values():  # noqa: SIM110  any() would make a generator for each record
        if SUBCLASS in properties:
            return True
    return False


def graph_of_record(record: Record) -> Graph:
    """Index the triples of a record."""
    return Graph(_index(record.lines) or _index_parsed(record.body.encode()))


def graph_of_triples(triples: Iterable[ox.Triple | ox.Quad]) -> Graph:
    """Index parsed triples."""
    spo: dict[str, Properties] = {}
    for subject, predicate, value in dict.fromkeys(_terms(triple) for triple in triples):
        spo.setdefault(subject, {}).setdefault(predicate, []).append(value)
    return Graph(spo)


def graph_of_files(paths: Iterable[Path]) -> Graph:
    """Index Turtle files of ours; blank nodes of different files stay separate."""
    quads = [quad for path in paths for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)]
    return graph_of_triples(quads)


def _index(lines: Iterable[str]) -> dict[str, Properties] | None:
    """Split canonical lines at their spaces; None as soon as one is not canonical.

    They are sorted: those of one subject follow each other, and of them those of one predicate.
    What comes back after something else is not, and nothing of it may be overwritten.
    """
    spo: dict[str, Properties] = {}
    properties: Properties = {}
    values: list[str] = []
    last_subject = last_predicate = ""
    for line in lines:
        subject, predicate, rest = line.split(" ", 2)
        value = rest.removesuffix(" .")
        if value is rest:
            return None
        if subject != last_subject:
            if subject[0] != "<" or subject in spo:
                return None
            last_subject, last_predicate = subject, ""
            properties = spo[subject] = {}
        if predicate == last_predicate:
            values.append(value)
        elif predicate[0] == "<" and predicate not in properties:
            last_predicate = predicate
            values = properties[predicate] = [value]
        else:
            return None
    return spo


def _index_parsed(body: bytes) -> dict[str, Properties]:
    return graph_of_triples(ox.parse(body, format=ox.RdfFormat.N_TRIPLES)).spo


def _terms(triple: ox.Triple | ox.Quad) -> tuple[str, str, str]:
    return str(triple.subject), str(triple.predicate), str(triple.object)
