"""From a stream of quads to statements grouped by graph and record, as bytes.

Grouping works on the lines that the serialiser writes, not on Python objects: it is what lets
hundreds of thousands of statements pass in a second or two.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from harvester.problems import DocumentError
from harvester.skolem import skolemise

MAX_IRI = 2_048
MAX_LITERAL = 65_536
_TERMS = re.compile(rb'<([^>]*)>|"((?:[^"\\]++|\\.)*+)"(?:@([A-Za-z0-9-]+))?')
_GRAPH = re.compile(rb" (<[^<>\"\s]*>|_:[^\s\"]+) \.$")


@dataclass(frozen=True, slots=True)
class Group:
    """The statements that one graph makes about one record.

    Attributes:
        graph: IRI of the graph, empty for the default graph.
        record: IRI of the record, without fragment.
        body: sorted, distinct N-Triples lines, each ended.
        tangled: blank nodes of the record could not be named soundly.
    """

    graph: str
    record: str
    body: bytes
    tangled: bool = False


@dataclass(frozen=True, slots=True)
class Grouped:
    """A whole document: its groups in document order, and how many statements hung from none."""

    groups: list[Group]
    adrift: int


def group_lines(url: str, lines: Iterable[bytes], *, graphs: bool) -> Grouped:
    """Group canonical statements.

    Args:
        url: address of the document, for messages.
        lines: N-Quads statements without line end.
        graphs: statements may end in a graph name.

    Raises:
        DocumentError: an IRI, a literal or a language tag is too long.
    """
    groups: list[Group] = []
    adrift = 0
    for graph, own in _by_graph(url, lines, graphs=graphs).items():
        tangled: frozenset[str] = frozenset()
        if any(b"_:" in line for line in own):
            done = skolemise(own)
            own, tangled = done.lines, done.tangled
            adrift += done.adrift
        groups.extend(_by_record(graph, own, tangled))
    return Grouped(groups, adrift)


def _by_graph(url: str, lines: Iterable[bytes], *, graphs: bool) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = defaultdict(list)
    last = _NO_GRAPH
    for line in lines:
        if len(line) > MAX_IRI:
            _check_sizes(url, line)
        if not graphs:
            found[""].append(line)
            continue
        # The statements of a graph mostly stand together: one look at their common end will do.
        if not (line.endswith(last.end) and _is_quad(line, last.end)):
            last = _graph_of(line)
        found[last.name].append(line[: -len(last.end)] + b" ." if last.name else line)
    return found


@dataclass(frozen=True, slots=True)
class _Graph:
    """The graph that a statement names, empty for the default one, and how the statement ends."""

    name: str
    end: bytes


_NO_GRAPH = _Graph("", b"\n")  # no line holds its own end


def _graph_of(line: bytes) -> _Graph:
    """Give the graph of a statement: an IRI with two spaces before it is the fourth term."""
    end = _GRAPH.search(line)
    if end is None or not _is_quad(line, end.group(0)):
        return _NO_GRAPH
    return _Graph(end.group(1).decode().strip("<>"), end.group(0))


def _is_quad(line: bytes, end: bytes) -> bool:
    return line.count(b" ", 0, -len(end)) >= 2


def _check_sizes(url: str, line: bytes) -> None:
    for iri, literal, language in _TERMS.findall(line):
        for term, limit in ((iri, MAX_IRI), (literal, MAX_LITERAL), (language, MAX_IRI)):
            if len(term) > limit:
                start = term[:60].decode("utf-8", "replace")
                raise DocumentError("MED-H205", url=url, limit=limit, start=start)


def _by_record(graph: str, lines: Iterable[bytes], tangled: frozenset[str]) -> list[Group]:
    found: dict[bytes, list[bytes]] = defaultdict(list)
    for line in lines:
        iri = line[1 : line.index(b">")]
        cut = iri.find(b"#")
        found[iri if cut < 0 else iri[:cut]].append(line)
    return [
        Group(graph, iri.decode(), b"\n".join(sorted(set(own))) + b"\n", iri.decode() in tangled)
        for iri, own in found.items()
    ]
