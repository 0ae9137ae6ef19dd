"""Records validated by another engine too, so that trust in the compiler rests on comparing."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random

from shapes.contract import engine, oracle
from shapes.divergences import Key, known_as
from shapes.oracle import OracleResult
from shapes.spec import Result
from vocab.records import Record

Ask = Callable[[Sequence[Record]], Sequence[Sequence[OracleResult] | None]]
"""How another engine is asked: its results on each record, None where it gave no answer."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A result that one engine gives and the other does not.

    Attributes:
        record: IRI of the record.
        compiled: the result is the compiler's (else the other engine's).
        key: what the result says.
        known: code of the divergence that explains it (:mod:`shapes.divergences`), or empty.
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
            yield Disagreement(record.iri, compiled, key, known_as(key, compiled=compiled))


def _key(result: Result) -> Key:
    spec = result.spec
    severity, component = f"<{spec.severity}>", f"<{spec.component}>"
    return result.focus, _value(result.value), severity, component, _value(spec.shape)


def _their_key(result: OracleResult) -> Key:
    value, shape = _value(result.value), _value(result.shape)
    return result.focus, value, result.severity, result.component, shape


def _value(term: str | None) -> str:
    return "_:" if term and term[0] == "_" else term or ""
