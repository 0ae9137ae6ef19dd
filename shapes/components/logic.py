"""Constraints that ask whether a value conforms to other shapes (SHACL 4.6, 4.7)."""

from collections.abc import Callable, Sequence

from shapes.classes import Hierarchy
from shapes.graph import TYPE, Graph
from shapes.spec import Offenders, Results, Run

Conforms = Callable[[Graph, str], bool]


def conforms_to(run: Run) -> Conforms:
    """Say whether a node conforms to a compiled shape: no result of any severity (SHACL 3.4.1)."""

    def conforms(graph: Graph, node: str) -> bool:
        results: Results = []
        run(graph, node, results)
        return not results

    return conforms


def _each_value(keeps: Conforms) -> Offenders:
    return lambda graph, focus, values: [value for value in values if not keeps(graph, value)]


def node(shape: Conforms) -> Offenders:
    """SHACL 4.7.1."""
    return _each_value(shape)


def not_(shape: Conforms) -> Offenders:
    """SHACL 4.6.1."""
    return _each_value(lambda graph, value: not shape(graph, value))


def and_(shapes: Sequence[Conforms]) -> Offenders:
    """SHACL 4.6.2."""
    return _each_value(lambda graph, value: all(shape(graph, value) for shape in shapes))


def or_(shapes: Sequence[Conforms]) -> Offenders:
    """SHACL 4.6.3."""
    return _each_value(lambda graph, value: any(shape(graph, value) for shape in shapes))


def xone(shapes: Sequence[Conforms]) -> Offenders:
    """SHACL 4.6.4: exactly one of the members of the list."""
    return _each_value(lambda graph, value: sum(shape(graph, value) for shape in shapes) == 1)


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
