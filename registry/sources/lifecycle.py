"""The life of a source: proposed, preview, active, paused, ended; and the addresses that it left.

What the operator decided is kept in ``Source.options`` (sealed by the ledger, JSON-ready) under
one name, and only this module reads or writes it. A source that says nothing is active.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from registry.ledger.types import Source
from vocab.errors import UsageError

_KEY = "lifecycle"
_MAX_NOTE = 500


class Status(StrEnum):
    """The status of a source; only an active one is harvested for good.

    ``proposed``: registered for a later decision. ``preview``: that decision is being prepared.
    Dry runs may look at both, nothing of them enters. ``paused``: its records stay as they are,
    nobody harvests it. ``ended``: it will not come back; its records stay as last stated until the
    source is removed.
    """

    PROPOSED = "proposed"
    PREVIEW = "preview"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


# From each status, where an operator may take a source next.
_TRANSITIONS: Mapping[Status, frozenset[Status]] = {
    Status.PROPOSED: frozenset({Status.PREVIEW, Status.ACTIVE, Status.ENDED}),
    Status.PREVIEW: frozenset({Status.PROPOSED, Status.ACTIVE, Status.ENDED}),
    Status.ACTIVE: frozenset({Status.PREVIEW, Status.PAUSED, Status.ENDED}),
    Status.PAUSED: frozenset({Status.PREVIEW, Status.ACTIVE, Status.ENDED}),
    Status.ENDED: frozenset({Status.PROPOSED, Status.ACTIVE}),
}


@dataclass(frozen=True, slots=True)
class Life:
    """What was decided for a source.

    Attributes:
        status: of the source now.
        since: moment of the decision, ISO 8601; empty when it never changed.
        note: why, in the operator's words.
        former: addresses that it left, oldest first.
    """

    status: Status = Status.ACTIVE
    since: str = ""
    note: str = ""
    former: tuple[str, ...] = ()


def life_of(source: Source) -> Life:
    """Read what was decided for a source; a status that we do not know counts as paused."""
    kept = source.options.get(_KEY)
    if not isinstance(kept, dict):
        return Life()
    known = kept.get("status") in list(Status)
    return Life(
        status=Status(kept["status"]) if known else Status.PAUSED,
        since=str(kept.get("since", "")),
        note=str(kept.get("note", "")),
        former=tuple(map(str, kept.get("former", ()))),
    )


def allows_dry_run(source: Source) -> bool:
    """Whether a dry run may read a source; nothing of it enters."""
    return life_of(source).status in {Status.PROPOSED, Status.PREVIEW, Status.ACTIVE}


def is_active(source: Source) -> bool:
    """Whether what the source publishes may enter."""
    return life_of(source).status is Status.ACTIVE


def with_status(source: Source, status: Status, now: datetime, note: str = "") -> Source:
    """Return the source with another status.

    Raises:
        UsageError: there is no such transition, or the source may speak for no namespace yet.
    """
    life = life_of(source)
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
    life = life_of(source)
    return _with(replace(source, url=url), replace(life, former=(*life.former, source.url)))


def keep_lifecycle(known: Source, again: Source) -> Source:
    """Return a source registered again, with what was decided before."""
    kept = known.options.get(_KEY)
    return again if kept is None else replace(again, options={**again.options, _KEY: kept})


def _with(source: Source, life: Life) -> Source:
    values: dict[str, Any] = {"status": life.status.value}
    values |= {name: text for name in ("since", "note") if (text := getattr(life, name))}
    if life.former:
        values["former"] = list(life.former)
    return replace(source, options={**source.options, _KEY: values})


def _moment(now: datetime) -> str:
    return now.isoformat(timespec="seconds")
