"""Records that a whole delivery no longer lists: marked at once, deleted after a grace. Pure.

Absence is a weak word: an export may lose a page, a service may be half down. So what is merely
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
class Watch:
    """What a harvest knows before it looks at what is absent.

    Attributes:
        now: when it began, UTC.
        grace: how long an absent record stays.
        marks: what earlier harvests missed already: subject -> since when.
    """

    now: datetime
    grace: timedelta
    marks: Mapping[str, datetime]


AT_ONCE = Watch(datetime.min.replace(tzinfo=UTC), timedelta(), {})


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of the records that are absent.

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

    def moves(self) -> bool:
        """Say whether a mark was set or lifted; a deletion is a change of its own."""
        return bool(self.newly or self.returned)


NO_FATE = Fate({}, (), (), {})


def fate_of(absent: Set[str], back: Set[str], watch: Watch) -> Fate:
    """Judge what is absent. A mark in the future, of a clock that ran ahead, counts from now.

    Args:
        absent: live subjects that the source does not list.
        back: marked subjects that it lists again, in whatever state.
        watch: what was known before.
    """
    now = watch.now
    since = {subject: min(watch.marks.get(subject, now), now) for subject in sorted(absent)}
    expired = {subject: began for subject, began in since.items() if _is_over(began, watch)}
    marks = {subject: began for subject, began in since.items() if subject not in expired}
    newly = tuple(subject for subject in marks if subject not in watch.marks)
    return Fate(marks, newly, tuple(sorted(back)), expired)


def _is_over(since: datetime, watch: Watch) -> bool:
    return watch.now - since >= watch.grace


def told(fate: Fate, grace: timedelta) -> Iterator[Finding]:
    """Give a remark for each record that is missing, and for each that had been for too long."""
    for subject, since in fate.marks.items():
        yield rules.finding(
            subject, "MED-H460", subject=subject, since=_day(since), until=_day(since + grace)
        )
    if grace:
        for subject, since in fate.expired.items():
            yield rules.finding(
                subject, "MED-H461", subject=subject, since=_day(since), days=grace.days
            )


def summary(fate: Fate, grace: timedelta) -> dict[str, Any]:
    """Give the part of a report that tells of them; JSON-ready."""
    first = min(fate.marks.values(), default=None)
    return {
        "grace_days": grace.days,
        "count": len(fate.marks),
        "newly": len(fate.newly),
        "returned": len(fate.returned),
        "expired": len(fate.expired),
        "since": "" if first is None else first.isoformat(timespec="seconds"),
        "next_deletion": "" if first is None else (first + grace).isoformat(timespec="seconds"),
    }


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
