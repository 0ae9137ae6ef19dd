"""The life of a source: proposed, preview, active, paused, ended; and the addresses that it left.

What the operator decided is kept in ``Source.options``, sealed by the ledger; only this module
changes it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from registry.ledger.options import Life, Status
from registry.ledger.types import Source
from vocab.errors import UsageError

_MAX_NOTE = 500

# From each status, where an operator may take a source next.
_TRANSITIONS: Mapping[Status, frozenset[Status]] = {
    Status.PROPOSED: frozenset({Status.PREVIEW, Status.ACTIVE, Status.ENDED}),
    Status.PREVIEW: frozenset({Status.PROPOSED, Status.ACTIVE, Status.ENDED}),
    Status.ACTIVE: frozenset({Status.PREVIEW, Status.PAUSED, Status.ENDED}),
    Status.PAUSED: frozenset({Status.PREVIEW, Status.ACTIVE, Status.ENDED}),
    Status.ENDED: frozenset({Status.PROPOSED, Status.ACTIVE}),
}


def allows_dry_run(source: Source) -> bool:
    """Whether a dry run may read a source; nothing of it enters."""
    return source.options.lifecycle.status in {Status.PROPOSED, Status.PREVIEW, Status.ACTIVE}


def is_active(source: Source) -> bool:
    """Whether what the source publishes may enter."""
    return source.options.lifecycle.status is Status.ACTIVE


def next_statuses(source: Source) -> frozenset[Status]:
    """Return where an operator may take a source next."""
    return _TRANSITIONS[source.options.lifecycle.status]


def with_status(source: Source, status: Status, now: datetime, note: str = "") -> Source:
    """Return the source with another status.

    Raises:
        UsageError: there is no such transition, or the source may speak for no namespace yet.
    """
    life = source.options.lifecycle
    if status is life.status:
        return source
    if status not in _TRANSITIONS[life.status]:
        allowed = ", ".join(sorted(_TRANSITIONS[life.status]))
        raise UsageError(
            "the source {slug!r} is {status}: it cannot become {status2} (from there: {allowed})",
            slug=source.slug,
            status=life.status,
            status2=status,
            allowed=allowed,
        )
    if status is Status.ACTIVE and not source.namespaces:
        raise UsageError(
            "the source {slug!r} may speak for no namespace: register it again with maillage "
            "source add {shown_url} --slug {slug} --namespace PREFIX",
            slug=source.slug,
            shown_url=source.shown_url,
        )
    return _with(source, replace(life, status=status, since=_moment(now), note=note[:_MAX_NOTE]))


def moved(source: Source, url: str) -> Source:
    """Return the source at another address; the one that it leaves is remembered."""
    if url == source.url:
        return source
    life = source.options.lifecycle
    return _with(replace(source, url=url), replace(life, former=(*life.former, source.url)))


def _with(source: Source, life: Life) -> Source:
    return replace(source, options=replace(source.options, lifecycle=life))


def _moment(now: datetime) -> str:
    return now.isoformat(timespec="seconds")
