"""Dry runs asked for on the web: who may be tried, what was asked, what came of it.

A folder of small files that can be thrown away at any time. The web application asks and shows;
the schedule takes what was asked, tries it, and keeps what it found. Nothing here enters the
ledger. A result is one compressed file: its account, then one line per record that would change.
"""

import gzip
import json
import os
import secrets
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from math import ceil
from pathlib import Path
from typing import Any

from registry.history.difference import Difference, difference
from registry.ledger.types import Harvest, Kind, Outcome, Source
from registry.settings.config import Config, Reach
from registry.sources.lifecycle import may_be_seen
from registry.sources.marker_files import file_of, slips, slug_of
from vocab.ages import age_s
from vocab.records import Record

GAP_S = 600.0
"""Least time between two trials of a source, in seconds."""
KEPT_S = 7 * 86_400.0
"""How long a result is kept, in seconds."""
MAX_RESULTS = 50
MAX_CHANGES = 50_000
"""Changes kept of one trial; what is past them is counted, not shown."""


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
    """The trials of one data folder; safe among threads and processes.

    Args:
        config: the node's settings: where trials are kept, and which sources may be tried.
    """

    def __init__(self, config: Config) -> None:
        folder = config.trials
        self._reach = config.web_trials
        self._asked = folder / "asked"
        self._running = folder / "running"
        self._taken = folder / "taken"
        self._done = folder / "done"

    def obstacle(self, source: Source) -> Obstacle | None:
        """Tell why visitors may not have a source tried; None when they may."""
        found = (
            (self._reach is Reach.OFF, Obstacle.OFF),
            (source.kind == "file", Obstacle.FILE),
            (not may_be_seen(source), Obstacle.ASLEEP),
            (bool(source.options.get("credentials")), Obstacle.CREDENTIALS),
            (source.allow_private and self._reach is not Reach.PRIVATE, Obstacle.PRIVATE),
        )
        return next((obstacle for stands, obstacle in found if stands), None)

    def wait_s(self, slug: str, now_s: float) -> int:
        """Give the seconds before a source may be tried again; 0 when it may now."""
        age = age_s(_stamp(self._taken / file_of(slug)), now_s)
        return 0 if age is None else max(0, ceil(GAP_S - age))

    def waited_s(self, slug: str, now_s: float) -> float:
        """Give for how many seconds a source has waited to be tried; 0 when it does not."""
        asked = _stamp(self._asked / file_of(slug))
        return (age_s(asked, now_s) or 0.0) if asked else 0.0

    def ask(self, slug: str, now_s: float) -> bool:
        """Note that somebody wants a source tried; many are one.

        Returns:
            False when the last trial is too young, or still runs.
        """
        name = file_of(slug)
        if self.wait_s(slug, now_s) or (self._running / name).exists():
            return False
        _touch(self._asked / name)
        return True

    def take(self, now_s: float) -> tuple[str, ...]:
        """Give the sources to try now; each counts as running until :meth:`end`."""
        self._tidy(now_s)
        taken = []
        for path in slips(self._asked):
            _touch(self._taken / path.name, now_s)
            self._running.mkdir(exist_ok=True)
            with suppress(FileNotFoundError):  # another process was faster
                path.replace(self._running / path.name)
                taken.append(slug_of(path))
        return tuple(taken)

    def put_back(self, slug: str) -> None:
        """Let a source that could not be tried now wait for the next look."""
        name = file_of(slug)
        (self._taken / name).unlink(missing_ok=True)
        with suppress(FileNotFoundError):
            (self._running / name).replace(self._asked / name)

    def end(self, slug: str) -> None:
        """Note that a trial runs no more, whatever came of it."""
        (self._running / file_of(slug)).unlink(missing_ok=True)

    def abandon(self) -> None:
        """Note that no trial runs: whoever ran some is gone."""
        for path in slips(self._running):
            path.unlink(missing_ok=True)

    def keep(self, trial: Trial, differences: Iterable[Difference]) -> None:
        """Keep what a trial found, instead of the source's last."""
        self._done.mkdir(parents=True, exist_ok=True)
        whole = self._done / file_of(trial.harvest.source)
        part = whole.with_name(f".{secrets.token_hex(8)}")
        with gzip.open(part, "wt", encoding="utf-8", compresslevel=5) as stream:
            stream.write(f"{json.dumps(_told(trial))}\n")
            for one in islice(differences, trial.kept):
                stream.write(f"{json.dumps(_line(one))}\n")
        part.replace(whole)
        self._tidy(time.time())

    def get(self, slug: str) -> Trial | None:
        """Give the latest result of a source; None when there is none, or one spoiled by hand."""
        try:
            return next(map(_trial, self._lines(slug)), None)
        except (KeyError, TypeError, ValueError):
            return None

    def differences(
        self, slug: str, start: int = 0, count: int | None = None
    ) -> Iterator[Difference]:
        """Stream the kept differences of a source's latest result, in the order of the harvest."""
        lines = islice(self._lines(slug), 1 + start, None)
        return map(_difference, islice(lines, count))

    def state(self, slug: str) -> State:
        """Tell how far the latest trial of a source is."""
        name = file_of(slug)
        if (self._asked / name).exists():
            return State.ASKED
        if (self._running / name).exists():
            return State.RUNNING
        done, taken = _stamp(self._done / name), _stamp(self._taken / name)
        if done >= taken:
            return State.DONE if done else State.NONE
        return State.LOST

    def _lines(self, slug: str) -> Iterator[dict[str, Any]]:
        try:
            with gzip.open(self._done / file_of(slug), "rt", encoding="utf-8") as stream:
                yield from map(json.loads, stream)
        except (OSError, EOFError, ValueError, zlib.error):
            return

    def _tidy(self, now_s: float) -> None:
        """Take away what is too old, then what is too much, oldest first.

        What was written by a clock that ran ahead counts as written now: else it would be the
        youngest for as long.
        """
        for path in (*slips(self._done), *slips(self._taken)):
            if age_s(_stamp(path), now_s) is None:
                _touch(path, now_s)
        kept = sorted(slips(self._done), key=_stamp, reverse=True)
        for position, path in enumerate(kept):
            if position >= MAX_RESULTS or now_s - _stamp(path) > KEPT_S:
                path.unlink(missing_ok=True)
        for path in slips(self._taken):
            if now_s - _stamp(path) > KEPT_S:
                path.unlink(missing_ok=True)


def _told(trial: Trial) -> dict[str, Any]:
    harvest = asdict(trial.harvest)
    moments = {name: harvest[name].isoformat() for name in ("started", "ended")}
    return {"harvest": harvest | moments, "total": trial.total, "missing": trial.missing}


def _trial(told: Mapping[str, Any]) -> Trial:
    kept = dict(told["harvest"])
    moments = {name: datetime.fromisoformat(kept[name]) for name in ("started", "ended")}
    harvest = Harvest(**(kept | moments | {"outcome": Outcome(kept["outcome"])}))
    return Trial(harvest, int(told["total"]), tuple(told["missing"]))


def _line(one: Difference) -> dict[str, Any]:
    return {"subject": one.subject, "kind": one.kind, "removed": one.removed, "added": one.added}


def _difference(line: Mapping[str, Any]) -> Difference:
    subject, kind = line["subject"], Kind(line["kind"])
    before = Record(subject, tuple(line["removed"]))
    after = Record(subject, tuple(line["added"]))
    created, deleted = kind is Kind.CREATE, kind is Kind.DELETE
    return difference(subject, None if created else before, None if deleted else after)


def _touch(path: Path, moment_s: float | None = None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    if moment_s is not None:
        os.utime(path, (moment_s, moment_s))


def _stamp(path: Path) -> float:
    """When a file was written, in seconds since 1970; 0 when there is none."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
