"""The times of members when the clock ran ahead during a harvest and was set right afterwards.

A member may not be earlier than the one before it (LDES 1.0), so one moment in the future would be
the time of all that follows, for as long. Decision 0034.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from registry.ledger.ledger import Ledger
from registry.publish.manifest import Manifest
from registry.publish.pages import timestamp

MAX_CLOCK_SKEW = timedelta(hours=1)
"""More than clocks of several machines differ by, less than a mistake that matters."""
_PLAUSIBLE = datetime(2026, 1, 1, tzinfo=UTC)
"""Before this program was: a machine that has just started, whose clock nobody has set yet."""


def redated(
    ledger: Ledger, now: datetime, before: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the times under which harvests are published that are dated in the future.

    That of the last harvest before which is not, else this moment. A time once given stays.

    Args:
        ledger: where the harvests are.
        now: moment of publishing, UTC.
        before: what earlier runs gave: number of a harvest -> time.
    """
    given = dict(before or {})
    if now < _PLAUSIBLE:
        return given
    limit = now + MAX_CLOCK_SKEW
    for number in ledger.harvests_dated_after(limit):
        if str(number) not in given:
            sound = ledger.last_dated_by(limit, number)
            given[str(number)] = timestamp(sound or now)
    return given


def has_published_the_future(before: Manifest | None, generation: str, now: datetime) -> bool:
    """Whether the stream that readers follow has a member dated in the future."""
    if before is None or not before.pages or before.generation != generation or now < _PLAUSIBLE:
        return False
    return before.pages[-1].until > timestamp(now + MAX_CLOCK_SKEW)
