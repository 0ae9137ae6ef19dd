"""The stages of a harvest, how far each is, who is notified of them, and the steps of a visit."""

import time
from collections.abc import Callable
from enum import StrEnum


class Stage(StrEnum):
    """What a harvest is doing. The report's timings carry the same names."""

    DISCOVER = "discover"
    FETCH = "fetch"
    PARSE = "parse"
    COMPARE = "compare"
    CHECK = "check"
    HOLD = "hold"
    COMMIT = "commit"
    PROJECT = "project"

    @property
    def stoppable(self) -> bool:
        """Whether a harvest may still be asked to end; what is being written down may not."""
        return self.is_visit or self in (Stage.COMPARE, Stage.CHECK)

    @property
    def is_visit(self) -> bool:
        """Whether records come in: these stages alternate, and share one count of them."""
        return self in (Stage.DISCOVER, Stage.FETCH, Stage.PARSE)


class Progress:
    """Notified how far harvests are, from the threads that harvest; this one notes nothing.

    What notes it must return quickly.

    A call of :meth:`stage` or :meth:`advance` may raise ``StoppedError``: somebody wants the
    harvest to end. That is so in the stages that are :attr:`Stage.stoppable`.
    """

    def stage(self, slug: str, stage: Stage, expected: int | None = None) -> None:
        """Learn that a source enters a stage, in which so many records are expected."""

    def advance(self, slug: str, done: int = 0, size: int = 0) -> None:
        """Learn that so many records more are done, so many bytes more downloaded."""

    def check(self, slug: str) -> None:
        """Raise ``StoppedError`` if somebody wants a visit to end; asked while nothing comes."""

    def tried(self, slug: str) -> None:
        """Learn that what begins is a dry run: nothing of it will enter."""

    def ended(self, slug: str) -> None:
        """Learn that the harvest of a source is over."""


class Steps:
    """Follows a visit from step to step, and counts the time of each.

    Args:
        first: where the visit begins.
        enter: called with each step that begins, and the records expected when that becomes known.
        spend: called with each step that is over, and its seconds.
    """

    def __init__(
        self,
        first: Stage,
        enter: Callable[[Stage, int | None], None],
        spend: Callable[[Stage, float], None],
    ) -> None:
        self._enter, self._spend = enter, spend
        self._stage = self._asking = first
        self._since = time.monotonic()
        enter(first, None)

    def found(self, expected: int | None = None) -> None:
        """Learn that the source knows what it will read, and perhaps how many records that is."""
        self._asking = Stage.FETCH
        self._change_stage(Stage.FETCH, expected)

    def fetching(self) -> None:
        """Learn that a document is asked for."""
        self._change_stage(self._asking)

    def parsing(self) -> None:
        """Learn that the statements of a document are waited for and looked at."""
        if self._asking is Stage.FETCH:  # what is read to find the rest is part of finding it
            self._change_stage(Stage.PARSE)

    def over(self) -> None:
        """Count the last step."""
        now = time.monotonic()
        self._spend(self._stage, now - self._since)
        self._since = now

    def _change_stage(self, stage: Stage, expected: int | None = None) -> None:
        if stage is self._stage and expected is None:
            return
        self.over()
        self._stage = stage
        self._enter(stage, expected)
