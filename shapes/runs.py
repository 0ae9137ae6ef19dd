"""Compiled constraints put together so that a record is walked once.

A node shape may have sixty property shapes where a record has fifteen properties. So the walk goes
over the properties that are there, and looks only those absent ones up that a constraint asks for.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shapes.graph import NOTHING, Graph
from shapes.paths import Path
from shapes.spec import Check, Part, Result, Results, Run


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled shape: its path (None for a node shape), own constraints and property shapes."""

    path: Path | None
    parts: tuple[Part, ...]
    children: tuple["Compiled", ...]

    def run(self) -> Run:
        """Give the check of one focus node."""
        check = check_of([self])
        if self.path is None:
            return lambda graph, focus, out: check(graph, focus, (focus,), out)
        follow = self.path.follow
        return lambda graph, focus, out: check(graph, focus, follow(graph, focus), out)


def check_of(shapes: Sequence[Compiled]) -> Check:
    """Fuse shapes that have the same value nodes into one check."""
    parts = [part for shape in shapes for part in shape.parts]
    children = [child for shape in shapes for child in shape.children]
    checks = [part.check for part in parts if part.check]
    if children:
        checks.append(_for_each_value(_descend(children)))
    return _fused(parts, checks)


def _fused(parts: Sequence[Part], checks: Sequence[Check]) -> Check:
    tests = [(part.test, part.spec) for part in parts if part.test]
    offenders = [(part.offenders, part.spec) for part in parts if part.offenders]

    def check(graph: Graph, focus: str, values: Sequence[str], out: Results) -> None:
        for value in values:
            for test, spec in tests:
                if not test(value):
                    out.append(Result(spec, focus, value))
        for find, spec in offenders:
            for found in find(graph, focus, values):
                out.append(Result(spec, focus, found))
        for further in checks:
            further(graph, focus, values, out)

    return check


def _for_each_value(run: Run) -> Check:
    def check(graph: Graph, focus: str, values: Sequence[str], out: Results) -> None:
        for value in values:
            run(graph, value, out)

    return check


def _descend(children: Iterable[Compiled]) -> Run:
    """Give the check of one node against many property shapes."""
    grouped: dict[str, list[Compiled]] = defaultdict(list)
    others: list[Run] = []
    for child in children:
        if child.path is not None and child.path.predicate is not None:
            grouped[child.path.predicate].append(child)
        else:
            others.append(child.run())
    present = {predicate: check_of(shapes) for predicate, shapes in grouped.items()}
    absent = _absence_checks(grouped)

    def run(graph: Graph, node: str, out: Results) -> None:
        properties = graph.spo.get(node, NOTHING)
        for predicate, check in absent:
            if predicate not in properties:
                check(graph, node, (), out)
        for predicate, values in properties.items():
            known = present.get(predicate)
            if known is not None:
                known(graph, node, values, out)
        for further in others:
            further(graph, node, out)

    return run


def _absence_checks(grouped: dict[str, list[Compiled]]) -> list[tuple[str, Check]]:
    found = []
    for predicate, shapes in grouped.items():
        parts = [part for shape in shapes for part in shape.parts if part.heeds_absence]
        if parts:
            found.append((predicate, _fused(parts, [part.check for part in parts if part.check])))
    return found
