"""Constraints on one value at a time: type, range, string and list (SHACL 4.1, 4.3, 4.4, 4.8.3)."""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from shapes.components.patterns import linear_pattern
from shapes.errors import Refused
from shapes.spec import Test, TextTest
from shapes.terms import XSD_DECIMAL, accepts_all, compare, is_well_formed, order_key
from vocab.namespaces import SH
from vocab.ntriples import (
    LANG_STRING,
    XSD_STRING,
    iri_of,
    is_blank,
    is_iri,
    is_literal,
    literal_parts,
    text_of,
)

_KINDS: dict[str, frozenset[str]] = {
    "IRI": frozenset("<"), "BlankNode": frozenset("_"), "Literal": frozenset('"'),
    "BlankNodeOrIRI": frozenset("_<"), "BlankNodeOrLiteral": frozenset('_"'),
    "IRIOrLiteral": frozenset('<"'),
}  # fmt: skip


def node_kind(argument: str) -> Test:
    """SHACL 4.1.3."""
    kinds = _KINDS.get(iri_of(argument).removeprefix(SH))
    if kinds is None:
        raise Refused("sh:nodeKind", argument, "is not one of the six kinds")
    return lambda value: value[0] in kinds


def datatype(argument: str) -> Test:
    """SHACL 4.1.2: the datatype, and a lexical form that belongs to it."""
    wanted = iri_of(argument)
    if wanted == XSD_STRING:
        return lambda value: value[0] == '"' == value[-1]
    if wanted == LANG_STRING:
        return lambda value: value[0] == '"' and value[-1] not in '">'
    ending = f'"^^<{wanted}>'
    if wanted == XSD_DECIMAL:  # its order is asked for next, and remembered
        return lambda value: value.endswith(ending) and order_key(value) is not None

    if accepts_all(wanted):
        return lambda value: value.endswith(ending)

    def test(value: str) -> bool:
        return value.endswith(ending) and is_well_formed(text_of(value), wanted)

    return test


def min_length(argument: str) -> TextTest:
    """SHACL 4.4.1, in characters."""
    least = whole_number(argument)
    return lambda text: len(text) >= least


def max_length(argument: str) -> TextTest:
    """SHACL 4.4.2, in characters."""
    most = whole_number(argument)
    return lambda text: len(text) <= most


def pattern(argument: str, flags: str) -> TextTest:
    """SHACL 4.4.3: found anywhere in the text unless anchored; ``$`` is the very end only."""
    return linear_pattern(literal_parts(argument)[0], flags).search


def on_text(text_test: TextTest) -> Test:
    """Return a test of values: a blank node has no text, and fails (SHACL 4.4)."""
    return lambda value: not is_blank(value) and bool(text_test(text_of(value)))


def language_in(ranges: Sequence[str]) -> Test:
    """SHACL 4.4.4: a language tag that one of the ranges matches (RFC 4647, basic filtering)."""
    wanted = tuple(literal_parts(item)[0].lower() for item in ranges)

    def test(value: str) -> bool:
        tag = literal_parts(value)[2] if is_literal(value) else ""
        return bool(tag) and any(
            item == "*" or tag == item or tag.startswith(f"{item}-") for item in wanted
        )

    return test


def one_of(members: Sequence[str]) -> Test:
    """SHACL 4.8.3: exactly one of the terms."""
    return frozenset(members).__contains__


def bound(accepts: frozenset[int]) -> Callable[[str], Test]:
    """SHACL 4.3: give the maker of a range test; ``accepts`` are the outcomes of comparing."""
    holds = _HOLDS[accepts]

    def make(limit: str) -> Test:
        key = order_key(limit)
        if key is None:
            raise Refused("a range", limit, "has no order in SPARQL")

        def test(value: str) -> bool:
            return compare(value, limit) in accepts

        edge = key[1]
        return _Bound(holds, edge, test) if isinstance(edge, Decimal) else test

    return make


@dataclass(frozen=True, slots=True)
class _Bound:
    """A bound that is a decimal: a decimal value is held against it without a detour."""

    holds: Callable[[Decimal, Decimal], bool]
    edge: Decimal
    otherwise: Test

    def __call__(self, value: str) -> bool:
        found = order_key(value)
        if found is not None and type(found[1]) is Decimal:
            return self.holds(found[1], self.edge)
        return self.otherwise(value)


def together(tests: Sequence[Test]) -> Sequence[Test]:
    """Return tests that say the same of a value in one breath: bounds, as one test."""
    bounds = tuple(test for test in tests if isinstance(test, _Bound))
    if len(bounds) < 2:
        return tests
    edges = tuple((bound.holds, bound.edge) for bound in bounds)

    def within(value: str) -> bool:
        found = order_key(value)
        if found is None or type(found[1]) is not Decimal:
            return all(bound(value) for bound in bounds)
        for holds, edge in edges:  # noqa: SIM110  all() would make a generator for each value
            if not holds(found[1], edge):
                return False
        return True

    return (*(test for test in tests if not isinstance(test, _Bound)), within)


_HOLDS: dict[frozenset[int], Callable[[Decimal, Decimal], bool]] = {
    frozenset({0, 1}): operator.ge,
    frozenset({1}): operator.gt,
    frozenset({0, -1}): operator.le,
    frozenset({-1}): operator.lt,
}


def whole_number(argument: str) -> int:
    """Read a count or a length."""
    if is_iri(argument) or is_blank(argument):
        raise Refused("a number", argument, "is not a literal")
    lexical = literal_parts(argument)[0]
    if not lexical.isascii() or not lexical.isdigit():
        raise Refused("a number", argument, "is not a whole number")
    return int(lexical)
