"""Dry runs asked for on the web: who may be tried, what was asked, what came of it.

The web application asks and shows; the schedule of one front end takes what was asked, tries it,
and keeps what it found. Nothing here enters the ledger.
"""

import json
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from math import ceil
from typing import Any

import sqlalchemy as sa

from registry.history.difference import RecordDifference, difference
from registry.ledger.packing import packed, unpacked
from registry.ledger.report import Report
from registry.ledger.types import Harvest, Kind, Outcome, Source
from registry.settings.config import Reach
from registry.sources.lifecycle import allows_dry_run
from registry.state.database import Database, is_younger, metadata
from vocab.ages import age_s
from vocab.records import Record

GAP_S = 600.0
"""Least time between two trials of a source, in seconds."""
KEPT_S = 7 * 86_400.0
"""How long a result is kept, in seconds."""
MAX_RESULTS = 50
MAX_CHANGES = 50_000
"""Changes kept of one trial; what is past them is counted, not shown."""
ALIVE_S = 120.0
"""Seconds without a look of whoever carries out a trial, after which it is lost."""
_CHUNK = 100
_trials = sa.Table(
    "trial",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("asked", sa.Double, nullable=False),
    sa.Column("taken", sa.Double, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("beat", sa.Double, nullable=False),
    sa.Column("kept", sa.Double, nullable=False),
    sa.Column("result", sa.Text, nullable=False),
    sa.Column("account", sa.LargeBinary, nullable=False),
)
"""One row for each source. ``result`` names the differences that are kept; empty for none."""
_differences = sa.Table(
    "trial_difference",
    metadata,
    sa.Column("result", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
)
"""The differences of a result, so many in each row."""


class Obstacle(StrEnum):
    """Why a source may not be tried from the web."""

    OFF = "off"
    FILE = "file"
    ASLEEP = "asleep"
    CREDENTIALS = "credentials"
    PRIVATE = "private"


class State(StrEnum):
    """How far the latest trial of a source is; ``lost`` when it left no result that is kept."""

    NONE = "none"
    ASKED = "asked"
    RUNNING = "running"
    DONE = "done"
    LOST = "lost"


_NO_RESULT: dict[str, object] = {"result": "", "account": b""}
_NOT_TAKEN: dict[str, object] = {"state": State.LOST, "owner": ""}
_NEW = {"asked": 0.0, "taken": 0.0, "owner": "", "beat": 0.0, "kept": 0.0, **_NO_RESULT}


@dataclass(frozen=True, slots=True)
class Trial:
    """What a harvest would have done.

    Attributes:
        harvest: as it would stand in the ledger, with its report; its id is 0.
        total: how many records it would change; at most :data:`MAX_CHANGES` of them are kept.
        missing: subjects that it would mark as no longer listed.
    """

    harvest: Harvest
    total: int
    missing: tuple[str, ...] = ()

    @property
    def kept(self) -> int:
        """How many differences are kept."""
        return min(self.total, MAX_CHANGES)


class Trials:
    """The trials of one node; safe among threads, processes and machines.

    Args:
        database: where they are kept.
        reach: which sources may be tried.
    """

    def __init__(self, database: Database, reach: Reach) -> None:
        self._database = database
        self._reach = reach
        self._owner = secrets.token_hex(8)

    def obstacle(self, source: Source) -> Obstacle | None:
        """Return why visitors may not have a source tried; None when they may."""
        found = (
            (self._reach is Reach.OFF, Obstacle.OFF),
            (source.kind == "file", Obstacle.FILE),
            (not allows_dry_run(source), Obstacle.ASLEEP),
            (bool(source.options.credentials), Obstacle.CREDENTIALS),
            (source.allow_private and self._reach is not Reach.PRIVATE, Obstacle.PRIVATE),
        )
        return next((obstacle for stands, obstacle in found if stands), None)

    def wait_s(self, slug: str, now_s: float) -> int:
        """Return the seconds before a source may be tried again; 0 when it may now."""
        row = self._row(slug)
        age = age_s(row.taken, now_s) if row else None
        return 0 if age is None else max(0, ceil(GAP_S - age))

    def waited_s(self, slug: str, now_s: float) -> float:
        """Return for how many seconds a source has waited to be tried; 0 when it does not."""
        row = self._row(slug)
        return (age_s(row.asked, now_s) or 0.0) if row and row.state == State.ASKED else 0.0

    def state(self, slug: str) -> State:
        """Return how far the latest trial of a source is."""
        row = self._row(slug)
        if row is None:
            return State.NONE
        return State.LOST if row.state == State.DONE and not row.result else State(row.state)

    def ask(self, slug: str, now_s: float) -> bool:
        """Note that somebody wants a source tried; many are one.

        Returns:
            False when the last trial is too young, or still runs.
        """
        asked = {"state": State.ASKED, "asked": now_s}
        may_be = (_trials.c.state != State.RUNNING) & ~is_younger(_trials.c.taken, GAP_S, now_s)
        asking = self._database.upsert(_trials, _NEW | {"source": slug} | asked, asked, may_be)
        return self._database.write(asking) > 0

    def take(self, now_s: float) -> tuple[str, ...]:
        """Return the sources to try now; each counts as running until :meth:`end`.

        Call it every half minute: what whoever does not call it any more has taken is lost.
        """
        column = _trials.c
        beating = sa.update(_trials).where(column.owner == self._owner)
        self._database.write(beating.values(beat=now_s))
        is_silent = (column.state == State.RUNNING) & (sa.func.abs(column.beat - now_s) > ALIVE_S)
        self._database.write(sa.update(_trials).where(is_silent).values(_NOT_TAKEN))
        self._tidy(now_s)
        mine = {"state": State.RUNNING, "taken": now_s, "owner": self._owner, "beat": now_s}
        taking = sa.update(_trials).where(column.state == State.ASKED).values(mine)
        named = taking.returning(column.source)
        return tuple(sorted(self._database.run(lambda each: each.scalars(named).all())))

    def put_back(self, slug: str) -> None:
        """Let a source that could not be tried now wait for the next look."""
        self._release(slug, {"state": State.ASKED, "taken": 0.0, "owner": ""})

    def end(self, slug: str) -> None:
        """Note that a trial runs no more, whatever came of it."""
        self._release(slug, _NOT_TAKEN)

    def keep(self, trial: Trial, differences: Iterable[RecordDifference]) -> None:
        """Keep what a trial found, instead of the source's last."""
        result, now_s = secrets.token_hex(16), time.time()
        lines = map(_line, islice(differences, trial.kept))
        chunks = iter(lambda: list(islice(lines, _CHUNK)), [])
        rows = [
            {"result": result, "number": number, "body": packed(json.dumps(chunk))}
            for number, chunk in enumerate(chunks)
        ]
        account = packed(json.dumps(_account(trial)))
        done = {"state": State.DONE, "owner": "", "kept": now_s, "result": result}
        row = _NEW | {"source": trial.harvest.source, "account": account} | done
        keeping = self._database.upsert(_trials, row, done | {"account": account})

        def write(connection: sa.Connection) -> None:
            connection.execute(keeping)
            # A commit of this very result that was said to fail may have come through.
            connection.execute(sa.delete(_differences).where(_differences.c.result == result))
            if rows:
                connection.execute(sa.insert(_differences), rows)

        self._database.run(write)
        self._tidy(now_s)

    def get(self, slug: str) -> Trial | None:
        """Return the latest result of a source; None when there is none, or a damaged one."""
        query = sa.select(_trials.c.account).where(_trials.c.source == slug, _trials.c.result != "")
        try:
            return next((_trial(row.account) for row in self._database.read(query)), None)
        except (KeyError, TypeError, ValueError):
            return None

    def differences(
        self, slug: str, start: int = 0, count: int | None = None
    ) -> Iterator[RecordDifference]:
        """Stream the kept differences of a source's latest result, in the order of the harvest.

        Raises:
            LookupError: another result took its place meanwhile.
        """
        row, trial = self._row(slug), self.get(slug)
        if row is None or trial is None:
            return
        stop = trial.kept if count is None else min(trial.kept, start + count)
        for number in range(start // _CHUNK, ceil(stop / _CHUNK)):
            first = number * _CHUNK
            lines = self._chunk(slug, row.result, number)
            yield from map(_difference, lines[max(0, start - first) : stop - first])

    def _chunk(self, slug: str, result: str, number: int) -> list[Any]:
        """Return so many differences of a result."""
        mine = (_differences.c.result == result) & (_differences.c.number == number)
        for row in self._database.read(sa.select(_differences.c.body).where(mine)):
            found: list[Any] = json.loads(unpacked(row.body))
            return found
        raise LookupError(f"the result of the dry run of {slug} is gone while it is read")

    def _row(self, slug: str) -> sa.Row[Any] | None:
        column = _trials.c
        asked = sa.select(column.state, column.asked, column.taken, column.result)
        return next(iter(self._database.read(asked.where(column.source == slug))), None)

    def _release(self, slug: str, changes: Mapping[str, object]) -> None:
        mine = (_trials.c.source == slug) & (_trials.c.owner == self._owner)
        self._database.write(sa.update(_trials).where(mine).values(changes))

    def _tidy(self, now_s: float) -> None:
        """Take away what is too old, then what is too much, oldest first.

        What was written by a clock that ran ahead counts as written now: else it would be the
        youngest for as long.
        """
        column, oldest_s, write = _trials.c, now_s - KEPT_S, self._database.write
        for moment in (column.taken, column.kept):
            write(sa.update(_trials).where(moment > now_s).values({moment: now_s}))
        has_result = column.result != ""
        too_many = sa.select(column.source).where(has_result).order_by(column.kept.desc())
        too_old = (column.kept < oldest_s) | column.source.in_(too_many.offset(MAX_RESULTS))
        write(sa.update(_trials).where(has_result, too_old).values(_NO_RESULT))
        is_over = ~has_result & column.state.in_((State.DONE, State.LOST))
        write(sa.delete(_trials).where(is_over, column.taken < oldest_s))
        named = sa.select(column.result)
        write(sa.delete(_differences).where(_differences.c.result.not_in(named)))


def _account(trial: Trial) -> dict[str, Any]:
    harvest = asdict(trial.harvest)
    moments = {name: harvest[name].isoformat() for name in ("started", "ended")}
    return {"harvest": harvest | moments, "total": trial.total, "missing": trial.missing}


def _trial(account: bytes) -> Trial:
    stored = json.loads(unpacked(account))
    kept = dict(stored["harvest"])
    moments = {name: datetime.fromisoformat(kept[name]) for name in ("started", "ended")}
    harvest = Harvest(
        **(kept | moments | {"outcome": Outcome(kept["outcome"]), "report": Report(kept["report"])})
    )
    return Trial(harvest, int(stored["total"]), tuple(stored["missing"]))


def _line(one: RecordDifference) -> dict[str, Any]:
    return {"subject": one.subject, "kind": one.kind, "removed": one.removed, "added": one.added}


def _difference(line: Mapping[str, Any]) -> RecordDifference:
    subject, kind = line["subject"], Kind(line["kind"])
    before = Record(subject, tuple(line["removed"]))
    after = Record(subject, tuple(line["added"]))
    created, deleted = kind is Kind.CREATE, kind is Kind.DELETE
    return difference(subject, None if created else before, None if deleted else after)
