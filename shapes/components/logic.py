"""Constraints that ask whether a value conforms to other shapes (SHACL 4.6, 4.7)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from shapes.classes import Hierarchy
from shapes.graph import TYPE, Graph
from shapes.spec import Conforms, Offenders, Test, TextTest

Combine = Callable[[Iterable[bool]], bool]


def none(verdicts: Iterable[bool]) -> bool:
    """Whether no verdict is true."""
    return not any(verdicts)


def exactly_one(verdicts: Iterable[bool]) -> bool:
    """Whether one verdict is true, and only one."""
    return sum(verdicts) == 1


COMBINE: dict[str, Combine] = {
    "node": all,
    "and": all,
    "or": any,
    "not": none,
    "xone": exactly_one,
}
"""What SHACL 4.6 and 4.7.1 ask of the verdicts of the other shapes."""


def combined_test(combine: Combine, tests: Sequence[Test]) -> Test:
    """Combine shapes that look at the value alone; the frequent forms without a loop."""
    first, second = tests[0], tests[-1]
    if combine is any and len(tests) == 2:
        return lambda value: first(value) or second(value)
    if combine is none and len(tests) == 1:
        return lambda value: not first(value)
    return lambda value: combine(test(value) for test in tests)


@dataclass(frozen=True, slots=True)
class Negated:
    """The opposite of a test of texts."""

    text_test: TextTest

    def __call__(self, text: str, /) -> bool:
        """Whether the test fails."""
        return not self.text_test(text)


def combined(combine: Combine, shapes: Sequence[Conforms]) -> Offenders:
    """Combine shapes that look around the value; the most frequent forms without a detour."""
    if combine is any:
        return lambda graph, focus, values: [
            value for value in values if not _conforms_to_one(shapes, graph, value)
        ]
    first = shapes[0]
    if combine is none and len(shapes) == 1:
        return lambda graph, focus, values: [value for value in values if first(graph, value)]
    return lambda graph, focus, values: [
        value for value in values if not combine(shape(graph, value) for shape in shapes)
    ]


def _conforms_to_one(shapes: Sequence[Conforms], graph: Graph, value: str) -> bool:
    for shape in shapes:  # noqa: SIM110  any() would make a generator for each value
        if shape(graph, value):
            return True
    return False


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
