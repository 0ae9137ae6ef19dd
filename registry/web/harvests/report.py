"""The report that a harvest left in the ledger, as a page shows it.

The report is JSON made by whoever harvested; a part that is missing or odd shows as absent.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry.names import STAGES
from registry.web.harvests.rules import good_value, reason_of
from registry.web.site.i18n import lazy_gettext
from registry.web.site.language import current_lang
from vocab.messages import stored

_KNOWN_KEYS = frozenset(
    {"counts", "findings", "holds", "error", "requests", "requests_made", "timings", "source",
     "url", "full", "pages_read", "forced", "expected", "counted", "moved",
     "released", "discarded", "reverted", "reason", "missing"}
)  # fmt: skip
COUNT_NAMES = {
    "arrived": lazy_gettext("received"),
    "created": lazy_gettext("created"),
    "changed": lazy_gettext("changed"),
    "deleted": lazy_gettext("withdrawn"),
    "missing": lazy_gettext("missing", "count"),
    "unchanged": lazy_gettext("unchanged"),
    "refused": lazy_gettext("refused"),
    "held": lazy_gettext("held", "count"),
}
_MAX_ITEMS = 50
_SHOWN_SAMPLES = 20


@dataclass(frozen=True, slots=True)
class Sample:
    """A record that broke a rule, with the value and what to do."""

    record: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class RuleFindings:
    """What broke one rule, why that matters, and a value that will do."""

    code: str
    severity: str
    count: int
    message: str
    samples: tuple[Sample, ...]
    reason: str
    good: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request that was sent."""

    url: str
    status: str
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


@dataclass(frozen=True, slots=True)
class HarvestReport:
    """The parts of a report that have a place of their own on the page; the rest by names."""

    counts: tuple[tuple[str, int], ...]
    problems: tuple[Sample, ...]
    groups: tuple[RuleFindings, ...]
    attempts: tuple[Attempt, ...]
    stages: tuple[tuple[str, float], ...]
    lines: tuple[tuple[str, str], ...]
    forced: str
    expected: int | None
    counted: int | None
    moved: str
    released: int | None
    reverted: int | None
    discarded: int | None
    reason: str
    missing: Disappearances | None

    @property
    def decided(self) -> int | None:
        """The held harvest that this row of the log decides."""
        return (self.released or self.discarded or self.reverted) if self.reason else None

    @property
    def unseen(self) -> int:
        """Records that the source counts and nobody looked at: nothing is said of them."""
        return max((self.expected or 0) - (self.counted or 0), 0)


def read_report(report: Mapping[str, Any], lang: str) -> HarvestReport:
    """Read a report in ``fr`` or ``en``."""
    counts = report.get("counts")
    known = counts if isinstance(counts, dict) else {}
    others = {name: value for name, value in report.items() if name not in _KNOWN_KEYS}
    return HarvestReport(
        counts=tuple(
            (str(title), int(known[name])) for name, title in COUNT_NAMES.items()
            if isinstance(known.get(name), int)
        ),
        problems=tuple(_problems(report, lang)),
        groups=tuple(_group(found, lang) for found in objects(report.get("findings"))),
        attempts=tuple(map(_attempt, objects(report.get("requests")))),
        stages=tuple(_stages(report.get("timings"))),
        lines=tuple(_lines(others)),
        forced=str(report.get("forced") or ""),
        expected=_natural(report.get("expected")),
        counted=_natural(report.get("counted")),
        released=_natural(report.get("released")),
        reverted=_natural(report.get("reverted")),
        discarded=_natural(report.get("discarded")),
        reason=str(report.get("reason") or ""),
        missing=_missing(report.get("missing")),
        moved="".join(stored(found, lang) for found in objects([report.get("moved")])),
    )  # fmt: skip


def _problems(report: Mapping[str, Any], lang: str) -> Iterator[Sample]:
    """What kept the harvest from being applied: the error, or the reasons to hold it."""
    error = report.get("error")
    for found in (*objects([error]), *objects(report.get("holds"))):
        yield Sample(str(found.get("code", "")), "", stored(found, lang))


def _group(found: Mapping[str, Any], lang: str) -> RuleFindings:
    code = str(found.get("code", ""))
    return RuleFindings(
        code=code,
        severity=str(found.get("severity", "")),
        count=int(found.get("count") or 0),
        message=stored(found, lang),
        samples=tuple(
            _sample(item, lang) for item in objects(found.get("samples"))[:_SHOWN_SAMPLES]
        ),
        reason=reason_of(code, lang),
        good=good_value(code),
    )


def _sample(found: Mapping[str, Any], lang: str) -> Sample:
    record = found.get("record") or found.get("focus") or ""
    return Sample(str(record), str(found.get("value") or ""), stored(found, lang))


def _attempt(found: Mapping[str, Any]) -> Attempt:
    return Attempt(
        url=str(found.get("url", "")),
        status=str(found.get("status") or ""),
        size=int(found.get("bytes") or 0),
        seconds=float(found.get("seconds") or 0),
        note=str(found.get("note") or ""),
    )


def _stages(value: object) -> Iterator[tuple[str, float]]:
    """Return each stage by its name with its seconds."""
    timings = value if isinstance(value, dict) else {}
    for stage, name in STAGES.items():
        if isinstance(timings.get(stage), int | float):
            yield name.message(current_lang()), float(timings[stage])


def _missing(value: object) -> Disappearances | None:
    if not isinstance(value, dict):
        return None
    return Disappearances(
        count=_natural(value.get("count")) or 0,
        newly=_natural(value.get("newly")) or 0,
        returned=_natural(value.get("returned")) or 0,
        expired=_natural(value.get("expired")) or 0,
        grace_days=_natural(value.get("grace_days")) or 0,
        since=_moment(value.get("since")),
        next_deletion=_moment(value.get("next_deletion")),
    )


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value or ""))
    except ValueError:
        return None


def _natural(value: object) -> int | None:
    return value if isinstance(value, int) and value >= 0 else None


def objects(values: object) -> list[Mapping[str, Any]]:
    """Return the objects of a JSON list; what is no list holds none."""
    found = values if isinstance(values, list) else []
    return [value for value in found if isinstance(value, dict)]


def _lines(report: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Flatten what is left: nested names joined by a point, long lists cut."""
    for name, value in report.items():
        path = f"{prefix}{name}"
        if isinstance(value, dict):
            yield from _lines(value, f"{path}.")
        elif isinstance(value, list):
            plain = [str(item) for item in value[:_MAX_ITEMS] if not isinstance(item, dict | list)]
            if plain:
                yield path, ", ".join(plain)
            for number, item in enumerate(objects(value)[:_MAX_ITEMS], start=1):
                yield from _lines(item, f"{path}.{number}.")
        elif value not in (None, ""):
            yield path, str(value)
