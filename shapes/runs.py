"""Compiled constraints put together so that a record is walked once.

A node shape may have sixty property shapes where a record has fifteen properties. So the walk goes
over the properties that are there, and looks only those absent ones up that a constraint asks for.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from shapes.graph import NOTHING, Graph
from shapes.paths import Follow, Path
from shapes.spec import Check, Part, Result, Results, Run, Spec, Test

FEW = 8
"""Properties below which a shape looks its own up, rather than walk over those of the node."""


REMEMBERED = 1_024
"""Values that passed, remembered for each property; with :data:`SHORT` it bounds the memory."""

SHORT = 200


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled shape: its path (None for a node shape), own constraints and property shapes."""

    path: Path | None
    parts: tuple[Part, ...]
    children: tuple["Compiled", ...]

    def run(self) -> Run:
        """Give the check of one focus node."""
        if self.path is None and not self.parts:
            return _descend(self.children)
        check = check_of([self])
        if self.path is None:
            return lambda graph, focus, out: check(graph, focus, (focus,), out)
        follow = self.path.follow
        return lambda graph, focus, out: check(graph, focus, follow(graph, focus), out)

    def test(self) -> Test | None:
        """Give the shape as a test of a single value, if it looks at nothing else."""
        tests = [part.test for part in self.parts if part.test]
        if self.path is not None or self.children or len(tests) != len(self.parts):
            return None
        if len(tests) == 1:
            return tests[0]
        return lambda value: all(test(value) for test in tests)


def check_of(shapes: Sequence[Compiled]) -> Check:
    """Fuse shapes that have the same value nodes into one check."""
    parts = [part for shape in shapes for part in shape.parts]
    children = [child for shape in shapes for child in shape.children]
    further = [_for_each_value(_descend(children))] if children else []
    return _fused(parts, further)


def _fused(parts: Sequence[Part], further: Sequence[Check] = ()) -> Check:
    """Put constraints into one closure.

    Values that passed the tests a moment ago are not tested again: most come again and again.
    """
    tests = tuple((part.test, part.spec) for part in parts if part.test)
    found = [(part.offenders, part.spec, part.least) for part in parts if part.offenders]
    always = tuple((offenders, spec) for offenders, spec, least in found if least < 2)
    everything = tuple((offenders, spec) for offenders, spec, _ in found)
    checks = (*(part.check for part in parts if part.check), *further)
    passed: set[str] = set()

    def check(graph: Graph, focus: str, values: Sequence[str], out: Results) -> None:
        if tests:
            for value in values:
                if value not in passed:
                    _test(tests, passed, focus, value, out)
        for offenders, spec in always if len(values) < 2 else everything:
            for offender in offenders(graph, focus, values):
                out.append(Result(spec, focus, offender))
        for run in checks:
            run(graph, focus, values, out)

    return check


def _test(
    tests: Sequence[tuple[Test, Spec]], passed: set[str], focus: str, value: str, out: Results
) -> None:
    keeps_all = True
    for test, spec in tests:
        if not test(value):
            out.append(Result(spec, focus, value))
            keeps_all = False
    if keeps_all and len(value) < SHORT:
        if len(passed) >= REMEMBERED:
            passed.clear()
        passed.add(value)


def _for_each_value(run: Run) -> Check:
    def check(graph: Graph, focus: str, values: Sequence[str], out: Results) -> None:
        for value in values:
            run(graph, value, out)

    return check


def _descend(children: Iterable[Compiled]) -> Run:
    """Give the check of one node against many property shapes."""
    grouped: dict[Path, list[Compiled]] = defaultdict(list)
    for child in children:
        if child.path is not None:
            grouped[child.path].append(child)
    plain = {path.predicate: group for path, group in grouped.items() if path.predicate}
    paths = [(path, group) for path, group in grouped.items() if path.predicate is None]
    return _walk(
        present={name: check for name, group in plain.items() if (check := _when_present(group))},
        absent=[(name, check) for name, group in plain.items() if (check := _when_absent(group))],
        winding=[(path.follow, check_of(group)) for path, group in paths],
    )


def _walk(
    present: dict[str, Check], absent: list[tuple[str, Check]], winding: list[tuple[Follow, Check]]
) -> Run:
    few = len(present) <= FEW
    check_present = _look_up(tuple(present.items())) if few else _look_over(present)

    def run(graph: Graph, node: str, out: Results) -> None:
        properties = graph.spo.get(node, NOTHING)
        for predicate, missing in absent:
            if predicate not in properties:
                missing(graph, node, (), out)
        check_present(graph, node, properties, out)
        for follow, check in winding:
            check(graph, node, follow(graph, node), out)

    return run


_Present = Callable[[Graph, str, Mapping[str, list[str]], Results], None]


def _look_up(known: tuple[tuple[str, Check], ...]) -> _Present:
    def check(graph: Graph, node: str, properties: Mapping[str, list[str]], out: Results) -> None:
        for predicate, run in known:
            if predicate in properties:
                run(graph, node, properties[predicate], out)

    return check


def _look_over(known: dict[str, Check]) -> _Present:
    def check(graph: Graph, node: str, properties: Mapping[str, list[str]], out: Results) -> None:
        for predicate, values in properties.items():
            if predicate in known:
                known[predicate](graph, node, values, out)

    return check


def _when_present(shapes: Sequence[Compiled]) -> Check | None:
    """Leave out what cannot be broken where there is a value, such as a minimum of one."""
    parts = [part for shape in shapes for part in shape.parts]
    heeded = tuple(part for part in parts if part.most is None or part.most > 0)
    children = tuple(child for shape in shapes for child in shape.children)
    return check_of([Compiled(None, heeded, children)]) if heeded or children else None


def _when_absent(shapes: Sequence[Compiled]) -> Check | None:
    parts = [part for shape in shapes for part in shape.parts if part.least == 0]
    return _fused(parts) if parts else None
