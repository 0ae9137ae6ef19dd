"""What the compiler and the checks it makes agree on."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from shapes.findings import Sentence
from shapes.graph import Graph


@dataclass(frozen=True, slots=True)
class Spec:
    """One constraint of one shape, with what a result about it says.

    Attributes:
        shape: N-Triples term of the source shape.
        component: IRI of the constraint component.
        severity: IRI of the severity.
        path: property IRI or path text; empty for a node shape.
        code: stable code of the rule; empty when the shape has none.
        sentence: what is wrong; in labels, ``{?value}`` stands for the value.
        query: place of the SPARQL query that decides, else None: the result is a question then.
    """

    shape: str
    component: str
    severity: str
    path: str
    code: str
    sentence: Sentence
    query: int | None = None


class Result(NamedTuple):
    """One broken constraint: which, at which node, and with which value (None for an absence)."""

    spec: Spec
    focus: str
    value: str | None


Results = list[Result]
Run = Callable[[Graph, str, Results], None]
"""Checks one focus node against a whole shape, adding what is broken."""

Conforms = Callable[[Graph, str], bool]
"""Says whether a node conforms to a shape."""

Test = Callable[[str], bool]
"""Says whether a single value keeps a constraint, from the value alone."""

TextTest = Callable[[str], object]
"""The same from the text of an IRI or a literal; what it gives is true when the text passes."""

Offenders = Callable[[Graph, str, Sequence[str]], Iterable[str | None]]
"""Gives the values that break a constraint, from graph, focus node and all value nodes."""

Check = Callable[[Graph, str, Sequence[str], Results], None]
"""Checks the value nodes of one focus node, adding what is broken."""


@dataclass(frozen=True, slots=True)
class Part:
    """One compiled constraint: exactly one of test, offenders and check is set.

    Attributes:
        spec: what its results say.
        test: a constraint on each value alone.
        text_test: does the work of ``test`` for a value that has a text, where only that counts.
        offenders: a constraint on the values together, or on what lies around them.
        check: a constraint that words its results itself.
        least: smallest number of values with which it can be broken.
        most: largest such number; None when there is none.
    """

    spec: Spec
    test: Test | None = None
    offenders: Offenders | None = None
    check: Check | None = None
    text_test: TextTest | None = None
    least: int = 1
    most: int | None = None
