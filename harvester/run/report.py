"""The report of one harvest, for the people who own the data; JSON-ready, in every language."""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from harvester import rules
from harvester.decide.compare import Comparison, Decision
from harvester.delivery import Delivery
from harvester.errors import ExplainedError
from harvester.fetch import Attempt
from harvester.fetch.values import moved_to
from registry.ledger.types import Kind
from shapes.findings import Finding, Severity
from shapes.report import common_message
from vocab.errors import MaillageError
from vocab.messages import languages
from vocab.redaction import public

MAX_REQUESTS = 200
MAX_SAMPLES = 5
MAX_OWN_SAMPLES = 1_000  # of what no record keeps, and no rule can be asked about again
ZERO_COUNTS = dict.fromkeys(
    ("arrived", "created", "changed", "deleted", "missing", "unchanged", "refused", "held"), 0
)
_GRAVITY = {Severity.VIOLATION: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass
class ReportBuilder:
    """Gathers what happens during a harvest, stage by stage.

    ``report()`` gives the dictionary kept in the ledger:

    - ``requests``: what was tried (url, status, bytes, seconds, note), ``requests_made`` in all;
    - ``moved``: where a permanent redirect of the registered address leads, with its messages;
    - ``pages_read``, ``expected`` and ``counted``: documents read, members promised and seen;
    - ``counts``: arrived, created, changed, deleted, missing, unchanged, refused, held;
    - ``missing``: when records are missing, or were: ``grace_days``; ``count`` of the missing ones;
      ``newly`` so, ``returned``, ``expired`` (deleted); ``since`` of the first, ``next_deletion``;
    - ``findings``: by rule: code, severity, count, records, messages, samples;
    - ``holds``, ``error``: why nothing was applied, with a ``message_`` for each language, and
      where HTTP was not reached the ``cause`` (:class:`registry.sources.health.Cause`);
    - ``forced``: the reason that an operator gave to apply a held harvest;
    - ``import``: the report of the spreadsheet import, when there was one;
    - ``timings``: seconds by stage.
    """

    source: str
    url: str
    data: dict[str, Any] = field(default_factory=dict)
    timings: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure a stage."""
        started = time.monotonic()
        try:
            yield
        finally:
            self.spent(name, time.monotonic() - started)

    def spent(self, name: str, seconds: float) -> None:
        """Note that a stage took so long, once more."""
        self.timings[name] = round(self.timings.get(name, 0.0) + seconds, 4)

    def tried(self, attempts: Sequence[Attempt]) -> None:
        """Note the requests sent."""
        if target := moved_to(self.url, attempts):
            self.data["moved"] = self._moved(target)
        self.data["requests_made"] = len(attempts)
        self.data["requests"] = [
            {
                "url": attempt.url,
                "status": attempt.status,
                "bytes": attempt.bytes,
                "seconds": attempt.seconds,
                "note": attempt.note,
            }
            for attempt in attempts[:MAX_REQUESTS]
        ]

    def _moved(self, target: str) -> dict[str, str]:
        details = {"source": self.source, "url": self.url, "target": target}
        return {"to": target, **_messages(rules.finding("", "MED-H450", **details))}

    def delivered(self, delivery: Delivery) -> None:
        """Note what came."""
        self.data["pages_read"] = delivery.pages_read
        self.data["full"] = delivery.full
        if delivery.expected is not None:
            self.data["expected"] = delivery.expected
            self.data["counted"] = delivery.counted

    def decided(
        self, delivery: Delivery, change: Comparison, decision: Decision, holds: tuple[Finding, ...]
    ) -> None:
        """Note what comparing decided."""
        kinds = [draft.kind for draft in decision.drafts]
        self.data["counts"] = {
            "arrived": len(delivery.arrivals),
            "created": kinds.count(Kind.CREATE),
            "changed": kinds.count(Kind.UPDATE),
            "deleted": kinds.count(Kind.DELETE),
            "missing": len(change.absences.marks),
            "unchanged": change.unchanged,
            "refused": len(decision.refusals),
            "held": len(decision.drafts) + len(change.absences.newly) if holds else 0,
        }
        self.data["holds"] = [_messages(finding) for finding in holds]

    def discarded_before(self, harvest_id: int, reason: str) -> None:
        """Note that a person has discarded this very delivery already: no decision is awaited."""
        again = rules.finding("", "MED-H408", harvest=harvest_id, reason=reason)
        others = (hold for hold in self.data["holds"] if hold["code"] != "MED-H410")
        self.data["holds"] = [_messages(again), *others]
        self.data["counts"]["held"] = 0
        self.data["discarded"] = harvest_id

    def found(self, findings: Iterable[Finding]) -> None:
        """Note the findings, grouped by rule."""
        self.data["findings"] = grouped(findings)

    def also_found(self, finding: Finding) -> None:
        """Note a finding beside those noted before."""
        self.data["findings"] = [*self.data.get("findings", ()), *grouped([finding])]

    def failed(self, error: MaillageError) -> None:
        """Note the error that ended the harvest."""
        kind = type(error).__name__
        code, details = kind, dict[str, object]()
        if isinstance(error, ExplainedError):
            code, details = error.code, error.details
        cause = {"cause": details["cause"]} if details.get("cause") else {}
        words = {f"message_{lang}": error.message(lang) for lang in languages()}
        self.data["error"] = {"code": code, "kind": kind, **cause, **words}

    def report(self) -> dict[str, Any]:
        """Return the report."""
        fields = {"source": self.source, "url": self.url, **self.data, "timings": self.timings}
        return {name: _public(value) for name, value in fields.items()}


def _public(value: Any) -> Any:
    """Return a value of a report without what proves to a source who is asking."""
    if isinstance(value, str):
        return public(value)
    if isinstance(value, dict):
        return {name: _public(each) for name, each in value.items()}
    return [_public(each) for each in value] if isinstance(value, list | tuple) else value


def grouped(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Group findings by rule, the gravest and most frequent first, with a few samples of each."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.code, finding.path), []).append(finding)
    rows = [_group(found) for found in groups.values()]
    return sorted(rows, key=lambda row: (_GRAVITY[row["severity"]], -row["count"], row["code"]))


def _group(found: list[Finding]) -> dict[str, Any]:
    first = found[0]
    return {
        "code": first.code,
        "severity": first.severity,
        "path": first.path,
        "count": len(found),
        "records": len({finding.record for finding in found}),
        **{f"message_{lang}": common_message(found, lang) for lang in languages()},
        "samples": [
            {"record": finding.record, "focus": finding.focus, "value": finding.value}
            | finding.messages()
            for finding in found[: _samples_of(first)]
        ],
    }


def _samples_of(finding: Finding) -> int:
    """Shapes can be asked again about the ledger's records; the harvester's own words cannot."""
    return MAX_OWN_SAMPLES if finding.code.startswith("MED-H") else MAX_SAMPLES


def _messages(finding: Finding) -> dict[str, str]:
    return {"code": finding.code, **finding.messages()}
