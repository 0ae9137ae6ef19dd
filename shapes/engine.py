"""The compiled contract, run over records: findings per record, in constant memory."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from shapes.classes import Hierarchy
from shapes.compiler import Compiler
from shapes.errors import Refused
from shapes.graph import TYPE, Graph, graph_of_record
from shapes.limits import MAX_LINES, NOT_VALIDATED, TOO_LONG, long_texts
from shapes.oracle import Oracle, OracleResult
from shapes.runs import Compiled, run_of
from shapes.sparql import Asked, Window
from shapes.spec import Result, Results, Run, Spec
from vocab.namespaces import OWL, RDFS, SH
from vocab.ntriples import iri_of
from vocab.records import Record

WINDOW = 512
"""Records that SPARQL constraints are asked about together, and so held in memory at once."""

RUNS = 64
"""Sets of shapes whose common check is kept, with the values that it remembers."""

_KINDS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
_CLASSES = (f"<{RDFS}Class>", f"<{OWL}Class>")
MAX_REMEMBERED = 1_024
"""Sets of types and properties whose shapes are remembered."""

Places = tuple[int, ...]


class Checked(NamedTuple):
    """A record with everything that the compiled shapes say about it."""

    record: Record
    results: tuple[Result, ...]


class Engine:
    """The shapes of one graph, compiled.

    Attributes:
        shapes: the shapes graph.
        refused: shapes that the compiler does not know how to check, with its reason.
    """

    def __init__(self, shapes: Graph, hierarchy: Hierarchy, oracle: Oracle | None = None) -> None:
        """Compile.

        Args:
            shapes: the shapes graph.
            hierarchy: the classes that records need not explain.
            oracle: takes the shapes that the compiler refuses; without it they stay unchecked
                and only :attr:`refused` names them.
        """
        self.shapes = shapes
        self._oracle = oracle
        self.refused: dict[str, Refused] = {}
        self._compiler = compiler = Compiler(shapes, hierarchy)
        compiled: dict[str, Compiled] = {}
        for name in target_shapes(shapes):
            try:
                compiled[name] = compiler.shape(name)
            except Refused as reason:
                self.refused[name] = reason
        self._targets = Targets(shapes, list(compiled), hierarchy)
        self._run = _runs_of(list(compiled.values()))
        self._queries = compiler.queries

    def check(self, records: Iterable[Record]) -> Iterator[Checked]:
        """Check records one window after the other, in their order."""
        waiting = iter(records)
        while window := list(islice(waiting, WINDOW)):
            bounded = [_within_limits(record) for record in window]
            results = self._check_window(map(graph_of_record, bounded))
            if self.refused and self._oracle is not None:
                self._ask_oracle(self._oracle, bounded, results)
            for record, found in zip(window, results, strict=True):
                found.extend(long_texts(record))
                if len(record.lines) > MAX_LINES:
                    found.insert(0, Result(TOO_LONG, f"<{record.iri}>", None))
                yield Checked(record, tuple(found))

    def check_graph(self, graph: Graph) -> Results:
        """Check one graph on its own."""
        return self._check_window([graph])[0]

    def _check_window(self, graphs: Iterable[Graph]) -> list[Results]:
        """Check graphs, holding only one of them at a time and what the queries may ask of it."""
        found: list[Results] = []
        questions: list[tuple[int, Result, Asked]] = []
        window = Window(self._queries)
        for place, graph in enumerate(graphs):
            results: Results = []
            for result in self._core(graph):
                if result.spec.query is None:
                    results.append(result)
                else:
                    asked = window.put(place, graph, result.focus, result.spec.query)
                    questions.append((place, result, asked))
            found.append(results)
        answers = window.ask()
        for place, (spec, focus, _), asked in questions:
            if rows := answers.get(asked):
                found[place] += [Result(spec, focus, value) for value in rows]
        return found

    def _ask_oracle(self, oracle: Oracle, window: list[Record], results: list[Results]) -> None:
        """Ask the other engine about the shapes that the compiler refused; add what it says."""
        answers = oracle.ask(window, [iri_of(name) for name in self.refused])
        specs = {name: self._compiler.spec(name, None) for name in self.shapes.spo}
        for record, answer, found in zip(window, answers, results, strict=True):
            found += _results_of(record, answer, specs)

    def _core(self, graph: Graph) -> Results:
        out: Results = []
        for node, places in self._targets.of(graph).items():
            self._run(places)(graph, node, out)
        return out


def _runs_of(shapes: Sequence[Compiled]) -> Callable[[Places], Run]:
    """Make one check of all shapes that look at a node, once for each set of them met."""
    return lru_cache(maxsize=RUNS)(lambda places: run_of([shapes[n] for n in places]))


def _within_limits(record: Record) -> Record:
    return record if len(record.lines) <= MAX_LINES else Record(record.iri, ())


def _results_of(
    record: Record, answer: list[OracleResult] | None, specs: Mapping[str, Spec]
) -> list[Result]:
    """Return the other engine's results; a record that it could not validate stays out."""
    if answer is None:
        return [Result(NOT_VALIDATED, f"<{record.iri}>", None)]
    return [
        Result(
            replace(
                specs.get(result.shape, NOT_VALIDATED),
                severity=iri_of(result.severity),
                component=iri_of(result.component),
            ),
            result.focus,
            result.value,
        )
        for result in answer
    ]


def target_shapes(shapes: Graph) -> list[str]:
    """Return the shapes that have a target of their own, in the order of the files."""
    return [node for node in shapes.spo if any(_targets(shapes, node).values())]


def _targets(shapes: Graph, node: str) -> dict[str, list[str]]:
    found = {kind: list(shapes.objects(node, f"<{SH}{kind}>")) for kind in _KINDS}
    types = shapes.objects(node, TYPE)
    is_shape = f"<{SH}NodeShape>" in types or f"<{SH}PropertyShape>" in types
    if is_shape and any(name in types for name in _CLASSES):  # an implicit class target
        found["targetClass"].append(node)
    return found


class Targets:
    """Finds the focus nodes of many shapes in one walk over a record."""

    def __init__(self, shapes: Graph, chosen: list[str], hierarchy: Hierarchy) -> None:
        """Take the shapes by name; results speak of them by their place in ``chosen``."""
        tables: list[dict[str, list[int]]] = [defaultdict(list) for _ in _KINDS]
        for place, node in enumerate(chosen):
            for table, terms in zip(tables, _targets(shapes, node).values(), strict=True):
                for term in terms:
                    table[term].append(place)
        self._classes, self._nodes, self._subjects, self._objects = map(dict, tables)
        self._hierarchy = hierarchy
        self._looking = lru_cache(maxsize=MAX_REMEMBERED)(self._shapes_looking)

    def of(self, graph: Graph) -> dict[str, Places]:
        """Return each focus node with the places of the shapes that look at it, in their order."""
        looking, subjects = self._looking, self._subjects
        found: dict[str, Places] = {}
        for node, properties in graph.spo.items():
            types: Iterable[str] = properties.get(TYPE, ())
            if types and graph.own_classes:
                types = self._hierarchy.types_of(graph, node)
            used: tuple[str, ...] = ()
            if not properties.keys().isdisjoint(subjects):
                used = tuple([predicate for predicate in subjects if predicate in properties])
            if places := looking(tuple(types), used):
                found[node] = places
        for node, others in self._named(graph) if self._nodes or self._objects else ():
            found[node] = tuple(sorted({*found.get(node, ()), *others}))
        return found

    def _shapes_looking(self, types: tuple[str, ...], used: tuple[str, ...]) -> Places:
        """Give the shapes that look at a node because of its types or of the properties it has."""
        classes = self._hierarchy.above(types)
        places = {place for name in classes for place in self._classes.get(name, ())}
        return tuple(sorted(places.union(*(self._subjects[predicate] for predicate in used))))

    def _named(self, graph: Graph) -> Iterator[tuple[str, Sequence[int]]]:
        """Return the nodes that shapes look at by name, or as values of a property."""
        yield from self._nodes.items()
        for predicate, places in self._objects.items():
            for properties in graph.spo.values():
                for value in properties.get(predicate, ()):
                    yield value, places
