"""Compiled constraints put together so that a record is walked once.

A node shape may have sixty property shapes where a record has fifteen properties. So the walk goes
over the properties that are there, and looks only those absent ones up that a constraint asks for.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from shapes.components.logic import Negated
from shapes.components.values import together
from shapes.graph import NOTHING, Graph
from shapes.paths import Path
from shapes.spec import Check, Conforms, Part, Result, Results, Run, Test, TextTest
from vocab.ntriples import is_blank, text_of

REMEMBERED = 1_024
"""Values that passed, remembered for each property; with :data:`SHORT` it bounds the memory."""

SHORT = 200


class Fused(NamedTuple):
    """Several constraints as one check.

    Attributes:
        check: checks any values.
        is_fine: says of a single value that it is known to break nothing.
        one_by_one: nothing but values alone can break it: each of many may be asked for by itself.
    """

    check: Check
    is_fine: Test
    one_by_one: bool


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled shape: its path (None for a node shape), own constraints and property shapes."""

    path: Path | None
    parts: tuple[Part, ...]
    children: tuple["Compiled", ...]

    def conforms(self) -> Conforms:
        """Return the shape as a question about one focus node (no result of any severity).

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
        """Return (property, test) pairs if the shape is nothing but them, else nothing."""
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
        """Return the shape as a test of a single value, if it looks at nothing else."""
        tests = [part.test for part in self.parts if part.test]
        if self.path is not None or self.children or len(tests) != len(self.parts):
            return None
        if len(tests) == 1:
            return tests[0]
        return lambda value: all(test(value) for test in tests)

    def text_test(self) -> TextTest | None:
        """Return the shape as a test of a text, if it is one constraint that looks at nothing else.

        Asked only of a shape that :meth:`test` knows as a test.
        """
        return self.parts[0].text_test if len(self.parts) == 1 else None


def _values_pass(pairs: Sequence[tuple[str, Test]]) -> Conforms:
    by_property: dict[str, list[Test]] = defaultdict(list)
    for predicate, test in pairs:
        by_property[predicate].append(test)
    asked = [
        (predicate, test) for predicate, tests in by_property.items() for test in together(tests)
    ]

    def conforms(graph: Graph, focus: str) -> bool:
        properties = graph.spo.get(focus, NOTHING)
        for predicate, test in asked:
            for value in properties.get(predicate, ()):
                if not test(value):
                    return False
        return True

    return conforms


def run_of(shapes: Sequence[Compiled]) -> Run:
    """Return the check of one focus node against all shapes that look at it."""
    own = [part for shape in shapes if shape.path is None for part in shape.parts]
    beneath = [shape.children if shape.path is None else (shape,) for shape in shapes]
    descend = _descend(chain.from_iterable(beneath))
    if not own:
        return descend
    check = fused(own).check

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


def check_of(shapes: Sequence[Compiled]) -> Fused:
    """Fuse shapes that have the same value nodes into one check."""
    parts = [part for shape in shapes for part in shape.parts]
    children = [child for shape in shapes for child in shape.children]
    further = [_for_each_value(_descend(children))] if children else []
    return fused(parts, further)


def _for_each_value(run: Run) -> Check:
    def check(graph: Graph, focus: str, values: Sequence[str], out: Results) -> None:
        for value in values:
            run(graph, value, out)

    return check


def _descend(children: Iterable[Compiled]) -> Run:
    """Return the check of one node against many property shapes."""
    grouped: dict[Path, list[Compiled]] = defaultdict(list)
    for child in children:
        if child.path is not None:
            grouped[child.path].append(child)
    plain = {path.predicate: group for path, group in grouped.items() if path.predicate}
    return _walk(
        present={name: check for name, group in plain.items() if (check := _when_present(group))},
        absent=[
            (name, absent_check)
            for name, group in plain.items()
            if (absent_check := _when_absent(group))
        ],
        complex_paths=[
            _along_path(path, group) for path, group in grouped.items() if not path.predicate
        ],
    )


def _walk(
    present: dict[str, Fused], absent: list[tuple[str, Check]], complex_paths: list[Run]
) -> Run:
    known = {name: (one.is_fine, one.check, one.one_by_one) for name, one in present.items()}
    required = frozenset(predicate for predicate, _ in absent)
    look_for = _missing(absent)

    def run(graph: Graph, node: str, out: Results) -> None:
        properties = graph.spo.get(node, NOTHING)
        if not properties.keys() >= required:
            look_for(graph, node, out)
        for predicate, values in properties.items():
            if predicate in known:
                is_fine, check, one_by_one = known[predicate]
                if one_by_one or len(values) == 1:
                    for value in values:
                        if not is_fine(value):
                            check(graph, node, values, out)
                            break
                else:
                    check(graph, node, values, out)
        for along in complex_paths:
            along(graph, node, out)

    return run


def _missing(absent: Sequence[tuple[str, Check]]) -> Run:
    def run(graph: Graph, node: str, out: Results) -> None:
        properties = graph.spo.get(node, NOTHING)
        for predicate, missing in absent:
            if predicate not in properties:
                missing(graph, node, (), out)

    return run


def _along_path(path: Path, shapes: Sequence[Compiled]) -> Run:
    """Return the check of what a path leads to; a choice of properties is followed when need be."""
    check, is_fine, one_by_one = check_of(shapes)
    follow = path.follow

    def run(graph: Graph, node: str, out: Results) -> None:
        check(graph, node, follow(graph, node), out)

    if path.choice and one_by_one:
        return _unless_fine(path.choice, is_fine, run)
    if path.choice and _when_present(shapes) is None:
        return _unless_there(path.choice, run)
    return run


def _unless_fine(choice: Sequence[str], is_fine: Test, otherwise: Run) -> Run:
    def run(graph: Graph, node: str, out: Results) -> None:
        properties = graph.spo.get(node, NOTHING)
        for predicate in choice:
            if predicate in properties:
                for value in properties[predicate]:
                    if not is_fine(value):
                        otherwise(graph, node, out)
                        return

    return run


def _unless_there(choice: Sequence[str], otherwise: Run) -> Run:
    def run(graph: Graph, node: str, out: Results) -> None:
        if graph.spo.get(node, NOTHING).keys().isdisjoint(choice):
            otherwise(graph, node, out)

    return run


def _when_present(shapes: Sequence[Compiled]) -> Fused | None:
    """Leave out what cannot be broken where there is a value, such as a minimum of one."""
    parts = [part for shape in shapes for part in shape.parts]
    effective = tuple(part for part in parts if part.most is None or part.most > 0)
    children = tuple(child for shape in shapes for child in shape.children)
    return check_of([Compiled(None, effective, children)]) if effective or children else None


def _when_absent(shapes: Sequence[Compiled]) -> Check | None:
    parts = [part for shape in shapes for part in shape.parts if part.least == 0]
    return fused(parts).check if parts else None


def fused(parts: Sequence[Part], further: Sequence[Check] = ()) -> Fused:
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

    return Fused(check, _never if always or checks else is_fine, not everything and not checks)


_never: Test = frozenset[str]().__contains__
_always: Test = bool  # a term is never empty


def _passes(tests: Sequence[tuple[Test, TextTest | None]]) -> Test:
    """Return all tests as one, which remembers the values that passed a moment ago."""
    plain = together([test for test, text_test in tests if text_test is None])
    texts = tuple(text_test for _, text_test in tests if text_test)
    if texts or len(plain) > 1:
        return _remembering(plain, texts)
    return plain[0] if plain else _always


def _remembering(plain: Sequence[Test], texts: Sequence[TextTest]) -> Test:
    passed: set[str] = set()
    text_passes = _text_passes(texts) if texts else None

    def is_fine(value: str) -> bool:
        if value in passed:
            return True
        for test in plain:
            if not test(value):
                return False
        if text_passes is not None and not text_passes(value):
            return False
        if len(value) < SHORT:
            if len(passed) >= REMEMBERED:
                passed.clear()
            passed.add(value)
        return True

    return is_fine


def _text_passes(texts: Sequence[TextTest]) -> Test:
    """Return tests of texts as one; what has no text fails, and each of them tests it."""
    wanted = tuple(test for test in texts if not isinstance(test, Negated))
    banned = tuple(test.text_test for test in texts if isinstance(test, Negated))

    def passes(value: str) -> bool:
        if is_blank(value):
            return False
        text = text_of(value)
        for search in wanted:
            if not search(text):
                return False
        for search in banned:  # noqa: SIM110  any() would make a generator for each value
            if search(text):
                return False
        return True

    return passes
