"""Records that a whole delivery no longer lists: marked at once, deleted after a grace. Pure.

Absence proves little: an export may lose a page, a service may be half down. So what is merely
absent stays published, marked as missing, until its grace is over. What a source says to be
deleted (a tombstone of an event stream) is another matter and never comes here.
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from harvester import rules
from shapes.findings import Finding


@dataclass(frozen=True, slots=True)
class KnownAbsences:
    """What a harvest knows of absent records before it compares.

    Attributes:
        now: when it began, UTC.
        grace: how long an absent record stays.
        marks: what was missing already: subject -> since when.
    """

    now: datetime
    grace: timedelta
    marks: Mapping[str, datetime]


NO_GRACE = KnownAbsences(datetime.min.replace(tzinfo=UTC), timedelta(), {})


@dataclass(frozen=True, slots=True)
class AbsenceDecision:
    """What is decided on the records that are absent.

    Attributes:
        marks: what is missing after this harvest: subject -> since when.
        newly: subjects that this harvest marks, sorted.
        returned: subjects that lose their mark because they are listed again, sorted.
        expired: subjects whose grace is over -> since when they were missing.
    """

    marks: Mapping[str, datetime]
    newly: tuple[str, ...]
    returned: tuple[str, ...]
    expired: Mapping[str, datetime]

    def changes_marks(self) -> bool:
        """Whether a mark was set or lifted; a deletion is a change of its own."""
        return bool(self.newly or self.returned)


NO_ABSENCES = AbsenceDecision({}, (), (), {})


def decide_absences(absent: Set[str], back: Set[str], known: KnownAbsences) -> AbsenceDecision:
    """Decide on what is absent. A mark in the future, of a clock that ran ahead, counts from now.

    Args:
        absent: live subjects that the source does not list.
        back: marked subjects that it lists again, in whatever state.
        known: what was known before.
    """
    now = known.now
    since = {subject: min(known.marks.get(subject, now), now) for subject in sorted(absent)}
    expired = {subject: began for subject, began in since.items() if _is_over(began, known)}
    marks = {subject: began for subject, began in since.items() if subject not in expired}
    newly = tuple(subject for subject in marks if subject not in known.marks)
    return AbsenceDecision(marks, newly, tuple(sorted(back)), expired)


def _is_over(since: datetime, known: KnownAbsences) -> bool:
    return known.now - since >= known.grace


def absence_findings(decision: AbsenceDecision, grace: timedelta) -> Iterator[Finding]:
    """Return a remark for each record that is missing, and for each that had been for too long."""
    for subject, since in decision.marks.items():
        yield rules.finding(
            subject, "MED-H460", subject=subject, since=_day(since), until=_day(since + grace)
        )
    if grace:
        for subject, since in decision.expired.items():
            yield rules.finding(
                subject, "MED-H461", subject=subject, since=_day(since), days=grace.days
            )


def absence_summary(decision: AbsenceDecision, grace: timedelta) -> dict[str, Any]:
    """Return the part of a report about them; JSON-ready."""
    first = min(decision.marks.values(), default=None)
    return {
        "grace_days": grace.days,
        "count": len(decision.marks),
        "newly": len(decision.newly),
        "returned": len(decision.returned),
        "expired": len(decision.expired),
        "since": "" if first is None else first.isoformat(timespec="seconds"),
        "next_deletion": "" if first is None else (first + grace).isoformat(timespec="seconds"),
    }


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
