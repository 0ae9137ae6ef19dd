"""From raw results to findings that the owner of a record can act on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from shapes.contract import engine
from shapes.findings import Finding, Sentence, Severity
from shapes.limits import MAX_FINDINGS, bounded
from shapes.spec import Result
from vocab.messages import Message
from vocab.namespaces import SH, XSD
from vocab.ntriples import iri_of, is_literal, literal_parts
from vocab.records import Record


@dataclass(frozen=True, slots=True)
class Verdict:
    """A record and everything that the contract says about it."""

    record: Record
    findings: tuple[Finding, ...]

    @property
    def is_refused(self) -> bool:
        """Whether a violation keeps the record out."""
        return any(finding.severity is Severity.VIOLATION for finding in self.findings)


def verdicts(records: Iterable[Record]) -> Iterator[Verdict]:
    """Validate records, in their order, in constant memory."""
    for checked in engine().check(records):
        yield Verdict(checked.record, tuple(findings(checked.record.iri, checked.results)))


def validate(records: Iterable[Record]) -> Iterator[Finding]:
    """Return the findings on records, record after record, in constant memory.

    Each record is validated on its own triples and the vocabulary alone (SHACL Core and SPARQL
    constraints; https://www.w3.org/TR/shacl/).
    """
    for record, results in engine().check(records):
        if results:
            yield from findings(record.iri, results)


def findings(record: str, results: Iterable[Result]) -> list[Finding]:
    """Return results as findings for people.

    Two constraints of a rule that one value breaks are one finding; violations come first when
    there are more findings than :data:`~shapes.limits.MAX_FINDINGS`, and the rest is left out.
    """
    first: dict[tuple[str, str, str | None], Result] = {}
    for result in _without_false_orders(tuple(results)):
        first.setdefault((result.spec.code, result.focus, result.value), result)
    kept = list(first.values())
    if len(kept) > MAX_FINDINGS:
        kept = sorted(kept, key=lambda result: result.spec.severity != VIOLATION)[:MAX_FINDINGS]
    return [_finding(record, result) for result in kept]


def _without_false_orders(results: tuple[Result, ...]) -> Iterable[Result]:
    """Leave out what compares a value that another rule has named as no number or no date.

    SHACL (4.3) gives a result for a value that has no order, as for one out of bounds; a sentence
    about bounds would be false. The same holds of alternatives about the node that has the value.
    """
    misread = {(r.focus, r.value) for r in results if r.spec.component == _DATATYPE}
    if not misread:
        return results
    nodes = {focus for focus, _ in misread}
    return [
        result
        for result in results
        if not (result.spec.component in _ORDERS and (result.focus, result.value) in misread)
        and not (result.spec.component == _OR and result.value in nodes)
    ]


def _finding(record: str, result: Result) -> Finding:
    spec = result.spec
    return Finding(
        record=record,
        code=spec.code,
        severity=_severity(spec.severity),
        focus=_plain(result.focus),
        path=spec.path,
        value=None if result.value is None else bounded(result.value),
        sentence=_sentence(spec.sentence, result.value, spec.component == _DATATYPE),
        shape=_plain(spec.shape),
        component=spec.component,
    )


def _plain(term: str) -> str:
    return iri_of(term) if term[0] == "<" else term


@lru_cache(maxsize=64)
def _severity(iri: str) -> Severity:
    return Severity(iri.removeprefix(SH))


@lru_cache(maxsize=4_096)
def _sentence(sentence: Sentence, value: str | None, typed: bool) -> Sentence:
    """Return what a constraint says, with the value if the sentence names it."""
    if isinstance(sentence, Message) or not any("{?value}" in text for _, text in sentence.texts):
        return sentence
    text = f"{shown(value)}{_datatype_of(value)}" if typed else shown(value)
    return sentence._replace(value=text)


def _datatype_of(value: str | None) -> str:
    """Give the datatype of a literal in brackets, where a sentence is about that; else nothing."""
    if value is None or not is_literal(value):
        return ""
    _, datatype, language = literal_parts(value)
    if language:
        return f" (@{language})"
    short = datatype.replace(XSD, "xsd:")
    return "" if datatype == f"{XSD}string" else f" ({short})"


_DATATYPE = f"{SH}DatatypeConstraintComponent"
_OR = f"{SH}OrConstraintComponent"
_ORDERS = frozenset(
    f"{SH}{name}ConstraintComponent"
    for name in (
        "MinInclusive", "MaxInclusive", "MinExclusive", "MaxExclusive", "LessThan",
        "LessThanOrEquals",
    )
)  # fmt: skip
VIOLATION = f"{SH}Violation"

SHOWN = 120
"""Characters of a value that a sentence repeats."""


def shown(value: str | None) -> str:
    """Return a value as a person reads it: shortened, and harmless to a terminal."""
    if value is None:
        return ""
    text = literal_parts(value)[0] if is_literal(value) else _plain(value)
    short = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
    return (
        short if short.isprintable() else "".join(c if c.isprintable() else "\ufffd" for c in short)
    )
