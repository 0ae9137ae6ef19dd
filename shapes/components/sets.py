"""Constraints on the values together, or beside another property (SHACL 4.2, 4.4.5, 4.5, 4.8)."""

from collections.abc import Callable, Iterator, Sequence

from shapes.graph import Graph
from shapes.spec import Offenders
from shapes.terms import compare
from vocab.ntriples import is_literal, literal_parts


def min_count(least: int) -> Offenders:
    """SHACL 4.2.1."""
    return lambda graph, focus, values: () if len(values) >= least else (None,)


def max_count(most: int) -> Offenders:
    """SHACL 4.2.2."""
    return lambda graph, focus, values: () if len(values) <= most else (None,)


def has_value(argument: str) -> Offenders:
    """SHACL 4.8.2."""
    return lambda graph, focus, values: () if argument in values else (None,)


def unique_lang() -> Offenders:
    """SHACL 4.4.5: one result per language that occurs twice."""

    def offenders(graph: Graph, focus: str, values: Sequence[str]) -> list[None]:
        if len(values) < 2:
            return []
        tags = [literal_parts(value)[2] for value in values if is_literal(value)]
        return [None for tag in set(tags) if tag and tags.count(tag) > 1]

    return offenders


def equals(predicate: str) -> Offenders:
    """SHACL 4.5.1."""

    def offenders(graph: Graph, focus: str, values: Sequence[str]) -> Iterator[str]:
        others = graph.objects(focus, predicate)
        yield from (value for value in values if value not in others)
        yield from (other for other in others if other not in values)

    return offenders


def disjoint(predicate: str) -> Offenders:
    """SHACL 4.5.2."""

    def offenders(graph: Graph, focus: str, values: Sequence[str]) -> list[str]:
        others = graph.objects(focus, predicate)
        return [value for value in values if value in others]

    return offenders


def less_than(accepts: frozenset[int]) -> Callable[[str], Offenders]:
    """SHACL 4.5.3 and 4.5.4: one result for each pair that is not in order."""

    def make(predicate: str) -> Offenders:
        def offenders(graph: Graph, focus: str, values: Sequence[str]) -> Iterator[str]:
            others = graph.objects(focus, predicate)
            return (v for v in values for other in others if compare(v, other) not in accepts)

        return offenders

    return make
