"""Records that their source no longer lists: since when, and how long they stay published.

The marks belong to the harvests, so they are kept in ``Source.cursor``: sealed by the ledger, and
moved in the very transaction of the harvest that sets or lifts them. How long a marked record
stays is the operator's choice, kept in ``Source.options``.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from registry.ledger.cursor import Cursor
from registry.ledger.types import Source

USUAL_GRACE_DAYS = 7
MAX_GRACE_DAYS = 365


@dataclass(frozen=True, slots=True)
class Missing:
    """A record that its source no longer lists.

    Attributes:
        since: when a harvest first missed it.
        until: the first harvest from then on deletes it, unless it came back.
    """

    since: datetime
    until: datetime


def grace_days_of(source: Source, usual: int = USUAL_GRACE_DAYS) -> int:
    """Return for how many days a record that a source no longer lists stays published.

    A file is edited by the very pole that publishes it: what is taken out of it goes at once.
    """
    if source.kind == "file":
        return 0
    days = source.options.grace_days
    return days if days is not None and 0 <= days <= MAX_GRACE_DAYS else usual


def with_grace(source: Source, days: int) -> Source:
    """Return the source with another grace, in days."""
    return replace(source, options=replace(source.options, grace_days=days))


def missing_of(source: Source, subject: str) -> Missing | None:
    """Whether a source no longer lists one of its records."""
    since = source.cursor.missing.get(subject)
    if since is None:
        return None
    return Missing(since, since + timedelta(days=grace_days_of(source)))


def marked_at(cursor: Cursor, moment: datetime) -> tuple[str, ...]:
    """Return the subjects that the harvest begun at that moment marked, sorted."""
    return tuple(sorted(iri for iri, since in cursor.missing.items() if since == moment))
