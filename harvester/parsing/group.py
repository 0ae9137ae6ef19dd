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
_END = b" ."
_NOTHING = b"\n"
"""No statement starts or ends like this."""
_SPACES = 2


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
        if b"_:" in b"".join(own):
            done = skolemise([statement + _END for statement in own])
            own, tangled = [line[: -len(_END)] for line in done.lines], done.tangled
            adrift += done.adrift
        groups.extend(_by_record(graph, own, tangled))
    return Grouped(groups, adrift)


def _by_graph(url: str, lines: Iterable[bytes], *, graphs: bool) -> dict[str, list[bytes]]:
    """Part statements by graph, each without its graph and without its end."""
    found: dict[str, list[bytes]] = defaultdict(list)
    end, cut = _NOTHING, 0
    own: list[bytes] = []
    for line in lines:
        if len(line) > MAX_IRI:
            _check_sizes(url, line)
        # The statements of a graph mostly stand together: one look at their common end will do.
        if not (line.endswith(end) and (not graphs or line.count(b" ", 0, cut) >= _SPACES)):
            name, end = _graph_of(line) if graphs else ("", _END)
            cut, own = -len(end), found[name]
            end = end if name or not graphs else _NOTHING
        own.append(line[:cut])
    return found


def _graph_of(line: bytes) -> tuple[str, bytes]:
    """Give the graph of a statement, empty for the default one, and how the statement ends.

    An IRI with two spaces before it is the fourth term.
    """
    end = _GRAPH.search(line)
    if end is None or line.count(b" ", 0, end.start()) < _SPACES:
        return "", _END
    return end.group(1).decode().strip("<>"), end.group(0)


def _check_sizes(url: str, line: bytes) -> None:
    for iri, literal, language in _TERMS.findall(line):
        for term, limit in ((iri, MAX_IRI), (literal, MAX_LITERAL), (language, MAX_IRI)):
            if len(term) > limit:
                start = term[:60].decode("utf-8", "replace")
                raise DocumentError("MED-H205", url=url, limit=limit, start=start)


def _by_record(graph: str, statements: Iterable[bytes], tangled: frozenset[str]) -> list[Group]:
    found: dict[bytes, list[bytes]] = defaultdict(list)
    starts: tuple[bytes, ...] = (_NOTHING,)
    own: list[bytes] = []
    for statement in statements:
        if not statement.startswith(starts):
            iri = statement[1 : statement.index(b">")].partition(b"#")[0]
            starts, own = (b"<%b>" % iri, b"<%b#" % iri), found[iri]
        own.append(statement)
    return [
        Group(graph, iri.decode(), _body(own), iri.decode() in tangled)
        for iri, own in found.items()
    ]


def _body(statements: Iterable[bytes]) -> bytes:
    # In the order of whole lines: a space comes before all that could make a statement longer.
    return b" .\n".join(sorted(set(statements))) + b" .\n"
