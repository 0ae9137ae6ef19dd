"""The compiled contract, run over records: findings per record, in constant memory."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from shapes.classes import Hierarchy
from shapes.compiler import Compiler
from shapes.errors import Refused
from shapes.graph import Graph, graph_of_record
from shapes.sparql import Rows, Window
from shapes.spec import Result, Results
from shapes.targets import Targets, target_shapes
from vocab.records import Record

WINDOW = 256
"""Records that SPARQL constraints are asked about together, and so held in memory at once."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A record with everything that the compiled shapes say about it."""

    record: Record
    results: tuple[Result, ...]


class Engine:
    """The shapes of one graph, compiled.

    Attributes:
        shapes: the shapes graph.
        refused: shapes that the compiler does not know how to check, with its reason.
    """

    def __init__(self, shapes: Graph, hierarchy: Hierarchy) -> None:
        self.shapes = shapes
        self.refused: dict[str, Refused] = {}
        compiler = Compiler(shapes, hierarchy)
        names, self._runs = [], []
        for name in target_shapes(shapes):
            try:
                self._runs.append(compiler.shape(name).run())
            except Refused as reason:
                self.refused[name] = reason
            else:
                names.append(name)
        self._targets = Targets(shapes, names, hierarchy)
        self._queries = compiler.queries

    def check(self, records: Iterable[Record]) -> Iterator[Checked]:
        """Check records one window after the other, in their order."""
        waiting = iter(records)
        while window := list(islice(waiting, WINDOW)):
            graphs = [graph_of_record(record) for record in window]
            for record, results in zip(window, self._check_window(graphs), strict=True):
                yield Checked(record, tuple(results))

    def check_graph(self, graph: Graph) -> Results:
        """Check one graph on its own."""
        return self._check_window([graph])[0]

    def _check_window(self, graphs: list[Graph]) -> list[Results]:
        found = [self._core(graph) for graph in graphs]
        if not self._queries:
            return found
        answers = self._answers(graphs, found)
        return [_settled(place, results, answers) for place, results in enumerate(found)]

    def _core(self, graph: Graph) -> Results:
        out: Results = []
        runs = self._runs
        for node, place in self._targets.pairs(graph):
            runs[place](graph, node, out)
        return out

    def _answers(self, graphs: list[Graph], found: list[Results]) -> Mapping[int, Rows]:
        window, asked = Window(self._queries), set[int]()
        for place, (graph, results) in enumerate(zip(graphs, found, strict=True)):
            own = {result.spec.query for result in results if result.spec.query is not None}
            if own:
                window.add(_name(place), graph, own)
                asked |= own
        return window.ask(asked) if asked else {}


def _name(place: int) -> str:
    return f"<urn:window:{place}>"


def _settled(place: int, results: Results, answers: Mapping[int, Rows]) -> Results:
    """Replace each question by the rows that answer it."""
    settled: Results = []
    for result in results:
        number = result.spec.query
        if number is None:
            settled.append(result)
            continue
        rows = answers[number].get((_name(place), result.focus), ())
        settled.extend(Result(result.spec, result.focus, value) for value in rows)
    return settled
