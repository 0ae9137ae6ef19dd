"""SPARQL constraints (SHACL 5), asked once for a window of records instead of once per node.

The subset: a ``SELECT`` that projects ``$this`` and perhaps ``?value``; its ``WHERE`` group starts
with ``$this`` and a named property; every predicate is named; no sub-query, no ``GRAPH``,
``SERVICE``, ``MINUS``, ``VALUES``, ``FROM`` (SHACL forbids most of them with pre-binding, section
5.2.1), no ``$PATH``, ``$shapesGraph``, ``$currentShape``; if grouped, then by ``$this`` first.
Within it, asking for all focus nodes at once gives each of them the rows that pre-binding ``$this``
would give.

Each record of a window is a graph of its own, so that no record answers for another. Only where a
query asks about values of the focus node alone, nodes with the same values share one answer.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from shapes.errors import Refused
from shapes.graph import TYPE, Graph, Properties
from vocab.namespaces import SH
from vocab.ntriples import literal_parts

_HEAD = re.compile(
    r"\s*SELECT\s+(?P<distinct>DISTINCT\s+)?(?P<vars>.+?)\s+WHERE\s*\{", re.DOTALL | re.IGNORECASE
)
_TAIL = re.compile(r"\}(?P<tail>\s*(GROUP\s+BY\s+[$?]this\b[^{}]*)?)\s*\Z", re.IGNORECASE)
_FORBIDDEN = re.compile(
    r"\b(SELECT|GRAPH|SERVICE|MINUS|VALUES|FROM|BASE|PREFIX|LIMIT|OFFSET|ORDER)\b"
    r"|[$?](PATH|shapesGraph|currentShape)\b",
    re.IGNORECASE,
)
_UNSEEN = re.compile(  # could look at triples whose predicate the query does not name
    r"[$?]\w+\s+[$?]\w+|[>\w]\s*;\s*[$?]|!\s*[(<^]|[>)][*?](?!\w)"
)
_OWN_VALUE = re.compile(r"[$?]this\s+(<[^<>\s]*>)\s+[?$]\w+\s*(?:\.|\Z)")
_INNERMOST = re.compile(r"\([^(){}]*\)")
_EXPRESSIONS = re.compile(r"(?:FILTER|BIND|\s)*", re.IGNORECASE)
_DIFFERS_EACH_TIME = re.compile(r"\b(RAND|UUID|STRUUID|BNODE)\b", re.IGNORECASE)
_PREDICATE = re.compile(r"<([^<>\s]*)>")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
_NAME = re.compile(r"(?<![\w<:/#])([A-Za-z][\w-]*):([A-Za-z][\w-]*)")


@dataclass(frozen=True, slots=True)
class SparqlQuery:
    """A SPARQL constraint ready for a window of records.

    Attributes:
        text: query over named graphs, projecting ``?record_graph`` besides ``?this``.
        predicates: N-Triples terms of every IRI in the query: the triples it can see.
        first: predicate of the first triple pattern: a focus node without it has no rows.
        own: the predicates, where the rows depend on their values at the focus node alone.
    """

    text: str
    predicates: frozenset[str]
    first: str
    own: tuple[str, ...] = ()


Asked = tuple[int, str, str]
"""The query, and the graph and focus node that stand for what it was put about."""

Rows = Mapping[Asked, Sequence[str | None]]
"""The values of the rows, each as N-Triples term or None."""


def read_query(shapes: Graph, node: str) -> SparqlQuery:
    """Read a SPARQL constraint out of the shapes graph.

    Raises:
        Refused: the query lies outside the subset.
    """
    selects = shapes.objects(node, f"<{SH}select>")
    if len(selects) != 1:
        raise Refused("a SPARQL constraint", node, "has not exactly one sh:select")
    text = _expanded(literal_parts(selects[0])[0], _prefixes(shapes, node), node)
    return _in_graphs(text, node)


def _prefixes(shapes: Graph, node: str) -> dict[str, str]:
    found = {}
    for holder in shapes.objects(node, f"<{SH}prefixes>"):
        for declaration in shapes.objects(holder, f"<{SH}declare>"):
            prefix = shapes.value(declaration, f"<{SH}prefix>")
            namespace = shapes.value(declaration, f"<{SH}namespace>")
            if prefix and namespace:
                found[literal_parts(prefix)[0]] = literal_parts(namespace)[0]
    return found


def _expanded(text: str, prefixes: Mapping[str, str], node: str) -> str:
    """Write every prefixed name out, outside of strings."""

    def full(match: re.Match[str]) -> str:
        if match[1] not in prefixes:
            raise Refused("a SPARQL constraint", node, f"uses the prefix {match[1]} undeclared")
        return f"<{prefixes[match[1]]}{match[2]}>"

    out, end = [], 0
    for string in _STRING.finditer(text):
        out += [_NAME.sub(full, text[end : string.start()]), string[0]]
        end = string.end()
    return "".join([*out, _NAME.sub(full, text[end:])])


def _in_graphs(text: str, node: str) -> SparqlQuery:
    head, tail = _HEAD.match(text), _TAIL.search(text)
    if head is None or tail is None:
        raise Refused("a SPARQL constraint", node, "is not a plain SELECT … WHERE { … }")
    body = text[head.end() : tail.start()]
    if forbidden := _FORBIDDEN.search(_STRING.sub('""', body + tail["tail"])):
        raise Refused("a SPARQL constraint", node, f"uses {forbidden[0]}")
    if unseen := _UNSEEN.search(_STRING.sub('""', body)):
        raise Refused("a SPARQL constraint", node, f"has no named predicate at {unseen[0]!r}")
    first = re.match(r"\s*[$?]this\s+(<[^<>\s]*>)\s", body)
    if first is None or not re.match(r"[$?]this\b", head["vars"]):
        raise Refused("a SPARQL constraint", node, "does not start from $this")
    grouping = re.sub(r"(?i)(GROUP\s+BY)", r"\1 ?record_graph", tail["tail"])
    select = f"SELECT {head['distinct'] or ''} ?record_graph {head['vars']}"
    asked = f"{select} WHERE {{ GRAPH ?record_graph {{{body}}} }}"
    names = frozenset(f"<{iri}>" for iri in _PREDICATE.findall(_STRING.sub('""', text)))
    if re.search(r"\sa\s", body):
        names |= {TYPE}
    own = () if grouping.strip() else _own_predicates(head["vars"], body)
    query = SparqlQuery(asked + grouping, names, first[1], own)
    _check(query, node)
    return query


def _own_predicates(variables: str, body: str) -> tuple[str, ...]:
    """Return the predicates of a query that looks at nothing but values of ``$this``, else none.

    That is: triple patterns ``$this <p> ?v .``, then only FILTER and BIND that never name $this.
    """
    bare = _STRING.sub('""', body)
    rest = _OWN_VALUE.sub(" ", bare)
    if _DIFFERS_EACH_TIME.search(rest) or len(re.findall(r"[$?]this\b", rest + variables)) > 1:
        return ()
    while (outer := _INNERMOST.sub(" ", rest)) != rest:
        rest = outer
    return tuple(_OWN_VALUE.findall(bare)) if _EXPRESSIONS.fullmatch(rest) else ()


def _check(query: SparqlQuery, node: str) -> None:
    try:
        ox.Store().query(query.text)
    except SyntaxError as error:
        raise Refused("a SPARQL constraint", node, f"does not parse: {error}") from error


class Window:
    """The triples that SPARQL constraints may ask about, of the records of one window."""

    def __init__(self, queries: Sequence[SparqlQuery]) -> None:
        self._queries = queries
        self._lines: list[str] = []
        self._known: dict[tuple[object, ...], Asked] = {}
        self._numbers: set[int] = set()

    def put(self, record: int, graph: Graph, focus: str, number: int) -> Asked:
        """Put what a query may ask about a node of a record in; say where its rows will stand.

        Args:
            record: place of the record in this window.
            graph: the record.
            focus: the node.
            number: place of the query.
        """
        self._numbers.add(number)
        query = self._queries[number]
        if not query.own:
            name = f"<urn:record:{record}>"
            for subject, properties in graph.spo.items():
                self._add(name, subject, properties, query.predicates)
            return number, name, focus
        properties = graph.spo[focus]
        values = (number, *[(*properties.get(predicate, ()),) for predicate in query.own])
        asked = self._known.get(values)
        if asked is None:
            name = f"<urn:values:{len(self._known)}>"  # the query never looks at the node's name
            asked = self._known[values] = number, name, name
            self._add(name, name, properties, query.own)
        return asked

    def _add(self, name: str, subject: str, properties: Properties, wanted: Iterable[str]) -> None:
        self._lines += [
            f"{subject} {predicate} {value} {name} .\n"
            for predicate in wanted
            if predicate in properties
            for value in properties[predicate]
        ]

    def ask(self) -> Rows:
        """Ask the queries about all records of the window that were put in."""
        rows: dict[Asked, list[str | None]] = defaultdict(list)
        if self._numbers:
            store = ox.Store()
            store.load("".join(self._lines).encode(), format=ox.RdfFormat.N_QUADS)
            for number in self._numbers:
                _collect(store, self._queries[number].text, number, rows)
        return rows


def _collect(store: ox.Store, query: str, number: int, rows: dict[Asked, list[str | None]]) -> None:
    solutions = store.query(query)
    assert isinstance(solutions, ox.QuerySolutions)  # noqa: S101  # read_query took SELECT only
    has_value = ox.Variable("value") in solutions.variables
    for solution in solutions:
        graph, this = solution["record_graph"], solution["this"]
        if this is not None:
            value = str(solution["value"]) if has_value else None
            rows[number, str(graph), str(this)].append(value)
