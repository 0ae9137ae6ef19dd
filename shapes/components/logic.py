"""Constraints that ask whether a value conforms to other shapes (SHACL 4.6, 4.7)."""

from collections.abc import Callable, Iterable, Sequence

from shapes.classes import Hierarchy
from shapes.graph import TYPE, Graph
from shapes.spec import Offenders, Results, Run, Test

Conforms = Callable[[Graph, str], bool]
Combine = Callable[[Iterable[bool]], bool]


def conforms_to(run: Run) -> Conforms:
    """Say whether a node conforms to a compiled shape: no result of any severity (SHACL 3.4.1)."""

    def conforms(graph: Graph, node: str) -> bool:
        results: Results = []
        run(graph, node, results)
        return not results

    return conforms


COMBINE: dict[str, Combine] = {
    "node": all,
    "and": all,
    "or": any,
    "not": lambda verdicts: not any(verdicts),
    "xone": lambda verdicts: sum(verdicts) == 1,
}
"""What SHACL 4.6 and 4.7.1 ask of the verdicts of the other shapes."""


def combined_test(combine: Combine, tests: Sequence[Test]) -> Test:
    """Combine shapes that look at the value alone."""
    return lambda value: combine(test(value) for test in tests)


def combined(combine: Combine, shapes: Sequence[Conforms]) -> Offenders:
    """Combine shapes that look around the value."""
    return lambda graph, focus, values: [
        value for value in values if not combine(shape(graph, value) for shape in shapes)
    ]


def class_(name: str, hierarchy: Hierarchy) -> Offenders:
    """SHACL 4.1.1: an instance of the class or of one below it."""
    accepted = hierarchy.below(name)

    def offenders(graph: Graph, focus: str, values: Sequence[str]) -> list[str]:
        return [value for value in values if not belongs(graph, value)]

    def belongs(graph: Graph, value: str) -> bool:
        types = graph.objects(value, TYPE)
        if not accepted.isdisjoint(types):
            return True
        return graph.own_classes and name in hierarchy.types_of(graph, value)

    return offenders


def qualified(
    shape: Conforms, siblings: Sequence[Conforms], least: int | None, most: int | None
) -> Offenders:
    """SHACL 4.7.3: how many values conform to the shape and to none of its siblings."""

    def counts(graph: Graph, value: str) -> bool:
        return shape(graph, value) and not any(other(graph, value) for other in siblings)

    def offenders(graph: Graph, focus: str, values: Sequence[str]) -> list[None]:
        number = sum(counts(graph, value) for value in values)
        too_few = least is not None and number < least
        too_many = most is not None and number > most
        return [None] if too_few or too_many else []

    return offenders
