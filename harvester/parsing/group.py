"""From the statements of a document to those of each record in each graph, as bytes.

Grouping works on the lines that the serialiser writes, not on Python objects, and on many lines at
a time where they are about one record: it is what lets hundreds of thousands of statements pass in
a second or two.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import eq
from typing import NamedTuple

from harvester.errors import DocumentError
from harvester.parsing.skolem import skolemise

MAX_IRI = 2_048
MAX_LITERAL = 65_536
_TERMS = re.compile(rb'<([^>]*)>|"((?:[^"\\]++|\\.)*+)"(?:@([A-Za-z0-9-]+))?')
_END = b" ."
_LINE_END = b" .\n"
_NOTHING = b"\n"
"""No statement starts or ends like this."""


class RecordPart(NamedTuple):
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
class Parsed:
    """The statements of one document.

    Attributes:
        groups: one per graph and record, in document order.
        unattached: how many statements were left out because they hang from no record.
        prologue: what more of this document would have to begin with; None where none can come.
    """

    groups: tuple[RecordPart, ...]
    unattached: int
    prologue: str | None = None


class Statements(NamedTuple):
    """Some statements of one graph.

    Attributes:
        graph: its name, empty for the default graph.
        text: N-Quads as the serialiser writes them, whole lines.
        end: what follows the triple in each line.
    """

    graph: str
    text: bytes
    end: bytes


def group_lines(url: str, pieces: Iterable[Statements]) -> Parsed:
    """Group canonical statements.

    Args:
        url: address of the document, for messages.
        pieces: its statements, in document order.

    Raises:
        DocumentError: an IRI, a literal or a language tag is too long.
        ValueError: a text is not what its graph and its end say; nothing is left out in silence.
    """
    found: dict[str, list[bytes]] = defaultdict(list)
    has_blank_nodes = False
    for graph, text, end in pieces:
        has_blank_nodes = has_blank_nodes or (b"_" in text and b"_:" in text)
        *lines, rest = text.split(end)
        if rest:
            raise ValueError(f"statements of {graph or 'the default graph'} end otherwise")
        _check_sizes(url, graph, lines)
        found[graph] += lines
    groups: list[RecordPart] = []
    document = url.partition("#")[0].encode()
    unattached = 0
    for graph, own in found.items():
        tangled: frozenset[str] = frozenset()
        if has_blank_nodes and b"_:" in b"".join(own):
            done = skolemise((statement + _END for statement in own), document)
            own, tangled = [line[: -len(_END)] for line in done.lines], done.tangled
            unattached += done.unattached
        groups.extend(_by_record(graph, own, tangled))
    return Parsed(tuple(groups), unattached)


def _check_sizes(url: str, graph: str, statements: Sequence[bytes]) -> None:
    longest = max(map(len, statements), default=0)
    if max(longest, len(graph)) > MAX_IRI:
        for statement in (f"<{graph}>".encode(), *statements):
            _check_terms(url, statement)


def _check_terms(url: str, statement: bytes) -> None:
    for iri, literal, language in _TERMS.findall(statement):
        for term, limit in ((iri, MAX_IRI), (literal, MAX_LITERAL), (language, MAX_IRI)):
            if len(term) > limit:
                start = term[:60].decode("utf-8", "replace")
                raise DocumentError("MED-H205", url=url, limit=limit, start=start)


def _by_record(
    graph: str, statements: Sequence[bytes], tangled: frozenset[str]
) -> Iterator[RecordPart]:
    """Part the statements of a graph by record."""
    # Those of a dump are about thousands, and all of them need not be sorted to see that.
    if statements and _record_of(statements[0]) == _record_of(statements[-1]):
        ordered = _distinct(statements)
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
        yield _group(graph, iri, _distinct(own), tangled)


def _distinct(statements: Iterable[bytes]) -> list[bytes]:
    """Sort statements, each once; most feeds have them sorted, none twice, and that is quick."""
    ordered = sorted(statements)
    if any(map(eq, ordered, islice(ordered, 1, None))):
        return sorted(set(ordered))
    return ordered


def _only_record(ordered: Sequence[bytes]) -> bytes:
    """Return the record that all statements, sorted, are about; nothing when there are several.

    What stands between two lines that start alike starts like them; then only the byte that ends
    the IRI of the record is to be looked at.
    """
    iri = _record_of(ordered[-1])
    if not ordered[0].startswith((b"<%b>" % iri, b"<%b#" % iri)):
        return b""
    after_parts = bisect_left(ordered, b"<%b$" % iri)
    return iri if after_parts == bisect_left(ordered, b"<%b>" % iri) else b""


def _record_of(statement: bytes) -> bytes:
    return statement[1 : statement.index(b">")].partition(b"#")[0]


def _group(graph: str, iri: bytes, ordered: Sequence[bytes], tangled: frozenset[str]) -> RecordPart:
    # In the order of whole lines: a space comes before all that could make a statement longer.
    record = iri.decode()
    return RecordPart(graph, record, _LINE_END.join([*ordered, b""]), record in tangled)
