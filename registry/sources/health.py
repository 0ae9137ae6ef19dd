"""How a source fares: is it fresh, since when does it fail, and what is the likely cause; pure.

A source is late when we have not heard it for too long, stale when what it says has not changed for
too long; both against what it declares (:class:`registry.ledger.cursor.Rhythm`).

Causes are kept apart from their words, so that every page says them in its own language.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import accumulate

from registry.ledger.report import Report
from registry.ledger.types import Harvest, Outcome, Source
from registry.sources.lifecycle import is_active

LATE_AFTER = 2
"""Periods without a harvest that ended well, or without a change, after which that is too long."""
EXAMINED_HARVESTS = 50
"""The latest harvests by which a source is assessed."""

_GOOD = frozenset({Outcome.COMMITTED, Outcome.UNCHANGED})


class Cause(StrEnum):
    """The likely cause of a failure, as its owner would name it."""

    NAME = "name"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    CERTIFICATE = "certificate"
    MISSING = "missing"
    DENIED = "denied"
    CREDENTIALS = "credentials"
    SERVER = "server"
    ANSWER = "answer"
    UNREACHABLE = "unreachable"
    ADDRESS = "address"
    INCOMPLETE = "incomplete"
    UNREADABLE = "unreadable"
    STREAM = "stream"
    DECISION = "decision"
    UNKNOWN = "unknown"


_BY_CODE = {
    "MED-H100": Cause.ADDRESS,
    "MED-H101": Cause.ADDRESS,
    "MED-H102": Cause.NAME,
    "MED-H103": Cause.UNREACHABLE,
    "MED-H107": Cause.INCOMPLETE,
    "MED-H108": Cause.TIMEOUT,
    "MED-H110": Cause.ADDRESS,
    "MED-H111": Cause.CERTIFICATE,
    "MED-H112": Cause.CREDENTIALS,
    "MED-H113": Cause.CREDENTIALS,
    "MED-H114": Cause.CREDENTIALS,
    "MED-H117": Cause.MISSING,
    "MED-H118": Cause.ANSWER,
    "MED-H209": Cause.INCOMPLETE,
}
_BY_FAMILY = {
    "MED-H2": Cause.UNREADABLE,
    "MED-H3": Cause.STREAM,
    "MED-H4": Cause.DECISION,
    "MED-H5": Cause.UNREADABLE,
}


@dataclass(frozen=True, slots=True)
class Health:
    """How well the harvests of a source go.

    Attributes:
        late: active, and too long since a harvest that ended well, for its period or for the one
            that it declares, whichever is longer.
        good: end of the last harvest that ended well, among those given.
        failures: how many of the latest harvests in a row did not end well.
        since: end of the first of these.
        cause: likely cause of the last one.
        stale: active, and too long since a change, for the frequency that it declares.
        changed: when it last changed anything here.
        full_read: when it was last read whole, nothing of it taken on its word; None if unknown.
        never: it has not been harvested yet.
        held: the last harvest waits for a decision, or brought again what a person had refused.
    """

    late: bool = False
    good: datetime | None = None
    failures: int = 0
    since: datetime | None = None
    cause: Cause | None = None
    stale: bool = False
    changed: datetime | None = None
    full_read: datetime | None = None
    never: bool = False
    held: bool = field(default=False, compare=False)

    @property
    def failing(self) -> bool:
        """Whether the last harvest brought nothing, and waits for nobody's decision."""
        return self.failures > 0 and not self.held


def health_of(
    source: Source,
    harvests: Sequence[Harvest],
    now: datetime,
    changed: datetime | None = None,
) -> Health:
    """Assess a source by its latest harvests, newest first, and by when it last changed anything.

    A harvest is as late as the one after it at most, whatever the clock said meanwhile: a moment
    in the future is none.
    """
    active, rhythm = is_active(source), source.cursor.declared
    ended = list(accumulate((one.ended for one in harvests), min, initial=now))[1:]
    moved = (end for one, end in zip(harvests, ended, strict=True) if one.first_seq is not None)
    changed = next(moved, changed and min(changed, now))
    streak = 0
    while streak < len(harvests) and harvests[streak].outcome not in _GOOD:
        streak += 1
    good = ended[streak] if streak < len(harvests) else None
    first = good or (ended[-1] if harvests else None)
    period_s = max(source.every_s, rhythm.interval_s) if source.every_s else 0
    return Health(
        late=active and _is_over(first, period_s, now),
        good=good,
        failures=streak,
        since=ended[streak - 1] if streak else None,
        cause=cause_of(harvests[0].report) if streak else None,
        stale=active and _is_over(changed, rhythm.update_s, now),
        changed=changed,
        full_read=source.cursor.full_read,
        never=not harvests,
        held=bool(harvests) and is_held(harvests[0]),
    )


def is_held(harvest: Harvest) -> bool:
    """Whether a harvest waits for a decision, or brought again what a person had refused."""
    return harvest.report.is_held and harvest.outcome in {Outcome.HELD, Outcome.UNCHANGED}


def _is_over(since: datetime | None, period_s: int, now: datetime) -> bool:
    """Whether more than two periods have passed; 0 is no period."""
    if since is None or not period_s:
        return False
    return (now - since).total_seconds() > LATE_AFTER * period_s


def cause_of(report: Report) -> Cause:
    """Name the likely cause of a harvest that did not end well, from its report."""
    if not report.has_failed:
        return Cause.DECISION if report.is_held else Cause.UNKNOWN
    code = report.problems[0].code
    if code == "MED-H109":
        return _of_status(report.requests[-1].status if report.requests else 0)
    if report.cause in list(Cause):
        return Cause(report.cause)
    return _BY_CODE.get(code) or _BY_FAMILY.get(code[:6]) or Cause.UNKNOWN


def _of_status(status: int) -> Cause:
    if status in {404, 410}:
        return Cause.MISSING
    if status in {401, 403}:
        return Cause.DENIED
    return Cause.SERVER if status >= 500 else Cause.ANSWER
