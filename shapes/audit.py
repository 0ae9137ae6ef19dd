"""Records validated by another engine too, so that trust in the compiler rests on comparing."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random

from shapes.contract import engine, oracle, shapes_graph
from shapes.oracle import OracleResult
from shapes.spec import Result
from shapes.terms import compare, order_key
from vocab.namespaces import SH
from vocab.ntriples import is_literal, literal_parts
from vocab.records import Record

Ask = Callable[[Sequence[Record]], Sequence[Sequence[OracleResult] | None]]
"""How another engine is asked: its results on each record, None where it gave no answer."""


Key = tuple[str, str, str, str, str]
"""Focus, value, severity, component and shape of a result."""

_RANGES = {
    "MinInclusive": "minInclusive",
    "MinExclusive": "minExclusive",
    "MaxInclusive": "maxInclusive",
    "MaxExclusive": "maxExclusive",
}


@dataclass(frozen=True, slots=True)
class Divergence:
    """A known difference: a result that the compiler gives and pySHACL does not.

    Attributes:
        code: short name.
        applies: says whether a result is of this kind.
        text: the words of the specification that settle it, and where they stand.
    """

    code: str
    applies: Callable[[Key], bool]
    text: str


def _component_of(key: Key) -> str:
    return key[3].removeprefix(f"<{SH}").removesuffix("ConstraintComponent>")


def _ends_in_line_feed(key: Key) -> bool:
    _, value, *_ = key
    is_text = is_literal(value) if value else False
    return _component_of(key) == "Pattern" and is_text and literal_parts(value)[0].endswith("\n")


def _has_no_order(key: Key) -> bool:
    """Whether the value of a range constraint cannot be compared with its limit at all."""
    _, value, _, _, shape = key
    name = _component_of(key)
    if name in ("LessThan", "LessThanOrEquals"):
        return order_key(value) is None
    limits = shapes_graph().objects(shape, f"<{SH}{_RANGES[name]}>") if name in _RANGES else []
    return any(compare(value, limit) is None for limit in limits)


DIVERGENCES: tuple[Divergence, ...] = (
    Divergence(
        "line-feed",
        _ends_in_line_feed,
        "SHACL 4.4.3 asks REGEX of SPARQL, which is fn:matches of XPath and XQuery (5.6.1): “$ "
        "matches the end of the entire string”. In Python, and so in pySHACL, $ also matches "
        'before a last line feed: "75001\\n" passes ^[0-9]{5}$.',
    ),
    Divergence(
        "no-order",
        _has_no_order,
        "SHACL 4.3: “For each value node v where the SPARQL expression … does not return true, "
        "there is a validation result”, and 4.5.3 the same of values that “cannot be compared”. "
        "pySHACL lets values through that cannot be compared with the limit.",
    ),
)
"""Where pySHACL and the compiler differ, and which words of the specification settle it.

Each was met by comparing; docs/validation.md lists them with an example.
"""


def _known_as(key: Key) -> str:
    """Return the code of the divergence that explains a result of the compiler's alone, or ""."""
    return next((item.code for item in DIVERGENCES if item.applies(key)), "")


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A result that one engine gives and the other does not.

    Attributes:
        record: IRI of the record.
        compiled: the result is the compiler's (else the other engine's).
        key: what the result says.
        known: code of the divergence that explains it (:data:`DIVERGENCES`), or empty.
    """

    record: str
    compiled: bool
    key: Key
    known: str


@dataclass(frozen=True, slots=True)
class Audit:
    """What comparing found.

    Attributes:
        records: how many records were compared.
        unanswered: records on which the other engine died or ran out of budget.
        differences: results that only one engine gives.
    """

    records: int
    unanswered: tuple[str, ...]
    differences: tuple[Disagreement, ...]

    @property
    def unexplained(self) -> tuple[Disagreement, ...]:
        """The differences that no known divergence explains."""
        return tuple(item for item in self.differences if not item.known)


def sample(records: Iterable[Record], size: int, random: Random) -> list[Record]:
    """Choose records fairly from a stream of unknown length, in constant memory."""
    chosen: list[Record] = []
    for number, record in enumerate(records):
        if number < size:
            chosen.append(record)
        elif (place := random.randrange(number + 1)) < size:
            chosen[place] = record
    return chosen


def audit(records: Sequence[Record], ask: Ask | None = None) -> Audit:
    """Validate records by both engines and list every difference.

    Args:
        records: what is validated.
        ask: the other engine; by default pySHACL in a child process.
    """
    unanswered: list[str] = []
    differences: list[Disagreement] = []
    answers = (ask or oracle().ask)(records)
    for checked, answer in zip(engine().check(records), answers, strict=True):
        if answer is None:
            unanswered.append(checked.record.iri)
        else:
            differences.extend(_differences(checked.record, checked.results, answer))
    return Audit(len(records) - len(unanswered), tuple(unanswered), tuple(differences))


def _differences(
    record: Record, ours: Iterable[Result], theirs: Iterable[OracleResult]
) -> Iterable[Disagreement]:
    mine = Counter(_key(result) for result in ours)
    other = Counter(_their_key(result) for result in theirs)
    for compiled, extra in ((True, mine - other), (False, other - mine)):
        for key in extra.elements():
            yield Disagreement(record.iri, compiled, key, _known_as(key) if compiled else "")


def _key(result: Result) -> Key:
    spec = result.spec
    severity, component = f"<{spec.severity}>", f"<{spec.component}>"
    return result.focus, _value(result.value), severity, component, _value(spec.shape)


def _their_key(result: OracleResult) -> Key:
    value, shape = _value(result.value), _value(result.shape)
    return result.focus, value, result.severity, result.component, shape


def _value(term: str | None) -> str:
    return "_:" if term and term[0] == "_" else term or ""
