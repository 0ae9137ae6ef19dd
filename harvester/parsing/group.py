"""From a stream of quads to statements grouped by graph and record, as bytes.

Grouping works on the lines that the serialiser writes, not on Python objects, and on many lines at
a time where they stand together: it is what lets hundreds of thousands of statements pass in a
second or two.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat

from harvester.problems import DocumentError
from harvester.skolem import skolemise

MAX_IRI = 2_048
MAX_LITERAL = 65_536
_TERMS = re.compile(rb'<([^>]*)>|"((?:[^"\\]++|\\.)*+)"(?:@([A-Za-z0-9-]+))?')
_GRAPH = re.compile(rb" (<[^<>\"\s]*>|_:[^\s\"]+)$")
_END = b" ."
_LINE_END = b" .\n"
_NOTHING = b"\n"
"""No statement starts or ends like this."""
_SPACES = 2
"""Within a triple, between its terms; a literal may hold more."""
_STEP = 32


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


def group_lines(url: str, texts: Iterable[bytes], *, graphs: bool) -> Grouped:
    """Group canonical statements.

    Args:
        url: address of the document, for messages.
        texts: N-Quads as the serialiser writes them, in pieces of whole lines.
        graphs: statements may end in a graph name.

    Raises:
        DocumentError: an IRI, a literal or a language tag is too long.
    """
    found: dict[str, list[bytes]] = defaultdict(list)
    has_blank_nodes = False
    for text in texts:
        has_blank_nodes = has_blank_nodes or (b"_" in text and b"_:" in text)
        lines = text.split(_LINE_END)[:-1]
        _check_sizes(url, lines)
        if graphs:
            _by_graph(lines, found)
        else:
            found[""] += lines
    groups: list[Group] = []
    adrift = 0
    for graph, own in found.items():
        tangled: frozenset[str] = frozenset()
        if has_blank_nodes and b"_:" in b"".join(own):
            done = skolemise([statement + _END for statement in own])
            own, tangled = [line[: -len(_END)] for line in done.lines], done.tangled
            adrift += done.adrift
        groups.extend(_by_record(graph, own, tangled))
    return Grouped(groups, adrift)


def _by_graph(lines: list[bytes], found: dict[str, list[bytes]]) -> None:
    """Part statements by graph, each without its graph."""
    spaces = [*map(bytes.count, lines, repeat(b" "))]
    at = 0
    while at < len(lines):
        line = lines[at]
        name, cut = _graph_of(line) if spaces[at] > _SPACES else ("", 0)
        if not name:
            found[""].append(line)
            at += 1
            continue
        # The statements of a named graph mostly stand together.
        stop = _run_end(lines, spaces, at, line[cut:])
        cut -= len(line)
        found[name] += [one[:cut] for one in lines[at:stop]]
        at = stop


def _run_end(lines: list[bytes], spaces: list[int], start: int, end: bytes) -> int:
    """Give where the run of statements ends that have, as the first one, this fourth term."""
    stop, step = start + 1, _STEP
    while stop < len(lines):
        alike = [*map(bytes.endswith, lines[stop : stop + step], repeat(end))]
        if False in alike:
            stop += alike.index(False)
            break
        stop, step = stop + len(alike), step * 4
    run = spaces[start:stop]
    if min(run) > _SPACES:
        return stop
    return start + next(at for at, count in enumerate(run) if count <= _SPACES)


def _graph_of(line: bytes) -> tuple[str, int]:
    """Give the graph of a statement, empty for the default one, and where its triple ends.

    An IRI with two spaces before it is the fourth term.
    """
    found = _GRAPH.search(line, max(line.rfind(b" "), 0))
    if found is None or line.count(b" ", 0, found.start()) < _SPACES:
        return "", 0
    return found.group(1).decode().strip("<>"), found.start()


def _check_sizes(url: str, statements: Sequence[bytes]) -> None:
    if max(map(len, statements), default=0) > MAX_IRI:
        for statement in statements:
            _check_terms(url, statement)


def _check_terms(url: str, statement: bytes) -> None:
    for iri, literal, language in _TERMS.findall(statement):
        for term, limit in ((iri, MAX_IRI), (literal, MAX_LITERAL), (language, MAX_IRI)):
            if len(term) > limit:
                start = term[:60].decode("utf-8", "replace")
                raise DocumentError("MED-H205", url=url, limit=limit, start=start)


def _by_record(graph: str, statements: Iterable[bytes], tangled: frozenset[str]) -> Iterator[Group]:
    """Part the statements of a graph by record."""
    ordered = sorted(set(statements))
    if alone := _only_record(ordered):
        yield _group(graph, alone, ordered, tangled)
        return
    found: dict[bytes, list[bytes]] = defaultdict(list)
    starts: tuple[bytes, ...] = (_NOTHING,)
    own: list[bytes] = []
    for statement in statements:
        if not statement.startswith(starts):
            iri = _record_of(statement)
            starts, own = (b"<%b>" % iri, b"<%b#" % iri), found[iri]
        own.append(statement)
    for iri, own in found.items():
        yield _group(graph, iri, sorted(set(own)), tangled)


def _only_record(ordered: Sequence[bytes]) -> bytes:
    """Give the record that all statements, sorted, are about; nothing when there are several.

    What stands between two lines that start alike starts like them; then only the byte that ends
    the IRI of the record is to be looked at.
    """
    if not ordered:
        return b""
    iri = _record_of(ordered[-1])
    if not ordered[0].startswith((b"<%b>" % iri, b"<%b#" % iri)):
        return b""
    after_parts = bisect_left(ordered, b"<%b$" % iri)
    return iri if after_parts == bisect_left(ordered, b"<%b>" % iri) else b""


def _record_of(statement: bytes) -> bytes:
    return statement[1 : statement.index(b">")].partition(b"#")[0]


def _group(graph: str, iri: bytes, ordered: Sequence[bytes], tangled: frozenset[str]) -> Group:
    # In the order of whole lines: a space comes before all that could make a statement longer.
    record = iri.decode()
    return Group(graph, record, _LINE_END.join([*ordered, b""]), record in tangled)
