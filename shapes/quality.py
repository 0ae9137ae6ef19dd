"""The quality of a place that entered, as four shares from 0 to 1 (docs/quality.md).

The dimensions are those of the W3C Data Quality Vocabulary (https://www.w3.org/TR/vocab-dqv/): how
much is stated, how much of it keeps the rules, how lately it was checked, what it is linked to.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from shapes.findings import Finding, Severity
from shapes.graph import NOTHING, TYPE, graph_of_record
from vocab.namespaces import DCT, MED, ORG, OWL, RDFS, SCHEMA, SCHEMES, SH
from vocab.ntriples import literal_parts
from vocab.records import Record

Properties = Mapping[str, list[str]]

_EXPECTED = (
    (f"{SCHEMA}name",), (f"{SCHEMA}address",), (f"{SCHEMA}geo",), (f"{MED}commune",),
    (f"{MED}carriedBy",), (f"{SCHEMA}telephone", f"{SCHEMA}email", f"{SCHEMA}url"),
    (f"{SCHEMA}openingHours",), (f"{MED}service",), (f"{MED}accessMode",), (f"{MED}fee",),
    (f"{MED}audience",), (f"{MED}placeType",), (f"{MED}summary", f"{SCHEMA}description"),
    (f"{DCT}modified",),
)  # fmt: skip
"""What a visitor or a mediator asks of a place; any property of a group answers."""

_ELSEWHERE = (f"{OWL}sameAs", f"{SCHEMA}sameAs", f"{RDFS}seeAlso", f"{MED}accessibilityRecord")
_AT_CENTRE = f"<{SCHEMES}position-kinds/municipality>"
_PENALTY = {Severity.WARNING: 0.2, Severity.INFO: 0.05}
_ABSENCE = f"{SH}MinCountConstraintComponent"

FRESH_DAYS = 183
"""Days that a check holds: half a year."""

STALE_DAYS = 1_095
"""Days after which it says nothing any more: three years."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Shares from 0 (nothing) to 1 (nothing to correct)."""

    completeness: float
    validity: float
    freshness: float
    linkage: float

    @property
    def whole(self) -> float:
        """The mean of the four: no dimension makes up for another more than for a quarter."""
        return (self.completeness + self.validity + self.freshness + self.linkage) / 4


@dataclass(frozen=True, slots=True)
class QualityMeasures:
    """The measures of a version of a place that hold on any day, and the days that it names."""

    completeness: float
    validity: float
    linkage: float
    checked: tuple[date, ...]

    def on(self, today: date) -> Quality:
        """Return the quality on a day."""
        return Quality(
            self.completeness, self.validity, _freshness(self.checked, today), self.linkage
        )


def quality_measures(record: Record, findings: Iterable[Finding]) -> QualityMeasures | None:
    """Return the measures of a place, or None for any other kind of record.

    Args:
        record: the record.
        findings: what validation said about it.
    """
    spo = graph_of_record(record).spo
    place = spo.get(f"<{record.iri}>", NOTHING)
    if f"<{MED}Place>" not in place.get(TYPE, ()):
        return None
    stated = sum(any(_has(place, name) for name in names) for names in _EXPECTED)
    days = map(_day, place.get(f"<{DCT}modified>", ()))
    return QualityMeasures(
        completeness=stated / len(_EXPECTED),
        validity=_validity(findings),
        linkage=_linkage(place, spo),
        checked=tuple(day for day in days if day),
    )


def quality(record: Record, findings: Iterable[Finding], today: date) -> Quality | None:
    """Return the quality of a place on a day, or None for any other kind of record."""
    found = quality_measures(record, findings)
    return None if found is None else found.on(today)


def _has(properties: Properties, name: str) -> bool:
    if name == f"{SCHEMA}geo" and _AT_CENTRE in properties.get(f"<{MED}positionKind>", ()):
        return False  # the centre of the commune stands for a position that nobody gave
    return f"<{name}>" in properties


def _validity(findings: Iterable[Finding]) -> float:
    """Take off for each rule once; what is merely absent counts in completeness already."""
    broken = {f.code: f.severity for f in findings if f.component != _ABSENCE or _refuses(f)}
    if Severity.VIOLATION in broken.values():
        return 0.0
    return max(0.0, round(1 - sum(_PENALTY[severity] for severity in broken.values()), 2))


def _refuses(finding: Finding) -> bool:
    return finding.severity is Severity.VIOLATION


def _freshness(days: Iterable[date], today: date) -> float:
    """Take the latest day that is not in the future."""
    ages = [(today - day).days for day in days if day <= today]
    if not ages:
        return 0.0
    return min(1.0, max(0.0, (STALE_DAYS - min(ages)) / (STALE_DAYS - FRESH_DAYS)))


def _day(term: str) -> date | None:
    try:
        return date.fromisoformat(literal_parts(term)[0])
    except ValueError:
        return None


def _linkage(place: Properties, spo: Mapping[str, Properties]) -> float:
    """Return the share of three links: commune, organisation, other descriptions."""
    carriers = place.get(f"<{MED}carriedBy>", ())
    links = (
        _has(place, f"{MED}commune"),
        any(carrier not in spo or _has(spo[carrier], f"{ORG}identifier") for carrier in carriers),
        any(_has(place, name) for name in _ELSEWHERE),
    )
    return sum(links) / len(links)
