"""Several constraints on the values of one property as one check, which remembers what passed."""

from collections.abc import Sequence
from typing import NamedTuple

from shapes.components.logic import Negated
from shapes.components.values import together
from shapes.graph import Graph
from shapes.spec import Check, Part, Result, Results, Test, TextTest
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
