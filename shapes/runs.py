"""Compiled constraints put together so that a record is walked once.

A node shape may have sixty property shapes where a record has fifteen properties. So the walk goes
over the properties that are there, and looks only those absent ones up that a constraint asks for.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from shapes.graph import NOTHING, Graph
from shapes.paths import Follow, Path
from shapes.spec import Check, Conforms, Part, Result, Results, Run, Test, TextTest
from shapes.terms import text_of

REMEMBERED = 1_024
"""Values that passed, remembered for each property; with :data:`SHORT` it bounds the memory."""

SHORT = 200


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled shape: its path (None for a node shape), own constraints and property shapes."""

    path: Path | None
    parts: tuple[Part, ...]
    children: tuple["Compiled", ...]

    def conforms(self) -> Conforms:
        """Give the shape as a question about one focus node (no result of any severity).

        It is answered as soon as one constraint is broken (SHACL 3.4.1).
        """
        if pairs := self._tests_of_properties():
            return _values_pass(pairs)
        follow = self.path.follow if self.path else _itself
        tests = tuple(part.test for part in self.parts if part.test)
        children = tuple(child.conforms() for child in self.children)
        offenders = tuple(part.offenders for part in self.parts if part.offenders)
        checks = tuple(part.check for part in self.parts if part.check)

        def conforms(graph: Graph, focus: str) -> bool:
            values = follow(graph, focus)
            for value in values:
                for test in tests:
                    if not test(value):
                        return False
                for child in children:
                    if not child(graph, value):
                        return False
            for find in offenders:
                for _ in find(graph, focus, values):
                    return False
            return not checks or _is_quiet(checks, graph, focus, values)

        return conforms

    def _tests_of_properties(self) -> list[tuple[str, Test]]:
        """Give (property, test) pairs if the shape is nothing but them, else nothing."""
        if self.path is not None or self.parts:
            return []
        pairs = []
        for child in self.children:
            predicate = child.path.predicate if child.path else None
            tests = [part.test for part in child.parts if part.test]
            if predicate is None or child.children or len(tests) != len(child.parts):
                return []
            pairs += [(predicate, test) for test in tests]
        return pairs

    def test(self) -> Test | None:
        """Give the shape as a test of a single value, if it looks at nothing else."""
        tests = [part.test for part in self.parts if part.test]
        if self.path is not None or self.children or len(tests) != len(self.parts):
            return None
        if len(tests) == 1:
            return tests[0]
        return lambda value: all(test(value) for test in tests)

    def text_test(self) -> TextTest | None:
        """Give the shape as a test of a text, if it is one constraint that looks at nothing else.

        Asked only of a shape that :meth:`test` knows as a test.
        """
        return self.parts[0].text_test if len(self.parts) == 1 else None


def _values_pass(pairs: Sequence[tuple[str, Test]]) -> Conforms:
    def conforms(graph: Graph, focus: str) -> bool:
        properties = graph.spo.get(focus, NOTHING)
        for predicate, test in pairs:
            for value in properties.get(predicate, ()):
                if not test(value):
                    return False
        return True

    return conforms


def run_of(shapes: Sequence[Compiled]) -> Run:
    """Give the check of one focus node against all shapes that look at it."""
    own = [part for shape in shapes if shape.path is None for part in shape.parts]
    beneath = [shape.children if shape.path is None else (shape,) for shape in shapes]
    descend = _descend(chain.from_iterable(beneath))
    if not own:
        return descend
    check = _fused(own).check

    def run(graph: Graph, focus: str, out: Results) -> None:
        check(graph, focus, (focus,), out)
        descend(graph, focus, out)

    return run


def _itself(graph: Graph, focus: str) -> Sequence[str]:
    return (focus,)


def _is_quiet(checks: Iterable[Check], graph: Graph, focus: str, values: Sequence[str]) -> bool:
    results: Results = []
    for check in checks:
        check(graph, focus, values, results)
    return not results


class Fused(NamedTuple):
    """Several constraints as one check.

    Attributes:
        check: checks any values.
        is_fine: says of a single value that it is known to break nothing.
    """

    check: Check
    is_fine: Test


def check_of(shapes: Sequence[Compiled]) -> Fused:
    """Fuse shapes that have the same value nodes into one check."""
    parts = [part for shape in shapes for part in shape.parts]
    children = [child for shape in shapes for child in shape.children]
    further = [_for_each_value(_descend(children))] if children else []
    return _fused(parts, further)


def _fused(parts: Sequence[Part], further: Sequence[Check] = ()) -> Fused:
    """Put constraints into one closure.

    Values that passed the tests a moment ago are not tested again: most come again and again.
    A single test that needs no text costs no more than remembering would.
    """
    tests = [(part.test, part.text_test) for part in parts if part.test]
    tested = [(part.test, part.spec) for part in parts if part.test]
    found = [(part.offenders, part.spec, part.least) for part in parts if part.offenders]
    always = tuple((offenders, spec) for offenders, spec, least in found if least < 2)
    everything = tuple((offenders, spec) for offenders, spec, _ in found)
    checks = (*(part.check for part in parts if part.check), *further)
    is_fine = _passes(tests)

    def check(graph: Graph, focus: str, values: Sequence[str], out: Results) -> None:
        for value in values:
            if not is_fine(value):
                out += [Result(spec, focus, value) for test, spec in tested if not test(value)]
        for offenders, spec in everything if len(values) > 1 else always:
            for offender in offenders(graph, focus, values):
                out.append(Result(spec, focus, offender))
        for run in checks:
            run(graph, focus, values, out)

    return Fused(check, _never if always or checks else is_fine)


_never: Test = frozenset[str]().__contains__
_always: Test = bool  # a term is never empty


def _passes(tests: Sequence[tuple[Test, TextTest | None]]) -> Test:
    """Give all tests as one, which remembers the values that passed a moment ago."""
    plain = tuple(test for test, text_test in tests if text_test is None)
    texts = tuple(text_test for _, text_test in tests if text_test)
    if not texts and len(plain) < 2:
        return plain[0] if plain else _always
    passed: set[str] = set()

    def is_fine(value: str) -> bool:
        if value in passed:
            return True
        for test in plain:
            if not test(value):
                return False
        if texts and not _text_passes(texts, value):
            return False
        if len(value) < SHORT:
            if len(passed) >= REMEMBERED:
                passed.clear()
            passed.add(value)
        return True

    return is_fine


def _text_passes(texts: Sequence[TextTest], value: str) -> bool:
    """Ask the tests of texts; a value without text is left to each of them to judge."""
    text = text_of(value)
    if text is None:
        return False
    for search in texts:  # noqa: SIM110  all() would make a generator for each value
        if not search(text):
            return False
    return True


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
        absent=[(name, told) for name, group in plain.items() if (told := _when_absent(group))],
        winding=[(path.follow, check_of(group).check) for path, group in paths],
    )


def _walk(
    present: dict[str, Fused], absent: list[tuple[str, Check]], winding: list[tuple[Follow, Check]]
) -> Run:
    def run(graph: Graph, node: str, out: Results) -> None:
        properties = graph.spo.get(node, NOTHING)
        for predicate, missing in absent:
            if predicate not in properties:
                missing(graph, node, (), out)
        for predicate, values in properties.items():
            fused = present.get(predicate)
            if fused is not None:
                check, is_fine = fused
                if len(values) > 1 or not is_fine(values[0]):
                    check(graph, node, values, out)
        for follow, check in winding:
            check(graph, node, follow(graph, node), out)

    return run


def _when_present(shapes: Sequence[Compiled]) -> Fused | None:
    """Leave out what cannot be broken where there is a value, such as a minimum of one."""
    parts = [part for shape in shapes for part in shape.parts]
    heeded = tuple(part for part in parts if part.most is None or part.most > 0)
    children = tuple(child for shape in shapes for child in shape.children)
    return check_of([Compiled(None, heeded, children)]) if heeded or children else None


def _when_absent(shapes: Sequence[Compiled]) -> Check | None:
    parts = [part for shape in shapes for part in shape.parts if part.least == 0]
    return _fused(parts).check if parts else None
