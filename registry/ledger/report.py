"""What a harvest reported and why records were refused: typed for readers, JSON in the ledger.

Earlier versions and other programs wrote reports too: what is missing or odd there is absent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shapes.findings import Finding, Labels, Severity
from vocab.namespaces import SHAPES

COMPONENT = f"{SHAPES}HarvestRule"
"""The constraint component of what the harvester itself finds."""


@dataclass(frozen=True, slots=True)
class RuleFindings:
    """What broke one rule: how often, in how many records, and the first of them."""

    code: str
    severity: str
    count: int
    records: int
    sentence: Labels
    samples: tuple[Finding, ...]

    def message(self, lang: str) -> str:
        """Return what is wrong, in a language."""
        return self.sentence.message(lang)


@dataclass(frozen=True, slots=True)
class Request:
    """A request that was sent; the status is 0 where none came back."""

    url: str
    status: int
    size: int
    seconds: float
    note: str


@dataclass(frozen=True, slots=True)
class Disappearances:
    """How many records the source no longer lists, since when, and when the first is deleted."""

    count: int
    newly: int
    returned: int
    expired: int
    grace_days: int
    since: datetime | None
    next_deletion: datetime | None


class Report(dict[str, Any]):
    """The JSON of a report, with its parts as values.

    ``harvester.run.report.ReportBuilder`` says what each part is.
    """

    @property
    def url(self) -> str:
        """The address that was harvested, or the source's slug."""
        return self.text("url") or self.text("source")

    @property
    def counts(self) -> dict[str, int]:
        """How many records arrived, entered, left: by name of the count."""
        return {name: n for name, n in _object(self.get("counts")).items() if isinstance(n, int)}

    @property
    def timings(self) -> dict[str, float]:
        """Seconds by stage."""
        stages = _object(self.get("timings")).items()
        return {stage: float(s) for stage, s in stages if isinstance(s, int | float)}

    @property
    def problems(self) -> tuple[Finding, ...]:
        """Why nothing was applied: the error, or the reasons to hold."""
        return tuple(
            read_finding(each, self.url)
            for each in (*objects([self.get("error")]), *objects(self.get("holds")))
        )

    @property
    def has_failed(self) -> bool:
        """Whether an error ended the harvest."""
        return bool(_object(self.get("error")))

    @property
    def is_held(self) -> bool:
        """Whether there were reasons to hold what came."""
        return bool(objects(self.get("holds")))

    @property
    def cause(self) -> str:
        """Why HTTP was not reached, by the name of its ``registry.sources.health.Cause``."""
        return str(_object(self.get("error")).get("cause") or "")

    @property
    def moved(self) -> Finding | None:
        """What there is to say of a permanent redirect of the address."""
        found = objects([self.get("moved")])
        return read_finding(found[0], self.url) if found else None

    @property
    def moved_to(self) -> str:
        """Where the address leads for good; empty where it leads nowhere else."""
        return str(_object(self.get("moved")).get("to") or "")

    @property
    def findings(self) -> tuple[RuleFindings, ...]:
        """What was found, by rule, the gravest first."""
        return tuple(_group(each, self.url) for each in objects(self.get("findings")))

    @property
    def requests(self) -> tuple[Request, ...]:
        """What was asked of the source, in order."""
        return tuple(map(_request, objects(self.get("requests"))))

    @property
    def missing(self) -> Disappearances | None:
        """What the source no longer lists."""
        if not (found := _object(self.get("missing"))):
            return None
        names = ("count", "newly", "returned", "expired", "grace_days")
        numbers = {name: _natural(found.get(name)) or 0 for name in names}
        since, next_deletion = _moment(found.get("since")), _moment(found.get("next_deletion"))
        return Disappearances(**numbers, since=since, next_deletion=next_deletion)

    @property
    def decided(self) -> int | None:
        """The held harvest that this row of the log decides."""
        numbers = map(self.number, ("released", "discarded", "reverted"))
        return next(filter(None, numbers), None) if self.text("reason") else None

    @property
    def unseen(self) -> int:
        """Records that the source counts and nobody looked at: nothing is said of them."""
        return max((self.number("expected") or 0) - (self.number("counted") or 0), 0)

    def number(self, name: str) -> int | None:
        """Return a part that is a number of things, or of a harvest; None where it is none."""
        return _natural(self.get(name))

    def text(self, name: str) -> str:
        """Return a part that is a text, or an empty one."""
        return str(self.get(name) or "")


def read_finding(stored: Mapping[str, Any], record: str) -> Finding:
    """Return a finding that was stored by ``Finding.fields()``, or by an earlier version.

    Args:
        stored: its fields; what is missing or odd takes a plain value.
        record: what it is about where it names no record.
    """
    code = str(stored.get("code") or "MED-H000")
    severity = stored.get("severity")
    about = str(stored.get("record") or stored.get("focus") or record)
    value = stored.get("value")
    return Finding(
        record=about,
        code=code,
        severity=Severity(severity) if severity in list(Severity) else Severity.VIOLATION,
        focus=str(stored.get("focus") or about),
        path=str(stored.get("path") or ""),
        value=None if value is None else str(value),
        sentence=_said(stored),
        shape=str(stored.get("shape") or f"{SHAPES}{code}"),
        component=str(stored.get("component") or COMPONENT),
    )


def objects(values: object) -> list[Mapping[str, Any]]:
    """Return the objects of a JSON list; what is no list holds none."""
    found = values if isinstance(values, list) else []
    return [value for value in found if isinstance(value, dict)]


def _said(stored: Mapping[str, Any]) -> Labels:
    """Return the sentence in the languages of the day when it was stored."""
    names = (name for name in stored if name.startswith("message_"))
    return Labels(tuple((name.partition("_")[2], str(stored[name] or "")) for name in names))


def _group(found: Mapping[str, Any], url: str) -> RuleFindings:
    common = {name: found.get(name) for name in ("code", "severity", "path")}
    return RuleFindings(
        code=str(found.get("code", "")),
        severity=str(found.get("severity", "")),
        count=_natural(found.get("count")) or 0,
        records=_natural(found.get("records")) or 0,
        sentence=_said(found),
        samples=tuple(
            read_finding({**each, **common}, url) for each in objects(found.get("samples"))
        ),
    )


def _request(found: Mapping[str, Any]) -> Request:
    return Request(
        url=str(found.get("url", "")),
        status=_natural(found.get("status")) or 0,
        size=_natural(found.get("bytes")) or 0,
        seconds=float(found.get("seconds") or 0),
        note=str(found.get("note") or ""),
    )


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value or ""))
    except ValueError:
        return None


def _natural(value: object) -> int | None:
    return value if isinstance(value, int) and value >= 0 else None
