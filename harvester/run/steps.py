"""Which step a visit is at: finding what there is to read, fetching it, or reading it."""

import time
from collections.abc import Callable

from harvester.run.progress import Stage


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
